/**
 * Signing out, and what is asked before: about changes that are not saved, and where the server cannot be reached.
 *
 * Names that tests rely on: `.sign-out-question`; buttons `.save-first` ("Try to save"), `.sign-out-anyway` ("Sign out, and
 * lose them"), `.try-again`, `.remove-from-device` ("Remove my tasks from this device"), `.stay` ("Stay signed in").
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { OfflineError, UnavailableError } from "../engine/errors.js";
import { unsavedIn } from "../store/status.js";
import { counted } from "../words.js";
import { attempt, frame } from "./dialog.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./dialog.js").State} State */

/**
 * Sign out; where something would be lost, or the server cannot be reached, ask first.
 * @param {App} app @param {State} state @param {boolean} everywhere
 */
export async function signOut(app, state, everywhere) {
  await attempt(app, state, async () => {
    Object.assign(state, { everywhere, unreachable: false });
    if (count(app) > 0) await app.store.sync().catch(() => {});
    state.asks = count(app) > 0;
    if (!state.asks) return await leave(app, state);
    // What cannot be saved does not tell whether one can sign out.
    await app.api.request("GET", "/session").catch((/** @type {unknown} */ error) => note(state, error));
  });
}

/** The question. @param {App} app @param {State} state */
export function signOutQuestion(app, state) {
  return state.unreachable ? withoutServer(app, state) : lastQuestion(app, state);
}

/** @param {App} app @param {State} state */
function lastQuestion(app, state) {
  const none = count(app) === 0;
  const words = none ? "All your changes are saved now." : `${unsavedWords(app)} Whoever signs out now loses ${them(app)}.`;
  const save = () => attempt(app, state, async () => void (await app.store.sync()));
  const goOn = () => attempt(app, state, () => leave(app, state));
  return frame(app, "account", "Sign out?", html`
    <p class="sign-out-question">${words}</p>
    <div class="sheet-actions row">
      ${none ? nothing : html`<button type="button" class="save-first primary" ?disabled=${state.busy} @click=${save}>Try to save</button>`}
      <button type="button" class=${none ? "sign-out primary" : "sign-out-anyway"} ?disabled=${state.busy} @click=${goOn}>
        ${none ? "Sign out" : "Sign out, and lose them"}
      </button>
      ${stay(app)}
    </div>
  `);
}

/** @param {App} app @param {State} state */
function withoutServer(app, state) {
  const none = count(app) === 0;
  const remove = () => attempt(app, state, () => removeNow(app, state));
  const again = () => signOut(app, state, state.everywhere);
  return frame(app, "account", "Sign out without the server?", html`
    <p class="sign-out-question">
      To sign out, this device has to reach the server, and it cannot now. You can take your tasks from this device all the
      same: what is saved stays in your account, and you will be signed out${state.everywhere ? " on all devices" : ""} as
      soon as this app is open here with a network.
    </p>
    ${none ? nothing : html`<p class="unsaved">${unsavedWords(app)} Whoever removes the tasks now loses ${them(app)}.</p>`}
    <div class="sheet-actions row">
      <button type="button" class="try-again primary" ?disabled=${state.busy} @click=${again}>Try again</button>
      <button type="button" class="remove-from-device" ?disabled=${state.busy} @click=${remove}>
        ${none ? "Remove my tasks from this device" : `Remove my tasks from this device, and lose ${them(app)}`}
      </button>
      ${stay(app)}
    </div>
  `);
}

/** @param {App} app */
function stay(app) {
  return html`<button type="button" class="stay" @click=${() => app.closeDialog()}>Stay signed in</button>`;
}

/** @param {App} app @param {State} state */
async function leave(app, state) {
  try {
    await app.session.signOut({ everywhere: state.everywhere });
  } catch (error) {
    if (!note(state, error)) throw error;
    state.asks = true;
    return;
  }
  app.closeDialog();
  app.notify("You are signed out. Nothing of your account is left in this browser.");
}

/** @param {App} app @param {State} state */
async function removeNow(app, state) {
  await app.session.leaveDevice({ everywhere: state.everywhere });
  app.closeDialog();
  app.notify("Nothing of your account is left in this browser. You will be signed out when it is online again.");
}

/** Note whether an error says that the server cannot be reached. @param {State} state @param {unknown} error */
function note(state, error) {
  state.unreachable = error instanceof OfflineError || error instanceof UnavailableError;
  return state.unreachable;
}

/** @param {App} app @returns {number} */
function count(app) {
  return unsavedIn(app.store.replicas.values());
}

/** @param {App} app */
function unsavedWords(app) {
  return `${counted(count(app), "change")} ${count(app) === 1 ? "is" : "are"} not saved in your account yet.`;
}

/** @param {App} app */
function them(app) {
  return count(app) === 1 ? "it" : "them";
}
