/** Taking tasks out into a file, and bringing them in from one. Loaded when it is needed. */

import { InvalidRecordError, KintounError } from "../engine/errors.js";
import { checked, same } from "../engine/json_value.js";
import { isShown, STATUSES } from "./tasks.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {Readonly<Record<string, any>>} Data */

const FORMAT = "kintoun-todo";
const MOST_TASKS = 20_000;
const LONGEST = 100_000;
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;

/** What was given is no export of this program; the message says what is wrong with it. */
export class ImportError extends KintounError {}

/**
 * Write all lists with their tasks.
 * @param {Store} store
 */
export function exported(store) {
  const lists = store.lists.map(({ key, title }) => ({
    title,
    tasks: store.tasks(key).map(({ id, fields }) => ({ ...fields, id })),
  }));
  return { format: FORMAT, version: 1, lists };
}

/**
 * Bring lists in: nothing is overwritten, and what is there already is skipped. ImportError where it is no export.
 * @param {Store} store
 * @param {any} file
 */
export function imported(store, file) {
  const lists = read(file);
  let created = 0;
  let skipped = 0;
  for (const { title, tasks } of lists) {
    const key = store.lists.find((list) => list.own && list.title === title)?.key ?? store.createList(title);
    const fresh = tasks.filter((task) => !isThere(store, key, task));
    skipped += tasks.length - fresh.length;
    created += fresh.length;
    store.write(key, fresh.map((task) => withFreeId(store, key, task)));
  }
  return { created, skipped };
}

/**
 * @param {any} file
 * @returns {{title: string, tasks: {id: string | null, data: Data}[]}[]}
 */
function read(file) {
  if (file?.format !== FORMAT) throw new ImportError("This is no file that this app has exported.");
  if (file.version !== 1) throw new ImportError("This file comes from a newer version of this app.");
  if (!Array.isArray(file.lists)) throw new ImportError("There are no lists in this file.");
  const lists = file.lists.map(readList);
  const count = lists.reduce((/** @type {number} */ sum, /** @type {any} */ { tasks }) => sum + tasks.length, 0);
  if (count > MOST_TASKS) throw new ImportError(`There are more than ${MOST_TASKS} tasks in this file.`);
  return lists;
}

/** @param {any} list */
function readList(list) {
  const title = typeof list?.title === "string" ? list.title.trim() : "";
  if (!title || title.length > 1000) throw new ImportError("A list in this file has no title.");
  if (!Array.isArray(list.tasks)) throw new ImportError(`The list “${title}” has no tasks.`);
  return { title, tasks: list.tasks.map(readTask) };
}

/** @param {any} task */
function readTask(task) {
  if (typeof task?.description !== "string") throw new ImportError("A task in this file has no text.");
  if (task.description.length > LONGEST) throw new ImportError("A task in this file is too long.");
  const { id, last_modified: _, deleted: __, ...fields } = task;
  try {
    const status = STATUSES.includes(fields.status) ? fields.status : "todo";
    return { id: typeof id === "string" && ID.test(id) ? id : null, data: { ...checked(fields), status } };
  } catch (error) {
    if (error instanceof InvalidRecordError) throw new ImportError(`A task in this file is broken: ${error.message}`);
    throw error;
  }
}

/**
 * Tell whether a task is there: the same id with the same fields, or, without an id, the same text and status.
 * @param {Store} store
 * @param {string} key
 * @param {{id: string | null, data: Data}} task
 */
function isThere(store, key, { id, data }) {
  const replica = store.replica(key);
  const likeIt = (/** @type {Data | null} */ other) =>
    other !== null && other.description === data.description && (other.status ?? "todo") === data.status;
  const own = id === null ? null : replica.load(id);
  if (own && isShown(own)) return same({ ...own.data, order: 0 }, { ...data, order: 0 }) || likeIt(own.data);
  return id === null && [...replica.rows.values()].some((local) => likeIt(local.data));
}

/**
 * @param {Store} store
 * @param {string} key
 * @param {{id: string | null, data: Data}} task
 */
function withFreeId(store, key, { id, data }) {
  const free = id !== null && store.replica(key).load(id) === null;
  return { id: free ? /** @type {string} */ (id) : crypto.randomUUID(), data };
}
