/** The sync of a store: it drives the engine over the network, one tab at a time, and tells what happened. */

import { Line, Patience } from "../engine/ask.js";
import {
  AccessError,
  AuthenticationError,
  OfflineError,
  ServiceClosedError,
  StaleError,
  UnavailableError,
} from "../engine/errors.js";
import { Request, Wait } from "../engine/exchange.js";
import { dump } from "../engine/json_value.js";
import { parting } from "../engine/parting.js";
import { checkCredentials, greet, synchronise } from "../engine/sync.js";
import { alertIn } from "./alert.js";
import { forgetLeft, leftPlaces } from "./leaving.js";
import { broughtBack, deletedIn, TITLES } from "./lists.js";
import { look } from "./look.js";
import { noticesOf } from "./notices.js";
import { keepSharedWith } from "./own_access.js";
import { forgetList, reread } from "./reading.js";
import { keepShared } from "./shared.js";
import { tellTitles } from "./titles.js";

/** @typedef {import("../engine/report.js").Report} Report */
/**
 * @template T
 * @typedef {import("../engine/exchange.js").Steps<T>} Steps
 */

const STALE_ATTEMPTS = 5;
const READ_ONLY = 405;
const READ_ONLY_WORDS = "The server is read-only at the moment. What you write is kept here, and saved later.";

/** What synchronises one store. */
export class Syncer {
  syncing = false;
  /** @type {import("./status.js").Trouble} */
  trouble = null;
  /** @type {string | null} */
  message = null;
  /** Seconds that the server asked to be left alone for after the last sync. */
  backoff = 0;
  #store;
  #api;
  /** @type {Promise<Report> | null} */
  #run = null;
  /** @type {Promise<Report> | null} */
  #next = null;
  /** @type {import("../engine/sync.js").Hello | null} */
  #hello = null;
  /** @type {string | null} what I may do with things of others, as it was when they were last looked for */
  #rights = null;
  /** @type {string | null} one's own lists, as they were when it was last read with whom they are shared */
  #own = null;
  /** @type {string | null} what the server has last told all programs */
  #alert = null;
  #stopped = false;

  /**
   * @param {import("./store.js").Store} store
   * @param {any} api
   */
  constructor(store, api) {
    this.#store = store;
    this.#api = api;
  }

  /** Synchronise; while a sync runs, once more after it. @returns {Promise<Report>} */
  run() {
    if (!this.#run) {
      this.#run = this.#once().finally(() => (this.#run = null));
      return this.#run;
    }
    this.#next ??= this.#run
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.run();
      });
    return this.#next;
  }

  /** Begin nothing any more. */
  stop() {
    this.#stopped = true;
  }

  /**
   * Drive a part of the engine.
   * @template T
   * @param {Steps<T> | ((talk: {line: Line, hello: any}) => Steps<T>)} steps
   * @returns {Promise<T>}
   */
  async call(steps) {
    const line = new Line(new Patience({ attempts: 2 }));
    if (typeof steps !== "function") return await this.#drive(steps, line);
    this.#hello = null; // The cookie may be somebody else's by now: who we are is asked anew.
    const hello = await this.#greet(line);
    return await this.#drive(steps({ line, hello }), line);
  }

  /** @param {Line} line */
  async #greet(line) {
    if (this.#hello) return this.#hello;
    const hello = await this.#drive(greet(line), line);
    checkCredentials(hello);
    // The cookie may be another one by now, and nothing of one person may come to another.
    if (hello.userId !== this.#store.account?.principal) throw new AuthenticationError("somebody else is signed in");
    this.#hello = hello;
    return hello;
  }

  async #once() {
    this.syncing = true;
    this.#store.statusChanged();
    try {
      const report = await this.#store.tabs.alone(() => this.#untilFresh());
      this.trouble = null;
      this.message = null;
      return report;
    } catch (error) {
      [this.trouble, this.message] = troubleOf(error);
      if (error instanceof ServiceClosedError && this.#alert === null) this.#heed({ text: error.message, ended: true });
      throw error;
    } finally {
      this.syncing = false;
      this.#store.statusChanged();
    }
  }

  /** Synchronise, anew where another tab has written meanwhile. */
  async #untilFresh() {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#all();
      } catch (error) {
        if (!(error instanceof StaleError) || attempt >= STALE_ATTEMPTS) throw error;
        await Promise.all([...this.#store.replicas.keys()].map((key) => reread(this.#store, key)));
      }
    }
  }

  async #all() {
    const store = this.#store;
    const line = new Line(new Patience({ attempts: 2 }));
    const hello = await this.#greet(line);
    const talk = { line, hello };
    /** @type {import("./own_access.js").Drive} */ const drive = (steps) => this.#drive(steps, line);
    const { rights: may, own, entries, changed } = await drive(look(line, [...store.replicas.values()], hello));
    const titles = store.replica(TITLES);
    if (changed.has(titles)) {
      const deleted = deletedIn(titles);
      if (deleted.length) await (await import("./withdrawing.js")).withdrawDeleted(store, drive, talk, deleted);
      await drive(synchronise(line, [titles], hello));
      store.ensureTitled();
    }
    const rights = dump([may, [...leftPlaces(store)].sort()]);
    const others = rights !== this.#rights;
    if (others) await keepShared(store, drive, line, entries, hello);
    const due = [...store.replicas.values()].filter((one) => one !== titles && isDue(one, changed, others));
    if (due.length) await drive(synchronise(line, due, hello));
    await forgetLeft(store);
    this.#rights = rights;
    await this.#readOwn(drive, talk, own);
    await tellTitles(store, drive, line);
    await this.#tidy(line.report);
    this.backoff = line.backoff;
    return line.report;
  }

  /**
   * Read with whom my own lists are shared, where that may be others than at the last time.
   * @param {import("./own_access.js").Drive} drive
   * @param {import("../engine/sharing.js").Talk} talk
   * @param {string} version
   */
  async #readOwn(drive, talk, version) {
    const store = this.#store;
    const back = broughtBack(store.replica(TITLES), store.rows);
    if (back.length) await (await import("./withdrawing.js")).restoreAccess(store, drive, talk, back);
    const own = dump([version, store.lists.filter((list) => list.own).map(({ key }) => key)]);
    if (own === this.#own && !back.length) return;
    await keepSharedWith(store, drive, talk);
    this.#own = own;
  }

  /**
   * Let go of lists that are no longer there for me and have nothing to show.
   * @param {Report} report
   */
  async #tidy(report) {
    for (const { bucket, collection } of [...report.withdrawn, ...report.problems]) {
      const key = `${bucket}/${collection}`;
      const replica = this.#store.replicas.get(key);
      if (bucket !== "default" && replica && !replica.rows.size) await forgetList(this.#store, key);
    }
  }

  /**
   * Drive a generator to its end. Before a request leaves, all that was changed is on the disk; what happened is told
   * after that too.
   * @template T
   * @param {Steps<T>} steps
   * @param {Line} line
   * @returns {Promise<T>}
   */
  async #drive(steps, line) {
    const told = { happenings: line.report.happenings.length, withdrawn: line.report.withdrawn.length };
    /** @type {any} */
    let reply;
    try {
      for (;;) {
        if (this.#stopped) throw new OfflineError("the store is closed");
        const { done, value } = steps.next(reply);
        await this.#store.writer.flush();
        for (const notice of noticesOf(this.#store, line.report, told)) this.#store.notify(notice);
        if (done) return value;
        reply = await this.#do(value);
      }
    } finally {
      steps.return?.(/** @type {any} */ (undefined));
    }
  }

  /**
   * Tell what the server tells, once.
   * @param {import("./alert.js").Alert | null} alert
   */
  #heed(alert) {
    const known = alert && dump(alert);
    if (alert && known !== this.#alert) this.#store.notify({ kind: "alert", ...alert });
    this.#alert = known ?? this.#alert;
  }

  /**
   * Send what waits with one last request, as the page is about to go: nobody hears the answer, and the next sync, which
   * begins with what the server has, finds what became of it.
   */
  part() {
    const hello = this.#hello;
    if (this.#stopped || hello === null || this.trouble === "signed-out") return;
    const titles = this.#store.replica(TITLES);
    // The deletion of a list waits until the access of others to it is taken away.
    const sent = [...this.#store.replicas.values()].filter((one) => one !== titles || deletedIn(titles).length === 0);
    const request = parting(sent, hello);
    if (request) this.#api.sendLast(request);
  }

  /** @param {import("../engine/exchange.js").Effect} effect */
  async #do(effect) {
    if (effect instanceof Request) {
      const answer = await this.#api.send(effect);
      this.#heed(alertIn(answer));
      return answer;
    }
    if (effect instanceof Wait) await new Promise((resolve) => setTimeout(resolve, effect.seconds * 1000));
    return undefined;
  }
}

/**
 * @param {import("./replica.js").StoreReplica} replica
 * @param {Set<import("./replica.js").StoreReplica>} changed
 * @param {boolean} others
 */
function isDue(replica, changed, others) {
  return changed.has(replica) || replica.cursor() === null || (others && replica.bucket !== "default");
}

/**
 * @param {unknown} error
 * @returns {[import("./status.js").Trouble, string]}
 */
function troubleOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AuthenticationError) return ["signed-out", "You are signed out. What you write is kept here."];
  if (error instanceof OfflineError || error instanceof UnavailableError) return ["offline", message];
  if (error instanceof ServiceClosedError) return ["failed", `The service has ended: ${message}`];
  if (error instanceof AccessError && error.status === READ_ONLY) return ["failed", READ_ONLY_WORDS];
  return ["failed", message];
}
