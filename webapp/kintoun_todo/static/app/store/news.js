/** What changed in a list without anybody at this device: others did it, or one's own other device. */

import { same } from "../engine/json_value.js";
import { taskOf } from "./tasks.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {"added" | "removed" | "renamed" | "todo" | "doing" | "done" | "moved" | "changed"} Kind */
/** @typedef {{id: string, kind: Kind, text: string, before: string}} News `text` is the task's now, `before` what it was */

/**
 * List what a step of a sync has changed in tasks that had nothing of mine to be sent: about the others a notice is told.
 * @param {Map<string, {before: Local | null, after: Local | null}>} rows
 * @returns {News[]}
 */
export function newsIn(rows) {
  const found = [...rows].filter(([, { before }]) => !before?.pending && !before?.conflict);
  return found.flatMap(([id, { before, after }]) => newsOf(id, living(before), living(after)) ?? []);
}

/** @param {Local | null} local */
function living(local) {
  return local === null || local.data === null ? null : taskOf(local, "", false);
}

/**
 * @param {string} id
 * @param {import("./tasks.js").Task | null} before
 * @param {import("./tasks.js").Task | null} after
 * @returns {News | null}
 */
function newsOf(id, before, after) {
  if (same(before?.fields, after?.fields)) return null;
  const one = { id, text: (after ?? before)?.description ?? "", before: before?.description ?? "" };
  return { ...one, kind: kindOf(before, after) };
}

/**
 * @param {import("./tasks.js").Task | null} before
 * @param {import("./tasks.js").Task | null} after
 * @returns {Kind}
 */
function kindOf(before, after) {
  if (!before) return "added";
  if (!after) return "removed";
  if (before.description !== after.description) return "renamed";
  if (before.status !== after.status) return after.status;
  return before.order === after.order ? "changed" : "moved";
}
