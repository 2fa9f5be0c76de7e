/** What would be lost with the database of an account. */

import { reread, rereadLists } from "./reading.js";
import { unsavedIn } from "./status.js";

/**
 * Count what the server does not have, after a look at what other tabs have written.
 * @param {import("./store.js").Store} store
 * @returns {Promise<number>}
 */
export async function unsaved(store) {
  try {
    await store.writer.flush();
    await rereadLists(store);
    await Promise.all([...store.replicas.keys()].map((key) => reread(store, key)));
  } catch {
    // What the browser does not keep is in memory, and counted too.
  }
  return unsavedIn(store.replicas.values());
}
