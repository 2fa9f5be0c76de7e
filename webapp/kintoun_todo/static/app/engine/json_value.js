/**
 * Values of JSON: compared, read, written and checked.
 *
 * A field that is not there is `undefined`, which JSON does not have; null is there. A number that a double cannot hold
 * (`12345678901234567890`) is kept as `{[DIGITS]: "12345678901234567890"}`: it is stored, compared and sent again as it
 * came, so that whoever edits another field does not damage it.
 */

import { InvalidRecordError } from "./errors.js";

/** @typedef {Readonly<Record<string, any>>} Data the attributes of a record without `id` and `last_modified` */

/** The only key of the object that stands for a number with more digits than a double has. */
const DIGITS = "\u0000digits";

const RESERVED = ["id", "last_modified", "deleted"];
const LONG_NUMBER = /\d[\d.]{15,}|\d[eE][+-]?\d{3}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const KEPT = /\{"\\u0000digits":"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"\}/g;

/**
 * Compare two values of JSON: the order of an object's keys is nothing.
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
export function same(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  );
}

/**
 * Read JSON without losing digits.
 * @param {string} text
 * @returns {any} SyntaxError where it is none
 */
export function parse(text) {
  const value = JSON.parse(text);
  return LONG_NUMBER.test(text) ? JSON.parse(text.replace(TOKENS, kept)) : value;
}

/**
 * Write JSON, without blanks.
 * @param {unknown} value
 * @returns {string}
 */
export function dump(value) {
  return (JSON.stringify(value) ?? "null").replace(KEPT, "$1");
}

/**
 * Copy what a person wrote, deeply, as the JSON that it is; InvalidRecordError where it is no JSON object, or names an
 * attribute that is the server's.
 * @param {Data} data
 * @returns {Record<string, any>}
 */
export function checked(data) {
  const reserved = RESERVED.find((name) => Object.hasOwn(data, name));
  if (reserved) throw new InvalidRecordError(`"${reserved}" is an attribute of the server and cannot be set`);
  return copy(data, "the record");
}

/** @param {string} token */
function kept(token) {
  if (token.startsWith('"') || digitsOf(String(Number(token))) === digitsOf(token)) return token;
  return JSON.stringify({ [DIGITS]: token });
}

/**
 * Write a number in one way, so that two writings of it can be compared: its sign, digits and exponent.
 * @param {string} text
 */
function digitsOf(text) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const digits = (whole + fraction).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  return short ? `${sign}${short}e${Number(exponent) - fraction.length + digits.length - short.length}` : "0";
}

/**
 * @param {any} value
 * @param {string} where
 * @returns {any}
 */
function copy(value, where) {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && wellFormed(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => copy(item, `${where}[${index}]`));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [key(name, where), copy(item, name)]));
  }
  throw new InvalidRecordError(`${where} cannot be JSON: ${String(value).slice(0, 100)}`);
}

/**
 * @param {string} name
 * @param {string} where
 */
function key(name, where) {
  if (wellFormed(name)) return name;
  throw new InvalidRecordError(`${where} has a key that cannot be JSON`);
}

/** @param {string} text */
function wellFormed(text) {
  return !/\p{Surrogate}/u.test(text);
}
