/**
 * Sharing: who gets access, who loses it, who has it; what is shared with me, and what I share.
 *
 * All of it needs the server, and any of it may be repeated: each call first looks at what is there.
 */

import { OWN, rights } from "./access.js";
import { aclIn, change } from "./acl.js";
import { messageOf } from "./ask.js";
import { AccessError, AuthenticationError, UnexpectedAnswerError } from "./errors.js";
import { Request } from "./exchange.js";
import { OK, gather, pages } from "./gather.js";
import { readAll } from "./groups.js";
import { Place, placeIn } from "./place.js";
import { isGroup, key } from "./principal.js";
import { PERMISSIONS, permissionsOf, reachesRecords } from "./role.js";
import { Shared, access } from "./shared.js";

/** @typedef {import("./acl.js").Acl} Acl */
/** @typedef {import("./acl.js").Lists} Lists */
/** @typedef {import("./acl.js").Wanted} Wanted */
/** @typedef {import("./shared.js").Access} Access */
/** @typedef {import("./shared.js").Former} Former */
/** @typedef {import("./shared.js").Removal} Removal */
/** @typedef {{batchSize: number, userId: string | null, bucket: string | null}} Hello */
/**
 * What each call needs: the line to the server, and what it has said of me.
 * @typedef {{line: import("./ask.js").Line, hello: Hello}} Talk
 */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

const MISSING = 404;
const MADE = [OK, 201, 412];

/**
 * Make a bucket, and a collection in it, that are not there yet.
 * @param {Talk} talk
 * @param {Place} place
 * @returns {Steps<void>}
 */
export function* create(talk, place) {
  for (const one of place.chain.reverse()) {
    if (one.bucket === OWN && one.kind === "bucket") continue;
    const answer = yield* talk.line.ask(new Request("PUT", one.path, { "If-None-Match": "*" }));
    if (!MADE.includes(answer.status)) throw new AccessError(`${one}: ${messageOf(answer)}`, answer.status);
  }
}

/**
 * Give somebody exactly one role on an object. AccessError where I may not, or the object is not on the server (yet);
 * InvalidSharingError where there is no such role.
 * @param {Talk} talk
 * @param {Place} place
 * @param {string} principal
 * @param {string} role
 * @returns {Steps<number>}
 */
export function* share(talk, place, principal, role) {
  const permissions = permissionsOf(role, place.kind);
  return yield* change(talk.line, place, () => new Map([[principal, permissions]]));
}

/**
 * Take all rights away from some principals: on an object, and on the records in it.
 *
 * Whoever edits a record stands in its `write` from then on (protocol section 11.4): so the members of a group go from
 * `write` with it, but not from `read`, to which nobody is added without being asked. AccessError where I may not.
 * @param {Talk} talk
 * @param {Place} place
 * @param {string[]} principals
 * @param {boolean} [below]
 * @returns {Steps<Removal>}
 */
export function* remove(talk, place, principals, below = true) {
  const members = yield* membersOf(talk, principals.filter(isGroup));
  const mine = key(me(talk));
  const editors = new Set([...members.values()].flatMap((people) => people ?? []).map(key));
  editors.delete(mine);
  const gone = new Set(principals.map(key));
  /** @type {Map<string, Former>} */ const before = new Map();

  /** @param {Place} at @returns {Wanted} */
  const wantedAt = (at) => (lists) => {
    const held = heldIn(lists);
    const lost = [...held].filter(([one]) => gone.has(key(one)));
    const kept = [...held].filter(([one, names]) => editors.has(key(one)) && names.includes("write"));
    const wanted = new Map([
      ...kept.map(([one, names]) => /** @type {const} */ ([one, names.filter((name) => name !== "write")])),
      ...lost.map(([one]) => /** @type {const} */ ([one, /** @type {string[]} */ ([])])),
    ]);
    if (wanted.size) before.set(String(at), { place: at, held: new Map([...kept, ...lost]) });
    return wanted;
  };

  let objects = (yield* change(talk.line, place, wantedAt(place))) > 0 ? 1 : 0;
  if (below && place.kind === "collection") {
    objects += yield* changeAll(talk, yield* records(talk, place), wantedAt);
  }
  return { objects, remaining: yield* remainingFor(talk, place, gone), before: [...before.values()] };
}

/**
 * Give back what a removal has taken; objects that are gone are left out.
 * @param {Talk} talk
 * @param {Former[]} before
 * @returns {Steps<void>}
 */
export function* giveBack(talk, before) {
  for (const { place, held } of before) {
    try {
      yield* change(talk.line, place, () => held);
    } catch (error) {
      if (!(error instanceof AccessError) || error.status !== MISSING) throw error;
    }
  }
}

/**
 * Change many objects, each by itself; answer how many there were to change.
 * @param {Talk} talk
 * @param {Place[]} places
 * @param {(place: Place) => Wanted} wantedAt
 * @returns {Steps<number>}
 */
function* changeAll(talk, places, wantedAt) {
  let changed = 0;
  const acls = yield* shown(talk, places);
  for (const [index, place] of places.entries()) {
    const acl = acls[index];
    const wanted = wantedAt(place);
    if (acl === null || (acl.lists !== null && wanted(acl.lists).size === 0)) continue;
    try {
      changed += (yield* change(talk.line, place, wanted, acl)) > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof AccessError) || error.status !== MISSING) throw error;
    }
  }
  return changed;
}

/**
 * Take everybody's rights away but mine.
 * @param {Talk} talk
 * @param {Place} place
 * @returns {Steps<Removal>}
 */
export function* stop(talk, place) {
  const places = [place, ...(place.kind === "collection" ? yield* records(talk, place) : [])];
  /** @type {Set<string>} */ const principals = new Set();
  for (const acl of yield* shown(talk, places)) {
    for (const one of heldIn(acl?.lists ?? new Map()).keys()) {
      if (key(one) !== key(me(talk))) principals.add(one);
    }
  }
  return yield* remove(talk, place, [...principals]);
}

/**
 * List who has access to an object, its own list first, then what comes from above. AccessError where I may not read it.
 * @param {Talk} talk
 * @param {Place} place
 * @returns {Steps<import("./shared.js").AccessList>}
 */
export function* who(talk, place) {
  const { chain } = place;
  const requests = chain.map((one) => new Request("GET", one.path));
  const answers = yield* gather(talk.line, requests, talk.hello.batchSize);
  const { data } = aclIn(answers[0], place);
  /** @type {Access[]} */ const found = [];
  /** @type {import("./role.js").Kind[]} */ const hidden = [];
  for (const [index, one] of chain.entries()) {
    const lists = answers[index].status === OK ? aclIn(answers[index], one).lists : null;
    if (lists === null) hidden.push(one.kind);
    found.push(...entriesOf(talk, place, one, lists ?? new Map()));
  }
  const members = yield* membersOf(talk, found.filter(({ group }) => group).map(({ principal }) => principal));
  return { entries: found.map((one) => ({ ...one, members: members.get(one.principal) ?? null })), hidden, data };
}

/**
 * List what I have shared: buckets and collections, and the records of the collections that are given.
 * @param {Talk} talk
 * @param {Place[]} [places]
 * @returns {Steps<Shared[]>}
 */
export function* byMe(talk, places = []) {
  const held = yield* rightsOf(talk, "in_resource_name=bucket,collection");
  const found = held.filter(({ permissions }) => permissions.includes("write"));
  const known = new Set(found.map(({ place }) => String(place)));
  const buckets = new Set(found.filter(({ kind }) => kind === "bucket").map(({ bucket }) => bucket));
  for (const bucket of buckets) {
    const path = `/buckets/${encodeURIComponent(bucket)}/collections?_limit=1000&_fields=id`;
    const inside = (yield* pages(talk.line, path)).map((entry) => new Place(bucket, String(entry.id)));
    found.push(...inside.filter((place) => !known.has(String(place))).map(mineAt));
  }
  for (const place of places) found.push(...(yield* records(talk, place)).map(mineAt));
  return (yield* describe(talk, found)).filter(({ others }) => others.length);
}

/** @param {Place} place */
function mineAt(place) {
  return new Shared(place, ["write"]);
}

/**
 * Who I am; AuthenticationError for nobody.
 * @param {Talk} talk
 */
function me(talk) {
  if (talk.hello.userId === null) throw new AuthenticationError("whoever shares has to be signed in");
  return talk.hello.userId;
}

/** @param {Talk} talk @param {string} query @returns {Steps<Shared[]>} */
function* rightsOf(talk, query) {
  const entries = yield* rights(talk.line, query);
  const shareable = entries.filter((entry) => Object.hasOwn(PERMISSIONS, entry.resource_name));
  if (!shareable.every((entry) => typeof entry.bucket_id === "string" && Array.isArray(entry.permissions))) {
    throw new UnexpectedAnswerError("the list of rights is not of this protocol");
  }
  return shareable.map((entry) => new Shared(placeIn(entry), entry.permissions));
}

/** @param {Talk} talk @param {Shared[]} found @returns {Steps<Shared[]>} */
function* describe(talk, found) {
  const acls = yield* shown(talk, found.map(({ place }) => place));
  return found.map((one, index) => {
    const acl = acls[index];
    if (acl === null) return one;
    const entries = entriesOf(talk, one.place, one.place, acl.lists ?? new Map());
    return new Shared(one.place, one.permissions, acl.data, entries.filter((entry) => !entry.me));
  });
}

/** List the records of a collection. @param {Talk} talk @param {Place} place @returns {Steps<Place[]>} */
export function* records(talk, place) {
  const entries = yield* pages(talk.line, `${place.path}/records?_limit=1000&_fields=id`);
  return entries.map((entry) => new Place(place.bucket, place.collection, String(entry.id)));
}

/**
 * Read objects; null for those that are not there, or not for me.
 * @param {Talk} talk
 * @param {Place[]} places
 * @returns {Steps<(Acl | null)[]>}
 */
function* shown(talk, places) {
  const requests = places.map((one) => new Request("GET", one.path));
  const answers = yield* gather(talk.line, requests, talk.hello.batchSize);
  return answers.map((answer, index) => (answer.status === OK ? aclIn(answer, places[index]) : null));
}

/** @param {Lists} lists @returns {Map<string, string[]>} permissions by principal */
function heldIn(lists) {
  /** @type {Map<string, string[]>} */ const held = new Map();
  for (const [name, principals] of lists) {
    for (const principal of principals) held.set(principal, [...(held.get(principal) ?? []), name]);
  }
  return held;
}

/**
 * Write the rights that one object gives to the one that was asked about, itself or below it.
 * @param {Talk} talk
 * @param {Place} asked
 * @param {Place} place
 * @param {Lists} lists
 */
function entriesOf(talk, asked, place, lists) {
  const through = place === asked ? null : place.kind;
  const held = [...heldIn(lists)].sort(([one], [other]) => (one < other ? -1 : 1));
  return held
    .filter(([, permissions]) => through === null || reachesRecords(permissions))
    .map(([principal, permissions]) => access(principal, [...permissions].sort(), through, talk.hello.userId));
}

/** @param {Talk} talk @param {string[]} groups @returns {Steps<Map<string, string[] | null>>} */
function* membersOf(talk, groups) {
  const found = yield* readAll(talk, groups);
  return new Map(found.map((one, index) => [groups[index], one.members]));
}

/**
 * List the rights that those who were taken off may still have.
 * @param {Talk} talk
 * @param {Place} place
 * @param {Set<string>} gone
 * @returns {Steps<Access[]>}
 */
function* remainingFor(talk, place, gone) {
  const people = new Set([...gone].filter((one) => !one.startsWith("/") && !one.startsWith("system.")));
  if (people.size === 0) return [];
  const { entries } = yield* who(talk, place);
  return entries.filter(
    ({ principal, members }) =>
      people.has(key(principal)) ||
      principal.startsWith("system.") ||
      (members ?? []).some((member) => people.has(key(member))),
  );
}
