/** The last request of a page that is about to go: what waits, as far as one small batch carries it. */

import { Request } from "./exchange.js";
import { dump } from "./json_value.js";
import { noteSent, write } from "./push.js";

/** Of the body: browsers take 64 KiB of all requests that outlive their page. */
const MOST_BYTES = 60_000;

/**
 * Write it, and note in each record that this version is on its way; null where nothing waits.
 *
 * It may be repeated like any other: a creation that has arrived is found in the list, with the same content. One's own
 * bucket is called by its id, so that a session that is somebody else's by now changes nothing of theirs.
 * @param {Iterable<import("./replica.js").Replica>} replicas
 * @param {import("./sync.js").Hello} hello
 * @returns {Request | null}
 */
export function parting(replicas, { batchSize, bucket }) {
  /** @type {any[]} */
  const requests = [];
  let length = dump({ requests }).length;
  for (const replica of replicas) {
    const own = replica.bucket === "default";
    if (own && bucket === null) continue;
    const place = { bucket: own ? /** @type {string} */ (bucket) : replica.bucket, name: replica.name };
    for (const local of replica.pending("", batchSize - requests.length)) {
      const request = write(place, local);
      length += new TextEncoder().encode(dump(request)).length + 1;
      if (length > MOST_BYTES) break;
      noteSent(replica, local);
      requests.push(request);
    }
  }
  return requests.length ? new Request("POST", "/batch", {}, { requests }) : null;
}
