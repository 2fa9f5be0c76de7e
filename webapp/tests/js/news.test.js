// @ts-nocheck Records are any JSON: every parameter here would be any.
/** What is told of the changes of others: once, in every tab, and never of one's own. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { held } from "../../kintoun_todo/static/app/order.js";
import { newsText } from "../../kintoun_todo/static/app/word_of_others.js";
import { MemoryServer } from "./memory_server.js";
import { FIRST, heard, open, person, until } from "./stores.js";

/** What was told, by list: the kinds with the texts. */
const told = (events) => events.flatMap(({ key, news }) => news.map(({ kind, text }) => `${key} ${kind} ${text}`)).sort();

test("what another device did to tasks is told by kind; not what this one did, nor what it has when it comes first", async () => {
  const server = new MemoryServer();
  const [one, other] = [await open(person(), server), await open(person(), server)];
  const news = [heard(one, "news"), heard(other, "news")];
  const [milk, bread, jam] = ["milk", "bread", "jam"].map((description) => one.create(FIRST, { description }));
  await one.sync();
  await other.sync();
  assert.deepEqual([...news[0], ...news[1]], []);
  other.update(FIRST, milk.id, { description: "oat milk" });
  other.update(FIRST, bread.id, { status: "done" });
  other.remove(FIRST, jam.id);
  other.create(FIRST, { description: "eggs" });
  await other.sync();
  await one.sync();
  await other.sync();
  await one.sync();
  const wanted = [`added eggs`, `done bread`, `removed jam`, `renamed oat milk`].map((text) => `${FIRST} ${text}`);
  assert.deepEqual(told(news[0]), wanted);
  assert.deepEqual(news[1], []);
});

test("what is merged with a change of mine has its own notice, and is no news", async () => {
  const server = new MemoryServer();
  const [one, other] = [await open(person(), server), await open(person(), server)];
  const { id } = one.create(FIRST, { description: "milk" });
  await one.sync();
  await other.sync();
  const [news, notices] = [heard(one, "news"), heard(one, "notice")];
  one.update(FIRST, id, { description: "oat milk" });
  other.update(FIRST, id, { status: "done" });
  await other.sync();
  await one.sync();
  assert.deepEqual([news, notices.map(({ kind }) => kind)], [[], ["merged"]]);
});

test("another tab of mine tells what it has learnt, and is silent about what I did in it", async () => {
  const account = person();
  const server = new MemoryServer();
  const [one, tab, other] = [await open(account, server), await open(account, server), await open(person(), server)];
  const news = heard(tab, "news");
  const { id } = one.create(FIRST, { description: "milk" });
  await one.sync();
  await other.sync();
  one.update(FIRST, id, { status: "doing" });
  await one.sync();
  await until(() => tab.tasks(FIRST)[0]?.status === "doing" && tab.status.waiting === 0);
  assert.deepEqual(news, []);
  await other.sync();
  other.update(FIRST, id, { status: "done" });
  await other.sync();
  await one.sync();
  await until(() => news.length > 0);
  assert.deepEqual(told(news), [`${FIRST} done milk`]);
});

test("many changes are one sentence, one has its own", () => {
  const one = (kind, text = "milk", before = "milk") => ({ id: text, kind, text, before });
  assert.equal(newsText([one("done")]), "“milk” was completed elsewhere.");
  assert.equal(newsText([one("renamed", "oat milk")]), "“milk” was renamed elsewhere, to “oat milk”.");
  assert.equal(newsText([one("added"), one("added", "jam")]), "2 tasks were added elsewhere.");
  assert.equal(newsText([one("added"), one("done"), one("moved")]), "3 tasks were changed elsewhere.");
});

test("while a task is edited no row is moved: others keep their places, new ones come last, the edited one stays", () => {
  const task = (id, order) => ({ id, order });
  const sequence = ["a", "b", "c", "d"];
  const edited = { ...task("b", 2), description: "as it was" };
  const ids = (tasks) => held(tasks, edited, sequence).map(({ id }) => id);
  assert.deepEqual(ids([task("d", 1), task("c", 2), task("b", 3), task("a", 4)]), sequence);
  assert.deepEqual(ids([task("new", 0), task("c", 3), task("newer", 1)]), ["b", "c", "new", "newer"]);
  assert.equal(held([task("b", 9)], edited, sequence)[0], edited);
});
