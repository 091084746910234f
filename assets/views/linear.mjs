/* The linear model: its coefficients, which can be sorted, with their intervals drawn. */

import { makeTableCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { writePercent } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeCard,
  makeNameCell,
  makeNotes,
  makePlainNameCell,
  makeStatus,
  makeTable,
} from "../page/pieces.mjs";
import { findHidden, isVisible } from "../page/ranking.mjs";
import { drawTab } from "../page/tabs.mjs";

let linearSort = { by: null, up: false };
const COLUMNS = [
  ["coefficient", "Coefficient", "Change of the target per unit, all else equal"],
  ["error", "Std. error", ""],
  ["t", "t", ""],
  ["p", "P\u00a0>\u00a0|t|", "Probability of a t at least as far from 0 if the coefficient were 0"],
  ["low", "90 % interval", ""],
  [
    "standardised",
    "Standardised",
    "In standard deviations of the target per standard deviation of the parameter",
  ],
];
const CSV = ["coefficient", "error", "t", "p", "low", "high", "standardised"];
const short = (v) =>
  (v === null
    ? "–"
    : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3)
      ? v.toExponential(2)
      : String(Number(v.toPrecision(4)))
  ).replaceAll("-", "−");

const drawLinear = (place, { linear: m, state, message }) => {
  if (!m) {
    place.replaceChildren(makeStatus(state, message));
    return;
  }
  if (m.empty) {
    place.replaceChildren(makeCard(make("p", "lead", m.empty.words)));
    return;
  }
  const constant = m.rows[0]; // a parameter may be called intercept, too
  const rows = m.rows.filter((row) => row === constant || isVisible(row.parameter));
  if (linearSort.by) {
    const value = (row) =>
      linearSort.by === "name"
        ? row.parameter + row.value
        : ["p", "low"].includes(linearSort.by)
          ? (row[linearSort.by] ?? Infinity)
          : Math.abs(row[linearSort.by] ?? -1);
    rows.sort(
      (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (linearSort.up ? 1 : -1),
    );
  }
  const { node, body } = makeTable("Coefficients of the linear model", [
    ["Parameter", "", "name"],
    ...COLUMNS.map(([, label, title]) => [label, title]),
    ["Standardised, with interval", "", "plot-head"],
  ]);
  node.classList.add("linear-table");
  ["name", ...COLUMNS.map(([key]) => key)].forEach((key, i) => {
    const head = node.querySelectorAll("thead th")[i];
    const button = make("button", "sort-head", head.textContent);
    button.type = "button";
    if (linearSort.by === key) {
      button.dataset.order = linearSort.up ? "ascending" : "descending";
      head.setAttribute("aria-sort", button.dataset.order);
    }
    button.addEventListener("click", () => {
      linearSort = {
        by: key,
        up: linearSort.by === key ? !linearSort.up : key === "name" || key === "p",
      };
      drawTab();
    });
    head.replaceChildren(button);
  });
  const scaled = (row, limit) =>
    row.coefficient ? (row[limit] * row.standardised) / row.coefficient : 0;
  const most = Math.max(
    1e-9,
    ...rows
      .filter((r) => r.standardised !== null)
      .flatMap((r) => [Math.abs(scaled(r, "low")), Math.abs(scaled(r, "high"))]),
  );
  rows.forEach((row) => {
    const line = make("tr");
    const reference = m.references[row.parameter];
    line.append(
      row === constant
        ? makePlainNameCell(row.parameter)
        : makeNameCell(row.value ? `${row.parameter} = ${row.value}` : row.parameter, false, [
            row.parameter,
          ]),
    );
    if (row.value) line.firstChild.append(make("div", "muted small", `against ${reference}`));
    COLUMNS.forEach(([key]) => {
      const text =
        key === "low"
          ? `${short(row.low)} to ${short(row.high)}`
          : key === "p" && row.p !== null
            ? row.p < 0.001
              ? "< 0.001"
              : row.p.toFixed(3)
            : short(row[key]);
      line.append(make("td", "number", text));
    });
    const cell = make("td", "coefficient-plot");
    if (row.standardised !== null) {
      const [a, b] = [scaled(row, "low"), scaled(row, "high")].sort((x, y) => x - y);
      const at = (x) => `${50 + (46 * x) / most}%`;
      const whisker = make("span", a > 0 ? "line positive" : b < 0 ? "line negative" : "line");
      whisker.style.left = at(a);
      whisker.style.width = `${Math.max(0.5, (46 * (b - a)) / most)}%`;
      const point = make("span", "point");
      point.style.left = at(row.standardised);
      cell.append(make("span", "centre"), whisker, point);
    }
    line.append(cell);
    body.append(line);
  });
  const left = Object.entries(m.left_out).map(([p, why]) => `${p}: ${why}`);
  place.replaceChildren(
    makeCard(
      make(
        "p",
        "lead",
        `One straight line a parameter explains ${writePercent(m.r2)} of the variance (adjusted ${writePercent(m.adjusted_r2)}) of ${m.runs.toLocaleString("en")} runs.`,
      ),
      make(
        "p",
        "muted small",
        `Ordinary least squares; condition number ${m.condition === null ? "infinite" : short(m.condition)}${m.collinear.length ? "" : ", no collinear parameters"}. The target is on the scale that the line above the table of importance names.`,
      ),
    ),
    makeTableCard("Coefficients", "linear-model", node, () =>
      makeCsv(
        ["parameter", "value", ...CSV],
        rows.map((row) => [row.parameter, row.value, ...CSV.map((key) => row[key])]),
      ),
    ),
    makeNotes([...m.notes, ...(left.length ? [`Not in the model: ${left.join("; ")}.`] : [])]),
  );
};

page.tabs.linear = {
  draw: drawLinear,
  key: () => JSON.stringify([linearSort, [...findHidden(page.shown.answer, page.display)]]),
};
