// @ts-nocheck Records are any JSON: every parameter here would be any.
/** The last request of a page that goes: it brings what waits to the server, and the next start finds what became of it. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../../kintoun_todo/static/app/api.js";
import { MemoryServer } from "./memory_server.js";
import { FIRST, heard, open, person, texts } from "./stores.js";

/** Answer a store whose account has two tasks on the server, and what was changed since and not sent. */
async function changed(server) {
  const account = person();
  const store = await open(account, server);
  const [milk, bread] = ["milk", "bread"].map((description) => store.create(FIRST, { description }));
  await store.sync();
  store.update(FIRST, milk.id, { description: "oat milk" });
  store.remove(FIRST, bread.id);
  store.create(FIRST, { description: "jam" });
  return { account, store };
}

const stored = (server) => {
  const living = [...server.lists.get(FIRST).records.values()].filter(({ deleted }) => !deleted);
  return living.map(({ description }) => description).sort();
};

test("what waits is on the server when the page has gone, and the next start finds it there, without a question", async () => {
  const server = new MemoryServer();
  const { account, store } = await changed(server);
  store.syncer.part();
  assert.deepEqual(stored(server), ["jam", "oat milk"]);
  await store.close();
  const again = await open(account, server);
  const notices = heard(again, "notice");
  const news = heard(again, "news");
  await again.sync();
  assert.deepEqual([texts(again), again.status.waiting, stored(server)], [["oat milk", "jam"], 0, ["jam", "oat milk"]]);
  assert.ok(again.tasks(FIRST).every(({ conflict }) => conflict === null));
  assert.deepEqual([notices, news], [[], []]);
});

test("the last request may be repeated, and may be lost", async () => {
  const server = new MemoryServer();
  const { account, store } = await changed(server);
  store.syncer.part();
  store.syncer.part();
  const clock = server.clock;
  assert.deepEqual(stored(server), ["jam", "oat milk"]);
  store.syncer.part();
  assert.equal(server.clock, clock);
  server.sendLast = () => {};
  store.create(FIRST, { description: "eggs" });
  store.syncer.part();
  await store.close();
  const again = await open(account, server);
  await again.sync();
  assert.deepEqual([texts(again), stored(server)], [["oat milk", "jam", "eggs"], ["eggs", "jam", "oat milk"]]);
});

test("it is sent only where it is known for whom, in one batch that a browser takes", async () => {
  const server = new MemoryServer();
  const sent = [];
  server.sendLast = (request) => sent.push(request);
  const fresh = await open(person(), server);
  fresh.create(FIRST, { description: "milk" });
  fresh.syncer.part();
  assert.deepEqual(sent, []);
  await fresh.sync();
  fresh.syncer.part();
  assert.deepEqual(sent, []);
  for (let count = 0; count < 10; count += 1) fresh.create(FIRST, { description: "é".repeat(5000) });
  fresh.syncer.part();
  const [{ path, body }] = sent;
  assert.equal(path, "/batch");
  assert.ok(new TextEncoder().encode(JSON.stringify(body)).length < 64 * 1024);
  assert.ok(body.requests.length >= 4);
  assert.ok(body.requests.every((one) => one.path.startsWith("/buckets/of-alice/")));
  server.user = null;
  await assert.rejects(fresh.sync());
  fresh.syncer.part();
  assert.equal(sent.length, 1);
});

test("it outlives its page, and carries what the cookie counts with", () => {
  const calls = [];
  const api = new Api({ fetch: async (...call) => calls.push(call) });
  api.sendLast({ method: "POST", path: "/batch", body: { requests: [] } });
  const [[address, { keepalive, headers, signal }]] = calls;
  assert.deepEqual([address, keepalive, signal], ["/v1/batch", true, undefined]);
  assert.equal(headers["X-Requested-With"], "kintoun-todo");
});
