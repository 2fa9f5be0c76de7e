/** One request and its answer: attempts, pauses, and what no request can do anything about. */

import {
  AuthenticationError,
  OfflineError,
  ServiceClosedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors.js";
import { Failure, Response, Wait } from "./exchange.js";
import { Report } from "./report.js";

const TRANSIENT = [409, 429, 500, 502, 503, 504];
const HARD_EOL = 202;

/** How often a request is repeated, and how long anybody waits for it; pauses are in seconds. */
export class Patience {
  /** @param {{attempts?: number, firstPause?: number, longestPause?: number, random?: () => number}} [options] */
  constructor({ attempts = 5, firstPause = 0.5, longestPause = 30, random = Math.random } = {}) {
    this.attempts = attempts;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.random = random;
  }

  /**
   * Answer the seconds before the next attempt, at least those that the server `asked` for.
   * @param {number} attempt
   * @param {number} asked
   */
  pause(attempt, asked) {
    const longest = Math.min(this.firstPause * 2 ** attempt, this.longestPause);
    return Math.max(asked, longest * (0.5 + this.random() / 2));
  }
}

/** The requests of one sync: what they share. */
export class Line {
  /** @param {Patience} [patience] */
  constructor(patience = new Patience()) {
    this.patience = patience;
    this.report = new Report();
    /** Seconds that the server asked to be left alone for after this sync (`Backoff`). */
    this.backoff = 0;
  }

  /**
   * Send a request, again while the failure may pass by itself; every request of ours may be repeated. OfflineError and
   * UnavailableError where all attempts have failed, AuthenticationError for 401, ServiceClosedError for 410 of it all.
   * @param {import("./exchange.js").Request} request
   * @returns {import("./exchange.js").Steps<Response>}
   */
  *ask(request) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = yield request;
      if (!(answer instanceof Response || answer instanceof Failure)) throw new TypeError("a request has an answer");
      if (answer instanceof Response) {
        this.#heed(answer);
        if (!TRANSIENT.includes(answer.status)) return answer;
      }
      const asked = answer instanceof Response ? secondsIn(answer, "retry-after") : 0;
      if (attempt >= this.patience.attempts || asked > this.patience.longestPause) throw givenUp(answer, asked);
      yield new Wait(this.patience.pause(attempt - 1, asked));
    }
  }

  /** @param {Response} answer */
  #heed(answer) {
    this.backoff = Math.max(this.backoff, secondsIn(answer, "backoff"));
    if (answer.status === 401) throw new AuthenticationError(messageOf(answer));
    if (answer.status === 410 && errorNumber(answer) === HARD_EOL) throw new ServiceClosedError(messageOf(answer));
  }
}

/**
 * Read the object in an answer's body; UnexpectedAnswerError when there is none.
 * @param {Response} answer
 * @returns {Record<string, any>}
 */
export function bodyOf(answer) {
  const body = jsonIn(answer);
  if (isObject(body)) return body;
  throw new UnexpectedAnswerError(`the answer with status ${answer.status} is not of this protocol`);
}

/**
 * Read the number of an error (protocol section 5.1); null for what is no error of the protocol.
 * @param {Response} answer
 * @returns {number | null}
 */
export function errorNumber(answer) {
  const body = jsonIn(answer);
  return isObject(body) && Number.isInteger(body.errno) ? body.errno : null;
}

/**
 * Say what an error says.
 * @param {Response} answer
 */
export function messageOf(answer) {
  return messageIn(jsonIn(answer), answer.status);
}

/**
 * Say what the body of an error says.
 * @param {any} body
 * @param {number} status
 * @returns {string}
 */
export function messageIn(body, status) {
  return String((isObject(body) && (body.message || body.error)) || `status ${status}`);
}

/**
 * Read the timestamp of a list or an object; UnexpectedAnswerError when there is none.
 * @param {Response} answer
 */
export function etagOf(answer) {
  const [, digits] = /^"?(\d+)"?$/.exec(answer.headers.etag ?? "") ?? [];
  if (digits) return Number(digits);
  throw new UnexpectedAnswerError(`the answer with status ${answer.status} has no ETag of this protocol`);
}

/**
 * Tell whether a value of JSON is an object.
 * @param {any} value
 * @returns {value is Record<string, any>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {Response} answer */
function jsonIn(answer) {
  try {
    return answer.json();
  } catch {
    return null;
  }
}

/**
 * @param {Response} answer
 * @param {string} name
 */
function secondsIn(answer, name) {
  const seconds = Number(answer.headers[name] ?? "0");
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/**
 * @param {Response | Failure} answer
 * @param {number} asked
 */
function givenUp(answer, asked) {
  if (answer instanceof Failure) return new OfflineError(`no answer: ${answer.message}`);
  return new UnavailableError(`the server cannot now (${answer.status}): ${messageOf(answer)}`, asked);
}
