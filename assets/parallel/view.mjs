/* The tab of parallel coordinates: every run a line across the visible parameters and the target. Brushes, order and flips are
   options of the tab; what brushes let pass is the selection. Hiding and showing needs no request where the data is there. */

import { fillPlace, makeChartTools } from "../page/charts.mjs";
import * as page from "../page/page.mjs";
import { fillSentence, make, makeButton, makeCard } from "../page/pieces.mjs";
import { findHidden, listVisible } from "../page/ranking.mjs";
import { isSame } from "../page/same.mjs";
import { getSelected, selectRuns, writeSelectionKey } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { getTheme } from "../page/theme.mjs";
import { TARGET, findHeight, listPassing, makeAxis, soundBrush } from "./axes.mjs";
import { makeParallelCsv, saveImage, writeRunValue } from "./files.mjs";
import { listen, pointAt } from "./hands.mjs";
import { drawAxes, drawBrushes, findHeadHeight, makeSvg, measureTicks } from "./overlay.mjs";
import {
  FADED,
  computeQuality,
  makePainter,
  makeStyle,
  readColours,
  sortWorstFirst,
  thinRuns,
} from "./paint.mjs";
import { describeLines, makeLegend, makeRemarks, sayWhereBest } from "./words.mjs";

const TAB = "parallel";
const MOST_AXES = 60; // drawn at once
const NARROWEST = 78; // points between two axes
const EDGE = 54; // points beside the first and the last axis, at least
const LABEL = 120; // points for the words beside the first axis, at most
const STEP = 21; // points between places below the axes
const QUICK = 600; // lines drawn while something is dragged

/* ---- which axes, in which order ---- */

const ranked = () =>
  listVisible(page.shown.answer, page.shown.record, {
    ...page.display,
    sort: "importance",
    up: false,
  }).map((fact) => fact.parameter);
const lists = (value) => (Array.isArray(value) ? value.filter((x) => typeof x === "string") : []);

/* the saved order first; what is new comes behind its neighbour */
const arranged = (names, saved) => {
  const order = [...new Set(saved)].filter((name) => names.includes(name));
  names.forEach((name, i) => {
    if (!order.includes(name)) order.splice(i ? order.indexOf(names[i - 1]) + 1 : 0, 0, name);
  });
  return order;
};

/* ---- asking: what is drawn, and some that may come to be, as far as they fit ---- */

let sent = [];
/* so many are sent: those not drawn may take the place of one that is hidden */
const room = (runs) =>
  Math.min(
    page.defaults.most.axes,
    Math.max(1, Math.floor(page.defaults.most.values / Math.max(1, runs))),
  );
const asked = () => {
  const { answer } = page.shown;
  const all = new Set(answer.parameters.map((p) => p.parameter));
  const most = room(answer.runs.loaded);
  const names = ranked();
  const needed = names.slice(0, Math.min(most, MOST_AXES));
  const has = new Set(sent);
  if (!sent.every((name) => all.has(name)) || !needed.every((name) => has.has(name))) {
    const hidden = findHidden(answer, { hidden: null });
    const others = answer.parameters.map((p) => p.parameter).filter((name) => !hidden.has(name));
    sent = [...new Set([...names, ...others])].slice(0, most).sort();
  }
  return { parameters: sent };
};

/* ---- brushes and the selection: brushes are shown as long as they are what is selected ---- */

let pending = null; // {before}: a selection is on its way to the server

const brushesIn = (v) =>
  Object.fromEntries(
    Object.entries(getOptions(TAB).brush || {}).flatMap(([key, brush]) => {
      const axis = v.axes.get(key);
      const sound = axis && soundBrush(axis, brush);
      return sound ? [[key, sound]] : [];
    }),
  );
const chosen = (v) => {
  const selected = getSelected();
  return selected && Uint8Array.from(v.record.ids, (id) => (selected.has(id) ? 1 : 0));
};
const readSelection = (v) => {
  if (pending && !isSame(pending.before, page.display.selected)) pending = null;
  const brushes = brushesIn(v);
  const brushed = listPassing(v.axes, brushes, v.record.runs);
  const picked = chosen(v);
  const waits = pending || (page.display.selected && !picked);
  const agree =
    brushed &&
    (waits || (picked ? brushed.every((on, i) => on === picked[i]) : !brushed.includes(1)));
  v.brushes = agree ? brushes : {};
  v.mask = agree ? brushed : picked;
};

const commit = (v, { brushes, order, flips }) => {
  const full = (list) => (list.length ? list : null);
  const changes = {};
  if (order) changes.order = full(order);
  if (flips) changes.flip = full([...flips]);
  if (brushes) {
    changes.brush = Object.keys(brushes).length ? brushes : null;
    pending = { before: page.display.selected };
  }
  setOptions(TAB, changes);
  if (brushes) {
    const mask = listPassing(v.axes, brushes, v.record.runs);
    selectRuns(mask && v.record.ids.filter((_, i) => mask[i]));
    if (!mask) pending = null;
  }
  v.painted = ""; // a preview may be on the canvas
  update(v);
};

const reset = (v) => {
  const brushed = Object.keys(v.brushes).length;
  setOptions(TAB, { brush: null, order: null, flip: null });
  if (brushed) selectRuns(null);
  update(v);
};

/* ---- layout ---- */

const measure = (v) => {
  const { axes, shown } = v;
  const top = v.frame.getBoundingClientRect().top + document.querySelector("main").scrollTop;
  const wide = v.scroller.clientWidth;
  v.height = Math.round(Math.max(380, Math.min(640, window.innerHeight - top - 46)));
  const several = shown.length > 1;
  v.first = several
    ? Math.max(EDGE, Math.ceil(measureTicks(axes.get(shown[0]), LABEL)) + 9)
    : wide / 2;
  const beside = several ? v.first + EDGE : 2 * EDGE;
  v.distance = several ? Math.max(NARROWEST, (wide - beside) / (shown.length - 1)) : wide - beside;
  v.width = Math.round(Math.max(wide, several ? v.distance * (shown.length - 1) + beside : 0));
  v.x = new Map(shown.map((key, i) => [key, Math.round(v.first + i * v.distance)]));
  const places = Math.max(0, ...shown.map((key) => axes.get(key).places.length));
  v.box = {
    top: findHeadHeight(v),
    bottom: v.height - 12 - places * STEP - (places ? 4 : 0),
    step: STEP,
  };
  v.stage.style.width = `${v.width}px`;
  v.stage.style.height = `${v.height}px`;
};

const trace = (v, order = v.shown) => {
  const ys = order.map((key) => {
    const flipped = v.flips.has(key);
    return v.axes.get(key).pos.map((p) => findHeight(v.box, flipped, p));
  });
  v.geometry = { xs: order.map((key) => v.x.get(key)), ys };
};

const paint = (v, painter, runs) =>
  painter.paint({ ...v, scale: window.devicePixelRatio || 1, runs });
const marked = (v) => v.order.filter((run) => v.mask[run]);
const paintMarked = (v, most = Infinity) => {
  v.base.style.opacity = v.mask ? FADED : 1;
  if (v.mask) paint(v, v.topPainter, thinRuns(marked(v), most));
  else v.topPainter.clear();
};

/* what is under way while something is dragged */
const preview = (v, { brushes, x, order }) => {
  if (x) {
    v.x = x;
    trace(v, order);
    drawAxes(v);
    paint(v, v.basePainter, thinRuns(v.order, QUICK));
  }
  if (brushes) {
    v.brushes = brushes;
    v.mask = listPassing(v.axes, brushes, v.record.runs);
    drawBrushes(v);
    describeLines(v);
  }
  v.painted = v.marked = "";
  paintMarked(v, QUICK);
};

/* ---- words ---- */
/* ---- drawing ---- */

const build = (record) => {
  const v = {
    record,
    axes: new Map(record.axes.map((spec) => [spec.parameter, makeAxis(spec, spec.parameter)])),
    heads: new Map(),
    brushes: {},
    pointed: -1,
  };
  v.axes.set(TARGET, makeAxis(record.target, TARGET));
  Object.assign(v, computeQuality(v.axes.get(TARGET)));
  v.order = sortWorstFirst(v.quality);
  v.nameOf = (run) => (record.names || record.ids)[run];
  v.targetWords = (run) => `${record.target.label} ${writeRunValue(v.axes.get(TARGET), run)}`;
  v.frame = make("div", "pc-frame");
  v.scroller = make("div", "pc-scroll");
  v.stage = make("div", "pc-stage");
  v.base = make("canvas", "pc-base");
  v.top = make("canvas", "pc-top");
  v.base.setAttribute("role", "img");
  v.top.setAttribute("aria-hidden", "true");
  v.svg = makeSvg("svg", { class: "pc-svg", "aria-hidden": "true" });
  [v.hoverLayer, v.axisLayer, v.brushLayer, v.trackLayer] = [0, 0, 0, 0].map(() =>
    makeSvg("g", {}),
  );
  v.svg.append(v.hoverLayer, v.axisLayer, v.brushLayer, v.trackLayer);
  v.headRow = make("div", "pc-heads");
  v.headRow.setAttribute("role", "group");
  v.headRow.setAttribute(
    "aria-label",
    "Axes: left and right arrow move one, F flips it, Enter opens its limits",
  );
  v.tip = make("div", "pc-tip hidden");
  v.stage.append(v.base, v.top, v.svg, v.headRow, v.tip);
  v.scroller.append(v.stage);
  v.frame.append(v.scroller);
  v.lead = make("p", "lead");
  v.status = make("div", "pc-status small");
  v.status.setAttribute("role", "status");
  v.remarks = make("div");
  [v.basePainter, v.topPainter] = [v.base, v.top].map(makePainter);
  v.commit = (changes) => commit(v, changes);
  v.preview = (changes) => preview(v, changes);
  v.hide = (key) => page.show({ hidden: [...findHidden(page.shown.answer, page.display), key] });
  listen(v);
  const head = make("div", "chart-head");
  head.append(
    make("h3", "", "Parallel coordinates"),
    makeLegend(v),
    makeButton("Reset", "link", () => reset(v)),
    makeChartTools(
      TAB,
      (format) => saveImage(v, format),
      () => makeParallelCsv(v),
    ),
  );
  v.node = makeCard(v.lead, head, v.status, v.frame, v.remarks);
  v.node.classList.add("pc-card");
  new ResizeObserver(() => {
    if (v.frame.isConnected) requestAnimationFrame(() => update(v));
  }).observe(v.scroller);
  return v;
};

const update = (v) => {
  if (!page.shown || !v.frame.isConnected) return;
  const names = ranked();
  const there = names.filter((name) => v.axes.has(name)).slice(0, MOST_AXES);
  const options = getOptions(TAB);
  v.shown = arranged([...there, TARGET], lists(options.order));
  v.flips = new Set(lists(options.flip));
  readSelection(v);
  fillSentence(v.lead, sayWhereBest(v));
  describeLines(v);
  makeRemarks(
    v,
    names.filter((name) => !there.includes(name) && !v.record.without.includes(name)),
    room(v.record.runs) < MOST_AXES,
  );
  measure(v);
  const theme = getTheme();
  if (v.theme !== theme) {
    v.theme = theme;
    v.colours = readColours();
    v.style = makeStyle(v.quality, v.record.runs, v.record.runs - v.record.feasible, v.colours);
  }
  const now = JSON.stringify([
    v.shown,
    [...v.flips],
    v.width,
    v.height,
    theme,
    window.devicePixelRatio,
  ]);
  const marks = v.mask
    ? `${v.count} ${v.mask.reduce((h, on, i) => (on ? (h * 31 + i) | 0 : h), 7)}`
    : "";
  const anew = v.painted !== now;
  if (anew) {
    v.painted = now;
    pointAt(v, -1);
    trace(v);
    paint(v, v.basePainter, v.order);
  }
  drawAxes(v);
  if (anew || v.marked !== marks) {
    v.marked = marks;
    paintMarked(v);
  }
};

let view = null;
const draw = (place, { record }) => {
  if (record.empty) {
    fillPlace(place, makeCard(make("p", "lead", record.empty)));
    return;
  }
  if (!view || view.record !== record || !view.frame.isConnected) {
    view = build(record);
    fillPlace(place, view.node);
  }
  update(view);
};

page.tabs[TAB] = {
  options: { brush: {}, order: [], flip: [] },
  draw,
  asked,
  runs: true,
  empty: true,
  key: () => JSON.stringify([ranked(), getOptions(TAB), writeSelectionKey()]),
};
