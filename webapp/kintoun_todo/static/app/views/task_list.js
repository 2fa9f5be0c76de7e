/**
 * The list: `section.main` with `#toggle-all`, `ul.todo-list`, and outside of it the menu of one task, `.task-menu`
 * (`role=menu`: "Edit", "In progress", "Move up", "Move down", "Share…", "Remove").
 *
 * Keys on anything in a row: F2 edits; on the checkbox Enter edits, Delete removes, up and down go to the next row;
 * Alt with up or down moves the task.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { moved } from "../order.js";
import { askToPersist } from "../persistence.js";
import { shortened } from "../words.js";
import { unfold } from "./conflict.js";
import { items } from "./item.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Task} Task */

/** @type {((app: App, task: Task) => unknown) | null} the menu, loaded when it is opened for the first time */
let menuView = null;

/** @param {App} app */
export function taskList(app) {
  const { tasks } = app;
  if (tasks.length === 0 && app.editing === null) {
    return app.list?.loaded === false ? html`<p class="loading" role="status">Fetching the tasks…</p>` : nothing;
  }
  const allDone = tasks.every((task) => task.status === "done");
  const closed = tasks.every((task) => task.readOnly);
  return html`<section class="main" aria-label=${app.list?.title ?? "Tasks"}>
    <input
      id="toggle-all"
      class="toggle-all"
      type="checkbox"
      .checked=${live(allDone)}
      ?disabled=${closed}
      @change=${(/** @type {Event} */ event) => toggleAll(app, checkedOf(event))}
    /><label for="toggle-all">Mark all as complete</label>
    <ul
      class="todo-list"
      @change=${(/** @type {Event} */ event) => onChange(app, event)}
      @click=${(/** @type {MouseEvent} */ event) => onClick(app, event)}
      @dblclick=${(/** @type {MouseEvent} */ event) => onDoubleClick(app, event)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(app, event)}
      @focusout=${(/** @type {FocusEvent} */ event) => onFocusOut(app, event)}
    >${repeat(app.shown, (task) => task.id, items(app))}</ul>
  </section>`;
}

/** Enter in the field for a new task. @param {App} app @param {KeyboardEvent} event */
export function addTask(app, event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const description = field.value.trim();
  if (event.key !== "Enter" || event.isComposing || description === "" || app.list === undefined) return;
  app.store.create(app.list.key, { description });
  field.value = "";
  askToPersist();
  app.draw();
}

/** The open menu of a task, outside the list. @param {App} app */
export function taskMenu(app) {
  const task = app.menu === null ? undefined : app.task(app.menu.id);
  return task === undefined ? nothing : menuView?.(app, task) ?? nothing;
}

/** Begin to edit a task. @param {App} app @param {Task} task */
export function startEdit(app, task) {
  if (task.readOnly || app.list === undefined) return;
  app.editing = { key: app.list.key, task: { ...task }, sequence: app.shown.map(({ id }) => id) };
  app.focus.want(".todo-list li.editing .edit");
  app.draw();
}

/** Remove a task, with a way back. @param {App} app @param {Task} task */
export function remove(app, task) {
  if (task.readOnly) return;
  app.focus.wantTask(task.id);
  const undo = app.store.remove(app.key, task.id);
  app.notify(`Removed “${shortened(task.description)}”.`, {
    undo: () => {
      undo();
      app.focus.wantTask(task.id);
    },
  });
}

/** @param {App} app @param {Task} task @param {Partial<Task>} changes */
export function update(app, task, changes) {
  app.focus.wantTask(task.id);
  app.store.update(app.key, task.id, changes);
  app.draw();
}

/** @param {App} app @param {Task} task @param {-1 | 1} step */
export function move(app, task, step) {
  const orders = moved(app.tasks, app.shown, task.id, step);
  app.store.updateAll(app.key, new Map([...orders].map(([id, order]) => [id, { order }])));
  app.focus.wantTask(task.id);
  if (orders.size === 0) return app.announce(step === -1 ? "It is the first already." : "It is the last already.");
  const place = app.shown.findIndex((each) => each.id === task.id) + 1;
  app.announce(`Moved to place ${place} of ${app.shown.length}.`);
}

/** @param {App} app @param {boolean} done */
function toggleAll(app, done) {
  const others = app.tasks.filter((task) => !task.readOnly && (task.status === "done") !== done);
  app.store.updateAll(app.key, new Map(others.map(({ id }) => [id, { status: done ? "done" : "todo" }])));
  app.draw();
}

// Events of the rows

/** @param {App} app @param {Event} event @returns {Task | undefined} */
function taskOf(app, event) {
  const row = /** @type {Element} */ (event.target).closest("li");
  return row === null ? undefined : app.task(row.dataset.id ?? "");
}

/** @param {Event} event */
function checkedOf(event) {
  return /** @type {HTMLInputElement} */ (event.target).checked;
}

/** @param {Event} event @param {string} selector */
function within(event, selector) {
  return /** @type {Element} */ (event.target).closest(selector);
}

/** @param {App} app @param {Event} event */
function onChange(app, event) {
  const task = taskOf(app, event);
  if (task !== undefined && within(event, ".toggle")) update(app, task, { status: checkedOf(event) ? "done" : "todo" });
}

/** @param {App} app @param {MouseEvent} event */
function onClick(app, event) {
  const task = taskOf(app, event);
  if (task === undefined) return;
  const more = within(event, ".more");
  if (more) void openMenu(app, task, more);
  else if (within(event, ".destroy")) remove(app, task);
  else if (within(event, ".conflict-badge")) unfold(app, task);
  else if (within(event, ".readonly-badge")) app.notify(whyReadOnly(app));
}

/** @param {App} app */
function whyReadOnly(app) {
  if (app.list?.withdrawn) return "This list is not shared with you any more.";
  const owner = app.list?.sharedBy;
  return `You may view this task, not change it${owner ? `. ${owner} shares it with you` : ""}.`;
}

/** @param {App} app @param {MouseEvent} event */
function onDoubleClick(app, event) {
  const task = taskOf(app, event);
  if (task !== undefined && within(event, "label")) startEdit(app, task);
}

/** @param {App} app @param {KeyboardEvent} event */
function onKey(app, event) {
  if (event.isComposing) return;
  if (within(event, ".edit")) return onEditKey(app, event);
  const task = taskOf(app, event);
  const onToggle = within(event, ".toggle") !== null;
  const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
  if (task === undefined) return;
  if (event.key === "F2" || (event.key === "Enter" && onToggle)) startEdit(app, task);
  else if (event.key === "Delete" && onToggle) remove(app, task);
  else if (step !== 0 && event.altKey && !task.readOnly) move(app, task, step);
  else if (step !== 0 && onToggle) focusRow(app, task, step);
  else return;
  event.preventDefault();
}

/** @param {App} app @param {Task} task @param {-1 | 1} step */
function focusRow(app, task, step) {
  const next = app.shown[app.shown.findIndex((each) => each.id === task.id) + step];
  if (next === undefined) return;
  app.focus.wantTask(next.id);
  app.draw();
}

// Editing

/** @param {App} app @param {KeyboardEvent} event */
function onEditKey(app, event) {
  const id = app.editing?.task.id;
  if (id === undefined || (event.key !== "Enter" && event.key !== "Escape")) return;
  event.preventDefault();
  app.focus.wantTask(id);
  if (event.key === "Enter") commit(app, /** @type {HTMLInputElement} */ (event.target).value);
  app.editing = null;
  app.draw();
}

/** @param {App} app @param {FocusEvent} event */
function onFocusOut(app, event) {
  if (within(event, ".edit") && app.editing !== null) commit(app, /** @type {HTMLInputElement} */ (event.target).value);
}

/** End the edit and save it; a text whose task is gone meanwhile is kept in a message. @param {App} app @param {string} value */
function commit(app, value) {
  if (app.editing === null) return;
  const { key, task } = app.editing;
  const description = value.trim();
  app.editing = null;
  app.draw();
  if (description === task.description) return;
  const now = app.store.tasks(key).find((/** @type {Task} */ each) => each.id === task.id);
  if (now === undefined || now.readOnly) {
    const why = now === undefined ? "was removed elsewhere" : "became view-only";
    app.tell(`“${shortened(task.description)}” ${why} while you were editing it.`, { lost: description || null });
  } else if (description === "") remove(app, now);
  else {
    app.store.update(key, task.id, { description });
    if (now.description !== task.description) tellTheirs(app, key, now);
  }
}

/**
 * A text that came while the task was edited is replaced by mine: say so, with a way back.
 * @param {App} app @param {string} key @param {Task} theirs
 */
function tellTheirs(app, key, { id, description }) {
  app.notify(`This was renamed elsewhere, to “${shortened(description)}”, while you were editing it. Yours is kept.`, {
    undo: () => app.store.update(key, id, { description }),
  });
}

// The menu

/** @param {App} app @param {Task} task @param {Element} button */
async function openMenu(app, task, button) {
  if (app.menu?.id === task.id) return app.closeMenu();
  try {
    menuView ??= (await import("./dialogs.js")).menuView;
  } catch {
    return app.tell("This part of the app is not on this device yet. Connect to the network and try again.");
  }
  const { bottom, right } = button.getBoundingClientRect();
  app.menu = { key: app.key, id: task.id, top: bottom + scrollY, right: right + scrollX };
  app.focus.want(".task-menu button");
  app.draw();
}
