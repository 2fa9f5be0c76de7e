/**
 * Taking tasks out and bringing them in.
 *
 * Names that tests rely on: button `.export` ("Download my tasks"), the file field `#import-file` ("Bring tasks in from a
 * file"); `.may-be-cleared` where the browser has not promised to keep what is here; `.dialog-said` tells what was done.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { mayBeCleared } from "../persistence.js";
import { counted } from "../words.js";
import { attempt, frame, stateOf } from "./dialog.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./dialog.js").State} State */

/** No file of tasks is longer, in bytes. */
const LONGEST = 50_000_000;

const CLEARED =
  "This browser may clear what it keeps for this app when it is short of room, or after weeks without a visit. " +
  "What is saved to your account stays; for everything else a file is safe.";

/** The dialog. @param {App} app */
export function transferDialog(app) {
  const state = stateOf(app, { mayBeCleared: false });
  if (!state.asked) {
    state.asked = true;
    mayBeCleared().then((answer) => {
      state.mayBeCleared = answer;
      app.draw();
    });
  }
  const bring = async (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const [file] = field.files ?? [];
    if (file) await take(app, state, file);
    field.value = "";
  };
  return frame(app, "transfer", "Export and import", html`
    <h3>Export</h3>
    <p>All your lists and their tasks, in one file (JSON) that you can keep.</p>
    ${state.mayBeCleared ? html`<p class="hint may-be-cleared">${CLEARED}</p>` : nothing}
    <button type="button" class="export primary" ?disabled=${state.busy} @click=${() => give(app, state)}>
      Download my tasks
    </button>
    <h3>Import</h3>
    <label class="field" for="import-file">Bring tasks in from a file that this app has exported</label>
    <input type="file" id="import-file" accept="application/json,.json" ?disabled=${state.busy} @change=${bring} />
    <p class="hint">Nothing is overwritten: tasks that are there already stay as they are.</p>
  `);
}

/** @param {App} app @param {State} state */
async function give(app, state) {
  await attempt(app, state, async () => {
    const exported = await app.store.export();
    const count = exported.lists.reduce((/** @type {number} */ sum, /** @type {any} */ { tasks }) => sum + tasks.length, 0);
    save(new Blob([JSON.stringify(exported, null, 2)], { type: "application/json" }));
    state.said = `${counted(count, "task")} in ${counted(exported.lists.length, "list")} went into the file.`;
  });
}

/** @param {Blob} blob */
function save(blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `tasks-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {App} app @param {State} state @param {File} file */
async function take(app, state, file) {
  if (file.size > LONGEST) {
    state.error = "This file is too long to be one of this app.";
    return app.draw();
  }
  await attempt(app, state, async () => {
    const { created, skipped } = await app.store.import(read(await file.text()));
    const already = skipped === 0 ? "" : ` ${counted(skipped, "task")} ${skipped === 1 ? "was" : "were"} there already.`;
    state.said = `${counted(created, "task")} came in.${already}`;
  });
}

/** @param {string} text @returns {any} null for what is no JSON: the store says what is wrong with it */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
