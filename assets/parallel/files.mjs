/* Parallel coordinates in words and as files: summary, CSV, SVG, PNG. */

import { makeCsv, saveFile } from "../page/files.mjs";
import { flash } from "../page/notices.mjs";
import { TARGET, writeBrush, writeValue } from "./axes.mjs";
import { breakHead, makeSvg } from "./overlay.mjs";
import { FADED, fitCanvas, paintSome, thinRuns } from "./paint.mjs";

const MOST_PATHS = 5000; // lines of an SVG; more make a file that few programs open
const MARGIN = 16;
const LEGEND = 44;

/* of 32 bits, which hold whole numbers up to 2^24, and seven digits of others */
const number = (v) =>
  Number.isInteger(v) && Math.abs(v) <= 2 ** 24
    ? String(v)
    : Number.isFinite(v)
      ? String(Number(v.toPrecision(7)))
      : v > 0
        ? "inf"
        : v < 0
          ? "-inf"
          : "";
const valueOf = (axis, run) =>
  axis.values[run] !== axis.values[run]
    ? ""
    : axis.labels.length
      ? axis.labels[axis.values[run]]
      : number(axis.values[run]);
const placeOf = (axis, run) => (axis.pos[run] >= 2 ? axis.places[axis.pos[run] - 2] : "");

/* a run's value on an axis in words */
export const writeRunValue = (axis, run) =>
  placeOf(axis, run) || writeValue(axis, axis.values[run]);

export const makeParallelCsv = (v) => {
  const axes = v.shown.map((key) => v.axes.get(key));
  const target = v.axes.get(TARGET);
  const head = ["run", "name", "selected", "infeasible", ...axes.map((axis) => axis.name)];
  return makeCsv(
    head,
    v.record.ids.map((id, run) => [
      id,
      v.nameOf(run),
      v.mask ? (v.mask[run] ? "yes" : "no") : "",
      placeOf(target, run),
      ...axes.map((axis) => valueOf(axis, run)),
    ]),
  );
};

export const summarizeView = (v) => {
  const { record } = v;
  const names = v.shown.map((key) => v.axes.get(key).name);
  const best =
    record.best === null
      ? "No run is feasible."
      : `The best run, ${v.nameOf(record.best)}: ${v.shown.map((key) => `${v.axes.get(key).name} ${writeRunValue(v.axes.get(key), record.best)}`).join(", ")}.`;
  const brushed = Object.entries(v.brushes).map(([key, brush]) =>
    writeBrush(v.axes.get(key), brush),
  );
  return `Parallel coordinates: ${record.runs.toLocaleString("en")} runs as lines across ${names.length} axes: ${names.join(", ")}. ${best}${brushed.length ? ` Brushed: ${brushed.join("; ")}.` : ""}${v.mask ? ` ${v.count.toLocaleString("en")} runs are highlighted.` : ""}`;
};

/* ---- images ---- */

const font = () => getComputedStyle(document.body).fontFamily;
const label = (v, x, y, words, more = {}) =>
  makeSvg("text", { x, y, "font-size": 12, fill: v.colours.ink, ...more }, words);

const heads = (v) =>
  v.shown.flatMap((key) => {
    const axis = v.axes.get(key);
    const x = v.x.get(key);
    const [names, scale] = breakHead(v, axis);
    const from = v.box.top - 12 - 13 * (names.length + scale.length - 1);
    return [...names, ...scale].map((words, i) =>
      label(v, x, from + 13 * i, words, {
        "text-anchor": "middle",
        "font-size": 11,
        ...(i < names.length ? { "font-weight": 600 } : { fill: v.colours.muted }),
      }),
    );
  });

const legend = (v) => {
  const { worst, middle, best, infeasible, muted } = v.colours;
  const shades = makeSvg("linearGradient", { id: "ramp" });
  [worst, middle, best].forEach((colour, i) =>
    shades.append(makeSvg("stop", { offset: i / 2, "stop-color": colour })),
  );
  const { low, high, name, broken } = v.legend;
  const [a, b] = [`${name}: worst ${low}`, `${high} best`];
  const start = MARGIN + 7 * a.length + 8;
  const nodes = [
    shades,
    label(v, MARGIN, 26, a),
    makeSvg("rect", { x: start, y: 16, width: 120, height: 12, rx: 2, fill: "url(#ramp)" }),
    label(v, start + 128, 26, b),
  ];
  if (broken)
    nodes.push(
      makeSvg("line", {
        x1: start + 250,
        x2: start + 280,
        y1: 22,
        y2: 22,
        stroke: infeasible,
        "stroke-width": 2,
        "stroke-dasharray": "5 4",
      }),
      label(v, start + 287, 26, broken),
    );
  if (v.mask)
    nodes.push(
      label(
        v,
        MARGIN,
        40,
        `${v.count.toLocaleString("en")} of ${v.record.runs.toLocaleString("en")} runs highlighted`,
        { "font-size": 11, fill: muted },
      ),
    );
  return nodes;
};

const paths = (v, runs, opacity) => {
  const group = makeSvg("g", { fill: "none", opacity });
  const { xs, ys } = v.geometry;
  for (const run of runs) {
    const { colour, alpha, width, dash } = v.style(run);
    group.append(
      makeSvg("path", {
        d: xs.map((x, a) => `${a ? "L" : "M"}${x.toFixed(1)} ${ys[a][run].toFixed(1)}`).join(""),
        stroke: colour,
        "stroke-opacity": alpha.toFixed(2),
        "stroke-width": width || 1,
        ...(dash ? { "stroke-dasharray": "5 4" } : {}),
      }),
    );
  }
  return group;
};

/* all but the lines, which may be put below it */
const composed = (v, lines = []) => {
  const [width, height] = [Math.max(560, v.width) + 2 * MARGIN, v.height + LEGEND + MARGIN];
  const root = makeSvg("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": font(),
  });
  const stage = makeSvg("g", { transform: `translate(${MARGIN} ${LEGEND})` });
  stage.append(
    ...lines,
    ...[v.axisLayer, v.brushLayer].map((layer) => layer.cloneNode(true)),
    ...heads(v),
  );
  root.append(...legend(v), stage);
  return { root, width, height };
};
const marked = (v, runs) => (v.mask ? runs.filter((run) => v.mask[run]) : runs);
const layers = (v) =>
  v.mask
    ? [
        [v.order, FADED],
        [marked(v, v.order), 1],
      ]
    : [[v.order, 1]];

const saveSvg = (v) => {
  const [drawn, all] = [thinRuns(marked(v, v.order), MOST_PATHS), marked(v, v.order).length];
  const words =
    drawn.length < all
      ? `${drawn.length.toLocaleString("en")} of ${all.toLocaleString("en")} lines, evenly from best to worst`
      : "";
  const others = v.mask
    ? [
        paths(
          v,
          thinRuns(
            v.order.filter((run) => !v.mask[run]),
            1000,
          ),
          FADED,
        ),
      ]
    : [];
  const { root, width, height } = composed(v, [...others, paths(v, drawn, 1)]);
  root.prepend(
    makeSvg("title", {}, summarizeView(v)),
    makeSvg("rect", { width, height, fill: v.colours.card }),
  );
  if (words) {
    root.append(label(v, MARGIN, height - 4, words, { "font-size": 11, fill: v.colours.muted }));
    flash(`The SVG has ${words}`, 4000);
  }
  saveFile("sweeplens-parallel.svg", new XMLSerializer().serializeToString(root), "image/svg+xml");
};

const savePng = async (v) => {
  const { root, width, height } = composed(v);
  const canvas = document.createElement("canvas");
  const context = fitCanvas(canvas, width, height, 2);
  context.fillStyle = v.colours.card;
  context.fillRect(0, 0, width, height);
  for (const [runs, opacity] of layers(v)) {
    context.save();
    context.translate(MARGIN, LEGEND);
    const looks = new Map();
    const style = (run) => {
      const look = v.style(run);
      if (!looks.has(look)) looks.set(look, { ...look, alpha: look.alpha * opacity });
      return looks.get(look);
    };
    paintSome(context, v.geometry, runs, style, 0, runs.length);
    context.restore();
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(root))}`;
  await image.decode();
  context.drawImage(image, 0, 0, width, height);
  canvas.toBlob((blob) => saveFile("sweeplens-parallel.png", blob, "image/png"));
};

export const saveImage = (v, format) => (format === "svg" ? saveSvg(v) : savePng(v));
