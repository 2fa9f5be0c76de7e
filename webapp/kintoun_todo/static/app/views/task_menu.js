/** The open menu of a task, `.task-menu`: see task_list.js. Loaded when it is opened for the first time. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { move, remove, startEdit, update } from "./task_list.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Task} Task */

/** The menu. @param {App} app @param {Task} task */
export function menuView(app, task) {
  const { menu } = app;
  if (menu === null) return nothing;
  /** @param {string} word @param {() => void} act @param {boolean} [checked] */
  const entry = (word, act, checked) => html`<button
    type="button"
    role=${checked === undefined ? "menuitem" : "menuitemcheckbox"}
    aria-checked=${checked ?? nothing}
    tabindex="-1"
    @click=${() => (app.closeMenu(), act())}
  >${word}</button>`;
  const doing = task.status === "doing";
  return html`<div
    class="task-menu"
    role="menu"
    aria-label="More for ${task.description}"
    .style=${`top: ${menu.top}px; left: ${Math.max(8, menu.right - 190)}px`}
    @keydown=${(/** @type {KeyboardEvent} */ event) => onMenuKey(app, event)}
    @focusout=${(/** @type {FocusEvent} */ event) => onMenuLeft(app, event)}
  >
    ${entry("Edit", () => startEdit(app, task))}
    ${entry("In progress", () => update(app, task, { status: doing ? "todo" : "doing" }), doing)}
    ${entry("Move up", () => move(app, task, -1))} ${entry("Move down", () => move(app, task, 1))}
    ${app.store.account === null ? nothing : entry("Share…", () => app.openDialog("share", shareDetail(app, task)))}
    ${entry("Remove", () => remove(app, task))}
  </div>`;
}

/** @param {App} app @param {Task} task */
function shareDetail(app, task) {
  return { key: app.key, id: task.id };
}

/** @param {App} app @param {FocusEvent} event */
function onMenuLeft(app, event) {
  const menu = /** @type {Element} */ (event.currentTarget);
  const to = /** @type {Element | null} */ (event.relatedTarget);
  if (app.menu === null || (to !== null && (menu.contains(to) || to.matches(".more")))) return;
  app.menu = null;
  app.draw();
}

/** @param {App} app @param {KeyboardEvent} event */
function onMenuKey(app, event) {
  const entries = [.../** @type {Element} */ (event.currentTarget).querySelectorAll("button")];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  /** @type {Record<string, number>} */
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
  if (event.key === "Escape" || event.key === "Tab") app.closeMenu();
  else if (event.key in targets) entries.at(targets[event.key] % entries.length)?.focus();
  else return;
  event.preventDefault();
}
