// @ts-nocheck A page of stubs: every parameter here would be any.
/** What is taken back is said to be so when it is, and not before. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { OfflineError } from "../../kintoun_todo/static/app/engine/errors.js";

globalThis.document = { createComment: () => ({}), createTreeWalker: () => ({}), hidden: true };
const { App } = await import("../../kintoun_todo/static/app/app.js");

/** An app that draws nothing. */
function page() {
  return new App({ addEventListener: () => {} }, () => null);
}

/** Let all promises that are kept go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("“Undone.” is said once the undo has ended", async () => {
  const app = page();
  let end;
  app.notify("Removed.", { undo: () => new Promise((resolve) => (end = resolve)) });
  assert.equal(app.undo(), true);
  await settled();
  assert.deepEqual([app.said, app.snacks], ["", []]);
  end();
  await settled();
  assert.equal(app.said, "Undone.");
  assert.equal(app.undo(), false);
});

test("an undo that fails, at once or later, is said in kind words, and never as done", async () => {
  for (const undo of [() => Promise.reject(new OfflineError("no answer")), () => raise(new OfflineError("no answer"))]) {
    const app = page();
    app.notify("Shared with bob.", { undo });
    assert.equal(app.undo(), true);
    await settled();
    assert.equal(app.said, "");
    assert.match(app.messages[0].text, /could not be taken back.*offline/);
  }
});

test("an undo that has said itself what went wrong is not contradicted", async () => {
  const app = page();
  app.notify("Deleted.", { undo: async () => false });
  app.undo();
  await settled();
  assert.deepEqual([app.said, app.messages], ["", []]);
});

function raise(error) {
  throw error;
}
