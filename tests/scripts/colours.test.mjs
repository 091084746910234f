import assert from "node:assert/strict";
import { test } from "node:test";

import { resolveColours } from "../../assets/page/colours.mjs";

const THEME = { "--ink": "#111111", "--shade1": "#222222" };
const read = (name) => THEME[name];

test("a figure's variables become colours, wherever they stand", () => {
  const figure = {
    data: [
      { line: { color: "var(--ink)" }, marker: { color: ["var(--shade1)", "red"], size: [1, 2] } },
      {
        colorscale: [
          [0, "var(--ink)"],
          [1, "var(--shade1)"],
        ],
      },
    ],
    layout: { font: { color: "var(--ink)" } },
  };
  assert.deepEqual(resolveColours(figure, read), {
    data: [
      { line: { color: "#111111" }, marker: { color: ["#222222", "red"], size: [1, 2] } },
      {
        colorscale: [
          [0, "#111111"],
          [1, "#222222"],
        ],
      },
    ],
    layout: { font: { color: "#111111" } },
  });
});

test("what the runs said is no colour, and the figure stays as it came", () => {
  const trace = {
    x: ["var(--ink)"],
    name: "var(--ink)",
    customdata: [["var(--ink)"]],
    xaxis: { ticktext: ["var(--ink)"], categoryarray: ["var(--ink)"] },
  };
  assert.deepEqual(resolveColours(trace, read), trace);
  const values = Float32Array.of(1, 2);
  assert.equal(resolveColours({ marker: { size: values } }, read).marker.size, values);
});
