/** Where something stands on the server: a bucket, a collection or a record. */

/** A bucket, a collection in it, or a record in that. */
export class Place {
  /**
   * @param {string} bucket
   * @param {string | null} [collection]
   * @param {string | null} [record]
   */
  constructor(bucket, collection = null, record = null) {
    this.bucket = bucket;
    this.collection = collection;
    this.record = record;
  }

  /** What stands there. @returns {import("./role.js").Kind} */
  get kind() {
    if (this.collection === null) return "bucket";
    return this.record === null ? "collection" : "record";
  }

  /** Its path below the server's address. */
  get path() {
    const names = [
      ["buckets", this.bucket],
      ["collections", this.collection],
      ["records", this.record],
    ];
    return names.map(([name, part]) => (part === null ? "" : `/${name}/${encodeURIComponent(part)}`)).join("");
  }

  /** What it stands in; null for a bucket. @returns {Place | null} */
  get above() {
    if (this.collection === null) return null;
    return new Place(this.bucket, this.record === null ? null : this.collection);
  }

  /** The place itself and all that it stands in. @returns {Place[]} */
  get chain() {
    return [this, ...(this.above?.chain ?? [])];
  }

  /** One text for each place. */
  toString() {
    return [this.bucket, this.collection, this.record].filter((part) => part !== null).join("/");
  }
}

/**
 * Read the place in an entry of `/permissions` (protocol section 21).
 * @param {Record<string, any>} entry
 */
export function placeIn(entry) {
  return new Place(entry.bucket_id, entry.collection_id ?? null, entry.record_id ?? null);
}
