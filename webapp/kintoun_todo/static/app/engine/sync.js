/** One sync: hello, then for each collection a pull and a push. */

import { fingerprints } from "./access.js";
import { Tally } from "./account.js";
import { bodyOf, isObject, messageOf } from "./ask.js";
import { AccessError, AuthenticationError, UnexpectedAnswerError } from "./errors.js";
import { Request } from "./exchange.js";
import { NoAccess, Pull, withdraw } from "./pull.js";
import { Push } from "./push.js";

/** @typedef {import("./ask.js").Line} Line */
/** @typedef {import("./replica.js").Replica} Replica */
/**
 * What the engine needs of the hello view (protocol section 7.1); `bucket` is the real id of one's own bucket.
 * @typedef {{batchSize: number, userId: string | null, bucket: string | null}} Hello
 */
/**
 * How to synchronise: `full` reads the lists whole, whatever the cursors say; `dryRun` sends nothing.
 * @typedef {{full?: boolean, dryRun?: boolean}} Wish
 */
/**
 * @template T
 * @typedef {import("./exchange.js").Steps<T>} Steps
 */

const MOST_REQUESTS = 100;

/**
 * Ask the server who it is, and who it takes us for.
 * @param {Line} line
 * @returns {Steps<Hello>}
 */
export function* greet(line) {
  const answer = yield* line.ask(new Request("GET", "/"));
  const body = bodyOf(answer);
  if (answer.status !== 200) throw new AccessError(`the server does not greet: ${messageOf(answer)}`, answer.status);
  if (!isObject(body.settings) || !("http_api_version" in body)) {
    throw new UnexpectedAnswerError("what answers there is no server of this protocol");
  }
  const size = body.settings.batch_max_requests;
  const user = isObject(body.user) ? body.user : {};
  const batchSize = Number.isInteger(size) && size > 0 ? size : MOST_REQUESTS;
  return { batchSize, userId: user.id ?? null, bucket: user.bucket ?? null };
}

/**
 * Find out that the server did not take the credentials: its hello view says so by silence.
 * @param {Hello} hello
 */
export function checkCredentials(hello) {
  if (hello.userId === null) throw new AuthenticationError("the server does not know who is asking");
}

/**
 * Pull and push each collection; what goes wrong with one does not hold up the others. A SyncError where nobody is there,
 * or nobody knows us; `line.report` says what was done before.
 * @param {Line} line
 * @param {Replica[]} replicas
 * @param {Hello} hello
 * @param {Wish} [wish]
 * @returns {Steps<import("./report.js").Report>}
 */
export function* synchronise(line, replicas, hello, wish = {}) {
  line.report.dryRun = wish.dryRun ?? false;
  try {
    const access = yield* fingerprints(line, replicas, hello.bucket, hello.batchSize);
    for (const replica of replicas) yield* round(line, replica, hello, wish, access?.of(replica) ?? null);
  } finally {
    line.report.waiting = replicas.reduce((sum, replica) => sum + replica.pendingCount(), 0);
  }
  return line.report;
}

/**
 * @param {Line} line
 * @param {Replica} replica
 * @param {Hello} hello
 * @param {Wish} wish
 * @param {string | null} access
 * @returns {Steps<void>}
 */
function* round(line, replica, hello, wish, access) {
  const tally = new Tally(line.report, replica);
  const place = { bucket: replica.bucket, collection: replica.name };
  const wasThere = replica.cursor() !== null || replica.knownCount() > 0;
  try {
    yield* pull(line, replica, tally, wish, access);
    const push = new Push(line, replica, tally, hello.batchSize);
    if (wish.dryRun) push.preview();
    else yield* push.run();
  } catch (error) {
    if (!(error instanceof NoAccess || error instanceof AccessError)) throw error;
    const problem = { ...place, status: error.status, message: error.message };
    if (error instanceof NoAccess && wasThere) {
      withdraw(replica, tally);
      line.report.withdrawn.push(problem);
    } else line.report.problems.push(problem);
  }
}

/**
 * Pull; the whole list where my access is another than when the list was last read whole.
 * @param {Line} line
 * @param {Replica} replica
 * @param {Tally} tally
 * @param {Wish} wish
 * @param {string | null} access
 * @returns {Steps<void>}
 */
function* pull(line, replica, tally, wish, access) {
  const changed = access !== null && access !== replica.access();
  if (changed && replica.cursor() !== null) line.report.resynced.push(`${replica.bucket}/${replica.name}`);
  yield* new Pull(line, replica, tally).run(Boolean(wish.full) || changed);
  if (access !== null && changed) replica.setAccess(access);
}
