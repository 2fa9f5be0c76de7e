/** What a person does to a replica in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { update } from "../../kintoun_todo/static/app/engine/edits.js";
import { local } from "../../kintoun_todo/static/app/engine/local.js";
import { Replica } from "../../kintoun_todo/static/app/engine/replica.js";

test("an edit that changes nothing is not written, and no sync takes the record for one that was edited meanwhile", () => {
  /** @type {string[]} */ const kept = [];
  const replica = new Replica("default", "tasks", ({ rows }) => kept.push(...rows.keys()));
  const data = { description: "milk", status: "todo" };
  replica.store("r", local("r", data, { base: data, etag: 5 }));
  const before = replica.load("r");
  replica.edit("r", update(before, "r", { status: "todo" }));
  assert.equal(replica.load("r"), before);
  replica.edit("r", update(before, "r", { status: "done" }));
  assert.ok((replica.load("r")?.revision ?? 0) > (before?.revision ?? 0));
  assert.deepEqual(kept, ["r", "r"]);
});
