/** How the store stands to the server, for the line that says so. */

/**
 * `device`: there is no account. `message` is a sentence for people where there is one to say.
 * @typedef {{state: "saved" | "saving" | "offline" | "failed" | "signed-out" | "device", waiting: number,
 *   message: string | null}} Status
 */
/** @typedef {"offline" | "failed" | "signed-out" | null} Trouble what keeps changes from the server */

/**
 * Write the status.
 * @param {{account: boolean, waiting: number, syncing: boolean, trouble: Trouble, message: string | null,
 *   storage: string | null}} facts storage: why the browser does not keep what was written
 * @returns {Status}
 */
export function statusOf({ account, waiting, syncing, trouble, message, storage }) {
  if (storage !== null) return { state: "failed", waiting, message: storage };
  if (!account) return { state: "device", waiting: 0, message: null };
  if (trouble) return { state: trouble, waiting, message };
  return { state: waiting || syncing ? "saving" : "saved", waiting, message: null };
}

/**
 * Count what would be lost with this device: changes that wait, those that were refused, and those that are in conflict.
 * @param {Iterable<import("../engine/replica.js").Replica>} replicas
 */
export function unsavedIn(replicas) {
  return [...replicas].reduce((sum, replica) => sum + replica.unsavedCount(), 0);
}

/** What is said where the browser does not keep what was written. */
export const UNKEPT = "This browser does not keep what you write: it has no room, or it does not let this page.";

/** What is said where the database is in the way of another tab, or was taken away. */
export const INTERRUPTIONS = {
  blocked: "Another tab has an older version of this app open: close it.",
  newer: "Another tab has a newer version of this app open: reload this one.",
  terminated: "The browser has closed the store of this page: reload it.",
};
