/**
 * The question of whoever signs in where changes of somebody else wait: what is to become of them.
 *
 * Names that tests rely on: `.others-question`; buttons `.keep-theirs` ("Keep them for alice"), `.remove-theirs` ("Remove
 * them from this device"), `.cancel`.
 */
import { html } from "../../vendor/lit-html/lit-html.js";
import { counted } from "../words.js";
import { frame } from "./dialog.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./dialog.js").State} State */
/** @typedef {"keep" | "remove"} Choice */

/**
 * Tell whether a name that somebody signs in by is another than that of an account.
 * @param {string} given @param {string} account as the server writes it
 */
export function isOther(given, account) {
  return given.normalize("NFC").toLowerCase() !== account;
}

/**
 * The question.
 * @param {App} app @param {State} state
 * @param {{owner: string, count: number, newcomer: string}} facts count: changes of the owner that are not saved
 * @param {(choice: Choice | null) => unknown} answer null for neither
 */
export function otherPerson(app, state, { owner, count, newcomer }, answer) {
  const button = (/** @type {string} */ kind, /** @type {Choice | null} */ choice, /** @type {unknown} */ text) =>
    html`<button type="button" class=${kind} ?disabled=${state.busy} @click=${() => answer(choice)}>${text}</button>`;
  const [are, them] = count === 1 ? ["is", "it"] : ["are", "them"];
  return frame(app, "account", html`Tasks of <bdi>${owner}</bdi> are here`, html`
    <p class="others-question">
      ${counted(count, "change")} of <bdi>${owner}</bdi> on this device ${are} not saved yet. Before <bdi>${newcomer}</bdi>
      signs in: shall the tasks stay on this device, out of sight, until <bdi>${owner}</bdi> signs in here again? Or shall they
      go? Whoever removes them loses what is not saved.
    </p>
    <div class="sheet-actions row">
      ${button("keep-theirs primary", "keep", html`Keep them for <bdi>${owner}</bdi>`)}
      ${button("remove-theirs", "remove", `Remove them from this device, and lose ${them}`)}
      ${button("cancel", null, "Cancel")}
    </div>
  `);
}
