/** The cases with a state hold with IndexedDB too: what a new start reads from it is what the case says. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../kintoun_todo/static/app/store/store.js";
import { assertSame, cases, edit, expectedState, load, localOf, plain, runRound, state } from "./vectors.js";

let number = 0;

/**
 * Open a store that no other test has, and a way to start it anew.
 * @param {import("./vectors.js").Json} one
 * @param {string} key
 */
async function device(one, key) {
  number += 1;
  const account = { name: "me", principal: `account:vector${number}` };
  /** @type {Store} */ let store;
  const start = async () => {
    await store?.close();
    store = await Store.open({ account });
    store.ensure(key).strategy = one.strategy ?? "merge";
    return store.replica(key);
  };
  const kinds = async () => (await store.journal()).map(({ kind }) => kind).reverse();
  return { start, flush: () => store.writer.flush(), kinds, close: () => store.close() };
}

for (const one of cases("edits")) {
  test(`edits: ${one.name}`, async () => {
    const { start, kinds, close } = await device(one, "default/tasks");
    let replica = await start();
    load(replica, { cursor: null, records: one.local ? [one.local] : [] });
    if (one.error) assert.throws(() => edit(replica, one.edit), { name: one.error });
    else edit(replica, one.edit);
    replica = await start();
    assertSame(plain(replica.load("r")), plain(localOf(one.error ? one.local : one.after)));
    assert.deepEqual(await kinds(), one.journal ?? []);
    await close();
  });
}

for (const one of cases("rounds")) {
  test(`rounds: ${one.name}`, async () => {
    const { start, flush, kinds, close } = await device(one, "default/tasks");
    load(await start(), one.start);
    const replica = await start();
    for (const step of one.edits ?? []) edit(replica, step);
    const report = await runRound(replica, one, flush);
    assertSame(state(await start()), expectedState(one.end));
    assert.deepEqual(await kinds(), one.journal);
    assertSame(report, one.report);
    await close();
  });
}

for (const one of cases("access")) {
  test(`access: ${one.name}`, async () => {
    const { start, flush, close } = await device(one, "todo/tasks");
    load(await start(), one.start);
    for (const round of one.rounds) {
      const replica = await start();
      for (const step of round.edits ?? []) edit(replica, step);
      const report = await runRound(replica, round, flush);
      assertSame(state(await start()), expectedState(round.end));
      assertSame(report, round.report);
    }
    await close();
  });
}
