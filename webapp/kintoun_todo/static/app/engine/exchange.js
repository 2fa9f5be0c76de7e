/** What the engine yields and what it is given for it: the only way in which it touches the world. */

import { dump, parse } from "./json_value.js";

/** One request; `path` is below the server's address (`/v1`) and has its query string. */
export class Request {
  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string>} [headers]
   * @param {any} [body] JSON; undefined for a request without a body
   */
  constructor(method, path, headers = {}, body = undefined) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
  }
}

/** One answer; the names of `headers` are in lower case. */
export class Response {
  /**
   * @param {number} status
   * @param {Record<string, string>} [headers]
   * @param {string} [content]
   */
  constructor(status, headers = {}, content = "") {
    this.status = status;
    this.headers = headers;
    this.content = content;
  }

  /**
   * Make an answer from the JSON in its body.
   * @param {number} status
   * @param {Record<string, string>} headers
   * @param {any} body
   */
  static of(status, headers, body) {
    return new Response(status, headers, body === undefined ? "" : dump(body));
  }

  /**
   * Read the body; SyntaxError when it is no JSON.
   * @returns {any}
   */
  json() {
    return parse(this.content);
  }
}

/** No answer: the request may have arrived, or not. */
export class Failure {
  /** @param {string} message */
  constructor(message) {
    this.message = message;
  }
}

/** Be still for so many seconds; it is answered with undefined. */
export class Wait {
  /** @param {number} seconds */
  constructor(seconds) {
    this.seconds = seconds;
  }
}

/** How far a sync has come with one collection; `total` is null where the server does not say. */
export class Progress {
  /**
   * @param {string} bucket
   * @param {string} collection
   * @param {"pull" | "push"} phase
   * @param {number} done
   * @param {number | null} total
   */
  constructor(bucket, collection, phase, done, total) {
    this.bucket = bucket;
    this.collection = collection;
    this.phase = phase;
    this.done = done;
    this.total = total;
  }
}

/** @typedef {Request | Wait | Progress} Effect a request is answered with a Response or a Failure, others with nothing */
/** @typedef {Response | Failure | undefined} Reply */
/**
 * A part of the engine: drive it with `next` until it returns.
 * @template T
 * @typedef {Generator<Effect, T, Reply>} Steps
 */
