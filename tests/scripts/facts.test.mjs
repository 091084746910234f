import assert from "node:assert/strict";
import { test } from "node:test";

import { collectFacts, computeStrength, findScale, orderFacts } from "../../assets/page/facts.mjs";

const ROWS = [
  { parameter: "lr", importance: 0.6, high: 0.8, floor: 0.01 },
  { parameter: "x10", importance: 0.1, high: 0.2, floor: 0.01 },
  { parameter: "x9", importance: null, high: null, floor: null },
];
const CORRELATION = [
  { parameter: "lr", value: "", correlation: -0.7, spearman: -0.2 },
  { parameter: "x9", value: "", correlation: 0.9, spearman: 0.1 },
  { parameter: "opt", value: "", correlation: null, eta: 0.5, eta_spearman: 0.3 },
  { parameter: "opt", value: "adam", correlation: 0.5, spearman: 0.3 },
];
const ANSWER = {
  parameters: ["x10", "x9", "opt", "lr"].map((parameter) => ({ parameter })),
  correlation: CORRELATION,
};
const RECORD = { importance: ROWS, decide_failures: ["opt"] };
const facts = collectFacts(ANSWER, RECORD);
const order = (display) =>
  orderFacts(facts, { coefficient: "correlation", up: false, ...display }).map((f) => f.parameter);

test("each parameter has its rows", () => {
  assert.equal(facts.get("lr").row, ROWS[0]);
  assert.equal(facts.get("opt").row, null);
  assert.equal(facts.get("opt").own, CORRELATION[2]);
  assert.deepEqual(facts.get("opt").values, [CORRELATION[3]]);
  assert.equal(facts.get("opt").decidesFailures, true);
});

test("orders put what has no value last, and ties as the source has them", () => {
  assert.deepEqual(order({ sort: "importance" }), ["lr", "x10", "x9", "opt"]);
  assert.deepEqual(order({ sort: "correlation" }), ["x9", "lr", "opt", "x10"]);
  assert.deepEqual(order({ sort: "correlation", coefficient: "spearman" }), [
    "opt",
    "lr",
    "x9",
    "x10",
  ]);
  assert.deepEqual(order({ sort: "name" }), ["lr", "opt", "x9", "x10"]);
  assert.deepEqual(order({ sort: "source", up: true }), ["lr", "opt", "x9", "x10"]);
});

test("a categorical parameter is as strong as its correlation ratio; the sign does not count", () => {
  assert.equal(computeStrength(facts.get("opt"), "correlation"), 0.5);
  assert.equal(computeStrength(facts.get("lr"), "correlation"), 0.7);
  assert.equal(computeStrength(facts.get("x10"), "correlation"), -1);
});

test("the scale reaches as far as the longest whisker", () => {
  assert.equal(findScale(RECORD), 0.8);
  assert.equal(findScale(null), 1e-9);
});
