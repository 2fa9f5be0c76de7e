/** The tabs of one browser: one of them synchronises, and each tells the others which rows it has written. */

import { reread, rereadLists } from "./reading.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {{request: (name: string, options: any, run: (lock: any) => Promise<any>) => Promise<any>}} Locks */
/**
 * @typedef {{postMessage: (message: any) => void, close: () => void, onmessage: ((event: any) => void) | null}} Channel
 */

/** What one tab needs of the others. */
export class Tabs {
  #store;
  #channel;
  #locks;
  #name;

  /**
   * @param {Store} store
   * @param {((name: string) => Channel) | undefined} channel
   * @param {Locks | undefined} locks
   */
  constructor(store, channel, locks) {
    this.#store = store;
    this.#name = `kintoun-todo ${store.account?.principal ?? "this device"}`;
    this.#locks = locks;
    this.#channel = channel?.(this.#name) ?? null;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#heard(data);
  }

  /**
   * Tell which rows were written.
   * @param {import("./writer.js").Change} change
   */
  tellRows({ replica, rows }) {
    if (rows.length) this.#say({ kind: "rows", key: replica.key, ids: rows.map(({ id }) => id) });
  }

  /**
   * Tell this tab and the others what somebody else has changed in a list.
   * @param {string} key
   * @param {import("./news.js").News[]} news
   */
  tellNews(key, news) {
    this.#say({ kind: "news", key, news });
    this.#hearNews({ key, news });
  }

  /** Tell that lists of others came or went. */
  tellLists() {
    this.#say({ kind: "lists" });
  }

  /**
   * Run while no other tab of this account does.
   * @template T
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  async alone(run) {
    return this.#locks ? await this.#locks.request(`${this.#name} sync`, { mode: "exclusive" }, run) : await run();
  }

  /** Hear and say nothing any more. */
  close() {
    if (this.#channel) this.#channel.onmessage = null;
    this.#channel?.close();
    this.#channel = null;
  }

  /** @param {any} message */
  #say(message) {
    this.#channel?.postMessage(message);
  }

  /** @param {{key: string, news: import("./news.js").News[]}} message */
  #hearNews({ key, news }) {
    this.#store.dispatchEvent(new CustomEvent("news", { detail: { key, news } }));
  }

  /** @param {any} message */
  #heard(message) {
    if (message.kind === "rows") reread(this.#store, message.key, message.ids).catch(() => {});
    if (message.kind === "news") this.#hearNews(message);
    if (message.kind === "lists") rereadLists(this.#store).catch(() => {});
  }
}
