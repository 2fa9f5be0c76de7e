import assert from "node:assert/strict";
import { test } from "node:test";

import { Installing } from "../../kintoun_todo/static/app/installing.js";

const DESK = { userAgent: "Chromium on a desk", maxTouchPoints: 0 };

/** @param {{navigator?: any, standalone?: boolean}} [facts] */
function windowOf({ navigator = DESK, standalone = false } = {}) {
  return Object.assign(new EventTarget(), { navigator, matchMedia: () => ({ matches: standalone }) });
}

/** @param {string} outcome */
function offerOf(outcome) {
  const prompt = async () => ({ outcome });
  return Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt });
}

test("an offer of the browser is kept, shown by nobody else, and told", () => {
  const window = windowOf();
  let told = 0;
  const installing = new Installing(window, () => (told += 1));
  assert.equal(installing.way, null);
  const offer = offerOf("accepted");
  window.dispatchEvent(offer);
  assert.ok(offer.defaultPrevented, "the browser would nag");
  assert.equal(installing.way, "button");
  assert.equal(told, 1);
});

for (const [outcome, isInstalled] of /** @type {const} */ ([["accepted", true], ["dismissed", false]])) {
  test(`an offer is good for one question, answered "${outcome}"`, async () => {
    const window = windowOf();
    const installing = new Installing(window, () => {});
    window.dispatchEvent(offerOf(outcome));
    assert.equal(await installing.ask(), isInstalled);
    assert.equal(installing.way, null);
    assert.equal(await installing.ask(), false);
  });
}

test("nothing is offered once it is installed, from the browser's own menu too", () => {
  const window = windowOf();
  const installing = new Installing(window, () => {});
  window.dispatchEvent(offerOf("accepted"));
  window.dispatchEvent(new Event("appinstalled"));
  assert.equal(installing.way, null);
});

test("nothing is offered within the installed app", () => {
  const window = windowOf({ standalone: true });
  const installing = new Installing(window, () => {});
  window.dispatchEvent(offerOf("accepted"));
  assert.equal(installing.way, null);
});

for (const [what, navigator, way] of /** @type {const} */ ([
  ["an iPhone", { userAgent: "iPhone", maxTouchPoints: 5, standalone: false }, "words"],
  ["an iPad, which calls itself a Mac", { userAgent: "Macintosh", maxTouchPoints: 5, standalone: false }, "words"],
  ["an iPhone where it is installed", { userAgent: "iPhone", maxTouchPoints: 5, standalone: true }, null],
  ["Safari on a Mac", { userAgent: "Macintosh", maxTouchPoints: 0, standalone: false }, null],
  ["a phone whose browser makes no offer", { userAgent: "Android", maxTouchPoints: 5 }, null],
])) {
  test(`${what} is given ${way ?? "nothing"}`, () => {
    assert.equal(new Installing(windowOf({ navigator }), () => {}).way, way);
  });
}
