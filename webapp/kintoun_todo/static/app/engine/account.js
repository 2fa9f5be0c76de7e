/** Keeping account: what happens to records goes into the report and the journal. */

import { same } from "./json_value.js";

/** @typedef {import("./local.js").Local} Local */
/** @typedef {import("./local.js").Refused} Refused */

/** The account of one collection. */
export class Tally {
  #report;
  #replica;

  /**
   * @param {import("./report.js").Report} report
   * @param {import("./replica.js").Replica} replica
   */
  constructor(report, replica) {
    this.#report = report;
    this.#replica = replica;
  }

  /**
   * Count what came from the server; what I had sent myself, and did not know of, counts as sent.
   * @param {Local | null} before
   * @param {import("./local.js").Remote} remote
   * @param {import("./reconcile.js").Outcome} outcome
   */
  pulled(before, remote, outcome) {
    if (before?.sent.some((version) => same(version, remote.data))) this.pushed(before);
    const data = before?.data ?? null;
    const now = outcome.local?.data ?? null;
    if (!same(data, now)) count(this.#report.pulled, data === null, now === null);
  }

  /**
   * Count what went to the server.
   * @param {Local} sent
   */
  pushed(sent) {
    count(this.#report.pushed, sent.base === null, sent.data === null);
  }

  /**
   * Write the journal, and tell the report what a person may want to know.
   * @param {string} id
   * @param {import("./reconcile.js").Outcome} outcome
   * @param {Refused | null} [refused]
   */
  happened(id, outcome, refused = null) {
    const { note } = outcome;
    if (note) {
      this.#replica.note(id, note);
      if (note.kind !== "put_back") this.#tell({ kind: "merged", id, note });
      else if (refused) this.#tell({ kind: "put_back", id, ...refused, lost: note.mine, now: note.result });
    }
    const open = outcome.local?.conflict;
    if (outcome.conflict && open) this.#tell({ kind: "conflict", id, fields: Object.keys(open.fields) });
  }

  /**
   * Tell of a record that the server does not take as it is.
   * @param {string} id
   * @param {Refused} refused
   */
  refused(id, refused) {
    this.#tell({ kind: "refused", id, ...refused });
  }

  /** @param {Omit<import("./report.js").Happening, "bucket" | "collection">} what */
  #tell(what) {
    this.#report.happenings.push({ bucket: this.#replica.bucket, collection: this.#replica.name, ...what });
  }
}

/**
 * @param {import("./report.js").Counts} counts
 * @param {boolean} created
 * @param {boolean} deleted
 */
function count(counts, created, deleted) {
  if (deleted) counts.deleted += 1;
  else if (created) counts.created += 1;
  else counts.updated += 1;
}
