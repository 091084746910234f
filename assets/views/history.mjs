/* How the search went: the target over the runs with the best so far, when runs ran, and how the target spreads. */

import { fillPlace, makeChartCard, makeFigureCsv } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import * as page from "../page/page.mjs";
import { make, makeCard, makeChoice, makeNotes, makeSentence } from "../page/pieces.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const TAB = "history";
const SELECTED = "selected";

const chosen = () => getOptions(TAB);
const asked = () => {
  const { x, by } = chosen();
  return {
    ...(x ? { x } : {}),
    ...(by ? { by } : {}),
    ...(by === SELECTED ? { selected: page.display.selected || [] } : {}),
  };
};

/* ---- the choices above ---- */

const bare = (field) => field.replace(/^run\./, "");
const choices = (record) => {
  const row = make("div", "choices");
  const { by } = chosen();
  const parts = [
    ["", "nothing"],
    [SELECTED, "selected runs, and the others"],
    ...record.fields.map((field) => [field, bare(field)]),
  ];
  if (by && !parts.some(([id]) => id === by)) parts.push([by, bare(by)]); // what was asked for stays to be seen
  if (record.along.length > 1) {
    row.append(
      makeChoice(
        "Along",
        [
          ["order", "order of start"],
          ["time", "time of start"],
        ],
        record.x,
        (x) => setOptions(TAB, { x: x === "order" ? null : x }),
      ),
    );
  }
  row.append(
    makeChoice("Apart by", parts, by || "", (value) => setOptions(TAB, { by: value || null })),
  );
  return row;
};

/* ---- what the charts draw, as CSV ---- */

const ended = (ms) => new Date(ms).toISOString();
const progressCsv = (record, figure) =>
  makeCsv(
    [
      "kind",
      "id",
      "run",
      record.x === "time" ? "started" : "place",
      `${record.target} as drawn`,
      "said",
    ],
    figure.data.flatMap((trace) =>
      trace.x.map((x, i) => {
        const [id, name, words] = trace.customdata ? trace.customdata[i] : ["", "", ""];
        return [
          trace.name,
          id,
          plain(name),
          record.x === "time" ? ended(x) : x,
          trace.y[i],
          plain(words),
        ];
      }),
    ),
  );
const timelineCsv = (record, figure) => {
  const { kind } = record.timeline;
  if (kind !== "bars") {
    const along = record.timeline.edges
      .slice(0, -1)
      .map((edge) => (kind === "time" ? ended(edge) : Math.ceil(edge)));
    return makeCsv(
      ["from", "state", "runs started"],
      figure.data.flatMap((trace) => trace.y.map((n, i) => [along[i], trace.name, n])),
    );
  }
  return makeCsv(
    ["state", "id", "run", "started", "took", "row"],
    figure.data.flatMap((trace) =>
      trace.customdata.map(([id, name, length], i) => [
        trace.name,
        id,
        plain(name),
        ended(trace.base[i]),
        length,
        trace.y[i],
      ]),
    ),
  );
};
/* what Plotly shows as it is, as text again */
const plain = (markup) =>
  String(markup)
    .replaceAll("<br>", ", ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/* ---- drawing ---- */

const list = (sentences) => {
  const node = make("ul", "sentences");
  node.append(...sentences.map((text) => makeSentence("li", "", text)));
  return node;
};
const open = (point) => {
  if (point.customdata) page.show({ run: point.customdata[0] });
};

const draw = (place, { record, figures }) => {
  if (record.empty) {
    fillPlace(place, makeCard(make("p", "lead", record.empty)));
    return;
  }
  const [progress, timeline, distribution] = figures;
  const over = record.timeline;
  const said = [...record.order, ...record.said];
  fillPlace(
    place,
    makeCard(make("p", "lead", record.lead), ...(said.length ? [list(said)] : []), choices(record)),
    makeChartCard({
      title: `${record.target} ${record.x === "time" ? "over time" : "run by run"}`,
      name: "history",
      figure: progress,
      csv: () => progressCsv(record, progress),
      summary: [record.lead, ...said, ...record.notes].join(" "),
      onClick: open,
      note: `Goal: ${record.goal === "minimize" ? "minimise" : "maximise"}. A click opens a run.`,
    }),
    ...(record.notes.length ? [makeNotes(record.notes)] : []),
    makeChartCard({
      title: over.kind === "bars" ? "Runs over time, by state" : "Runs started, by state",
      note: [over.said, over.why].filter(Boolean).join(" "),
      name: "timeline",
      figure: timeline,
      csv: () => timelineCsv(record, timeline),
      summary: `${over.said} ${over.why}`,
      onClick: open,
    }),
    makeChartCard({
      title: `Distribution of ${record.target}`,
      note: record.distribution,
      name: "distribution",
      figure: distribution,
      csv: () => makeFigureCsv(distribution),
      summary: record.distribution,
    }),
  );
};

page.tabs.history = {
  options: { x: "", by: "" },
  draw,
  asked,
  runs: true,
  empty: true,
  stays: true,
};
