/** Groups: made, changed, listed (protocol section 8). A group's id stays, since lists of permissions name it. */

import { OWN, principalsIn } from "./access.js";
import { aclIn } from "./acl.js";
import { messageOf } from "./ask.js";
import { AccessError, InvalidSharingError, UnavailableError } from "./errors.js";
import { Request, Response } from "./exchange.js";
import { OK, gather, pages } from "./gather.js";
import { bucketOf, idOf, isGroup, key, memberOf, principalOf } from "./principal.js";
import { groupIn } from "./shared.js";

/** @typedef {import("./ask.js").Line} Line */
/** @typedef {import("./principal.js").Who} Who */
/** @typedef {import("./shared.js").Group} Group */
/** @typedef {import("./sharing.js").Talk} Talk */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

const CREATED = 201;
const MISSING = 404;
const TOO_LATE = 412;
const TRIES = 10;

/**
 * Make a group; its id is its name as far as an id can be. InvalidSharingError where there is another one of this name.
 * @param {Talk} talk
 * @param {string} name
 * @param {string[]} members principals
 * @param {string} [bucket]
 * @returns {Steps<Group>}
 */
export function* create(talk, name, members, bucket = OWN) {
  const id = idFor(name);
  const data = { members, ...(id === name ? {} : { title: name }) };
  // By its alias one's own bucket is made with the first group.
  const answer = yield* talk.line.ask(new Request("PUT", pathOf(bucket, id), { "If-None-Match": "*" }, { data }));
  const real = realBucket(talk, bucket);
  if (answer.status !== TOO_LATE) return groupOf(answer, real, id);
  const there = yield* read(talk.line, `/buckets/${real}/groups/${id}`);
  if (there.title === name && sameKeys(there.members ?? [], members)) return there; // an earlier attempt has arrived
  throw new InvalidSharingError(`there is a group ${id} in ${real} already`);
}

/**
 * Read a group by its principal; AccessError where it is not there, or not for me.
 * @param {Line} line
 * @param {string} group
 * @returns {Steps<Group>}
 */
export function* read(line, group) {
  const [bucket, id] = [bucketOf(group), idOf(group)];
  return groupOf(yield* line.ask(new Request("GET", pathOf(bucket, id))), bucket, id);
}

/**
 * Change the members of a group as it is at that moment; two who do so at once do not undo each other.
 * @param {Line} line
 * @param {string} group
 * @param {(before: string[]) => string[]} wanted
 * @returns {Steps<Group>}
 */
export function* setMembers(line, group, wanted) {
  return yield* change(line, group, ({ members }) => {
    const before = members ?? [];
    const after = wanted(before);
    const isSame = after.length === before.length && after.every((one, index) => one === before[index]);
    return isSame ? [] : [{ op: "add", path: "/data/members", value: after }];
  });
}

/**
 * Answer how members change when people are taken in; those who are in it stay once.
 * @param {Who[]} people
 * @returns {(before: string[]) => string[]}
 */
export function adding(people) {
  const added = new Map(people.map(memberOf).map((one) => [key(one), one]));
  return (before) => {
    const there = new Set(before.map(key));
    return [...before, ...[...added].filter(([name]) => !there.has(name)).map(([, one]) => one)];
  };
}

/**
 * Answer how members change when people are put out. What they have edited names them in its own list (protocol section
 * 11.4), so they keep access to that until it is taken away.
 * @param {Who[]} people
 * @returns {(before: string[]) => string[]}
 */
export function removing(people) {
  const gone = new Set(people.map((one) => key(principalOf(one))));
  return (before) => before.filter((one) => !gone.has(key(one)));
}

/**
 * Give a group another title; its id, by which objects are shared with it, stays.
 * @param {Line} line
 * @param {string} group
 * @param {string} title
 * @returns {Steps<Group>}
 */
export function* rename(line, group, title) {
  return yield* change(line, group, (there) =>
    there.title === title ? [] : [{ op: "add", path: "/data/title", value: title }],
  );
}

/**
 * Delete a group; one that is not there any more is no error.
 * @param {Line} line
 * @param {string} group
 * @returns {Steps<void>}
 */
export function* remove(line, group) {
  const answer = yield* line.ask(new Request("DELETE", pathOf(bucketOf(group), idOf(group))));
  if (answer.status !== OK && answer.status !== MISSING) {
    throw new AccessError(`the group ${group}: ${messageOf(answer)}`, answer.status);
  }
}

/**
 * List the groups of a bucket that I may see; none where the bucket is not there yet.
 * @param {Talk} talk
 * @param {string} [bucket]
 * @returns {Steps<Group[]>}
 */
export function* ofBucket(talk, bucket = OWN) {
  const entries = yield* pages(talk.line, `/buckets/${encodeURIComponent(bucket)}/groups?_limit=1000&_sort=id`);
  const real = realBucket(talk, bucket);
  return entries.map((entry) => groupIn(real, String(entry.id), entry));
}

/**
 * List the groups that I am in, as principals.
 * @param {Line} line
 * @returns {Steps<string[]>}
 */
function* joined(line) {
  return principalsIn(yield* line.ask(new Request("GET", "/"))).filter(isGroup);
}

/**
 * List the groups that I am in, with their members where I may see them.
 * @param {Talk} talk
 * @returns {Steps<Group[]>}
 */
export function* mine(talk) {
  return yield* readAll(talk, yield* joined(talk.line));
}

/**
 * Read groups by their principals, with null for members that I may not see.
 * @param {Talk} talk
 * @param {string[]} groups
 * @returns {Steps<Group[]>}
 */
export function* readAll(talk, groups) {
  const requests = groups.map((one) => new Request("GET", pathOf(bucketOf(one), idOf(one))));
  const answers = yield* gather(talk.line, requests, talk.hello.batchSize);
  return groups.map((one, index) => {
    const [bucket, id, answer] = [bucketOf(one), idOf(one), answers[index]];
    return answer.status === OK ? groupOf(answer, bucket, id) : { ...groupIn(bucket, id, {}), members: null };
  });
}

/**
 * @param {Line} line
 * @param {string} group
 * @param {(there: Group) => Record<string, any>[]} operations
 * @returns {Steps<Group>}
 */
function* change(line, group, operations) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = yield* read(line, group);
    const patch = operations(there);
    if (!patch.length) return there;
    const headers = { "Content-Type": "application/json-patch+json", "If-Match": `"${there.lastModified}"` };
    const answer = yield* line.ask(new Request("PATCH", pathOf(there.bucket, there.id), headers, patch));
    if (answer.status !== TOO_LATE) return groupOf(answer, there.bucket, there.id);
  }
  throw new UnavailableError(`others changed the group ${group} each time before this change; try again`);
}

/**
 * Name one's own bucket by its real id, by which others know it.
 * @param {Talk} talk
 * @param {string} bucket
 */
function realBucket(talk, bucket) {
  if (bucket !== OWN) return bucket;
  if (!talk.hello.bucket) throw new InvalidSharingError("this server has no buckets of one's own: name one");
  return talk.hello.bucket;
}

/** @param {Response} answer @param {string} bucket @param {string} id */
function groupOf(answer, bucket, id) {
  if (answer.status !== OK && answer.status !== CREATED) {
    throw new AccessError(`the group ${bucket}/${id}: ${messageOf(answer)}`, answer.status);
  }
  return groupIn(bucket, id, aclIn(new Response(OK, answer.headers, answer.content), bucket).data);
}

/** @param {string} bucket @param {string} id */
function pathOf(bucket, id) {
  return `/buckets/${encodeURIComponent(bucket)}/groups/${encodeURIComponent(id)}`;
}

/** @param {string} name */
function idFor(name) {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return name;
  const written = (name.match(/[A-Za-z0-9_]+/g) ?? []).join("-").replace(/^_+/, "");
  return written || crypto.randomUUID().slice(0, 8);
}

/** @param {string[]} some @param {string[]} others */
function sameKeys(some, others) {
  const [one, other] = [new Set(some.map(key)), new Set(others.map(key))];
  return one.size === other.size && [...one].every((name) => other.has(name));
}
