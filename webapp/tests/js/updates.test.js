import assert from "node:assert/strict";
import { test } from "node:test";

import { watchUpdates } from "../../kintoun_todo/static/app/updates.js";

test("where a browser has no service workers the app runs without one", () => {
  assert.equal(typeof watchUpdates(() => assert.fail("nothing waits")), "function");
});
