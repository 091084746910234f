/* The path from a baseline to the best config, step by step. Part of the view of the best runs. */

import { makeTableCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeOpener,
  makePlainNameCell,
  makeSentence,
  makeTable,
} from "../page/pieces.mjs";
import { getSelected } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { sayBridge } from "./bridge.mjs";

const TAB = "best";
const STEPS = 12; // that are shown at once

/* ---- words ---- */

const percent = (share) => {
  const rounded = Math.round(100 * (share || 0));
  return `${rounded < 0 ? "−" : ""}${Math.abs(rounded)} %`;
};
const runs = (n) => `${n.toLocaleString("en")} run${n === 1 ? "" : "s"}`;
const OUTCOME = {
  small: "hardly matters",
  noise: "within noise",
  unknown: "luck not known",
};
const known = (step) =>
  [
    step.how === "run" ? "as run" : step.failed ? "predicted; it was run and failed" : "predicted",
    OUTCOME[step.verdict],
  ]
    .filter(Boolean)
    .join(", ");

/* ---- the table ---- */

const rowHead = (className, ...children) => {
  const head = make("th", className);
  head.scope = "row";
  head.append(...children);
  return head;
};

const endLine = (words, end) => {
  const open = makeButton(end.name, "opener", () => page.show({ run: end.run }));
  open.title = end.name;
  const line = make("tr", "path-end");
  line.append(
    rowHead("name", `${words} `, open),
    ...Array.from({ length: 3 }, () => make("td")),
    make("td", "number", writeShort(end.target)),
    make("td", "muted", runs(end.runs)),
  );
  return line;
};

const setting = ({ parameter, before, after }) => {
  const part = make("div");
  const values = make("span", "muted small", `${before} → ${after}`);
  values.title = `${parameter}: ${before} → ${after}`;
  part.append(makeOpener(parameter, [parameter]), values);
  return part;
};

const amount = (step) => {
  const cell = make("td", "number", writeShort(step.brought, 3));
  if (step.low !== null)
    cell.append(
      make("div", "muted small", `${writeShort(step.low, 3)} to ${writeShort(step.high, 3)}`),
    );
  return cell;
};

/* what a step brought, with its interval: to the right is better */
const limits = (step) => [step.low ?? step.brought, step.high ?? step.brought];
const plot = (step, place) => {
  const cell = make("td", "coefficient-plot");
  const centre = make("span", "centre");
  centre.style.left = place(0);
  cell.append(centre);
  if (step.brought === null) return cell;
  const [low, high] = limits(step);
  const line = make("span", "line");
  if (step.verdict === "better") line.classList.add("positive");
  if (step.verdict === "worse") line.classList.add("negative");
  line.style.left = place(low);
  line.style.right = `calc(100% - ${place(high)})`;
  const point = make("span", "point");
  point.style.left = place(step.brought);
  cell.append(line, point);
  return cell;
};
/* from a number to its place in the column, which holds all steps and 0 */
const findPlaces = (steps) => {
  const ends = steps.flatMap(limits).filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return (value) => `${4 + (92 * (value - low)) / (high - low || 1)}%`;
};

const stepLine = (step, place) => {
  const line = make("tr", step.verdict === "better" ? "beyond" : "");
  const said = make("td", "", known(step));
  said.title = step.words;
  if (step.mean !== null)
    said.append(make("div", "muted small", `${runs(step.runs)}: ${writeShort(step.mean)}`));
  line.append(
    rowHead("name path-change", ...step.settings.map(setting)),
    amount(step),
    plot(step, place),
    make("td", "number", percent(step.share)),
    make("td", "number", writeShort(step.after)),
    said,
  );
  return line;
};

const leftLine = (r) => {
  const line = make("tr", "path-end");
  line.append(
    rowHead("name", "explained by no change"),
    make("td", "number", writeShort(r.left, 3)),
    make("td"),
    make("td", "number", percent(r.left_share)),
    make("td"),
    make("td", "muted", "luck of the two ends, or what the model does not see"),
  );
  return line;
};

/* predicted steps begin where the model has the baseline, not where its runs do */
const startLine = (step) => {
  const line = make("tr");
  line.append(
    makePlainNameCell("the same, as predicted"),
    make("td"),
    make("td"),
    make("td"),
    make("td", "number", writeShort(step.before)),
    make("td", "muted", "the steps start here"),
  );
  return line;
};

const pathTable = (r, steps) => {
  const { node, body } = makeTable("From the baseline to the best config", [
    ["Change", "", "name"],
    [
      "Brought",
      `By how much ${r.target} gets better, with its ${Math.round(100 * r.level)} % interval`,
    ],
    ["", "", "plot-head"],
    ["Share", "Of all that lies between the two ends"],
    ["Then", `${r.target} after it, of runs or as predicted`],
    [
      "Known",
      "As run: the configs on both sides were run. Predicted: by a smooth model of all runs",
    ],
  ]);
  node.classList.add("path-table");
  const place = findPlaces(r.steps);
  body.append(endLine("Baseline", r.baseline));
  const [first] = r.steps;
  if (first && first.how === "predicted" && first.before !== null) body.append(startLine(first));
  body.append(...steps.map((step) => stepLine(step, place)));
  if (steps.length === r.steps.length && r.steps.some((step) => step.how === "predicted"))
    body.append(leftLine(r));
  body.append(endLine("Best", r.best));
  return node;
};

const csv = (r) =>
  makeCsv(
    [
      "change",
      "from",
      "to",
      `${r.target} before`,
      `${r.target} after`,
      "brought",
      "low",
      "high",
      "share",
      "known",
      "outcome",
      "run",
    ],
    r.steps.map((s) => [
      ...["parameter", "before", "after"].map((key) => s.settings.map((p) => p[key]).join(" + ")),
      s.before,
      s.after,
      s.brought,
      s.low,
      s.high,
      s.share,
      s.how,
      s.verdict,
      s.name,
    ]),
  );

/* ---- the baseline ---- */

const baselines = (r) => {
  const { run } = getOptions(TAB);
  const selected = getSelected();
  const one = run || (selected && selected.size === 1 ? [...selected][0] : "");
  const own = run && r.baseline ? `run ${r.baseline.name}` : "the selected run";
  const offered = [
    ["usual", "the usual values"],
    ["first", "the first run"],
    ...(one ? [["run", own]] : []),
  ];
  const row = make("div", "choices");
  row.append(
    makeChoice("Baseline", offered, r.asked || "run", (value) =>
      setOptions(
        TAB,
        value === "run" ? { run: one, baseline: null } : { run: null, baseline: value },
      ),
    ),
  );
  return row;
};

/* the card of a path, or why there is none */
export const makePathCard = (r) => {
  const title = "From a baseline to the best config";
  if (r.empty) return makeCard(make("h3", "", title), make("p", "", r.empty), baselines(r));
  const steps = getOptions(TAB).steps ? r.steps : r.steps.slice(0, STEPS);
  const lead = [r.lead, sayBridge(r, page.shown.record)].filter(Boolean).join(" ");
  const said = [makeSentence("p", "lead", lead), baselines(r)];
  const notes = r.notes.map((text) => makeSentence("p", "muted small", text));
  if (!steps.length) return makeCard(make("h3", "", title), ...said, ...notes);
  const card = makeTableCard(title, "path", pathTable(r, steps), () => csv(r));
  card.querySelector(".chart-head").after(...said);
  if (steps.length < r.steps.length)
    card.append(
      makeButton(`Show all ${r.steps.length} steps`, "link", () =>
        setOptions(TAB, { steps: true }),
      ),
    );
  card.append(...notes);
  return card;
};
