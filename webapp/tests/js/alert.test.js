// @ts-nocheck Records are any JSON: every parameter here would be any.
/** What a server tells that is too new for this program: once, in kind words, with nothing lost. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Response } from "../../kintoun_todo/static/app/engine/exchange.js";
import { alertIn } from "../../kintoun_todo/static/app/store/alert.js";
import { alertText } from "../../kintoun_todo/static/app/word_of_others.js";
import { MemoryServer } from "./memory_server.js";
import { FIRST, heard, open, person, texts } from "./stores.js";

const alerts = (notices) => notices.map(({ kind, text, ended }) => [kind, text, ended]);

test("an announcement is told once, again where it is another, and the sync goes on", async () => {
  const server = new MemoryServer();
  const store = await open(person(), server);
  const notices = heard(store, "notice");
  server.alert = JSON.stringify({ code: "soft-eol", message: "We move in May." });
  store.create(FIRST, { description: "milk" });
  await store.sync();
  await store.sync();
  assert.deepEqual(alerts(notices), [["alert", "We move in May.", false]]);
  assert.equal(store.status.state, "saved");
  server.alert = JSON.stringify({ code: "soft-eol", message: "We move in June." });
  await store.sync();
  assert.equal(notices.length, 2);
});

for (const [how, alert] of [["with", JSON.stringify({ code: "hard-eol", message: "Too old." })], ["without", null]]) {
  test(`a server that has ended for this program, ${how} a header, is told once, and what was written stays`, async () => {
    const server = new MemoryServer();
    const store = await open(person(), server);
    const notices = heard(store, "notice");
    store.create(FIRST, { description: "milk" });
    const headers = alert ? { alert } : {};
    server.send = async () => Response.of(410, headers, { errno: 202, message: "Too old." });
    for (let attempt = 0; attempt < 2; attempt += 1) await assert.rejects(store.sync(), { name: "ServiceClosedError" });
    assert.deepEqual(alerts(notices), [["alert", "Too old.", true]]);
    assert.deepEqual([store.status.state, store.status.waiting, texts(store)], ["failed", 1, ["milk"]]);
  });
}

test("any header is understood, and put into words", () => {
  const read = (alert) => alertIn(new Response(200, { alert }));
  assert.deepEqual(read("not JSON"), { text: "not JSON", ended: false });
  assert.deepEqual(read("[1]"), { text: "1", ended: false });
  assert.deepEqual(read('{"message": {"a": 1}}'), { text: undefined, ended: false });
  assert.equal(alertIn(new Response(200)), null);
  assert.match(alertText({ ended: true }), /any more\. What you wrote is kept/);
  assert.match(alertText({ text: "Too old.", ended: true }), /any more: Too old\. What you wrote is kept/);
  assert.match(alertText({ text: "We move.", ended: false }), /announcement: We move\.$/);
});
