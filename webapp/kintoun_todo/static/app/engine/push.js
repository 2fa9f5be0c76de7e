/**
 * The second half of a round: send what was written here, in batches that may be repeated (protocol sections 14, 17).
 *
 * A creation is a PUT with `If-None-Match: *`, an update a PUT of the whole record with `If-Match`, a deletion a DELETE
 * with `If-Match`. Before a batch leaves, each record notes what is being sent. So whoever does not learn what became of
 * it recognises it later, in a list or in the 412 that a repetition gets.
 */

import { bodyOf, isObject, messageIn, messageOf } from "./ask.js";
import { AccessError, AuthenticationError, UnexpectedAnswerError } from "./errors.js";
import { Progress, Request } from "./exchange.js";
import { dump, same } from "./json_value.js";
import { remoteOf } from "./local.js";
import { recordPath } from "./pull.js";
import { isNews, putBack, reconcile } from "./reconcile.js";

/** @typedef {import("./local.js").Local} Local */
/** @typedef {import("./local.js").Remote} Remote */
/** @typedef {import("./local.js").Refused} Refused */
/** @typedef {import("./replica.js").Replica} Replica */
/** @typedef {{status: number, body: any}} Answer the answer to one request of a batch */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

/** Of bodies in one batch: the server bounds the whole. */
const MAX_BYTES = 1_000_000;
/** Versions of a record that are remembered while no answer comes. */
const MAX_SENT = 20;
const PASSES = 4;
const MISSING_PARENT = 111;

/** The push of one collection. */
export class Push {
  #line;
  #replica;
  #tally;
  #size;
  #done = 0;

  /**
   * @param {import("./ask.js").Line} line
   * @param {Replica} replica
   * @param {import("./account.js").Tally} tally
   * @param {number} size requests in a batch
   */
  constructor(line, replica, tally, size) {
    this.#line = line;
    this.#replica = replica;
    this.#tally = tally;
    this.#size = size;
  }

  /**
   * Send all that is pending. What the server refuses for good is put back or marked; the rest stays pending.
   * @returns {Steps<void>}
   */
  *run() {
    for (let pass = 0; pass < PASSES; pass += 1) {
      for (let batch = this.#next(""); batch.length; batch = this.#next(batch[batch.length - 1].id)) {
        yield* this.#send(batch);
      }
      if (!this.#replica.pendingCount()) return;
    }
  }

  /** Count what would be sent. */
  preview() {
    for (const local of this.#replica.pending("", Infinity)) this.#tally.pushed(local);
  }

  /**
   * Take the next records, and note in each of them that this version is on its way.
   * @param {string} after
   */
  #next(after) {
    return this.#replica.transaction(() => {
      const taken = [];
      let length = 0;
      for (const local of this.#replica.pending(after, this.#size)) {
        length += dump(local.data).length;
        if (taken.length && length > MAX_BYTES) break;
        noteSent(this.#replica, local);
        taken.push(local);
      }
      return taken;
    });
  }

  /**
   * Send some records, in halves where the whole is refused as such.
   * @param {Local[]} batch
   * @returns {Steps<void>}
   */
  *#send(batch) {
    let answers = yield* this.#batch(batch.map((local) => write(this.#replica, local)));
    if (!Array.isArray(answers)) {
      if (batch.length > 1) {
        const half = Math.floor(batch.length / 2);
        yield* this.#send(batch.slice(0, half));
        yield* this.#send(batch.slice(half));
        return;
      }
      answers = [answers];
    }
    const { alone, unclear } = this.#settleAll(batch, answers);
    this.#done += batch.length - alone.length;
    const total = this.#done + this.#replica.pendingCount();
    yield new Progress(this.#replica.bucket, this.#replica.name, "push", this.#done, total);
    if (answers.some(({ status }) => status === 401)) throw new AuthenticationError("the server asks who is writing");
    if (unclear.length) yield* this.#look(unclear);
    for (const local of alone) yield* this.#send([local]);
  }

  /**
   * @param {Local[]} batch
   * @param {Answer[]} answers
   */
  #settleAll(batch, answers) {
    /** @type {[Local, Refused | null][]} */
    const unclear = [];
    /** @type {Local[]} */
    const alone = [];
    this.#replica.transaction(() => {
      for (const [index, local] of batch.entries()) {
        if (answers[index].status === 413 && batch.length > 1) alone.push(local);
        else this.#settle(local, answers[index], unclear);
      }
    });
    return { alone, unclear };
  }

  /**
   * Send a batch: the answers, or the one with which it is refused as a whole because of what is in it.
   * @param {any[]} requests
   * @returns {Steps<Answer[] | Answer>}
   */
  *#batch(requests) {
    const answer = yield* this.#line.ask(new Request("POST", "/batch", {}, { requests }));
    if (answer.status === 400 || answer.status === 413) return { status: answer.status, body: bodyOf(answer) };
    if (answer.status !== 200) {
      throw new AccessError(`the server does not take batches: ${messageOf(answer)}`, answer.status);
    }
    const { responses } = bodyOf(answer);
    if (!Array.isArray(responses) || !responses.every(isObject)) {
      throw new UnexpectedAnswerError("the answer to a batch is not of this protocol");
    }
    if (responses.length !== requests.length) {
      throw new UnexpectedAnswerError("the answer to a batch has not as many entries as the batch");
    }
    return responses.map(({ status, body }) => ({ status, body }));
  }

  /**
   * Take the answer to one write; what it does not tell is `unclear` and has to be looked at.
   * @param {Local} sent
   * @param {Answer} answer
   * @param {[Local, Refused | null][]} unclear
   */
  #settle(sent, answer, unclear) {
    const { status } = answer;
    const remote = remoteIn(sent, answer);
    if (remote) {
      if (status !== 412 || same(remote.data, sent.data)) this.#tally.pushed(sent);
      this.#take(remote);
      return;
    }
    const refused = { status, message: messageIn(answer.body, status) };
    if ([403, 404, 412].includes(status) || status < 300) {
      if (status === 404 && numberIn(answer) === MISSING_PARENT) return;
      unclear.push([sent, status === 403 || status === 404 ? refused : null]);
    } else if (status >= 400 && status < 500 && ![401, 409, 429].includes(status)) this.#refuse(sent, refused);
  }

  /** @param {Remote} remote */
  #take(remote) {
    const local = this.#replica.load(remote.id);
    if (local === null || !isNews(local, remote)) return;
    const outcome = reconcile(local, remote, this.#replica.strategy);
    if (!same(outcome.local, local)) this.#replica.store(remote.id, outcome.local);
    this.#tally.happened(remote.id, outcome);
  }

  /**
   * Mark a record that the server does not take, unless it was edited meanwhile.
   * @param {Local} sent
   * @param {Refused} refused
   */
  #refuse(sent, refused) {
    const local = this.#replica.load(sent.id);
    if (local === null || local.revision !== sent.revision) return;
    this.#replica.bookkeep({ ...local, refused });
    this.#tally.refused(sent.id, refused);
  }

  /**
   * Read the records whose write was refused, to know what stands there.
   * @param {[Local, Refused | null][]} unclear
   * @returns {Steps<void>}
   */
  *#look(unclear) {
    const requests = unclear.map(([sent]) => ({ method: "GET", path: recordPath(this.#replica, sent.id) }));
    const answers = yield* this.#batch(requests);
    if (!Array.isArray(answers)) return;
    this.#replica.transaction(() => {
      for (const [index, [sent, refused]] of unclear.entries()) {
        const remote = remoteSeen(sent, answers[index]);
        if (remote) this.#learn(sent, remote, refused);
      }
    });
  }

  /**
   * @param {Local} sent
   * @param {Remote} remote
   * @param {Refused | null} refused
   */
  #learn(sent, remote, refused) {
    const local = this.#replica.load(sent.id);
    if (local === null) return;
    // Edited meanwhile: what is there now is sent next, and refused then.
    if (refused && local.revision !== sent.revision) return;
    const outcome = refused ? putBack(local, remote, refused) : reconcile(local, remote, this.#replica.strategy);
    if (!same(outcome.local, local)) this.#replica.store(remote.id, outcome.local);
    this.#tally.happened(remote.id, outcome, refused);
  }
}

/**
 * Note in a record that this version of it is on its way.
 * @param {Replica} replica
 * @param {Local} local
 */
export function noteSent(replica, local) {
  if (local.sent.some((version) => same(version, local.data))) return;
  replica.bookkeep({ ...local, sent: [...local.sent, local.data].slice(-MAX_SENT) });
}

/**
 * Write the request that carries a record to the server.
 * @param {{bucket: string, name: string}} place
 * @param {Local} local
 */
export function write(place, local) {
  const path = recordPath(place, local.id);
  if (local.data === null) {
    // Without a known version: it was created here and may have arrived. No version has this timestamp, so either it is
    // not there (404), or the 412 shows it.
    return { method: "DELETE", path, headers: { "If-Match": `"${local.etag ?? 0}"` } };
  }
  const headers = local.etag === null ? { "If-None-Match": "*" } : { "If-Match": `"${local.etag}"` };
  return { method: "PUT", path, headers, body: { data: { ...local.data, id: local.id } } };
}

/**
 * Read what the answer to a write says of the record, if it does.
 * @param {Local} sent
 * @param {Answer} answer
 */
function remoteIn(sent, answer) {
  const { status, body } = answer;
  if (status === 404 && sent.data === null && numberIn(answer) !== MISSING_PARENT) return missing(sent.id);
  if (status === 412) return objectIn(isObject(body) && isObject(body.details) ? body.details.existing : null);
  return status === 200 || status === 201 ? objectIn(isObject(body) ? body.data : null) : null;
}

/**
 * Read what a look at the record says.
 * @param {Local} sent
 * @param {Answer} answer
 */
function remoteSeen(sent, { status, body }) {
  if ([401, 403, 404].includes(status)) return missing(sent.id);
  return status < 300 ? objectIn(isObject(body) ? body.data : null) : null;
}

/**
 * @param {string} id
 * @returns {Remote}
 */
function missing(id) {
  return { id, data: null, etag: null };
}

/** @param {any} body */
function objectIn(body) {
  try {
    return remoteOf(body);
  } catch {
    return null;
  }
}

/** @param {Answer} answer */
function numberIn({ body }) {
  return isObject(body) ? body.errno : null;
}
