/**
 * The permissions of one object: read, and changed for one principal at a time (protocol sections 10.3 and 11.4).
 *
 * A change is a JSON patch on the version that was read (`If-Match`). Whoever is too late reads again, so two who share
 * at once do not undo each other; and a repetition after a lost answer finds that nothing is left to do.
 */

import { bodyOf, etagOf, isObject, messageOf } from "./ask.js";
import { AccessError, UnavailableError } from "./errors.js";
import { Request } from "./exchange.js";
import { OK } from "./gather.js";
import { key } from "./principal.js";
import { PERMISSIONS } from "./role.js";

/** @typedef {import("./ask.js").Line} Line */
/** @typedef {import("./exchange.js").Response} Response */
/** @typedef {import("./place.js").Place} Place */
/** @typedef {Map<string, string[]>} Lists principals by permission */
/** @typedef {{op: string, path: string, value?: string}} Operation */
/**
 * Answers, for the lists that are there, which permissions each principal shall have (and no others).
 * @typedef {(lists: Lists) => Map<string, string[]>} Wanted
 */
/**
 * The permissions of an object; `lists` is null where the server does not show them to me.
 * @typedef {{etag: number, lists: Lists | null, data: Record<string, any>}} Acl
 */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

const JSON_PATCH = { "Content-Type": "application/json-patch+json" };
const TRIES = 10;
const TOO_LATE = 412;
const REFUSALS = [401, 403, 404];

/**
 * Read an object with its permissions; AccessError where it is not there, or not for me.
 * @param {Line} line
 * @param {Place} place
 * @returns {Steps<Acl>}
 */
export function* read(line, place) {
  return aclIn(yield* line.ask(new Request("GET", place.path)), place);
}

/**
 * Read an object in an answer; AccessError where it is not there, or not for me.
 * @param {Response} answer
 * @param {Place | string} place
 * @returns {Acl}
 */
export function aclIn(answer, place) {
  if (answer.status !== OK) throw new AccessError(`${place}: ${messageOf(answer)}`, answer.status);
  const body = bodyOf(answer);
  const written = isObject(body.permissions) ? Object.entries(body.permissions) : [];
  const data = isObject(body.data) ? body.data : {};
  const etag = Number.isInteger(data.last_modified) ? data.last_modified : etagOf(answer);
  return { etag, lists: written.length ? new Map(written) : null, data };
}

/**
 * Give principals exactly the permissions that are wanted; answer the number of rights that had to be changed.
 *
 * Whoever may write by a right from above, or by a group, is not shown the lists. An empty patch makes me a writer by
 * name (protocol section 11.4), and whoever writes sees them. `known` is the object where it was read already.
 * AccessError where I may not change who has access, UnavailableError where others were faster each time.
 * @param {Line} line
 * @param {Place} place
 * @param {Wanted} wanted
 * @param {Acl | null} [known]
 * @returns {Steps<number>}
 */
export function* change(line, place, wanted, known = null) {
  let acl = known;
  for (let tries = 0; tries < TRIES; tries += 1) {
    acl ??= yield* read(line, place);
    const operations = acl.lists === null ? [] : operationsOf(place.kind, acl.lists, wanted(acl.lists));
    if (acl.lists !== null && operations.length === 0) return 0;
    const headers = { ...JSON_PATCH, "If-Match": `"${acl.etag}"` };
    const answer = yield* line.ask(new Request("PATCH", place.path, headers, operations));
    if (answer.status === OK && operations.length) return operations.length;
    acl = answer.status === TOO_LATE ? null : writable(answer, place);
  }
  throw new UnavailableError(`others changed who has access to ${place} each time before this change; try again`);
}

/**
 * Read the lists in the answer to an empty patch.
 * @param {Response} answer
 * @param {Place} place
 */
function writable(answer, place) {
  if (REFUSALS.includes(answer.status)) {
    throw new AccessError(`who has access to ${place} is not mine to change: ${messageOf(answer)}`, answer.status);
  }
  const acl = aclIn(answer, place);
  if (acl.lists === null) throw new AccessError(`the server does not show who has access to ${place}`, answer.status);
  return acl;
}

/**
 * Write the operations for what has to change: what is given first, then what is taken.
 * @param {import("./role.js").Kind} kind
 * @param {Lists} lists
 * @param {Map<string, string[]>} wanted
 * @returns {Operation[]}
 */
function operationsOf(kind, lists, wanted) {
  /** @type {Operation[]} */ const given = [];
  /** @type {Operation[]} */ const taken = [];
  for (const [principal, permissions] of wanted) {
    for (const name of PERMISSIONS[kind]) {
      const held = (lists.get(name) ?? []).filter((one) => key(one) === key(principal));
      if (permissions.includes(name)) {
        if (!held.length) given.push({ op: "add", path: pointer(name, principal), value: principal });
      } else {
        taken.push(...held.map((spelling) => ({ op: "remove", path: pointer(name, spelling) })));
      }
    }
  }
  return [...given, ...taken];
}

/** @param {string} permission @param {string} principal */
function pointer(permission, principal) {
  return `/permissions/${permission}/${principal.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
