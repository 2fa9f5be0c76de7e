/** Copying one's own lists from a store into another one, as when what was written on a device moves into an account. */

import { FIRST, placeOf, TITLES } from "./lists.js";
import { nextOrder } from "./tasks.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {Readonly<Record<string, any>>} Data */

/**
 * Copy one's own lists into another store, under the same ids; what is there already stays as it is.
 * @param {Store} from
 * @param {Store} to
 */
export function copyInto(from, to) {
  let copied = 0;
  for (const { key, title } of from.lists.filter(({ own }) => own)) {
    const { collection } = placeOf(key);
    if (key !== FIRST) to.write(TITLES, missing(to, TITLES, [{ id: collection, data: { title } }]));
    to.ensure(key);
    const tasks = from.tasks(key).map(({ id, fields }) => ({ id, data: fields }));
    const fresh = missing(to, key, tasks);
    to.write(key, fresh.map(({ id, data: { order: _, ...data } }) => ({ id, data })));
    copied += fresh.length;
  }
  return copied;
}

/**
 * Choose what a store does not have, not even deleted.
 * @param {Store} store
 * @param {string} key
 * @param {{id: string, data: Data}[]} records
 */
function missing(store, key, records) {
  const replica = store.replica(key);
  return records.filter(({ id }) => replica.load(id) === null);
}

/**
 * Give records an order behind all that are there, in the order in which they come.
 * @param {Iterable<import("../engine/local.js").Local>} rows
 * @param {{id: string, data: Data}[]} records
 */
export function appended(rows, records) {
  const first = nextOrder(rows);
  return records.map(({ id, data }, index) => ({ id, data: { ...data, order: first + index } }));
}
