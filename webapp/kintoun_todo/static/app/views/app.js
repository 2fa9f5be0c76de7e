/**
 * The whole page.
 *
 * Names that tests rely on: `header.bar` (the switcher of lists, `.status-line`, the account's menu), `section.todoapp`
 * with the official markup (`.new-todo`, `.main`, `.footer`), `#live` (what is said aloud), `.messages`, `.snacks`,
 * `.new-version` (button "Reload"), `footer.info`, one `dialog` at a time.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { accountMenu } from "./account_menu.js";
import { footer } from "./footer.js";
import { listSwitcher } from "./lists.js";
import { messages, newVersionBar, snackbars } from "./notices.js";
import { statusView } from "./status_line.js";
import { addTask, taskList, taskMenu } from "./task_list.js";

/** @typedef {import("../app.js").App} App */

/** The page. @param {App} app */
export function appView(app) {
  return html`
    ${newVersionBar(app)}
    <header class="bar">
      <div class="bar-lists">${listSwitcher(app)}</div>
      ${statusView(app)}
      <div class="bar-account">${accountMenu(app)}</div>
    </header>
    <main class="page">
      ${messages(app)}
      <section class="todoapp">
        <header class="header">
          <h1>todos</h1>
          ${newTodo(app)}
        </header>
        ${taskList(app)} ${footer(app)}
      </section>
      ${snackbars(app)} ${taskMenu(app)}
    </main>
    <footer class="info">
      <p>Double-click a task, or press F2 on it, to edit it</p>
      <p>Part of <a href="https://todomvc.com">TodoMVC</a>, on Kintoun</p>
    </footer>
    <div id="live" class="visually-hidden" role="status">${app.said}</div>
    ${app.dialog === null ? nothing : app.dialogs[app.dialog.name]?.(app)}
  `;
}

/** @param {App} app */
function newTodo(app) {
  const { list } = app;
  if (list === undefined) return html`<p class="new-todo new-todo-closed">This list is not on this device (yet)</p>`;
  if (list.role === "reader" || list.single || list.withdrawn) return html`<p class="new-todo new-todo-closed">${whyClosed(list)}</p>`;
  return html`<input
    class="new-todo"
    aria-label="New task"
    placeholder="What needs to be done?"
    autocomplete="off"
    enterkeyhint="done"
    dir="auto"
    @keydown=${(/** @type {KeyboardEvent} */ event) => addTask(app, event)}
  />`;
}

/** @param {import("../app.js").TaskList} list */
function whyClosed(list) {
  if (list.withdrawn) return "This list is not shared with you any more";
  if (list.single) return "Tasks that others share with you";
  return `You may view this list, not change it${list.sharedBy ? `: it is ${list.sharedBy}’s` : ""}`;
}
