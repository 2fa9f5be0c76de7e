/**
 * Titles of one's own lists where others read them: on the collection itself, as `default/lists` is mine alone. My name
 * stands beside it: among several who may write, it says whose list it is (see `sharerIn` in shared.js).
 */

import { Request } from "../engine/exchange.js";
import { OK } from "../engine/gather.js";
import { Place } from "../engine/place.js";
import { keepList } from "./reading.js";

/**
 * Write the title of a list where others see it; answer whether the server took it.
 * @param {import("../engine/ask.js").Line} line
 * @param {Place} place
 * @param {string} title
 * @param {string | undefined} owner my name
 * @returns {import("../engine/exchange.js").Steps<boolean>}
 */
export function* sayTitle(line, place, title, owner) {
  const answer = yield* line.ask(new Request("PATCH", place.path, {}, { data: { title, owner } }));
  return answer.status === OK;
}

/**
 * Tell those with whom lists are shared what these are called by now. What the server does not take is not tried again.
 * @param {import("./store.js").Store} store
 * @param {<T>(steps: import("../engine/exchange.js").Steps<T>) => Promise<T>} drive
 * @param {import("../engine/ask.js").Line} line
 */
export async function tellTitles(store, drive, line) {
  for (const { key, bucket, collection, own, title, sharedWith } of store.lists) {
    if (!own || !sharedWith.length || store.rows.get(key)?.toldTitle === title) continue;
    await drive(sayTitle(line, new Place(bucket, collection), title, store.account?.name));
    await keepToldTitle(store, key, title);
  }
}

/**
 * Keep which title others have read last.
 * @param {import("./store.js").Store} store
 * @param {string} key
 * @param {string} title
 */
export async function keepToldTitle(store, key, title) {
  await keepList(store, { ...store.rows.get(key), key, toldTitle: title });
}
