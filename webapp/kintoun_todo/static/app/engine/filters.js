/** Filters and orders of local lists: what a server's list would answer (protocol sections 16.2 and 16.3). */

import { isObject } from "./ask.js";
import { InvalidFilterError } from "./errors.js";
import { same } from "./json_value.js";

/** @typedef {{operator: string, path: string[], value: any}} Filter one condition on the field at `path` */
/** @typedef {{path: string[], descending: boolean}} SortKey */

const OPERATORS = "eq|not|lt|max|gt|min|in|exclude|like|has|contains_any|contains";
const PREFIXED = new RegExp(`^(${OPERATORS})_(.+)$`, "s");
const SUFFIXED = new RegExp(`^(.+)__(${OPERATORS})$`, "s");
const NULL = 1;
const TEXT = 2;
const NUMBER = 3;
const BOOLEAN = 4;
const ARRAY = 5;
const OBJECT = 6;
const MISSING = 7;

/** @type {Record<string, (one: any, other: any) => boolean>} */
const ORDERINGS = {
  lt: (one, other) => compared(one, other) < 0,
  max: (one, other) => compared(one, other) <= 0,
  gt: (one, other) => compared(one, other) > 0,
  min: (one, other) => compared(one, other) >= 0,
};

/**
 * Read one condition: `status`, `min_order` or `order__min`; dots walk into objects. InvalidFilterError where the
 * operator does not take such a value.
 * @param {string} name
 * @param {any} value
 * @returns {Filter}
 */
export function parseFilter(name, value) {
  const suffixed = SUFFIXED.exec(name);
  const prefixed = PREFIXED.exec(name);
  const [operator, field] = suffixed
    ? [suffixed[2], suffixed[1]]
    : prefixed
      ? [prefixed[1], prefixed[2]]
      : ["eq", name];
  return { operator, path: field.split("."), value: operand(name, operator, value) };
}

/**
 * Read an order such as `status,-order`; `-last_modified` decides between equals. InvalidFilterError for a key without a
 * name.
 * @param {string} sort
 * @returns {SortKey[]}
 */
export function parseSort(sort) {
  const pieces = sort.split(",").map((piece) => piece.trim()).filter(Boolean);
  const keys = pieces.map((piece) => ({
    path: piece.replace(/^[+-]+/, "").split("."),
    descending: piece.startsWith("-"),
  }));
  if (keys.some(({ path }) => path.includes(""))) throw new InvalidFilterError(`no order: ${sort}`);
  if (keys.some(({ path }) => path.join(".") === "last_modified")) return keys;
  return [...keys, { path: ["last_modified"], descending: true }];
}

/**
 * Tell whether a record fulfils all conditions.
 * @param {Record<string, any>} body
 * @param {Filter[]} filters
 */
export function matches(body, filters) {
  return filters.every((one) => fulfils(lookup(body, one.path), one));
}

/**
 * Sort records; equals stay in their order.
 * @param {Record<string, any>[]} bodies
 * @param {SortKey[]} keys
 */
export function inOrder(bodies, keys) {
  return [...bodies].sort((one, other) => {
    for (const { path, descending } of keys) {
      const order = sorted(lookup(one, path), lookup(other, path));
      if (order) return descending ? -order : order;
    }
    return 0;
  });
}

/**
 * Walk into objects; `undefined` where there is nothing.
 * @param {any} body
 * @param {string[]} path
 */
function lookup(body, path) {
  let found = body;
  for (const name of path) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/**
 * @param {string} name
 * @param {string} operator
 * @param {any} value
 */
function operand(name, operator, value) {
  if (operator.startsWith("contains")) return Array.isArray(value) ? value : [value];
  if ((operator === "in" || operator === "exclude") && !Array.isArray(value)) {
    throw new InvalidFilterError(`${name} takes a list of values`);
  }
  if (operator === "like" && typeof value !== "string") throw new InvalidFilterError(`${name} takes a text`);
  if (operator === "has" && typeof value !== "boolean") throw new InvalidFilterError(`${name} takes true or false`);
  return value;
}

/**
 * @param {any} value
 * @param {Filter} one
 * @returns {boolean}
 */
function fulfils(value, one) {
  const wanted = one.value;
  const holds = (/** @type {any} */ item) => value.some((/** @type {any} */ mine) => same(mine, item));
  switch (one.operator) {
    case "eq":
      return equal(value, wanted);
    case "not":
      return !equal(value, wanted);
    case "in":
      return wanted.some((/** @type {any} */ item) => equal(value, item));
    case "exclude":
      return !wanted.some((/** @type {any} */ item) => equal(value, item));
    case "has":
      return (value !== undefined) === wanted;
    case "like":
      return typeof value === "string" && isLike(value, wanted);
    case "contains":
      return Array.isArray(value) && wanted.every(holds);
    case "contains_any":
      return Array.isArray(value) && wanted.some(holds);
    default:
      return compares(value, one);
  }
}

/**
 * @param {any} value
 * @param {any} wanted
 */
function equal(value, wanted) {
  return value !== undefined && same(value, wanted);
}

/**
 * @param {string} value
 * @param {string} text
 */
function isLike(value, text) {
  const parts = text.split("*").filter(Boolean).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".*?"), "isu").test(value);
}

/**
 * Compare by the ranks of the types; arrays, objects and null are only equal to their like, or nothing.
 * @param {any} value
 * @param {Filter} one
 */
function compares(value, one) {
  const mine = rank(value);
  const wanted = rank(one.value);
  if (mine !== wanted) return ORDERINGS[one.operator](mine, wanted);
  if ([NULL, ARRAY, OBJECT].includes(mine)) return ["max", "min"].includes(one.operator) && same(value, one.value);
  return ORDERINGS[one.operator](value, one.value);
}

/** @param {any} value */
function rank(value) {
  if (value === undefined) return MISSING;
  if (value === null) return NULL;
  if (Array.isArray(value)) return ARRAY;
  return { string: TEXT, number: NUMBER, boolean: BOOLEAN }[/** @type {string} */ (typeof value)] ?? OBJECT;
}

/**
 * @param {any} one
 * @param {any} other
 */
function sorted(one, other) {
  const mine = rank(one);
  return mine - rank(other) || ([TEXT, NUMBER, BOOLEAN].includes(mine) ? compared(one, other) : 0);
}

/**
 * Compare two values of one type; texts by code points.
 * @param {any} one
 * @param {any} other
 * @returns {number}
 */
function compared(one, other) {
  if (typeof one !== "string") return one < other ? -1 : Number(one > other);
  const mine = Array.from(one, (letter) => letter.codePointAt(0) ?? 0);
  const theirs = Array.from(/** @type {string} */ (other), (letter) => letter.codePointAt(0) ?? 0);
  const at = mine.findIndex((code, index) => code !== theirs[index]);
  if (at < 0) return mine.length - theirs.length;
  return at >= theirs.length ? 1 : mine[at] - theirs[at];
}
