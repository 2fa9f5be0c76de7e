/** One collection in memory and in the database: what the engine and people write to memory goes to the writer. */

import { noteOf } from "../engine/conflict.js";
import { Replica } from "../engine/replica.js";
import { newsIn } from "./news.js";
import { newStamp } from "./writer.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {import("./writer.js").Step} Step */

/** A replica of the engine whose transactions are written behind. */
export class StoreReplica extends Replica {
  /** @type {Map<string, string>} the stamps of the rows, as they are or will be on the disk */
  #stamps = new Map();
  /** @type {string | null} */
  #readingStamp = null;
  /** @type {Map<string, Step> | null} */
  #steps = null;
  /** Whether the list was read once: what comes later is news. */
  #read = false;
  #writer;
  #told;

  /**
   * @param {string} bucket
   * @param {string} name
   * @param {import("./writer.js").Writer} writer
   * @param {{changed: () => void, news: (news: import("./news.js").News[]) => void}} told when a reader sees something
   *   else; what of it nobody at this device did
   */
  constructor(bucket, name, writer, told) {
    super(bucket, name, (writes) => this.#written(writes));
    this.#writer = writer;
    this.#told = told;
    /** The list's key. */
    this.key = `${bucket}/${name}`;
  }

  /**
   * Do what a person does to some records, in one transaction.
   * @param {Map<string, Step>} steps
   */
  change(steps) {
    this.#steps = steps;
    try {
      this.transaction(() => {
        for (const [id, step] of steps) {
          const before = this.load(id);
          const after = step(before);
          const note = noteOf(before, after);
          if (note) this.note(id, note);
          this.edit(id, after);
        }
      });
    } finally {
      this.#steps = null;
    }
  }

  /**
   * Take a row as it is on the disk; a reader is told.
   * @param {string} id
   * @param {Local | null} local
   * @param {string | null} stamp
   */
  settle(id, local, stamp) {
    this.put(id, local && { ...local, revision: this.tick() });
    if (stamp === null || local === null) this.#stamps.delete(id);
    else this.#stamps.set(id, stamp);
    this.#told.changed();
  }

  /**
   * Take a row that was read from the disk, unless memory has it, or something newer.
   * @param {string} id
   * @param {Local | null} local
   * @param {string | null} stamp
   * @param {string | null} before the stamp that memory had when the reading began
   */
  settleRead(id, local, stamp, before) {
    if (this.stampOf(id) !== before || stamp === before || this.#writer.isBusy(this, id)) return;
    this.settle(id, local, stamp);
  }

  /**
   * Answer the stamp of a row, null where there is none.
   * @param {string} id
   */
  stampOf(id) {
    return this.#stamps.get(id) ?? null;
  }

  /**
   * Take how far the list was read as it is on the disk.
   * @param {any} row
   */
  settleReading(row) {
    this.reading = { cursor: row?.cursor ?? null, access: row?.access ?? null };
    this.#readingStamp = row?.stamp ?? null;
    this.#read ||= this.cursor() !== null;
  }

  /** @param {import("../engine/replica.js").Writes} writes */
  #written(writes) {
    const rows = [...writes.rows].map(([id, { after }]) => {
      const row = { id, expected: this.stampOf(id), stamp: newStamp(), after, step: this.#steps?.get(id) ?? null };
      if (after) this.#stamps.set(id, row.stamp);
      else this.#stamps.delete(id);
      return row;
    });
    let reading = null;
    if (writes.reading) {
      reading = { expected: this.#readingStamp, stamp: newStamp(), after: writes.reading.after };
      this.#readingStamp = reading.stamp;
    }
    this.#writer.add({ replica: this, rows, reading, notes: writes.notes });
    if (rows.length) this.#told.changed();
    const news = this.#read && this.#steps === null ? newsIn(writes.rows) : [];
    if (news.length) this.#told.news(news);
    this.#read ||= this.cursor() !== null;
  }
}
