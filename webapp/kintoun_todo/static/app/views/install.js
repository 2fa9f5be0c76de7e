/**
 * The offer to install the app, in the account's dialog, after some use: the button `.install` ("Install this app"), or
 * the words `.install-words` where a browser has no button for pages.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { SOME_USE } from "../installing.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app @param {string} [look] classes of the button */
export function installOffer(app, look = "") {
  const way = isUsed(app) ? (app.installing?.way ?? null) : null;
  if (way === null) return nothing;
  if (way === "words") {
    return html`<span class="install-words">
      To install this app, press the browser’s Share button, then “Add to Home Screen”.
    </span>`;
  }
  return html`<button type="button" class=${`install ${look}`} @click=${() => install(app)}>Install this app</button>`;
}

/** @param {App} app */
function isUsed({ store }) {
  const count = store.lists.reduce((/** @type {number} */ sum, { key }) => sum + store.tasks(key).length, 0);
  return count >= SOME_USE;
}

/** @param {App} app */
async function install(app) {
  if (!(await app.installing?.ask())) return;
  app.closeDialog();
  app.notify("This app is on your device now.");
}
