/**
 * What somebody does not want to see any more, on this device.
 *
 * The protocol has no way to give up a right: a reader may not change who has access, and an editor who does is added
 * again (protocol section 11.4). So leaving is remembered here, and the server is not told.
 */

import * as edits from "../engine/edits.js";
import { RecordNotFoundError, StoreError } from "../engine/errors.js";
import { placeOf } from "./lists.js";
import { forgetList, keepList } from "./reading.js";

/** @typedef {import("./store.js").Store} Store */

const META = "left";
const UNSENT = "there are changes in it that are not saved yet.";

/**
 * Let go of a list that somebody shares with me, and of its tasks. StoreError where it is my own, or where something of
 * it was not sent.
 * @param {Store} store
 * @param {string} key
 * @returns {Promise<() => Promise<void>>} what takes it back
 */
export async function leaveList(store, key) {
  const { bucket } = placeOf(key);
  const replica = store.replica(key);
  if (bucket === "default") throw new StoreError("it is your own: delete it instead.");
  if ([...replica.rows.values()].some((local) => local.pending || local.conflict)) throw new StoreError(UNSENT);
  const row = store.rows.get(key);
  await remember(store, (left) => left.add(key));
  await forgetList(store, key);
  return async () => {
    await remember(store, (left) => left.delete(key));
    if (row) await keepList(store, row);
    await store.sync().catch(() => {});
  };
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

/** @param {Store} store @param {(left: Set<string>) => unknown} change */
async function remember(store, change) {
  const transaction = store.database.transaction("meta", "readwrite");
  const left = new Set(/** @type {string[]} */ ((await transaction.store.get(META)) ?? []));
  change(left);
  await transaction.store.put([...left], META);
  await transaction.done;
}
