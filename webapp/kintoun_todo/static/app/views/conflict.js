/**
 * What a person has to decide about one task, on the task itself and outside its label.
 *
 * Names that tests rely on: `button.conflict-badge` in the row ("2 versions", "gone", "not saved"; with
 * `aria-expanded`) unfolds `.conflict` (a group) below it; in it for each field a `.clash[data-field]` with `.mine` and
 * `.theirs` and the buttons "Keep mine", "Take theirs", "Keep both"; for a task that was deleted elsewhere "Keep my
 * version" and "Delete it here too"; for a change that was refused "Copy my text", "Add it as my own task".
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Task} Task */

/** Whether a person has to decide something about a task. @param {Task} task @returns {boolean} */
export function undecided(task) {
  return task.conflict !== null || task.refused !== null;
}

/** @param {App} app @param {Task} task */
export function conflictBadge(app, task) {
  if (!undecided(task)) return nothing;
  return html`<button
    type="button"
    class="badge conflict-badge"
    aria-expanded=${app.unfolded.has(task.id)}
    aria-controls="conflict-${task.id}"
  >${badgeText(task)}<span class="visually-hidden">: ${task.description}</span></button>`;
}

/** @param {Task} task */
function badgeText(task) {
  if (task.conflict === null) return "not saved";
  return "gone" in task.conflict ? "gone" : "2 versions";
}

/** @type {((app: App, task: Task) => unknown) | null} */
let view = null;

/**
 * Unfold what is to be decided about tasks; the first time what draws it is loaded.
 * @param {App} app @param {Task[]} tasks @returns {Promise<void>} kept when it is to be drawn
 */
export async function unfoldAll(app, tasks) {
  try {
    view ??= (await import("./dialogs.js")).decisionView;
  } catch {
    return app.tell("This part of the app is not on this device yet. Connect to the network and try again.");
  }
  for (const task of tasks) app.unfolded.add(task.id);
  app.draw();
}

/** Unfold what is to be decided, or fold it. @param {App} app @param {Task} task */
export function unfold(app, task) {
  if (app.unfolded.delete(task.id)) app.draw();
  else void unfoldAll(app, [task]);
}

/** @param {App} app @param {Task} task */
export function conflictView(app, task) {
  return undecided(task) && app.unfolded.has(task.id) ? view?.(app, task) ?? nothing : nothing;
}
