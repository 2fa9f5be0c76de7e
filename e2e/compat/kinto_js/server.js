// Who talks to the server under test, and what every test starts with: a bucket of its own.
import "fake-indexeddb/auto";
import { randomUUID } from "node:crypto";
import Kinto, { KintoClient } from "kinto";

const { default: Offline = Kinto } = Kinto;

/** Where the server under test answers, with the version. */
export const REMOTE = process.env.KINTO_SERVER;

/** The headers that say who sends a request. */
export function authorization(name, password = "secret") {
  const encoded = Buffer.from(`${name}:${password}`).toString("base64");
  return { Authorization: `Basic ${encoded}` };
}

/** kinto.js as an HTTP client for somebody; nobody without a name. */
export function client(name, options = {}) {
  const headers = name === undefined ? {} : authorization(name);
  return new KintoClient(REMOTE, { headers, ...options });
}

/** An id that no other test uses. */
export function freshId(prefix) {
  return `${prefix}-${randomUUID()}`;
}

/** kinto.js as an offline-first application on one device, whose data base nobody else uses. */
export function device(name, bucket, options = {}) {
  return new Offline({
    remote: REMOTE,
    bucket,
    headers: authorization(name),
    adapterOptions: { dbName: freshId("device") },
    ...options,
  });
}

/** The id that the server knows somebody by. */
export async function userId(name) {
  const { user } = await client(name).fetchServerInfo();
  return user.id;
}
