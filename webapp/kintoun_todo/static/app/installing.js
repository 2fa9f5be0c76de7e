/**
 * Installing this app on the device. A browser that can do it says so by "beforeinstallprompt"; the event is kept until
 * somebody asks, so that nothing nags. Safari on iOS says nothing and has no way for pages: people are told theirs.
 */

/** Whoever has so many tasks here has used the app for a while. */
export const SOME_USE = 3;

/** @typedef {Event & {prompt: () => Promise<{outcome: string}>}} Offer */
/**
 * What is asked of the window.
 * @typedef {EventTarget & {navigator: {userAgent: string, maxTouchPoints: number, standalone?: boolean},
 *   matchMedia: (query: string) => {matches: boolean}}} Surroundings
 */

export class Installing {
  /** @type {Offer | null} */ #offer = null;
  /** @type {Surroundings} */ #window;
  /** @type {() => void} */ #changed;

  /** @param {Surroundings} window @param {() => void} changed called when there is something else to offer */
  constructor(window, changed) {
    this.#window = window;
    this.#changed = changed;
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#turn(/** @type {Offer} */ (event));
    });
    window.addEventListener("appinstalled", () => this.#turn(null));
  }

  /**
   * What can be offered: "button" where the browser installs, "words" where people do it themselves, null for nothing.
   * @returns {"button" | "words" | null}
   */
  get way() {
    if (this.#window.matchMedia("(display-mode: standalone)").matches) return null;
    if (this.#offer !== null) return "button";
    return this.#window.navigator.standalone === false && this.#isTouched() ? "words" : null;
  }

  /** Only Safari on iPhone and iPad knows `standalone`; on a Mac it has the words in a menu of its own. */
  #isTouched() {
    const { userAgent, maxTouchPoints } = this.#window.navigator;
    return /iPhone|iPad|iPod/.test(userAgent) || maxTouchPoints > 1;
  }

  /** Let the browser ask whether to install; an offer is good for one question. @returns {Promise<boolean>} */
  async ask() {
    const offer = this.#offer;
    if (offer === null) return false;
    this.#turn(null);
    const { outcome } = await offer.prompt();
    return outcome === "accepted";
  }

  /** @param {Offer | null} offer */
  #turn(offer) {
    this.#offer = offer;
    this.#changed();
  }
}
