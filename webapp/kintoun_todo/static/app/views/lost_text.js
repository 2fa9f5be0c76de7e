/**
 * A text that is saved nowhere else: `.lost`, with the buttons "Copy my text" and "Add it as my own task".
 */
import { html } from "../../vendor/lit-html/lit-html.js";

/** @typedef {import("../app.js").App} App */

/**
 * A text that the server does not have: to copy, or to add as a task of one's own.
 * @param {App} app @param {string} text @param {() => void} [done] called once it is in a list of one's own
 */
export function lostText(app, text, done = () => {}) {
  return html`<p class="side-text lost" dir="auto">${text}</p>
    <p class="answers">
      <button type="button" @click=${() => copy(app, text)}>Copy my text</button>
      <button type="button" @click=${() => (addAsOwn(app, text), done())}>Add it as my own task</button>
    </p>`;
}

/** @param {App} app @param {string} text */
async function copy(app, text) {
  try {
    await navigator.clipboard.writeText(text);
    app.notify("Copied.");
  } catch {
    app.notify("The browser did not let me copy: select the text and copy it.");
  }
}

/** @param {App} app @param {string} description */
function addAsOwn(app, description) {
  const [own] = app.store.lists;
  const task = app.store.create(own.key, { description });
  app.notify(`Added to “${own.title}”.`, { undo: () => app.store.remove(own.key, task.id) });
}
