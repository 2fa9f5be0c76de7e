/** Finding people and groups by what somebody types. */

import { KintounError } from "./engine/errors.js";
import * as groups from "./engine/groups.js";
import { key } from "./engine/principal.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./engine/shared.js").Group} Group */
/** @typedef {{principal: string, name: string, group: boolean}} Found */

/** There is nobody of this name: the message says so. */
class NobodyError extends KintounError {}

/**
 * Look a person up by their whole name. NobodyError where there is none.
 * @param {App} app @param {string} name @returns {Promise<Found>}
 */
export async function findPerson(app, name) {
  const { body } = await app.api.request("GET", `/people?name=${encodeURIComponent(name)}`);
  const [person] = body.data;
  if (!person) throw new NobodyError(`There is nobody called ${name} here. Is it spelled right?`);
  if (key(person.principal) === key(app.store.account?.principal ?? "")) throw new NobodyError("That is you.");
  return { principal: person.principal, name: person.name, group: false };
}

/**
 * Find a person, or one of my groups by its title; a group goes first.
 * @param {App} app @param {string} name @param {Group[]} known @returns {Promise<Found>}
 */
export async function findAnybody(app, name, known) {
  const wanted = name.toLowerCase();
  const group = known.find(({ title }) => title.toLowerCase() === wanted || `${title} (group)`.toLowerCase() === wanted);
  if (group) return { principal: group.principal, name: group.title, group: true };
  return await findPerson(app, name);
}

/** The groups in my own bucket. @param {App} app @returns {Promise<Group[]>} */
export async function ownGroups(app) {
  return await app.store.call((/** @type {import("./engine/sharing.js").Talk} */ talk) => groups.ofBucket(talk));
}
