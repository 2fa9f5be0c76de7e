/** What becomes of the tasks of somebody when somebody else comes to this device. */
import { unsavedIn } from "./store/status.js";

/**
 * Show the tasks of an account after those of somebody else, of which nothing is to be seen any more.
 * @param {import("./app.js").App} app
 * @param {number} count what the former account has here that is not saved
 * @param {import("./session.js").Account} account
 * @param {import("./session.js").Others} others
 */
export async function follow(app, count, account, others) {
  const former = app.store;
  app.startAfresh();
  await app.openStore(account);
  // What was written until the last moment counts too.
  const left = Math.max(count, unsavedIn(former.replicas.values()));
  if (others === "remove" || (others === null && left === 0)) await former.erase();
  else if (others === null) app.tell(keptWords(/** @type {{name: string}} */ (former.account).name, left));
}

/** @param {string} name @param {number} count */
function keptWords(name, count) {
  const changes = count === 1 ? "1 change of" : `${count} changes of`;
  return `${changes} ${name} ${count === 1 ? "is" : "are"} not saved yet. Out of sight, they are kept on this device until ${name} signs in here again.`;
}
