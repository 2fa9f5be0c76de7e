/**
 * Groups of people: made, renamed, filled, deleted.
 *
 * Names that tests rely on: form `#new-group` (field "New group", button "Make group"); `li.group[data-principal]` with
 * `.group-title`, `.reach` ("can reach 2 things"), a form `.add-member` (field "Add somebody to friends", button "Add"),
 * `ul.members` with buttons "Remove bob from friends", a form `.rename-group` (field "Title of friends", button
 * "Rename"), a button "Delete friends".
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import * as engine from "../engine/groups.js";
import { key as keyOf, nameOf } from "../engine/principal.js";
import { addMember, byGroup, deleteGroup, removeMember } from "../group_care.js";
import { findPerson, ownGroups } from "../people.js";
import { counted, shortened } from "../words.js";
import { attempt, done, frame, stateOf } from "./dialog.js";
import { wordsOf } from "./form.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../engine/shared.js").Group} Group */
/** @typedef {import("../engine/sharing.js").Talk} Talk */
/**
 * @typedef {import("./dialog.js").State & {groups: Group[] | null, reach: import("../group_care.js").Reach | null}}
 *   GroupsState
 */

const TAKEN = { 412: "There is a group of this name already." };

/** The dialog. @param {App} app */
export function groupsDialog(app) {
  const isFirst = !stateOf(app).begun;
  const state = /** @type {GroupsState} */ (stateOf(app));
  if (isFirst) {
    Object.assign(state, { begun: true, groups: null, reach: null });
    queueMicrotask(() => load(app, state));
  }
  return frame(app, "groups", "Groups", state.groups === null ? again(app, state) : content(app, state, state.groups));
}

/** @param {App} app @param {GroupsState} state */
async function load(app, state) {
  await attempt(app, state, () => read(app, state));
}

/** @param {App} app @param {GroupsState} state */
async function read(app, state) {
  state.groups = await ownGroups(app);
  app.draw();
  state.reach = state.groups.length === 0 ? new Map() : await byGroup(app);
}

/** @param {App} app @param {GroupsState} state */
function again(app, state) {
  if (state.busy || state.error === null) return html`<p>Looking for your groups…</p>`;
  return html`<button type="button" class="try-again primary" @click=${() => load(app, state)}>Try again</button>`;
}

/** @param {App} app @param {GroupsState} state @param {Group[]} groups */
function content(app, state, groups) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { title } = wordsOf(event);
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (title !== "" && (await make(app, state, groups, title))) form.reset();
  };
  return html`
    <p class="hint">Share a list with a group, and whoever is in it has access: those who come later too.</p>
    <form id="new-group" @submit=${submit}>
      <label class="field">
        <span>New group</span>
        <input name="title" required maxlength="100" autofocus autocomplete="off" dir="auto" />
      </label>
      <button type="submit" class="primary" ?disabled=${state.busy}>Make group</button>
    </form>
    ${groups.length === 0 ? nothing : html`<ul class="group-list" aria-label="Your groups">
      ${repeat(groups, ({ principal }) => principal, (group) => groupView(app, state, group))}
    </ul>`}
  `;
}

/** @param {App} app @param {GroupsState} state @param {Group} group */
function groupView(app, state, group) {
  const { title } = group;
  const reach = state.reach?.get(group.principal)?.length ?? 0;
  return html`<li class="group" data-principal=${group.principal}>
    <details>
      <summary>
        <bdi class="group-title">${title}</bdi>
        <small>${counted(group.members?.length ?? 0, "member")}${
          state.reach === null ? nothing : html`, <span class="reach">can reach ${counted(reach, "thing")}</span>`
        }</small>
      </summary>
      ${membersView(app, state, group)} ${addForm(app, state, group)} ${renameForm(app, state, group)}
      <button type="button" class="delete-group danger" ?disabled=${state.busy} @click=${() => drop(app, state, group)}>
        Delete ${title}
      </button>
    </details>
  </li>`;
}

/** @param {App} app @param {GroupsState} state @param {Group} group */
function membersView(app, state, group) {
  const members = group.members ?? [];
  if (members.length === 0) return html`<p class="hint">There is nobody in it yet.</p>`;
  return html`<ul class="members">
    ${repeat(members, (member) => member, (member) => html`<li>
      <bdi>${nameOf(member)}</bdi>
      <button
        type="button"
        aria-label=${`Remove ${nameOf(member)} from ${group.title}`}
        ?disabled=${state.busy}
        @click=${() => putOut(app, state, group, member)}
      >
        Remove
      </button>
    </li>`)}
  </ul>`;
}

/** @param {App} app @param {GroupsState} state @param {Group} group */
function addForm(app, state, group) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { name } = wordsOf(event);
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (name !== "" && (await takeIn(app, state, group, name))) form.reset();
    const field = form.elements.namedItem("name");
    if (field instanceof HTMLElement) field.focus();
  };
  return html`<form class="add-member inline" @submit=${submit}>
    <input
      name="name"
      aria-label=${`Add somebody to ${group.title}`}
      placeholder="Name"
      required
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
    />
    <button type="submit" ?disabled=${state.busy}>Add</button>
  </form>`;
}

/** @param {App} app @param {GroupsState} state @param {Group} group */
function renameForm(app, state, group) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { title } = wordsOf(event);
    if (title !== "" && title !== group.title) await rename(app, state, group, title);
  };
  return html`<form class="rename-group inline" @submit=${submit}>
    <input name="title" aria-label=${`Title of ${group.title}`} .defaultValue=${group.title} required maxlength="100" dir="auto" />
    <button type="submit" ?disabled=${state.busy}>Rename</button>
  </form>`;
}

/** @param {App} app @param {GroupsState} state @param {Group[]} groups @param {string} title */
async function make(app, state, groups, title) {
  if (groups.some((group) => group.title.toLowerCase() === title.toLowerCase())) {
    state.error = TAKEN[412];
    app.draw();
    return false;
  }
  return await change(app, state, `The group “${shortened(title)}” is made. Add people to it.`, async () => {
    const group = await app.store.call((/** @type {Talk} */ talk) => engine.create(talk, title, []));
    return () => app.store.call((/** @type {Talk} */ talk) => engine.remove(talk.line, group.principal));
  });
}

/** @param {App} app @param {GroupsState} state @param {Group} group @param {string} name */
async function takeIn(app, state, group, name) {
  return await change(app, state, `${name} is in “${shortened(group.title)}” now.`, async () => {
    const { principal } = await findPerson(app, name);
    if ((group.members ?? []).some((member) => keyOf(member) === keyOf(principal))) return async () => {};
    await addMember(app, group, principal);
    return () => removeMember(app, group, principal, state.reach).then(() => {});
  });
}

/** @param {App} app @param {GroupsState} state @param {Group} group @param {string} member */
async function putOut(app, state, group, member) {
  const words = `${nameOf(member)} is not in “${shortened(group.title)}” any more.`;
  await change(app, state, words, () => removeMember(app, group, member, state.reach));
}

/** @param {App} app @param {GroupsState} state @param {Group} group @param {string} title */
async function rename(app, state, group, title) {
  const set = (/** @type {string} */ name) =>
    app.store.call((/** @type {Talk} */ talk) => engine.rename(talk.line, group.principal, name));
  await change(app, state, `The group is called “${shortened(title)}” now.`, async () => {
    await set(title);
    return () => set(group.title);
  });
}

/** @param {App} app @param {GroupsState} state @param {Group} group */
async function drop(app, state, group) {
  const words = `The group “${shortened(group.title)}” is deleted, and what was shared with it is not any more.`;
  await change(app, state, words, () => deleteGroup(app, group, state.reach));
}

/**
 * Change something, read the groups again, and say it, with a way back.
 * @param {App} app @param {GroupsState} state @param {string} words @param {() => Promise<() => Promise<unknown>>} step
 */
async function change(app, state, words, step) {
  return await attempt(app, state, async () => {
    const undo = await step();
    await read(app, state);
    done(app, state, words, async () => {
      await undo();
      if (app.dialog !== null) await read(app, state);
    });
  });
}
