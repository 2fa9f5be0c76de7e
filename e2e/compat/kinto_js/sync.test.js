// kinto.js, offline first: what two devices of one person, or of two people, see of each other's changes.
import assert from "node:assert/strict";
import test from "node:test";
import Kinto from "kinto";
import { client, device, freshId, userId } from "./server.js";

const { default: Offline = Kinto } = Kinto;
const { MANUAL, SERVER_WINS, CLIENT_WINS } = Offline.syncStrategy;

async function titles(tasks) {
  const { data } = await tasks.list({ order: "title" });
  return data.map((task) => task.title);
}

function sync(tasks, strategy = MANUAL) {
  return tasks.sync({ strategy, retry: 0 });
}

/** The same collection on two devices of Alice's. */
function twoDevices(bucket = "default") {
  const name = freshId("tasks");
  return [device("alice", bucket).collection(name), device("alice", bucket).collection(name)];
}

test("what is made on one device arrives on the other, and the other way round", async () => {
  const [phone, laptop] = twoDevices();
  await phone.create({ title: "a" });
  await phone.create({ title: "b", nested: { list: [1, null, "é"] } });
  const first = await sync(phone);
  assert.equal(first.ok, true);
  assert.equal(first.published.length, 2);
  await laptop.create({ title: "c" });
  const second = await sync(laptop);
  assert.equal(second.created.length, 2);
  assert.equal(second.published.length, 1);
  await sync(phone);
  assert.deepEqual(await titles(phone), ["a", "b", "c"]);
  assert.deepEqual(await titles(laptop), ["a", "b", "c"]);
  assert.deepEqual((await phone.list({ order: "title" })).data, (await laptop.list({ order: "title" })).data);
});

test("changes and deletions arrive too, and a sync without news brings nothing", async () => {
  const [phone, laptop] = twoDevices();
  const kept = (await phone.create({ title: "a" })).data;
  const removed = (await phone.create({ title: "b" })).data;
  await sync(phone);
  await sync(laptop);
  await laptop.update({ ...kept, title: "a, changed" });
  await laptop.delete(removed.id);
  const pushed = await sync(laptop);
  assert.equal(pushed.published.length, 2);
  const pulled = await sync(phone);
  assert.equal(pulled.updated.length, 1);
  assert.equal(pulled.deleted.length, 1);
  assert.deepEqual(await titles(phone), ["a, changed"]);
  const quiet = await sync(phone);
  assert.deepEqual([quiet.created, quiet.updated, quiet.deleted, quiet.published].flat(), []);
});

test("more changes than a batch holds are all published", async () => {
  const [phone, laptop] = twoDevices();
  for (let number = 0; number < 60; number++) {
    await phone.create({ title: `task ${number}` });
  }
  assert.equal((await sync(phone)).published.length, 60);
  assert.equal((await sync(laptop)).created.length, 60);
});

test("a conflict is reported, and resolved by hand", async () => {
  const [phone, laptop] = twoDevices();
  const task = (await phone.create({ title: "a" })).data;
  await sync(phone);
  await sync(laptop);
  await phone.update({ ...task, title: "of the phone" });
  await laptop.update({ ...task, title: "of the laptop" });
  await sync(phone);
  const result = await sync(laptop);
  assert.equal(result.ok, false);
  assert.equal(result.conflicts.length, 1);
  const [conflict] = result.conflicts;
  assert.equal(conflict.remote.title, "of the phone");
  assert.equal(conflict.local.title, "of the laptop");
  await laptop.resolve(conflict, { ...conflict.remote, title: "of both" });
  assert.equal((await sync(laptop)).ok, true);
  await sync(phone);
  assert.deepEqual(await titles(phone), ["of both"]);
});

test("a conflict of a change with a deletion is seen on both sides", async () => {
  const [phone, laptop] = twoDevices();
  const task = (await phone.create({ title: "a" })).data;
  await sync(phone);
  await sync(laptop);
  await phone.delete(task.id);
  await laptop.update({ ...task, title: "kept" });
  await sync(phone);
  const result = await sync(laptop);
  assert.equal(result.ok, false);
  assert.equal(result.conflicts.length, 1);
});

for (const [strategy, title] of [
  [SERVER_WINS, "of the phone"],
  [CLIENT_WINS, "of the laptop"],
]) {
  test(`with ${strategy} a conflict is resolved without anybody`, async () => {
    const [phone, laptop] = twoDevices();
    const task = (await phone.create({ title: "a" })).data;
    await sync(phone);
    await sync(laptop);
    await phone.update({ ...task, title: "of the phone" });
    await laptop.update({ ...task, title: "of the laptop" });
    await sync(phone);
    assert.equal((await sync(laptop, strategy)).ok, true);
    assert.deepEqual(await titles(laptop), [title]);
    await sync(phone);
    assert.deepEqual(await titles(phone), [title]);
  });
}

test("two people share one collection", async () => {
  const bucket = freshId("shared");
  const collection = freshId("tasks");
  await client("alice").createBucket(bucket);
  const bob = await userId("bob");
  await client("alice").bucket(bucket).createCollection(collection, { permissions: { write: [bob] } });
  const alices = device("alice", bucket).collection(collection);
  const bobs = device("bob", bucket).collection(collection);
  await alices.create({ title: "a" });
  await sync(alices);
  await bobs.create({ title: "b" });
  assert.equal((await sync(bobs)).ok, true);
  await sync(alices);
  assert.deepEqual(await titles(alices), ["a", "b"]);
  await assert.rejects(sync(device("mary", bucket).collection(collection)), /403/);
});

test("a collection that was emptied behind one's back is noticed, and can be filled again", async () => {
  const bucket = freshId("flushed");
  const collection = freshId("tasks");
  const remote = client("alice");
  await remote.createBucket(bucket);
  await remote.bucket(bucket).createCollection(collection);
  const phone = device("alice", bucket).collection(collection);
  await phone.create({ title: "a" });
  await sync(phone);
  await remote.bucket(bucket).deleteCollection(collection);
  await remote.bucket(bucket).createCollection(collection);
  await assert.rejects(sync(phone), /flushed/);
  await phone.resetSyncStatus();
  assert.equal((await sync(phone)).published.length, 1);
  const { data } = await remote.bucket(bucket).collection(collection).listRecords();
  assert.deepEqual(data.map((task) => task.title), ["a"]);
});
