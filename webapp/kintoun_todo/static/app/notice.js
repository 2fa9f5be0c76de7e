/**
 * What a store tells, passed on to the page: its changes are drawn, its notices become words.
 */
import { lookForUpdate } from "./updates.js";
import { mergedText, putBackText, refusalText, shortened } from "./words.js";

/** @typedef {import("./app.js").App} App */

/** Milliseconds in which what others do is said together. */
const TOGETHER = 300;

/**
 * Draw what changes in a store, and say what it tells.
 * @param {App} app @param {any} store
 */
export function hear(app, store) {
  const isShown = () => app.store === store;
  store.addEventListener("tasks", (/** @type {CustomEvent} */ event) => {
    settleOrder(store, event.detail?.keys ?? []);
    if (isShown()) app.draw();
  });
  store.addEventListener("lists", () => isShown() && app.draw());
  store.addEventListener("status", () => isShown() && app.sayStatus());
  hearNews(app, store);
  store.addEventListener("notice", (/** @type {CustomEvent} */ event) => isShown() && tell(app, event.detail));
}

/**
 * Say what others have changed in the list that is shown, once for all that comes together. In a list that is shared with
 * nobody it was one's own other device.
 * @param {App} app @param {any} store
 */
function hearNews(app, store) {
  /** @type {Map<string, import("./store/news.js").News>} by id of the task */
  const heard = new Map();
  store.addEventListener("news", (/** @type {CustomEvent} */ { detail: { key, news } }) => {
    const { list } = app;
    if (app.store !== store || list?.key !== key || (list?.own && list.sharedWith.length === 0)) return;
    if (heard.size === 0) setTimeout(say, TOGETHER);
    for (const one of news) heard.set(one.id, one);
  });

  async function say() {
    const news = [...heard.values()];
    heard.clear();
    const words = await import("./views/dialogs.js").catch(() => null);
    if (words && app.store === store) app.announce(words.newsText(news));
  }
}

/**
 * Two places for one task are not worth a question: the other side's stands, so that all devices show one order.
 * @param {any} store @param {string[]} keys
 */
function settleOrder(store, keys) {
  for (const key of keys) {
    for (const { id, conflict } of store.tasks(key)) {
      if (conflict?.fields?.order) store.resolve(key, id, { field: "order", choice: "theirs" });
    }
  }
}

/** @param {App} app @param {any} notice */
function tell(app, notice) {
  const { kind, list, id, status, message } = notice;
  const name = shortened(app.taskIn(list, id)?.description || notice.text || "A task");
  const lost = typeof notice.lost?.description === "string" ? notice.lost.description : null;
  if (kind === "merged" && notice.field !== "order") {
    app.notify(mergedText(name, notice.field), { undo: notice.lost ? undoOf(app, list, id) : null });
  } else if (kind === "conflict" && notice.field !== "order") {
    app.announce(`“${name}” was changed here and elsewhere: it needs your decision.`);
  } else if (kind === "refused") {
    app.announce(`“${name}”: ${refusalText(status, message)}`);
  } else if (kind === "put_back") {
    app.tell(putBackText(name, notice.lost === null, status, message), { lost });
  } else if (kind === "withdrawn") {
    app.tell(`“${shortened(notice.title)}” is not shared with you any more.`);
  } else if (kind === "storage") {
    app.tell(notice.text, { reload: notice.reload });
  } else if (kind === "alert") {
    const unknown = { alertText: () => notice.text ?? "The server has an announcement for this app." };
    const words = import("./views/dialogs.js").catch(() => unknown);
    void words.then(({ alertText }) => app.tell(alertText(notice), { reload: true }));
    lookForUpdate();
  }
}

/** What takes the newest merge of a task back. @param {App} app @param {string} list @param {string} id */
function undoOf(app, list, id) {
  const { store } = app;
  return async () => {
    const entries = await store.journal();
    await entries.find((/** @type {any} */ each) => each.list === list && each.id === id && !each.undone)?.undo();
  };
}
