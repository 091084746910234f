/* What is said above and below the lines: brushes, how many there are, the colours. */

import { make, makeButton, makeNotes } from "../page/pieces.mjs";
import { TARGET, writeBrush, writeValue } from "./axes.mjs";
import { summarizeView } from "./files.mjs";

const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

const chips = (v) =>
  Object.entries(v.brushes).map(([key, brush]) => {
    const words = writeBrush(v.axes.get(key), brush);
    const chip = make("span", "chip pc-chip");
    const cross = makeButton("×", "chip-remove", () => {
      const rest = { ...v.brushes };
      delete rest[key];
      v.commit({ brushes: rest });
    });
    cross.setAttribute("aria-label", `Remove the brush ${words}`);
    chip.append(make("span", "chip-words", words), cross);
    return chip;
  });
export const describeLines = (v) => {
  v.count = v.mask ? v.mask.reduce((a, b) => a + b, 0) : 0;
  const n = Object.keys(v.brushes).length;
  const words = !v.mask
    ? `${count(v.record.runs, "run")}. Drag along axes to select runs; drag a name to move its axis.`
    : n
      ? `${v.count.toLocaleString("en")} of ${count(v.record.runs, "run")} in ${n === 1 ? "this brush" : "all these brushes"}:`
      : `${v.count.toLocaleString("en")} of ${count(v.record.runs, "run")} selected.`;
  const said = JSON.stringify([words, v.brushes]);
  if (v.said !== said) {
    v.status.replaceChildren(make("span", "", words), ...chips(v));
    v.said = said;
  }
  v.base.setAttribute("aria-label", summarizeView(v));
};

export const makeLegend = (v) => {
  const target = v.axes.get(TARGET);
  const broken = v.record.runs - v.record.feasible;
  const ends =
    target.low === null ? ["–", "–"] : [target.low, target.high].map((x) => writeValue(target, x));
  const [worst, best] = target.goal === "maximize" ? ends : [...ends].reverse();
  v.legend = {
    name: target.name,
    low: worst,
    high: best,
    broken: broken ? count(broken, "infeasible run") : "",
  };
  const node = make("div", "pc-legend small");
  if (v.record.feasible) {
    const median = writeValue(target, Number(v.median.toPrecision(3)));
    const ramp = make("span", "pc-ramp");
    ramp.title = `Coloured by rank among the feasible runs; the median of ${target.name} is ${median}`;
    node.append(
      make("b", "", target.name),
      make("span", "", `worst ${worst}`),
      ramp,
      make("span", "", `best ${best}`),
    );
    ramp.append(make("span", "", "│"));
    node.append(make("span", "muted", `median ${median}`));
  }
  if (broken) {
    const dash = make("span", "pc-dash");
    node.append(dash, make("span", "", v.legend.broken));
  }
  return node;
};

/* where the best tenth lie on the first axis of a parameter, beside all */
const TENTH = 10;
const FEWEST = 5; // of the best
const middle = (values) => {
  const sorted = Float32Array.from(values).sort();
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.1), at(0.9)];
};
const mostFrequent = (values) => {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0];
};
export const sayWhereBest = (v) => {
  const axis = v.shown.map((key) => v.axes.get(key)).find(({ key }) => key !== TARGET);
  const ranked = [...v.order].reverse().filter((run) => v.quality[run] >= 0);
  const best = ranked.slice(0, Math.round(ranked.length / TENTH));
  if (!axis) return "";
  if (best.length < FEWEST)
    return `${count(ranked.length, "run")} with a target ${ranked.length === 1 ? "is" : "are"} too few to say where the best lie.`;
  const of = (runs) => runs.filter((run) => axis.pos[run] < 2).map((run) => axis.values[run]);
  const [mine, all] = [of(best), of(ranked)];
  if (mine.length < FEWEST) return "";
  const words = (x) => writeValue(axis, x, 3);
  if (axis.labels.length) {
    const [value, n] = mostFrequent(mine);
    const others = all.filter((other) => other === value).length;
    return `Of the best ${count(best.length, "run")} ${n.toLocaleString("en")} have ${axis.name} = ${words(value)}; of all ${ranked.length.toLocaleString("en")}, ${others.toLocaleString("en")}.`;
  }
  const [[a, b], [c, d]] = [middle(mine), middle(all)];
  return `Four in five of the best ${count(best.length, "run")} have ${axis.name} from ${words(a)} to ${words(b)}; of all ${ranked.length.toLocaleString("en")}, from ${words(c)} to ${words(d)}.`;
};

/* `unseen` are the parameters without an axis; `full` says whether no more would fit */
export const makeRemarks = (v, unseen, full) => {
  const { record } = v;
  const list = [];
  if (unseen.length)
    list.push(
      `${count(v.shown.length - 1, "parameter")} of ${(v.shown.length - 1 + unseen.length).toLocaleString("en")} visible ones have an axis, the most important first${full ? `: of ${count(record.runs, "run")} no more fit` : ""}. Hide some to see others.`,
    );
  if (record.without.length)
    list.push(
      `No run here has a value of ${record.without.slice(0, 5).join(", ")}${record.without.length > 5 ? ` and ${record.without.length - 5} more` : ""}.`,
    );
  if (v.shown.length === 1)
    list.push("No parameter is visible. Show some in the list of parameters.");
  if (!record.feasible) list.push("No run is feasible: none has a finite target.");
  v.remarks.replaceChildren(...(list.length ? [makeNotes(list)] : []));
};
