/** What can go wrong, as a tree: each class is named in `error.name`. */

/** The root: whatever the engine and the store raise on purpose. */
export class KintounError extends Error {
  /** @param {string} [message] */
  constructor(message) {
    super(message);
    this.name = new.target.name;
  }
}

/** What was to be written is no JSON object, or its id is none. */
export class InvalidRecordError extends KintounError {}

/** A filter or an order that makes no sense. */
export class InvalidFilterError extends KintounError {}

/** A role, a person or a group that makes no sense. */
export class InvalidSharingError extends KintounError {}

/** A record of this id is there already. */
export class RecordExistsError extends KintounError {}

/** There is no record of this id. */
export class RecordNotFoundError extends KintounError {}

/** The database of this browser cannot be used. */
export class StoreError extends KintounError {}

/** The database of this browser was written by a newer version of this program. */
export class NewerDatabaseError extends StoreError {}

/** Another tab has written the rows that a step of a sync was made from: the step did not happen. */
export class StaleError extends StoreError {}

/** A sync has ended early; nothing is lost. */
export class SyncError extends KintounError {}

/** The store was opened without an account. */
export class NoServerError extends SyncError {}

/** No answer came, after all attempts. */
export class OfflineError extends SyncError {}

/** The server is overloaded, or asked for a pause that is longer than this sync waits. */
export class UnavailableError extends SyncError {
  /**
   * @param {string} message
   * @param {number} [retryAfter] seconds after which to come again; 0 when the server did not say
   */
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The server does not know who is asking (401). */
export class AuthenticationError extends SyncError {}

/** The server refused a request that is not about one record (403, 404 and other 4xx). */
export class AccessError extends SyncError {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The service is no longer there, for good (410). */
export class ServiceClosedError extends SyncError {}

/** An answer that is none of this protocol: a captive portal, a proxy, another program. */
export class UnexpectedAnswerError extends SyncError {}
