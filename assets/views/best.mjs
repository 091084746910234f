/* The best runs: in which settings they agree and differ from the rest, their curves, and the path to the best config. */

import { fillPlace, makeChartCard, makeTableCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeNameCell,
  makeNotes,
  makeSentence,
  makeTable,
  makeTwoCards,
} from "../page/pieces.mjs";
import { findHidden, isVisible } from "../page/ranking.mjs";
import { selectRuns, writeSelectionKey } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { writeRankingKey } from "./bridge.mjs";
import { makeLinesCsv } from "./curves_lines.mjs";
import { makePathCard } from "./path.mjs";

const COUNTS = [3, 5, 10, 20, 30, 50];
const ROWS = 40; // parameters that are shown at once

const count = (n) => n.toLocaleString("en");
const percent = (share) => `${Math.round(100 * share)} %`;
const range = (low, high) =>
  low === null || low === undefined
    ? "–"
    : low === high
      ? writeShort(low, 3)
      : `${writeShort(low, 3)} to ${writeShort(high, 3)}`;
const avoids = (row) =>
  row.kind === "category" && row.beyond && row.telling === "avoided" && row.avoided !== null;
const agreed = (row, k) =>
  row.kind === "category"
    ? avoids(row)
      ? `none has ${row.avoided}`
      : `${row.usual} (${Math.round(row.share * k)} of ${k})`
    : range(row.low, row.high);
const others = (row) =>
  row.kind === "category"
    ? row.others === null
      ? "–"
      : percent(avoids(row) ? row.avoided_others : row.others)
    : range(row.rest_low, row.rest_high);
const chance = (p) =>
  p === null || p === undefined
    ? "–"
    : p < 0.001
      ? "< 0.1 %"
      : p < 0.1
        ? `${(100 * p).toFixed(1)} %`
        : percent(p);

/* whether a value of one of the best stands out: from what the best have in common, or from the rest's numbers */
const odd = (row, text, i) => {
  if (row.kind === "category") return !row.agree[i];
  const value = Number(text);
  return (
    row.rest_low !== null && !Number.isNaN(value) && (value < row.rest_low || value > row.rest_high)
  );
};

const head = (r, run, i) => {
  const node = make("th", "best-run");
  node.scope = "col";
  const open = makeButton(String(i + 1), "link", () => page.show({ run: run.run }));
  open.title = run.name;
  open.setAttribute("aria-label", `Run ${i + 1}: ${run.name}, ${writeShort(run.target)}`);
  node.append(open, make("div", "small number", writeShort(run.target)));
  if (r.best_configs < r.k) node.append(make("div", "small muted", `config ${run.config}`));
  return node;
};

const diffTable = (r, rows) => {
  const { node, body } = makeTable(`Settings of the ${r.k} best runs`, [
    ["Parameter", "", "name"],
    [
      "Best agree on",
      r.k < 20 ? "Of a number the smallest and the largest value" : "Of a number their middle 90 %",
    ],
    ["Rest", "Share of the rest with the same value; of a number their middle 90 %"],
    [
      "Likely by chance",
      "At most how likely such an agreement is by chance, corrected for the number of parameters (Holm)",
    ],
  ]);
  node.classList.add("best-table");
  node.querySelector("thead tr").append(...r.runs.map((run, i) => head(r, run, i)));
  rows.forEach((row) => {
    const line = make("tr", row.beyond ? "beyond" : "");
    const agree = make("td", "agree", agreed(row, r.k));
    agree.title = agree.textContent;
    line.append(
      makeNameCell(row.parameter, !row.beyond),
      agree,
      make("td", "number", others(row)),
      make("td", "number", chance(row.corrected)),
    );
    row.values.forEach((text, i) => {
      const cell = make("td", `best-value ${odd(row, text, i) ? "odd" : "quiet"}`);
      const value = Number(text);
      const words = make(
        "span",
        "",
        row.numeric && text && !Number.isNaN(value)
          ? writeShort(value, row.kind === "number" ? 3 : 6)
          : text,
      );
      words.title = text;
      cell.append(words);
      line.append(cell);
    });
    body.append(line);
  });
  return node;
};

const tableCsv = (r, rows) =>
  makeCsv(
    ["parameter", "best agree on", "rest", "chance (Holm)", ...r.runs.map((run) => run.name)],
    [
      [r.target, "", "", "", ...r.runs.map((run) => run.target)],
      ...rows.map((row) => [
        row.parameter,
        agreed(row, r.k),
        others(row),
        row.corrected,
        ...row.values,
      ]),
    ],
  );

const curvesCsv = (figure) => makeLinesCsv(figure, ["run", "step", "value"], ({ run }) => [run]);

const drawBest = (place, { record: r, figures, path }) => {
  if (r.empty) {
    fillPlace(place, makeCard(make("p", "lead", r.empty)));
    return;
  }
  const options = getOptions("best");
  const visible = r.rows.filter((row) => isVisible(row.parameter));
  const rows = options.all ? visible : visible.slice(0, ROWS);
  const row = make("div", "choices");
  const counts = [...new Set([...COUNTS, r.asked])].sort((a, b) => a - b);
  row.append(
    makeChoice(
      "Best",
      counts.map((k) => [String(k), `${k} runs`]),
      String(r.asked),
      (k) => setOptions("best", { k: Number(k) }),
    ),
    makeButton("Select these runs", "button", () => selectRuns(r.runs.map((run) => run.run))),
  );
  const beyond = visible.filter((line) => line.beyond).length;
  const many =
    visible.length === 1 ? "the one visible parameter" : `${visible.length} visible parameters`;
  const lead = r.adaptive
    ? `The ${r.k} best of ${count(r.feasible)} runs, beside the rest.`
    : r.rest <= 0
      ? `All ${r.k} runs are among the best.`
      : `The ${r.k} best of ${count(r.feasible)} runs differ from the rest beyond chance in ${beyond || "none"} of ${many}.`;
  const clear = page.shown.record ? page.shown.record.importance.filter((row) => row.clear) : [];
  const bridge =
    !r.adaptive && r.rest > 0 && !beyond && clear.length
      ? " So few runs show large differences only; what matters over all runs is on the overview."
      : "";
  const list = make("ul", "sentences");
  list.append(...r.sentences.map((text) => makeSentence("li", "", text)));
  const said = makeCard(
    row,
    make("p", "lead below-choices", lead + bridge),
    list,
    ...(r.adaptive
      ? []
      : [
          make(
            "p",
            "muted small",
            "Beyond chance: as many configs drawn at random agree as much in less than 10 % of draws, all parameters together.",
          ),
        ]),
  );
  const chart = figures.length
    ? makeChartCard({
        title: `Curves of the ${r.k} best`,
        name: "best-curves",
        figure: figures[0],
        csv: () => curvesCsv(figures[0]),
        note: `${r.metric} per step; the best in blue${figures[0].data.length < r.k ? `; ${r.k - figures[0].data.length} of them logged no curve` : ""}.`,
        summary: `${r.metric} per step of ${figures[0].data.length} of the best runs.`,
        onClick: (point) => page.show({ run: point.data.meta.run }),
      })
    : null;
  const more =
    visible.length > rows.length
      ? [
          makeButton(`Show all ${visible.length} parameters`, "link", () =>
            setOptions("best", { all: true }),
          ),
        ]
      : [];
  const settings = () => {
    const node = makeTableCard(
      `Settings of the ${r.k} best, in order of how much they differ from the rest`,
      "best-runs",
      diffTable(r, rows),
      () => tableCsv(r, visible),
    );
    node.append(...more);
    return node;
  };
  fillPlace(
    place,
    chart ? makeTwoCards(said, chart) : said,
    makePathCard(path),
    visible.length
      ? settings()
      : makeCard(
          make(
            "p",
            "",
            r.rows.length
              ? "All parameters are hidden. Show some in the list of parameters."
              : "No parameter varies among these runs.",
          ),
        ),
    makeNotes(r.notes),
  );
};

page.tabs.best = {
  options: { k: 10, all: true, baseline: "", run: "", steps: true },
  draw: drawBest,
  runs: true,
  empty: true,
  asked: () => {
    const { k, baseline, run } = getOptions("best");
    return { ...(k ? { k } : {}), ...(baseline ? { baseline } : {}), ...(run ? { run } : {}) };
  },
  key: () =>
    JSON.stringify([
      writeSelectionKey(),
      writeRankingKey(page.shown.record),
      getOptions("best").all || false,
      getOptions("best").steps || false,
      [...findHidden(page.shown.answer, page.display)],
    ]),
};
