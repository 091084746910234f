import assert from "node:assert/strict";
import { test } from "node:test";

import {
  findHeight,
  listPassing,
  makeAxis,
  passesBrush,
  soundBrush,
} from "../../assets/parallel/axes.mjs";

const pack = (values) => {
  const all = Buffer.from(Float32Array.from(values).buffer);
  const planes = [0, 1, 2, 3].map((k) => all.filter((_, i) => i % 4 === k));
  return Buffer.concat(planes).toString("base64");
};
const number = (scale, values, more = {}) =>
  makeAxis(
    { kind: "number", scale, low: values[0], high: values.at(-1), values: pack(values), ...more },
    "x",
  );
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("a value lies where its scale puts it, and comes back", () => {
  const linear = number("linear", [0, 2.5, 10]);
  near(linear.at(2.5), 0.25);
  near(linear.back(0.25), 2.5);
  const log = number("log", [1e-4, 1e-3, 1]);
  near(log.at(1e-3), 0.25);
  near(log.back(0.5), 1e-2);
  const rank = number("rank", [1, 2, 50, 1000]);
  near(rank.at(50), 2 / 3);
  near(rank.back(2 / 3), 50);
});

test("an axis of one value has it in the middle", () => {
  assert.equal(number("linear", [3, 3]).at(3), 0.5);
});

test("the first position is at the bottom, of a flipped axis at the top", () => {
  const box = { top: 10, bottom: 110, step: 20 };
  assert.equal(findHeight(box, false, 0), 110);
  assert.equal(findHeight(box, true, 0), 10);
  assert.equal(findHeight(box, false, 0.25), 85);
});

test("a brush lets pass what lies between its limits", () => {
  const axis = number("linear", [0, 1, 2, 3, 4]);
  const brush = soundBrush(axis, { low: 1, high: 3 });
  const passes = passesBrush(axis, brush);
  assert.deepEqual(
    [0, 1, 2, 3, 4].filter((run) => passes(run)),
    [1, 2, 3],
  );
  assert.deepEqual(
    [...listPassing(new Map([["x", axis]]), { x: brush }, 5)].map(Number),
    [0, 1, 1, 1, 0],
  );
});
