/** The tasks of one account in this browser: memory first, written behind to IndexedDB, synchronised with the server. */

import { resolved } from "../engine/conflict.js";
import * as edits from "../engine/edits.js";
import { InvalidRecordError, NoServerError, StoreError } from "../engine/errors.js";
import { checked } from "../engine/json_value.js";
import { databaseName, deleteDatabase, localOf, openDatabase } from "./database.js";
import { pruneJournal, readJournal } from "./journal.js";
import { FIRST, listsOf, OWN, placeOf, TITLES } from "./lists.js";
import { StoreReplica } from "./replica.js";
import { Schedule } from "./schedule.js";
import { statusOf } from "./status.js";
import { Syncer } from "./syncer.js";
import { Tabs } from "./tabs.js";
import { isShown, sorted, taskOf } from "./tasks.js";
import { appended, copyInto, exported, imported } from "./transfer.js";
import { unremove, unresolve } from "./undo.js";
import { Writer } from "./writer.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {import("./database.js").Account} Account */
/** @typedef {import("./tasks.js").Task} Task */
/** @typedef {import("./lists.js").TaskList} TaskList */
/** @typedef {import("./lists.js").ListRow} ListRow */
/** @typedef {import("./status.js").Status} Status */
/** @typedef {import("./writer.js").Step} Step */
/**
 * Something to tell: `list` is a key; `text` is what is lost or what happened; `lost` the version of mine that was put
 * away. `undo` is there for what can be taken back.
 * @typedef {{kind: "merged" | "conflict" | "refused" | "put_back" | "withdrawn" | "storage", list?: string, id?: string,
 *   field?: string, text?: string, status?: number, message?: string, title?: string,
 *   lost?: Readonly<Record<string, any>> | null, now?: Readonly<Record<string, any>> | null, undo?: () => void}} Notice
 */
/** @typedef {{request: (name: string, options: any, run: (lock: any) => Promise<any>) => Promise<any>}} Locks */
/**
 * @typedef {{postMessage: (message: any) => void, close: () => void, onmessage: ((event: any) => void) | null}} Channel
 */

const UNREADABLE = "This browser does not keep what you write: it has no room, or it does not let this page.";

/**
 * Events: "tasks" (detail `{keys}`), "lists", "status", "notice" (detail Notice). They come after the call that caused
 * them has returned.
 */
export class Store extends EventTarget {
  /** @type {Account | null} null for this device only */
  account;
  /** @type {Map<string, StoreReplica>} */
  replicas = new Map();
  /** @type {Map<string, ListRow>} */
  rows = new Map();
  /** @type {Map<string, Task[]>} */
  #tasks = new Map();
  /** @type {TaskList[] | null} */
  #lists = null;
  /** @type {Set<string>} keys of lists whose tasks changed, and that nobody was told of */
  #changed = new Set();
  #told = true;
  /** @type {string | null} */
  #storage = null;
  /** @type {string} */
  #name;
  #closed = false;

  /**
   * Open the store of an account; the promise is kept when all of it is in memory.
   * @param {{account: Account | null, api?: any, locks?: Locks, channel?: (name: string) => Channel,
   *   indexedDB?: IDBFactory}} options channel makes one; `indexedDB` has to be the global one
   */
  static async open({ account, api, locks, channel }) {
    const store = new Store(account, databaseName(account));
    store.database = await openDatabase(store.#name, (why) => store.#interrupted(why));
    store.writer = new Writer(store.database, {
      written: (change) => store.tabs.tellRows(change),
      reread: (replica, ids) => void store.reread(replica.key, ids),
      failed: (error) => store.#failed(error),
      recovered: () => store.#recovered(),
    });
    store.tabs = new Tabs(store, channel, locks);
    store.syncer = new Syncer(store, api);
    store.schedule = new Schedule(store);
    await store.#load();
    return store;
  }

  /**
   * @param {Account | null} account
   * @param {string} name
   */
  constructor(account, name) {
    super();
    this.account = account;
    this.#name = name;
    /** @type {import("./database.js").Database} */ this.database;
    /** @type {Writer} */ this.writer;
    /** @type {Tabs} */ this.tabs;
    /** @type {Syncer} */ this.syncer;
    /** @type {Schedule} */ this.schedule;
  }

  /** The lists, one's own first. @type {TaskList[]} */
  get lists() {
    this.#lists ??= listsOf(this.replicas, this.rows);
    return this.#lists;
  }

  /** How it stands to the server. @type {Status} */
  get status() {
    const { syncing, trouble, message } = this.syncer;
    const waiting = [...this.replicas.values()].reduce((sum, replica) => sum + replica.pendingCount(), 0);
    return statusOf({ account: this.account !== null, waiting, syncing, trouble, message, storage: this.#storage });
  }

  /**
   * Answer the tasks of a list in order, from memory; an empty array for a list that is not there.
   * @param {string} key
   * @returns {Task[]}
   */
  tasks(key) {
    const known = this.#tasks.get(key);
    if (known) return known;
    const replica = this.replicas.get(key);
    if (!replica) return [];
    const readOnly = this.lists.find((list) => list.key === key)?.role === "reader";
    const shown = [...replica.rows.values()].filter(isShown);
    const tasks = sorted(shown.map((local) => taskOf(local, key, readOnly)));
    this.#tasks.set(key, tasks);
    return tasks;
  }

  /**
   * Write a new task, at the end of the list. InvalidRecordError where it is no text.
   * @param {string} key
   * @param {{description: string, status?: "todo" | "doing" | "done"}} task
   * @returns {Task}
   */
  create(key, { description, status = "todo", ...more }) {
    if (typeof description !== "string") throw new InvalidRecordError("a task has a text");
    const id = crypto.randomUUID();
    this.write(key, [{ id, data: { ...more, description, status } }]);
    return /** @type {Task} */ (this.tasks(key).find((task) => task.id === id));
  }

  /**
   * Write new tasks with ids of their own, in one transaction, behind all others.
   * @param {string} key
   * @param {{id: string, data: Readonly<Record<string, any>>}[]} records
   */
  write(key, records) {
    const steps = appended(this.replica(key).rows.values(), records).map(({ id, data }) => {
      const fields = checked(data);
      return /** @type {[string, Step]} */ ([id, (local) => edits.create(local, id, fields)]);
    });
    if (steps.length) this.edit(key, new Map(steps));
  }

  /**
   * Set fields of a task; one that is `undefined` goes. RecordNotFoundError where there is none.
   * @param {string} key
   * @param {string} id
   * @param {Record<string, any>} changes
   */
  update(key, id, changes) {
    const gone = Object.keys(changes).filter((name) => changes[name] === undefined);
    const set = checked(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
    const all = { ...set, ...Object.fromEntries(gone.map((name) => [name, undefined])) };
    this.edit(key, new Map([[id, (local) => edits.update(local, id, all)]]));
  }

  /**
   * Remove a task.
   * @param {string} key
   * @param {string} id
   * @returns {() => void} what brings it back
   */
  remove(key, id) {
    return this.removeAll(key, [id]);
  }

  /**
   * Remove tasks, in one transaction; those that are gone already are left out.
   * @param {string} key
   * @param {string[]} ids
   * @returns {() => void} what brings them back
   */
  removeAll(key, ids) {
    const replica = this.replica(key);
    const before = ids.map((id) => replica.load(id)).filter((local) => local !== null && isShown(local));
    const living = /** @type {Local[]} */ (before);
    this.edit(key, new Map(living.map(({ id }) => [id, (/** @type {Local | null} */ local) => removed(local, id)])));
    return () => this.edit(key, new Map(living.map((local) => [local.id, unremove(local)])));
  }

  /**
   * Decide a conflict: of one field, or without `field` of a task that is no longer there.
   * @param {string} key
   * @param {string} id
   * @param {{field?: string, choice: "mine" | "theirs" | "both"}} decision
   * @returns {() => void} what opens it again
   */
  resolve(key, id, decision) {
    const replica = this.replica(key);
    const before = replica.load(id);
    this.edit(key, new Map([[id, (local) => resolved(local, decision)]]));
    const after = replica.load(id);
    return () => before && this.edit(key, new Map([[id, unresolve(before, after)]]));
  }

  /**
   * Make a list of one's own.
   * @param {string} title
   * @returns {string} its key
   */
  createList(title) {
    const id = crypto.randomUUID();
    this.write(TITLES, [{ id, data: { title } }]);
    this.ensure(`${OWN}/${id}`);
    return `${OWN}/${id}`;
  }

  /**
   * Give a list of one's own another title.
   * @param {string} key
   * @param {string} title
   */
  renameList(key, title) {
    const { bucket, collection } = placeOf(key);
    if (bucket !== OWN) throw new StoreError("only one's own lists can be renamed");
    if (this.replica(TITLES).load(collection)?.data) this.update(TITLES, collection, { title });
    else this.write(TITLES, [{ id: collection, data: { title } }]);
  }

  /**
   * Delete a list of one's own, and the tasks in it.
   * @param {string} key
   * @returns {() => void} what brings it back
   */
  deleteList(key) {
    const { bucket, collection } = placeOf(key);
    if (bucket !== OWN || key === FIRST) throw new StoreError("this list cannot be deleted");
    const tasks = this.removeAll(key, this.tasks(key).map(({ id }) => id));
    const title = this.removeAll(TITLES, [collection]);
    return () => {
      title();
      tasks();
    };
  }

  /** Synchronise now, or once more after the sync that runs. @returns {Promise<import("../engine/report.js").Report>} */
  sync() {
    if (!this.account) return Promise.reject(new NoServerError("this store is of this device only"));
    return this.syncer.run();
  }

  /** Synchronise from now on whenever something changes, and by and by. */
  start() {
    this.schedule.start();
  }

  /** Stop synchronising, and let go of the database once all is written. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    this.schedule.stop();
    this.syncer.stop();
    await this.writer.flush().catch(() => {});
    this.writer.close();
    this.tabs.close();
    this.database.close();
  }

  /** Delete the database of this account from this browser, with what was not sent. */
  async erase() {
    this.tabs.tellErased();
    await this.close();
    await deleteDatabase(this.#name);
  }

  /** List what was done without a person, the newest first. */
  async journal() {
    await this.writer.flush().catch(() => {});
    return await readJournal(this.database, (key, id, step) => this.edit(key, new Map([[id, step]])));
  }

  /** Write all that is here as JSON. */
  async export() {
    return exported(this);
  }

  /**
   * Bring in what was exported: nothing is overwritten. ImportError where it is no export of this app.
   * @param {any} file
   */
  async import(file) {
    const done = imported(this, file);
    await this.writer.flush();
    return done;
  }

  /**
   * Copy one's own lists into another store, which keeps what it has; to do it again adds nothing.
   * @param {Store} other
   * @returns {Promise<number>} how many tasks were copied, when they are on the disk
   */
  async moveInto(other) {
    const copied = copyInto(this, other);
    await other.writer.flush();
    return copied;
  }

  /**
   * Drive a part of the engine over the network: `store.call((talk) => share(talk, place, principal, role))`, or a
   * generator. It raises what the generator raises.
   * @template T
   * @param {import("../engine/exchange.js").Steps<T> | ((talk: any) => import("../engine/exchange.js").Steps<T>)} steps
   * @returns {Promise<T>}
   */
  call(steps) {
    if (!this.account) return Promise.reject(new NoServerError("this store is of this device only"));
    return this.syncer.call(steps);
  }

  /**
   * Answer the replica of a list. StoreError where there is none.
   * @param {string} key
   */
  replica(key) {
    const replica = this.replicas.get(key);
    if (!replica) throw new StoreError(`there is no list ${key}`);
    return replica;
  }

  /**
   * Answer the replica of a list, made where there is none.
   * @param {string} key
   */
  ensure(key) {
    const known = this.replicas.get(key);
    if (known) return known;
    const { bucket, collection } = placeOf(key);
    const replica = new StoreReplica(bucket, collection, this.writer, (one) => this.#touch(one.key));
    this.replicas.set(key, replica);
    this.#touch(key);
    return replica;
  }

  /**
   * Keep what is known of a list of somebody else.
   * @param {ListRow} row
   */
  async keepList(row) {
    this.rows.set(row.key, row);
    this.ensure(row.key);
    this.#touch(row.key);
    const transaction = this.database.transaction("lists", "readwrite");
    await transaction.store.put({ ...(await transaction.store.get(row.key)), ...row });
    await transaction.done;
    this.tabs.tellLists();
  }

  /**
   * Let go of a list that is empty, or that nobody here wants to see.
   * @param {string} key
   */
  async forgetList(key) {
    this.replicas.delete(key);
    this.rows.delete(key);
    this.#touch(key);
    const transaction = this.database.transaction(["lists", "rows"], "readwrite");
    await transaction.objectStore("lists").delete(key);
    await transaction.objectStore("rows").delete(IDBKeyRange.bound([key], [key, []]));
    await transaction.done;
    this.tabs.tellLists();
  }

  /**
   * Do what a person does to some records, in one transaction, and have it sent.
   * @param {string} key
   * @param {Map<string, Step>} steps
   */
  edit(key, steps) {
    this.replica(key).change(steps);
    this.schedule?.soon();
  }

  /**
   * Read rows again that another tab has written; all of a list without `ids`.
   * @param {string} key
   * @param {string[] | null} [ids]
   */
  async reread(key, ids = null) {
    if (this.#closed) return;
    const replica = this.ensure(key);
    const range = IDBKeyRange.bound([key], [key, []]);
    const found = new Map();
    const known = new Set(ids ?? replica.rows.keys());
    const before = new Map([...known].map((id) => [id, replica.stampOf(id)]));
    const rows = ids
      ? await Promise.all(ids.map((id) => this.database.get("rows", [key, id])))
      : await this.database.getAll("rows", range);
    for (const row of rows) if (row) found.set(row.id, row);
    for (const id of new Set([...known, ...found.keys()])) {
      const row = found.get(id);
      replica.settleRead(id, localOf(row), row?.stamp ?? null, before.get(id) ?? null);
    }
    if (ids === null) replica.settleMark(await this.database.get("lists", key));
  }

  /** Read again which lists of others there are: another tab has found or left one. */
  async rereadLists() {
    if (this.#closed) return;
    const rows = new Map((await this.database.getAll("lists")).map((row) => [row.key, row]));
    for (const key of [...this.replicas.keys()]) {
      if (placeOf(key).bucket !== OWN && !rows.has(key) && this.rows.delete(key)) this.replicas.delete(key);
    }
    for (const [key, row] of rows) {
      this.rows.set(key, row);
      this.ensure(key);
      this.#touch(key);
    }
    this.#touch(TITLES);
  }

  /** @param {Notice} notice */
  notify(notice) {
    this.dispatchEvent(new CustomEvent("notice", { detail: notice }));
  }

  /** Say that the status may be another. */
  statusChanged() {
    this.#tell();
  }

  /** Read all into memory. */
  async #load() {
    const [lists, rows] = await Promise.all([this.database.getAll("lists"), this.database.getAll("rows")]);
    for (const key of [TITLES, FIRST]) this.ensure(key);
    for (const row of lists) {
      this.ensure(row.key).settleMark(row);
      this.rows.set(row.key, row);
    }
    for (const row of rows) this.ensure(row.list).settle(row.id, localOf(row), row.stamp);
    this.ensureTitled();
    void pruneJournal(this.database).catch(() => {});
  }

  /** Make the replicas of all lists that have a title. */
  ensureTitled() {
    for (const { id, data } of this.replica(TITLES).rows.values()) if (data) this.ensure(`${OWN}/${id}`);
  }

  /** @param {string} key */
  #touch(key) {
    this.#tasks.delete(key);
    this.#lists = null;
    this.#changed.add(key);
    this.#tell();
  }

  /** Tell what has changed, once, after the call that changed it. */
  #tell() {
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      const keys = [...this.#changed];
      this.#changed.clear();
      if (keys.includes(TITLES)) this.ensureTitled();
      if (keys.length) {
        this.dispatchEvent(new CustomEvent("tasks", { detail: { keys } }));
        this.dispatchEvent(new CustomEvent("lists"));
      }
      this.dispatchEvent(new CustomEvent("status"));
    });
  }

  /** @param {unknown} _error */
  #failed(_error) {
    if (this.#storage === null) this.notify({ kind: "storage", text: UNREADABLE });
    this.#storage = UNREADABLE;
    this.#tell();
  }

  #recovered() {
    this.#storage = null;
    this.#tell();
    this.schedule.soon();
  }

  /** @param {"blocked" | "newer" | "terminated"} why */
  #interrupted(why) {
    if (this.#closed) return;
    const text = {
      blocked: "Another tab has an older version of this app open: close it.",
      newer: "Another tab has a newer version of this app open: reload this one.",
      terminated: "The browser has closed the store of this page: reload it.",
    }[why];
    this.#storage = text;
    this.notify({ kind: "storage", text });
    this.#tell();
  }
}

/**
 * @param {Local | null} local
 * @param {string} id
 */
function removed(local, id) {
  if (local === null) return null;
  if (local.data === null) return local.conflict?.gone ? edits.resolveGone(local, null) : local;
  return edits.remove(local, id);
}
