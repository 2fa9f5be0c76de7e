/** The language-neutral cases of `sync_client/vectors/`, carried out by this engine. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Line, Patience } from "../../kintoun_todo/static/app/engine/ask.js";
import { noteOf, resolved } from "../../kintoun_todo/static/app/engine/conflict.js";
import * as edits from "../../kintoun_todo/static/app/engine/edits.js";
import { KintounError } from "../../kintoun_todo/static/app/engine/errors.js";
import { Failure, Progress, Response, Wait } from "../../kintoun_todo/static/app/engine/exchange.js";
import { same } from "../../kintoun_todo/static/app/engine/json_value.js";
import { local } from "../../kintoun_todo/static/app/engine/local.js";
import { synchronise } from "../../kintoun_todo/static/app/engine/sync.js";

/** @typedef {import("../../kintoun_todo/static/app/engine/local.js").Local} Local */
/** @typedef {import("../../kintoun_todo/static/app/engine/replica.js").Replica} Replica */
/** @typedef {any} Json what stands in a case: its form is that of `sync_client/vectors/README.md` */
/** @typedef {(step: Json) => void} EditNow */

const FOLDER = new URL("../../../sync_client/vectors/", import.meta.url);

/**
 * Read the cases of one file.
 * @param {string} name
 * @returns {Json[]}
 */
export function cases(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")).cases;
}

/**
 * Compare as JSON, with a message that shows both.
 * @param {Json} found
 * @param {Json} expected
 * @param {string} [message]
 */
export function assertSame(found, expected, message) {
  if (!same(found, expected)) assert.deepEqual(found, expected, message);
}

/**
 * Read the state of a record.
 * @param {Json} written
 * @returns {Local | null}
 */
export function localOf(written) {
  if (!written) return null;
  const { id, data, etag = null, pending, sent, conflict, refused } = written;
  const base = written.base === undefined ? (etag === null ? null : data) : written.base;
  const open = conflict ? { fields: {}, gone: null, base: null, ...conflict } : null;
  return local(id, data, { etag, base, pending: pending ?? false, sent: sent ?? [], conflict: open, refused: refused ?? null });
}

/**
 * Take away what no vector can know: the numbers of this device, and sides that are not there.
 * @param {Local | null} one
 * @returns {Json}
 */
export function plain(one) {
  return one && JSON.parse(JSON.stringify({ ...one, revision: 0, seen: 0 }));
}

/**
 * Write the state in which a case begins.
 * @param {Replica} replica
 * @param {Json} start
 */
export function load(replica, start) {
  replica.transaction(() => {
    for (const written of start.records) replica.store(written.id, localOf(written));
    replica.setCursor(start.cursor);
  });
}

/**
 * Do what a person does.
 * @param {Replica} replica
 * @param {Json} step
 */
export function edit(replica, step) {
  const id = step.create ?? step.update ?? step.replace ?? step.delete ?? step.resolve;
  replica.transaction(() => {
    const before = replica.load(id);
    const after = edited(before, id, step);
    const note = noteOf(before, after);
    if (note) replica.note(id, note);
    replica.edit(id, after);
  });
}

/**
 * @param {Local | null} before
 * @param {string} id
 * @param {Json} step
 */
function edited(before, id, step) {
  if ("create" in step) return edits.create(before, id, step.data);
  if ("replace" in step) return edits.overwrite(before, id, step.data);
  if ("delete" in step) return edits.remove(before, id);
  if ("resolve" in step) return resolved(before, step);
  const removed = Object.fromEntries((step.remove ?? []).map((/** @type {string} */ name) => [name, undefined]));
  return edits.update(before, id, { ...step.set, ...removed });
}

/**
 * Say what is in the replica now.
 * @param {Replica} replica
 * @returns {Json}
 */
export function state(replica) {
  const rows = [...replica.rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  return { cursor: replica.cursor(), records: rows.map(plain) };
}

/**
 * The state in which a case ends.
 * @param {Json} end
 * @returns {Json}
 */
export function expectedState(end) {
  return { cursor: end.cursor, records: end.records.map((/** @type {Json} */ one) => plain(localOf(one))) };
}

/**
 * Synchronise against the script; answer the report in the vectors' form.
 * @param {Replica} replica
 * @param {Json} one
 * @param {() => Promise<void>} [flush]
 */
export async function runRound(replica, one, flush = async () => {}) {
  const line = new Line(new Patience({ attempts: one.attempts ?? 5 }));
  const hello = { batchSize: one.batch_size ?? 25, userId: "me", bucket: null };
  const steps = synchronise(line, [replica], hello, { full: one.full, dryRun: one.dry_run });
  const { error } = await play(steps, one.exchanges, (step) => edit(replica, step), flush);
  return reportOf(line, error);
}

/**
 * Drive a part of the engine against a script, all of it; answer what it returns, or the name of its error.
 * @template T
 * @param {import("../../kintoun_todo/static/app/engine/exchange.js").Steps<T>} steps
 * @param {Json[]} exchanges
 * @param {EditNow} [editNow]
 * @param {() => Promise<void>} [flush]
 */
export async function play(steps, exchanges, editNow = () => {}, flush = async () => {}) {
  const script = [...exchanges];
  /** @type {import("../../kintoun_todo/static/app/engine/exchange.js").Reply} */
  let reply;
  /** @type {{result?: T, error?: string}} */
  let found = {};
  try {
    for (;;) {
      const { done, value } = steps.next(reply);
      await flush();
      if (done) {
        found = { result: value };
        break;
      }
      reply = value instanceof Progress ? undefined : answer(value, script.shift(), editNow);
      await flush();
    }
  } catch (error) {
    if (!(error instanceof KintounError)) throw error;
    found = { error: error.name };
  }
  assert.deepEqual(script, [], "never asked");
  return found;
}

/**
 * @param {import("../../kintoun_todo/static/app/engine/exchange.js").Request | Wait} effect
 * @param {Json} expected
 * @param {EditNow} editNow
 */
function answer(effect, expected, editNow) {
  assert.ok(expected, `nothing was expected: ${JSON.stringify(effect)}`);
  if (effect instanceof Wait) {
    assert.ok(expected.wait.least <= effect.seconds && effect.seconds <= expected.wait.most, JSON.stringify(effect));
    return undefined;
  }
  const { method, path, headers, body } = effect;
  const request = { method, path, ...(Object.keys(headers).length ? { headers } : {}), ...(body ? { body } : {}) };
  assertSame(request, expected.request, "not the request that was expected");
  for (const step of expected.meanwhile ?? []) editNow(step);
  if ("failure" in expected) return new Failure(expected.failure);
  const { status, headers: found = {}, text, body: json } = expected.response;
  return text === undefined ? Response.of(status, found, json) : new Response(status, found, text);
}

/**
 * @param {Line} line
 * @param {string | undefined} error
 * @returns {Json}
 */
function reportOf(line, error) {
  const { report } = line;
  const counts = (/** @type {import("../../kintoun_todo/static/app/engine/report.js").Counts} */ one) => [
    one.created,
    one.updated,
    one.deleted,
  ];
  const ids = (/** @type {string} */ kind) => report.happenings.filter((one) => one.kind === kind).map(({ id }) => id);
  const found = {
    pulled: counts(report.pulled),
    pushed: counts(report.pushed),
    merged: ids("merged"),
    conflicts: ids("conflict"),
    refused: ids("refused"),
    put_back: ids("put_back"),
    resynced: report.resynced.length > 0,
    withdrawn: report.withdrawn.length > 0,
    problem: report.problems[0]?.status,
    waiting: report.waiting,
    backoff: line.backoff,
    error,
  };
  const empty = (/** @type {unknown} */ value) => !value || (Array.isArray(value) && value.every((item) => item === 0));
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !empty(value)));
}
