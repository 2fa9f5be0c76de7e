/** People and groups as the protocol names them (protocol section 6). */

import { InvalidSharingError } from "./errors.js";

/** Whoever there is, without an account too. */
const EVERYONE = "system.Everyone";
/** Everybody whom the server knows. */
const SIGNED_IN = "system.Authenticated";

const NAME = /^[A-Za-z0-9][+.@A-Za-z0-9_-]*$/;
const GROUP = /^\/buckets\/([A-Za-z0-9][A-Za-z0-9_-]*)\/groups\/([A-Za-z0-9][A-Za-z0-9_-]*)$/;
const BASIC = /^basicauth[:_]([0-9a-f]{64})$/;
const POLICY = /^[A-Za-z0-9][A-Za-z0-9._-]*:[^\s/]\S*$/;

/** @typedef {string | {principal: string}} Who a name (`bob`), a principal (`account:bob`), or a group */

/**
 * Write somebody as a principal; a bare name is that of an account. InvalidSharingError where it names nobody.
 * @param {Who} who
 * @returns {string}
 */
export function principalOf(who) {
  if (typeof who !== "string") return who.principal;
  const known = who === EVERYONE || who === SIGNED_IN;
  if (known || GROUP.test(who) || BASIC.test(who) || POLICY.test(who)) return who;
  if (NAME.test(who)) return `account:${who}`;
  throw new InvalidSharingError(`${who} is neither a name, nor a principal such as account:bob`);
}

/**
 * Write somebody as a member of a group; InvalidSharingError for nobody, a group or everyone: these cannot be members.
 * @param {Who} who
 */
export function memberOf(who) {
  const principal = principalOf(who);
  if (principal === EVERYONE || isGroup(principal)) {
    throw new InvalidSharingError(`${principal} cannot be a member of a group`);
  }
  return principal;
}

/**
 * Write a principal for people to read: `bob`, `friends`, `everyone`, `everyone who is signed in`.
 * @param {string} principal
 */
export function nameOf(principal) {
  const group = GROUP.exec(principal);
  if (group) return group[2];
  if (principal === EVERYONE) return "everyone";
  if (principal === SIGNED_IN) return "everyone who is signed in";
  return principal.startsWith("account:") ? principal.slice("account:".length) : principal;
}

/**
 * Tell whether it is a group.
 * @param {string} principal
 */
export function isGroup(principal) {
  return GROUP.test(principal);
}

/**
 * Answer the bucket of a group's principal; InvalidSharingError where it is none.
 * @param {string} group
 */
export function bucketOf(group) {
  return parts(group)[0];
}

/**
 * Answer the id of a group by its principal; InvalidSharingError where it is none.
 * @param {string} group
 */
export function idOf(group) {
  return parts(group)[1];
}

/**
 * Answer what two spellings of one principal have in common: names of accounts have no case.
 * @param {string} principal
 */
export function key(principal) {
  const basic = BASIC.exec(principal);
  if (basic) return `basicauth:${basic[1]}`;
  return principal.startsWith("account:") ? principal.toLowerCase() : principal;
}

/** @param {string} group */
function parts(group) {
  const match = GROUP.exec(group);
  if (!match) throw new InvalidSharingError(`${group} is no group; one looks like /buckets/todo/groups/friends`);
  return [match[1], match[2]];
}
