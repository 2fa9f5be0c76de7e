/** The database of one account in this browser: its schema, its rows, and what takes it away. */

import { deleteDB, openDB } from "../../vendor/idb/index.js";

import { NewerDatabaseError } from "../engine/errors.js";
import { local } from "../engine/local.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {{name: string, principal: string, bucket?: string}} Account */
/** @typedef {import("../../vendor/idb/index.js").IDBPDatabase} Database */

const VERSION = 1;

const NEWER =
  "The tasks in this browser were written by a newer version of this app. They are safe: reload the page to get that version.";

/**
 * Name the database of an account, or that of whoever has none.
 * @param {Account | null} account
 */
export function databaseName(account) {
  return account ? `kintoun-todo ${account.principal}` : "kintoun-todo this device";
}

/**
 * What stands in the way: another tab has an older version open, another tab needs a newer one or deletes it all (this one
 * is closed then), or the browser took it away.
 * @typedef {"blocked" | "newer" | "erased" | "terminated"} Interruption
 */

/**
 * Open the database, and bring it to the version of this program. NewerDatabaseError where a newer one has written it.
 * @param {string} name
 * @param {(why: Interruption) => void} told
 * @param {number} [version]
 * @returns {Promise<Database>}
 */
export async function openDatabase(name, told, version = VERSION) {
  const opened = openDB(name, version, {
    upgrade(database, before) {
      if (before < 1) createStores(database);
    },
    blocked: () => told("blocked"),
    blocking(_before, after, event) {
      /** @type {IDBDatabase} */ (event.target).close();
      told(after === null ? "erased" : "newer");
    },
    terminated: () => told("terminated"),
  });
  return await opened.catch((error) => {
    throw error?.name === "VersionError" ? new NewerDatabaseError(NEWER) : error;
  });
}

/**
 * Delete a database with all that is in it.
 * @param {string} name
 */
export async function deleteDatabase(name) {
  await deleteDB(name);
}

/**
 * Write a record as a row; `stamp` is another one at each writing, by any tab.
 * @param {string} list
 * @param {Local} one
 * @param {string} stamp
 */
export function rowOf(list, one, stamp) {
  const { revision: _, ...kept } = one;
  return { ...kept, list, stamp };
}

/**
 * Read a row.
 * @param {any} row
 * @returns {Local | null}
 */
export function localOf(row) {
  if (!row) return null;
  const { list: _list, stamp: _stamp, id, data, ...rest } = row;
  return local(id, data, rest);
}

/**
 * Answer the range of a list's rows.
 * @param {string} key
 */
export function rangeOf(key) {
  return IDBKeyRange.bound([key], [key, []]);
}

/** @param {Database} database */
function createStores(database) {
  database.createObjectStore("rows", { keyPath: ["list", "id"] });
  database.createObjectStore("lists", { keyPath: "key" });
  database.createObjectStore("journal", { keyPath: "number", autoIncrement: true });
  database.createObjectStore("meta");
}
