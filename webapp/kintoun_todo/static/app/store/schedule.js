/** When to synchronise: soon after a change, at the start, when the network or the page comes back, and by and by. */

import { UnavailableError } from "../engine/errors.js";

const SOON = 400;
const VISIBLE = 5_000;
const HIDDEN = 60_000;
const LONGEST = 30_000;

/** The timers of one store; times are in milliseconds. */
export class Schedule {
  #store;
  #running = false;
  #failures = 0;
  #notBefore = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #due = Infinity;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** Begin. */
  start() {
    if (this.#running || !this.#store.account) return;
    this.#running = true;
    globalThis.addEventListener?.("online", this.#now);
    globalThis.addEventListener?.("pagehide", this.#leaving);
    globalThis.document?.addEventListener("visibilitychange", this.#seen);
    this.#at(0);
  }

  /** End. */
  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#now);
    globalThis.removeEventListener?.("pagehide", this.#leaving);
    globalThis.document?.removeEventListener("visibilitychange", this.#seen);
  }

  /** Synchronise soon: something has changed. */
  soon() {
    if (this.#running) this.#at(SOON);
  }

  #now = () => this.#at(0);

  #seen = () => {
    if (globalThis.document?.visibilityState === "visible") this.#at(0);
    else this.#at(this.#store.status.waiting > 0 ? 0 : HIDDEN);
  };

  #leaving = () => this.#store.syncer.part();

  /**
   * Let the next sync be in `delay`, or earlier where that was the plan; never while the server wants to be left alone.
   * @param {number} delay
   */
  #at(delay) {
    const due = Math.max(Date.now() + delay, this.#notBefore);
    if (!this.#running || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#run(), due - Date.now());
  }

  async #run() {
    this.#due = Infinity;
    try {
      await this.#store.sync();
      this.#failures = 0;
      this.#rest(this.#store.syncer.backoff);
    } catch (error) {
      this.#failures += 1;
      this.#rest(error instanceof UnavailableError ? error.retryAfter : 0);
    }
    this.#at(this.#pause());
  }

  /** @param {number} seconds */
  #rest(seconds) {
    if (seconds > 0) this.#notBefore = Date.now() + seconds * 1000 * (1 + Math.random() / 10);
  }

  #pause() {
    const usual = globalThis.document?.visibilityState === "hidden" ? HIDDEN : VISIBLE;
    const grown = Math.min(usual * 2 ** Math.max(0, this.#failures - 3), Math.max(LONGEST, usual));
    return grown * (0.9 + Math.random() / 5);
  }
}
