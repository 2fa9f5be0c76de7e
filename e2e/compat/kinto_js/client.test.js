// kinto.js as an HTTP client: every call that it has for what the server offers.
import assert from "node:assert/strict";
import test from "node:test";
import { KintoClient } from "kinto";
import { authorization, client, freshId, REMOTE, userId } from "./server.js";

/** A fresh collection of Alice's. */
async function tasksOfAlice() {
  const bucket = freshId("todo");
  await client("alice").createBucket(bucket);
  await client("alice").bucket(bucket).createCollection("tasks");
  return client("alice").bucket(bucket).collection("tasks");
}

test("the front page tells what the client asks", async () => {
  const alice = client("alice");
  assert.equal((await alice.fetchServerSettings()).batch_max_requests, 25);
  const capabilities = await alice.fetchServerCapabilities();
  for (const name of ["basicauth", "accounts", "default_bucket", "permissions_endpoint"]) {
    assert.ok(name in capabilities, name);
  }
  assert.match((await alice.fetchUser()).id, /^basicauth/);
  assert.equal((await client().fetchUser()) ?? null, null);
  assert.match(await alice.fetchHTTPApiVersion(), /^1\.\d+$/);
});

test("buckets and collections are made, with ids and without, listed, changed and deleted", async () => {
  const alice = client("alice");
  const named = freshId("todo");
  await alice.createBucket(named, { data: { color: "red" } });
  const unnamed = (await alice.createBucket()).data.id;
  const listed = (await alice.listBuckets()).data.map((bucket) => bucket.id);
  assert.ok(listed.includes(named) && listed.includes(unnamed));
  const bucket = alice.bucket(named);
  assert.equal((await bucket.getData()).color, "red");
  await bucket.setData({ size: 1 }, { patch: true });
  assert.deepEqual([(await bucket.getData()).color, (await bucket.getData()).size], ["red", 1]);
  await bucket.createCollection("tasks");
  await bucket.createCollection();
  assert.equal((await bucket.listCollections()).data.length, 2);
  assert.match(await bucket.getCollectionsTimestamp(), /^"\d+"$/);
  await bucket.deleteCollections();
  assert.equal((await bucket.listCollections()).data.length, 0);
  await alice.deleteBucket(unnamed);
  await assert.rejects(alice.bucket(unnamed).getData(), /403/);
});

test("records are made, read, replaced, patched and deleted", async () => {
  const tasks = await tasksOfAlice();
  const made = (await tasks.createRecord({ title: "a", done: false })).data;
  assert.deepEqual((await tasks.getRecord(made.id)).data, made);
  const patched = (await tasks.updateRecord({ id: made.id, done: true }, { patch: true })).data;
  assert.deepEqual([patched.title, patched.done], ["a", true]);
  const replaced = (await tasks.updateRecord({ id: made.id, title: "b" })).data;
  assert.equal("done" in replaced, false);
  assert.equal(await tasks.getTotalRecords(), 1);
  assert.equal((await tasks.deleteRecord(made.id)).data.deleted, true);
  assert.equal(await tasks.getTotalRecords(), 0);
});

test("a safe write on a stale version is refused, and the answer holds what is there", async () => {
  const tasks = await tasksOfAlice();
  const first = (await tasks.createRecord({ title: "a" })).data;
  const second = (await tasks.updateRecord({ id: first.id, title: "b" })).data;
  const refused = await tasks.updateRecord({ ...first, title: "c" }, { safe: true }).catch((error) => error);
  assert.equal(refused.response.status, 412);
  assert.deepEqual(refused.data.details.existing, second);
  await assert.rejects(tasks.createRecord({ id: first.id, title: "d" }, { safe: true }), /412/);
});

test("lists are filtered, sorted, cut into pages, reduced to fields, and followed since a moment", async () => {
  const tasks = await tasksOfAlice();
  for (const n of [1, 2, 3, 4, 5]) {
    await tasks.createRecord({ id: `r${n}`, n, title: `task ${n}` });
  }
  const numbers = (result) => result.data.map((task) => task.n);
  assert.deepEqual(numbers(await tasks.listRecords()), [5, 4, 3, 2, 1]);
  assert.deepEqual(numbers(await tasks.listRecords({ sort: "n" })), [1, 2, 3, 4, 5]);
  assert.deepEqual(numbers(await tasks.listRecords({ filters: { min_n: 2, lt_n: 5 }, sort: "-n" })), [4, 3, 2]);
  assert.deepEqual(numbers(await tasks.listRecords({ filters: { in_n: [1, 4] }, sort: "n" })), [1, 4]);
  assert.deepEqual(numbers(await tasks.listRecords({ filters: { like_title: "SK 3" } })), [3]);
  assert.deepEqual(Object.keys((await tasks.listRecords({ fields: ["n"] })).data[0]).sort(), ["id", "last_modified", "n"]);
  const page = await tasks.listRecords({ limit: 2, sort: "n" });
  assert.deepEqual(numbers(page), [1, 2]);
  assert.deepEqual([page.hasNextPage, numbers(await page.next())], [true, [3, 4]]);
  assert.deepEqual(numbers(await tasks.listRecords({ limit: 2, sort: "n", pages: Infinity })), [1, 2, 3, 4, 5]);
  const { last_modified: since } = await tasks.listRecords();
  await tasks.deleteRecord("r1");
  const { data: changes } = await tasks.listRecords({ since });
  assert.deepEqual(changes.map(({ id, deleted }) => [id, deleted]), [["r1", true]]);
  await tasks.deleteRecords({ filters: { min_n: 4 } });
  assert.deepEqual(numbers(await tasks.listRecords({ sort: "n" })), [2, 3]);
});

test("a batch does many things at once, and sorts the answers", async () => {
  const tasks = await tasksOfAlice();
  const old = (await tasks.createRecord({ id: "old", title: "a" })).data;
  await tasks.updateRecord({ id: "old", title: "b" });
  const result = await tasks.batch(
    (batch) => {
      for (let number = 0; number < 30; number++) {
        batch.createRecord({ title: `task ${number}` });
      }
      batch.updateRecord({ ...old, title: "c" }, { safe: true });
      batch.deleteRecord("never-there");
    },
    { aggregate: true },
  );
  assert.equal(result.published.length, 30);
  assert.equal(result.conflicts.length, 1);
  assert.equal(result.conflicts[0].remote.title, "b");
  assert.equal(result.skipped.length, 1);
  assert.equal(result.errors.length, 0);
  const answers = await client("alice").batch((batch) => batch.createBucket(freshId("batched")));
  assert.equal(answers[0].status, 201);
});

test("permissions are set, added and taken away one by one", async () => {
  const tasks = await tasksOfAlice();
  const [alice, bob] = [await userId("alice"), await userId("bob")];
  const hers = client("bob").bucket(tasks.bucket.name).collection("tasks");
  await assert.rejects(hers.listRecords(), /403/);
  await tasks.addPermissions({ read: [bob] });
  assert.deepEqual((await hers.listRecords()).data, []);
  await assert.rejects(hers.createRecord({ title: "a" }), /403/);
  await tasks.addPermissions({ "record:create": [bob] });
  assert.equal((await hers.createRecord({ title: "a" })).data.title, "a");
  assert.deepEqual(await tasks.getPermissions(), { write: [alice], read: [bob], "record:create": [bob] });
  await tasks.removePermissions({ read: [bob], "record:create": [bob] });
  assert.deepEqual(await tasks.getPermissions(), { write: [alice] });
  await tasks.setPermissions({ read: ["system.Everyone"] });
  assert.equal((await client().bucket(tasks.bucket.name).collection("tasks").listRecords()).data.length, 1);
});

test("the members of a group may do what the group may", async () => {
  const tasks = await tasksOfAlice();
  const bob = await userId("bob");
  await tasks.bucket.createGroup("friends", [], { data: { color: "red" } });
  await tasks.setPermissions({ write: [`/buckets/${tasks.bucket.name}/groups/friends`] });
  const his = client("bob").bucket(tasks.bucket.name).collection("tasks");
  await assert.rejects(his.createRecord({ title: "a" }), /403/);
  await tasks.bucket.updateGroup({ id: "friends" }, { data: { members: [bob] }, patch: true });
  await his.createRecord({ title: "a" });
  const group = (await tasks.bucket.getGroup("friends")).data;
  assert.deepEqual([group.members, group.color], [[bob], "red"]);
  assert.equal((await tasks.bucket.listGroups()).data.length, 1);
  assert.match(await tasks.bucket.getGroupsTimestamp(), /^"\d+"$/);
  await tasks.bucket.deleteGroup("friends");
  await assert.rejects(his.createRecord({ title: "b" }), /403/);
});

test("what one may do is listed", async () => {
  const tasks = await tasksOfAlice();
  const { data } = await client("alice").listPermissions({ pages: Infinity, limit: 2 });
  const found = data.find((entry) => entry.uri === `/buckets/${tasks.bucket.name}/collections/tasks`);
  assert.ok(found.permissions.includes("write") && found.permissions.includes("record:create"));
});

test("someone with an account makes it, uses it, changes the password and deletes it", async () => {
  const name = freshId("zoe");
  const account = (method, headers, data) =>
    client().execute({ method, path: `/accounts/${name}`, headers, body: data && { data } });
  const known = (password) => new KintoClient(REMOTE, { headers: authorization(name, password) });
  const user = async (password) => (await known(password).fetchUser())?.id;
  await account("PUT", {}, { password: "a long secret" });
  assert.equal(await user("a long secret"), `account:${name}`);
  await known("a long secret").bucket("default").collection("notes").createRecord({ title: "a" });
  await account("PATCH", authorization(name, "a long secret"), { password: "a new secret" });
  assert.notEqual(await user("a long secret"), `account:${name}`);
  assert.equal((await known("a new secret").bucket("default").collection("notes").listRecords()).data.length, 1);
  await account("DELETE", authorization(name, "a new secret"));
  assert.notEqual(await user("a new secret"), `account:${name}`);
});
