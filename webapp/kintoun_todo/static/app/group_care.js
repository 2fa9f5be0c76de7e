/** What goes with a change of a group: the rights that its members were given for editing, and those of a group that goes. */

import { change } from "./engine/acl.js";
import { AccessError } from "./engine/errors.js";
import * as engine from "./engine/groups.js";
import { Place } from "./engine/place.js";
import { key as keyOf } from "./engine/principal.js";
import * as sharing from "./engine/sharing.js";
import { placeOf } from "./store/lists.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./engine/shared.js").Former} Former */
/** @typedef {import("./engine/shared.js").Group} Group */
/** @typedef {import("./engine/sharing.js").Talk} Talk */
/** @typedef {Map<string, Place[]>} Reach where each group has rights of its own, by its principal */

/** Find out what each group can reach, in my own lists. @param {App} app @returns {Promise<Reach>} */
export async function byGroup(app) {
  const own = app.store.lists.filter((/** @type {any} */ { own: isOwn }) => isOwn);
  const places = own.map((/** @type {any} */ { key }) => new Place(placeOf(key).bucket, placeOf(key).collection));
  const shared = await app.store.call((/** @type {Talk} */ talk) => sharing.byMe(talk, places));
  /** @type {Reach} */ const reach = new Map();
  for (const { place, others } of shared) {
    for (const { principal } of others) reach.set(principal, [...(reach.get(principal) ?? []), place]);
  }
  return reach;
}

/** Take somebody in. @param {App} app @param {Group} group @param {string} principal */
export async function addMember(app, group, principal) {
  const wanted = engine.adding([principal]);
  await app.store.call((/** @type {Talk} */ talk) => engine.setMembers(talk.line, group.principal, wanted));
}

/**
 * Put somebody out, and take what they were given for editing where the group let them (protocol section 11.4).
 * @param {App} app @param {Group} group @param {string} principal @param {Reach | null} reach
 * @returns {Promise<() => Promise<void>>} what takes it back
 */
export async function removeMember(app, group, principal, reach) {
  const places = (reach ?? (await byGroup(app))).get(group.principal) ?? [];
  const before = await app.store.call(function* (/** @type {Talk} */ talk) {
    yield* engine.setMembers(talk.line, group.principal, engine.removing([principal]));
    return yield* takeEdits(talk, places, principal);
  });
  return async () => {
    await addMember(app, group, principal);
    await app.store.call((/** @type {Talk} */ talk) => sharing.giveBack(talk, before));
  };
}

/**
 * Delete a group, after the access that it gave: whoever makes one of its id later must not have that.
 * @param {App} app @param {Group} group @param {Reach | null} reach @returns {Promise<() => Promise<void>>}
 */
export async function deleteGroup(app, group, reach) {
  const places = (reach ?? (await byGroup(app))).get(group.principal) ?? [];
  const before = await app.store.call(function* (/** @type {Talk} */ talk) {
    /** @type {Former[]} */ const taken = [];
    for (const place of places) taken.push(...(yield* sharing.remove(talk, place, [group.principal])).before);
    yield* engine.remove(talk.line, group.principal);
    return taken;
  });
  return async () => {
    await app.store.call(function* (/** @type {Talk} */ talk) {
      const made = yield* engine.create(talk, group.id, group.members ?? []);
      if (made.title !== group.title) yield* engine.rename(talk.line, made.principal, group.title);
      yield* sharing.giveBack(talk, before);
    });
  };
}

/**
 * Take somebody from `write` of the records in some places; on a list itself they stay, where they are named.
 * @param {Talk} talk @param {Place[]} places @param {string} principal
 * @returns {import("./engine/exchange.js").Steps<Former[]>}
 */
function* takeEdits(talk, places, principal) {
  /** @type {Former[]} */ const before = [];
  for (const place of places) {
    for (const record of place.kind === "collection" ? yield* sharing.records(talk, place) : [place]) {
      try {
        yield* change(talk.line, record, (lists) => {
          const held = [...lists].filter(([, of]) => of.some((one) => keyOf(one) === keyOf(principal))).map(([name]) => name);
          if (!held.includes("write")) return new Map();
          before.push({ place: record, held: new Map([[principal, held]]) });
          return new Map([[principal, held.filter((name) => name !== "write")]]);
        });
      } catch (error) {
        if (!(error instanceof AccessError)) throw error;
      }
    }
  }
  return before;
}
