/** Whether the browser keeps what is written here, and what is said where it does not. */

import { INTERRUPTIONS, UNKEPT } from "./status.js";

/** @typedef {import("./database.js").Interruption} Interruption */

/** The keeping of one store. */
export class Keeping {
  /** @type {string | null} why the browser does not keep what is written */
  trouble = null;
  #store;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** The database is open: what stood in the way does not any more. */
  opened() {
    this.trouble = null;
  }

  /** Something could not be written. */
  failed() {
    if (this.trouble === null) this.#say(UNKEPT);
    else this.#store.statusChanged();
  }

  /** All is written again. */
  recovered() {
    this.trouble = null;
    this.#store.statusChanged();
    this.#store.schedule.soon();
  }

  /**
   * The database is in the way of another tab, or was taken away.
   * @param {Interruption} why
   */
  interrupted(why) {
    if (this.#store.closed) return;
    if (why === "erased") return void this.#store.close();
    this.#say(INTERRUPTIONS[why], why !== "blocked");
  }

  /**
   * @param {string} text
   * @param {boolean} [reload] whether reloading the page is the way out
   */
  #say(text, reload = false) {
    this.trouble = text;
    this.#store.notify({ kind: "storage", text, reload });
    this.#store.statusChanged();
  }
}
