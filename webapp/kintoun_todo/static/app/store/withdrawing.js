/**
 * The access of others to lists that their owner deletes, or brings back. Loaded when it is needed, as the half of the
 * engine that shares comes with it.
 */

import { AccessError } from "../engine/errors.js";
import { Place } from "../engine/place.js";
import { giveBack, remove, who } from "../engine/sharing.js";
import { OWN } from "./lists.js";
import { keepList } from "./reading.js";

/** @typedef {import("../engine/sharing.js").Talk} Talk */
/** @typedef {import("./own_access.js").Drive} Drive */
/** @typedef {import("./store.js").Store} Store */
/**
 * @template T
 * @typedef {import("../engine/exchange.js").Steps<T>} Steps
 */

const NOT_THERE = [403, 404];

/**
 * Take everybody's access to lists that were deleted here, before the deletion is sent: else others keep an empty list
 * that nobody can take from them. As the deletion waits until then, it works without a network too, and whatever other
 * devices have shared meanwhile. Who had access is kept, for whoever brings the list back.
 * @param {Store} store
 * @param {Drive} drive
 * @param {Talk} talk
 * @param {string[]} ids of collections
 */
export async function withdrawDeleted(store, drive, talk, ids) {
  for (const id of ids) {
    const place = new Place(OWN, id);
    const held = await drive(withdraw(talk, place));
    if (held.length) await keepList(store, { ...store.rows.get(String(place)), key: String(place), heldBefore: held });
  }
}

/**
 * Take the access of others to a collection; answer what they held. The tasks in it are deleted besides, with theirs.
 * @param {Talk} talk
 * @param {Place} place
 * @returns {Steps<[string, string[]][]>}
 */
function* withdraw(talk, place) {
  try {
    const { entries } = yield* who(talk, place);
    const others = entries.filter(({ me, through }) => !me && through === null);
    if (!others.length) return [];
    yield* remove(talk, place, others.map(({ principal }) => principal), false);
    return others.map(({ principal, permissions }) => [principal, permissions]);
  } catch (error) {
    if (error instanceof AccessError && NOT_THERE.includes(error.status)) return []; // it was never sent
    throw error;
  }
}

/**
 * Give others their access back to lists that were deleted and are there again.
 * @param {Store} store
 * @param {Drive} drive
 * @param {Talk} talk
 * @param {import("./lists.js").ListRow[]} rows
 */
export async function restoreAccess(store, drive, talk, rows) {
  for (const { heldBefore, ...row } of rows) {
    const place = new Place(OWN, row.key.slice(OWN.length + 1));
    await drive(giveBack(talk, [{ place, held: new Map(heldBefore) }]));
    await keepList(store, { ...row, heldBefore: undefined });
  }
}
