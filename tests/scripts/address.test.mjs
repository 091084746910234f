import assert from "node:assert/strict";
import { test } from "node:test";

import { DISPLAY, decodeAddress, encodeAddress } from "../../assets/page/address.mjs";
import { unpackNames } from "../../assets/page/packed.mjs";

const ABOUT = { about: { content: "", name: "" }, usual: "forest", parameters: null };
const READ = { usual: "forest", views: { values: {}, curves: {} }, older: {} };
const TARGET = {
  metric: "loss",
  goal: null,
  value: "last",
  scale: "auto",
  failures: "auto",
  step: null,
};
const SELECTION = {
  project: "p1",
  target: TARGET,
  states: ["finished", "unknown"],
  filters: [],
  picked: null,
  group: "",
  roles: [],
  places: [],
  merged: [],
  seed: 0,
  top: 0.1,
};
const there = (question, display = DISPLAY) =>
  decodeAddress(`#${encodeAddress(question, display, ABOUT)}`, READ);

test("a question comes back as it was asked", () => {
  const selection = {
    ...SELECTION,
    target: { ...TARGET, goal: "maximize", value: "best", scale: "log", step: 12.5 },
    states: ["failed", "finished"],
    filters: [{ column: "config.lr", low: 1e-3, high: null, negated: false }],
    picked: ["a&b=c", "ü #1"],
    group: "dataset",
    roles: [["model: size", "scientific"]],
    places: [["config.x:y", "ignored"]],
    merged: ["a", "b"],
    seed: 7,
    top: 0.25,
  };
  assert.deepEqual(there({ selection, method: "fanova" }).question, {
    selection,
    method: "fanova",
  });
});

test("the usual question needs no more than its project and its metric", () => {
  const question = { selection: SELECTION, method: "forest" };
  assert.equal(encodeAddress(question, DISPLAY, ABOUT), "v=1&project=p1&metric=loss");
  assert.deepEqual(there(question).question, question);
});

test("the display comes back, and an open run closes the card of a parameter", () => {
  const display = {
    ...DISPLAY,
    hidden: ["a", "b.c"],
    wand: [],
    sort: "name",
    up: true,
    open: ["x"],
    tab: "curves",
    targets: ["loss", "acc"],
    options: { curves: { smooth: 0.5 } },
    selected: "f00d",
    run: "r1",
    detail: ["a"],
  };
  const { display: read } = there({ selection: SELECTION, method: "forest" }, display);
  assert.deepEqual({ ...DISPLAY, ...read }, { ...display, detail: [] });
});

test("what is no address of a question is none, and what is broken in one is put aside", () => {
  for (const hash of ["", "#", "#v=2&project=p", "#v=1", "#nonsense"])
    assert.equal(decodeAddress(hash, READ), null);
  const { question, display } = decodeAddress(
    "#v=1&project=p&filter={broken&filter={%22column%22:%22a%22}&options=[1]&tab=gone",
    READ,
  );
  assert.deepEqual(question.selection.filters, [{ column: "a" }]);
  assert.equal(display.options, undefined);
  assert.equal(display.tab, undefined);
});

test("a view that has another name since opens under it, with what was chosen", () => {
  const older = { adopt: ["values", { two: true }], isolation: ["values", {}] };
  const options = encodeURIComponent(JSON.stringify({ adopt: { a: "1" }, curves: { smooth: 0 } }));
  const { display } = decodeAddress(`#v=1&project=p&tab=adopt&options=${options}`, {
    ...READ,
    older,
  });
  assert.equal(display.tab, "values");
  assert.deepEqual(display.options, { curves: { smooth: 0 }, values: { a: "1", two: true } });
});

test("hundreds of hidden parameters fit an address, and fit no other list", () => {
  const names = Array.from({ length: 300 }, (_, i) => `optimizer.group_${i}.learning_rate`);
  const parameters = names.map((parameter) => ({ parameter }));
  const hidden = names.filter((_, i) => i % 3);
  const address = encodeAddress(
    { selection: SELECTION, method: "forest" },
    { ...DISPLAY, hidden },
    { ...ABOUT, parameters },
  );
  assert.ok(address.length < 150, `${address.length} characters`);
  const { display } = decodeAddress(address, READ);
  const read = { ...DISPLAY, ...display };
  assert.deepEqual([...unpackNames(read, parameters).hidden].sort(), [...hidden].sort());
  assert.equal(unpackNames(read, parameters.slice(1)), null);
});
