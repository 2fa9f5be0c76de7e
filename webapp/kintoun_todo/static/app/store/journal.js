/** The journal: what was done to tasks without a person, and how to take it back. */

import { lostSide } from "../engine/conflict.js";
import { create, edited, remove } from "../engine/edits.js";
import { same } from "../engine/json_value.js";
import { changed, field, withFields } from "../engine/merge.js";

/** @typedef {import("../engine/local.js").Local} Local */
/** @typedef {import("../engine/reconcile.js").Note} Note */
/**
 * One thing that was done: the three versions and the result, null for a task that is not there; `at` is in ms.
 * `undo` puts back what was lost; it is an edit like any other, and leaves fields alone that were written since.
 * @typedef {Note & {number: number, at: number, list: string, id: string, undone: boolean,
 *   undo: () => Promise<void>}} Entry
 */

const KEPT = 1000;

/**
 * List the entries, the newest first.
 * @param {import("./database.js").Database} database
 * @param {(list: string, id: string, step: (local: Local | null) => Local | null) => void} edit
 * @returns {Promise<Entry[]>}
 */
export async function readJournal(database, edit) {
  const rows = await database.getAll("journal");
  return rows.reverse().map(({ note, ...row }) => ({ ...note, ...row, undo: () => undo({ note, ...row }) }));

  /** @param {any} row */
  async function undo(row) {
    const now = await database.get("journal", row.number);
    if (!now || now.undone) return;
    edit(row.list, row.id, (local) => restored(local, row.id, lostSide(row.note), row.note.result));
    await database.put("journal", { ...now, undone: true });
  }
}

/**
 * Let the oldest entries go.
 * @param {import("./database.js").Database} database
 */
export async function pruneJournal(database) {
  const numbers = await database.getAllKeys("journal");
  if (numbers.length <= KEPT) return;
  await database.delete("journal", IDBKeyRange.upperBound(numbers[numbers.length - KEPT - 1]));
}

/**
 * Answer the record with what was lost: deleted, written anew, or with the fields that nobody has touched since.
 * @param {Local | null} local
 * @param {string} id
 * @param {Readonly<Record<string, any>> | null} lost
 * @param {Readonly<Record<string, any>> | null} result
 */
function restored(local, id, lost, result) {
  if (lost === null) return local === null || local.data === null ? local : remove(local, id);
  if (local === null || local.data === null) return create(local, id, lost);
  const now = local.data;
  const before = result ?? {};
  const names = changed(before, lost).filter((name) => same(field(now, name), field(before, name)));
  const values = Object.fromEntries(names.map((name) => [name, field(lost, name)]));
  return edited(local, withFields(now, values), names);
}
