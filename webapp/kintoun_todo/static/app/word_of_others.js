/**
 * What others do, and what the server tells, in words. Pure: no DOM in here. Loaded when there is something to say.
 */
import { counted, shortened } from "./words.js";

/** @type {Record<string, string>} */
const NEWS = {
  added: "added",
  removed: "removed",
  renamed: "renamed",
  todo: "marked as to do",
  doing: "started",
  done: "completed",
  moved: "moved",
};

/**
 * What others have changed, in one sentence. The records do not say who it was.
 * @param {{kind: string, text: string, before: string}[]} news @returns {string}
 */
export function newsText(news) {
  const [{ kind, text, before }] = news;
  const word = news.every((one) => one.kind === kind) ? NEWS[kind] ?? "changed" : "changed";
  if (news.length > 1) return `${counted(news.length, "task")} were ${word} elsewhere.`;
  if (kind === "renamed") return `“${shortened(before)}” was renamed elsewhere, to “${shortened(text)}”.`;
  return `“${shortened(text)}” was ${word} elsewhere.`;
}

/**
 * What the server tells all programs: that it ends, or has ended for this version of the app.
 * @param {{text?: string, ended: boolean}} alert @returns {string}
 */
export function alertText({ text, ended }) {
  const words = text ? `: ${text}` : ".";
  if (!ended) return `The server has an announcement${text ? words : ": it will not work with this app for ever."}`;
  return `The server does not work with this version of the app any more${words} What you wrote is kept on this device. \
Reload to get a newer version; if there is none, export your tasks.`;
}
