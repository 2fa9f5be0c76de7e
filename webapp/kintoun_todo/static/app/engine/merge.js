/** Three-way merging of two versions of a record by their common ancestor, field by field. */

import { same } from "./json_value.js";

/** @typedef {import("./json_value.js").Data} Data */
/**
 * One field that both sides have changed differently; a side that is `undefined` is not there.
 * @typedef {{base?: any, mine?: any, theirs?: any}} FieldConflict
 */
/**
 * What a merge comes to: `data` has theirs in the fields that are in conflict; `taken` are the fields that came from
 * the other side and are in no conflict.
 * @typedef {{data: Record<string, any>, conflicts: Record<string, FieldConflict>, taken: Set<string>}} Merge
 */

/**
 * Merge two versions that both live; nothing given is changed.
 * @param {Data} base
 * @param {Data} mine
 * @param {Data} theirs
 * @returns {Merge}
 */
export function merge(base, mine, theirs) {
  /** @type {[string, any][]} */
  const data = [];
  /** @type {[string, FieldConflict][]} */
  const conflicts = [];
  /** @type {Set<string>} */
  const taken = new Set();
  for (const name of namesOf(theirs, mine, base)) {
    const three = { base: field(base, name), mine: field(mine, name), theirs: field(theirs, name) };
    let value = three.theirs;
    if (same(three.mine, three.theirs) || same(three.base, three.theirs)) value = three.mine;
    else if (same(three.base, three.mine)) taken.add(name);
    else conflicts.push([name, three]);
    data.push([name, value]);
  }
  return { data: present(data), conflicts: Object.fromEntries(conflicts), taken };
}

/**
 * Answer the common ancestor of mine and theirs when mine comes after what I have `sent` without an answer.
 *
 * Where theirs has a value that I had sent, what I have now was written with that value in view: it is the base.
 * @param {Data} base
 * @param {Data[]} sent
 * @param {Data} theirs
 */
export function ancestor(base, sent, theirs) {
  return present(
    namesOf(base, theirs).map((name) => {
      const reached = field(theirs, name);
      return [name, sent.some((version) => same(field(version, name), reached)) ? reached : field(base, name)];
    }),
  );
}

/**
 * Copy a record with some fields set, or removed where the value is `undefined`.
 * @param {Data} data
 * @param {Data} values
 */
export function withFields(data, values) {
  return present(Object.entries({ ...data, ...values }));
}

/**
 * List the fields that differ between two versions.
 * @param {Data} base
 * @param {Data} now
 */
export function changed(base, now) {
  return namesOf(base, now).filter((name) => !same(field(base, name), field(now, name)));
}

/**
 * Keep both of two texts: theirs, a line break or ` / `, mine. Other values have no such form: mine.
 * @param {any} mine
 * @param {any} theirs
 */
export function both(mine, theirs) {
  if (typeof mine !== "string" || typeof theirs !== "string") return mine === undefined ? theirs : mine;
  if (theirs.includes(mine)) return theirs;
  if (mine.includes(theirs)) return mine;
  return theirs + ((theirs + mine).includes("\n") ? "\n" : " / ") + mine;
}

/**
 * Read a field of one's own of an object, whatever its name.
 * @param {Data} data
 * @param {string} name
 */
export function field(data, name) {
  return Object.hasOwn(data, name) ? data[name] : undefined;
}

/** @param {Data[]} versions */
function namesOf(...versions) {
  return [...new Set(versions.flatMap((version) => Object.keys(version)))];
}

/**
 * @param {[string, any][]} entries
 * @returns {Record<string, any>}
 */
function present(entries) {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
