/**
 * Asking the browser to keep this site's data: once, in the gesture that made the first task.
 */
let asked = false;

/** Ask, where it was not asked yet; the answer is the browser's, and is not waited for. */
export function askToPersist() {
  if (asked || !navigator.storage?.persist) return;
  asked = true;
  mayBeCleared()
    .then((cleared) => cleared && navigator.storage.persist())
    .catch(() => false);
}

/**
 * Tell whether the browser may clear what it keeps for this site when it is short of room.
 * @param {Pick<StorageManager, "persisted"> | undefined} [storage]
 * @returns {Promise<boolean>}
 */
export async function mayBeCleared(storage = globalThis.navigator?.storage) {
  return !(await storage?.persisted?.().catch(() => false));
}
