/** Every case of the vectors holds for this engine, as it does for the Python one. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { lostSide } from "../../kintoun_todo/static/app/engine/conflict.js";
import { inOrder, matches, parseFilter, parseSort } from "../../kintoun_todo/static/app/engine/filters.js";
import { both, merge } from "../../kintoun_todo/static/app/engine/merge.js";
import { reconcile } from "../../kintoun_todo/static/app/engine/reconcile.js";
import { Replica } from "../../kintoun_todo/static/app/engine/replica.js";
import { assertSame, cases, edit, expectedState, load, localOf, plain, runRound, state } from "./vectors.js";

/** @typedef {import("./vectors.js").Json} Json */

/**
 * Make a test of each case of a file.
 * @param {string} name
 * @param {(one: Json) => void | Promise<void>} run
 */
function each(name, run) {
  for (const one of cases(name)) test(`${name}: ${one.name}`, () => run(one));
}

/**
 * Make a replica in memory that remembers the kinds of its journal's entries.
 * @param {Json} one
 * @param {string} [bucket]
 */
function device(one, bucket = "default") {
  /** @type {string[]} */ const journal = [];
  const replica = new Replica(bucket, "tasks", ({ notes }) => journal.push(...notes.map(({ note }) => note.kind)), one.strategy);
  return { replica, journal };
}

each("merge", (one) => {
  const merged = merge(one.base, one.mine, one.theirs);
  assertSame(merged.data, one.data);
  assertSame(JSON.parse(JSON.stringify(merged.conflicts)), one.conflicts);
  assert.deepEqual([...merged.taken].sort(), one.taken);
});

each("both", (one) => assert.equal(both(one.mine, one.theirs), one.both));

each("reconcile", (one) => {
  const outcome = reconcile(localOf(one.local), one.remote, one.strategy);
  assertSame(plain(outcome.local), plain(localOf(one.after)));
  assert.equal(outcome.conflict, one.conflict);
  const { message: _, ...note } = outcome.note ?? {};
  assertSame(outcome.note && note, one.note);
  if (outcome.note) assert.ok([outcome.note.mine, outcome.note.theirs].includes(lostSide(outcome.note)));
});

each("edits", (one) => {
  const { replica, journal } = device(one);
  load(replica, { cursor: null, records: one.local ? [one.local] : [] });
  if (one.error) assert.throws(() => edit(replica, one.edit), { name: one.error });
  else edit(replica, one.edit);
  assertSame(plain(replica.load("r")), plain(localOf(one.error ? one.local : one.after)));
  assert.deepEqual(journal, one.journal ?? []);
});

each("filters", (one) => {
  const bodies = one.records.map((/** @type {Json} */ { id, data, etag }) => ({ ...data, id, ...(etag ? { last_modified: etag } : {}) }));
  const filters = Object.entries(one.filters).map(([name, value]) => parseFilter(name, value));
  const found = inOrder(bodies.filter((/** @type {Json} */ body) => matches(body, filters)), parseSort(one.sort));
  assert.deepEqual(found.map(({ id }) => id), one.ids);
});

each("rounds", async (one) => {
  const { replica, journal } = device(one);
  load(replica, one.start);
  for (const step of one.edits ?? []) edit(replica, step);
  const report = await runRound(replica, one);
  assertSame(state(replica), expectedState(one.end));
  assert.deepEqual(journal, one.journal);
  assertSame(report, one.report);
});

each("access", async (one) => {
  const { replica } = device(one, "todo");
  load(replica, one.start);
  for (const round of one.rounds) {
    for (const step of round.edits ?? []) edit(replica, step);
    const report = await runRound(replica, round);
    assertSame(state(replica), expectedState(round.end));
    assertSame(report, round.report);
  }
});

test("every file of vectors is run", () => {
  const run = ["access", "both", "edits", "filters", "merge", "reconcile", "rounds", "sharing"];
  const files = readdirSync(new URL("../../../sync_client/vectors/", import.meta.url));
  assert.deepEqual(files.filter((name) => name.endsWith(".json")).sort(), run.map((name) => `${name}.json`));
});
