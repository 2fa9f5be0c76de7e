/**
 * Moving a task up or down. Pure: no DOM in here.
 *
 * @typedef {{id: string, order: number}} Ordered
 */

/**
 * The orders to write so that a task stands one place further up (-1) or down (1) among those that are shown: mostly
 * one, between its new neighbours; where no number is between them, all are numbered anew.
 * @param {Ordered[]} all in order @param {Ordered[]} seen the part of them that is shown, in order
 * @param {string} id @param {-1 | 1} step
 * @returns {Map<string, number>} by id; empty where the task stands at the end already
 */
export function moved(all, seen, id, step) {
  const place = seen.findIndex((task) => task.id === id);
  const neighbour = seen[place + step];
  if (place === -1 || neighbour === undefined) return new Map();
  const others = all.filter((task) => task.id !== id);
  const at = others.findIndex((task) => task.id === neighbour.id) + (step === 1 ? 1 : 0);
  const order = between(others[at - 1]?.order, others[at]?.order);
  if (order !== null) return new Map([[id, order]]);
  const sequence = others.map((task) => task.id).toSpliced(at, 0, id);
  return new Map(sequence.map((each, index) => [each, index + 1]));
}

/** @param {number | undefined} low @param {number | undefined} high */
function between(low, high) {
  if (low === undefined) return high === undefined ? 1 : high - 1;
  if (high === undefined) return low + 1;
  const middle = (low + high) / 2;
  return low < middle && middle < high ? middle : null;
}

/**
 * The tasks with the one that is edited, as and where it was: those that were there when editing began stay in that
 * sequence, new ones come behind them. So no row is moved under the hands of whoever is typing.
 * @template {Ordered} T
 * @param {T[]} tasks @param {T} edited @param {string[]} sequence ids, as they were shown when editing began
 * @returns {T[]}
 */
export function held(tasks, edited, sequence) {
  const places = new Map(sequence.map((id, place) => [id, place]));
  const placeOf = (/** @type {T} */ { id }) => places.get(id) ?? sequence.length;
  const all = [...tasks.filter(({ id }) => id !== edited.id), edited];
  return all.sort((one, other) => placeOf(one) - placeOf(other) || one.order - other.order);
}
