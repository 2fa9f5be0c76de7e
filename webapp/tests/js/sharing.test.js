/** The cases of `sync_client/vectors/sharing.json`, carried out by this engine. */

import { test } from "node:test";

import { Line } from "../../kintoun_todo/static/app/engine/ask.js";
import * as groups from "../../kintoun_todo/static/app/engine/groups.js";
import { Place } from "../../kintoun_todo/static/app/engine/place.js";
import { principalOf } from "../../kintoun_todo/static/app/engine/principal.js";
import * as sharing from "../../kintoun_todo/static/app/engine/sharing.js";
import { assertSame, cases, play } from "./vectors.js";

const ME = { batchSize: 25, userId: "account:alice", bucket: "of-alice" };

for (const one of cases("sharing")) {
  test(`sharing: ${one.name}`, async () => {
    const talk = { line: new Line(), hello: ME };
    const { result, error } = await play(start(talk, one.call), one.exchanges);
    const found = { ...(error ? { error } : {}), ...written(result) };
    const expected = Object.fromEntries(["error", "result", "remaining"].map((name) => [name, one[name]]));
    assertSame(found, JSON.parse(JSON.stringify(expected)), one.name);
  });
}

/** @param {any} talk @param {any} call */
function* start(talk, { share, remove, make, make_group: made, add }) {
  if (share) return yield* sharing.share(talk, placeOf(share), principalOf(share.who), share.role);
  if (remove) return yield* sharing.remove(talk, placeOf(remove), remove.who.map(principalOf));
  if (make) return yield* sharing.create(talk, placeOf(make));
  if (made) return yield* groups.create(talk, made.name, made.members.map(principalOf), made.bucket);
  return yield* groups.setMembers(talk.line, add.group, groups.adding(add.who));
}

/** @param {any} result */
function written(result) {
  if (typeof result !== "object") return {};
  if ("members" in result) return { result: result.members ?? [] };
  const remaining = result.remaining.map((/** @type {any} */ { principal }) => principal);
  return { result: result.objects, ...(remaining.length ? { remaining } : {}) };
}

/** @param {any} written */
function placeOf({ bucket, collection = null, record = null }) {
  return new Place(bucket, collection, record);
}
