// @ts-nocheck A page and a server of stubs: every parameter here would be any.
/** Who comes and goes: nothing is lost, and nothing of one person is left for the next. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { AuthenticationError, OfflineError } from "../../kintoun_todo/static/app/engine/errors.js";
import { Failure } from "../../kintoun_todo/static/app/engine/exchange.js";
import { Session } from "../../kintoun_todo/static/app/session.js";
import { Store } from "../../kintoun_todo/static/app/store/store.js";

const FIRST = "default/tasks";
/** As at the server, a bucket does not tell whose it is. */
const bucketOf = (name) => `bucket-${name.length}`;
const ALICE = { name: "alice", principal: "account:alice", bucket: bucketOf("alice") };
let pages = [];
let channels = [];
let number = 0;

class Channel extends BroadcastChannel {
  constructor(name) {
    super(`${name} ${number}`);
    channels.push(this);
  }
}

/** Who has an account, who has the cookie, and what was asked. */
class Server {
  passwords = new Map([["alice", "hers"], ["bob", "his"]]);
  cookie = null;
  down = false;
  asked = [];
  /** What is to happen before an answer leaves. */
  late = async () => {};

  async request(method, path, { body } = {}) {
    if (this.down) throw new OfflineError("no answer");
    this.asked.push(`${method} ${path}`);
    if (method === "DELETE") this.cookie = null;
    if (method === "POST") this.#enter(body.data);
    const { cookie } = this;
    await this.late();
    return { body: { data: cookie && { name: cookie, principal: `account:${cookie}`, bucket: bucketOf(cookie) } } };
  }

  #enter({ name, password }) {
    if (this.passwords.get(name) !== password) throw new AuthenticationError("wrong");
    this.cookie = name;
  }

  async send() {
    return new Failure("no network");
  }
}

/** A tab. */
class Page {
  store = null;
  told = [];
  fresh = 0;

  constructor(server) {
    this.api = server;
    pages.push(this);
  }

  static async open(server) {
    const page = new Page(server);
    page.session = new Session(page);
    await page.openStore(page.session.account);
    return page;
  }

  openStore = async (account) => {
    const former = this.store;
    this.store = await Store.open({ account, api: this.api, channel: (name) => new Channel(name) });
    this.told = [];
    await former?.close();
  };

  startAfresh() {
    this.fresh += 1;
  }

  tell(text) {
    this.told.push(text);
  }

  draw() {}

  get texts() {
    return this.store.tasks(FIRST).map(({ description }) => description);
  }
}

beforeEach(() => {
  number += 1;
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
    everything: () => JSON.stringify([...kept]),
  };
  globalThis.BroadcastChannel = Channel;
});

afterEach(async () => {
  for (const { api } of pages) api.down = false;
  localStorage.removeItem("kintoun-todo left");
  await Promise.all(pages.map(({ store }) => store.close()));
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  for (const channel of channels) channel.close();
  [pages, channels] = [[], []];
});

/** Alice's page after her session has ended, with a task that waits, or one that the server has. */
async function aliceHas(server, { saved }) {
  const page = await Page.open(server);
  await page.session.signIn("alice", "hers");
  const { id } = page.store.create(FIRST, { description: "a secret" });
  if (saved) page.store.replica(FIRST).store(id, { ...page.store.replica(FIRST).load(id), pending: null, etag: 1 });
  await page.store.writer.flush();
  server.cookie = null;
  return page;
}

const databases = async () => (await indexedDB.databases()).map(({ name }) => name).sort();

/** Wait until something holds. */
async function until(condition) {
  for (const end = Date.now() + 8000; !(await condition()); ) {
    assert.ok(Date.now() < end, `never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("where all is saved, nothing of one person is left for the next, and nobody is asked", async () => {
  const page = await aliceHas(new Server(), { saved: true });
  await page.session.signIn("bob", "his");
  assert.deepEqual([page.store.account.name, page.texts, page.told], ["bob", [], []]);
  assert.deepEqual(await databases(), ["kintoun-todo account:bob"]);
  assert.doesNotMatch(localStorage.everything(), /alice/);
});

test("what is kept for somebody is out of the next one's sight, outlives them, and is found again", async () => {
  const page = await aliceHas(new Server(), { saved: false });
  await page.session.signIn("bob", "his", { others: "keep" });
  assert.deepEqual([page.texts, page.told, page.fresh], [[], [], 1]);
  assert.doesNotMatch(localStorage.everything(), /alice/);
  await page.session.signOut();
  assert.deepEqual(page.texts, []);
  await page.session.signIn("alice", "hers");
  assert.deepEqual(page.texts, ["a secret"]);
  assert.equal(page.store.status.waiting, 1);
});

test("what somebody chose to remove is gone", async () => {
  const page = await aliceHas(new Server(), { saved: false });
  await page.session.signIn("bob", "his", { others: "remove" });
  assert.deepEqual(await databases(), ["kintoun-todo account:bob"]);
});

test("whoever does not get in removes nothing", async () => {
  const page = await aliceHas(new Server(), { saved: false });
  await assert.rejects(page.session.signIn("bob", "a guess", { others: "remove" }), AuthenticationError);
  assert.deepEqual([page.texts, page.store.account.name], [["a secret"], "alice"]);
});

test("the same person goes on with what waits, and with what they are typing", async () => {
  const page = await aliceHas(new Server(), { saved: false });
  const { fresh } = page;
  await page.session.signIn("alice", "hers", { others: "remove" });
  assert.deepEqual([page.texts, page.fresh], [["a secret"], fresh]);
});

test("somebody else who is found signed in loses nothing of what waits here, and is told", async () => {
  const server = new Server();
  const page = await aliceHas(server, { saved: false });
  server.cookie = "bob";
  await page.session.check();
  assert.deepEqual([page.store.account.name, page.texts], ["bob", []]);
  assert.match(page.told[0], /1 change of alice is not saved yet.*kept on this device until alice/);
  assert.ok((await databases()).includes("kintoun-todo account:alice"));
});

test("another tab follows, and leaves what was kept", async () => {
  const server = new Server();
  const page = await aliceHas(server, { saved: false });
  const other = await Page.open(server);
  assert.deepEqual(other.texts, ["a secret"]);
  await page.session.signIn("bob", "his", { others: "keep" });
  await until(() => other.store.account?.name === "bob");
  assert.deepEqual([other.texts, other.told], [[], []]);
  assert.ok((await databases()).includes("kintoun-todo account:alice"));
});

test("what another tab has written a moment ago is asked about", async () => {
  const server = new Server();
  const page = await aliceHas(server, { saved: true });
  const other = await Page.open(server);
  page.store.tabs.close(); // It hears nothing of it.
  other.store.create(FIRST, { description: "just now" });
  await other.store.writer.flush();
  await page.session.signIn("bob", "his");
  assert.match(page.told[0], /1 change of alice/);
});

test("whoever leaves without the server is forgotten at once, and signed out before anything else", async () => {
  for (const [everywhere, path] of [[false, "/session"], [true, "/session?everywhere=true"]]) {
    const server = new Server();
    const page = await Page.open(server);
    await page.session.signIn("alice", "hers");
    page.store.create(FIRST, { description: "a secret" });
    server.down = true;
    await page.session.leaveDevice({ everywhere });
    assert.deepEqual([page.store.account, page.texts], [null, []]);
    assert.ok(!(await databases()).includes("kintoun-todo account:alice"));
    assert.doesNotMatch(localStorage.everything(), /alice|hers/);
    const again = await Page.open(server);
    await again.session.check();
    await assert.rejects(again.session.signIn("bob", "his"), OfflineError);
    server.down = false;
    server.asked = [];
    await again.session.check();
    await page.session.check();
    assert.deepEqual(server.asked, ["GET /session", `DELETE ${path}`, "GET /session", "GET /session"]);
    assert.deepEqual([server.cookie, again.store.account], [null, null]);
    assert.equal(localStorage.everything(), "[]");
  }
});

test("who signs in after somebody has left without the server ends their session first, and keeps the new one", async () => {
  const server = new Server();
  const page = await Page.open(server);
  await page.session.signIn("alice", "hers");
  await page.session.leaveDevice();
  server.asked = [];
  await page.session.signIn("bob", "his");
  await page.session.check();
  assert.deepEqual(server.asked, ["GET /session", "DELETE /session", "POST /session", "GET /session"]);
  assert.equal(page.store.account.name, "bob");
});

test("who has signed in elsewhere in this browser is not signed out for somebody who had left", async () => {
  const server = new Server();
  const page = await Page.open(server);
  await page.session.signIn("alice", "hers");
  server.down = true;
  await page.session.leaveDevice({ everywhere: true });
  server.down = false;
  server.cookie = "bob";
  server.asked = [];
  await page.session.check();
  assert.deepEqual(server.asked, ["GET /session", "GET /session"]);
  assert.deepEqual([server.cookie, page.store.account.name], ["bob", "bob"]);
});

test("a tab hears that another one has found somebody else signed in", async () => {
  const server = new Server();
  const page = await aliceHas(server, { saved: true });
  const other = await Page.open(server);
  server.cookie = "bob";
  await page.session.check();
  await until(() => other.store.account?.name === "bob");
  assert.deepEqual(other.texts, []);
});

test("an answer that was on its way when somebody left does not bring them back", async () => {
  const server = new Server();
  const page = await Page.open(server);
  await page.session.signIn("alice", "hers");
  let answer;
  server.late = () => new Promise((resolve) => (answer = resolve));
  const checked = page.session.check();
  await until(() => answer !== undefined);
  server.late = async () => {};
  await page.session.signOut();
  answer();
  await checked;
  assert.deepEqual([page.store.account, localStorage.everything()], [null, "[]"]);
});
