/* The lines of a figure as chosen: smoothed, on which axes; and as a table. */

import { makeCsv } from "../page/files.mjs";
import { readDoubles, readFloats } from "../page/numbers.mjs";

/* exponential moving average, its start corrected as TensorBoard and W&B do; gaps stay, and count for nothing */
export const smoothValues = (values, weight) => {
  let last = 0;
  let n = 0;
  return Array.from(values, (v) => {
    if (!Number.isFinite(v)) return NaN;
    n += 1;
    last = last * weight + (1 - weight) * v;
    return last / (1 - weight ** n);
  });
};

export const numbers = (values) =>
  !values || !values.bdata
    ? values
    : values.dtype === "f8"
      ? readDoubles(values.bdata)
      : readFloats(values.bdata);
export const lines = (figure) =>
  figure.data.filter((trace) => trace.meta && trace.meta.run !== undefined);

/* the points of a line for a file: values have 32 bits, which are 7 digits; a gap is empty */
export const points = (trace) => {
  const [x, y] = [numbers(trace.x), numbers(trace.y)];
  return Array.from(x, (v, i) => [v, Number.isFinite(y[i]) ? Number(y[i].toPrecision(7)) : ""]);
};
export const makeLinesCsv = (figure, head, about) =>
  makeCsv(
    head,
    lines(figure).flatMap((trace) =>
      points(trace).map((point) => [...about(trace.meta), ...point]),
    ),
  );

/* what is smoothed, as it was, faint: one trace a colour */
const faint = (traces) => {
  const groups = new Map();
  for (const trace of traces) {
    const key = `${trace.line.color} ${trace.line.dash}`;
    if (!groups.has(key))
      groups.set(key, {
        type: "scatter",
        mode: "lines",
        x: [],
        y: [],
        line: { ...trace.line, width: 1 },
        opacity: 0.22,
        hoverinfo: "skip",
        showlegend: false,
      });
    const group = groups.get(key);
    for (const [i, v] of numbers(trace.y).entries()) {
      group.x.push(numbers(trace.x)[i]);
      group.y.push(v);
    }
    group.x.push(NaN);
    group.y.push(NaN);
  }
  return [...groups.values()];
};

/* a line of a figure, smoothed: of one with fewer points than were logged its means, as its points are extremes */
export const smoothLine = (trace, weight) => {
  const { x, y } = trace.meta.means || trace;
  return { ...trace, x: numbers(x), y: smoothValues(numbers(y), weight) };
};

const axis = (given, log) => ({
  ...given,
  type: log ? "log" : "linear",
  title: { ...given.title, text: `${given.title.text}${log ? " (log scale)" : ""}` },
});
export const asChosen = (figure, { smooth, logx, logy }) => {
  const raw = lines(figure).map((trace) => ({
    ...trace,
    x: numbers(trace.x),
    y: numbers(trace.y),
  }));
  const others = figure.data.filter((trace) => !(trace.meta && trace.meta.run !== undefined));
  const shown = smooth > 0 ? raw.map((trace) => smoothLine(trace, smooth)) : raw;
  const { xaxis, yaxis } = figure.layout;
  return {
    data: [...(smooth > 0 ? faint(raw) : []), ...shown, ...others],
    layout: { ...figure.layout, xaxis: axis(xaxis, logx), yaxis: axis(yaxis, logy) },
  };
};
