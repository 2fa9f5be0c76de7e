/**
 * Who is signed in. The server knows by a cookie that scripts cannot read; this browser remembers whom it was last,
 * without any secret, so that the app starts offline with their tasks; and that somebody left while the server could not be
 * reached, so that it is told before anything else.
 *
 * @typedef {{name: string, principal: string, bucket: string}} Account
 * @typedef {import("./app.js").App} App
 * @typedef {"keep" | "remove" | null} Others what to do with the tasks of somebody else; null: what loses nothing
 */
import { follow } from "./others.js";
import { unsaved } from "./store/unsaved.js";

const KEPT = "kintoun-todo account";
const LEFT = "kintoun-todo left";
const CHANNEL = "kintoun-todo session";
/** Milliseconds until the server is told again that somebody has left. */
const PAUSE = 15_000;

export class Session {
  /** @type {Account | null} whose tasks are shown; null for those of this device only */ account;
  /** @type {boolean | null} whether the server knows who asks; null as long as nobody has asked it */ signedIn = null;
  /** @type {App} */ #app;
  /** @type {BroadcastChannel} */ #tabs;
  /** @type {Promise<void>} */ #last = Promise.resolve();
  /** How often somebody has come or gone: what was asked before is no longer true. */ #changes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.account = remembered();
    this.#tabs = new BroadcastChannel(CHANNEL);
    this.#tabs.onmessage = ({ data }) => this.#inTurn(() => this.#heard(data));
    globalThis.addEventListener?.("online", () => this.#hasLeft && void this.check());
  }

  /**
   * Ask the server who is signed in, and show their tasks; offline all stays as it is. Whoever has left without the server
   * is signed out first.
   */
  async check() {
    const changes = this.#changes;
    const body = await this.#ask();
    if (body === null) return;
    await this.#inTurn(async () => {
      if (changes === this.#changes && !this.#hasLeft) await this.#found(body.data);
    });
  }

  /** @returns {Promise<{data: any} | null>} null where the server cannot be asked now */
  async #ask() {
    try {
      await this.endLeft();
      return (await this.#app.api.request("GET", "/session")).body;
    } catch {
      if (this.#hasLeft) this.#checkLater();
      return null;
    }
  }

  /** @param {any} data of the session, null where there is none */
  async #found(data) {
    this.signedIn = data !== null;
    const before = this.account?.principal;
    if (data !== null) await this.#become(accountIn(data));
    if (this.account?.principal !== before) this.#tabs.postMessage(this.account);
    this.#app.draw();
  }

  #checkLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), PAUSE);
  }

  /**
   * Sign in. What was written on this device without an account moves into the account. Tasks of somebody else go from this
   * device where all of them are saved, else they are kept out of sight until their owner signs in here again; `others` is
   * what was chosen for them.
   * @param {string} name @param {string} password @param {{others?: Others}} [options]
   * @returns {Promise<number>} how many tasks have moved
   */
  async signIn(name, password, { others = null } = {}) {
    await this.endLeft();
    const { body } = await this.#app.api.request("POST", "/session", { body: { data: { name, password } } });
    let moved = 0;
    await this.#inTurn(async () => {
      this.signedIn = true;
      this.#changes += 1;
      moved = await this.#become(accountIn(body.data), { anew: true, others });
      this.#tabs.postMessage(this.account);
    });
    return moved;
  }

  /**
   * Sign out: the session ends, and this browser forgets the tasks of the account, those that were not sent too.
   * @param {{everywhere?: boolean}} [options]
   */
  async signOut({ everywhere = false } = {}) {
    await this.#app.api.request("DELETE", endOf(everywhere));
    await this.#leave();
  }

  /**
   * Sign out where the server cannot be reached: this browser forgets the account and its tasks now, those that were not
   * sent too, and the session ends before anything else is asked of the server.
   * @param {{everywhere?: boolean}} [options]
   */
  async leaveDevice({ everywhere = false } = {}) {
    localStorage.setItem(LEFT, JSON.stringify({ bucket: this.account?.bucket, everywhere }));
    await this.#leave();
    this.#checkLater();
  }

  async #leave() {
    await this.#inTurn(async () => {
      this.signedIn = false;
      this.#changes += 1;
      this.#tabs.postMessage(null);
      await this.#forget();
    });
  }

  get #hasLeft() {
    return localStorage.getItem(LEFT) !== null;
  }

  /** End the session of whoever has left without the server; by one tab, and not when somebody else is in already. */
  async endLeft() {
    clearTimeout(this.#timer);
    if (!this.#hasLeft) return;
    await alone(async () => {
      if (!this.#hasLeft) return;
      const { bucket, everywhere } = JSON.parse(localStorage.getItem(LEFT) ?? "{}");
      const { data } = (await this.#app.api.request("GET", "/session")).body;
      if (data?.bucket === bucket) await this.#app.api.request("DELETE", endOf(everywhere));
      localStorage.removeItem(LEFT);
    });
  }

  /**
   * Show the tasks of an account. The same person goes on where they were, and what waits is sent.
   * @param {Account} account @param {{anew?: boolean, others?: Others}} [options] anew: the session is a new one
   */
  async #become(account, { anew = false, others = null } = {}) {
    const former = this.#app.store;
    const isSame = former.account?.principal === account.principal;
    this.account = account;
    localStorage.setItem(KEPT, JSON.stringify(account));
    if (isSame && !anew) return 0;
    if (!isSame && former.account !== null) {
      await follow(this.#app, await this.unsaved(), account, others);
      return 0;
    }
    await former.writer.flush().catch(() => {});
    await this.#app.openStore(account);
    return former.account === null ? await this.#moveIn(former) : 0;
  }

  /** Count what would be lost with the tasks that are here. @returns {Promise<number>} */
  unsaved() {
    return unsaved(this.#app.store);
  }

  /** @param {import("./store/store.js").Store} device */
  async #moveIn(device) {
    const moved = await device.moveInto(this.#app.store);
    await device.erase();
    return moved;
  }

  async #forget() {
    const former = this.#app.store;
    this.account = null;
    localStorage.removeItem(KEPT);
    this.#app.startAfresh();
    await this.#app.openStore(null);
    if (former.account !== null) await former.erase();
  }

  /** What another tab has done. @param {Account | null} account */
  async #heard(account) {
    this.signedIn = account !== null;
    this.#changes += 1;
    if (account === null) await this.#forget();
    else await this.#become(account, { anew: true, others: "keep" }); // The other tab has done what was chosen.
    this.#app.draw();
  }

  /** One after the other, and not before there is a store. @param {() => Promise<void>} step */
  #inTurn(step) {
    const turn = this.#last.then(step);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** @returns {Account | null} */
function remembered() {
  try {
    return accountIn(JSON.parse(localStorage.getItem(KEPT) ?? "null"));
  } catch {
    return null;
  }
}

/** @param {any} data @returns {Account} */
function accountIn({ name, principal, bucket }) {
  return { name, principal, bucket };
}

/** The path whose deletion ends a session. @param {boolean} everywhere */
function endOf(everywhere) {
  return `/session${everywhere ? "?everywhere=true" : ""}`;
}

/** Run while no other tab does. @param {() => Promise<void>} run */
async function alone(run) {
  const { locks } = globalThis.navigator ?? {};
  await (locks ? locks.request(CHANNEL, run) : run());
}
