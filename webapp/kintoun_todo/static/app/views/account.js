/**
 * Signing up, in and out.
 *
 * Names that tests rely on: forms `#sign-up` ("Create account"), `#sign-in` ("Sign in"), `#change-password` ("Change
 * password"), each with fields `name`, `password`, `old-password`, `new-password`; buttons `.sign-out` ("Sign out"),
 * `.sign-out-everywhere`, `.open-groups`, `.open-transfer`, `.to-sign-up`, `.to-sign-in`.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as credentials from "../credentials.js";
import { counted } from "../words.js";
import { attempt, frame, stateOf } from "./dialog.js";
import { wordsOf } from "./form.js";
import { installOffer } from "./install.js";
import { isOther, otherPerson } from "./other_person.js";
import { signOut, signOutQuestion } from "./sign_out.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./dialog.js").State} State */

const WRONG = "This name and this password do not fit. Is the name spelled as when you signed up?";
const BAD_NAME = "A name may have letters (a to z), digits, and . + - _ @, and begins with a letter or a digit.";

/** The dialog. @param {App} app */
export function accountDialog(app) {
  const { account, status } = app.store;
  const state = stateOf(app, { mode: app.dialog?.detail.mode ?? null, asks: false, given: null, theirs: 0 });
  if (account === null) {
    return state.mode === "sign-up" ? signUp(app, state) : signIn(app, state, null);
  }
  if (state.asks) return signOutQuestion(app, state);
  if (status.state === "signed-out" || app.session.signedIn === false) return signIn(app, state, account.name);
  if (state.mode === "password") return changePassword(app, state, account.name);
  return overview(app, state, account.name);
}

/** @param {App} app @param {State} state @param {string} name */
function overview(app, state, name) {
  const out = (/** @type {boolean} */ everywhere) => signOut(app, state, everywhere);
  return frame(app, "account", html`Signed in as <bdi>${name}</bdi>`, html`
    <div class="sheet-actions">
      <button type="button" class="open-groups" @click=${() => app.openDialog("groups")}>Groups…</button>
      <button type="button" class="open-transfer" @click=${() => app.openDialog("transfer")}>Export or import…</button>
      ${installOffer(app)}
      <button type="button" class="to-password" @click=${() => turn(app, state, "password")}>Change password…</button>
      <button type="button" class="sign-out" ?disabled=${state.busy} @click=${() => out(false)}>Sign out</button>
      <button type="button" class="sign-out-everywhere" ?disabled=${state.busy} @click=${() => out(true)}>
        Sign out on all devices
      </button>
    </div>
    <p class="hint">Signing out takes your tasks from this browser. They stay in your account.</p>
  `);
}

/** @param {App} app @param {State} state @param {string | null} name whose tasks are here */
function signIn(app, state, name) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    state.given = wordsOf(event);
    state.theirs = name !== null && isOther(state.given.name, name) ? await app.session.unsaved() : 0;
    if (state.theirs === 0) return await enterAs(app, state, null);
    app.drawNow();
    focusOn(".keep-theirs");
  };
  if (name !== null && state.theirs > 0) {
    const answer = (/** @type {"keep" | "remove" | null} */ others) => {
      state.theirs = 0;
      if (others !== null) return enterAs(app, state, others);
      state.given.password = "";
      app.drawNow();
      focusOn("[name=name]");
    };
    return otherPerson(app, state, { owner: name, count: state.theirs, newcomer: state.given.name }, answer);
  }
  return frame(app, "account", name === null ? "Sign in" : "Sign in again", html`
    ${name === null ? deviceWords(app) : againWords(app, name)}
    <form id="sign-in" @submit=${submit}>
      ${nameField(state.given?.name ?? name ?? "")} ${passwordField("password", "Password", "current-password")}
      <button type="submit" class="primary" ?disabled=${state.busy}>Sign in</button>
    </form>
    <p class="hint">
      ${name === null
        ? html`New here?
            <button type="button" class="linklike to-sign-up" @click=${() => turn(app, state, "sign-up")}>
              Create an account
            </button>`
        : html`<button type="button" class="linklike sign-out" @click=${() => signOut(app, state, false)}>
            Sign out, and take these tasks from this browser
          </button>`}
    </p>
    ${name === null
      ? html`<p class="hint">
          <button type="button" class="linklike open-transfer" @click=${() => app.openDialog("transfer")}>
            Export or import tasks
          </button>
        </p>
        <p class="hint">${installOffer(app, "linklike")}</p>`
      : nothing}
  `);
}

/** @param {App} app @param {State} state */
function signUp(app, state) {
  const words = { 400: BAD_NAME, 404: BAD_NAME, 412: "This name is taken. Choose another, or sign in if it is yours." };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { name, "new-password": password } = wordsOf(event);
    if ([...password].length < 8) return fail(app, state, "The password has fewer than 8 characters.");
    await enter(app, state, () => credentials.signUp(app, name, password), words);
  };
  return frame(app, "account", "Create an account", html`
    ${deviceWords(app)}
    <form id="sign-up" @submit=${submit}>
      ${nameField("")} ${passwordField("new-password", "Password", "new-password")}
      <button type="submit" class="primary" ?disabled=${state.busy}>Create account</button>
    </form>
    <p class="hint">
      You have one already?
      <button type="button" class="linklike to-sign-in" @click=${() => turn(app, state, "sign-in")}>Sign in</button>
    </p>
  `);
}

/** @param {App} app @param {State} state @param {string} name */
function changePassword(app, state, name) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    const { "old-password": before, "new-password": after } = wordsOf(event);
    if ([...after].length < 8) return fail(app, state, "The new password has fewer than 8 characters.");
    const words = { 400: "The server does not take this password.", 401: "The old password is not right." };
    if (!(await attempt(app, state, () => credentials.changePassword(app, before, after), words))) return;
    app.closeDialog();
    app.notify("Your password is changed. Other devices have to sign in again.");
  };
  return frame(app, "account", "Change password", html`
    <form id="change-password" @submit=${submit}>
      <input type="text" name="name" autocomplete="username" .value=${name} readonly hidden />
      ${passwordField("old-password", "Old password", "current-password")}
      ${passwordField("new-password", "New password", "new-password")}
      <button type="submit" class="primary" ?disabled=${state.busy}>Change password</button>
    </form>
  `);
}

/**
 * Sign in as was typed; `others` is what was chosen for the tasks of somebody else.
 * @param {App} app @param {State} state @param {"keep" | "remove" | null} others
 */
async function enterAs(app, state, others) {
  const { name, password } = state.given;
  state.given.password = "";
  await enter(app, state, () => app.session.signIn(name, password, { others }), { 400: WRONG, 401: WRONG });
}

/** @param {App} app @param {State} state @param {() => Promise<number>} step @param {Record<number, string>} words */
async function enter(app, state, step, words) {
  let moved = 0;
  const isDone = await attempt(app, state, async () => void (moved = await step()), words);
  if (!isDone) return;
  app.closeDialog();
  const name = app.store.account?.name ?? "";
  const tasks = moved === 0 ? "" : ` ${counted(moved, "task")} of this device ${moved === 1 ? "is" : "are"} in your account now.`;
  app.notify(`Welcome, ${name}!${tasks}`);
}

/** @param {App} app @param {State} state @param {string} words */
function fail(app, state, words) {
  state.error = words;
  app.draw();
}

/** @param {App} app @param {State} state @param {string} mode */
function turn(app, state, mode) {
  Object.assign(state, { mode, error: null });
  app.drawNow();
  focusOn("input:not([hidden])");
}

/** @param {string} selector of what is in the dialog */
function focusOn(selector) {
  const found = document.querySelector(`dialog ${selector}`);
  if (found instanceof HTMLElement) found.focus();
}

/** @param {App} app */
function deviceWords(app) {
  const count = app.store.lists.reduce(
    (/** @type {number} */ sum, /** @type {any} */ { key }) => sum + app.store.tasks(key).length,
    0,
  );
  if (count === 0) return html`<p>With an account your tasks are on all your devices, and you can share them.</p>`;
  return html`<p>
    ${count === 1 ? "The task" : `The ${count} tasks`} on this device will move into your account. Nothing is lost.
  </p>`;
}

/** @param {App} app @param {string} name */
function againWords(app, name) {
  const { waiting } = app.store.status;
  const rest = waiting > 0 ? ` ${counted(waiting, "change")} will be saved then.` : "";
  return html`<p>You are signed out, <bdi>${name}</bdi>: your session has ended. Sign in to go on.${rest}</p>`;
}

/** @param {string} name */
function nameField(name) {
  return html`<label class="field">
    <span>Name</span>
    <input
      type="text"
      name="name"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="255"
      required
      autofocus
      .defaultValue=${name}
    />
  </label>`;
}

/** @param {string} name @param {string} label @param {"current-password" | "new-password"} purpose */
function passwordField(name, label, purpose) {
  const isNew = purpose === "new-password";
  return html`<label class="field">
      <span>${label}</span>
      <input
        type="password"
        name=${name}
        autocomplete=${purpose}
        aria-describedby=${isNew ? "password-rule" : nothing}
        required
      />
    </label>
    ${isNew ? html`<p id="password-rule" class="hint">At least 8 characters. The longer, the better.</p>` : nothing}`;
}

