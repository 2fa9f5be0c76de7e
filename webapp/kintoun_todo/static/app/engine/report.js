/** What a sync has done, or would do. */

/** @typedef {import("./json_value.js").Data} Data */
/** @typedef {{created: number, updated: number, deleted: number}} Counts */
/** @typedef {{bucket: string, collection: string, status: number, message: string}} Problem */
/**
 * Something that happened to one record and that a person may want to know. `merged` has a `note`; `conflict` the
 * `fields` that both sides changed, none for a record that is no longer there; `put_back` what was `lost` (null for a
 * deletion) and what is there `now`.
 * @typedef {{kind: "merged" | "conflict" | "refused" | "put_back", bucket: string, collection: string, id: string,
 *   note?: import("./reconcile.js").Note, fields?: string[], status?: number, message?: string, lost?: Data | null,
 *   now?: Data | null}} Happening
 */

/** What one sync has done; with a dry run what it would have done. */
export class Report {
  dryRun = false;
  /** @type {Counts} */
  pulled = { created: 0, updated: 0, deleted: 0 };
  /** @type {Counts} */
  pushed = { created: 0, updated: 0, deleted: 0 };
  /** @type {Happening[]} in the order in which they happened */
  happenings = [];
  /** @type {Problem[]} collections to which access has ended: their records have left the device */
  withdrawn = [];
  /** @type {Problem[]} collections that could not be synchronised; the others were */
  problems = [];
  /** @type {string[]} collections (`bucket/name`) that were read whole although a cursor was there */
  resynced = [];
  /** Changes that are still to be sent. */
  waiting = 0;
}
