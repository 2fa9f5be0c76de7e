/**
 * What I may do, as the server says it: rights that come and go without a change of any record (protocol section 21).
 *
 * Each sync asks who I am, groups included, and which rights I have on the buckets and collections of others; a
 * collection for which the answer is another than last time is read whole.
 */

import { bodyOf, isObject } from "./ask.js";
import { AccessError, UnexpectedAnswerError } from "./errors.js";
import { Request } from "./exchange.js";
import { OK, gather, pages } from "./gather.js";
import { dump } from "./json_value.js";

/** @typedef {import("./ask.js").Line} Line */
/** @typedef {import("./replica.js").Replica} Replica */

export const OWN = "default";

/** My access to the collections of others, as texts to compare. */
export class Fingerprints {
  #principals;
  /** @type {Map<string, string[]> | null} */
  #rights = null;

  /**
   * @param {string[]} principals
   * @param {Record<string, any>[] | null} [entries]
   */
  constructor(principals, entries = null) {
    this.#principals = [...principals].sort();
    if (entries) {
      this.#rights = new Map(
        entries.map((entry) => [dump([entry.bucket_id, entry.collection_id ?? null]), [...entry.permissions].sort()]),
      );
    }
  }

  /**
   * Write my access to one collection.
   * @param {Replica} replica
   */
  of(replica) {
    const places = [null, replica.name].map((name) => dump([replica.bucket, name]));
    return dump([this.#principals, this.#rights && places.map((place) => this.#rights?.get(place) ?? [])]);
  }
}

/**
 * Ask what I may do in the buckets of others, in one exchange; null when there are none.
 *
 * A server that does not list rights (Kinto by default) tells of groups all the same.
 * @param {Line} line
 * @param {Replica[]} replicas
 * @param {string | null} ownBucket
 * @param {number} size
 * @returns {import("./exchange.js").Steps<Fingerprints | null>}
 */
export function* fingerprints(line, replicas, ownBucket, size) {
  const others = new Set(replicas.map(({ bucket }) => bucket).filter((one) => one !== OWN && one !== ownBucket));
  const buckets = [...others].sort();
  if (!buckets.length) return null;
  const list = new Request("GET", rightsPath(buckets));
  const [hello, first] = yield* gather(line, [new Request("GET", "/"), list], Math.max(size, 2));
  try {
    const entries = yield* pages(line, list.path, first);
    return new Fingerprints(principalsIn(hello), entries);
  } catch (error) {
    if (error instanceof AccessError) return new Fingerprints(principalsIn(hello));
    if (error instanceof TypeError) throw new UnexpectedAnswerError("the list of rights is not of this protocol");
    throw error;
  }
}

/**
 * List what I have rights of my own on, filtered by a query. AccessError where the server does not tell.
 * @param {Line} line
 * @param {string} query
 */
export function* rights(line, query) {
  return yield* pages(line, `/permissions?${query}&_limit=1000`);
}

/**
 * Read all that I am in an answer of the hello view (protocol section 7.1).
 * @param {import("./exchange.js").Response} hello
 * @returns {string[]}
 */
export function principalsIn(hello) {
  const body = bodyOf(hello);
  if (hello.status !== OK || !("http_api_version" in body)) {
    throw new UnexpectedAnswerError("what answers there is no server of this protocol");
  }
  const principals = isObject(body.user) ? body.user.principals : null;
  return Array.isArray(principals) ? principals.map(String) : [];
}

/** @param {string[]} buckets */
function rightsPath(buckets) {
  const names = buckets.map((bucket) => encodeURIComponent(`"${bucket}"`)).join(",");
  return `/permissions?in_resource_name=bucket,collection&in_bucket_id=${names}&_limit=1000`;
}
