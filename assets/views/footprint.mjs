/* The map: all configs on a plane, near each other where their settings are alike; lasso to select runs. */

import { fillPlace, makeChartCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import * as page from "../page/page.mjs";
import {
  fillSentence,
  make,
  makeCard,
  makeChoice,
  makeNotes,
  makeSentence,
} from "../page/pieces.mjs";
import { findHidden, listVisible } from "../page/ranking.mjs";
import { selectRuns } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const TAB = "footprint";
const n = (value) => value.toLocaleString("en");

const csv = ({ points, target }) =>
  makeCsv(
    ["id", "run", target, "x", "y"],
    points.run.map((id, i) => [id, points.name[i], points.target[i], points.x[i], points.y[i]]),
  );

const colours = ({ colour, target }) => {
  const by = colour.by === "target" ? "" : colour.by;
  const names = listVisible(page.shown.answer, page.shown.record, page.display).map(
    (fact) => fact.parameter,
  );
  const offered = by && !names.includes(by) ? [by, ...names] : names;
  const row = make("div", "choices");
  row.append(
    makeChoice(
      "Colour by",
      [["", target], ...offered.map((name) => [name, name])],
      by,
      (parameter) => setOptions(TAB, { parameter: parameter || null }),
    ),
  );
  return row;
};

/* one run of each config lies on the map */
const selectInside = (event) => {
  if (event && event.points && event.points.length)
    selectRuns(event.points.map((point) => point.customdata[0]));
};

const draw = (place, { record, figures }) => {
  if (record.empty) {
    fillPlace(place, makeCard(make("p", "lead", record.empty)));
    return;
  }
  const chart = makeChartCard({
    title: `${n(record.configs)} configs in ${n(record.parameters)} parameter${record.parameters === 1 ? "" : "s"}, on a plane`,
    note: record.axes,
    name: "map",
    figure: figures[0],
    csv: () => csv(record),
    summary: `${record.lead} ${record.axes}`,
    onClick: (point) => page.show({ run: point.customdata[0] }),
  });
  fillSentence(chart.querySelector(".small"), record.axes);
  fillPlace(
    place,
    makeCard(makeSentence("p", "lead", record.lead), colours(record)),
    chart,
    makeNotes(record.notes),
  );
  chart.plot.drawn.then((plot) => plot.on("plotly_selected", selectInside));
};

page.tabs.footprint = {
  options: { parameter: "" },
  draw,
  runs: true,
  empty: true,
  asked: () => {
    const { parameter } = getOptions(TAB);
    return parameter ? { parameter } : {};
  },
  key: () => JSON.stringify([...findHidden(page.shown.answer, page.display)]),
};
