/**
 * The frame of all dialogs: `dialog#dialog` with `h2#dialog-title`, a button `.dialog-close` ("Close") and, where
 * something went wrong, `.dialog-error` in an alert; `.dialog-said` tells what was done, with a button "Undo" for it.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { kindWords } from "../kind_words.js";

/** @typedef {import("../app.js").App} App */
/**
 * What a dialog remembers while it is open.
 * @typedef {{busy: boolean, error: string | null, said: string | null, undo: (() => unknown) | null,
 *   [name: string]: any}} State
 */

/** @type {WeakMap<object, State>} */
const states = new WeakMap();

/**
 * What the open dialog remembers; nothing of it is left when it closes.
 * @param {App} app @param {Record<string, any>} [start] what it begins with @returns {State}
 */
export function stateOf(app, start = {}) {
  const dialog = /** @type {object} */ (app.dialog);
  const known = states.get(dialog);
  if (known) return known;
  const state = { busy: false, error: null, said: null, undo: null, lastUndo: undefined, ...start };
  states.set(dialog, state);
  return state;
}

/**
 * Do something that takes time: the dialog says that it works, and what went wrong.
 * @param {App} app @param {State} state @param {() => Promise<void>} step @param {Record<number, string>} [words]
 * @returns {Promise<boolean>} whether it went well
 */
export async function attempt(app, state, step, words = {}) {
  if (state.busy) return false;
  Object.assign(state, { busy: true, error: null, said: null, undo: null });
  app.draw();
  try {
    await step();
    return true;
  } catch (error) {
    state.error = kindWords(error, words);
    return false;
  } finally {
    state.busy = false;
    app.draw();
  }
}

/**
 * A dialog with its title; `kind` is a class of its own.
 * @param {App} app @param {string} kind @param {unknown} title @param {unknown} content
 */
export function frame(app, kind, title, content) {
  const state = stateOf(app);
  return html`<dialog id="dialog" class=${`sheet ${kind}`} aria-labelledby="dialog-title">
    <header class="sheet-head">
      <h2 id="dialog-title" dir="auto">${title}</h2>
      <button type="button" class="dialog-close" aria-label="Close" @click=${() => app.closeDialog()}>×</button>
    </header>
    <div class="dialog-alert" role="alert">
      ${state.error === null ? nothing : html`<p class="dialog-error" dir="auto">${state.error}</p>`}
    </div>
    <div class="sheet-body">${content}</div>
    <p class="dialog-said" role="status" dir="auto">
      ${state.busy ? "One moment…" : (state.said ?? nothing)} ${state.busy || state.undo === null ? nothing : undoButton(app, state)}
    </p>
  </dialog>`;
}

/**
 * Say what was done, with a way back: here as long as the dialog is open, and for some seconds below the page.
 * @param {App} app @param {State} state @param {string} words @param {() => Promise<void>} undo
 */
export function done(app, state, words, undo) {
  const takeBack = async () => {
    await undo();
    if (app.dialog !== null) Object.assign(state, { said: "Undone.", undo: null });
    app.draw();
  };
  const former = app.snacks.find((one) => one.undo === state.lastUndo);
  if (former) app.dropSnack(former.id);
  Object.assign(state, { said: words, undo: takeBack, lastUndo: takeBack });
  app.notify(words, { undo: takeBack });
}

/** @param {App} app @param {State} state */
function undoButton(app, state) {
  const takeBack = async () => {
    const { undo } = state;
    state.undo = null;
    const snack = app.snacks.find((one) => one.undo === undo);
    if (snack) app.dropSnack(snack.id);
    await app.takeBack(undo);
  };
  return html`<button type="button" class="dialog-undo" @click=${takeBack}>Undo</button>`;
}
