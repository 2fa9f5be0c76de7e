/** What the server tells all programs besides its answers: that it is going to end, or has ended for them. */

import { isObject } from "../engine/ask.js";
import { Response } from "../engine/exchange.js";
import { parse } from "../engine/json_value.js";

/** @typedef {{text?: string, ended: boolean}} Alert */

/**
 * Read the header `Alert` of an answer (protocol section 28); null where there is none.
 * @param {unknown} answer
 * @returns {Alert | null}
 */
export function alertIn(answer) {
  const header = answer instanceof Response ? answer.headers.alert : undefined;
  if (!header) return null;
  const told = contentOf(header);
  return { text: typeof told.message === "string" ? told.message : undefined, ended: told.code === "hard-eol" };
}

/** @param {string} header @returns {Record<string, any>} */
function contentOf(header) {
  try {
    const value = parse(header);
    return isObject(value) ? value : { message: String(value) };
  } catch {
    return { message: header };
  }
}
