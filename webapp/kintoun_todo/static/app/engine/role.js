/** Roles: what somebody may do, in a word, and the permissions that it stands for (protocol section 11). */

import { InvalidSharingError } from "./errors.js";

/** @typedef {"bucket" | "collection" | "record"} Kind what can be shared */
/**
 * What somebody may do: a reader may view; a contributor may add, and sees what is their own or shared with them; an
 * editor may view, edit, share and delete.
 * @typedef {"reader" | "contributor" | "editor"} Role
 */

/** The permissions of each kind. @type {Record<Kind, string[]>} */
export const PERMISSIONS = {
  bucket: ["read", "write", "collection:create", "group:create"],
  collection: ["read", "write", "record:create"],
  record: ["read", "write"],
};

/**
 * Answer the permissions that a role consists of; InvalidSharingError where there is no such role for this kind.
 * @param {string} role
 * @param {Kind} kind
 * @returns {string[]}
 */
export function permissionsOf(role, kind) {
  const creating = PERMISSIONS[kind].filter((name) => name.endsWith(":create"));
  const roles = new Map([
    ["reader", ["read"]],
    ["contributor", creating],
    ["editor", ["write"]],
  ]);
  const found = roles.get(role) ?? [];
  if (found.length === 0) throw new InvalidSharingError(`there is no role ${role} for a ${kind}`);
  return found;
}

/**
 * Answer the highest role that some permissions amount to; null for none.
 * @param {Iterable<string>} permissions
 * @returns {Role | null}
 */
export function roleOf(permissions) {
  const held = [...permissions];
  if (held.includes("write")) return "editor";
  if (held.some((name) => name.endsWith(":create"))) return "contributor";
  return held.includes("read") ? "reader" : null;
}

/**
 * Tell whether permissions on a bucket or a collection hold for all that is in it.
 * @param {string[]} permissions
 */
export function reachesRecords(permissions) {
  return permissions.includes("read") || permissions.includes("write");
}
