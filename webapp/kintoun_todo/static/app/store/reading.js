/** From the database into memory: at the start, and where another tab has written; and which lists it knows of. */

import { localOf, rangeOf } from "./database.js";
import { pruneJournal } from "./journal.js";
import { FIRST, OWN, placeOf, TITLES } from "./lists.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./lists.js").ListRow} ListRow */

/**
 * Read all.
 * @param {Store} store
 */
export async function load(store) {
  const [lists, rows] = await Promise.all([store.database.getAll("lists"), store.database.getAll("rows")]);
  for (const key of [TITLES, FIRST]) store.ensure(key);
  for (const row of lists) {
    store.ensure(row.key).settleReading(row);
    store.rows.set(row.key, listRow(row));
  }
  for (const row of rows) store.ensure(row.list).settle(row.id, localOf(row), row.stamp);
  store.ensureTitled();
  void pruneJournal(store.database).catch(() => {});
}

/**
 * Read rows again that another tab has written; all of a list without `ids`.
 * @param {Store} store
 * @param {string} key
 * @param {string[] | null} [ids]
 */
export async function reread(store, key, ids = null) {
  if (store.closed) return;
  const replica = store.ensure(key);
  const before = new Map([...(ids ?? replica.rows.keys())].map((id) => [id, replica.stampOf(id)]));
  const rows = ids
    ? await Promise.all(ids.map((id) => store.database.get("rows", [key, id])))
    : await store.database.getAll("rows", rangeOf(key));
  const found = new Map(rows.filter(Boolean).map((row) => [row.id, row]));
  for (const id of new Set([...before.keys(), ...found.keys()])) {
    const row = found.get(id);
    replica.settleRead(id, localOf(row), row?.stamp ?? null, before.get(id) ?? null);
  }
  if (ids === null) replica.settleReading(await store.database.get("lists", key));
}

/**
 * Read again which lists of others there are: another tab has found or left one.
 * @param {Store} store
 */
export async function rereadLists(store) {
  if (store.closed) return;
  const rows = new Map((await store.database.getAll("lists")).map((row) => [row.key, listRow(row)]));
  for (const key of [...store.replicas.keys()]) {
    if (placeOf(key).bucket !== OWN && !rows.has(key) && store.rows.delete(key)) store.replicas.delete(key);
  }
  for (const [key, row] of rows) {
    store.rows.set(key, row);
    store.ensure(key);
    store.touch(key);
  }
  store.touch(TITLES);
}

/**
 * Keep what is known of a list of somebody else.
 * @param {Store} store
 * @param {ListRow} row
 */
export async function keepList(store, row) {
  store.rows.set(row.key, row);
  store.ensure(row.key);
  store.touch(row.key);
  const transaction = store.database.transaction("lists", "readwrite");
  await transaction.store.put({ ...(await transaction.store.get(row.key)), ...row });
  await transaction.done;
  store.tabs.tellLists();
}

/**
 * Let go of a list, and of the rows in it.
 * @param {Store} store
 * @param {string} key
 */
export async function forgetList(store, key) {
  store.replicas.delete(key);
  store.rows.delete(key);
  store.touch(key);
  const transaction = store.database.transaction(["lists", "rows"], "readwrite");
  await transaction.objectStore("lists").delete(key);
  await transaction.objectStore("rows").delete(rangeOf(key));
  await transaction.done;
  store.tabs.tellLists();
}

/**
 * Take what is known of a list from its row, without how far it was read.
 * @param {any} row
 * @returns {ListRow}
 */
function listRow({ cursor: _cursor, access: _access, stamp: _stamp, ...row }) {
  return row;
}
