/** What a sync did that a person wants to know, with the text that was lost in it. */

import { lostSide } from "../engine/conflict.js";
import { changed } from "../engine/merge.js";
import { asWritten } from "../engine/reconcile.js";
import { TITLES } from "./lists.js";

/**
 * Something to tell: `list` is a key; `text` is what is lost or what happened; `reload` that reloading the page is the way
 * out; `ended` that the server does not serve this app any more; `lost` the version of mine that was put away.
 * @typedef {{kind: "merged" | "conflict" | "refused" | "put_back" | "withdrawn" | "storage" | "alert", list?: string, id?: string,
 *   field?: string, text?: string, status?: number, message?: string, title?: string,
 *   reload?: boolean, ended?: boolean, lost?: Readonly<Record<string, any>> | null}} Notice
 */

/**
 * Write what was added to a report since it was last told.
 * @param {import("./store.js").Store} store
 * @param {import("../engine/report.js").Report} report
 * @param {{happenings: number, withdrawn: number}} told how much was told; it is brought up to date
 * @returns {Notice[]}
 */
export function noticesOf(store, report, told) {
  const happenings = report.happenings.slice(told.happenings);
  const withdrawn = report.withdrawn.slice(told.withdrawn);
  told.happenings = report.happenings.length;
  told.withdrawn = report.withdrawn.length;
  const ofTasks = happenings.filter(({ bucket, collection }) => `${bucket}/${collection}` !== TITLES);
  return [
    ...ofTasks.map((one) => noticeOf(store, one)),
    ...withdrawn.map(({ bucket, collection, status, message }) => {
      const list = `${bucket}/${collection}`;
      const title = store.lists.find(({ key }) => key === list)?.title ?? collection;
      return { kind: /** @type {const} */ ("withdrawn"), list, title, status, message };
    }),
  ];
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("../engine/report.js").Happening} one
 * @returns {Notice}
 */
function noticeOf(store, { kind, bucket, collection, id, note, fields = [], status, message, lost, now }) {
  const place = { kind, list: `${bucket}/${collection}`, id };
  const local = store.replicas.get(place.list)?.load(id);
  const mine = local ? textOf(asWritten(local)) : undefined;
  if (kind === "put_back") return { ...place, status, message, lost, text: textOf(lost ?? now) };
  if (kind === "refused") return { ...place, status, message, text: mine };
  if (kind === "conflict") return { ...place, field: fields[0], text: mine };
  const aside = note ? lostSide(note) : null;
  const names = note?.base && note.theirs ? changed(note.base, note.theirs) : [];
  return { ...place, field: names[0], text: textOf(note?.result ?? aside), lost: aside };
}

/** @param {Readonly<Record<string, any>> | null | undefined} version */
function textOf(version) {
  return typeof version?.description === "string" ? version.description : undefined;
}
