/* Names of parameters where there is little room: as many letters, or as wide, as fit. */

import * as page from "./page.mjs";
import { shortenNames } from "./shorten.mjs";

/* of all parameters of the answer, so that one is called the same wherever there is the same room */
const USUAL = 28; // letters
const known = new WeakMap(); // by the answer's parameters, then by the limit
export const shortenName = (name, limit = USUAL) => {
  if (name.length <= limit || !page.shown) return name;
  const { parameters } = page.shown.answer;
  if (!known.has(parameters)) known.set(parameters, new Map());
  const limits = known.get(parameters);
  if (!limits.has(limit)) {
    const names = parameters.map((p) => p.parameter);
    const texts = shortenNames(names, limit);
    limits.set(limit, new Map(names.map((full, i) => [full, texts[i]])));
  }
  return limits.get(limit).get(name) || name;
};

/* names that are cut where there is no more room, the longest first */
export const listLongNames = () =>
  (page.shown ? page.shown.answer.parameters : [])
    .map((p) => p.parameter)
    .filter((name) => shortenName(name) !== name)
    .sort((a, b) => b.length - a.length);

export const quotePattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/* ---- in pixels ---- */

const TYPICAL = "…momentum.weight_decay_name";
const LEAST = 8; // letters
const measured = new Map(); // by the font: a function from a text to its width
let family = ""; // asked once: to ask has the browser style the page, in the middle of a change
const measure = (size, weight) => {
  family ||= getComputedStyle(document.body).fontFamily;
  const font = `${weight} ${size}px ${family}`;
  if (!measured.has(font)) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = font;
    const widths = new Map();
    measured.set(font, (text) => {
      if (!widths.has(text)) widths.set(text, context.measureText(text).width);
      return widths.get(text);
    });
  }
  return measured.get(font);
};
export const findWidest = (texts, size, weight = 400) =>
  Math.ceil(Math.max(0, ...texts.map(measure(size, weight))));

/* the whole name where it fits into so many pixels, else the short one that does */
export const fitName = (name, pixels, size = 14, weight = 400) => {
  const width = measure(size, weight);
  if (width(name) <= pixels) return name;
  return shortenName(name, Math.max(LEAST, Math.floor((pixels * TYPICAL.length) / width(TYPICAL))));
};
