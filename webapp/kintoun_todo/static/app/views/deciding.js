/**
 * What a person has to decide about one task, unfolded: see conflict.js. Loaded when the first is unfolded.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fieldName, refusalText, shortened, valueText } from "../words.js";
import { lostText } from "./lost_text.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Task} Task */

/** @param {App} app @param {Task} task */
export function decisionView(app, task) {
  return html`<div id="conflict-${task.id}" class="conflict" role="group" aria-label=${`Decide about ${task.description}`}>
    ${content(app, task)}
  </div>`;
}

/** @param {App} app @param {Task} task */
function content(app, task) {
  const { conflict, refused } = task;
  if (conflict === null) return refused === null ? nothing : refusedView(app, task, refused);
  if ("gone" in conflict) return goneView(app, task, conflict.gone);
  return Object.entries(conflict.fields).map(([name, clash]) => clashView(app, task, name, clash));
}

/** @param {App} app @param {Task} task @param {string} name @param {{mine?: unknown, theirs?: unknown}} clash */
function clashView(app, task, name, clash) {
  const texts = typeof clash.mine === "string" && typeof clash.theirs === "string" && name !== "status";
  const answer = (/** @type {"mine" | "theirs" | "both"} */ choice, /** @type {string} */ words) => () =>
    resolve(app, task, { field: name, choice }, words);
  return html`<div class="clash" data-field=${name}>
    <p class="clash-field">${fieldName(name)} was changed here and elsewhere</p>
    <div class="sides">
      ${side("mine", "Mine", name, clash.mine, "Keep mine", answer("mine", "Kept mine."))}
      ${side("theirs", "Theirs", name, clash.theirs, "Take theirs", answer("theirs", "Took theirs."))}
    </div>
    ${texts
      ? html`<button type="button" class="keep-both" @click=${answer("both", "Kept both.")}>Keep both</button>`
      : nothing}
  </div>`;
}

/**
 * @param {string} which @param {string} title @param {string} name @param {unknown} value @param {string} word
 * @param {() => void} act
 */
function side(which, title, name, value, word, act) {
  return html`<div class=${which}>
    <p class="side-name">${title}</p>
    <p class="side-text" dir="auto">${valueText(name, value)}</p>
    <button type="button" @click=${act}>${word}</button>
  </div>`;
}

/** @param {App} app @param {Task} task @param {Record<string, any>} gone */
function goneView(app, task, gone) {
  const mine = String(gone?.description ?? task.description);
  return html`<p class="clash-field">${goneWords(app)} while you changed it here</p>
    ${lostText(app, mine)}
    <p class="answers">
      ${app.list?.withdrawn
        ? nothing
        : html`<button type="button" @click=${() => resolve(app, task, { choice: "mine" }, "Kept your version.")}>
            Keep my version
          </button>`}
      <button type="button" @click=${() => resolve(app, task, { choice: "theirs" }, `Deleted “${shortened(mine)}”.`)}>
        Delete it here too
      </button>
    </p>`;
}

/** @param {App} app */
function goneWords({ list }) {
  return list?.own ? "This task was deleted elsewhere" : "This task was deleted, or is not shared with you any more,";
}

/** @param {App} app @param {Task} task @param {{status: number, message: string}} refused */
function refusedView(app, task, refused) {
  return html`<p class="clash-field">${refusalText(refused.status, refused.message)}</p>
    ${lostText(app, task.description)}`;
}

/**
 * @param {App} app @param {Task} task @param {{field?: string, choice: "mine" | "theirs" | "both"}} answer
 * @param {string} words
 */
function resolve(app, task, answer, words) {
  app.focus.wantTask(task.id);
  const undo = app.store.resolve(app.key, task.id, answer);
  app.notify(words, {
    undo: () => {
      undo();
      app.focus.wantTask(task.id);
    },
  });
}
