/** What went wrong is said in words that help. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { AccessError, AuthenticationError, OfflineError, UnavailableError } from "../../kintoun_todo/static/app/engine/errors.js";
import { kindWords } from "../../kintoun_todo/static/app/kind_words.js";

test("without a network it says so, and that it needs one", () => {
  assert.match(kindWords(new OfflineError("no answer")), /offline.*network/);
});

test("what a status means here goes before what it means in general", () => {
  assert.equal(kindWords(new AccessError("exists", 412), { 412: "This name is taken." }), "This name is taken.");
  assert.equal(kindWords(new AuthenticationError("no"), { 401: "Wrong." }), "Wrong.");
  assert.match(kindWords(new AccessError("no", 403)), /not allowed/);
});

test("too many tries: it says how long to wait", () => {
  assert.match(kindWords(new UnavailableError("later", 30)), /in 30 seconds/);
  assert.match(kindWords(new UnavailableError("later", 200)), /in 4 minutes/);
  assert.match(kindWords(new UnavailableError("later")), /in a moment/);
});
