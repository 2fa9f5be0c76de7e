/** The tasks of one account in this browser: memory first, written behind to IndexedDB, synchronised with the server. */

import { resolved } from "../engine/conflict.js";
import * as edits from "../engine/edits.js";
import { InvalidRecordError, NoServerError, StoreError } from "../engine/errors.js";
import { checked } from "../engine/json_value.js";
import { appended, copyInto } from "./copying.js";
import { databaseName, deleteDatabase, openDatabase } from "./database.js";
import { readJournal } from "./journal.js";
import { Keeping } from "./keeping.js";
import { createList, deleteList, renameList } from "./list_edits.js";
import { listsOf, OWN, placeOf, titledIn, TITLES } from "./lists.js";
import { load, reread } from "./reading.js";
import { StoreReplica } from "./replica.js";
import { Schedule } from "./schedule.js";
import { statusOf } from "./status.js";
import { Syncer } from "./syncer.js";
import { Tabs } from "./tabs.js";
import { checkedChanges, isShown, sorted, taskOf } from "./tasks.js";
import { removed, unremove, unresolve } from "./undo.js";
import { Writer } from "./writer.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {import("./database.js").Account} Account */
/** @typedef {import("./tasks.js").Task} Task */
/** @typedef {import("./lists.js").TaskList} TaskList */
/** @typedef {import("./lists.js").ListRow} ListRow */
/** @typedef {import("./status.js").Status} Status */
/** @typedef {import("./writer.js").Step} Step */
/** @typedef {import("./notices.js").Notice} Notice */
/** @typedef {import("./tabs.js").Locks} Locks */
/** @typedef {import("./tabs.js").Channel} Channel */

/**
 * Events: "tasks" (detail `{keys}`), "lists", "status", "notice" (detail Notice), "news" (detail `{key, news}`: what others
 * have changed, also where another tab has learnt it). The first three come after the call that caused them has returned.
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
  /** Whether the browser keeps what is written. */
  keeping = new Keeping(this);
  /** @type {string} */
  #name;
  /** Whether it was closed: nothing is read or told any more. */
  closed = false;

  /**
   * Open the store of an account; the promise is kept when all of it is in memory.
   * @param {{account: Account | null, api?: any, locks?: Locks, channel?: (name: string) => Channel,
   *   held?: (why: string) => void}} options channel makes one; held is told why it takes long
   */
  static async open({ account, api, locks, channel, held = () => {} }) {
    const store = new Store(account, databaseName(account));
    const onHeld = (/** @type {any} */ { detail }) => held(detail.text);
    store.addEventListener("notice", onHeld);
    store.database = await openDatabase(store.#name, (why) => store.keeping.interrupted(why));
    store.removeEventListener("notice", onHeld);
    store.keeping.opened();
    store.writer = new Writer(store.database, {
      written: (change) => store.tabs.tellRows(change),
      reread: (replica, ids) => void reread(store, replica.key, ids),
      failed: () => store.keeping.failed(),
      recovered: () => store.keeping.recovered(),
    });
    store.tabs = new Tabs(store, channel, locks);
    store.syncer = new Syncer(store, api);
    store.schedule = new Schedule(store);
    await load(store);
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
    return statusOf({ account: this.account !== null, waiting, syncing, trouble, message, storage: this.keeping.trouble });
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
    const list = this.lists.find((one) => one.key === key);
    const readOnly = list?.role === "reader" || list?.withdrawn === true;
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
   * Set fields of a task; one that is `undefined` goes. Whoever writes to a task that is to be decided about, as it is no
   * longer there, keeps their version. RecordNotFoundError where there is none.
   * @param {string} key
   * @param {string} id
   * @param {Record<string, any>} changes
   */
  update(key, id, changes) {
    this.updateAll(key, new Map([[id, changes]]));
  }

  /**
   * Set fields of several tasks, in one transaction.
   * @param {string} key
   * @param {Map<string, Record<string, any>>} changes by id
   */
  updateAll(key, changes) {
    const steps = [...changes].map(([id, one]) => {
      const all = checkedChanges(one);
      const step = (/** @type {Local | null} */ local) => edits.update(resolved(local, { choice: "mine" }), id, all);
      return /** @type {[string, Step]} */ ([id, step]);
    });
    if (steps.length) this.edit(key, new Map(steps));
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
    return createList(this, title);
  }

  /**
   * Give a list of one's own another title.
   * @param {string} key
   * @param {string} title
   */
  renameList(key, title) {
    renameList(this, key, title);
  }

  /**
   * Delete a list of one's own, and the tasks in it.
   * @param {string} key
   * @returns {() => void} what brings it back
   */
  deleteList(key) {
    return deleteList(this, key);
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
    if (this.closed) return;
    this.closed = true;
    this.schedule.stop();
    this.syncer.stop();
    await this.writer.flush().catch(() => {});
    this.writer.close();
    this.tabs.close();
    this.database.close();
  }

  /** Delete the database of this account from this browser, with what was not sent; other tabs let go of it. */
  async erase() {
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
    return (await import("./transfer.js")).exported(this);
  }

  /**
   * Bring in what was exported: nothing is overwritten. ImportError where it is no export of this app.
   * @param {any} file
   */
  async import(file) {
    const done = (await import("./transfer.js")).imported(this, file);
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
    const replica = new StoreReplica(bucket, collection, this.writer, {
      changed: () => this.touch(key),
      news: (news) => this.tabs.tellNews(key, news),
    });
    this.replicas.set(key, replica);
    this.touch(key);
    return replica;
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

  /** @param {Notice} notice */
  notify(notice) {
    this.dispatchEvent(new CustomEvent("notice", { detail: notice }));
  }

  /** Say that the status may be another. */
  statusChanged() {
    this.#tell();
  }

  /** Make the replicas of all lists that have a title. */
  ensureTitled() {
    for (const id of titledIn(this.replica(TITLES))) this.ensure(`${OWN}/${id}`);
  }

  /**
   * Say that a list, or what it holds, is another.
   * @param {string} key
   */
  touch(key) {
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
}
