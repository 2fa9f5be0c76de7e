// @ts-nocheck Records are any JSON: every parameter here would be any.
/** A server of the protocol in memory, as far as a sync needs it: records, preconditions, tombstones, batches. */

import { Failure, Response } from "../../kintoun_todo/static/app/engine/exchange.js";

/** One server; `user` null is nobody. */
export class MemoryServer {
  lists = new Map();
  /** Attributes and permissions of collections, by `bucket/collection`. */
  collections = new Map();
  /** What `/permissions` lists. */
  rights = [];
  clock = 1000;
  /** The titles that collections were given, one after the other. @type {string[]} */
  titles = [];
  user = "account:alice";
  /** The lists (`bucket/collection`) that are not for this user. */
  denied = new Set();
  /** The requests that get no answer: "before" they arrive, or "after". */
  fault = () => null;

  /** The server as another account has it, with the same records. */
  as(principal) {
    return {
      send: async (request) => this.told(await this.send(request), principal),
      sendLast: (request) => this.sendLast(request),
    };
  }

  /** Tell whose session it is by another name. */
  told(answer, principal) {
    if (!this.user || !(answer instanceof Response)) return answer;
    const told = answer.content.replaceAll(`"${this.user}"`, JSON.stringify(principal));
    return new Response(answer.status, answer.headers, told);
  }

  /** Answer a request of the engine. */
  async send(request) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const fault = this.fault(request);
    if (fault === "before") return new Failure("no network");
    const answer = this.answer(request);
    return fault === "after" ? new Failure("no network") : answer;
  }

  /** Take a request whose answer nobody hears. */
  sendLast(request) {
    this.answer(request);
  }

  /** The header `Alert` of all answers. @type {string | null} */
  alert = null;

  answer(request) {
    const answer = this.answered(request);
    if (this.alert) answer.headers.alert = this.alert;
    return answer;
  }

  answered({ method, path, headers = {}, body }) {
    if (path === "/batch") {
      const responses = body.requests.map((one) => {
        const answer = this.answer(one);
        return { status: answer.status, path: one.path, headers: answer.headers, body: answer.content ? answer.json() : undefined };
      });
      return Response.of(200, {}, { responses });
    }
    if (path === "/") return Response.of(200, {}, this.hello());
    if (!this.user) return Response.of(401, {}, { errno: 104, message: "who are you" });
    if (path.startsWith("/permissions")) return Response.of(200, {}, { data: this.rights });
    if (path === "/buckets/default") return Response.of(200, { etag: '"1"' }, { data: {} });
    const [, bucket, name] = /^\/buckets\/([^/]+)\/collections(?:\/([^/?]+))?(?:\?.*)?$/.exec(path) ?? [];
    if (bucket) return name ? this.collection(method, `${bucket}/${name}`, body) : this.collectionsIn(bucket);
    const [, key, , id, query] = /^\/buckets\/([^?]+?)\/records(\/([^?]+))?(?:\?(.*))?$/.exec(path).map((part) => part);
    const place = key.replace("/collections", "").replace(/^of-alice\//, "default/");
    if (this.denied.has(place)) return Response.of(403, {}, { errno: 121, message: "not for you" });
    if (method === "HEAD" && !this.lists.has(place) && !place.startsWith("default/")) return Response.of(404, {}, {});
    const list = this.lists.get(place) ?? { etag: 1000, records: new Map() };
    this.lists.set(place, list);
    return id ? this.record(list, method, decodeURIComponent(id), headers, body) : this.list(list, query ?? "");
  }

  collectionsIn(bucket) {
    const names = new Set([...this.lists.keys(), ...this.collections.keys()].filter((key) => key.startsWith(`${bucket}/`)));
    const data = [...names].map((key) => ({ id: key.slice(bucket.length + 1) }));
    const etag = JSON.stringify(JSON.stringify([data, ...data.map(({ id }) => this.collections.get(`${bucket}/${id}`))]));
    return Response.of(200, { etag }, { data });
  }

  collection(method, place, body) {
    const one = this.collections.get(place) ?? { data: {}, permissions: { write: [this.user] } };
    if (method === "PATCH") {
      this.collections.set(place, one);
      if (body.data) this.titles.push(body.data.title);
      Object.assign(one.data, body.data);
      for (const { op, path, value } of Array.isArray(body) ? body : []) {
        const [, , permission, who] = path.split("/").map((part) => part.replaceAll("~1", "/"));
        const kept = (one.permissions[permission] ?? []).filter((principal) => principal !== who);
        one.permissions[permission] = op === "add" ? [...kept, value] : kept;
      }
    }
    return Response.of(200, { etag: `"${this.titles.length}"` }, { data: one.data, permissions: one.permissions });
  }

  hello() {
    const user = this.user ? { id: this.user, bucket: "of-alice", principals: [this.user] } : undefined;
    return { http_api_version: "1.22", settings: { batch_max_requests: 25 }, user };
  }

  list(list, query) {
    const [, since] = /_since=%22(\d+)%22/.exec(query) ?? [];
    const all = [...list.records.values()];
    const data = since ? all.filter((one) => one.last_modified > Number(since)) : all.filter((one) => !one.deleted);
    const total = String(all.filter((one) => !one.deleted).length);
    return Response.of(200, { etag: `"${list.etag}"`, "total-objects": total }, { data });
  }

  record(list, method, id, headers, body) {
    const known = list.records.get(id);
    const living = known && !known.deleted ? known : null;
    if (method === "GET") {
      return living ? Response.of(200, {}, { data: living }) : Response.of(404, {}, { errno: 110, message: "gone" });
    }
    if (method === "DELETE" && !living) return Response.of(404, {}, { errno: 110, message: "gone" });
    const match = headers["If-Match"];
    const failed = headers["If-None-Match"] ? living : match && match !== `"${living?.last_modified}"`;
    if (failed) return Response.of(412, {}, { errno: 114, details: living ? { existing: living } : {} });
    list.etag = this.clock += 1;
    const now = method === "DELETE" ? { id, deleted: true } : { ...body.data };
    list.records.set(id, { ...now, last_modified: list.etag });
    return Response.of(200, {}, { data: list.records.get(id) });
  }
}
