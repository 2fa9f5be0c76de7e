import assert from "node:assert/strict";
import test from "node:test";

import { parse, pathOf, pathOfHash, shown } from "../../kintoun_todo/static/app/routes.js";

test("the three official routes show one's own first list", () => {
  assert.deepEqual(parse("/"), { list: null, filter: "all" });
  assert.deepEqual(parse("/active"), { list: null, filter: "active" });
  assert.deepEqual(parse("/completed"), { list: null, filter: "completed" });
});

test("a list of somebody else has a route of its own, with the same filters", () => {
  assert.deepEqual(parse("/lists/alice/tasks/completed"), { list: "alice/tasks", filter: "completed" });
  assert.deepEqual(parse("/lists/alice/tasks"), { list: "alice/tasks", filter: "all" });
});

test("every route comes back from its path", () => {
  for (const list of [null, "default/tasks", "a%b/c d", "ü/ø"]) {
    for (const filter of /** @type {const} */ (["all", "active", "completed"])) {
      assert.deepEqual(parse(pathOf({ list, filter })), { list, filter });
    }
  }
});

test("an unknown path and a broken one show all tasks", () => {
  assert.deepEqual(parse("/nonsense"), { list: null, filter: "all" });
  assert.deepEqual(parse("/lists/%E0%A4%A/tasks").filter, "all");
});

test("hash routes of old links stand for paths, other hashes for none", () => {
  assert.equal(pathOfHash("#/active"), "/active");
  assert.equal(pathOfHash("#/"), "/");
  assert.equal(pathOfHash(""), null);
  assert.equal(pathOfHash("#footer"), null);
});

test("doing counts as active", () => {
  const tasks = ["todo", "doing", "done"].map((status) => ({ status }));
  assert.deepEqual(shown(tasks, "active").map((task) => task.status), ["todo", "doing"]);
  assert.deepEqual(shown(tasks, "completed").map((task) => task.status), ["done"]);
  assert.equal(shown(tasks, "all").length, 3);
});
