import assert from "node:assert/strict";
import test from "node:test";

import { moved } from "../../kintoun_todo/static/app/order.js";

const four = [1, 2, 3, 4].map((order) => ({ id: `t${order}`, order }));

/** The ids in order after a move. @param {{id: string, order: number}[]} all @param {Map<string, number>} orders */
function after(all, orders) {
  const changed = all.map((task) => ({ ...task, order: orders.get(task.id) ?? task.order }));
  return changed.sort((a, b) => a.order - b.order).map((task) => task.id);
}

test("one place up or down writes one order", () => {
  const up = moved(four, four, "t3", -1);
  assert.equal(up.size, 1);
  assert.deepEqual(after(four, up), ["t1", "t3", "t2", "t4"]);
  assert.deepEqual(after(four, moved(four, four, "t1", 1)), ["t2", "t1", "t3", "t4"]);
});

test("to the first and the last place", () => {
  assert.deepEqual(after(four, moved(four, four, "t2", -1)), ["t2", "t1", "t3", "t4"]);
  assert.deepEqual(after(four, moved(four, four, "t3", 1)), ["t1", "t2", "t4", "t3"]);
});

test("nothing is beyond the ends, and nothing moves that is not there", () => {
  assert.equal(moved(four, four, "t1", -1).size, 0);
  assert.equal(moved(four, four, "t4", 1).size, 0);
  assert.equal(moved(four, four, "nobody", 1).size, 0);
});

test("in a filtered view a task passes its visible neighbour", () => {
  const seen = [four[0], four[3]];
  assert.deepEqual(after(four, moved(four, seen, "t4", -1)), ["t4", "t1", "t2", "t3"]);
});

test("where no number is between the neighbours all are numbered anew", () => {
  const same = ["a", "b", "c"].map((id) => ({ id, order: 7 }));
  assert.deepEqual(after(same, moved(same, same, "c", -1)), ["a", "c", "b"]);
});
