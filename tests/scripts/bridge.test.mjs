/* What the path to the best config says beside the ranking that the page shows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { sayBridge } from "../../assets/views/bridge.mjs";

const step = (parameter, share, verdict = "better", together = false) => ({
  settings: [{ parameter, before: "0", after: "1" }],
  share,
  verdict,
  together,
});
const ranking = (...rows) => ({
  importance: rows.map(([parameter, clear]) => ({ parameter, clear })),
});
const path = { steps: [step("b", 0.75), step("a", 0.25)] };

test("it says nothing where both name the same first, or no ranking is shown", () => {
  assert.equal(sayBridge(path, ranking(["b", true], ["a", true])), "");
  assert.equal(sayBridge(path, null), "");
  assert.equal(sayBridge(path, { empty: { words: "too few" } }), "");
  assert.equal(sayBridge(path, ranking(["c", false], ["a", true])), "", "nothing is clear");
});

test("what is first in importance and not on the path is related to it", () => {
  const lr = "first in importance over all configs";
  assert.equal(
    sayBridge(path, ranking(["a", true], ["b", true])),
    `a, ${lr}, brought 25 % between these two.`,
  );
  assert.equal(
    sayBridge(path, ranking(["c", true], ["b", true])),
    `c, ${lr}, is the same in both.`,
  );
  const unsure = { steps: [step("b", 0.75), step("a", 0.2, "noise"), step("c", 0.01, "small")] };
  assert.match(sayBridge(unsure, ranking(["a", true])), /cannot be told from noise between/);
  assert.match(sayBridge(unsure, ranking(["c", true])), /is not what made these two differ/);
});

test("what importance calls noise is a hint", () => {
  assert.equal(
    sayBridge(path, ranking(["b", false], ["a", false])),
    "Over all configs b and a do not stand out from noise: take that part as a hint.",
  );
  const together = { steps: [step("a", 1, "better", true)] };
  assert.equal(
    sayBridge(together, ranking(["b", true], ["a", false])),
    "b, first in importance over all configs, is the same in both.",
  );
});
