/**
 * What the page tells: `.snacks` > `.snack` (a text, "Undo", for some seconds; Ctrl+Z does the same), `.messages` >
 * `.message` (stays until "Dismiss"; a text that is saved nowhere else in `.lost` with "Copy my text", "Add it as my own
 * task"), `.decide` (how many tasks need a decision, "Show"), `.new-version` ("Reload").
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { counted } from "../words.js";
import { undecided, unfoldAll } from "./conflict.js";
import { lostText } from "./lost_text.js";

/** @typedef {import("../app.js").App} App */

/** Snackbars, at the foot of the window. @param {App} app */
export function snackbars(app) {
  return html`<div class="snacks" role="status">
    ${repeat(app.snacks, (snack) => snack.id, (snack) => snackbar(app, snack))}
  </div>`;
}

/** @param {App} app @param {import("../app.js").Snack} snack */
function snackbar(app, { id, text, undo }) {
  const hold = () => app.holdSnack(id);
  const release = () => app.releaseSnack(id);
  return html`<div
    class="snack"
    @mouseenter=${hold}
    @mouseleave=${release}
    @focusin=${hold}
    @focusout=${release}
    @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && app.dropSnack(id)}
  >
    <span class="snack-text" dir="auto">${text}</span>
    ${undo === null ? nothing : html`<button type="button" class="undo" @click=${() => app.undo(id)}>Undo</button>`}
    <button type="button" class="dismiss" aria-label="Dismiss" @click=${() => app.dropSnack(id)}>×</button>
  </div>`;
}

/** What a person has to read or decide, above the list. @param {App} app */
export function messages(app) {
  return html`<div class="messages" role="status">
    ${decide(app)} ${repeat(app.messages, (message) => message.id, (message) => messageView(app, message))}
  </div>`;
}

/** @param {App} app */
function decide(app) {
  const open = app.tasks.filter(undecided);
  if (open.length === 0) return nothing;
  const show = async () => {
    await unfoldAll(app, open);
    if (app.route.filter !== "all") app.go({ ...app.route, filter: "all" });
    const row = `[data-id="${CSS.escape(open[0].id)}"]`;
    app.focus.want(`${row} .conflict button`);
    app.draw();
  };
  return html`<p class="decide">
    <span>${counted(open.length, "task")} ${open.length === 1 ? "needs" : "need"} your decision.</span>
    <button type="button" class="linklike" @click=${show}>Show</button>
  </p>`;
}

/** @param {App} app @param {import("../app.js").Message} message */
function messageView(app, { id, text, lost, reload }) {
  return html`<div class="message">
    <p class="message-text" dir="auto">${text}</p>
    ${lost === null ? nothing : lostText(app, lost, () => app.dropMessage(id))}
    <p class="answers">
      ${reload ? html`<button type="button" @click=${() => reloadPage(app)}>Reload</button>` : nothing}
      <button type="button" @click=${() => app.dropMessage(id)}>Dismiss</button>
    </p>
  </div>`;
}

/** Reload, into the new version where one waits. @param {App} app */
function reloadPage(app) {
  if (app.newVersion) app.newVersion();
  else location.reload();
}

/** The bar of a new version. @param {App} app */
export function newVersionBar(app) {
  if (app.newVersion === null) return nothing;
  return html`<div class="new-version" role="region" aria-label="New version">
    <span role="status">There is a new version of this app.</span>
    <button type="button" @click=${() => app.newVersion?.()}>Reload</button>
  </div>`;
}
