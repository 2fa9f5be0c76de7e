/** Several requests in one exchange, and lists page by page. */

import { bodyOf, isObject, messageOf } from "./ask.js";
import { AccessError, UnexpectedAnswerError } from "./errors.js";
import { Request, Response } from "./exchange.js";

/** @typedef {import("./ask.js").Line} Line */

export const OK = 200;

/**
 * Send requests by batches of at most `size` and answer as many answers, in their order (protocol section 17).
 * AccessError where the server takes no batches.
 * @param {Line} line
 * @param {Request[]} requests
 * @param {number} size
 * @returns {import("./exchange.js").Steps<Response[]>}
 */
export function* gather(line, requests, size) {
  /** @type {Response[]} */
  const answers = [];
  for (let start = 0; start < requests.length; start += size) {
    const some = requests.slice(start, start + size);
    const answer = yield* line.ask(new Request("POST", "/batch", {}, { requests: some.map(entryOf) }));
    if (answer.status !== OK) {
      throw new AccessError(`the server does not take batches: ${messageOf(answer)}`, answer.status);
    }
    const found = responsesIn(bodyOf(answer));
    if (found.length !== some.length) {
      throw new UnexpectedAnswerError("the answer to a batch has not as many entries as the batch");
    }
    answers.push(...found);
  }
  return answers;
}

/**
 * Read a list to its end, `first` being the answer to `path` where it has come already. AccessError where it cannot be.
 * @param {Line} line
 * @param {string} path
 * @param {Response | null} [first]
 * @returns {import("./exchange.js").Steps<Record<string, any>[]>}
 */
export function* pages(line, path, first = null) {
  const entries = [];
  let answer = first ?? (yield* line.ask(new Request("GET", path)));
  for (;;) {
    if (answer.status !== OK) throw new AccessError(messageOf(answer), answer.status);
    entries.push(...dataIn(answer));
    const following = nextPath(answer, path);
    if (following === null) return entries;
    answer = yield* line.ask(new Request("GET", following));
  }
}

/**
 * Answer the path of the next page: it is asked of our own server, whatever host its address names.
 * @param {Response} answer
 * @param {string} path
 */
function nextPath(answer, path) {
  const address = answer.headers["next-page"];
  return address ? `${path.split("?")[0]}?${partsOf(address).query}` : null;
}

/**
 * Take an address apart, without its host; percent signs stay as they are.
 * @param {string} address
 */
export function partsOf(address) {
  const [whole] = address.split("#");
  const cut = whole.indexOf("?");
  const path = (cut < 0 ? whole : whole.slice(0, cut)).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
  return { path, query: cut < 0 ? "" : whole.slice(cut + 1) };
}

/** @param {Request} request */
function entryOf({ method, path, headers, body }) {
  return {
    method,
    path,
    ...(Object.keys(headers).length ? { headers } : {}),
    ...(body === undefined ? {} : { body }),
  };
}

/** @param {Record<string, any>} body */
function responsesIn(body) {
  if (!Array.isArray(body.responses) || !body.responses.every(isObject)) {
    throw new UnexpectedAnswerError("the answer to a batch is not of this protocol");
  }
  return body.responses.map((entry) => Response.of(entry.status, lowered(entry.headers ?? {}), entry.body));
}

/** @param {Record<string, string>} headers */
function lowered(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** @param {Response} answer */
function dataIn(answer) {
  const { data } = bodyOf(answer);
  if (Array.isArray(data) && data.every(isObject)) return data;
  throw new UnexpectedAnswerError("the list is not of this protocol");
}
