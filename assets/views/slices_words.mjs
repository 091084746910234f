/* What is said of a slice, and what each mark is. */

import { writeShort } from "../page/numbers.mjs";
import { make } from "../page/pieces.mjs";

export const many = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
export const some = (n, of) =>
  n === of
    ? `all ${of.toLocaleString("en")}`
    : `${n.toLocaleString("en")} of ${of.toLocaleString("en")}`;

export const about = (found) => {
  const kept = found.axis.joined
    ? [
        `the ${found.axis.labels.length - 1} most frequent values; ${found.axis.joined.toLocaleString("en")} joined`,
      ]
    : [];
  const trend = found.axis.labels.length || found.trend ? [] : ["too few for a trend"];
  return [many(found.runs, "run"), ...found.without, ...kept, ...trend].join(" · ");
};

export const summaryOf = (name, { metric }, found) => {
  const { axis, trend, boxes } = found;
  if (axis.labels.length) {
    const medians = axis.labels
      .map((label, i) => [label || "empty", boxes[i]])
      .filter(([, box]) => box.five);
    return `${metric} against ${name}, ${many(found.runs, "run")}. ${medians.map(([label, box]) => `Median ${writeShort(box.five[2])} for ${label}, ${many(box.runs, "run")}.`).join(" ")}`;
  }
  const way = trend
    ? ` Running median from ${writeShort(trend.median[0])} at ${writeShort(trend.x[0])} to ${writeShort(trend.median.at(-1))} at ${writeShort(trend.x.at(-1))}.`
    : "";
  return `${metric} against ${name}, ${many(found.runs, "run")}.${way}`;
};

/* what the plot of one parameter shows, in a sentence; empty where there are too few runs for it */
export const sayTrend = (name, { metric, goal }, { axis, trend, boxes }) => {
  const points = axis.labels.length
    ? axis.labels
        .map((label, i) => ({
          at: label || "empty",
          median: boxes[i] && boxes[i].five && boxes[i].five[2],
        }))
        .filter(({ median }) => median !== null && median !== undefined)
    : trend
      ? Array.from(trend.median, (median, i) => ({ at: writeShort(trend.x[i], 3), median }))
      : [];
  if (points.length < 2) return "";
  const sorted = [...points].sort((a, b) => a.median - b.median);
  const [best, worst] =
    goal === "minimize" ? [sorted[0], sorted.at(-1)] : [sorted.at(-1), sorted[0]];
  const what = axis.labels.length ? `the median ${metric}` : `the running median of ${metric}`;
  const at = axis.labels.length ? "with" : "at";
  return `Over ${name} ${what} is best, ${writeShort(best.median, 3)}, ${at} ${best.at}, and worst, ${writeShort(worst.median, 3)}, ${at} ${worst.at}.`;
};

export const said = ({ counts, target, goal, best }) => {
  const all = counts.drawn === counts.feasible && counts.crosses === counts.infeasible;
  const beyond = [
    [target.above, "above"],
    [target.below, "below"],
  ]
    .filter(([n]) => n)
    .map(
      ([n, side]) =>
        `${many(n, "run")} ${side} ${writeShort(side === "above" ? target.high : target.low)} ${n === 1 ? "is" : "are"} drawn as ${n === 1 ? "a triangle" : "triangles"} at that end.`,
    );
  return [
    `Drawn: ${counts.feasible === 1 ? "the one run with a target" : `${some(counts.drawn, counts.feasible)} runs with a target, ${best === 1 ? "the best one" : `the best ${best}`} among them`}${counts.infeasible ? `, and ${some(counts.crosses, counts.infeasible)} infeasible` : ""}.`,
    ...(all ? [] : ["Trends, bands, boxes and running best are of all runs."]),
    ...beyond,
    `Goal: ${goal === "minimize" ? "minimise" : "maximise"}. A click enlarges a plot; a box or lasso in it selects runs.`,
  ].join(" ");
};

/* ---- the legend: what each mark is ---- */

const SVG = "http://www.w3.org/2000/svg";
/** @type {[string, string, [string, Record<string, any>][]][]} */
const MARKS = [
  ["run", "run", [["circle", { cx: 11, cy: 7, r: 2.6, class: "m-run" }]]],
  ["best", "best runs", [["path", { d: "M11 2.2 15.8 7 11 11.8 6.2 7Z", class: "m-best" }]]],
  ["infeasible", "infeasible", [["path", { d: "M7.5 3.5l7 7m0-7l-7 7", class: "m-cross" }]]],
  [
    "trend",
    "running median, 90 % band",
    [
      ["rect", { x: 0, y: 2, width: 22, height: 10, class: "m-band" }],
      ["path", { d: "M0 7h22", class: "m-trend" }],
    ],
  ],
  ["running", "running best", [["path", { d: "M0 7h22", class: "m-running" }]]],
  [
    "boxes",
    "half of the runs, median, whiskers",
    [
      ["path", { d: "M11 1v12", class: "m-whisker" }],
      ["rect", { x: 4, y: 4, width: 14, height: 6, class: "m-box" }],
      ["path", { d: "M4 7h14", class: "m-whisker" }],
    ],
  ],
  ["selected", "selected", [["circle", { cx: 11, cy: 7, r: 4.4, class: "m-ring" }]]],
];
export const makeSliceLegend = (which) => {
  const list = make("ul", "slice-legend");
  list.setAttribute("aria-label", "What the marks are");
  MARKS.filter(([mark]) => which(mark)).forEach(([, words, shapes]) => {
    const item = make("li");
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 22 14");
    svg.setAttribute("aria-hidden", "true");
    shapes.forEach(([tag, attributes]) => {
      const shape = document.createElementNS(SVG, tag);
      Object.entries(attributes).forEach(([key, value]) => shape.setAttribute(key, value));
      svg.append(shape);
    });
    item.append(svg, make("span", "", words));
    list.append(item);
  });
  return list;
};
