/**
 * Whose tasks these are, in the bar: button `.account-button` ("Sign in" without an account, else "Account: alice").
 */
import { html } from "../../vendor/lit-html/lit-html.js";

/** @typedef {import("../app.js").App} App */

/** The button that opens it all. @param {App} app */
export function accountMenu(app) {
  const { account } = app.store;
  const open = () => app.openDialog("account");
  if (account === null) {
    return html`<button type="button" class="account-button linklike" aria-haspopup="dialog" @click=${open}>Sign in</button>`;
  }
  return html`<button
    type="button"
    class="account-button"
    aria-haspopup="dialog"
    @click=${open}
  >
    ${avatar(letterOf(account.name))}<span class="visually-hidden">Account: </span
    ><bdi class="account-name">${account.name}</bdi>
  </button>`;
}

/** The letter that stands for somebody. @param {string} name */
export function letterOf(name) {
  return ([...name][0] ?? "?").toUpperCase();
}

/** A round mark with a letter; the name beside it says the same. @param {string} letter */
export function avatar(letter) {
  return html`<span class="avatar" aria-hidden="true" data-letter=${letter}></span>`;
}
