/**
 * Starts the app: who is signed in, their store, the first drawing; and what the page as a whole listens to.
 */
import { Api } from "./api.js";
import { App } from "./app.js";
import { NewerDatabaseError } from "./engine/errors.js";
import { Installing } from "./installing.js";
import { hear } from "./notice.js";
import { Session } from "./session.js";
import { Store } from "./store/store.js";
import { lookForUpdate, watchUpdates } from "./updates.js";
import { appView } from "./views/app.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const app = new App(root, appView);

/**
 * Open the store of an account, or of this device where there is none, and show it. The former store is closed.
 * @param {{name: string, principal: string, bucket: string} | null} account
 */
async function openStore(account) {
  const former = app.store;
  const store = await Store.open({
    account,
    api: app.api,
    locks: navigator.locks,
    channel: (/** @type {string} */ name) => new BroadcastChannel(name),
    held: (why) => (former === null ? say(why) : app.tell(why)),
  });
  hear(app, store);
  if (former === null) root.replaceChildren();
  app.forget();
  app.store = store;
  await former?.close();
  store.start();
  app.draw();
}

/** What the page as a whole listens to. */
function listen() {
  addEventListener("popstate", () => app.readRoute());
  addEventListener("hashchange", () => app.readRoute());
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
    const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (isUndo && !typing && app.undo()) event.preventDefault();
  });
  addEventListener("resize", () => app.menu !== null && app.closeMenu());
  addEventListener("error", (event) => app.failed(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => app.failed(event.reason));
}

async function start() {
  listen();
  // The browser may offer it at any time from now on.
  app.installing = new Installing(window, () => app.draw());
  app.api = new Api();
  app.openStore = openStore;
  app.session = new Session(app);
  app.readRoute();
  app.focus.want(".new-todo");
  // The last known account at once, offline too; then the server is asked.
  await openStore(app.session.account);
  void app.session.check();
  const apply = watchUpdates(() => {
    // What was being typed is on the disk before the page goes.
    app.newVersion = () => void app.store.writer.flush().catch(() => {}).then(apply);
    app.draw();
  });
}

/** Say something where nothing can be drawn yet. @param {string} text @param {(() => void) | null} [reload] */
function say(text, reload = null) {
  const page = Object.assign(document.createElement("main"), { className: "page" });
  const words = Object.assign(document.createElement("p"), { role: "alert", textContent: text });
  page.append(Object.assign(document.createElement("h1"), { textContent: "todos" }), words);
  if (reload !== null) page.append(Object.assign(document.createElement("button"), { textContent: "Reload", onclick: reload }));
  root.replaceChildren(page);
}

start().catch((error) => {
  const isNewer = error instanceof NewerDatabaseError;
  if (!isNewer) console.error(error);
  const text = "This app could not start. Reload the page; if that does not help, allow this site to keep data.";
  // What this browser keeps of the app may be the older version of it: then the newer one waits, or comes now.
  const apply = watchUpdates(() => {});
  lookForUpdate();
  say(isNewer ? error.message : text, apply);
});
