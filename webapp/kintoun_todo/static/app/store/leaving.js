/**
 * What somebody does not want to see any more.
 *
 * The protocol has no way to give up a right: a reader may not change who has access, and an editor who does is added
 * again (protocol section 11.4). So whoever shares a list is not told that I have left it. I remember it beside the titles
 * of my own lists, `{left: "bucket/collection"}`, so that it holds on all my devices; of a single task it is remembered
 * on this one.
 */

import * as edits from "../engine/edits.js";
import { RecordNotFoundError, StoreError } from "../engine/errors.js";
import { placeOf, TITLES } from "./lists.js";
import { forgetList, keepList } from "./reading.js";

/** @typedef {import("./store.js").Store} Store */

const UNSENT = "there are changes in it that are not saved yet.";

/**
 * Let go of a list that somebody shares with me, and of its tasks. StoreError where it is my own, or where something of
 * it was not sent.
 * @param {Store} store
 * @param {string} key
 * @returns {Promise<() => Promise<void>>} what takes it back
 */
export async function leaveList(store, key) {
  if (placeOf(key).bucket === "default") throw new StoreError("it is your own: delete it instead.");
  if (hasUnsent(store.replica(key))) throw new StoreError(UNSENT);
  const row = store.rows.get(key);
  store.write(TITLES, [{ id: crypto.randomUUID(), data: { left: key } }]);
  await forgetList(store, key);
  return async () => {
    store.removeAll(TITLES, leavingsOf(store).filter(({ left }) => left === key).map(({ id }) => id));
    if (row) await keepList(store, row);
    await store.sync().catch(() => {});
  };
}

/**
 * Answer the keys of the lists that I have left, on this device or another one.
 * @param {Store} store
 */
export function leftPlaces(store) {
  return new Set(leavingsOf(store).map(({ left }) => left));
}

/**
 * Let go of the lists that I have left on another device, but of one in which something is still to be sent.
 * @param {Store} store
 */
export async function forgetLeft(store) {
  for (const key of leftPlaces(store)) {
    const replica = store.replicas.get(key);
    if (replica && placeOf(key).bucket !== "default" && !hasUnsent(replica)) await forgetList(store, key);
  }
}

/**
 * Let go of one task. RecordNotFoundError where there is none, StoreError where it was not sent.
 * @param {Store} store
 * @param {string} key
 * @param {string} id
 * @returns {() => void} what takes it back
 */
export function leaveTask(store, key, id) {
  const local = store.replica(key).load(id);
  if (!local?.data) throw new RecordNotFoundError("it is not there any more.");
  if (local.pending || local.conflict) throw new StoreError(UNSENT);
  store.edit(key, new Map([[id, (now) => (now ? edits.leave(now) : now)]]));
  return () => store.edit(key, new Map([[id, (now) => (now ? edits.rejoin(now) : now)]]));
}

/** @param {import("./replica.js").StoreReplica} replica */
function hasUnsent(replica) {
  return [...replica.rows.values()].some((local) => local.pending || local.conflict);
}

/** @param {Store} store @returns {{id: string, left: string}[]} */
function leavingsOf(store) {
  const records = [...store.replica(TITLES).rows.values()];
  return records.flatMap(({ id, data }) => (typeof data?.left === "string" ? [{ id, left: data.left }] : []));
}
