/** What the calls about sharing answer. */

import { Place } from "./place.js";
import { isGroup, key, nameOf } from "./principal.js";
import { roleOf } from "./role.js";

/** @typedef {import("./role.js").Kind} Kind */
/** @typedef {import("./role.js").Role} Role */

/**
 * What somebody may do with an object. `through` is the kind of what gives the right when it is not the object itself:
 * it has to be taken away there. `members` are the people of a group, null where they cannot be read; `title` is the
 * group's, for people to read.
 * @typedef {{principal: string, permissions: string[], through: Kind | null, me: boolean, members: string[] | null,
 *   name: string, role: Role, group: boolean}} Access
 */
/**
 * Who has access to an object, its own list first. `hidden` are the kinds of objects whose lists the server does not
 * show to me: others may have access there. `data` are the object's attributes.
 * @typedef {{entries: Access[], hidden: Kind[], data: Record<string, any>}} AccessList
 */
/**
 * What taking somebody's access away has done: how many `objects` named them, and the rights that are left.
 * `before` is what each of these objects gave to those who lost it, for whoever wants to give it back.
 * @typedef {{objects: number, remaining: Access[], before: Former[]}} Removal
 */
/** @typedef {{place: Place, held: Map<string, string[]>}} Former permissions by principal, before the removal */
/**
 * A group of people; `members` are principals, null where I may not see them.
 * @typedef {{bucket: string, id: string, principal: string, title: string, members: string[] | null,
 *   lastModified: number | null}} Group
 */

/**
 * Write what a principal may do.
 * @param {string} principal
 * @param {string[]} permissions
 * @param {Kind | null} through
 * @param {string | null} me
 * @returns {Access}
 */
export function access(principal, permissions, through, me) {
  const role = roleOf(permissions) ?? "reader";
  const isMe = me !== null && key(principal) === key(me);
  const [name, isOne] = [nameOf(principal), isGroup(principal)];
  return { principal, permissions, through, me: isMe, members: null, name, role, group: isOne };
}

/** Something that is shared with me, or by me. */
export class Shared {
  /**
   * @param {Place} place
   * @param {string[]} permissions mine
   * @param {Record<string, any>} [data] its attributes where I may read them
   * @param {Access[]} [others] those who have rights of their own on it, where I may know
   */
  constructor(place, permissions, data = {}, others = []) {
    this.place = place;
    this.permissions = permissions;
    this.data = data;
    this.others = others;
  }

  get bucket() {
    return this.place.bucket;
  }

  get collection() {
    return this.place.collection;
  }

  get record() {
    return this.place.record;
  }

  get kind() {
    return this.place.kind;
  }

  /** What I may do. */
  get role() {
    return roleOf(this.permissions);
  }

  /** Its `title`, `name` or `description`, or else its id. @returns {string} */
  get title() {
    const titles = ["title", "name", "description"].map((name) => this.data[name]);
    const named = titles.find((title) => typeof title === "string" && title);
    return named ?? this.record ?? this.collection ?? this.bucket;
  }
}

/**
 * Write a group.
 * @param {string} bucket
 * @param {string} id
 * @param {Record<string, any>} data
 * @returns {Group}
 */
export function groupIn(bucket, id, data) {
  const { title, members, last_modified: lastModified } = data;
  return {
    bucket,
    id,
    principal: `/buckets/${bucket}/groups/${id}`,
    title: typeof title === "string" && title ? title : id,
    members: Array.isArray(members) ? members.map(String) : [],
    lastModified: Number.isInteger(lastModified) ? lastModified : null,
  };
}
