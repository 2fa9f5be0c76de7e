/** One cheap exchange that tells which lists have to be synchronised at all, and whether my rights are others. */

import { principalsIn } from "../engine/access.js";
import { bodyOf, isObject } from "../engine/ask.js";
import { AuthenticationError } from "../engine/errors.js";
import { Request } from "../engine/exchange.js";
import { gather, OK, pages } from "../engine/gather.js";
import { dump } from "../engine/json_value.js";
import { Place } from "../engine/place.js";
import { listPath } from "../engine/pull.js";
import { OWN } from "./lists.js";
import { NEWS } from "./own_access.js";
import { newsOf, sharedBuckets } from "./shared.js";

/** @typedef {import("./replica.js").StoreReplica} StoreReplica */

/**
 * Ask who I am, what I may do, and how new each list is. AuthenticationError where nobody is signed in any more.
 *
 * `rights` is a text to compare: it is another where I may do something else, and where a list of others has another
 * title, or a bucket that is shared with me other lists. `own` is one too: it is another where my own collections are,
 * or who has access to one.
 * @param {import("../engine/ask.js").Line} line
 * @param {StoreReplica[]} replicas
 * @param {import("../engine/sync.js").Hello} hello
 * @returns {import("../engine/exchange.js").Steps<{rights: string, own: string, entries: Record<string, any>[] | null,
 *   changed: Set<StoreReplica>}>} entries is null where the server does not tell
 */
export function* look(line, replicas, hello) {
  // What is in one's own bucket is left out: each task would be an entry.
  const path = `/permissions?exclude_bucket_id=${encodeURIComponent(`"${hello.bucket}"`)}&_limit=1000`;
  const requests = [new Request("GET", "/"), new Request("GET", path), NEWS];
  const heads = replicas.map((replica) => new Request("HEAD", listPath(replica)));
  const ofOthers = replicas.filter(({ bucket }) => bucket !== OWN).map(({ bucket, name }) => new Place(bucket, name));
  const titles = ofOthers.map((place) => new Request("HEAD", place.path));
  const all = [...requests, ...heads, ...titles];
  const [greeting, rights, own, ...answers] = yield* gather(line, all, Math.max(hello.batchSize, 2));
  const { user } = bodyOf(greeting);
  if (!isObject(user)) throw new AuthenticationError("nobody is signed in");
  if (user.id !== hello.userId) throw new AuthenticationError("somebody else is signed in");
  const entries = rights.status === OK ? yield* pages(line, path, rights) : null;
  const others = (entries ?? []).filter(({ bucket_id: bucket }) => bucket !== hello.bucket);
  const known = others.map((entry) => dump([entry.uri, [...(entry.permissions ?? [])].sort()])).sort();
  const changed = replicas.filter((replica, index) => isChanged(replica, answers[index]));
  const inBuckets = yield* gather(line, sharedBuckets(others).flatMap(newsOf), hello.batchSize);
  const versions = [...answers.slice(replicas.length), ...inBuckets].map(({ headers }) => headers.etag ?? null);
  return {
    rights: dump([principalsIn(greeting).sort(), known, ofOthers.map(String), versions]),
    own: own.headers.etag ?? "",
    entries: entries && others,
    changed: new Set(changed),
  };
}

/**
 * @param {StoreReplica} replica
 * @param {import("../engine/exchange.js").Response} answer
 */
function isChanged(replica, { status, headers }) {
  if (replica.pendingCount() || replica.cursor() === null || status !== OK) return true;
  const total = headers["total-objects"];
  return headers.etag !== `"${replica.cursor()}"` || (total !== undefined && Number(total) !== replica.knownCount());
}
