/**
 * With whom one's own lists are shared, as the server says it, so that it shows on every device of their owner; and the
 * access of others to lists that their owner deletes.
 *
 * It is read from the collections, when their list has changed, and not kept in the synced records of `lists`: rights are
 * given and taken by other programs too, and the server alone knows them.
 */

import { AccessError } from "../engine/errors.js";
import { Request } from "../engine/exchange.js";
import { gather, OK } from "../engine/gather.js";
import { readAll } from "../engine/groups.js";
import { dump } from "../engine/json_value.js";
import { Place } from "../engine/place.js";
import { isGroup, key as keyOf, nameOf } from "../engine/principal.js";
import { giveBack, remove, who } from "../engine/sharing.js";
import { OWN, titleIn, TITLES } from "./lists.js";
import { keepList } from "./reading.js";

/** @typedef {import("../engine/sharing.js").Talk} Talk */
/** @typedef {import("./store.js").Store} Store */
/**
 * @template T
 * @typedef {import("../engine/exchange.js").Steps<T>} Steps
 */
/** @typedef {<T>(steps: Steps<T>) => Promise<T>} Drive */

const NOT_THERE = [403, 404];

/** What tells whether any of one's own collections is shared with others than before. */
export const NEWS = new Request("HEAD", `${new Place(OWN).path}/collections`);

/**
 * Keep with whom one's own lists are shared, and by which title others know them.
 * @param {Store} store
 * @param {Drive} drive
 * @param {Talk} talk
 */
export async function keepSharedWith(store, drive, talk) {
  const places = store.lists.filter(({ own }) => own).map(({ bucket, collection }) => new Place(bucket, collection));
  for (const [place, found] of await drive(sharedWith(talk, places))) {
    const key = String(place);
    const before = store.rows.get(key);
    const isSame = dump(before?.sharedWith ?? []) === dump(found.sharedWith) && before?.toldTitle === found.toldTitle;
    if (!isSame) await keepList(store, { ...before, key, ...found });
  }
}

/**
 * @param {Talk} talk
 * @param {Place[]} places
 * @returns {Steps<[Place, {sharedWith: string[], toldTitle: string | undefined}][]>}
 */
function* sharedWith(talk, places) {
  const answers = yield* gather(talk.line, places.map(({ path }) => new Request("GET", path)), talk.hello.batchSize);
  const found = places.flatMap((place, index) => {
    const body = answers[index].status === OK ? answers[index].json() : null;
    if (!body?.permissions) return []; // not on the server, or not shown
    return [{ place, others: othersIn(body.permissions, talk.hello.userId), title: titleIn(body.data) ?? undefined }];
  });
  const groups = [...new Set(found.flatMap(({ others }) => others.filter(isGroup)))];
  const titles = new Map((yield* readAll(talk, groups)).map(({ title }, index) => [groups[index], title]));
  return found.map(({ place, others, title }) => [
    place,
    { sharedWith: others.map((one) => titles.get(one) ?? nameOf(one)), toldTitle: title },
  ]);
}

/**
 * @param {Record<string, string[]>} permissions
 * @param {string | null} me
 */
function othersIn(permissions, me) {
  const all = new Set(Object.values(permissions).flat());
  return [...all].filter((one) => me === null || keyOf(one) !== keyOf(me)).sort();
}

/**
 * Take everybody's access to lists that were deleted here, before the deletion is sent: else others keep an empty list
 * that nobody can take from them. As the deletion waits until then, it works without a network too, and whatever other
 * devices have shared meanwhile. Who had access is kept, for whoever brings the list back.
 * @param {Store} store
 * @param {Drive} drive
 * @param {Talk} talk
 */
export async function withdrawDeleted(store, drive, talk) {
  const records = [...store.replica(TITLES).rows.values()];
  for (const { id } of records.filter(({ data, pending, conflict }) => data === null && pending && !conflict)) {
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
 * Give others their access back to lists that were deleted and are there again; answer whether there were any.
 * @param {Store} store
 * @param {Drive} drive
 * @param {Talk} talk
 */
export async function restoreAccess(store, drive, talk) {
  const titles = store.replica(TITLES);
  let isDone = false;
  for (const { heldBefore, ...row } of [...store.rows.values()]) {
    const id = row.key.slice(OWN.length + 1);
    if (!heldBefore || !titles.load(id)?.data) continue;
    await drive(giveBack(talk, [{ place: new Place(OWN, id), held: new Map(heldBefore) }]));
    await keepList(store, { ...row, heldBefore: undefined });
    isDone = true;
  }
  return isDone;
}
