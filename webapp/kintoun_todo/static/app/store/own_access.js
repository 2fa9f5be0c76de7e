/**
 * With whom one's own lists are shared, as the server says it, so that it shows on every device of their owner.
 *
 * It is read from the collections, when their list has changed, and not kept in the synced records of `lists`: rights are
 * given and taken by other programs too, and the server alone knows them.
 */

import { Request } from "../engine/exchange.js";
import { gather, OK } from "../engine/gather.js";
import { dump } from "../engine/json_value.js";
import { Place } from "../engine/place.js";
import { isGroup, key as keyOf, nameOf } from "../engine/principal.js";
import { OWN, titleIn } from "./lists.js";
import { keepList } from "./reading.js";

/** @typedef {import("../engine/sharing.js").Talk} Talk */
/** @typedef {import("./store.js").Store} Store */
/**
 * @template T
 * @typedef {import("../engine/exchange.js").Steps<T>} Steps
 */
/** @typedef {<T>(steps: Steps<T>) => Promise<T>} Drive */

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
  const titles = yield* titlesOf(talk, [...new Set(found.flatMap(({ others }) => others.filter(isGroup)))]);
  return found.map(({ place, others, title }) => [
    place,
    { sharedWith: others.map((one) => titles.get(one) ?? nameOf(one)), toldTitle: title },
  ]);
}

/**
 * Read what groups are called; a principal is the path of its group.
 * @param {Talk} talk
 * @param {string[]} groups
 * @returns {Steps<Map<string, string | null>>}
 */
function* titlesOf(talk, groups) {
  const answers = yield* gather(talk.line, groups.map((path) => new Request("GET", path)), talk.hello.batchSize);
  return new Map(answers.map((answer, index) => [groups[index], answer.status === OK ? titleIn(answer.json().data) : null]));
}

/**
 * @param {Record<string, string[]>} permissions
 * @param {string | null} me
 */
function othersIn(permissions, me) {
  const all = new Set(Object.values(permissions).flat());
  return [...all].filter((one) => me === null || keyOf(one) !== keyOf(me)).sort();
}
