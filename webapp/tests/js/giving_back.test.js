/** What a removal has taken can be given back, as it was. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Line } from "../../kintoun_todo/static/app/engine/ask.js";
import { Response } from "../../kintoun_todo/static/app/engine/exchange.js";
import { adding, removing } from "../../kintoun_todo/static/app/engine/groups.js";
import { Place } from "../../kintoun_todo/static/app/engine/place.js";
import { giveBack, remove } from "../../kintoun_todo/static/app/engine/sharing.js";

const HELLO = { batchSize: 25, userId: "account:alice", bucket: "of-alice" };

test("whoever is removed from a task has the same right again after the undo", () => {
  const server = new OneRecord({ write: ["account:alice"], read: ["account:bob"] });
  const talk = { line: new Line(), hello: HELLO };
  const place = new Place("of-alice", "tasks", "r");
  const { objects, before } = server.drive(remove(talk, place, ["account:bob"]));
  assert.equal(objects, 1);
  assert.deepEqual(server.permissions.read, []);
  server.drive(giveBack(talk, before));
  assert.deepEqual(server.permissions, { write: ["account:alice"], read: ["account:bob"] });
});

test("who is taken in twice is in a group once, whatever the case of the name", () => {
  assert.deepEqual(adding(["bob", "account:Bob"])(["account:bob"]), ["account:bob"]);
  assert.deepEqual(removing(["BOB"])(["account:bob", "account:mary"]), ["account:mary"]);
});

/** A server of one record, whose permissions are patched. */
class OneRecord {
  /** @param {Record<string, string[]>} permissions */
  constructor(permissions) {
    this.permissions = permissions;
  }

  /** @param {Generator<any, any, any>} steps @returns {any} */
  drive(steps) {
    let step = steps.next();
    while (!step.done) step = steps.next(this.answer(step.value));
    return step.value;
  }

  /** @param {any} request @returns {Response} */
  answer({ method, path, body }) {
    if (path === "/batch") {
      const responses = body.requests.map((/** @type {any} */ one) => this.#part(one));
      return Response.of(200, {}, { responses });
    }
    if (method === "PATCH") for (const operation of body) this.#patch(operation);
    return Response.of(200, {}, this.#body());
  }

  /** @param {any} request */
  #part({ path }) {
    const isRecord = path.endsWith("/records/r");
    return isRecord ? { status: 200, body: this.#body() } : { status: 403, body: { message: "no" } };
  }

  #body() {
    return { data: { id: "r", last_modified: 5 }, permissions: this.permissions };
  }

  /** @param {{op: string, path: string}} operation */
  #patch({ op, path }) {
    const [, , name, principal] = path.split("/");
    const others = this.permissions[name].filter((one) => one !== principal);
    this.permissions[name] = op === "add" ? [...others, principal] : others;
  }
}
