// @ts-nocheck Records are any JSON: every parameter here would be any.
/** What is shared, as each device of a person knows it: with others, by others, and what was left. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { leaveList } from "../../kintoun_todo/static/app/store/leaving.js";
import { Store } from "../../kintoun_todo/static/app/store/store.js";
import { MemoryServer } from "./memory_server.js";

let number = 0;
let opened = [];

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});

/** Open a store on a device of its own. */
async function device(server) {
  number += 1;
  const account = { name: "alice", principal: `account:alice-${number}`, bucket: "of-alice" };
  opened.push(await Store.open({ account, api: server.as(account.principal) }));
  return opened.at(-1);
}

/** Make a server on which Alice has a list that Bob and a group may read, and a device that made it. */
async function groceries() {
  const server = new MemoryServer();
  const desk = await device(server);
  const key = desk.createList("Groceries");
  desk.create(key, { description: "milk" });
  await desk.sync();
  const permissions = { write: ["account:alice"], read: ["account:bob"] };
  server.collections.set(key, { data: { title: "Groceries" }, permissions });
  return { server, desk, key, permissions };
}

/** Give a server a right of Alice on something of Bob. */
function shared(server, collection, permissions, bucket = "of-bob") {
  const place = collection ? { resource_name: "collection", collection_id: collection } : { resource_name: "bucket" };
  server.rights.push({ ...place, bucket_id: bucket, uri: `${bucket}/${collection}`, permissions });
}

const named = (store, title) => store.lists.find((list) => list.title === title);
const others = (store) => store.lists.filter(({ own }) => !own).map(({ title, role }) => `${title}: ${role}`);

test("each device of mine knows with whom a list is shared, and when it is no longer", async () => {
  const { server, desk, key, permissions } = await groceries();
  const phone = await device(server);
  await phone.sync();
  assert.deepEqual(named(phone, "Groceries").sharedWith, ["bob"]);
  assert.deepEqual(named(phone, "My tasks").sharedWith, []);
  permissions.read = [];
  await phone.sync();
  assert.deepEqual(named(phone, "Groceries").sharedWith, []);
  assert.deepEqual(server.titles, [], "a title that others know already was told again");
  permissions.read = ["account:bob"];
  await desk.sync();
  await phone.sync();
  desk.renameList(key, "Market");
  await desk.sync();
  await phone.sync();
  await phone.sync();
  assert.deepEqual([server.titles, named(phone, "Market").sharedWith], [["Market"], ["bob"]]);
});

test("a list that is deleted without a network is withdrawn from others first, and undo gives it back", async () => {
  const { server, key, permissions } = await groceries();
  const phone = await device(server);
  await phone.sync();
  server.fault = () => "before";
  const undo = phone.deleteList(key);
  await assert.rejects(phone.sync());
  assert.deepEqual(permissions.read, ["account:bob"]);
  server.fault = ({ method }) => (method === "PATCH" ? "before" : null);
  await assert.rejects(phone.sync());
  const living = () => [...server.lists.get("default/lists").records.values()].filter((one) => !one.deleted);
  assert.equal(living().length, 1, "the deletion was sent while others still had access");
  server.fault = () => null;
  await phone.sync();
  assert.deepEqual([living().length, permissions.read, named(phone, "Groceries")], [0, [], undefined]);
  undo();
  await phone.sync();
  assert.deepEqual([permissions.read, named(phone, "Groceries").sharedWith], [["account:bob"], ["bob"]]);
  assert.deepEqual(phone.tasks(key).map(({ description }) => description), ["milk"]);
  permissions.read = [];
  await phone.sync();
  assert.deepEqual(permissions.read, [], "access was given back twice");
});

test("a list that another device has shared meanwhile is withdrawn as well", async () => {
  const server = new MemoryServer();
  const phone = await device(server);
  const key = phone.createList("Groceries");
  await phone.sync();
  const permissions = { write: ["account:alice"], "record:create": ["account:bob"] };
  server.collections.set(key, { data: {}, permissions });
  phone.deleteList(key);
  await phone.sync();
  assert.deepEqual(permissions, { write: ["account:alice"], "record:create": [] });
});

test("the lists of a bucket that is shared with me are there, new ones too, with my role", async () => {
  const server = new MemoryServer();
  server.collections.set("family/food", { data: { title: "Food" } });
  shared(server, null, ["read"], "family");
  const store = await device(server);
  await store.sync();
  assert.deepEqual(others(store), ["Food: reader"]);
  server.collections.set("family/trips", { data: {} });
  shared(server, "trips", ["write"], "family");
  await store.sync();
  assert.deepEqual(others(store), ["Food: reader", "trips: editor"]);
  await store.sync();
  server.collections.set("family/more", { data: { title: "More" } });
  await store.sync();
  assert.deepEqual(others(store), ["Food: reader", "More: reader", "trips: editor"]);
});

test("of a person's own bucket only lists are shown, as their owner calls them", async () => {
  const server = new MemoryServer();
  for (const name of ["tasks", "photos", "a1"]) server.collections.set(`of-bob/${name}`, { data: { title: "Old" } });
  const records = [{ id: "a1", title: "Garden" }, { id: "b2", left: "of-carol/tasks", title: "Theirs" }];
  server.lists.set("of-bob/lists", { etag: 1001, records: new Map(records.map((one) => [one.id, one])) });
  server.collections.set("of-bob/b2", { data: {} });
  shared(server, null, ["write"]);
  const store = await device(server);
  await store.sync();
  assert.deepEqual(others(store), ["Garden: editor", "Old: editor"]);
  assert.equal(named(store, "Old").key, "of-bob/tasks");
});

test("who may only make groups or lists in a bucket is shown none", async () => {
  const server = new MemoryServer();
  server.collections.set("family/food", { data: { title: "Food" } });
  shared(server, null, ["collection:create"], "family");
  const store = await device(server);
  await store.sync();
  assert.deepEqual(others(store), []);
});

for (const [what, collection, wanted] of [
  ["the only other writer", { data: {}, permissions: { write: ["account:bob", "account:alice"] } }, "bob"],
  ["none of several writers", { data: {}, permissions: { write: ["account:bob", "account:carol", "account:alice"] } }, null],
  ["nobody where a group may write too", { data: {}, permissions: { write: ["account:bob", "/buckets/b/groups/g"] } }, null],
  ["the writer who says so", { data: { owner: "Bob" }, permissions: { write: ["account:carol", "account:bob"] } }, "bob"],
  ["nobody who is no writer", { data: { owner: "dave" }, permissions: { write: ["account:carol", "account:bob"] } }, null],
  ["nobody on the word of a list that I may only read", { data: { owner: "bob" } }, null],
  ["nobody for what is no name", { data: { owner: { name: "bob" } }, permissions: { write: 1 } }, null],
]) {
  test(`a list is shared by ${what}`, async () => {
    const server = new MemoryServer();
    server.collections.set("of-bob/food", { ...collection, data: { title: "Food", ...collection.data } });
    shared(server, "food", ["write"]);
    const store = await device(server);
    await store.sync();
    assert.equal(named(store, "Food").sharedBy, wanted);
  });
}

test("a list that I leave goes from my other devices, and undo brings it back to all", async () => {
  const server = new MemoryServer();
  server.collections.set("of-bob/food", { data: { title: "Food" } });
  shared(server, "food", ["write"]);
  const [desk, phone] = [await device(server), await device(server)];
  await desk.sync();
  await phone.sync();
  const undo = await leaveList(desk, "of-bob/food");
  await desk.sync();
  phone.create("of-bob/food", { description: "unsent" });
  await phone.sync();
  await phone.sync();
  assert.deepEqual([others(desk), others(phone)], [[], []]);
  assert.deepEqual(desk.lists.map(({ title }) => title), ["My tasks"]);
  assert.equal(server.lists.get("of-bob/food").records.size, 1, "what the phone had written there is lost");
  await undo();
  await phone.sync();
  assert.deepEqual([others(desk), others(phone)], [["Food: editor"], ["Food: editor"]]);
});

test("a list that I left on another device stays while something is to be decided in it, and does not flicker later", async () => {
  const server = new MemoryServer();
  server.collections.set("of-bob/food", { data: { title: "Food" } });
  shared(server, "food", ["write"]);
  const [desk, phone] = [await device(server), await device(server)];
  await desk.sync();
  const { id } = desk.create("of-bob/food", { description: "milk" });
  await desk.sync();
  await phone.sync();
  desk.update("of-bob/food", id, { description: "oat milk" });
  phone.update("of-bob/food", id, { description: "soy milk" });
  await desk.sync();
  await leaveList(desk, "of-bob/food");
  await desk.sync();
  await phone.sync();
  assert.deepEqual([others(desk), others(phone)], [[], ["Food: editor"]]);
  phone.resolve("of-bob/food", id, { field: "description", choice: "theirs" });
  await phone.sync();
  assert.deepEqual(others(phone), []);
  const seen = [];
  phone.addEventListener("lists", () => seen.push(...others(phone)));
  shared(server, "trips", ["read"]);
  await phone.sync();
  assert.deepEqual([...new Set(seen)], ["trips: reader"]);
});
