/** Tasks as a page shows them, and their order. */

import { checked } from "../engine/json_value.js";
import { asWritten } from "../engine/reconcile.js";

/** @typedef {import("../engine/local.js").Local} Local */
/**
 * One task. `fields` are all its attributes; `waiting` tells that something of it was not sent yet; `conflict` is what a
 * person has to decide: fields, where a side that is not there is missing, or `gone`, what I had written of a task that
 * is no longer there. `lastModified` is the server's timestamp in ms.
 * @typedef {{id: string, list: string, description: string, status: "todo" | "doing" | "done", order: number,
 *   fields: Readonly<Record<string, any>>, waiting: boolean, refused: {status: number, message: string} | null,
 *   conflict: {fields: Record<string, {base?: any, mine?: any, theirs?: any}>} |
 *     {gone: Readonly<Record<string, any>>, base: Readonly<Record<string, any>> | null} | null,
 *   readOnly: boolean, lastModified: number | null}} Task
 */

export const STATUSES = ["todo", "doing", "done"];

/**
 * Tell whether a reader sees a record: it lives, or it is to be decided what becomes of it.
 * @param {Local} local
 */
export function isShown(local) {
  return local.data !== null || Boolean(local.conflict?.gone);
}

/** @type {WeakMap<Local, Task>} a record is never changed in place */
const written = new WeakMap();

/**
 * Write a record as a task: the same object as long as nothing of it is another, so that a page need not draw it again.
 * @param {Local} local
 * @param {string} list
 * @param {boolean} readOnly
 * @returns {Task}
 */
export function taskOf(local, list, readOnly) {
  const known = written.get(local);
  if (known?.list === list && known.readOnly === readOnly) return known;
  const task = newTask(local, list, readOnly);
  written.set(local, task);
  return task;
}

/**
 * @param {Local} local
 * @param {string} list
 * @param {boolean} readOnly
 * @returns {Task}
 */
function newTask(local, list, readOnly) {
  const fields = local.data ?? asWritten(local) ?? {};
  return {
    id: local.id,
    list,
    description: typeof fields.description === "string" ? fields.description : "",
    status: STATUSES.includes(fields.status) ? fields.status : "todo",
    order: orderOf(fields),
    fields,
    waiting: local.pending,
    refused: local.refused,
    conflict: openOf(local),
    readOnly,
    lastModified: local.etag,
  };
}

/**
 * Sort tasks: by `order`, those without one last, and equal ones by id on every device.
 * @param {Task[]} tasks
 */
export function sorted(tasks) {
  return tasks.sort((one, other) => one.order - other.order || (one.id < other.id ? -1 : 1));
}

/**
 * Read the place of a task in its list.
 * @param {Readonly<Record<string, any>>} fields
 */
export function orderOf(fields) {
  return Number.isFinite(fields.order) ? /** @type {number} */ (fields.order) : Number.MAX_SAFE_INTEGER;
}

/**
 * Answer the order of a new task: behind all others.
 * @param {Iterable<Local>} rows
 */
export function nextOrder(rows) {
  let greatest = 0;
  for (const { data } of rows) {
    if (data && Number.isFinite(data.order)) greatest = Math.max(greatest, data.order);
  }
  return Math.floor(greatest) + 1;
}

/**
 * Check what fields are set to; one that is `undefined` is to go. InvalidRecordError where it is no JSON.
 * @param {Record<string, any>} changes
 */
export function checkedChanges(changes) {
  const names = Object.keys(changes);
  const gone = names.filter((name) => changes[name] === undefined).map((name) => [name, undefined]);
  const set = names.filter((name) => changes[name] !== undefined).map((name) => [name, changes[name]]);
  return { ...checked(Object.fromEntries(set)), ...Object.fromEntries(gone) };
}

/** @param {Local} local */
function openOf({ conflict }) {
  if (!conflict) return null;
  return conflict.gone ? { gone: conflict.gone, base: conflict.base } : { fields: conflict.fields };
}
