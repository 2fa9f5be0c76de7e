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
