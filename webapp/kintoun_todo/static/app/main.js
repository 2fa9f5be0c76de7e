/**
 * Starts the app: who is signed in, their store, the first drawing; and what the page as a whole listens to.
 */
import { Api } from "./api.js";
import { App } from "./app.js";
import { hear } from "./notice.js";
import { Session } from "./session.js";
import { Store } from "./store/store.js";
import { watchUpdates } from "./updates.js";
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
  app.api = new Api();
  app.openStore = openStore;
  app.session = new Session(app);
  app.readRoute();
  app.focus.want(".new-todo");
  // The last known account at once, offline too; then the server is asked.
  await openStore(app.session.account);
  void app.session.check();
  const apply = watchUpdates(() => {
    app.newVersion = apply;
    app.draw();
  });
}

start().catch((error) => {
  console.error(error);
  const text = "This app could not start. Reload the page; if that does not help, allow this site to keep data.";
  root.replaceChildren(Object.assign(document.createElement("p"), { role: "alert", textContent: text }));
});
