// @ts-nocheck Records are any JSON: every parameter here would be any.
/** What tests of the store share: accounts that no other test has, stores that are closed in the end, conditions. */

import assert from "node:assert/strict";
import { afterEach } from "node:test";

import { Store } from "../../kintoun_todo/static/app/store/store.js";

export const FIRST = "default/tasks";
let opened = [];

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});

/** Make an account that no other test has. */
export function person() {
  const name = `alice-${crypto.randomUUID()}`;
  return { name, principal: `account:${name}`, bucket: "of-alice" };
}

/** Open a store; the tabs of one account hear one another. */
export async function open(account, api, more = {}) {
  const own = account && api ? api.as(account.principal) : api;
  const store = await Store.open({ account, api: own, channel: (name) => new BroadcastChannel(name), ...more });
  opened.push(store);
  return store;
}

/** Collect what a store tells. */
export function heard(store, type) {
  const details = [];
  store.addEventListener(type, ({ detail }) => details.push(detail));
  return details;
}

/** Wait until something holds. */
export async function until(condition) {
  for (const end = Date.now() + 8000; !condition(); ) {
    assert.ok(Date.now() < end, `never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The texts of a list. */
export const texts = (store, key = FIRST) => store.tasks(key).map(({ description }) => description);
