import assert from "node:assert/strict";
import test from "node:test";

import * as words from "../../kintoun_todo/static/app/words.js";

test("a count has its noun in the right number", () => {
  assert.deepEqual([0, 1, 2].map((count) => words.counted(count, "change")), ["0 changes", "1 change", "2 changes"]);
});

test("the status line tells how many changes wait, and for what", () => {
  const line = (/** @type {string} */ state, waiting = 0, message = "") => words.statusLine({ state, waiting, message });
  assert.equal(line("saved"), "Saved");
  assert.equal(line("saving", 2), "Saving…");
  assert.equal(line("offline"), "Offline");
  assert.equal(line("offline", 3), "Offline (3 changes waiting)");
  assert.equal(line("signed-out", 1), "Sign in to save 1 change");
  assert.equal(line("device"), "On this device only");
  assert.equal(line("failed", 1, "the server is busy."), "Could not save: the server is busy.");
});

test("with whom a list is shared names two people at most", () => {
  assert.equal(words.sharedWords([]), "");
  assert.equal(words.sharedWords(["bob"]), "Shared with bob");
  assert.equal(words.sharedWords(["bob", "mary"]), "Shared with bob and mary");
  assert.equal(words.sharedWords(["bob", "mary", "tom"]), "Shared with bob and 2 others");
});

test("saving and saved are not said aloud each time, trouble and its end are", () => {
  assert.equal(words.worthSaying("saved", "saving"), false);
  assert.equal(words.worthSaying("saving", "offline"), true);
  assert.equal(words.worthSaying("offline", "saved"), true);
  assert.equal(words.worthSaying("offline", "offline"), false);
});

test("values of fields are words, also those that are not there", () => {
  assert.equal(words.valueText("status", "doing"), "in progress");
  assert.equal(words.valueText("description", ""), "(empty)");
  assert.equal(words.valueText("description", undefined), "(nothing)");
  assert.equal(words.valueText("order", 3), "3");
});

test("a long title is cut between characters, never within one", () => {
  assert.equal(words.shortened("milk"), "milk");
  assert.equal(words.shortened("🍋".repeat(50), 3), "🍋🍋…");
});

test("a refusal says what it means for the change", () => {
  assert.match(words.refusalText(403, "Forbidden"), /only view/);
  assert.match(words.refusalText(413, undefined), /too long/);
  assert.match(words.refusalText(400, "bad order"), /bad order/);
});

test("what was put back says what became of my change", () => {
  assert.match(words.putBackText("milk", true, 403, ""), /“milk” is here again/);
  assert.match(words.putBackText("milk", false, 404, ""), /not shared with you any more/);
});
