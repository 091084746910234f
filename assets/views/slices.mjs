/* The target against every visible parameter: small plots, painted one after another as they come into sight, and one of
   them enlarged, in which a box or a lasso selects runs. */

import { fillPlace, makeChartTools, onSeen, savePlot } from "../page/charts.mjs";
import { callbacks, noUpdate, setProps } from "../page/dash.mjs";
import { shortenName } from "../page/names.mjs";
import * as page from "../page/page.mjs";
import {
  escapeMarkup,
  fillSentence,
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeNotes,
  makeOpener,
  makeStatus,
} from "../page/pieces.mjs";
import { onBack } from "../page/polling.mjs";
import { listVisible } from "../page/ranking.mjs";
import { isSame } from "../page/same.mjs";
import { getSelected, selectRuns, writeSelectionKey } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { getTheme, paintInTheme } from "../page/theme.mjs";
import { makeAllCsv, makeDrawnCsv } from "./slices_files.mjs";
import { findWithin } from "./slices_lasso.mjs";
import { enqueue, plotOf } from "./slices_paint.mjs";
import { about, makeSliceLegend, many, said, sayTrend, some, summaryOf } from "./slices_words.mjs";

const TAB = "slices";
const GROUPS = ["runs", "infeasible", "best"]; // traces of points
const AT_FIRST = 40; // plots, and as many more each time
const most = () => page.defaults.most.plots;

/* ---- what is asked ---- */

const visible = () =>
  listVisible(page.shown.answer, page.shown.record, page.display).map((fact) => fact.parameter);
const inSight = () =>
  visible().slice(0, Math.min(most(), Number(getOptions(TAB).plots) || AT_FIRST));

/** @type {any} */
let last = { selection: null, parameters: [] };
/* what is there already is not asked for again: hiding a parameter, or another order, asks nothing */
const asked = () => {
  const wanted = inSight();
  const { selection } = page.question;
  const about = JSON.stringify({ ...selection, picked: null });
  const there = last.about === about ? new Set(last.parameters) : new Set();
  if (last.about !== about || !wanted.every((name) => there.has(name)))
    last = { about, parameters: [...new Set([...wanted, ...there])].slice(0, most()).sort() };
  return { parameters: last.parameters };
};

/* ---- painting: one plot at a time, so that the page never waits ---- */
/* ---- words ---- */
/* ---- one small plot ---- */

const pixels = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight });
const saver = (plot, figure, name) => (format) =>
  savePlot(paintInTheme(figure), format, `sweeplens-slice-${name}`, pixels(plot));

const enlarge = (parameter) => setOptions(TAB, { parameter });

/* the axis as the parameter is called in the list, or shorter where the words for the scale take their place */
const nameAxis = ({ layout: { xaxis, meta } }, name) => {
  const short = shortenName(name, meta.scale ? meta.letters : undefined);
  if (short !== name) xaxis.title.text = escapeMarkup(short) + meta.scale;
};

const small = (name, answer) => {
  const found = answer.slices[name];
  nameAxis(found.figure, name);
  const head = make("div", "slice-head");
  const title = make("h3");
  title.append(makeOpener(name, [name]));
  const open = makeButton("Enlarge", "link", () => enlarge(name));
  open.setAttribute("aria-label", `Enlarge ${name}`);
  const plot = plotOf(found.figure, answer.hover, summaryOf(name, answer.record, found));
  plot.addEventListener("click", () => enlarge(name));
  plot.title = "";
  head.append(title, open);
  const foot = make("div", "slice-foot");
  foot.append(
    make("p", "muted small", about(found)),
    makeChartTools(`slice-${name}`, saver(plot, found.figure, name), () =>
      makeDrawnCsv(name, answer, found, plot),
    ),
  );
  const node = makeCard(head, plot, foot);
  node.classList.add("slice");
  node.dataset.parameter = name;
  node.plot = plot;
  return node;
};

/* ---- the enlarged plot ---- */

let large = null; // the answer
let largeAsked = null;
const aboutLarge = () => ({
  parameter: getOptions(TAB).parameter,
  selection: { ...page.question.selection, picked: null },
});
const largeNow = () => (large && isSame(large.question, aboutLarge()) ? large : null);
const askLarge = () => {
  const wanted = aboutLarge();
  if (largeNow() || isSame(wanted, largeAsked)) return;
  largeAsked = wanted;
  setProps("slice-asked", { data: wanted });
};
onBack(() => {
  if (page.display.tab !== TAB || !built || !getOptions(TAB).parameter || largeNow()) return;
  largeAsked = null; // the answer was lost
  askLarge();
});
callbacks.slice_received = (received) => {
  if (received) {
    large = received;
    largeAsked = null;
  }
  if (page.display.tab === TAB && built) drawLarge();
  return noUpdate();
};

const close = () => {
  const { parameter } = getOptions(TAB);
  enlarge(null);
  const back = built && built.cards.get(parameter);
  if (back) back.querySelector(".slice-head .link").focus();
};

const largeCard = (name, answer) => {
  const found = answer.slices[name];
  const closer = () => makeButton("Close", "button", close);
  if (!found) return makeCard(make("p", "lead", `No run here has a value of ${name}.`), closer());
  const { layout } = found.figure;
  const narrow = window.innerWidth < 760 && built.answer.slices[name];
  if (narrow && found.axis.labels.length) {
    // labels as in the small plot, which is as wide
    Object.assign(layout.xaxis, narrow.figure.layout.xaxis);
    layout.margin.b = narrow.figure.layout.margin.b;
  }
  const logs = { x: layout.xaxis.type === "log", y: layout.yaxis.type === "log" };
  const head = make("div", "chart-head");
  const title = make("h3");
  title.append(make("span", "", `${answer.record.metric} against `), makeOpener(name, [name]));
  const plot = plotOf(found.figure, answer.hover, summaryOf(name, answer.record, found), (node) => {
    node.on("plotly_click", (event) => {
      const point = event.points.find(
        (p) => Array.isArray(p.customdata) && p.customdata.length === 4,
      );
      if (point) page.show({ run: point.customdata[3] });
    });
    node.on("plotly_selected", (event) => {
      if (!event || !(event.range || event.lassoPoints)) return;
      const ids = findWithin(event, found.all, logs);
      window.Plotly.update(node, { selectedpoints: null }, { selections: [] });
      selectRuns(ids);
    });
  });
  const mode = makeChoice(
    "Drag selects by",
    [
      ["select", "box"],
      ["lasso", "lasso"],
    ],
    getOptions(TAB).drag || "select",
    (value) => {
      setOptions(TAB, { drag: value === "select" ? null : value });
      if (plot.dataset.drawn) window.Plotly.relayout(plot, { dragmode: value });
    },
  );
  layout.dragmode = getOptions(TAB).drag || "select";
  head.append(
    title,
    mode,
    makeChartTools(`slice-${name}`, saver(plot, found.figure, name), () =>
      makeAllCsv(name, answer, found),
    ),
    closer(),
  );
  const thinned =
    found.drawn < found.runs
      ? ` ${some(found.drawn, found.runs)} runs are drawn, the best among them; a box or lasso selects all that lie in it.`
      : "";
  const trend = found.trend
    ? ` Trend: running median of ${many(found.trend.configs, "config")}${found.trend.configs < found.trend.runs ? ` (${many(found.trend.runs, "run")}; of replicates their median)` : ""} in ${found.trend.n.length} windows; the band is the 90 % interval of that median, as if configs had been drawn independently.`
    : "";
  const node = makeCard(
    head,
    plot,
    make(
      "p",
      "muted small",
      `${about(found)}.${thinned}${trend} A click on a point opens the run.`,
    ),
  );
  node.classList.add("slice-large");
  node.plot = plot;
  return node;
};

let largeDrawn = {};
const drawLarge = () => {
  const name = getOptions(TAB).parameter;
  const place = built.enlarged;
  if (!name) {
    if (place.childNodes.length) fillPlace(place);
    largeDrawn = {};
    return;
  }
  askLarge();
  const answer = largeNow();
  const now = { name, answer, theme: getTheme(), place };
  if (Object.keys(now).every((key) => now[key] === largeDrawn[key])) {
    const shown = place.querySelector(".chart");
    if (shown) enqueue(shown);
    return;
  }
  const fresh = largeDrawn.name !== name;
  largeDrawn = now;
  if (!answer) fillPlace(place, makeCard(makeStatus("", name)));
  else if (answer.error || answer.empty)
    fillPlace(
      place,
      makeCard(make("p", "", answer.error || answer.empty), makeButton("Close", "button", close)),
    );
  else fillPlace(place, largeCard(name, answer));
  if (fresh) place.scrollIntoView({ block: "nearest" });
};

/* ---- the tab ---- */

let built = null;
const build = (place, answer) => {
  const enlarged = make("div", "slice-place");
  const grid = make("div", "slice-grid");
  const foot = make("div");
  const labels = Object.values(answer.slices).some((found) => found.axis.labels.length);
  const trends = Object.values(answer.slices).some((found) => found.trend);
  const marks = makeSliceLegend((mark) =>
    mark === "infeasible"
      ? answer.record.counts.infeasible
      : mark === "trend"
        ? trends
        : mark === "running"
          ? trends || labels
          : mark === "boxes"
            ? labels
            : true,
  );
  const lead = make("p", "lead");
  const head = makeCard(lead, marks, make("p", "muted small", said(answer.record)));
  head.classList.add("slice-about");
  const ringed = make("p", "muted small");
  ringed.setAttribute("role", "status");
  head.append(ringed);
  fillPlace(place, enlarged, head, grid, foot);
  built = {
    answer,
    theme: getTheme(),
    place,
    head,
    lead,
    enlarged,
    grid,
    foot,
    ringed,
    cards: new Map(),
    order: "",
  };
  largeDrawn = {};
};

const arrange = () => {
  const { answer, grid, foot, cards } = built;
  const names = inSight().filter((name) => answer.slices[name]);
  const order = JSON.stringify(names);
  if (order === built.order) return;
  built.order = order;
  names.forEach((name) => {
    if (!cards.has(name)) cards.set(name, small(name, answer));
  });
  grid.replaceChildren(...names.map((name) => cards.get(name)));
  names.forEach((name) => {
    const { plot } = cards.get(name);
    if (!plot.dataset.drawn) onSeen(plot, () => enqueue(plot));
  });
  const first = names
    .map((name) => sayTrend(name, answer.record, answer.slices[name]))
    .find(Boolean);
  fillSentence(
    built.lead,
    first || "Of these no trend can be told: there are too few runs, or values.",
  );
  built.head.classList.toggle("hidden", !names.length);
  const all = visible().length;
  const asked = inSight().length;
  const none = names.length
    ? []
    : [
        makeCard(
          make(
            "p",
            "lead",
            all
              ? "No visible parameter has a value here."
              : "All parameters are hidden. Show some in the list.",
          ),
        ),
      ];
  const leftOut = new Set(answer.record.left_out);
  const without = inSight().filter((name) => !answer.slices[name] && !leftOut.has(name)).length;
  const beyond = all > asked && asked >= most();
  foot.replaceChildren(
    ...none,
    ...(names.length && without
      ? [
          makeNotes([
            `${many(without, "visible parameter")} without a value in these runs ${without === 1 ? "has" : "have"} no plot.`,
          ]),
        ]
      : []),
    ...(beyond
      ? [
          makeNotes([
            `${many(most(), "plot")} are drawn at most: ${(all - most()).toLocaleString("en")} of ${all.toLocaleString("en")} visible parameters are left out. Hide some to see others.`,
          ]),
        ]
      : []),
    ...(all > asked && !beyond
      ? [
          makeButton(`Show ${Math.min(AT_FIRST, all - asked)} more of ${all}`, "button", () =>
            setOptions(TAB, { plots: asked + AT_FIRST }),
          ),
        ]
      : []),
  );
};

/* selected runs that are not among the drawn ones are nowhere in sight, so that is said */
const drawRinged = () => {
  const selected = getSelected();
  const there = selected
    ? GROUPS.flatMap((group) => built.answer.hover[group]).filter((text) => selected.has(text[3]))
        .length
    : 0;
  const words =
    selected && there < selected.size
      ? `${some(there, selected.size)} selected runs are among those drawn here, and ringed.`
      : "";
  if (built.ringed.textContent !== words) built.ringed.textContent = words;
};

const draw = (place, answer) => {
  if (answer.empty) {
    built = null;
    fillPlace(place, makeCard(make("p", "lead", answer.empty)));
    return;
  }
  if (!built || built.answer !== answer || built.theme !== getTheme() || !built.grid.isConnected)
    build(place, answer);
  arrange();
  drawLarge();
  drawRinged();
  const key = writeSelectionKey();
  built.cards.forEach(({ plot }) => {
    if (plot.dataset.drawn && plot.ring !== key && plot.isConnected) enqueue(plot);
  });
};

page.tabs.slices = {
  options: { parameter: "", drag: "", plots: 40 },
  draw,
  asked,
  key: () => JSON.stringify([inSight(), getOptions(TAB), writeSelectionKey()]),
  runs: true,
  empty: true,
};
