/** What a person does to lists of their own: their titles are records like any other, so all of it works offline. */

import { StoreError } from "../engine/errors.js";
import { FIRST, OWN, placeOf, TITLES } from "./lists.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * Make a list.
 * @param {Store} store
 * @param {string} title
 * @returns {string} its key
 */
export function createList(store, title) {
  const id = crypto.randomUUID();
  store.write(TITLES, [{ id, data: { title } }]);
  store.ensure(`${OWN}/${id}`);
  return `${OWN}/${id}`;
}

/**
 * Give a list another title.
 * @param {Store} store
 * @param {string} key
 * @param {string} title
 */
export function renameList(store, key, title) {
  const { bucket, collection } = placeOf(key);
  if (bucket !== OWN) throw new StoreError("only one's own lists can be renamed");
  if (store.replica(TITLES).load(collection)?.data) store.update(TITLES, collection, { title });
  else store.write(TITLES, [{ id: collection, data: { title } }]);
}

/**
 * Delete a list, and the tasks in it.
 * @param {Store} store
 * @param {string} key
 * @returns {() => void} what brings it back
 */
export function deleteList(store, key) {
  const { bucket, collection } = placeOf(key);
  if (bucket !== OWN || key === FIRST) throw new StoreError("this list cannot be deleted");
  const tasks = store.removeAll(key, store.tasks(key).map(({ id }) => id));
  const title = store.removeAll(TITLES, [collection]);
  return () => {
    title();
    tasks();
  };
}
