/** One collection on this device, as the engine sees it: in memory, with every transaction handed on to be kept. */

import { same } from "./json_value.js";

/** @typedef {import("./local.js").Local} Local */
/** @typedef {import("./reconcile.js").Note} Note */
/** @typedef {{cursor: number | null, access: string | null}} Reading how far the list was read, and with which access */
/**
 * What one transaction has changed: the rows with what they were before, the reading before and after, and the entries for
 * the journal.
 * @typedef {{rows: Map<string, {before: Local | null, after: Local | null}>, reading: {before: Reading, after: Reading} | null,
 *   notes: {id: string, note: Note}[]}} Writes
 */

/**
 * The records of one collection. What is done inside of one `transaction` happens whole or not at all.
 *
 * The engine's steps are synchronous: they see memory. `keep` is given what each transaction has changed; whoever drives
 * the engine waits for it to be on the disk before the next request leaves.
 */
export class Replica {
  /** @type {Map<string, Local>} */
  rows = new Map();
  /** @type {Reading} */
  reading = { cursor: null, access: null };
  #tick = 0;
  /** @type {Writes | null} */
  #writes = null;

  /**
   * @param {string} bucket `default` for one's own
   * @param {string} name
   * @param {(writes: Writes) => void} keep
   * @param {import("./reconcile.js").Strategy} [strategy]
   */
  constructor(bucket, name, keep = () => {}, strategy = "merge") {
    this.bucket = bucket;
    this.name = name;
    this.strategy = strategy;
    this.keep = keep;
  }

  /**
   * Carry out what changes the replica, or join the transaction that runs.
   * @template T
   * @param {() => T} step
   * @returns {T}
   */
  transaction(step) {
    if (this.#writes) return step();
    const reading = this.reading;
    /** @type {Writes} */
    const writes = { rows: new Map(), reading: null, notes: [] };
    this.#writes = writes;
    try {
      const result = step();
      if (this.reading !== reading) writes.reading = { before: reading, after: this.reading };
      if (writes.rows.size || writes.reading || writes.notes.length) this.keep(writes);
      return result;
    } catch (error) {
      for (const [id, { before }] of writes.rows) this.put(id, before);
      this.reading = reading;
      throw error;
    } finally {
      this.#writes = null;
    }
  }

  /**
   * Set a row as it is on the disk, without a transaction.
   * @param {string} id
   * @param {Local | null} local
   */
  put(id, local) {
    if (local === null) this.rows.delete(id);
    else this.rows.set(id, local);
    this.#tick = Math.max(this.#tick, local?.seen ?? 0, local?.revision ?? 0);
  }

  /** Answer the ETag up to which all is here; null when the list has to be read whole. */
  cursor() {
    return this.reading.cursor;
  }

  /** @param {number | null} cursor */
  setCursor(cursor) {
    if (cursor !== this.reading.cursor) this.transaction(() => (this.reading = { ...this.reading, cursor }));
  }

  /** Answer what my access was when the list was last read whole, as a text to compare; null for never. */
  access() {
    return this.reading.access;
  }

  /** @param {string} access */
  setAccess(access) {
    this.transaction(() => (this.reading = { ...this.reading, access }));
  }

  /** Answer a number that is greater than all that were given before. */
  tick() {
    this.#tick += 1;
    return this.#tick;
  }

  /**
   * Answer one record.
   * @param {string} id
   * @returns {Local | null}
   */
  load(id) {
    return this.rows.get(id) ?? null;
  }

  /**
   * Write what the sync has made of a record, null to forget it; its revision is a new number where a reader sees it.
   * @param {string} id
   * @param {Local | null} local
   */
  store(id, local) {
    const before = this.load(id);
    const tick = this.tick();
    if (local === null) return this.#write(id, null);
    const visible = !before || !same(before.data, local.data) || !same(before.conflict, local.conflict);
    const revision = visible ? tick : before.revision;
    this.#write(id, { ...local, revision, seen: local.etag === null ? local.seen : tick });
  }

  /**
   * Write what a person has made of a record; where that is what it was, nothing is written.
   * @param {string} id
   * @param {Local | null} local
   */
  edit(id, local) {
    if (same(local, this.load(id))) return;
    this.#write(id, local && { ...local, revision: this.tick() });
  }

  /**
   * Write bookkeeping (`sent`, `refused`): its revision stays.
   * @param {Local} local
   */
  bookkeep(local) {
    this.#write(local.id, local);
  }

  /**
   * Note that the server has the record, unchanged.
   * @param {string} id
   */
  confirm(id) {
    const local = this.load(id);
    if (local) this.#write(id, { ...local, seen: this.#tick });
  }

  /**
   * List what has to be sent and was not refused, by id, from behind `after`.
   * @param {string} after
   * @param {number} limit
   */
  pending(after, limit) {
    const found = this.#list((local) => isPending(local) && local.id > after);
    return found.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit);
  }

  /** Count it. */
  pendingCount() {
    return this.#list(isPending).length;
  }

  /** Count what only this device has: what is to be sent, what was refused, and what is in conflict. */
  unsavedCount() {
    return this.#list((local) => local.pending || local.conflict !== null).length;
  }

  /** Count the records that the server has, as far as this device knows. */
  knownCount() {
    return this.#list((local) => local.etag !== null).length;
  }

  /**
   * List records that the server had, but has not confirmed since `tick` gave a number.
   * @param {number} tick
   * @param {number} limit
   */
  unconfirmed(tick, limit) {
    return this.#list((local) => local.etag !== null && local.seen < tick).slice(0, limit);
  }

  /**
   * List records that the server never had, as far as this device knows.
   * @param {number} limit
   */
  unsent(limit) {
    return this.#list((local) => local.etag === null && local.pending).slice(0, limit);
  }

  /**
   * Write into the journal.
   * @param {string} id
   * @param {Note} note
   */
  note(id, note) {
    this.transaction(() => this.#writes?.notes.push({ id, note }));
  }

  /** @param {(local: Local) => boolean} condition */
  #list(condition) {
    return [...this.rows.values()].filter(condition);
  }

  /**
   * @param {string} id
   * @param {Local | null} after
   */
  #write(id, after) {
    this.transaction(() => {
      const rows = /** @type {Writes} */ (this.#writes).rows;
      rows.set(id, { before: rows.has(id) ? rows.get(id)?.before ?? null : this.load(id), after });
      this.put(id, after);
    });
  }
}

/** @param {Local} local */
function isPending(local) {
  return local.pending && local.refused === null;
}
