/* The axes of parallel coordinates: where a value lies on them, their ticks, and which runs a brush lets pass. */

import { readPlanes, writeRounded } from "../page/numbers.mjs";

export const TARGET = ""; // the key of the target's axis; that of a parameter's is its name
const PLACE = 2; // a position of 2 or more is a place below the axis

/* ---- numbers ---- */

const decades = (low, high, steps) => {
  const found = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e += 1)
    for (const m of steps) found.push(Number(`${m}e${e}`));
  return found.filter((v) => v > low && v < high);
};
const even = (low, high, whole) => {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  let step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  if (whole) step = Math.max(1, Math.round(step));
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high && found.length < 50; k += 1)
    found.push(Number((k * step).toPrecision(12)));
  return found;
};
const logTicks = (low, high) => {
  const tens = decades(low, high, [1]);
  if (tens.length > 6) return tens.filter((v, i) => i % Math.ceil(tens.length / 6) === 0);
  if (tens.length > 1) return tens;
  const more = decades(low, high, [1, 2, 5]);
  return more.length > 1 ? more : even(low, high, false);
};

/* a value of an axis as text; values are 32-bit floats, which are whole beyond 2^24 whatever was recorded */
export const writeValue = (axis, v, digits = 4) => {
  if (axis.labels.length) return axis.labels[v];
  if (Number.isInteger(v) && Math.abs(v) < 1e7) return v.toLocaleString("en").replace("-", "−");
  return writeRounded(v, Math.abs(v) >= 1000 ? 5 : digits);
};

/* a tick as text: on an even scale no finer than the range */
export const writeTick = (axis, v) => {
  const range = axis.high - axis.low;
  const places = Math.max(0, 2 - Math.floor(Math.log10(range)));
  return writeValue(
    axis,
    axis.scale === "linear" && range > 0 && places < 20 ? Number(v.toFixed(places)) : v,
    3,
  );
};

/* between low and high 0 to 1, and back */
const scales = {
  linear: (low, high) => ({
    at: (v) => (v - low) / (high - low),
    back: (t) => low + t * (high - low),
  }),
  log: (low, high) => {
    const [a, b] = [Math.log(low), Math.log(high)];
    return { at: (v) => (Math.log(v) - a) / (b - a), back: (t) => Math.exp(a + t * (b - a)) };
  },
  /* by the share of different values below */
  rank: (low, high, values) => {
    const sorted = Float32Array.from(new Set(values.filter((v) => v >= low && v <= high))).sort();
    const last = sorted.length - 1;
    const at = (v) => {
      let [a, b] = [0, last];
      while (a < b) {
        const m = (a + b) >> 1;
        if (sorted[m] < v) a = m + 1;
        else b = m;
      }
      return a / last;
    };
    const back = (t) => {
      const k = Math.min(last - 1, Math.max(0, Math.floor(t * last)));
      return sorted[k] + (t * last - k) * (sorted[k + 1] - sorted[k]);
    };
    return { at, back };
  },
};

const numeric = (spec, values) => {
  const { low, high } = spec;
  if (low === null) return { scale: "linear", at: () => 0.5, back: () => 0, ticks: [] };
  const name = spec.scale === "rank" ? "rank" : spec.scale === "log" && low > 0 ? "log" : "linear";
  if (low === high)
    return { scale: name, at: () => 0.5, back: () => low, ticks: [{ v: low, t: 0.5, end: true }] };
  const { at, back } = scales[name](low, high, values);
  const inner =
    name === "log"
      ? logTicks(low, high)
      : name === "rank"
        ? [0.25, 0.5, 0.75].map(back)
        : even(low, high, spec.whole);
  const within = inner.filter((v) => v > low && v < high);
  const ticks = [
    ...[low, high].map((v) => ({ v, t: at(v), end: true })),
    ...within.map((v) => ({ v, t: at(v), end: false })),
  ];
  return { scale: name, at, back, ticks };
};
const category = ({ labels }) => {
  const k = labels.length;
  return {
    scale: "category",
    at: (v) => (v + 0.5) / k,
    back: (t) => Math.min(k - 1, Math.max(0, Math.floor(t * k))),
    ticks: labels.map((_, v) => ({ v, t: (v + 0.5) / k })),
  };
};

/* ---- an axis: `pos` holds for every run a position from 0 to 1, or PLACE + k for the place k below the axis ---- */

export const makeAxis = (spec, key) => {
  const values = readPlanes(spec.values);
  const axis = {
    key,
    name: key === TARGET ? spec.label : key,
    labels: spec.labels || [],
    values,
    ...(spec.kind === "category" ? category(spec) : numeric(spec, values)),
    low: spec.low,
    high: spec.high,
    goal: spec.goal,
    short: new Map((spec.why || []).map((why, k) => [why, spec.short[k]])),
    counts: new Map(), // runs at each place
    places: [], // those below the axis
    pos: new Float32Array(), // where each run is
  };
  const missed = new Set(spec.unrecorded || []);
  const nan = new Set(spec.nan || []);
  const codes = spec.code ? readPlanes(spec.code) : null;
  const place = (v, i) => {
    if (codes && codes[i] >= 0) return spec.why[codes[i]];
    if (nan.has(i)) return "NaN";
    if (v !== v) return missed.has(i) ? "not recorded" : spec.absent || "no value";
    if (v === Infinity) return "∞";
    if (v === -Infinity) return "−∞";
    return axis.scale === "log" && v <= 0 ? "0 or less" : "";
  };
  const where = new Map();
  values.forEach((v, i) => {
    const w = place(v, i);
    if (!w) return;
    where.set(i, w);
    axis.counts.set(w, (axis.counts.get(w) || 0) + 1);
  });
  const ORDER = ["∞", "0 or less", "−∞", "NaN", "inactive", "not recorded"];
  axis.places = [...axis.counts.keys()].sort(
    (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b) || (a < b ? -1 : 1),
  );
  axis.pos = values.map((v, i) =>
    where.has(i) ? PLACE + axis.places.indexOf(where.get(i)) : axis.at(v),
  );
  return axis;
};

/* the height of a position: `box` has top and bottom of the axes and the distance of the places below them */
export const findHeight = (box, flipped, p) =>
  p >= PLACE
    ? box.bottom + (p - PLACE + 1) * box.step
    : flipped
      ? box.top + p * (box.bottom - box.top)
      : box.bottom - p * (box.bottom - box.top);
export const findPlaceHeight = (box, k) => findHeight(box, false, PLACE + k);

/* ---- brushes: {low, high} of a number, null for an open end; {values} of a category; {places} below the axis ---- */

const texts = (list) => (Array.isArray(list) ? list.filter((x) => typeof x === "string") : []);
const limit = (x) => (typeof x === "number" && Number.isFinite(x) ? x : null);

/* what an address says of a brush, as far as it fits the axis; null if nothing is left of it */
export const soundBrush = (axis, brush) => {
  if (
    !brush ||
    typeof brush !== "object" ||
    (brush.of || "") !== (axis.key === TARGET ? axis.name : "")
  )
    return null;
  const sound = {};
  const places = texts(brush.places).filter((w) => axis.places.includes(w));
  if (places.length) sound.places = places;
  if (axis.labels.length) {
    const values = axis.labels.filter((label) => texts(brush.values).includes(label));
    if (values.length) sound.values = values;
  } else if ("low" in brush || "high" in brush)
    Object.assign(sound, { low: limit(brush.low), high: limit(brush.high) });
  if (!Object.keys(sound).length) return null;
  if (axis.key === TARGET) sound.of = axis.name;
  return sound;
};

export const passesBrush = (axis, brush) => {
  const places = axis.places.map((w) => texts(brush.places).includes(w));
  const labels = axis.labels.map((label) => texts(brush.values).includes(label));
  const range = "low" in brush || "high" in brush;
  const low = brush.low === null || brush.low === undefined ? -Infinity : Math.fround(brush.low); // values are 32-bit floats
  const high = brush.high === null || brush.high === undefined ? Infinity : Math.fround(brush.high);
  const { pos, values } = axis;
  return (i) =>
    pos[i] >= PLACE
      ? places[pos[i] - PLACE]
      : labels.length
        ? labels[values[i]]
        : range && values[i] >= low && values[i] <= high;
};

/* which runs all brushes let pass: 1 or 0 for each; null without a brush */
export const listPassing = (axes, brushes, n) => {
  const tests = Object.entries(brushes).map(([key, brush]) => passesBrush(axes.get(key), brush));
  if (!tests.length) return null;
  const mask = new Uint8Array(n);
  for (let i = 0; i < n; i += 1) mask[i] = tests.every((test) => test(i)) ? 1 : 0;
  return mask;
};

export const writeBrush = (axis, brush) => {
  const parts = [...(brush.values || []), ...(brush.places || [])];
  if ("low" in brush) {
    const [a, b] = [brush.low, brush.high];
    parts.unshift(
      a === null && b === null
        ? "any number"
        : a === null
          ? `≤ ${writeValue(axis, b)}`
          : b === null
            ? `≥ ${writeValue(axis, a)}`
            : `${writeValue(axis, a)} to ${writeValue(axis, b)}`,
    );
  }
  return `${axis.name}: ${parts.length > 4 ? `${parts.slice(0, 3).join(", ")} and ${parts.length - 3} more` : parts.join(", ")}`;
};

/* a limit that is read off a place on the screen: no finer than one can see */
export const findLimit = (axis, t) =>
  t <= 0 || t >= 1 ? null : Number(axis.back(t).toPrecision(4));

export const shortenText = (text, limit) => {
  if (text.length <= limit) return text;
  const tail = Math.floor((limit * 3) / 5);
  return `${text.slice(0, Math.max(1, limit - tail - 1))}…${text.slice(-tail)}`;
};
