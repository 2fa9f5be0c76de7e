/**
 * Asking the browser to keep this site's data: once, in the gesture that made the first task.
 */
let asked = false;

/** Ask, where it was not asked yet; the answer is the browser's, and is not waited for. */
export function askToPersist() {
  if (asked || !navigator.storage?.persist) return;
  asked = true;
  navigator.storage
    .persisted()
    .then((kept) => kept || navigator.storage.persist())
    .catch(() => false);
}
