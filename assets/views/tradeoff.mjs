/* Two metrics against each other: the runs that no other run beats in both, and lasso and box to select runs. */

import { fillPlace, makeChartCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { shortenName } from "../page/names.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeScroll,
  makeSentence,
  makeTable,
} from "../page/pieces.mjs";
import { findHidden, listVisible } from "../page/ranking.mjs";
import { getSelected, selectFound, selectRuns, writeSelectionKey } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { getTheme } from "../page/theme.mjs";

const TAB = "tradeoff";
const MOST_PARAMETERS = 8;
const n = (value) => value.toLocaleString("en");

const asked = () => {
  const { x, y, goal_x, goal_y } = getOptions(TAB);
  return Object.fromEntries(Object.entries({ x, y, goal_x, goal_y }).filter(([, value]) => value));
};

/* ---- the choices above ---- */

const controls = (record) => {
  const row = make("div", "choices");
  const axis = (name, words) => {
    const side = record[name] || {};
    const goal = `goal_${name}`;
    row.append(
      makeChoice(words, record.choices, side.id || "", (value) =>
        setOptions(TAB, { [name]: value, [goal]: null }),
      ),
      makeChoice(
        "goal",
        [
          ["minimize", "smaller is better"],
          ["maximize", "larger is better"],
        ],
        side.goal || "minimize",
        (value) => setOptions(TAB, { [goal]: value }),
      ),
    );
    row.lastChild.querySelector("select").setAttribute("aria-label", `Goal of the ${words} metric`);
  };
  axis("x", "Across");
  axis("y", "Up");
  return row;
};

/* ---- the selection, both ways ---- */

const outline = (event) => {
  const { range, lassoPoints } = event;
  if (lassoPoints) return [lassoPoints.x, lassoPoints.y];
  const [[left, right], [low, high]] = [range.x, range.y];
  return [
    [left, right, right, left],
    [low, low, high, high],
  ];
};
const selectInside = (event) => {
  if (!event || !(event.range || event.lassoPoints)) return;
  const [xs, ys] = outline(event);
  selectFound({
    selection: { ...page.question.selection, picked: null },
    outline: { xs, ys, asked: asked() },
  });
};

const showSelected = (plot) => {
  const runs = getSelected();
  const places = plot.data.map((trace) =>
    runs && trace.mode === "markers"
      ? trace.customdata.flatMap(([id], i) => (runs.has(id) ? [i] : []))
      : null,
  );
  window.Plotly.update(plot, { selectedpoints: places }, { selections: [] });
};

/* ---- words ---- */

const frontWords = (record) => {
  const size = record.front.length;
  const out = Object.entries(record.left_out)
    .map(([reason, k]) => `${n(k)} ${reason}`)
    .join(", ");
  const { best, points } = record;
  const target = page.shown.answer.target.label;
  const place = !best
    ? ""
    : best.place
      ? ` The best run by ${target}, ${best.name}, is number ${n(best.place)} of ${n(size)} on it, counted from the best ${record.x.label}.`
      : best.without.length
        ? ` The best run by ${target}, ${best.name}, was not compared: it has no finite ${best.without.join(" and no finite ")}.`
        : ` The best run by ${target}, ${best.name}, is not on it.`;
  return [
    size === 1
      ? `${record.listed[0].name} alone is on the front: none of the ${n(record.n)} runs compared is better in either metric.${best && best.place ? "" : place}`
      : `${n(size)} of ${n(record.n)} runs are on the front: no other run is at least as good in both metrics and better in one.${place}`,
    `${points.run.length < record.n ? `${n(points.run.length)} of ${n(record.n)} runs drawn, all on the front among them; lasso and box select from all. ` : ""}${
      out ? `Not compared: ${out}. ` : ""
    }A lucky seed alone can put a run on the front.`,
  ];
};

/* ---- the runs on the front ---- */

const frontTable = (record) => {
  const { listed, parameters, front } = record;
  const names = listVisible(page.shown.answer, page.shown.record, page.display)
    .map((f) => f.parameter)
    .filter((name) => name in parameters);
  const shown = names.slice(0, MOST_PARAMETERS);
  const heads = [
    ["Run", "", "name"],
    ...[record.x, record.y].map(({ label }) => [label]),
    ...shown.map((name) => [shortenName(name, 18), name, "setting"]),
  ];
  const { node, body } = makeTable("Runs on the front", heads);
  listed.forEach((run, i) => {
    const line = make("tr");
    const first = make("th", "name");
    first.scope = "row";
    first.append(makeButton(run.name, "opener", () => page.show({ run: run.run })));
    first.firstChild.title = run.name;
    line.append(
      first,
      make("td", "", writeShort(run.x)),
      make("td", "", writeShort(run.y)),
      ...shown.map((name) => make("td", "", parameters[name][i] || "–")),
    );
    body.append(line);
  });
  const words = [
    ...(listed.length < front.length
      ? [`${n(listed.length)} of ${n(front.length)} runs on the front, spread along it.`]
      : []),
    listed.length < 2
      ? ""
      : shown.length
        ? `With the visible parameters in which these runs differ${names.length > shown.length ? `, the ${shown.length} most important of ${names.length}` : ""}.`
        : "They do not differ in any visible parameter.",
  ]
    .filter(Boolean)
    .join(" ");
  return makeCard(
    make("h3", "", "Runs on the front"),
    ...(words ? [make("p", "muted small", words)] : []),
    makeScroll(node),
  );
};

const csv = ({ points, x, y }) =>
  makeCsv(
    ["id", "run", x.label, y.label, "on_the_front"],
    points.run.map((id, i) => [id, points.name[i], points.x[i], points.y[i], points.on[i]]),
  );

/* ---- drawing: what is drawn of the same record only shows another selection ---- */

let last = {};
const draw = (place, { record, figures }) => {
  const key = JSON.stringify([
    getTheme(),
    getOptions(TAB).mode,
    page.shown.answer.target,
    [...findHidden(page.shown.answer, page.display)],
    page.display.sort,
    page.display.up,
    Boolean(page.shown.record),
  ]);
  if (last.record === record && last.key === key && last.plot && last.plot.isConnected) {
    if (last.plot.dataset.drawn) showSelected(last.plot);
    return;
  }
  if (record.empty) {
    fillPlace(
      place,
      makeCard(make("p", "lead", record.empty), ...(record.x ? [controls(record)] : [])),
    );
    return;
  }
  const [words, note] = frontWords(record);
  const tools = make("div", "choices");
  const mode = getOptions(TAB).mode || "lasso";
  tools.append(
    makeChoice(
      "Select with",
      [
        ["lasso", "lasso"],
        ["select", "box"],
      ],
      mode,
      (value) => setOptions(TAB, { mode: value === "lasso" ? null : value }),
    ),
    makeButton("Select the front", "button", () => selectRuns(record.front)),
  );
  const figure = figures[0];
  const chart = makeChartCard({
    title: `${record.y.label} against ${record.x.label}`,
    note,
    name: "trade-off",
    figure: { ...figure, layout: { ...figure.layout, dragmode: mode } },
    csv: () => csv(record),
    summary: words,
    onClick: (point) => {
      if (point.customdata) page.show({ run: point.customdata[0] });
    },
  });
  chart.querySelector(".chart").before(tools);
  const cost = record.cost ? [makeSentence("p", "", record.cost)] : [];
  fillPlace(
    place,
    makeCard(make("p", "lead", words), ...cost, controls(record)),
    chart,
    frontTable(record),
  );
  last = { record, key, plot: chart.plot };
  chart.plot.drawn.then((plot) => {
    plot.on("plotly_selected", selectInside);
    plot.on("plotly_deselect", () => selectRuns(null));
    showSelected(plot);
  });
};

page.tabs.tradeoff = {
  options: { x: "", y: "", goal_x: "", goal_y: "", mode: "" },
  draw,
  asked,
  runs: true,
  empty: true,
  key: () =>
    JSON.stringify([
      writeSelectionKey(),
      getOptions(TAB).mode,
      [...findHidden(page.shown.answer, page.display)],
      page.display.sort,
      page.display.up,
      Boolean(page.shown.record),
    ]),
};
