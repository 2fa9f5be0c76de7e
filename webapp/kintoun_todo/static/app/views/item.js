/**
 * One task: `li[data-id]` with the classes `completed`, `doing`, `editing`, `readonly`; in it the official
 * `div.view` > `input.toggle`, `label`, `button.destroy` ("Remove milk"), and besides the label: `.badges`
 * (`.badge.waiting`, `button.conflict-badge`, `button.readonly-badge`), `button.more` ("More for milk", also `F2` on
 * anything in the row starts the edit), and below `.view` an unfolded `.conflict`. `input.edit` is there while editing.
 * All events are handled by the list, see task_list.js.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { guard } from "../../vendor/lit-html/directives/guard.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { sharedWords } from "../words.js";
import { conflictBadge, conflictView } from "./conflict.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Task} Task */

/**
 * Answer what draws one task; a row is drawn again only where something that it shows is another.
 * @param {App} app
 */
export function items(app) {
  const unsaved = ["offline", "failed", "signed-out"].includes(app.store.status.state);
  const shared = sharedWords(app.list?.sharedWith ?? []);
  const list = `${app.list?.own} ${app.list?.withdrawn}`;
  return (/** @type {Task} */ task) => {
    const editing = app.editing?.task.id === task.id;
    const state = [task, editing, app.menu?.id === task.id, app.unfolded.has(task.id), task.waiting && unsaved, shared, list];
    return guard(state, () => item(app, task));
  };
}

/** @param {App} app @param {Task} task */
function item(app, task) {
  const editing = app.editing?.task.id === task.id;
  const name = task.description;
  const labelId = `title-${task.id}`;
  // No white space within the label: its text is the title to the letter.
  return html`<li data-id=${task.id} class=${classes(task, editing)}>
    <div class="view">
      <input
        class="toggle"
        type="checkbox"
        aria-labelledby=${labelId}
        .checked=${live(task.status === "done")}
        ?disabled=${task.readOnly}
      /><label id=${labelId} dir="auto">${name}</label>
      <span class="badges">${badges(app, task)}</span>
      ${task.readOnly ? nothing : buttons(app, task)}
    </div>
    ${editing ? editField(task) : conflictView(app, task)}
  </li>`;
}

/** @param {Task} task @param {boolean} editing */
function classes({ status, readOnly }, editing) {
  return [status === "done" && "completed", status === "doing" && "doing", editing && "editing", readOnly && "readonly"]
    .filter(Boolean)
    .join(" ");
}

/** @param {App} app @param {Task} task */
function buttons(app, task) {
  return html`<button
      type="button"
      class="more"
      aria-label="More for ${task.description}"
      aria-haspopup="menu"
      aria-expanded=${app.menu?.id === task.id}
    ></button
    ><button type="button" class="destroy" aria-label="Remove ${task.description}"></button>`;
}

/** @param {Task} task */
function editField(task) {
  return html`<input
    class="edit"
    aria-label="Edit ${task.description}"
    autocomplete="off"
    enterkeyhint="done"
    dir="auto"
    .value=${task.description}
  />`;
}

/** @param {App} app @param {Task} task */
function badges(app, task) {
  return html`${task.status === "doing" ? html`<span class="badge doing-badge">in progress</span>` : nothing}${waiting(
    app,
    task,
  )}${people(app)}${conflictBadge(app, task)}${task.readOnly
    ? html`<button type="button" class="badge readonly-badge" title="You may view this task, not change it">
        view only<span class="visually-hidden">: ${task.description}</span>
      </button>`
    : nothing}`;
}

/** @param {App} app @param {Task} task */
function waiting(app, task) {
  if (!task.waiting || !["offline", "failed", "signed-out"].includes(app.store.status.state)) return nothing;
  return html`<span class="badge waiting" role="img" aria-label="Not saved yet" title="Not saved yet"></span>`;
}

/** @param {App} app */
function people(app) {
  const words = sharedWords(app.list?.sharedWith ?? []);
  if (words === "") return nothing;
  return html`<span class="badge people" role="img" aria-label=${words} title=${words}></span>`;
}
