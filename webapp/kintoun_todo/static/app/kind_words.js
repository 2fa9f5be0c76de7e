/**
 * What went wrong, in words for people. Pure: no DOM in here.
 */
import {
  AccessError,
  AuthenticationError,
  InvalidSharingError,
  KintounError,
  NoServerError,
  OfflineError,
  UnavailableError,
} from "./engine/errors.js";

/** Why the title of a list could not be told to others. */
export const NO_ACCESS_WORDS = "The title of the list could not be told to others.";

const OFFLINE = "You are offline, or the server cannot be reached. This needs the network: try again later.";

/**
 * Say an error.
 * @param {unknown} error
 * @param {Record<number, string>} [byStatus] words for the statuses of HTTP that mean something here
 */
export function kindWords(error, byStatus = {}) {
  if (error instanceof OfflineError) return OFFLINE;
  if (error instanceof AuthenticationError) return byStatus[401] ?? "You are signed out. Sign in, and try again.";
  if (error instanceof UnavailableError) return busyWords(error);
  if (error instanceof AccessError) return byStatus[error.status] ?? refusalWords(error);
  if (error instanceof NoServerError) return "This needs an account: create one, or sign in.";
  if (error instanceof InvalidSharingError) return "This names nobody.";
  if (error instanceof KintounError) return error.message;
  return `Something went wrong${error instanceof Error && error.message ? `: ${error.message}` : "."}`;
}

/** @param {UnavailableError} error */
function busyWords({ retryAfter }) {
  if (!retryAfter) return "The server is busy. Try again in a moment.";
  const seconds = Math.ceil(retryAfter);
  const time = seconds < 90 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return `That was a lot at once. Try again in ${time}.`;
}

/** @param {AccessError} error */
function refusalWords({ status, message }) {
  if (status === 403) return "You are not allowed to do this.";
  if (status === 404) return "This is not there any more, or not shared with you.";
  if (status === 405) return "The server is read-only at the moment: it takes no changes. Try again later.";
  return `The server did not take this: ${message}`;
}
