/**
 * What the app says about tasks, in words. Pure: no DOM in here.
 *
 * @typedef {{state: string, waiting: number, message?: string | null}} Status
 */

const STATUSES = new Map([
  ["todo", "to do"],
  ["doing", "in progress"],
  ["done", "done"],
]);

const FIELDS = new Map([
  ["description", "Text"],
  ["status", "Status"],
  ["order", "Place in the list"],
  ["title", "Title"],
]);

/**
 * A number with its noun: "1 change", "3 changes".
 * @param {number} count @param {string} noun @returns {string}
 */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * The line that says where one's changes are.
 * @param {Status} status @returns {string}
 */
export function statusLine({ state, waiting, message }) {
  switch (state) {
    case "saving":
      return "Saving…";
    case "offline":
      return waiting > 0 ? `Offline (${counted(waiting, "change")} waiting)` : "Offline";
    case "failed":
      return `Could not save${message ? `: ${message}` : ""}`;
    case "signed-out":
      return waiting > 0 ? `Sign in to save ${counted(waiting, "change")}` : "Signed out";
    case "device":
      return "On this device only";
    default:
      return "Saved";
  }
}

/**
 * Which states of the line are said aloud: not the coming and going of "Saving…".
 * @param {string} before @param {string} now @returns {boolean}
 */
export function worthSaying(before, now) {
  const calm = ["saved", "saving", "device"];
  return before !== now && !(calm.includes(before) && calm.includes(now));
}

/**
 * The name of a field in words.
 * @param {string} name @returns {string}
 */
export function fieldName(name) {
  return FIELDS.get(name) ?? name;
}

/**
 * A value of a field in words.
 * @param {string} name @param {unknown} value undefined where the field is not there @returns {string}
 */
export function valueText(name, value) {
  if (value === undefined) return "(nothing)";
  if (name === "status") return STATUSES.get(String(value)) ?? String(value);
  if (typeof value === "string") return value === "" ? "(empty)" : value;
  return JSON.stringify(value);
}

/**
 * A text short enough for a sentence.
 * @param {unknown} text @param {number} [most] characters @returns {string}
 */
export function shortened(text, most = 40) {
  const characters = [...String(text ?? "")];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("").trimEnd()}…`;
}

/**
 * With whom a list is shared: "Shared with bob and 2 others", empty for nobody.
 * @param {string[]} names @returns {string}
 */
export function sharedWords(names) {
  if (names.length === 0) return "";
  const rest = names.length > 2 ? ` and ${names.length - 1} others` : names.length === 2 ? ` and ${names[1]}` : "";
  return `Shared with ${names[0]}${rest}`;
}

/**
 * What a merge of my change and somebody else's did, in a sentence.
 * @param {string} title @param {string | undefined} field @returns {string}
 */
export function mergedText(title, field) {
  const name = shortened(title);
  if (field === "description") return `“${name}” was also renamed elsewhere.`;
  if (field === "status") return `The status of “${name}” was also changed elsewhere.`;
  if (field === "order") return `“${name}” was also moved elsewhere.`;
  return `“${name}” was also changed elsewhere.`;
}

/**
 * Why the server did not take a change, in kind words.
 * @param {number | undefined} status of HTTP @param {string | undefined} message @returns {string}
 */
export function refusalText(status, message) {
  if (status === 403 || status === 401) return "You may only view this task, so your change was not saved.";
  if (status === 404) return "This task is not shared with you any more, so your change was not saved.";
  if (status === 413) return "This text is too long for the server. Shorten it, and it will be saved.";
  return `The server did not take this change${message ? `: ${message}` : "."}`;
}

/**
 * What was put back as the server has it, and why.
 * @param {string} title @param {boolean} removed whether my change was a removal @param {number} status of HTTP
 * @param {string} message @returns {string}
 */
export function putBackText(title, removed, status, message) {
  if (removed) return `“${title}” is here again: you may not remove it.`;
  return `“${title}” is again as others see it. ${refusalText(status, message)}`;
}
