/* What lies above the lines: axes with ticks, places below them, brushes, and the heads. A view `v` has
     axes      Map of all axes by key; `shown`: the keys from left to right; `x`: where each is, in points
     box       {top, bottom, step}: the heights of the axes, and the distance of the places below them
     flips     Set of the keys of flipped axes; `brushes`: by key */

import { fitName } from "../page/names.mjs";
import { make } from "../page/pieces.mjs";
import {
  TARGET,
  findHeight,
  findPlaceHeight,
  shortenText,
  writeBrush,
  writeTick,
  writeValue,
} from "./axes.mjs";
import { findBrush } from "./changes.mjs";

const NS = "http://www.w3.org/2000/svg";
const LINE = 15; // points that the text of a tick needs

export const makeSvg = (tag, attributes, text) => {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

/* a name without its middle, so that it fits a width */
const ruler = document.createElement("canvas").getContext("2d");
const broad = (words, size, weight = 400) => {
  ruler.font = `${weight} ${size}px Inter, system-ui, sans-serif`;
  return ruler.measureText(words).width;
};
const fitted = (words, wide, size, weight) => {
  let short = words;
  for (let n = words.length; n > 4 && broad(short, size, weight) > wide; n -= 1)
    short = shortenText(words, n - 1);
  return short;
};

/* a name in up to about three lines, and words in lines; a part that has no room in one loses its middle */
const nameWords = (axis, wide) => fitName(axis.name, 2.4 * wide, 11, 600);
export const breakLines = (words, wide, weight) =>
  words.split(/(?<=[._/\- …])/).reduce((lines, whole) => {
    const part = fitted(whole, wide, 11, weight);
    const last = lines[lines.length - 1];
    if (last !== undefined && broad(last + part, 11, weight) <= wide)
      lines[lines.length - 1] = last + part;
    else lines.push(part);
    return lines;
  }, []);
export const breakHead = (v, axis) => {
  const room = width(v) - 4; // within the padding
  return [breakLines(nameWords(axis, room), room, 600), breakLines(writeScale(axis), room, 400)];
};

/* text that can be read above lines */
const text = (v, x, y, words, more = {}) =>
  makeSvg(
    "text",
    {
      x,
      y,
      "font-size": 11,
      "text-anchor": "end",
      "dominant-baseline": "central",
      fill: v.colours.ink,
      stroke: v.colours.card,
      "stroke-width": 3.5,
      "stroke-linejoin": "round",
      "paint-order": "stroke",
      ...more,
    },
    words,
  );

/* the room that the words beside an axis need, up to a limit */
export const measureTicks = (axis, most) => {
  const words = [...axis.ticks.map((tick) => writeTick(axis, tick.v)), ...axis.places];
  return Math.min(most, Math.max(0, ...words.map((word) => broad(word, 11))));
};

const yOf = (v, axis, t) => findHeight(v.box, v.flips.has(axis.key), t);

/* ticks that have room: the ends first */
const roomy = (v, axis) => {
  const taken = [];
  const ticks = [...axis.ticks].sort((a, b) => Number(b.end || false) - Number(a.end || false));
  if (axis.labels.length) {
    const every = Math.ceil((axis.labels.length * LINE) / (v.box.bottom - v.box.top));
    return ticks.filter((_, i) => i % every === 0);
  }
  return ticks.filter(({ t }) => {
    const y = yOf(v, axis, t);
    if (taken.some((other) => Math.abs(other - y) < LINE)) return false;
    taken.push(y);
    return true;
  });
};

const axisNodes = (v, axis) => {
  const x = v.x.get(axis.key);
  const wide = Math.min(160, v.distance - 11, x - 7); // those of the first axis end where the picture does
  const nodes = [
    makeSvg("line", {
      x1: x,
      x2: x,
      y1: v.box.top,
      y2: v.box.bottom,
      stroke: v.colours.muted,
      "stroke-width": 1.2,
    }),
  ];
  for (const tick of roomy(v, axis)) {
    const y = yOf(v, axis, tick.t);
    const words = writeTick(axis, tick.v);
    nodes.push(
      makeSvg("line", { x1: x - 4, x2: x, y1: y, y2: y, stroke: v.colours.muted }),
      text(v, x - 7, y, fitted(words, wide, 11)),
    );
  }
  axis.places.forEach((place, k) => {
    const y = findPlaceHeight(v.box, k);
    const words = broad(place, 11) > wide ? axis.short.get(place) || place : place;
    nodes.push(
      makeSvg("circle", {
        cx: x,
        cy: y,
        r: 3,
        fill: v.colours.card,
        stroke: v.colours.muted,
        "stroke-width": 1.2,
      }),
      text(v, x - 7, y, fitted(words, wide, 11), { "font-style": "italic", fill: v.colours.muted }),
    );
  });
  return nodes;
};

/* the stretches of an axis that a brush covers, as [upper, lower] */
export const findSpans = (v, axis, brush) => {
  const spans = [];
  if ("low" in brush && axis.low !== null) {
    const ends = [
      [brush.low, 0],
      [brush.high, 1],
    ].map(([value, end]) =>
      yOf(v, axis, value === null ? end : Math.min(1, Math.max(0, axis.at(value)))),
    );
    spans.push({
      range: true,
      from: Math.min(...ends) - (ends[0] === ends[1] ? 4 : 0),
      to: Math.max(...ends) + (ends[0] === ends[1] ? 4 : 0),
    });
  }
  const half = axis.labels.length
    ? Math.min(9, (v.box.bottom - v.box.top) / axis.labels.length / 2)
    : 0;
  for (const label of brush.values || []) {
    const y = yOf(v, axis, axis.at(axis.labels.indexOf(label)));
    spans.push({ from: y - half, to: y + half });
  }
  for (const place of brush.places || []) {
    const y = findPlaceHeight(v.box, axis.places.indexOf(place));
    spans.push({ from: y - 8, to: y + 8 });
  }
  return spans;
};

export const drawBrushes = (v) => {
  v.brushLayer.replaceChildren(
    ...Object.entries(v.brushes)
      .filter(([key]) => v.x.has(key))
      .flatMap(([key, brush]) =>
        findSpans(v, v.axes.get(key), brush).map(({ from, to }) =>
          makeSvg("rect", {
            x: v.x.get(key) - 7,
            width: 14,
            y: from,
            height: Math.max(2, to - from),
            rx: 2,
            fill: v.colours.accent,
            "fill-opacity": 0.28,
            stroke: v.colours.accent,
            "stroke-width": 1.4,
            class: "pc-brush",
          }),
        ),
      ),
  );
};

export const drawAxes = (v) => {
  const bottom = v.height - 2;
  v.svg.setAttribute("width", v.width);
  v.svg.setAttribute("height", v.height);
  v.axisLayer.replaceChildren(...v.shown.flatMap((key) => axisNodes(v, v.axes.get(key))));
  v.trackLayer.replaceChildren(
    ...v.shown.map((key) => {
      const half = Math.min(16, v.distance / 3);
      const track = makeSvg("rect", {
        x: v.x.get(key) - half,
        width: 2 * half,
        y: v.box.top - 8,
        height: bottom - v.box.top + 8,
        fill: "transparent",
        class: "pc-track",
      });
      track.dataset.axis = key;
      const axis = v.axes.get(key);
      track.append(
        makeSvg(
          "title",
          {},
          [
            axis.name,
            ...axis.places.map(
              (place) => `${place}: ${axis.counts.get(place).toLocaleString("en")} runs`,
            ),
          ].join("\n"),
        ),
      );
      return track;
    }),
  );
  drawBrushes(v);
  placeHeads(v);
};

/* ---- the heads: one button an axis, and one that flips it ---- */

export const writeScale = (axis) =>
  axis.key === TARGET
    ? `${axis.scale}, ${axis.goal === "maximize" ? "high" : "low"} is best`
    : axis.scale;
const limits = (axis) =>
  axis.labels.length
    ? `${axis.labels.length} values`
    : axis.low === null
      ? "no number"
      : `${writeValue(axis, axis.low)} to ${writeValue(axis, axis.high)}`;

export const makeHead = (axis) => {
  const node = make("div", "pc-head");
  const name = make("button", "pc-name");
  const flip = make("button", "pc-flip", "⇅");
  name.type = flip.type = "button";
  name.append(make("b", ""), make("span", "muted", writeScale(axis)));
  flip.title = "Flip this axis";
  name.dataset.axis = flip.dataset.axis = axis.key;
  name.setAttribute("aria-haspopup", "dialog");
  name.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight F");
  node.append(name, flip);
  return node;
};

const width = (v) => Math.min(v.distance - 2, 190);
/* the height that the heads need: names in up to three lines, then the scale */
export const findHeadHeight = (v) => {
  const lines = v.shown.map((key) => {
    const axis = v.axes.get(key);
    return (
      Math.min(3, Math.ceil(broad(axis.name, 11, 600) / (0.8 * width(v)))) +
      (broad(writeScale(axis), 11) > width(v) ? 2 : 1)
    );
  });
  return 40 + 14 * Math.max(...lines);
};

const placeHeads = (v) => {
  const wide = width(v);
  v.headRow.style.setProperty("--height", `${v.box.top - 8}px`);
  v.shown.forEach((key, i) => {
    const axis = v.axes.get(key);
    if (!v.heads.has(key)) v.heads.set(key, makeHead(axis));
    const node = v.heads.get(key);
    const [name, flip] = node.children;
    node.style.width = `${wide}px`;
    node.style.transform = `translateX(${v.x.get(key) - wide / 2}px)`;
    node.classList.toggle("target", key === TARGET);
    name.firstChild.textContent = nameWords(axis, wide).replace(/[._/-]+/g, "$&\u200b"); // a place to break the line
    name.title = `${axis.name}\n${writeScale(axis)}, ${limits(axis)}\nDrag to move, click for limits`;
    const brush = findBrush(v, key) ? `; brushed ${writeBrush(axis, findBrush(v, key))}` : "";
    name.setAttribute(
      "aria-label",
      `${axis.name}, ${writeScale(axis)}, ${limits(axis)}; axis ${i + 1} of ${v.shown.length}${v.flips.has(key) ? ", flipped" : ""}${brush}`,
    );
    flip.setAttribute("aria-pressed", String(v.flips.has(key)));
    flip.setAttribute("aria-label", `Flip the axis ${axis.name}`);
  });
  const wanted = v.shown.map((key) => v.heads.get(key));
  const there = [...v.headRow.children];
  if (there.length === wanted.length && wanted.every((node, i) => node === there[i])) return;
  const focused = document.activeElement;
  v.headRow.replaceChildren(...wanted);
  if (focused && focused !== document.activeElement && v.headRow.contains(focused))
    focused.focus({ preventScroll: true });
};
