// @ts-nocheck Records are any JSON: every parameter here would be any.
/** The database over versions of the program and other tabs: nothing is lost, and what stands in the way is told. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import forceCloseDatabase from "fake-indexeddb/lib/forceCloseDatabase";

import { mayBeCleared } from "../../kintoun_todo/static/app/persistence.js";
import { databaseName, openDatabase } from "../../kintoun_todo/static/app/store/database.js";
import { MemoryServer } from "./memory_server.js";
import { FIRST, heard, open, person, texts, until } from "./stores.js";

/** The schema of version 1, as it was released: never changed, whatever the program becomes. */
const STORES_1 = { rows: { keyPath: ["list", "id"] }, lists: { keyPath: "key" }, journal: { keyPath: "number", autoIncrement: true }, meta: {} };
const clean = { etag: 5, pending: false, sent: [], conflict: null, refused: null, seen: 3 };
const milk = { description: "milk", status: "todo", order: 1 };
/** What version 1 has written: saved, changed, refused, in conflict, removed and not sent yet. */
const ROWS_1 = [
  { list: FIRST, id: "saved", stamp: "s1", ...clean, data: milk, base: milk },
  { list: FIRST, id: "mine", stamp: "s2", ...clean, data: { description: "mine", status: "done", order: 2 }, base: null, etag: null, pending: true },
  { list: FIRST, id: "long", stamp: "s3", ...clean, data: { description: "long", order: 3 }, base: null, etag: null, pending: true, refused: { status: 413, message: "too long" } },
  {
    list: FIRST, id: "both", stamp: "s4", ...clean, data: { description: "theirs", order: 4 }, base: { description: "theirs", order: 4 },
    conflict: { fields: { description: { base: "old", mine: "my text", theirs: "theirs" } }, gone: null, base: null },
  },
  { list: FIRST, id: "gone", stamp: "s5", ...clean, data: null, base: { description: "gone", order: 5 }, pending: true },
  { list: "default/lists", id: "books", stamp: "s6", ...clean, data: { title: "Books" }, base: { title: "Books" } },
  { list: "default/books", id: "ulysses", stamp: "s7", ...clean, data: { description: "Ulysses", order: 1 }, base: { description: "Ulysses", order: 1 } },
];
const LISTS_1 = [
  { key: FIRST, cursor: 5, access: "a", stamp: "m1" },
  { key: "of-bob/tasks", cursor: 7, access: "b", stamp: "m2", title: "Bob's", role: "editor", sharedBy: "bob", sharedWith: ["mary"] },
];
const NOTE = { kind: "merged", base: milk, mine: milk, theirs: milk, result: milk, message: "" };
const JOURNAL_1 = [{ at: 1, list: FIRST, id: "saved", note: NOTE, undone: false }];

/** Make a database as a program of some version has, and close it. */
async function made(name, version, stores, contents = {}) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const [store, options] of Object.entries(stores)) request.result.createObjectStore(store, options);
  };
  await new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject }));
  const transaction = Object.keys(stores).length ? request.result.transaction(Object.keys(stores), "readwrite") : null;
  for (const [store, rows] of Object.entries(contents)) for (const row of rows) transaction.objectStore(store).put(row);
  if (transaction) await new Promise((resolve) => (transaction.oncomplete = resolve));
  request.result.close();
}

test("a database that version 1 has written is read with nothing lost, and its changes are sent", async () => {
  const account = person();
  await made(databaseName(account), 1, STORES_1, { rows: ROWS_1, lists: LISTS_1, journal: JOURNAL_1 });
  const server = new MemoryServer();
  const store = await open(account, server);
  assert.deepEqual(texts(store), ["milk", "mine", "long", "theirs"]);
  const [saved, mine, long, both] = store.tasks(FIRST);
  assert.deepEqual([saved.lastModified, mine.status, mine.waiting, long.refused.status], [5, "done", true, 413]);
  assert.equal(both.conflict.fields.description.mine, "my text");
  assert.deepEqual(store.replica(FIRST).load("gone").pending, true);
  assert.deepEqual(store.lists.map(({ key, title }) => [key, title]), [[FIRST, "My tasks"], ["default/books", "Books"], ["of-bob/tasks", "Bob's"]]);
  assert.deepEqual(store.lists[2].sharedWith, ["mary"]);
  assert.deepEqual(texts(store, "default/books"), ["Ulysses"]);
  assert.deepEqual([store.replica(FIRST).cursor(), store.replica(FIRST).access()], [5, "a"]);
  assert.deepEqual((await store.journal()).map(({ kind, id }) => [kind, id]), [["merged", "saved"]]);
  await store.sync();
  assert.equal(server.lists.get(FIRST).records.get("mine").description, "mine");
});

test("a database of a newer version is left alone, and said to be newer in words", async () => {
  const account = person();
  await made(databaseName(account), 7, { ...STORES_1, more: {} }, { rows: ROWS_1 });
  await assert.rejects(open(account), { name: "NewerDatabaseError", message: /newer version.*safe.*reload/ });
  const rows = await new Promise((resolve) => {
    const request = indexedDB.open(databaseName(account));
    request.onsuccess = () => {
      const all = request.result.transaction("rows").objectStore("rows").getAll();
      all.onsuccess = () => (request.result.close(), resolve(all.result));
    };
  });
  assert.equal(rows.length, ROWS_1.length);
});

test("a newer program in another tab gets the database at once; this one says to reload, and never tells it is saved", async () => {
  const account = person();
  const store = await open(account, new MemoryServer());
  const notices = heard(store, "notice");
  await made(databaseName(account), 2, {});
  assert.deepEqual(notices.map(({ kind, reload }) => [kind, reload]), [["storage", true]]);
  store.create(FIRST, { description: "milk" });
  await until(() => store.writer.waiting > 0);
  assert.equal(store.status.state, "failed");
  assert.match(store.status.message, /newer version.*reload/);
});

test("a tab with an older program that does not let go is told of, and what it holds up goes on when it is closed", async () => {
  const name = databaseName(person());
  await made(name, 1, STORES_1);
  const older = indexedDB.open(name, 1);
  await new Promise((resolve) => (older.onsuccess = resolve));
  const told = [];
  const opening = openDatabase(name, (why) => told.push(why), 2);
  await until(() => told.length > 0);
  assert.deepEqual(told, ["blocked"]);
  older.result.close();
  const opened = await opening;
  assert.equal(opened.version, 2);
  opened.close();
});

test("a store that the browser takes away says so, and what is in it can still be taken out", async () => {
  const store = await open(person(), new MemoryServer());
  const notices = heard(store, "notice");
  store.create(FIRST, { description: "milk" });
  await store.writer.flush();
  const { unwrap } = await import("../../kintoun_todo/static/vendor/idb/index.js");
  forceCloseDatabase(unwrap(store.database));
  await until(() => notices.length > 0);
  assert.deepEqual([notices[0].kind, notices[0].reload, store.status.state], ["storage", true, "failed"]);
  assert.match(store.status.message, /closed the store/);
  store.create(FIRST, { description: "bread" });
  const { lists } = await store.export();
  assert.deepEqual(lists[0].tasks.map(({ description }) => description), ["milk", "bread"]);
});

test("storage may be cleared unless the browser has promised to keep it", async () => {
  assert.equal(await mayBeCleared({ persisted: async () => true }), false);
  assert.equal(await mayBeCleared({ persisted: async () => false }), true);
  assert.equal(await mayBeCleared({ persisted: async () => Promise.reject(new Error("no")) }), true);
  assert.equal(await mayBeCleared(undefined), true);
});
