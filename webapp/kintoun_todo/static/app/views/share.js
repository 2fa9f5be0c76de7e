/**
 * Who may see and change a list or a task.
 *
 * Names that tests rely on: dialog "Share “Groceries”"; form `#share-form` with the field "Name or group", the select
 * "Role" ("Can view", "Can add", "Can edit") and the button "Share"; `ul.people` > `li.person[data-principal]` with
 * `.person-name`, a select "Role of bob", the button "Remove bob" or the words `.through`; groups open by `details`;
 * buttons `.stop-sharing`, `.leave`, `.copy-link`, `.try-again`.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { AccessOf } from "../access.js";
import { key as keyOf, nameOf } from "../engine/principal.js";
import { kindWords } from "../kind_words.js";
import { findAnybody, ownGroups } from "../people.js";
import { leaveTask } from "../store/leaving.js";
import { shortened } from "../words.js";
import { avatar, letterOf } from "./account_menu.js";
import { attempt, done, frame, stateOf } from "./dialog.js";
import { wordsOf } from "./form.js";
import { leave, titleOf } from "./lists.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../engine/shared.js").Access} Access */
/** @typedef {import("../store/store.js").TaskList} TaskList */
/**
 * @typedef {import("./dialog.js").State & {access: AccessOf, found: import("../engine/shared.js").AccessList | null,
 *   groups: import("../engine/shared.js").Group[]}} ShareState
 */

/** @type {Record<string, string>} */
const WORDS = {
  reader: "can view",
  contributor: "can add tasks, and see their own",
  editor: "can edit, share and delete",
};

/** The dialog. @param {App} app */
export function shareDialog(app) {
  const { key, id = null } = app.dialog?.detail ?? {};
  const state = /** @type {ShareState} */ (stateOf(app, { access: null, found: null, groups: [] }));
  if (state.access === null) {
    state.access = new AccessOf(app, key, id);
    queueMicrotask(() => load(app, state));
  }
  const { list } = state.access;
  const task = id === null ? undefined : app.store.tasks(key).find((/** @type {any} */ one) => one.id === id);
  const isGone = list === undefined || (id !== null && task === undefined);
  if (isGone) return frame(app, "share", "This is not here any more", nothing);
  const title = shortened(id === null ? titleOf(list) : (task?.description ?? ""));
  return frame(app, "share", `Share “${title}”`, state.found === null ? again(app, state) : content(app, state, list));
}

/** @param {App} app @param {ShareState} state */
async function load(app, state) {
  await attempt(app, state, async () => {
    state.groups = await ownGroups(app).catch(() => []);
    state.access.titles = new Map(state.groups.map(({ principal, title }) => [principal, title]));
    state.found = await state.access.read();
  });
}

/** @param {App} app @param {ShareState} state */
function again(app, state) {
  if (state.busy || state.error === null) return html`<p>Looking who has access…</p>`;
  return html`<button type="button" class="try-again primary" @click=${() => load(app, state)}>Try again</button>`;
}

/** @param {App} app @param {ShareState} state @param {TaskList} list */
function content(app, state, list) {
  const { entries, hidden } = /** @type {import("../engine/shared.js").AccessList} */ (state.found);
  const mayChange = list.own || entries.some(({ me, role }) => me && role === "editor") || list.role === "editor";
  const others = entries.filter(({ me, through }) => !me && through === null);
  return html`
    ${mayChange ? shareForm(app, state) : html`<p>You can view this, but not share it${list.sharedBy ? html`: ask <bdi>${list.sharedBy}</bdi>` : nothing}.</p>`}
    <h3 id="people-title">People with access</h3>
    <ul class="people" aria-labelledby="people-title">
      ${mine(app, list)}
      ${repeat(
        entries.filter(({ me }) => !me),
        ({ principal, through }) => `${principal} ${through}`,
        (one) => person(app, state, list, one, mayChange),
      )}
    </ul>
    ${hidden.length > 0 && !list.own ? html`<p class="hint">Others may have access whom the server does not show to you.</p>` : nothing}
    <div class="sheet-actions row">
      <button type="button" class="copy-link" @click=${() => copyLink(app, state)}>Copy link</button>
      ${mayChange && others.length > 0
        ? html`<button type="button" class="stop-sharing danger" ?disabled=${state.busy} @click=${() => stop(app, state)}>
            Stop sharing
          </button>`
        : nothing}
      ${list.own ? nothing : html`<button type="button" class="leave danger" @click=${() => go(app, state, list)}>Leave</button>`}
    </div>
    <p class="hint">The link gives nobody access: it opens for those who are named above.</p>
  `;
}

/** @param {App} app @param {ShareState} state */
function shareForm(app, state) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { who, role } = wordsOf(event);
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (who !== "" && (await share(app, state, who, role))) form.reset();
    const field = form.elements.namedItem("who");
    if (field instanceof HTMLElement) field.focus();
  };
  const isList = state.access.id === null;
  return html`<form id="share-form" @submit=${submit}>
      <label class="field"
        ><span>Name or group</span>
        <input name="who" list="known-groups" required autofocus autocomplete="off" autocapitalize="none" spellcheck="false" dir="auto" />
      </label>
      <datalist id="known-groups">${state.groups.map(({ title }) => html`<option value=${title}>group</option>`)}</datalist>
      <label class="field"
        ><span>Role</span>
        <select name="role">
          <option value="reader">Can view</option>
          ${isList ? html`<option value="contributor">Can add</option>` : nothing}
          <option value="editor" selected>Can edit</option>
        </select>
      </label>
      <button type="submit" class="primary" ?disabled=${state.busy}>Share</button>
    </form>
    <p class="hint">
      Who can edit can also share and
      delete.${isList ? " Who can add sees the tasks that they have added, not those of others." : ""}
    </p>`;
}

/** @param {App} app @param {TaskList} list */
function mine(app, list) {
  const { name } = /** @type {{name: string}} */ (app.store.account);
  const role = list.own ? "owner" : WORDS[list.role];
  return html`<li class="person me">
    <span class="person-name"
      >${avatar(letterOf(name))} <bdi>${name}</bdi> <small>(you)</small></span
    >
    <span class="person-role">${role}</span>
  </li>`;
}

/** @param {App} app @param {ShareState} state @param {TaskList} list @param {Access} one @param {boolean} mayChange */
function person(app, state, list, one, mayChange) {
  const name = nameIn(state, one);
  return html`<li class="person" data-principal=${one.principal}>
    <div class="person-name">
      ${avatar(one.group ? "⁂" : letterOf(name))}
      ${one.group ? group(name, one) : html`<bdi>${name}</bdi>`}
    </div>
    ${one.through !== null
      ? html`<span class="through">${WORDS[one.role]}, ${throughWords(one, list)}</span>`
      : one.name === list.sharedBy && !one.group
        ? html`<span class="person-role">shared this with you</span>`
        : mayChange
          ? controls(app, state, one, name)
          : html`<span class="person-role">${WORDS[one.role]}</span>`}
  </li>`;
}

/** @param {string} name @param {Access} one */
function group(name, { members }) {
  if (members === null) return html`<bdi>${name}</bdi> <small>(group)</small>`;
  return html`<details>
    <summary><bdi>${name}</bdi> <small>(group of ${members.length})</small></summary>
    <ul class="members">
      ${members.map((member) => html`<li><bdi>${nameOf(member)}</bdi></li>`)}
    </ul>
  </details>`;
}

/** @param {Access} one @param {TaskList} list */
function throughWords({ through }, list) {
  return through === "collection" ? html`through the list <bdi>${titleOf(list)}</bdi>` : "through all lists of their owner";
}

/** @param {App} app @param {ShareState} state @param {Access} one @param {string} name */
function controls(app, state, one, name) {
  const roles = [
    ["reader", "Can view"],
    ...(state.access.id === null ? [["contributor", "Can add"]] : []),
    ["editor", "Can edit"],
  ];
  const turn = (/** @type {Event} */ event) =>
    give(app, state, one.principal, name, /** @type {HTMLSelectElement} */ (event.target).value);
  return html`<span class="person-controls">
    <select aria-label=${`Role of ${name}`} ?disabled=${state.busy} .value=${one.role} @change=${turn}>
      ${roles.map(([role, words]) => html`<option value=${role} ?selected=${role === one.role}>${words}</option>`)}
    </select>
    <button
      type="button"
      class="remove-person"
      aria-label=${`Remove ${name}`}
      ?disabled=${state.busy}
      @click=${() => take(app, state, one, name)}
    >
      Remove
    </button>
  </span>`;
}

/** The title of a group that is mine, else the name. @param {ShareState} state @param {Access} one */
function nameIn({ groups }, one) {
  return groups.find(({ principal }) => principal === one.principal)?.title ?? one.name;
}

/** @param {App} app @param {ShareState} state @param {string} who @param {string} role */
async function share(app, state, who, role) {
  let isShared = false;
  await attempt(app, state, async () => {
    const found = await findAnybody(app, who, state.groups);
    await changed(app, state, await giveNow(state, found.principal, role), `${found.name} ${WORDS[role]}.`);
    isShared = true;
  });
  return isShared;
}

/** @param {App} app @param {ShareState} state @param {string} principal @param {string} name @param {string} role */
async function give(app, state, principal, name, role) {
  await attempt(app, state, async () => {
    await changed(app, state, await giveNow(state, principal, role), `${name} ${WORDS[role]}.`);
  });
}

/** @param {ShareState} state @param {string} principal @param {string} role */
async function giveNow({ access, found }, principal, role) {
  return await access.give(principal, role, found?.entries ?? []);
}

/** @param {App} app @param {ShareState} state @param {Access} one @param {string} name */
async function take(app, state, one, name) {
  await attempt(app, state, async () => {
    const { undo, remaining } = await state.access.take([one.principal]);
    const still = remaining.filter(({ principal }) => keyOf(principal) !== keyOf(one.principal));
    const through = still.map((other) => nameIn(state, other)).join(", ");
    const words = still.length === 0 ? "" : ` Access through ${through} is left.`;
    await changed(app, state, undo, `${name} is removed.${words}`);
  });
  const field = document.querySelector("#share-form input");
  if (field instanceof HTMLElement) field.focus();
}

/** @param {App} app @param {ShareState} state */
async function stop(app, state) {
  await attempt(app, state, async () => {
    await changed(app, state, await state.access.stop(), "This is shared with nobody any more.");
  });
}

/**
 * Say what was done, with a way back, and read again who has access.
 * @param {App} app @param {ShareState} state @param {() => Promise<void>} undo @param {string} words
 */
async function changed(app, state, undo, words) {
  const takeBack = async () => {
    await undo();
    if (app.dialog !== null) state.found = await state.access.read();
  };
  state.found = await state.access.read();
  done(app, state, words, takeBack);
}

/** @param {App} app @param {ShareState} state @param {TaskList} list */
async function go(app, state, list) {
  const { key, id } = state.access;
  app.closeDialog();
  if (id === null) return await leave(app, list);
  try {
    const undo = leaveTask(app.store, key, id);
    app.notify("You left this task. It is not shown on this device any more.", { undo });
  } catch (error) {
    app.tell(`The task cannot be left now: ${kindWords(error)}`);
  }
}

/** @param {App} app @param {ShareState} state */
async function copyLink(app, state) {
  const { link } = state.access;
  try {
    await navigator.clipboard.writeText(link);
    state.said = "The link is copied.";
  } catch {
    state.said = `The link is ${link}`;
  }
  app.draw();
}
