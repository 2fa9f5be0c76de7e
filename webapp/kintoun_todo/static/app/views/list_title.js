/**
 * The dialog in which a list is renamed: form `#rename-list` (field "Title", button "Rename").
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { shortened } from "../words.js";
import { frame, stateOf } from "./dialog.js";
import { wordsOf } from "./form.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../store/store.js").TaskList} TaskList */

/** The dialog in which a list gets another title. @param {App} app */
export function listDialog(app) {
  const { key } = app.dialog?.detail ?? {};
  const list = app.store.lists.find((/** @type {TaskList} */ one) => one.key === key);
  const state = stateOf(app);
  if (list === undefined) return frame(app, "list", "This list is gone", nothing);
  const submit = (/** @type {SubmitEvent} */ event) => {
    const { title } = wordsOf(event);
    const before = list.title;
    if (title === "" || title === before) return app.closeDialog();
    app.store.renameList(key, title);
    app.closeDialog();
    app.notify(`“${shortened(before)}” is called “${shortened(title)}” now.`, {
      undo: () => app.store.renameList(key, before),
    });
  };
  return frame(app, "list", "Rename list", html`
    <form id="rename-list" @submit=${submit}>
      <label class="field">
        <span>Title</span>
        <input name="title" .defaultValue=${list.title} maxlength="1000" required autofocus autocomplete="off" dir="auto" />
      </label>
      <button type="submit" class="primary" ?disabled=${state.busy}>Rename</button>
    </form>
  `);
}
