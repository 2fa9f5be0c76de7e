/** Lists as a page shows them: one's own, whose titles are records of `default/lists`, and those of others. */

import { isShown } from "./tasks.js";

/**
 * One list. `single`: only single tasks of it are shared with me. `loaded`: its tasks were read once. `withdrawn`: it is
 * not shared with me any more, and is there only for what I had written in it.
 * @typedef {{key: string, bucket: string, collection: string, title: string, own: boolean,
 *   role: "owner" | "editor" | "contributor" | "reader", sharedBy: string | null, single: boolean,
 *   sharedWith: string[], waiting: number, loaded: boolean, withdrawn: boolean}} TaskList
 */
/**
 * What the database keeps of a list of somebody else, or of one's own that is shared; `toldTitle` is what others were
 * told that mine is called, `heldBefore` what they might do with it before it was deleted.
 * @typedef {{key: string, title?: string, own?: boolean, role?: TaskList["role"], sharedBy?: string | null,
 *   single?: boolean, sharedWith?: string[], toldTitle?: string, heldBefore?: [string, string[]][]}} ListRow
 */

export const OWN = "default";
export const FIRST = "default/tasks";
export const TITLES = "default/lists";
const FIRST_TITLE = "My tasks";

/**
 * Take a key apart.
 * @param {string} key
 */
export function placeOf(key) {
  const cut = key.indexOf("/");
  return { bucket: key.slice(0, cut), collection: key.slice(cut + 1) };
}

/**
 * Write all lists, one's own first, in their order.
 * @param {Map<string, import("./replica.js").StoreReplica>} replicas
 * @param {Map<string, ListRow>} rows
 * @returns {TaskList[]}
 */
export function listsOf(replicas, rows) {
  const titles = replicas.get(TITLES);
  const found = [...replicas.values()]
    .filter((replica) => replica.key !== TITLES)
    .map((replica) => ({ replica, row: rows.get(replica.key), record: titles?.load(replica.name)?.data ?? null }))
    .filter(({ replica, record }) => isListed(replica, record))
    .map(({ replica, row, record }) => ({ order: orderOf(replica, record), list: listOf(replica, row, record) }));
  return found
    .sort((one, other) => one.order - other.order || (one.list.key < other.list.key ? -1 : 1))
    .map(({ list }) => list);
}

/**
 * @param {import("./replica.js").StoreReplica} replica
 * @param {Readonly<Record<string, any>> | null} record
 */
function isListed(replica, record) {
  if (replica.bucket !== OWN || replica.key === FIRST || record) return true;
  return [...replica.rows.values()].some(isShown);
}

/**
 * @param {import("./replica.js").StoreReplica} replica
 * @param {Readonly<Record<string, any>> | null} record
 */
function orderOf(replica, record) {
  if (replica.bucket !== OWN) return Infinity;
  if (replica.key === FIRST) return -Infinity;
  return Number.isFinite(record?.order) ? record?.order : Number.MAX_SAFE_INTEGER;
}

/**
 * @param {import("./replica.js").StoreReplica} replica
 * @param {ListRow | undefined} row
 * @param {Readonly<Record<string, any>> | null} record
 * @returns {TaskList}
 */
function listOf(replica, row, record) {
  const own = replica.bucket === OWN;
  const fallback = replica.key === FIRST ? FIRST_TITLE : own ? "Untitled list" : replica.name;
  return {
    key: replica.key,
    bucket: replica.bucket,
    collection: replica.name,
    title: (own ? titleIn(record) : null) ?? textOf(row?.title) ?? fallback,
    own,
    role: own ? "owner" : (row?.role ?? "reader"),
    sharedBy: row?.sharedBy ?? null,
    single: row?.single ?? false,
    sharedWith: row?.sharedWith ?? [],
    waiting: replica.pendingCount(),
    loaded: own || replica.cursor() !== null,
    withdrawn: !own && isWithdrawn(replica),
  };
}

/**
 * Tell whether a list was read once, and nothing that the server has is left of it: a list that is read anew has its
 * tasks meanwhile.
 * @param {import("./replica.js").StoreReplica} replica
 */
function isWithdrawn(replica) {
  return replica.cursor() === null && replica.access() !== null && replica.rows.size > 0 && replica.knownCount() === 0;
}

/**
 * Read the title in a record of `lists`, or in a collection; null where there is none. Besides the titles, what I have
 * left stands in `lists`.
 * @param {any} data
 */
export function titleIn(data) {
  return typeof data?.left === "string" ? null : textOf(data?.title);
}

/**
 * Name the lists that have a title, or are to have one.
 * @param {import("./replica.js").StoreReplica} titles
 */
export function titledIn(titles) {
  const records = [...titles.rows.values()].filter(({ data }) => data !== null && typeof data.left !== "string");
  return records.map(({ id }) => id);
}

/**
 * Name the lists whose deletion is to be sent.
 * @param {import("./replica.js").StoreReplica} titles
 */
export function deletedIn(titles) {
  const deleted = [...titles.rows.values()].filter(({ data, pending, conflict }) => data === null && pending && !conflict);
  return deleted.map(({ id }) => id);
}

/**
 * Choose the lists that were deleted, and withdrawn from others by that, and that are there again.
 * @param {import("./replica.js").StoreReplica} titles
 * @param {Map<string, ListRow>} rows
 */
export function broughtBack(titles, rows) {
  return [...rows.values()].filter(({ key, heldBefore }) => heldBefore && titles.load(placeOf(key).collection)?.data);
}

/** @param {any} value */
function textOf(value) {
  return typeof value === "string" && value.trim() ? value : null;
}
