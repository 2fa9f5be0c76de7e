// @ts-nocheck Records are any JSON: every parameter here would be any.
/** The store: memory first, IndexedDB behind it, tabs beside it, a server in memory before it. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { AuthenticationError } from "../../kintoun_todo/static/app/engine/errors.js";
import { keepList } from "../../kintoun_todo/static/app/store/reading.js";
import { unsavedIn } from "../../kintoun_todo/static/app/store/status.js";
import { Store } from "../../kintoun_todo/static/app/store/store.js";
import { MemoryServer } from "./memory_server.js";

const FIRST = "default/tasks";
let number = 0;
let opened = [];

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});

/** Make an account that no other test has. */
function person() {
  number += 1;
  return { name: `alice${number}`, principal: `account:alice${number}`, bucket: "of-alice" };
}

/** Open a store; the tabs of one account hear one another. */
async function open(account, api = new MemoryServer()) {
  const own = account ? api.as(account.principal) : api;
  const store = await Store.open({ account, api: own, channel: (name) => new BroadcastChannel(name) });
  opened.push(store);
  return store;
}

/** Wait until something holds. */
async function until(condition) {
  for (const end = Date.now() + 8000; !condition(); ) {
    assert.ok(Date.now() < end, `never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The texts of a list. */
const texts = (store, key = FIRST) => store.tasks(key).map(({ description }) => description);

test("twenty tasks typed fast are all there, in order, at once and after a restart", async () => {
  const account = person();
  const store = await open(account);
  const wanted = Array.from({ length: 20 }, (_, index) => `task ${index}`);
  for (const description of wanted) store.create(FIRST, { description });
  assert.deepEqual(texts(store), wanted);
  await store.close();
  assert.deepEqual(texts(await open(account)), wanted);
});

test("an edit, a removal and its undo last over a restart", async () => {
  const account = person();
  const store = await open(account);
  const [milk, bread] = ["milk", "bread"].map((description) => store.create(FIRST, { description }));
  store.update(FIRST, milk.id, { description: "oat milk", status: "done" });
  const undo = store.removeAll(FIRST, [milk.id, bread.id]);
  assert.deepEqual(texts(store), []);
  undo();
  await store.close();
  const [first] = (await open(account)).tasks(FIRST);
  assert.deepEqual([first.description, first.status], ["oat milk", "done"]);
});

test("two devices converge, and a task that both renamed keeps both texts", async () => {
  const server = new MemoryServer();
  const [one, other] = [await open(person(), server), await open(person(), server)];
  const { id } = one.create(FIRST, { description: "milk" });
  await one.sync();
  await other.sync();
  one.update(FIRST, id, { description: "oat milk" });
  other.update(FIRST, id, { description: "soy milk" });
  other.update(FIRST, id, { status: "done" });
  await one.sync();
  await other.sync();
  const { conflict, description, status } = other.tasks(FIRST)[0];
  assert.deepEqual([description, status, conflict.fields.description.mine], ["oat milk", "done", "soy milk"]);
  assert.deepEqual([unsavedIn(one.replicas.values()), unsavedIn(other.replicas.values())], [0, 1]);
  const undo = other.resolve(FIRST, id, { field: "description", choice: "both" });
  assert.deepEqual(texts(other), ["oat milk / soy milk"]);
  undo();
  assert.equal(other.tasks(FIRST)[0].conflict.fields.description.mine, "soy milk");
  other.resolve(FIRST, id, { field: "description", choice: "mine" });
  await other.sync();
  await one.sync();
  assert.deepEqual(texts(one), ["soy milk"]);
  assert.equal(one.status.state, "saved");
});

test("a list, its title and its tasks reach another device, and go with their deletion", async () => {
  const server = new MemoryServer();
  const [one, other] = [await open(person(), server), await open(person(), server)];
  const key = one.createList("Groceries");
  one.create(key, { description: "milk" });
  await one.sync();
  await other.sync();
  assert.deepEqual(other.lists.map(({ title }) => title), ["My tasks", "Groceries"]);
  assert.deepEqual(texts(other, key), ["milk"]);
  other.deleteList(key);
  await other.sync();
  await one.sync();
  assert.deepEqual(one.lists.map(({ title }) => title), ["My tasks"]);
});

test("two tabs show one another's tasks, and edits of one task in both are kept", async () => {
  const account = person();
  const server = new MemoryServer();
  const [one, other] = [await open(account, server), await open(account, server)];
  const { id } = one.create(FIRST, { description: "milk" });
  await until(() => other.tasks(FIRST).length === 1);
  one.update(FIRST, id, { status: "done" });
  other.update(FIRST, id, { description: "oat milk" });
  const both = (store) => store.tasks(FIRST).every((task) => task.status === "done" && task.description === "oat milk");
  await until(() => both(one) && both(other));
});

test("a sync in one tab and edits in another lose nothing", async () => {
  const account = person();
  const server = new MemoryServer();
  const [one, other] = [await open(account, server), await open(account, server)];
  for (let count = 0; count < 10; count += 1) {
    one.create(FIRST, { description: `one ${count}` });
    const sync = one.sync();
    other.create(FIRST, { description: `other ${count}` });
    const [task] = other.tasks(FIRST);
    other.update(FIRST, task.id, { description: `${task.description}!` });
    await sync;
  }
  await until(() => one.tasks(FIRST).length === 20 && other.tasks(FIRST).length === 20);
  await other.sync();
  await one.sync();
  await other.sync();
  assert.deepEqual([...texts(one)].sort(), [...texts(other)].sort());
  const stored = [...server.lists.get(FIRST).records.values()].map(({ description }) => description);
  assert.deepEqual(stored.sort(), [...texts(one)].sort());
});

test("where the browser keeps nothing, the edit stays on the page, is told, and is written later", async (t) => {
  const account = person();
  const store = await open(account);
  const notices = [];
  store.addEventListener("notice", ({ detail }) => notices.push(detail.kind));
  const put = t.mock.method(IDBObjectStore.prototype, "put", () => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  store.create(FIRST, { description: "milk" });
  await until(() => store.status.state === "failed");
  store.create(FIRST, { description: "bread" });
  assert.deepEqual(texts(store), ["milk", "bread"]);
  assert.deepEqual(notices, ["storage"]);
  put.mock.restore();
  await until(() => store.status.state !== "failed");
  await store.close();
  assert.deepEqual(texts(await open(account)), ["milk", "bread"]);
});

test("whoever is signed out keeps everything, and sends it later", async () => {
  const server = new MemoryServer();
  const store = await open(person(), server);
  server.user = null;
  store.create(FIRST, { description: "milk" });
  await assert.rejects(store.sync(), { name: "AuthenticationError" });
  assert.deepEqual([store.status.state, store.status.waiting, texts(store)], ["signed-out", 1, ["milk"]]);
  server.user = "account:alice";
  await store.sync();
  assert.deepEqual([store.status.state, store.status.waiting], ["saved", 0]);
});

test("a number that JavaScript cannot hold is sent back as it came", async () => {
  const server = new MemoryServer();
  const store = await open(person(), server);
  server.answer({ method: "PUT", path: "/buckets/default/collections/tasks/records/r", body: { data: { id: "r", description: "milk", other: { "\u0000digits": "12345678901234567890" } } } });
  await store.sync();
  store.update(FIRST, "r", { description: "oat milk" });
  await store.sync();
  const sent = server.lists.get(FIRST).records.get("r");
  assert.deepEqual([sent.description, sent.other], ["oat milk", { "\u0000digits": "12345678901234567890" }]);
});

test("export and import lose nothing, overwrite nothing, and refuse what is none", async () => {
  const [one, other] = [await open(person()), await open(person())];
  one.create(FIRST, { description: "milk", note: "two litres" });
  one.create(one.createList("Books"), { description: "Ulysses", status: "doing" });
  const file = JSON.parse(JSON.stringify(await one.export()));
  assert.deepEqual(await one.import(file), { created: 0, skipped: 2 });
  assert.deepEqual(await other.import(file), { created: 2, skipped: 0 });
  assert.deepEqual(await other.import(file), { created: 0, skipped: 2 });
  assert.equal(other.tasks(FIRST)[0].fields.note, "two litres");
  for (const hostile of [null, [], {}, { format: "kintoun-todo", version: 1, lists: [{ title: "a", tasks: [{}] }] }]) {
    await assert.rejects(other.import(hostile), { name: "ImportError" });
  }
});

test("tasks of this device move into an account, once", async () => {
  const [device, account] = [await open(null), await open(person())];
  device.create(FIRST, { description: "milk" });
  device.create(device.createList("Books"), { description: "Ulysses" });
  assert.equal(device.status.state, "device");
  assert.equal(await device.moveInto(account), 2);
  assert.equal(await device.moveInto(account), 0);
  assert.deepEqual(account.lists.map(({ title }) => title), ["My tasks", "Books"]);
  await device.erase();
});

test("when one tab erases all, the other lets go of it, and speaks of no trouble", async () => {
  const account = person();
  const [one, other] = [await open(account), await open(account)];
  const notices = [];
  other.addEventListener("notice", ({ detail }) => notices.push(detail));
  one.create(FIRST, { description: "milk" });
  await one.close();
  await one.erase();
  assert.deepEqual([other.closed, notices], [true, []]);
  assert.deepEqual(texts(await open(account)), []);
});

test("whoever goes on to write to a task that was deleted elsewhere keeps it", async () => {
  const server = new MemoryServer();
  const [one, other] = [await open(person(), server), await open(person(), server)];
  const { id } = one.create(FIRST, { description: "milk" });
  await one.sync();
  await other.sync();
  one.remove(FIRST, id);
  other.update(FIRST, id, { description: "oat milk" });
  await one.sync();
  await other.sync();
  assert.ok("gone" in other.tasks(FIRST)[0].conflict);
  other.update(FIRST, id, { status: "done" });
  const [{ conflict, description, status }] = other.tasks(FIRST);
  assert.deepEqual([conflict, description, status], [null, "oat milk", "done"]);
  await other.sync();
  await one.sync();
  assert.deepEqual(texts(one), ["oat milk"]);
});

test("a list that is withdrawn takes no more tasks, and stays only for what was written in it", async () => {
  const server = new MemoryServer();
  const store = await open(person(), server);
  const key = "of-bob/tasks";
  await keepList(store, { key, title: "Groceries", role: "editor" });
  const found = () => store.lists.find((list) => list.key === key);
  const { id } = store.create(key, { description: "milk" });
  assert.equal(found().withdrawn, false);
  await store.sync();
  store.update(key, id, { description: "oat milk" });
  server.denied.add(key);
  await store.sync();
  assert.deepEqual([found().withdrawn, store.tasks(key)[0].readOnly, texts(store, key)], [true, true, ["oat milk"]]);
  store.resolve(key, id, { choice: "theirs" });
  await store.sync();
  assert.equal(found(), undefined);
});

test("who renames a shared list without a network tells others with the next sync, once", async () => {
  const server = new MemoryServer();
  const store = await open(person(), server);
  const [shared] = [store.createList("Groceries"), store.createList("Books")];
  await store.sync();
  assert.deepEqual(server.titles, []);
  const permissions = { write: ["account:alice"], read: ["account:bob"] };
  server.collections.set(shared, { data: { title: "Groceries" }, permissions });
  await store.sync();
  server.fault = () => "before";
  store.renameList(shared, "Market");
  await assert.rejects(store.sync());
  server.fault = () => null;
  await store.sync();
  await store.sync();
  assert.deepEqual(server.titles, ["Market"]);
});

test("a thousand tasks are listed from memory in less than 50 ms", async () => {
  const store = await open(person());
  store.write(FIRST, Array.from({ length: 1000 }, (_, index) => ({ id: `t${index}`, data: { description: `${index}` } })));
  store.update(FIRST, "t500", { description: "changed" });
  const start = performance.now();
  assert.equal(store.tasks(FIRST).length, 1000);
  assert.ok(performance.now() - start < 50);
});

test("whatever is lost on the way, two devices converge and no text is gone", async () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    let state = seed;
    const random = (below) => (state = (state * 48271) % 2147483647) % below;
    const server = new MemoryServer();
    const stores = [await open(person(), server), await open(person(), server)];
    const written = new Set();
    server.fault = () => [null, null, null, null, "before", "after"][random(6)];
    for (let step = 0; step < 25; step += 1) {
      const store = stores[random(2)];
      const tasks = store.tasks(FIRST).filter(({ conflict }) => !conflict);
      const text = `text ${seed}.${step}`;
      if (random(3) === 0) await store.sync().catch(() => {});
      else if (!tasks.length || random(3) === 0) {
        store.create(FIRST, { description: text });
        written.add(text);
      } else store.update(FIRST, tasks[random(tasks.length)].id, { status: ["todo", "doing", "done"][random(3)] });
    }
    server.fault = () => null;
    for (const store of [...stores, ...stores]) await store.sync();
    assert.deepEqual(texts(stores[0]), texts(stores[1]));
    assert.deepEqual(new Set(texts(stores[0])), written);
    await Promise.all(stores.map((store) => store.close()));
  }
});

test("with the cookie of somebody else nothing is sent and nothing taken", async () => {
  const server = new MemoryServer();
  const [alice, bob] = [person(), person()];
  const his = await open(bob, server);
  his.create(FIRST, { description: "his secret" });
  await his.sync();
  for (const greeted of [false, true]) {
    let cookie = greeted ? alice : bob;
    const api = { send: (request) => server.as(cookie.principal).send(request) };
    const hers = await Store.open({ account: alice, api });
    opened.push(hers);
    if (greeted) await hers.sync();
    cookie = bob;
    hers.create(FIRST, { description: "her secret" });
    await assert.rejects(hers.sync(), AuthenticationError);
    assert.equal(hers.status.state, "signed-out");
    assert.ok(!JSON.stringify([...server.lists.values()].map(({ records }) => [...records.values()])).includes("her secret"));
    await hers.erase();
  }
});
