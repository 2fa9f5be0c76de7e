/** Lists of others: found by what I may do, kept with their titles and my role. */

import { AccessError } from "../engine/errors.js";
import { Request } from "../engine/exchange.js";
import { gather, OK, pages } from "../engine/gather.js";
import { Place } from "../engine/place.js";
import { key as keyOf } from "../engine/principal.js";
import { reachesRecords } from "../engine/role.js";
import { leftPlaces } from "./leaving.js";
import { titleIn } from "./lists.js";
import { keepList } from "./reading.js";

/** @typedef {import("./lists.js").ListRow} ListRow */
/**
 * A list that I may see something of. `single`: only single tasks; `title`: what its owner calls it, where I may know.
 * @typedef {{place: Place, permissions: Set<string>, single: boolean, title: string | null}} Found
 */
/**
 * @template T
 * @typedef {import("../engine/exchange.js").Steps<T>} Steps
 */

/** The title of a list of which only single tasks are shared with me. */
const SINGLE_TITLE = "Shared with me";

/** The collections of a person's bucket that are about lists of tasks: their first list, and the titles of all others. */
const [FIRST_LIST, TITLES_LIST] = ["tasks", "lists"];

/**
 * Keep what others share with me; lists that are shared no longer go with the sync that is refused.
 * @param {import("./store.js").Store} store
 * @param {<T>(steps: Steps<T>) => Promise<T>} drive
 * @param {import("../engine/ask.js").Line} line
 * @param {Record<string, any>[] | null} entries
 * @param {import("../engine/sync.js").Hello} hello
 */
export async function keepShared(store, drive, line, entries, hello) {
  if (entries === null) return;
  const found = await drive(discover(line, entries, hello));
  const left = leftPlaces(store);
  for (const row of found) if (!left.has(row.key)) await keepList(store, row);
}

/**
 * Name the buckets of which I may read everything.
 * @param {Record<string, any>[]} entries of `/permissions`
 * @returns {string[]}
 */
export function sharedBuckets(entries) {
  const whole = entries.filter(({ resource_name: kind, permissions = [] }) => kind === "bucket" && reachesRecords(permissions));
  return [...new Set(whole.map(({ bucket_id: bucket }) => bucket))].sort();
}

/**
 * Ask for what tells whether the lists of a bucket, or their titles, are others.
 * @param {string} bucket
 */
export function newsOf(bucket) {
  const paths = [`${new Place(bucket).path}/collections`, `${new Place(bucket, TITLES_LIST).path}/records`];
  return paths.map((path) => new Request("HEAD", path));
}

/**
 * Find the lists of others that I may see something of.
 * @param {import("../engine/ask.js").Line} line
 * @param {Record<string, any>[]} entries
 * @param {import("../engine/sync.js").Hello} hello
 * @returns {Steps<ListRow[]>}
 */
function* discover(line, entries, { batchSize, userId }) {
  /** @type {Map<string, Found>} */ const found = new Map();
  for (const { bucket_id: bucket, collection_id: collection, record_id: record, permissions = [] } of entries) {
    if (!collection || collection === TITLES_LIST) continue;
    const one = foundAt(found, bucket, collection);
    one.single &&= Boolean(record);
    for (const permission of permissions) one.permissions.add(permission);
  }
  for (const bucket of sharedBuckets(entries)) {
    const held = entries.filter((entry) => entry.resource_name === "bucket" && entry.bucket_id === bucket);
    for (const [collection, title] of yield* listsIn(line, bucket)) {
      const one = foundAt(found, bucket, collection);
      Object.assign(one, { single: false, title });
      for (const permission of held.flatMap(({ permissions }) => permissions)) one.permissions.add(permission);
    }
  }
  const all = [...found.values()];
  const answers = yield* gather(line, all.map(({ place }) => new Request("GET", place.path)), batchSize);
  return all.map((one, index) => rowOf(one, answers[index], userId));
}

/**
 * @param {Map<string, Found>} found
 * @param {string} bucket
 * @param {string} collection
 */
function foundAt(found, bucket, collection) {
  const place = new Place(bucket, collection);
  const one = found.get(String(place)) ?? { place, permissions: new Set(), single: true, title: null };
  found.set(String(place), one);
  return one;
}

/**
 * Read which lists a bucket holds, with their titles where it has some. Other programs keep other things in the bucket
 * of a person: there only what stands in `lists`, and the first list, are lists. A bucket without titles was made to be
 * shared, and all in it is shown.
 * @param {import("../engine/ask.js").Line} line
 * @param {string} bucket
 * @returns {Steps<[string, string | null][]>}
 */
function* listsIn(line, bucket) {
  try {
    const path = `${new Place(bucket).path}/collections?_limit=1000&_fields=id`;
    const names = (yield* pages(line, path)).map(({ id }) => String(id));
    if (!names.includes(TITLES_LIST)) return names.map((name) => [name, null]);
    const records = yield* pages(line, `${new Place(bucket, TITLES_LIST).path}/records?_limit=1000`);
    const titles = new Map(records.map((record) => [record.id, titleIn(record)]));
    const lists = names.filter((name) => name === FIRST_LIST || titles.get(name));
    return lists.map((name) => [name, titles.get(name) ?? null]);
  } catch (error) {
    if (error instanceof AccessError) return []; // it was withdrawn meanwhile
    throw error;
  }
}

/**
 * @param {Found} found
 * @param {import("../engine/exchange.js").Response} answer
 * @param {string | null} me
 * @returns {ListRow}
 */
function rowOf({ place, permissions, single, title }, answer, me) {
  const body = answer.status === OK ? answer.json() : {};
  const role = permissions.has("write") ? "editor" : permissions.has("record:create") ? "contributor" : "reader";
  return {
    key: String(place),
    title: single ? SINGLE_TITLE : (title ?? titleIn(body?.data) ?? place.collection ?? place.bucket),
    role,
    single,
    sharedBy: single ? null : sharerIn(body, me),
  };
}

/**
 * Tell who shares a list with me, null where that cannot be known.
 *
 * The protocol names no owner, and shows who may write a list to those only who may write it themselves. Where there is
 * one other person it is them. Where there are several, the name beside the title counts if it is one of them: whoever
 * may write the list has written it, and so may have told a lie about others who may write it, but about nobody else.
 * Who may only read sees a name that nothing stands behind, and so none is said.
 * @param {any} body
 * @param {string | null} me
 */
function sharerIn(body, me) {
  /** @type {string[]} */ const writers = Array.isArray(body?.permissions?.write) ? body.permissions.write : [];
  const others = writers.filter((one) => me === null || keyOf(one) !== keyOf(me));
  const people = others.filter((one) => one.startsWith("account:"));
  const said = `account:${body?.data?.owner}`;
  const owner = people.find((one) => keyOf(one) === keyOf(said)) ?? (others.length === 1 ? people[0] : undefined);
  return owner?.slice("account:".length) ?? null;
}
