/** The state of one record on this device, and what the server says of it. */

/** @typedef {import("./json_value.js").Data} Data */
/**
 * What somebody has to decide, and until then nothing of it is sent: `fields` that two sides changed differently (the
 * record has theirs), or `gone`, what I had written of a record that is no longer there, whose `base` it had been.
 * @typedef {{fields: Record<string, import("./merge.js").FieldConflict>, gone: Data | null, base: Data | null}}
 *   OpenConflict
 */
/**
 * A record that the server does not take as it is (400, 413): sent again only after it was edited.
 * @typedef {{status: number, message: string}} Refused
 */
/**
 * One record on this device, never changed in place.
 *
 * `data` is what its reader sees, null for one that is deleted; `base` with its `etag` is the server's version that
 * `data` comes from, both null for one that the server does not have. `pending` says that `data` has to be sent. `sent`
 * are the versions that were sent since `base` and not answered. `revision` is the number of the change on this device
 * that made it so, `seen` that at which the server last said that it has the record; both are set by the replica.
 * @typedef {Readonly<{id: string, data: Data | null, base: Data | null, etag: number | null, pending: boolean,
 *   sent: readonly (Data | null)[], conflict: OpenConflict | null, refused: Refused | null, revision: number,
 *   seen: number}>} Local
 */
/**
 * What the server says of a record; `data` is null for a tombstone, `etag` for a record that it says it does not have.
 * @typedef {Readonly<{id: string, data: Data | null, etag: number | null}>} Remote
 */

/**
 * Make a record's state from its parts.
 * @param {string} id
 * @param {Data | null} data
 * @param {Partial<Local>} [more]
 * @returns {Local}
 */
export function local(id, data, more = {}) {
  const empty = { base: null, etag: null, pending: false, sent: [], conflict: null, refused: null };
  return { id, data, ...empty, revision: 0, seen: 0, ...more };
}

/**
 * Make an open conflict of fields, null where there are none.
 * @param {Record<string, import("./merge.js").FieldConflict>} fields
 * @returns {OpenConflict | null}
 */
export function openFields(fields) {
  return Object.keys(fields).length ? { fields, gone: null, base: null } : null;
}

/**
 * Tell whether the person here does not want to see it: the server has it, and nothing is to be sent.
 * @param {Local} one
 */
export function isLeft(one) {
  return one.data === null && one.base !== null && !one.pending && one.conflict === null;
}

/**
 * Read an object of the protocol (protocol section 8); TypeError when it is none.
 * @param {any} body
 * @returns {Remote}
 */
export function remoteOf(body) {
  if (!Number.isInteger(body?.last_modified) || typeof body.id !== "string") {
    throw new TypeError("no object of the protocol");
  }
  const { id, last_modified: etag, ...data } = body;
  return { id, data: body.deleted === true ? null : data, etag };
}
