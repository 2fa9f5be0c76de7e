/** What becomes of a record on this device when the server says something new of it: the heart, without I/O. */

import { checked, same } from "./json_value.js";
import { isLeft, local as make, openFields } from "./local.js";
import { ancestor, field, merge, withFields } from "./merge.js";

/** @typedef {import("./json_value.js").Data} Data */
/** @typedef {import("./local.js").Local} Local */
/** @typedef {import("./local.js").Remote} Remote */
/**
 * Called with base, mine and theirs, null for a record that is not there; it answers the result, null to delete it, or
 * `undefined` to leave the conflict open for a person.
 * @typedef {(base: Data | null, mine: Data | null, theirs: Data | null) => Data | null | undefined} Decider
 */
/** @typedef {"merge" | "server_wins" | "client_wins" | Decider} Strategy */
/** @typedef {"merged" | "deletion_undone" | "decided" | "put_back" | "resolved"} NoteKind why the journal has an entry */
/**
 * What was done to a record without a person: the three versions and the result, null for one that is not there.
 * @typedef {{kind: NoteKind, base: Data | null, mine: Data | null, theirs: Data | null, result: Data | null,
 *   message: string}} Note
 */
/**
 * What the record is from now on, null for one that leaves the device; `conflict` tells whether a person has to decide
 * something that was not open before.
 * @typedef {{local: Local | null, note: Note | null, conflict: boolean}} Outcome
 */

/**
 * Tell whether the server's word is newer than what this device has from it.
 * @param {Local | null} local
 * @param {Remote} remote
 */
export function isNews(local, remote) {
  return local === null || local.etag === null || remote.etag === null || remote.etag > local.etag;
}

/**
 * Answer what the record is on this device after the server's word.
 * @param {Local | null} local
 * @param {Remote} remote
 * @param {Strategy} [strategy]
 * @returns {Outcome}
 */
export function reconcile(local, remote, strategy = "merge") {
  if (remote.data === null) return local === null ? outcome(null) : gone(local, strategy);
  if (local !== null && isLeft(local)) return outcome({ ...local, base: remote.data, etag: remote.etag });
  if (local === null || !(local.pending || local.conflict)) return outcome(clean(remote));
  const mine = local.conflict?.gone ?? local.data;
  if (mine === null) return deletedHere(local, remote.data, remote.etag, strategy);
  return meet(local, mine, remote.data, remote.etag, strategy);
}

/**
 * Take the server's version in the place of mine, which it refused; the note has what was lost.
 * @param {Local} local
 * @param {Remote} remote
 * @param {import("./local.js").Refused} refused
 * @returns {Outcome}
 */
export function putBack(local, remote, refused) {
  const mine = asWritten(local);
  const what = noted("put_back", local.base, mine, remote.data, remote.data, `${refused.status} ${refused.message}`);
  if (remote.data === null) return outcome(null, mine === null ? null : what);
  return outcome(clean(remote), what);
}

/**
 * Answer the record with mine in the fields that are in conflict: what the person here had written.
 * @param {Local} local
 * @returns {Data | null}
 */
export function asWritten(local) {
  if (local.conflict === null) return local.data;
  if (local.conflict.gone !== null) return local.conflict.gone;
  const mine = Object.entries(local.conflict.fields).map(([name, conflict]) => [name, conflict.mine]);
  return local.data === null ? null : withFields(local.data, Object.fromEntries(mine));
}

/**
 * Answer what becomes of a record whose collection is not there for me any more: what was not sent is asked for.
 * @param {Local} local
 * @returns {Outcome}
 */
export function withdrawn(local) {
  const mine = asWritten(local);
  return mine !== null && local.base === null ? question(local, mine) : gone(local, "merge");
}

/**
 * Write an entry for the journal.
 * @param {NoteKind} kind
 * @param {Data | null} base
 * @param {Data | null} mine
 * @param {Data | null} theirs
 * @param {Data | null} result
 * @param {string} [message]
 * @returns {Note}
 */
export function noted(kind, base, mine, theirs, result, message = "") {
  return { kind, base, mine, theirs, result, message };
}

/**
 * @param {Local | null} local
 * @param {Note | null} [note]
 * @param {boolean} [conflict]
 * @returns {Outcome}
 */
function outcome(local, note = null, conflict = false) {
  return { local, note, conflict };
}

/** @param {Remote} remote */
function clean(remote) {
  return make(remote.id, remote.data, { base: remote.data, etag: remote.etag });
}

/**
 * Both live, and mine has something that the server does not have.
 * @param {Local} local
 * @param {Data} mine
 * @param {Data} theirs
 * @param {number | null} etag
 * @param {Strategy} strategy
 */
function meet(local, mine, theirs, etag, strategy) {
  const before = local.conflict?.gone ? local.conflict.base : local.base;
  const base = ancestor(before ?? {}, versions(local), theirs);
  const merged = merge(base, mine, theirs);
  let [result, note] = decided(merged, base, mine, theirs, strategy);
  if (result === null) return outcome(make(local.id, null, { base: theirs, etag, pending: true }), note);
  const open = note === null ? merged.conflicts : {};
  if (note === null && merged.taken.size && !same(result, theirs)) note = noted("merged", base, mine, theirs, result);
  const fields = { ...wereOpen(local, theirs), ...open };
  return outcome(written(local, result, theirs, etag, fields), note, Object.keys(open).length > 0);
}

/**
 * @param {Local} local
 * @param {Data} data
 * @param {Data} base
 * @param {number | null} etag
 * @param {Record<string, import("./merge.js").FieldConflict>} fields
 */
function written(local, data, base, etag, fields) {
  const pending = !same(data, base);
  const refused = pending && same(data, local.data) ? local.refused : null;
  return make(local.id, data, { base, etag, pending, conflict: openFields(fields), refused });
}

/**
 * What was open before stays open, against what the field is now, until both sides are the same.
 * @param {Local} local
 * @param {Data} theirs
 */
function wereOpen(local, theirs) {
  return Object.fromEntries(
    Object.entries(local.conflict?.fields ?? {})
      .map(([name, conflict]) => /** @type {const} */ ([name, { ...conflict, theirs: field(theirs, name) }]))
      .filter(([, conflict]) => !same(conflict.mine, conflict.theirs)),
  );
}

/**
 * Let the strategy decide the fields in conflict; without a note nothing was decided.
 * @param {import("./merge.js").Merge} merged
 * @param {Data} base
 * @param {Data} mine
 * @param {Data} theirs
 * @param {Strategy} strategy
 * @returns {[Data | null, Note | null]}
 */
function decided(merged, base, mine, theirs, strategy) {
  const conflicts = Object.entries(merged.conflicts);
  if (!conflicts.length || strategy === "merge") return [merged.data, null];
  /** @type {Data | null | undefined} */
  let result = merged.data;
  if (strategy === "client_wins") {
    result = withFields(merged.data, Object.fromEntries(conflicts.map(([name, conflict]) => [name, conflict.mine])));
  } else if (strategy !== "server_wins") {
    result = ask(strategy, base, mine, theirs);
    if (result === undefined) return [merged.data, null];
  }
  return [result, noted("decided", base, mine, theirs, result)];
}

/**
 * I have deleted the record, and there it lives: still, or changed by somebody since.
 * @param {Local} local
 * @param {Data} theirs
 * @param {number | null} etag
 * @param {Strategy} strategy
 */
function deletedHere(local, theirs, etag, strategy) {
  const base = ancestor(local.base ?? {}, versions(local), theirs);
  const deletion = make(local.id, null, { base: theirs, etag, pending: true });
  if (same(base, theirs)) return outcome(deletion);
  const answer = typeof strategy === "function" ? ask(strategy, base, null, theirs) : undefined;
  if (strategy === "client_wins" || answer === null) {
    return outcome(deletion, noted("decided", base, null, theirs, null));
  }
  const result = answer ?? theirs;
  const kind = answer === undefined ? "deletion_undone" : "decided";
  return outcome(written(local, result, theirs, etag, {}), noted(kind, base, null, theirs, result));
}

/**
 * The record is deleted there, or I may not see it any more.
 * @param {Local} local
 * @param {Strategy} strategy
 */
function gone(local, strategy) {
  if (local.conflict?.gone) return outcome(local);
  // It was written after that, and the tombstone is of a former life of its id.
  if (local.data !== null && local.base === null && !local.sent.length) return outcome(local);
  const mine = asWritten(local);
  if (mine === null || (local.base !== null && same(mine, local.base)) || !(local.pending || local.conflict)) {
    return outcome(null);
  }
  // My own deletion has arrived, and I have written the record anew since.
  if (local.sent.includes(null)) return outcome(make(local.id, mine, { pending: true }));
  return goneThere(local, mine, strategy);
}

/**
 * What is no longer there, I have changed.
 * @param {Local} local
 * @param {Data} mine
 * @param {Strategy} strategy
 */
function goneThere(local, mine, strategy) {
  const result =
    typeof strategy === "function"
      ? ask(strategy, local.base, mine, null)
      : { merge: undefined, client_wins: mine, server_wins: null }[strategy];
  if (result === undefined) return question(local, mine);
  const note = noted("decided", local.base, mine, null, result);
  return outcome(result === null ? null : make(local.id, result, { pending: true }), note);
}

/**
 * @param {Local} local
 * @param {Data} mine
 */
function question(local, mine) {
  return outcome(make(local.id, null, { conflict: { fields: {}, gone: mine, base: local.base } }), null, true);
}

/**
 * @param {Decider} strategy
 * @param {Data | null} base
 * @param {Data | null} mine
 * @param {Data | null} theirs
 */
function ask(strategy, base, mine, theirs) {
  const answer = strategy(base, mine, theirs);
  return answer === null || answer === undefined ? answer : checked(answer);
}

/**
 * @param {Local} local
 * @returns {Data[]}
 */
function versions(local) {
  return local.sent.filter((version) => version !== null);
}
