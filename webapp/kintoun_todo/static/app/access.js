/**
 * Who has access to a list or a task, as the share dialog shows and changes it: each change answers what takes it back.
 */
import { NO_ACCESS_WORDS } from "./kind_words.js";
import { AccessError, KintounError } from "./engine/errors.js";
import { Place } from "./engine/place.js";
import { key as keyOf } from "./engine/principal.js";
import * as sharing from "./engine/sharing.js";
import { placeOf } from "./store/lists.js";
import { keepList } from "./store/reading.js";
import { keepToldTitle, sayTitle } from "./store/titles.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./engine/shared.js").Access} Access */
/** @typedef {import("./engine/sharing.js").Talk} Talk */
/** @typedef {import("./store/store.js").TaskList} TaskList */
/** @typedef {() => Promise<void>} Undo */

/** Access to one list, or to one task of it. */
export class AccessOf {
  /** @type {App} */ #app;

  /** @type {Map<string, string>} titles of groups, by their principals */ titles = new Map();

  /** @param {App} app @param {string} key @param {string | null} id of a task, null for the list */
  constructor(app, key, id) {
    const { bucket, collection } = placeOf(key);
    this.#app = app;
    this.key = key;
    this.id = id;
    this.place = new Place(bucket, collection, id);
  }

  /** @returns {TaskList | undefined} */
  get list() {
    return this.#app.store.lists.find((/** @type {TaskList} */ list) => list.key === this.key);
  }

  /** Read who has access; the task or the list is brought to the server first, where it is not there. */
  async read() {
    const { store } = this.#app;
    const task = this.id === null ? null : store.tasks(this.key).find((/** @type {any} */ one) => one.id === this.id);
    if (task?.lastModified === null) await store.sync();
    const isOwn = this.place.bucket === "default";
    const list = new Place(this.place.bucket, this.place.collection);
    const place = this.place;
    const found = await store.call(function* (/** @type {Talk} */ talk) {
      try {
        return yield* sharing.who(talk, place);
      } catch (error) {
        if (!isOwn || !(error instanceof AccessError) || error.status !== 404) throw error;
        yield* sharing.create(talk, list);
        return yield* sharing.who(talk, place);
      }
    });
    await this.#keepNames(found.entries);
    return found;
  }

  /**
   * Give somebody a role; what they had of their own is answered by `undo`.
   * @param {string} principal @param {string} role @param {Access[]} entries who has access now @returns {Promise<Undo>}
   */
  async give(principal, role, entries) {
    const { place } = this;
    const title = this.id === null && this.list?.own ? this.list.title : null;
    const owner = this.#app.store.account?.name;
    await this.#app.store.call(function* (/** @type {Talk} */ talk) {
      yield* sharing.share(talk, place, principal, role);
      if (title !== null && !(yield* sayTitle(talk.line, place, title, owner))) throw new KintounError(NO_ACCESS_WORDS);
    });
    if (title !== null) await keepToldTitle(this.#app.store, this.key, title);
    const before = entries.find((one) => one.through === null && keyOf(one.principal) === keyOf(principal));
    return () => this.#giveBack([{ place, held: new Map([[principal, before?.permissions ?? []]]) }]);
  }

  /**
   * Take the access of some away, and with groups what their members were given for editing.
   * @param {string[]} principals @returns {Promise<{undo: Undo, remaining: Access[]}>}
   */
  async take(principals) {
    const { place } = this;
    const done = await this.#app.store.call((/** @type {Talk} */ talk) => sharing.remove(talk, place, principals));
    return { undo: () => this.#giveBack(done.before), remaining: done.remaining };
  }

  /** Take everybody's access away but my own. @returns {Promise<Undo>} */
  async stop() {
    const { place } = this;
    const done = await this.#app.store.call((/** @type {Talk} */ talk) => sharing.stop(talk, place));
    return () => this.#giveBack(done.before);
  }

  /** The address of the list; it gives nobody access. */
  get link() {
    const bucket = this.place.bucket === "default" ? (this.#app.store.account?.bucket ?? "default") : this.place.bucket;
    return `${location.origin}/lists/${[bucket, this.place.collection ?? ""].map(encodeURIComponent).join("/")}`;
  }

  /** @param {import("./engine/shared.js").Former[]} before */
  async #giveBack(before) {
    await this.#app.store.call((/** @type {Talk} */ talk) => sharing.giveBack(talk, before));
    await this.read();
  }

  /** Keep with whom a list is shared, so that it shows. @param {Access[]} entries */
  async #keepNames(entries) {
    if (this.id !== null || this.place.bucket !== "default") return;
    const others = entries.filter(({ me, through }) => !me && through === null);
    const sharedWith = others.map(({ name, principal }) => this.titles.get(principal) ?? name);
    const { store } = this.#app;
    await keepList(store, { ...store.rows.get(this.key), key: this.key, sharedWith });
  }
}
