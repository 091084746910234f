/* Painting small plots, one at a time, so that the page never waits. */

import { loadPlotly, onSeen } from "../page/charts.mjs";
import { readFloats } from "../page/numbers.mjs";
import { make } from "../page/pieces.mjs";
import { getSelected, writeSelectionKey } from "../page/selecting.mjs";
import { paintInTheme } from "../page/theme.mjs";

const FIGURES = { displayModeBar: false, responsive: true, doubleClick: "reset", showTips: false };

const queue = [];
let at_work = false;
const work = async () => {
  if (at_work) return;
  at_work = true;
  while (queue.length) {
    const plot = queue.shift();
    if (plot.isConnected) await plot.draw();
    await new Promise((r) => setTimeout(r));
  }
  at_work = false;
};
export const enqueue = (plot) => {
  if (!queue.includes(plot)) queue.push(plot);
  work();
};

export const chosen = (figure, selected) => {
  const x = [],
    y = [];
  figure.data
    .filter((trace) => selected && trace.customdata && trace.points)
    .forEach((trace) => {
      trace.customdata.forEach((said, i) => {
        if (selected.has(said[3])) {
          x.push(trace.points.x[i]);
          y.push(trace.points.y[i]);
        }
      });
    });
  return { x, y };
};

const unpacked = (values) => (values.bdata ? readFloats(values.bdata) : values); // none are not packed

/* a plot that is drawn when seen, and shows which runs are selected */
export const plotOf = (figure, hover, summary, ready) => {
  const plot = make("div", "chart");
  const light = {
    ...figure,
    data: figure.data.map((trace) =>
      hover[trace.name]
        ? {
            ...trace,
            customdata: hover[trace.name],
            points: { x: unpacked(trace.x), y: unpacked(trace.y) },
          }
        : trace,
    ),
  };
  plot.figure = light;
  plot.style.height = `${figure.layout.height}px`;
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", summary);
  plot.draw = async () => {
    const Plotly = await loadPlotly();
    const key = writeSelectionKey();
    const ring = chosen(light, getSelected());
    if (plot.dataset.drawn) {
      if (plot.ring !== key) {
        plot.ring = key;
        await Plotly.restyle(plot, { x: [ring.x], y: [ring.y] }, [light.data.length - 1]);
      }
      return;
    }
    plot.ring = key;
    const { data, layout } = paintInTheme(figure);
    const traces = data.map((trace, i) => ({
      ...structuredClone(trace),
      ...(light.data[i].customdata ? { customdata: light.data[i].customdata } : {}),
      ...(trace.name === "selected" ? ring : {}),
    }));
    await Plotly.newPlot(plot, traces, structuredClone(layout), FIGURES);
    plot.dataset.drawn = "1";
    if (ready) ready(plot);
  };
  onSeen(plot, () => enqueue(plot));
  return plot;
};
