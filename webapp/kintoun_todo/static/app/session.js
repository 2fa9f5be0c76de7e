/**
 * Who is signed in. The server knows by a cookie that scripts cannot read; this browser remembers whom it was last,
 * without any secret, so that the app starts offline with their tasks.
 *
 * @typedef {{name: string, principal: string, bucket: string}} Account
 * @typedef {import("./app.js").App} App
 */

const KEPT = "kintoun-todo account";
const CHANNEL = "kintoun-todo session";

export class Session {
  /** @type {Account | null} whose tasks are shown; null for those of this device only */ account;
  /** @type {boolean | null} whether the server knows who asks; null as long as nobody has asked it */ signedIn = null;
  /** @type {App} */ #app;
  /** @type {BroadcastChannel} */ #tabs;
  /** @type {Promise<void>} */ #last = Promise.resolve();

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.account = remembered();
    this.#tabs = new BroadcastChannel(CHANNEL);
    this.#tabs.onmessage = ({ data }) => this.#inTurn(() => this.#heard(data));
  }

  /** Ask the server who is signed in, and show their tasks; offline all stays as it is. */
  async check() {
    const found = await this.#app.api.request("GET", "/session").catch(() => null);
    if (found === null) return;
    const { data } = found.body;
    await this.#inTurn(async () => {
      this.signedIn = data !== null;
      if (data !== null) await this.#become(accountIn(data));
      this.#app.draw();
    });
  }

  /**
   * Sign in. What was written on this device without an account moves into the account.
   * @param {string} name @param {string} password
   * @returns {Promise<number>} how many tasks have moved
   */
  async signIn(name, password) {
    const { body } = await this.#app.api.request("POST", "/session", { body: { data: { name, password } } });
    let moved = 0;
    await this.#inTurn(async () => {
      this.signedIn = true;
      moved = await this.#become(accountIn(body.data), true);
      this.#tabs.postMessage(this.account);
    });
    return moved;
  }

  /**
   * Create an account, and sign in. AccessError with status 412 where the name is taken.
   * @param {string} name @param {string} password
   * @returns {Promise<number>} how many tasks have moved
   */
  async signUp(name, password) {
    const more = { headers: { "If-None-Match": "*" }, body: { data: { password } } };
    await this.#app.api.request("PUT", `/accounts/${encodeURIComponent(name)}`, more);
    return await this.signIn(name, password);
  }

  /**
   * Sign out: the session ends, and this browser forgets the tasks of the account, those that were not sent too.
   * @param {{everywhere?: boolean}} [options]
   */
  async signOut({ everywhere = false } = {}) {
    await this.#app.api.request("DELETE", `/session${everywhere ? "?everywhere=true" : ""}`);
    await this.#inTurn(async () => {
      this.signedIn = false;
      this.#tabs.postMessage(null);
      await this.#forget();
    });
  }

  /**
   * Change the password: all sessions end, and this one begins anew. AuthenticationError where the old one is wrong.
   * @param {string} before @param {string} after
   */
  async changePassword(before, after) {
    const { name } = /** @type {Account} */ (this.account);
    const headers = { Authorization: basic(name, before) };
    const path = `/accounts/${encodeURIComponent(name)}`;
    await this.#app.api.request("PATCH", path, { headers, body: { data: { password: after } } });
    await this.signIn(name, after);
  }

  /**
   * Show the tasks of an account. The same person goes on where they were, and what waits is sent.
   * @param {Account} account @param {boolean} [anew] the session is a new one
   */
  async #become(account, anew = false) {
    const former = this.#app.store;
    const isSame = former.account?.principal === account.principal;
    this.account = account;
    localStorage.setItem(KEPT, JSON.stringify(account));
    if (isSame && !anew) return 0;
    await former.writer.flush().catch(() => {});
    await this.#app.openStore(account);
    return former.account === null ? await this.#moveIn(former) : 0;
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
    this.#app.go({ list: null, filter: "all" });
    await this.#app.openStore(null);
    if (former.account !== null) await former.erase();
  }

  /** What another tab has done. @param {Account | null} account */
  async #heard(account) {
    this.signedIn = account !== null;
    if (account === null) await this.#forget();
    else await this.#become(account, true);
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

/** @param {string} name @param {string} password */
function basic(name, password) {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${name}:${password}`)))}`;
}
