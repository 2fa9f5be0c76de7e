/**
 * The addresses of the app: which list is shown, and which of its tasks.
 *
 * `/`, `/active`, `/completed` show one's own first list; `/lists/<bucket>/<collection>[/active|/completed]` shows
 * another. The hash routes of older TodoMVC apps (`#/active`) are honoured. Pure: no DOM in here.
 *
 * @typedef {"all" | "active" | "completed"} Filter
 * @typedef {{list: string | null, filter: Filter}} Route `list` is the key of a list, null for one's own first.
 */

/** The filters in the order in which they stand in the footer, with their words. @type {readonly [Filter, string][]} */
export const FILTERS = [
  ["all", "All"],
  ["active", "Active"],
  ["completed", "Completed"],
];

/**
 * The route that a path means; what is not known shows all tasks of the first list.
 * @param {string} path @returns {Route}
 */
export function parse(path) {
  const parts = path.split("/").filter((part) => part !== "").map(decoded);
  const isList = parts[0] === "lists" && parts.length >= 3;
  const rest = isList ? parts.slice(3) : parts;
  const filter = rest[0] === "active" || rest[0] === "completed" ? rest[0] : "all";
  return { list: isList ? `${parts[1]}/${parts[2]}` : null, filter };
}

/**
 * The path of a route.
 * @param {Route} route @returns {string}
 */
export function pathOf({ list, filter }) {
  const start = list === null ? "" : `/lists/${list.split("/").map(encodeURIComponent).join("/")}`;
  return start + (filter === "all" ? "" : `/${filter}`) || "/";
}

/**
 * The path that an old hash route stands for (`#/active` is `/active`), null where the hash is none.
 * @param {string} hash @returns {string | null}
 */
export function pathOfHash(hash) {
  return hash.startsWith("#/") ? pathOf(parse(hash.slice(1))) : null;
}

/**
 * The tasks that a filter shows.
 * @template {{status: string}} T
 * @param {T[]} tasks @param {Filter} filter @returns {T[]}
 */
export function shown(tasks, filter) {
  if (filter === "all") return tasks;
  return tasks.filter((task) => (task.status === "done") === (filter === "completed"));
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
