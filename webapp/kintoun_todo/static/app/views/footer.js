/**
 * The footer of the list: `.todo-count` (a polite live region), `nav` > `ul.filters` with `aria-current="page"` on the
 * filter that is shown, `button.clear-completed`.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { FILTERS, pathOf } from "../routes.js";
import { counted } from "../words.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function footer(app) {
  const { tasks } = app;
  if (tasks.length === 0) return nothing;
  const left = tasks.filter((task) => task.status !== "done").length;
  return html`<footer class="footer">
    <span class="todo-count" role="status"><strong>${left}</strong> ${left === 1 ? "item" : "items"} left</span>
    <nav aria-label="Filter"><ul class="filters">${FILTERS.map((each) => filterLink(app, each))}</ul></nav>
    ${clearCompleted(app, tasks)}
  </footer>`;
}

/** @param {App} app @param {readonly [import("../routes.js").Filter, string]} filter */
function filterLink(app, [filter, word]) {
  const route = { list: app.route.list, filter };
  const current = app.route.filter === filter;
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    app.go(route);
  };
  return html`<li>
    <a
      href=${pathOf(route)}
      class=${current ? "selected" : ""}
      aria-current=${current ? "page" : nothing}
      @click=${follow}
      >${word}</a
    >
  </li>`;
}

/** @param {App} app @param {import("../app.js").Task[]} tasks */
function clearCompleted(app, tasks) {
  const done = tasks.filter((task) => task.status === "done" && !task.readOnly);
  if (done.length === 0) return nothing;
  const clear = () => {
    const undo = app.store.removeAll(app.key, done.map((task) => task.id));
    app.focus.want(".new-todo");
    app.notify(`Cleared ${counted(done.length, "task")}.`, { undo });
  };
  return html`<button type="button" class="clear-completed" @click=${clear}>Clear completed</button>`;
}
