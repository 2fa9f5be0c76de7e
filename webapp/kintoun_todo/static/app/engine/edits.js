/** What a person does to a record on this device, as pure rules: each takes its state and answers the next one. */

import { RecordExistsError, RecordNotFoundError } from "./errors.js";
import { same } from "./json_value.js";
import { isLeft, local as make, openFields } from "./local.js";
import { withFields } from "./merge.js";

/** @typedef {import("./json_value.js").Data} Data */
/** @typedef {import("./local.js").Local} Local */

/**
 * Write a new record; one that was deleted here lives again. RecordExistsError where there is one.
 * @param {Local | null} local
 * @param {string} id
 * @param {Data} data
 * @returns {Local}
 */
export function create(local, id, data) {
  if (local === null) return make(id, data, { pending: true });
  if (local.data !== null) throw new RecordExistsError(`there is a record ${id} already`);
  return edited(local, data);
}

/**
 * Set fields, or remove them where the value is `undefined`. RecordNotFoundError where there is no such record.
 * @param {Local | null} local
 * @param {string} id
 * @param {Data} changes
 * @returns {Local}
 */
export function update(local, id, changes) {
  const living = alive(local, id);
  return edited(living, withFields(living.data, changes), Object.keys(changes));
}

/**
 * Write the record whole: the fields that are not given go. RecordNotFoundError where there is no such record.
 * @param {Local | null} local
 * @param {string} id
 * @param {Data} data
 * @returns {Local}
 */
export function overwrite(local, id, data) {
  const living = alive(local, id);
  return edited(living, data, Object.keys({ ...living.data, ...data }));
}

/**
 * Delete the record; null when the server has never heard of it. RecordNotFoundError where there is no such record.
 * @param {Local | null} local
 * @param {string} id
 * @returns {Local | null}
 */
export function remove(local, id) {
  const living = alive(local, id);
  if (living.base === null && !living.sent.length) return null;
  return { ...living, data: null, pending: true, conflict: null, refused: null };
}

/**
 * Put a record of somebody else out of sight; what others write to it does not bring it back.
 * @param {Local} local
 * @returns {Local}
 */
export function leave(local) {
  return { ...local, data: null };
}

/**
 * Show it again, as the server has it.
 * @param {Local} local
 * @returns {Local}
 */
export function rejoin(local) {
  return isLeft(local) ? { ...local, data: local.base } : local;
}

/**
 * Close the conflict of one field with a value, `undefined` to remove the field.
 * @param {Local} local
 * @param {string} name
 * @param {any} value
 * @returns {Local}
 */
export function resolveField(local, name, value) {
  return edited(local, withFields(local.data ?? {}, { [name]: value }), [name]);
}

/**
 * Close the conflict of a record that is no longer there: write it anew, or null to let it go.
 * @param {Local} local
 * @param {Data | null} data
 * @returns {Local | null}
 */
export function resolveGone(local, data) {
  return data === null ? null : make(local.id, data, { pending: true });
}

/**
 * Answer the record with what a person wrote; whoever writes a field that is in conflict has decided it.
 *
 * It has to be sent when it differs from the server's version, or when something else may have arrived there.
 * @param {Local} local
 * @param {Data} data
 * @param {string[] | null} [names] the fields that were written; null for all
 * @returns {Local}
 */
export function edited(local, data, names = null) {
  const pending = local.base === null || local.sent.length > 0 || !same(data, local.base);
  return { ...local, data, pending, conflict: stillOpen(local.conflict, names), refused: null };
}

/**
 * @param {import("./local.js").OpenConflict | null} conflict
 * @param {string[] | null} names
 */
function stillOpen(conflict, names) {
  if (conflict === null || names === null) return null;
  return openFields(Object.fromEntries(Object.entries(conflict.fields).filter(([name]) => !names.includes(name))));
}

/**
 * @param {Local | null} local
 * @param {string} id
 * @returns {Local & {data: Data}}
 */
function alive(local, id) {
  if (local === null || local.data === null) throw new RecordNotFoundError(`there is no record ${id}`);
  return /** @type {Local & {data: Data}} */ (local);
}
