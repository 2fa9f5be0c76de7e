/**
 * The switcher of lists.
 *
 * Names that tests rely on: button `.lists-button` ("Lists: Groceries") opens `#lists` with `nav` "Lists", links
 * `.list-link` (the current one `aria-current=page`), a section "Shared with me", the form `#new-list` (field "New
 * list", button "Add list"), and for the list that is shown buttons `.rename-list`, `.delete-list`, `.leave-list`; in the
 * bar `.share-list` ("Share…") and `.people-mark` ("Shared with bob and 2 others").
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { kindWords } from "../kind_words.js";
import { pathOf } from "../routes.js";
import { leaveList } from "../store/leaving.js";
import { FIRST } from "../store/lists.js";
import { counted, sharedWords, shortened } from "../words.js";
import { wordsOf } from "./form.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../store/store.js").TaskList} TaskList */

/** The button with the name of the list, and what it opens. @param {App} app */
export function listSwitcher(app) {
  const list = /** @type {TaskList | undefined} */ (app.list);
  const title = list === undefined ? "Lists" : titleOf(list);
  return html`<button type="button" class="lists-button" popovertarget="lists" aria-label=${`Lists: ${title}`}>
      <bdi class="lists-title">${title}</bdi><span aria-hidden="true"> ▾</span>
    </button>
    ${list === undefined || list.single || app.store.account === null ? nothing : shareButton(app, list)}
    <div id="lists" popover class="lists">${choices(app, list)}</div>`;
}

/** The title of a list for people; tasks that are shared singly stand under who shares them. @param {TaskList} list */
export function titleOf(list) {
  if (list.single) return list.sharedBy ? `Tasks from ${list.sharedBy}` : "Single tasks";
  return list.title;
}

/** @param {App} app @param {TaskList} list */
function shareButton(app, list) {
  const words = list.own ? sharedWords(list.sharedWith) : list.sharedBy ? `Shared by ${list.sharedBy}` : "Shared with you";
  return html`<button type="button" class="share-list linklike" @click=${() => app.openDialog("share", { key: list.key })}>
      Share…
    </button>
    ${words === "" ? nothing : html`<span class="people-mark badge people" role="img" aria-label=${words} title=${words}></span>`}`;
}

/** @param {App} app @param {TaskList | undefined} current */
function choices(app, current) {
  const own = app.store.lists.filter((/** @type {TaskList} */ list) => list.own);
  const others = app.store.lists.filter((/** @type {TaskList} */ list) => !list.own);
  return html`<nav aria-label="Lists">
      <ul class="list-links">${repeat(own, ({ key }) => key, (list) => choice(app, list))}</ul>
      ${others.length === 0
        ? nothing
        : html`<h2>Shared with me</h2>
            <ul class="list-links">${repeat(others, ({ key }) => key, (list) => choice(app, list))}</ul>`}
    </nav>
    ${current === undefined ? nothing : actions(app, current)} ${newList(app)}`;
}

/** @param {App} app @param {TaskList} list */
function choice(app, list) {
  const route = { list: list.key === FIRST ? null : list.key, filter: app.route.filter };
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    hideLists();
    app.go(route);
    app.focus.want(".new-todo");
  };
  const notes = notesOf(list);
  return html`<li>
    <a
      class="list-link"
      href=${pathOf(route)}
      aria-current=${list.key === app.list?.key ? "page" : nothing}
      @click=${follow}
      ><bdi>${titleOf(list)}</bdi>${notes === "" ? nothing : html` <small>${notes}</small>`}</a
    >
  </li>`;
}

/** @param {TaskList} list */
function notesOf(list) {
  if (list.own) return sharedWords(list.sharedWith);
  const role = { owner: "", editor: "you can edit", contributor: "you can add", reader: "you can view" }[list.role];
  return [list.single || !list.sharedBy ? "" : `from ${list.sharedBy}`, role].filter(Boolean).join(", ");
}

/** @param {App} app @param {TaskList} list */
function actions(app, list) {
  const title = shortened(titleOf(list));
  const rename = () => {
    hideLists();
    app.openDialog("list", { key: list.key });
  };
  if (!list.own) {
    return html`<p class="list-actions">
      <button type="button" class="leave-list" @click=${() => leave(app, list)}>Leave “${title}”</button>
    </p>`;
  }
  return html`<p class="list-actions">
    <button type="button" class="rename-list" @click=${rename}>Rename “${title}”…</button>
    ${list.key === FIRST
      ? nothing
      : html`<button type="button" class="delete-list" @click=${() => remove(app, list)}>Delete “${title}”</button>`}
  </p>`;
}

/** @param {App} app */
function newList(app) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    const { title } = wordsOf(event);
    if (title === "") return;
    /** @type {HTMLFormElement} */ (event.target).reset();
    hideLists();
    app.go({ list: app.store.createList(title), filter: "all" });
    app.focus.want(".new-todo");
  };
  return html`<form id="new-list" @submit=${submit}>
    <input name="title" aria-label="New list" placeholder="New list" maxlength="1000" autocomplete="off" dir="auto" />
    <button type="submit">Add list</button>
  </form>`;
}

/**
 * Delete a list; others who have access to it lose that with the next sync.
 * @param {App} app @param {TaskList} list
 */
function remove(app, list) {
  hideLists();
  const title = shortened(list.title);
  const count = app.store.tasks(list.key).length;
  const undo = app.store.deleteList(list.key);
  app.go({ list: null, filter: "all" });
  const with_ = count === 0 ? "" : `, with ${counted(count, "task")}`;
  app.notify(`Deleted the list “${title}”${with_}.`, { undo });
}

/**
 * Leave a list, with a way back.
 * @param {App} app @param {TaskList} list
 */
export async function leave(app, list) {
  hideLists();
  const title = shortened(titleOf(list));
  try {
    const undo = await leaveList(app.store, list.key);
    if (app.list === undefined) app.go({ list: null, filter: "all" });
    app.notify(`You left “${title}”. It is not shown to you any more.`, { undo });
  } catch (error) {
    app.tell(`“${title}” cannot be left now: ${kindWords(error)}`);
  }
}

function hideLists() {
  const lists = document.getElementById("lists");
  if (lists?.matches(":popover-open")) lists.hidePopover();
}
