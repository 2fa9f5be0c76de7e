/** What a person has to decide, and what the journal keeps of a decision. */

import { resolveField, resolveGone } from "./edits.js";
import { checked, same } from "./json_value.js";
import { both } from "./merge.js";
import { asWritten, noted } from "./reconcile.js";

/** @typedef {import("./json_value.js").Data} Data */
/** @typedef {import("./local.js").Local} Local */
/**
 * An answer: one of the choices, or a value; without `field` it is about a record that is no longer there.
 * @typedef {{field?: string, choice?: "mine" | "theirs" | "both", value?: any}} Decision
 */

/**
 * Answer the record after a decision; one that was resolved or settled already stays as it is.
 * @param {Local | null} local
 * @param {Decision} decision
 * @returns {Local | null}
 */
export function resolved(local, { field, choice, value }) {
  const conflict = local?.conflict;
  if (!local || !conflict) return local;
  if (field === undefined) {
    if (conflict.gone === null) return local;
    if (choice === "theirs") return resolveGone(local, null);
    return resolveGone(local, choice ? conflict.gone : checked(value));
  }
  if (!Object.hasOwn(conflict.fields, field)) return local;
  const { mine, theirs } = conflict.fields[field];
  if (choice) return resolveField(local, field, { mine, theirs, both: both(mine, theirs) }[choice]);
  return resolveField(local, field, value === undefined ? undefined : checked({ value }).value);
}

/**
 * Answer the entry of the journal for an edit that closes what was open: it keeps what I had written. Null for others.
 * @param {Local | null} before
 * @param {Local | null} after
 * @returns {import("./reconcile.js").Note | null}
 */
export function noteOf(before, after) {
  if (!before?.conflict || (after !== null && same(after.conflict, before.conflict))) return null;
  const base = before.conflict.gone === null ? before.base : before.conflict.base;
  return noted("resolved", base, asWritten(before), before.data, after === null ? null : after.data);
}

/**
 * Answer the version that an entry of the journal has put aside: theirs where the result is mine, else mine.
 * @param {import("./reconcile.js").Note} note
 * @returns {Data | null}
 */
export function lostSide(note) {
  return same(note.result, note.mine) ? note.theirs : note.mine;
}
