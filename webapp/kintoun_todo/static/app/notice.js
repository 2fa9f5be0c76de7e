/**
 * What a store tells, passed on to the page: its changes are drawn, its notices become words.
 */
import { counted, mergedText, refusalText, shortened } from "./words.js";

/** @typedef {import("./app.js").App} App */

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
  store.addEventListener("notice", (/** @type {CustomEvent} */ event) => isShown() && tell(app, event.detail));
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
  const task = notice.list === undefined ? undefined : app.taskIn(notice.list, notice.id);
  const name = shortened(task?.description ?? notice.text ?? "A task");
  const undo = typeof notice.undo === "function" ? () => notice.undo() : null;
  switch (notice.kind) {
    case "merged":
      return app.notify(mergedText(name, notice.field), { undo });
    case "conflict":
      return app.announce(`“${name}” was changed here and elsewhere: it needs your decision.`);
    case "refused":
      return app.tell(`“${name}”: ${refusalText(notice.status, notice.message)}`, { lost: lostOf(notice) });
    case "put_back":
      return app.tell(refusalText(notice.status ?? 403, notice.message), { lost: lostOf(notice), undo });
    case "withdrawn":
      return app.tell(withdrawnText(notice), { lost: lostOf(notice) });
    case "storage":
      return app.tell(notice.text ?? "This browser has no room left for your tasks. Free some, or export them.");
    default:
      if (notice.text) app.notify(String(notice.text), { undo });
  }
}

/** The text of mine that a notice says is not saved. @param {any} notice @returns {string | null} */
function lostOf(notice) {
  const lost = notice.lost ?? notice.mine;
  return typeof lost === "string" ? lost : (lost?.description ?? notice.text ?? null);
}

/** @param {any} notice */
function withdrawnText(notice) {
  const what = notice.title ? `“${shortened(notice.title)}”` : notice.count ? counted(notice.count, "task") : "A task";
  return `${what} is not shared with you any more. What you wrote there and was not saved yet is kept here.`;
}
