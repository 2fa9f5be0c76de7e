/**
 * The state of the page that is not in the store, and what the views may do with it: the `app` that each view gets.
 */
import { render } from "../vendor/lit-html/lit-html.js";
import { Focus } from "./focus.js";
import { kindWords } from "./kind_words.js";
import { held } from "./order.js";
import { parse, pathOf, pathOfHash, shown } from "./routes.js";
import { shortened, statusLine, worthSaying } from "./words.js";

/**
 * @typedef {import("./routes.js").Route} Route
 * @typedef {import("./store/tasks.js").Task} Task
 * @typedef {import("./store/lists.js").TaskList} TaskList
 * @typedef {import("./store/store.js").Store} Store
 * @typedef {{key: string, task: Task, sequence: string[]}} Editing the task, and the ids that were shown, when it began
 * @typedef {{id: number, text: string, undo: (() => unknown) | null}} Snack
 * @typedef {{id: number, text: string, lost: string | null, reload: boolean}} Message
 *   `lost` is a text that is saved nowhere else; `reload` that reloading the page is the way out.
 * @typedef {{name: string, detail: any}} Dialog
 */

/** How long a snackbar stays when nobody looks after it, in milliseconds. */
const SNACK_STAYS = 10_000;

/** Where a part of the app was not yet kept for use without a network, or another version took its place. */
const NOT_LOADED = "This part of the app could not be loaded. Try again with a network, or reload the page.";

export class App {
  /** @type {Store} the one that is open; there is one before anything is drawn */ store = /** @type {any} */ (null);
  /** @type {any} what sends requests */ api = null;
  /** @type {(account: any) => Promise<void>} opens the store of an account, null for this device's */
  openStore = async () => {};
  /** @type {any} what session.js knows of who is signed in */ session = null;
  /** @type {import("./installing.js").Installing | null} */ installing = null;
  /** @type {Route} */ route = { list: null, filter: "all" };
  /** @type {Editing | null} */ editing = null;
  /** @type {Dialog | null} */ dialog = null;
  /** @type {Record<string, (app: App) => unknown>} how each dialog is drawn, once one was opened */ dialogs = {};
  /** @type {Snack[]} */ snacks = [];
  /** @type {Message[]} what a person has to read, until it is put away */ messages = [];
  /** @type {Set<string>} ids of the tasks whose conflict is unfolded */ unfolded = new Set();
  /** @type {{key: string, id: string, top: number, right: number} | null} the open menu of a task */ menu = null;
  /** @type {(() => void) | null} reloads into the new version, where there is one */ newVersion = null;
  /** @type {string} what was last said aloud */ said = "";

  #drawing = false;
  /** @type {Task[] | null} the tasks of the drawing that goes on */ #drawn = null;
  #lastId = 0;
  /** @type {Dialog | null} */ #dialogShown = null;
  #statusBefore = "saved";
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */ #timers = new Map();
  /** @type {HTMLElement} */ #root;
  /** @type {(app: App) => unknown} */ #view;

  /** @param {HTMLElement} root where to draw @param {(app: App) => unknown} view */
  constructor(root, view) {
    this.#root = root;
    this.#view = view;
    this.focus = new Focus(root);
  }

  // Drawing

  /** Draw with the next frame; however often it is called, once. */
  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    if (document.hidden) setTimeout(() => this.drawNow());
    else requestAnimationFrame(() => this.drawNow());
  }

  /** Draw at once. */
  drawNow() {
    this.#drawing = false;
    if (this.store === null) return;
    this.#drawn = this.#tasksNow();
    try {
      render(this.#view(this), this.#root);
    } finally {
      this.#drawn = null;
    }
    this.#nameWindow();
    this.focus.settle();
    this.#showDialog();
  }

  #nameWindow() {
    const { list } = this;
    const title = this.route.list === null || list === undefined ? "todos" : `${list.title} · todos`;
    if (document.title !== title) document.title = title;
  }

  // What is shown

  /**
   * The list of the route, one's own first list where it names none; undefined where it is not on this device.
   * @returns {TaskList | undefined}
   */
  get list() {
    const { account, lists } = this.store;
    if (this.route.list === null) return lists[0];
    const own = `${account?.bucket}/`; // A link that I have given to others names my own bucket by its id.
    const key = this.route.list.startsWith(own) ? `default/${this.route.list.slice(own.length)}` : this.route.list;
    return lists.find((/** @type {TaskList} */ list) => list.key === key);
  }

  /** The key of the list; empty where it is not on this device. @returns {string} */
  get key() {
    return this.list?.key ?? "";
  }

  /** All tasks of the list, in order. @returns {Task[]} */
  get tasks() {
    return this.#drawn ?? this.#tasksNow();
  }

  #tasksNow() {
    return this.list === undefined ? [] : this.store.tasks(this.list.key);
  }

  /**
   * The tasks that the filter shows. A task that is being edited stays as and where it was, whatever comes in.
   * @returns {Task[]}
   */
  get shown() {
    const tasks = shown(this.tasks, this.route.filter);
    if (this.editing === null || this.editing.key !== this.list?.key) return tasks;
    return held(tasks, this.editing.task, this.editing.sequence);
  }

  /** @param {string} id @returns {Task | undefined} a task of the list that is shown */
  task(id) {
    return this.tasks.find((task) => task.id === id);
  }

  /** @param {string} key @param {string} id @returns {Task | undefined} */
  taskIn(key, id) {
    return this.store.tasks(key).find((/** @type {Task} */ task) => task.id === id);
  }

  /** Forget what belongs to the store that was open: nothing of one person is left for the next. */
  forget() {
    this.editing = this.menu = null;
    this.messages = [];
    this.snacks = [];
    this.unfolded.clear();
    this.said = "";
    this.#statusBefore = "saved";
  }

  /** Show the first list to whoever comes now, and nothing that was being typed: it is somebody else. */
  startAfresh() {
    const field = this.#root.querySelector("input.new-todo");
    if (field instanceof HTMLInputElement) field.value = "";
    this.go({ list: null, filter: "all" });
  }

  // Routes

  /** Read the route from the address, an old hash route too. */
  readRoute() {
    const path = pathOfHash(location.hash);
    if (path !== null) history.replaceState(null, "", path);
    this.route = parse(location.pathname);
    this.draw();
  }

  /** Show a route, as a step that Back undoes. @param {Route} route */
  go(route) {
    this.route = route;
    this.menu = null;
    const path = pathOf(route);
    if (path !== location.pathname) history.pushState(null, "", path);
    this.draw();
  }

  // Messages

  /** Say something to those who hear the page. @param {string} text */
  announce(text) {
    this.said = text;
    this.draw();
  }

  /**
   * Show a text for some seconds; with `undo`, a button that takes it back.
   * @param {string} text @param {{undo?: (() => unknown) | null}} [options]
   */
  notify(text, { undo = null } = {}) {
    const id = ++this.#lastId;
    this.snacks = [...this.snacks.slice(-2), { id, text, undo }];
    this.releaseSnack(id);
    this.draw();
  }

  /** Do not put a snackbar away while it is focused or pointed at. @param {number} id */
  holdSnack(id) {
    clearTimeout(this.#timers.get(id));
  }

  /** Put a snackbar away after some seconds. @param {number} id */
  releaseSnack(id) {
    this.holdSnack(id);
    this.#timers.set(id, setTimeout(() => this.dropSnack(id), SNACK_STAYS));
  }

  /** @param {number} id */
  dropSnack(id) {
    this.holdSnack(id);
    this.#timers.delete(id);
    this.snacks = this.snacks.filter((snack) => snack.id !== id);
    this.draw();
  }

  /** Take back what a snackbar tells; without an id, the last that can be. @param {number} [id] @returns {boolean} */
  undo(id) {
    const snack = this.snacks.findLast((each) => each.undo !== null && (id === undefined || each.id === id));
    if (snack === undefined) return false;
    this.dropSnack(snack.id);
    void this.takeBack(snack.undo);
    return true;
  }

  /**
   * Take something back, and say so once it is taken back, or why it could not be.
   * @param {(() => unknown) | null} undo false from it (or its promise): it has said itself what went wrong @returns {Promise<boolean>} whether it is
   */
  async takeBack(undo) {
    try {
      if ((await undo?.()) === false) return false;
    } catch (error) {
      this.tell(`This could not be taken back. ${kindWords(error)}`);
      return false;
    }
    this.announce("Undone.");
    return true;
  }

  /**
   * Show something that a person has to read, until they put it away.
   * @param {string} text @param {{lost?: string | null, reload?: boolean}} [options]
   */
  tell(text, { lost = null, reload = false } = {}) {
    if (this.messages.some((message) => message.text === text && message.lost === lost)) return;
    this.messages = [...this.messages, { id: ++this.#lastId, text, lost, reload }];
    this.draw();
  }

  /** @param {number} id */
  dropMessage(id) {
    this.messages = this.messages.filter((message) => message.id !== id);
    this.draw();
  }

  /** An error that nobody expected, in kind words. @param {unknown} error */
  failed(error) {
    console.warn(error);
    const reason = error instanceof Error && error.message ? ` (${shortened(error.message, 120)})` : "";
    this.tell(`Something went wrong${reason}. Your tasks are safe on this device; reloading the page may help.`);
  }

  /** Say the state of saving aloud, where it changed in a way that matters. */
  sayStatus() {
    const { status } = this.store;
    if (worthSaying(this.#statusBefore, status.state)) this.said = statusLine(status);
    this.#statusBefore = status.state;
    this.draw();
  }

  /** Close the menu of a task; the focus goes back to its button. */
  closeMenu() {
    this.focus.want(`[data-id="${CSS.escape(this.menu?.id ?? "")}"] .more`);
    this.menu = null;
    this.draw();
  }

  // Dialogs

  /**
   * Open a dialog by its name; the first one loads them all.
   * @param {string} name @param {any} [detail]
   */
  async openDialog(name, detail = {}) {
    this.menu = null;
    this.draw();
    try {
      this.dialogs = (await import("./views/dialogs.js")).DIALOGS;
    } catch {
      return this.tell(NOT_LOADED);
    }
    this.dialog = { name, detail };
    this.draw();
  }

  /** Close the dialog; the focus goes back to where it was. */
  closeDialog() {
    this.dialog = null;
    this.#root.querySelector("dialog")?.close();
    this.draw();
  }

  #showDialog() {
    const element = this.#root.querySelector("dialog");
    if (element === null || this.dialog === null) return;
    this.#dialogShown = this.dialog;
    if (element.open) return;
    // Escape closes it too. What is closed may be another by then than what is to be shown.
    const closed = () => !element.open && this.dialog === this.#dialogShown && this.dialog !== null && this.closeDialog();
    element.addEventListener("close", closed, { once: true });
    element.showModal();
  }
}
