/**
 * The line that says where one's changes are: `p.status-line`, with the state in `data-state`, and a button
 * "Try again" or "Sign in" where that helps. What matters of it is said aloud by `#live`.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { statusLine } from "../words.js";

/** @param {import("../app.js").App} app */
export function statusView(app) {
  const { status } = app.store;
  return html`<p class="status-line" data-state=${status.state} title=${detail(app)}>
    <span class="status-mark" aria-hidden="true"></span
    ><span class="status-text">${statusLine(status)}</span>${help(app, status)}
  </p>`;
}

/** @param {import("../app.js").App} app @param {{state: string}} status */
function help(app, status) {
  if (status.state === "signed-out") {
    return html` <button type="button" class="linklike" @click=${() => app.openDialog("account")}>Sign in</button>`;
  }
  if (status.state !== "failed" && status.state !== "offline") return nothing;
  return html` <button type="button" class="linklike" @click=${() => tryAgain(app)}>Try again</button>`;
}

/** @param {import("../app.js").App} app */
async function tryAgain(app) {
  app.announce("Trying again…");
  // Why it failed is in the line itself.
  await app.store.sync().catch(() => {});
}

/** @param {import("../app.js").App} app */
function detail(app) {
  if (app.store.status.state === "device") {
    return "These tasks are kept in this browser only, which may clear them. Sign in to keep them, and to share them.";
  }
  return app.store.status.message ?? "";
}
