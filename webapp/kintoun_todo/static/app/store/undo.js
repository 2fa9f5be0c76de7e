/** Taking back what a person has just done, as steps on a record. */

import { create, edited, remove, resolveGone } from "../engine/edits.js";
import { same } from "../engine/json_value.js";
import { asWritten } from "../engine/reconcile.js";

/** @typedef {import("../engine/local.js").Local} Local */

/**
 * Answer the step that brings a record back which was removed; one that lives stays as it is.
 * @param {Local} before
 * @returns {(now: Local | null) => Local | null}
 */
export function unremove(before) {
  return (now) => {
    if (now !== null && (now.data !== null || now.conflict)) return now;
    const data = before.data ?? asWritten(before) ?? {};
    const back = create(now, before.id, data);
    return back.etag === before.etag && before.conflict && !before.conflict.gone
      ? { ...back, conflict: before.conflict }
      : back;
  };
}

/**
 * Answer the step that opens again what was decided; where it was sent since, mine is written again.
 * @param {Local} before
 * @param {Local | null} after
 * @returns {(now: Local | null) => Local | null}
 */
export function unresolve(before, after) {
  return (now) => {
    if (same(now?.conflict, before.conflict)) return now;
    const untouched = same(now?.data ?? null, after?.data ?? null) && (now?.etag ?? null) === (after?.etag ?? null);
    if (untouched && !now?.sent.length) return before;
    if (now === null || now.data === null) return create(now, before.id, asWritten(before) ?? {});
    if (before.conflict?.gone) return remove(now, before.id);
    return edited(now, asWritten(before) ?? now.data, Object.keys(before.conflict?.fields ?? {}));
  };
}

/**
 * Answer the record without what is there, or without the question what becomes of it.
 * @param {Local | null} local
 * @param {string} id
 */
export function removed(local, id) {
  if (local === null) return null;
  if (local.data === null) return local.conflict?.gone ? resolveGone(local, null) : local;
  return remove(local, id);
}
