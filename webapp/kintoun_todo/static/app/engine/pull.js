/** The first half of a round: take what the server has, page by page (protocol sections 15 and 16.5). */

import { bodyOf, errorNumber, etagOf, messageOf } from "./ask.js";
import { AccessError, UnexpectedAnswerError } from "./errors.js";
import { Progress, Request } from "./exchange.js";
import { partsOf } from "./gather.js";
import { same } from "./json_value.js";
import { remoteOf } from "./local.js";
import { isNews, reconcile, withdrawn } from "./reconcile.js";

/** @typedef {import("./local.js").Local} Local */
/** @typedef {import("./local.js").Remote} Remote */
/** @typedef {import("./replica.js").Replica} Replica */
/** @typedef {import("./account.js").Tally} Tally */
/** @typedef {import("./exchange.js").Response} Response */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

/** Records in a page. */
const PAGE = 1000;
const OBJECT_MISSING = 110;
const MISSING = 111;
const FORBIDDEN = 121;

/** The collection is not there for me (any more). */
export class NoAccess extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The server does not take the cursor, or the token of a page. */
class RefusedCursor extends Error {}

/** The pull of one collection. */
export class Pull {
  #line;
  #replica;
  #tally;
  #list;

  /**
   * @param {import("./ask.js").Line} line
   * @param {Replica} replica
   * @param {Tally} tally
   */
  constructor(line, replica, tally) {
    this.#line = line;
    this.#replica = replica;
    this.#tally = tally;
    this.#list = listPath(replica);
  }

  /**
   * Bring the replica to what the server has; what was not sent yet stays. NoAccess where the collection is not for me.
   * @param {boolean} full
   * @returns {Steps<void>}
   */
  *run(full) {
    const cursor = this.#replica.cursor();
    if (cursor === null || full) return yield* this.#whole();
    const looked = yield* this.#look();
    const [newest, total] = looked ?? [cursor + 1, null];
    let current = newest;
    let complete = current === cursor;
    if (current > cursor) {
      try {
        complete = (yield* this.#pages(`_since=%22${cursor}%22&_limit=${PAGE}`, cursor)) === current;
      } catch (error) {
        if (!(error instanceof RefusedCursor)) throw error;
        current = -1;
      }
    }
    if (current < cursor || this.#isAmiss(complete ? total : null, looked !== null)) {
      this.#line.report.resynced.push(`${this.#replica.bucket}/${this.#replica.name}`);
      yield* this.#whole();
    }
  }

  /**
   * Tell whether there are records here that the list cannot have brought, or the other way round. Of a list that I may
   * not read tombstones come, but not for what was withdrawn with the list itself.
   * @param {number | null} total
   * @param {boolean} isReadable
   */
  #isAmiss(total, isReadable) {
    const known = this.#replica.knownCount();
    return isReadable ? total !== null && total !== known : known > 0;
  }

  /**
   * Ask how new the list is, and how many records it has for me; null when there are none that I may read.
   *
   * A refusal here decides nothing: without a body it could be anybody's, and tombstones may be there to be read. The
   * list itself decides.
   * @returns {Steps<[number, number | null] | null>}
   */
  *#look() {
    const answer = yield* this.#line.ask(new Request("HEAD", this.#list));
    if (answer.status === 403 || answer.status === 404) return null;
    if (answer.status !== 200) throw unreadable(answer);
    return [etagOf(answer), totalIn(answer)];
  }

  /**
   * Read the list whole; what it does not have goes, as far as nothing was edited.
   * @returns {Steps<void>}
   */
  *#whole() {
    this.#replica.setCursor(null);
    const mark = this.#replica.tick();
    const first = yield* this.#wholePages(mark);
    for (;;) {
      const done = this.#replica.transaction(() => {
        const missing = this.#replica.unconfirmed(mark, PAGE);
        for (const local of missing) this.#take(local, { id: local.id, data: null, etag: null });
        if (missing.length < PAGE) this.#replica.setCursor(first);
        return missing.length < PAGE;
      });
      if (done) return;
    }
  }

  /**
   * @param {number} mark
   * @returns {Steps<number>}
   */
  *#wholePages(mark) {
    try {
      return yield* this.#pages(`_limit=${PAGE}`, null, mark);
    } catch (error) {
      if (!(error instanceof RefusedCursor)) throw error;
      throw new UnexpectedAnswerError(`the list cannot be read: ${error.message}`);
    }
  }

  /**
   * Take all pages; answer the ETag of the first one, which becomes the cursor with the last one's records.
   *
   * A later page may have been written later; what came between is in the next pull then.
   * @param {string} query
   * @param {number | null} cursor
   * @param {number | null} [mark] null for a pull of what has changed
   * @returns {Steps<number>}
   */
  *#pages(query, cursor, mark = null) {
    /** @type {number | null} */
    let first = null;
    let done = 0;
    /** @type {string | null} */
    let path = `${this.#list}?${query}`;
    while (path !== null) {
      /** @type {Response} */
      const answer = yield* this.#line.ask(new Request("GET", path));
      const remotes = this.#read(answer);
      const etag = (first ??= etagOf(answer));
      path = this.#next(answer);
      const last = path === null;
      this.#replica.transaction(() => {
        for (const remote of remotes) this.#meet(remote, mark);
        if (last && mark === null && this.#replica.cursor() === cursor) this.#replica.setCursor(etag);
      });
      done += remotes.length;
      const total = mark === null ? null : totalIn(answer);
      yield new Progress(this.#replica.bucket, this.#replica.name, "pull", done, total);
    }
    return /** @type {number} */ (first);
  }

  /**
   * @param {Response} answer
   * @returns {Remote[]}
   */
  #read(answer) {
    if (answer.status === 400 || answer.status === 410) throw new RefusedCursor(messageOf(answer));
    checkAccess(answer);
    const body = bodyOf(answer);
    if (answer.status !== 200) throw unreadable(answer);
    if (!Array.isArray(body.data)) throw new UnexpectedAnswerError("the list is not of this protocol");
    try {
      return body.data.map(remoteOf);
    } catch {
      throw new UnexpectedAnswerError("the list is not of this protocol");
    }
  }

  /**
   * Answer the path of the next page: it is asked of our own server, whatever host its address names.
   * @param {Response} answer
   * @returns {string | null}
   */
  #next(answer) {
    const address = answer.headers["next-page"];
    if (!address) return null;
    const { path, query } = partsOf(address);
    const start = path.indexOf("/buckets/");
    if (start < 0) throw new UnexpectedAnswerError("the address of the next page is not of this protocol");
    return `${path.slice(start)}?${query}`;
  }

  /**
   * @param {Remote} remote
   * @param {number | null} mark
   */
  #meet(remote, mark) {
    const local = this.#replica.load(remote.id);
    if (isNews(local, remote) || isOfAnotherTime(local, remote, mark)) this.#take(local, remote);
    else if (mark !== null) this.#replica.confirm(remote.id);
  }

  /**
   * @param {Local | null} local
   * @param {Remote} remote
   */
  #take(local, remote) {
    const outcome = reconcile(local, remote, this.#replica.strategy);
    if (same(outcome.local, local)) return;
    this.#replica.store(remote.id, outcome.local);
    this.#tally.pulled(local, remote, outcome);
    this.#tally.happened(remote.id, outcome);
  }
}

/**
 * Let go of a collection that is not mine to see any more: unsent edits become visible conflicts.
 * @param {Replica} replica
 * @param {Tally} tally
 */
export function withdraw(replica, tally) {
  replica.setCursor(null);
  const mark = replica.tick();
  for (let found; (found = replica.unconfirmed(mark, PAGE)).length; ) letGo(replica, tally, found, true);
  for (let found; (found = replica.unsent(PAGE)).length; ) letGo(replica, tally, found, false);
}

/**
 * @param {Replica} replica
 * @param {Tally} tally
 * @param {Local[]} found
 * @param {boolean} known
 */
function letGo(replica, tally, found, known) {
  replica.transaction(() => {
    for (const local of found) {
      const outcome = withdrawn(local);
      replica.store(local.id, outcome.local);
      if (known) tally.pulled(local, { id: local.id, data: null, etag: null }, outcome);
      tally.happened(local.id, outcome);
    }
  });
}

/**
 * Tell whether the server was set back: it has an older version, and nobody heard of mine since the pull began.
 * @param {Local | null} local
 * @param {Remote} remote
 * @param {number | null} mark
 */
function isOfAnotherTime(local, remote, mark) {
  return local !== null && mark !== null && local.seen < mark && local.etag !== remote.etag;
}

/** @param {Response} answer */
function checkAccess(answer) {
  const number = errorNumber(answer);
  const missing = answer.status === 404 && (number === MISSING || number === OBJECT_MISSING);
  if (missing || (answer.status === 403 && number === FORBIDDEN)) throw new NoAccess(answer.status, messageOf(answer));
}

/** @param {Response} answer */
function unreadable(answer) {
  return new AccessError(`the list cannot be read: ${messageOf(answer)}`, answer.status);
}

/**
 * Answer the path of a record.
 * @param {{bucket: string, name: string}} place
 * @param {string} id
 */
export function recordPath(place, id) {
  return `${listPath(place)}/${encodeURIComponent(id)}`;
}

/**
 * Answer the path of a collection's records.
 * @param {{bucket: string, name: string}} place
 */
export function listPath({ bucket, name }) {
  return `/buckets/${encodeURIComponent(bucket)}/collections/${encodeURIComponent(name)}/records`;
}

/** @param {Response} answer */
function totalIn(answer) {
  const total = answer.headers["total-objects"] ?? "";
  return /^\d+$/.test(total) ? Number(total) : null;
}
