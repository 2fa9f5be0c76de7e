/** Making an account, and changing its password: loaded with the dialog. No password is kept. */

/** @typedef {import("./app.js").App} App */

/**
 * Create an account, and sign in. AccessError with status 412 where the name is taken.
 * @param {App} app @param {string} name @param {string} password
 * @returns {Promise<number>} how many tasks of this device have moved into it
 */
export async function signUp(app, name, password) {
  await app.session.endLeft(); // A session, whoever's it is, cannot make an account.
  const more = { headers: { "If-None-Match": "*" }, body: { data: { password } } };
  await app.api.request("PUT", `/accounts/${encodeURIComponent(name)}`, more);
  return await app.session.signIn(name, password);
}

/**
 * Change the password: all sessions end, and this one begins anew. AuthenticationError where the old one is wrong.
 * @param {App} app @param {string} before @param {string} after
 */
export async function changePassword(app, before, after) {
  const { name } = app.session.account;
  const headers = { Authorization: basic(name, before) };
  const path = `/accounts/${encodeURIComponent(name)}`;
  await app.api.request("PATCH", path, { headers, body: { data: { password: after } } });
  await app.session.signIn(name, after);
}

/** @param {string} name @param {string} password */
function basic(name, password) {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${name}:${password}`)))}`;
}
