/* The bar panel: the server draws every row once; here rows are picked, ordered, and given the colours of the theme. */

import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { computeRatio } from "./facts.mjs";
import { findWidest, shortenName } from "./names.mjs";
import { flash } from "./notices.mjs";
import { writeSigned } from "./numbers.mjs";
import * as page from "./page.mjs";
import { escapeMarkup } from "./pieces.mjs";
import { listVisible } from "./ranking.mjs";
import { isSame } from "./same.mjs";
import { listInSight, onTableScroll } from "./table.mjs";
import { getTheme, paintInTheme } from "./theme.mjs";

const MOST = 20;
const LEAST = 26; // pixels a bar
const MOST_HIGH = 44;
const AXIS = 56;

const take = (values, picks) => (Array.isArray(values) ? picks.map((i) => values[i]) : values);

const LABEL = 26; // most letters of a name
const SHARE = 18; // pixels of the panel a letter: so the names leave the bars their room
const GAP = 16; // pixels beside the names

const arranged = (figure, picks, names) => {
  const y = picks.map((_, i) => i);
  const data = figure.data.map((trace) => ({
    ...trace,
    x: take(trace.x, picks),
    y,
    text: take(trace.text, picks),
    customdata: take(trace.customdata, picks),
    ...(trace.marker
      ? { marker: { ...trace.marker, color: take(trace.marker.color, picks) } }
      : {}),
    ...(trace.error_x
      ? {
          error_x: {
            ...trace.error_x,
            array: take(trace.error_x.array, picks),
            arrayminus: take(trace.error_x.arrayminus, picks),
          },
        }
      : {}),
  }));
  const wide = document.querySelector(".bars-card")?.clientWidth || SHARE * LABEL;
  const letters = Math.min(LABEL, Math.max(14, Math.floor(wide / SHARE)));
  const labels = names.map((name) => shortenName(name, letters));
  const layout = {
    ...figure.layout,
    margin: { ...figure.layout.margin, l: GAP + findWidest(labels, 12) },
    yaxis: {
      ...figure.layout.yaxis,
      range: [picks.length - 0.5, -0.5],
      tickvals: y,
      ticktext: labels.map(escapeMarkup),
    },
  };
  return { data, layout };
};

/* the coefficient that the table shows, in place of the one the server drew */
const withCoefficient = (figure, facts, order, coefficient, colours) => {
  if (coefficient === "correlation") return figure;
  const ratios = order.map((name) => {
    const own = facts.get(name).own;
    return own && own.correlation === null ? computeRatio(own, coefficient) : null;
  });
  const values = order.map((name) => {
    const own = facts.get(name).own;
    return own && own.correlation !== null ? own[coefficient] : null;
  });
  const data = figure.data.map((trace) =>
    trace.name === "correlation ratio"
      ? { ...trace, text: ratios.map((v) => (v === null ? "" : `η ${v.toFixed(2)}`)) }
      : trace.name !== "correlation"
        ? trace
        : {
            ...trace,
            x: values,
            text: values.map((v) => (v === null ? "" : writeSigned(v))),
            marker: {
              color: values.map((v) => ((v || 0) >= 0 ? colours.positive : colours.negative)),
            },
          },
  );
  return { ...figure, data };
};

const figureFor = (names) => {
  const { record, facts, figure } = page.shown;
  const at = new Map(record.importance.map((row, i) => [row.parameter, i]));
  const style = getComputedStyle(document.documentElement);
  const colours = {
    positive: style.getPropertyValue("--positive").trim(),
    negative: style.getPropertyValue("--negative").trim(),
  };
  const drawn = arranged(
    paintInTheme(figure),
    names.map((name) => at.get(name)),
    names,
  );
  return withCoefficient(drawn, facts, names, page.display.coefficient, colours);
};

const summary = (shown, total, record) => {
  const place = document.getElementById("bars-summary");
  const part = shown < total ? `${shown} of ${total} bars, those beside the rows in sight. ` : "";
  const known = record && record.importance.some((row) => row.clear !== null);
  place.textContent =
    part +
    (known
      ? "Blue bars are clear: above their own noise floor, the tick, or by an effect of their own; grey ones are not."
      : "");
};

/* of more parameters than fit, those beside the table's rows in sight */
const inPanel = (names) => {
  if (names.length <= MOST) return names;
  const sight = new Set(listInSight() || []);
  const first = names.findIndex((name) => sight.has(name));
  const start = Math.max(0, Math.min(first, names.length - MOST));
  return names.slice(start, start + MOST);
};

const NOTHING = {
  data: [],
  layout: {
    height: 120,
    xaxis: { visible: false },
    yaxis: { visible: false },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
  },
};
let drawn = null;

const namesIn = ({ answer }, record) => {
  const modelled = new Set(record.importance.map((row) => row.parameter));
  return listVisible(answer, record, page.display)
    .map((f) => f.parameter)
    .filter((n) => modelled.has(n));
};

const draw = () => {
  if (page.display.tab in page.tabs) return; // out of sight
  const shown = page.shown;
  const record = shown && shown.record;
  const names = record ? namesIn(shown, record) : [];
  if (!names.length) {
    if (drawn !== null) setProps("bars", { figure: NOTHING });
    drawn = null;
    summary(0, 0, null);
    return;
  }
  const panel = inPanel(names);
  const state = { record, panel, coefficient: page.display.coefficient, theme: getTheme() };
  if (drawn && drawn.record === record && isSame({ ...drawn, record: 0 }, { ...state, record: 0 }))
    return;
  drawn = state;
  summary(panel.length, names.length, record);
  const style = {
    height: "100%",
    minHeight: LEAST * panel.length + AXIS,
    maxHeight: MOST_HIGH * Math.max(panel.length, 3) + AXIS,
  };
  setProps("bars", { figure: figureFor(panel), style });
  setProps("bars-place", { opened: true });
};

/* the list and the table first: the bars follow when these have been painted, and once for several changes */
let waiting = false;
export const drawBars = () => {
  if (waiting) return;
  waiting = true;
  const painted = () =>
    setTimeout(() => {
      waiting = false;
      draw();
    });
  requestAnimationFrame(() => requestAnimationFrame(painted));
};

const exportAs = (format) => () => {
  const plot = document.querySelector("#bars .js-plotly-plot");
  if (!plot || !drawn) flash("There are no bars yet");
  else {
    const background = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
    const size = { width: 900, height: plot.clientHeight };
    const layout = { ...plot.layout, paper_bgcolor: background, plot_bgcolor: background, ...size };
    window.Plotly.downloadImage(
      { data: plot.data, layout },
      { format, scale: 2, ...size, filename: "sweeplens" },
    );
  }
  return noUpdate();
};
callbacks.export_png = exportAs("png");
callbacks.export_svg = exportAs("svg");

callbacks.bar_clicked = (click) => {
  const bar =
    click && click.points.find((p) => Array.isArray(p.customdata) && p.customdata.length === 4);
  if (bar) page.show({ detail: [bar.customdata[3]] });
  return noUpdate();
};
callbacks.show_coefficient = (coefficient) => {
  if (page.isChosen("coefficient", coefficient) && coefficient) page.show({ coefficient });
  return noUpdate();
};

onTableScroll(drawBars);
