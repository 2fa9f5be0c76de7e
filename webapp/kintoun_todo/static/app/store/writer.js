/**
 * Writes behind: each change of memory becomes one transaction of the database, begun at once and in order.
 *
 * A transaction reads the rows again. Where another tab has written one since, what a person did is done again to what
 * stands there, and a step of a sync does not happen (`StaleError`): the sync reads anew, as after a lost answer.
 */

import { create } from "../engine/edits.js";
import { RecordNotFoundError, StaleError, StoreError } from "../engine/errors.js";
import { localOf, rangeOf, rowOf } from "./database.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {import("./replica.js").StoreReplica} StoreReplica */
/** @typedef {(before: Local | null) => Local | null} Step what a person does to a record */
/**
 * One change of one row: the stamp that it had, the one that it gets, and what it becomes.
 * @typedef {{id: string, expected: string | null, stamp: string, after: Local | null, step: Step | null}} RowChange
 */
/**
 * One transaction to be.
 * @typedef {{replica: StoreReplica, rows: RowChange[],
 *   reading: {expected: string | null, stamp: string, after: import("../engine/replica.js").Reading} | null,
 *   notes: {id: string, note: import("../engine/reconcile.js").Note}[], done?: Promise<void>}} Change
 */

const RETRY = 3000;
/** Rows that are written in one go: the page can draw between two. */
const ROWS_AT_ONCE = 100;
/** Of more rows than that all of the list's are read, with one request. */
const SINGLE_READS = 20;

/** The writes of one store. */
export class Writer {
  /** @type {Change[]} */
  #queue = [];
  /** @type {unknown} */
  #failure = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #retrying = false;
  #closed = false;
  #database;
  #told;

  /**
   * @param {import("./database.js").Database} database
   * @param {{written: (change: Change) => void, reread: (replica: StoreReplica, ids: string[]) => void,
   *   failed: () => void, recovered: () => void}} told
   */
  constructor(database, told) {
    this.#database = database;
    this.#told = told;
  }

  /** How many changes are not on the disk yet. */
  get waiting() {
    return this.#queue.length;
  }

  /**
   * Begin to write a change; what went wrong before is tried first.
   * @param {Change} change
   */
  add(change) {
    this.#queue.push(change);
    if (this.#failure || this.#retrying) change.done = Promise.reject(this.#failure ?? new StoreError("not kept yet"));
    else change.done = this.#begin(change);
    change.done.catch(() => {});
    if (this.#failure) void this.retry();
  }

  /** Wait for all that was changed until now to be on the disk; raises what kept it from there. */
  async flush() {
    await Promise.all(this.#queue.map(({ done }) => done));
  }

  /**
   * Tell whether a change of a row is on its way.
   * @param {StoreReplica} replica
   * @param {string} id
   */
  isBusy(replica, id) {
    return this.#queue.some((change) => change.replica === replica && change.rows.some((row) => row.id === id));
  }

  /** Try again what could not be written, in order. */
  async retry() {
    if (!this.#failure || this.#retrying || this.#closed) return;
    clearTimeout(this.#timer);
    this.#retrying = true;
    try {
      while (this.#queue.length) {
        this.#failure = null;
        this.#queue[0].done = this.#begin(this.#queue[0]);
        await this.#queue[0].done.catch((error) => {
          if (!(error instanceof StaleError)) throw error;
        });
      }
      this.#told.recovered();
    } catch {
      // It is told, and tried again later.
    } finally {
      this.#retrying = false;
    }
  }

  /** Stop trying. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** @param {Change} change */
  async #begin(change) {
    /** @type {RowChange[]} */
    let moved = [];
    try {
      moved = await this.#write(change);
    } catch (error) {
      if (error instanceof StaleError) {
        this.#queue.splice(this.#queue.indexOf(change), 1);
        this.#told.reread(change.replica, change.rows.map(({ id }) => id));
      } else this.#fail(error);
      throw error;
    }
    this.#queue.splice(this.#queue.indexOf(change), 1);
    for (const { id, after, stamp } of moved) {
      if (!this.isBusy(change.replica, id)) change.replica.settle(id, after, stamp);
    }
    this.#told.written(change);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#closed) return;
    this.#failure ??= error;
    this.#told.failed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.retry(), RETRY);
  }

  /**
   * Carry out one transaction; answer the rows that came out otherwise than memory has them.
   * @param {Change} change
   * @returns {Promise<RowChange[]>}
   */
  async #write(change) {
    const transaction = this.#database.transaction(["rows", "lists", "journal"], "readwrite");
    let stale = false;
    // Noted in the event itself: the next transaction, which has begun already, has to see it.
    transaction.addEventListener("abort", () => (this.#failure ??= stale ? null : transaction.error));
    transaction.done.catch(() => {});
    try {
      const moved = await this.#writeRows(transaction, change);
      await this.#writeReading(transaction, change);
      for (const { id, note } of change.notes) {
        const entry = { at: Date.now(), list: change.replica.key, id, note, undone: false };
        void transaction.objectStore("journal").add(entry).catch(() => {});
      }
      await transaction.done;
      return moved;
    } catch (error) {
      stale = error instanceof StaleError;
      abort(transaction);
      throw error;
    }
  }

  /**
   * @param {any} transaction
   * @param {Change} change
   */
  async #writeRows(transaction, { replica, rows }) {
    const store = transaction.objectStore("rows");
    const found = await readRows(store, replica.key, rows.map(({ id }) => id));
    if (this.#failure) throw this.#failure;
    /** @type {RowChange[]} */
    const moved = [];
    for (const [index, row] of rows.entries()) {
      let { after, stamp } = row;
      if ((found[index]?.stamp ?? null) !== row.expected) {
        if (!row.step) throw new StaleError("another tab has written this row");
        after = doneAgain(row, row.step, localOf(found[index]));
        stamp = newStamp();
        moved.push({ ...row, after, stamp });
      }
      const write = after ? store.put(rowOf(replica.key, after, stamp)) : store.delete([replica.key, row.id]);
      write.catch(() => {});
      if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await write;
    }
    return moved;
  }

  /**
   * @param {any} transaction
   * @param {Change} change
   */
  async #writeReading(transaction, { replica, reading }) {
    if (!reading) return;
    const store = transaction.objectStore("lists");
    const found = await store.get(replica.key);
    if ((found?.stamp ?? null) !== reading.expected) throw new StaleError("another tab has read this list");
    store.put({ ...found, key: replica.key, ...reading.after, stamp: reading.stamp }).catch(() => {});
  }
}

/** Answer a text that no other writing has. */
export function newStamp() {
  return crypto.randomUUID();
}

/**
 * Do what a person did to a row as it is now; what they wrote to a record that is gone by now is a record again.
 * @param {RowChange} row
 * @param {Step} step
 * @param {Local | null} found
 */
function doneAgain(row, step, found) {
  try {
    return step(found);
  } catch (error) {
    const written = row.after?.data;
    if (!(error instanceof RecordNotFoundError) || !written) return found;
    return create(found, row.id, written);
  }
}

/**
 * Read rows of a list, undefined for one that is not there.
 * @param {any} store of the database
 * @param {string} key
 * @param {string[]} ids
 * @returns {Promise<any[]>}
 */
async function readRows(store, key, ids) {
  if (ids.length <= SINGLE_READS) return await Promise.all(ids.map((id) => store.get([key, id])));
  const rows = new Map((await store.getAll(rangeOf(key))).map((/** @type {any} */ row) => [row.id, row]));
  return ids.map((id) => rows.get(id));
}

/** @param {any} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}
