/** The only module that speaks HTTP: requests to the server that the page came from, by `fetch`. */

import { AccessError, AuthenticationError, OfflineError, UnavailableError } from "./engine/errors.js";
import { Failure, Response } from "./engine/exchange.js";
import { dump, parse } from "./engine/json_value.js";

/** Milliseconds until a request without an answer is given up. */
const TIME_LIMIT = 20_000;

/** @typedef {import("./engine/exchange.js").Request} Request */

/** Connections to the server, with the cookie of the session. */
export class Api {
  #address;
  #limit;
  #fetch;

  /** @param {{address?: string, limit?: number, fetch?: typeof fetch}} [options] address: without a slash at its end */
  constructor({ address = "/v1", limit = TIME_LIMIT, fetch = globalThis.fetch.bind(globalThis) } = {}) {
    this.#address = address;
    this.#limit = limit;
    this.#fetch = fetch;
  }

  /**
   * Send a request of the engine; it raises nothing.
   * @param {Pick<Request, "method" | "path"> & Partial<Request>} request
   * @returns {Promise<Response | Failure>}
   */
  async send(request) {
    try {
      const answer = await this.#begin(request, { signal: AbortSignal.timeout(this.#limit) });
      return new Response(answer.status, Object.fromEntries(answer.headers), await answer.text());
    } catch (error) {
      return new Failure(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Send a request that goes on when the page is closed; nobody hears the answer.
   * @param {Pick<Request, "method" | "path"> & Partial<Request>} request
   */
  sendLast(request) {
    this.#begin(request, { keepalive: true }).catch(() => {});
  }

  /**
   * @param {Pick<Request, "method" | "path"> & Partial<Request>} request
   * @param {RequestInit} how
   */
  #begin({ method, path, headers = {}, body }, how) {
    return this.#fetch(this.#address + path, {
      method,
      headers: { ...own(body), ...headers },
      body: body === undefined ? undefined : dump(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "same-origin",
      ...how,
    });
  }

  /**
   * Ask once, and answer what a page can use. OfflineError where no answer came, AuthenticationError for 401,
   * UnavailableError for 429 and 5xx, AccessError for other errors (`status` says which).
   * @param {string} method
   * @param {string} path below `/v1`, with its query
   * @param {{body?: any, headers?: Record<string, string>}} [more]
   * @returns {Promise<{status: number, headers: Record<string, string>, body: any}>}
   */
  async request(method, path, more = {}) {
    const answer = await this.send({ method, path, ...more });
    if (answer instanceof Failure) throw new OfflineError(`no answer: ${answer.message}`);
    const { status, headers } = answer;
    const body = jsonIn(answer);
    const message = String(body?.message ?? body?.error ?? `status ${status}`);
    if (status === 401) throw new AuthenticationError(message);
    if (status === 429 || status >= 500) throw new UnavailableError(message, Number(headers["retry-after"]) || 0);
    if (status >= 400 || body === undefined) throw new AccessError(message, status);
    return { status, headers, body };
  }
}

/** @param {any} body */
function own(body) {
  const headers = { Accept: "application/json", "X-Requested-With": "kintoun-todo" };
  return body === undefined ? headers : { ...headers, "Content-Type": "application/json" };
}

/** @param {Response} answer */
function jsonIn(answer) {
  if (!answer.content) return null;
  try {
    return parse(answer.content);
  } catch {
    return undefined;
  }
}
