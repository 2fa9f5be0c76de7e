/** Lists of others: found by what I may do, kept with their titles and my role. */

import { Request } from "../engine/exchange.js";
import { gather, OK } from "../engine/gather.js";
import { keepList } from "./reading.js";

/** @typedef {import("./lists.js").ListRow} ListRow */

/** The title of a list of which only single tasks are shared with me. */
const SINGLE_TITLE = "Shared with me";

/**
 * Keep what others share with me; lists that are shared no longer go with the sync that is refused.
 * @param {import("./store.js").Store} store
 * @param {<T>(steps: import("../engine/exchange.js").Steps<T>) => Promise<T>} drive
 * @param {import("../engine/ask.js").Line} line
 * @param {Record<string, any>[] | null} entries
 * @param {import("../engine/sync.js").Hello} hello
 */
export async function keepShared(store, drive, line, entries, hello) {
  if (entries === null) return;
  const found = await drive(discover(line, entries, hello));
  const left = new Set(/** @type {string[]} */ ((await store.database.get("meta", "left")) ?? []));
  for (const row of found) if (!left.has(row.key)) await keepList(store, row);
}

/**
 * Find the lists of others that I may see something of.
 * @param {import("../engine/ask.js").Line} line
 * @param {Record<string, any>[]} entries
 * @param {import("../engine/sync.js").Hello} hello
 * @returns {import("../engine/exchange.js").Steps<ListRow[]>}
 */
function* discover(line, entries, { batchSize, userId }) {
  /** @type {Map<string, {bucket: string, collection: string, permissions: Set<string>, single: boolean}>} */
  const places = new Map();
  for (const entry of entries) {
    const { bucket_id: bucket, collection_id: collection, record_id: record, permissions = [] } = entry;
    if (!collection || collection === "lists") continue;
    const key = `${bucket}/${collection}`;
    const place = places.get(key) ?? { bucket, collection, permissions: new Set(), single: true };
    if (!record) place.single = false;
    for (const permission of permissions) place.permissions.add(permission);
    places.set(key, place);
  }
  const all = [...places.values()];
  const path = (/** @type {{bucket: string, collection: string}} */ { bucket, collection }) =>
    `/buckets/${encodeURIComponent(bucket)}/collections/${encodeURIComponent(collection)}`;
  const answers = all.length ? yield* gather(line, all.map((place) => new Request("GET", path(place))), batchSize) : [];
  return all.map((place, index) => rowOf(place, answers[index], userId));
}

/**
 * @param {{bucket: string, collection: string, permissions: Set<string>, single: boolean}} place
 * @param {import("../engine/exchange.js").Response} answer
 * @param {string | null} me
 * @returns {ListRow}
 */
function rowOf({ bucket, collection, permissions, single }, answer, me) {
  const body = answer.status === OK ? answer.json() : {};
  const title = typeof body?.data?.title === "string" ? body.data.title : collection;
  const role = permissions.has("write") ? "editor" : permissions.has("record:create") ? "contributor" : "reader";
  const writers = (body?.permissions?.write ?? []).filter(
    (/** @type {string} */ one) => one.startsWith("account:") && one !== me,
  );
  return {
    key: `${bucket}/${collection}`,
    title: single ? SINGLE_TITLE : title,
    role,
    single,
    sharedBy: writers[0]?.slice("account:".length) ?? null,
  };
}
