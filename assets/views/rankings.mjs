/* Rankings side by side: of every method, and for several targets. */

import { makeTableCard } from "../page/charts.mjs";
import { callbacks, noUpdate, setProps } from "../page/dash.mjs";
import { makeCsv } from "../page/files.mjs";
import { flash } from "../page/notices.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeCard,
  makeNameCell,
  makeNotes,
  makeSentence,
  makeStatus,
  makeTable,
  nameMethod,
  paintHeat,
} from "../page/pieces.mjs";
import { findHidden, isVisible } from "../page/ranking.mjs";
import { isSame } from "../page/same.mjs";

/* the targets side by side: as chosen, or that of the question and a few more */
const FIRST_TARGETS = 4;
const targets = () => {
  if (page.display.targets) return page.display.targets;
  if (!page.shown) return [];
  const { target, metrics } = page.shown.answer;
  const others = metrics.filter((m) => m !== target.metric && m !== "runtime" && m !== "steps");
  return [target.metric, ...others].filter(Boolean).slice(0, FIRST_TARGETS);
};
callbacks.choose_targets = (list) => {
  if (page.question && page.display.tab === "targets" && list && !isSame(list, targets()))
    page.show({ targets: list });
  return noUpdate();
};
let offered = null;
const offerTargets = () => {
  const metrics = [...new Set([...page.shown.answer.metrics, ...targets()])];
  const wanted = {
    data: metrics.map((name) => ({ value: name, label: metricWords(name) })),
    value: targets(),
  };
  if (isSame(wanted, offered)) return;
  offered = wanted;
  setProps("targets", wanted);
};
const labels = new Map(); // how the server calls a target that is no metric
const metricWords = (name) => {
  if (page.shown) labels.set(page.shown.answer.target.metric, page.shown.answer.target.label);
  return labels.get(name) || name;
};

const rankTable = (label, c, waiting, columns, words, title) => {
  const rows = c.rows.filter((row) => isVisible(row.parameter));
  const { node, body } = makeTable(label, [
    ["Parameter", "", "name"],
    ...columns.map((m) => [words(m), title]),
  ]);
  rows.forEach((row) => {
    const line = make("tr");
    line.append(
      makeNameCell(
        row.parameter,
        c.methods.every((m) => row.clear[m] !== true),
      ),
    );
    columns.forEach((m) => {
      const share = row.importance[m];
      const cell = make("td", "heat");
      if (share === null || share === undefined) {
        cell.className = waiting.includes(m) ? "pending" : "unknown";
        cell.textContent = waiting.includes(m) ? "…" : "cannot tell";
      } else {
        const most = Math.max(...rows.map((r) => r.importance[m] || 0));
        cell.classList.toggle("dim", row.clear[m] === false);
        paintHeat(cell, share, most).append(
          make("b", "", row.rank[m] % 1 ? row.rank[m].toFixed(1) : String(row.rank[m])),
          make("span", "", share.toFixed(2)),
        );
        cell.title =
          row.clear[m] === false
            ? "Not clear"
            : row.clear[m] === null
              ? "This method has no noise floor"
              : "Clear";
      }
      line.append(cell);
    });
    body.append(line);
  });
  return node;
};

const rankCsv = (c, columns, words) => () =>
  makeCsv(
    ["parameter", ...columns.flatMap((m) => [words(m), `${words(m)}: rank`, `${words(m)}: clear`])],
    c.rows
      .filter((row) => isVisible(row.parameter))
      .map((row) => [
        row.parameter,
        ...columns.flatMap((m) => [row.importance[m], row.rank[m], row.clear[m]]),
      ]),
  );

const failures = (failed) =>
  Object.entries(failed || {}).map(([what, why]) => `${metricWords(what)} failed: ${why}`);

/* all runs, and those selected */
const partsCard = (c, waiting) => {
  if (!c) return [];
  const node = rankTable(
    "Importance of every visible parameter among all runs and among those selected",
    c,
    waiting ? c.missing : [],
    c.sides,
    (words) => words,
    "Place, and share of the importance among these runs",
  );
  const empty = Object.entries(c.empty).map(([words, why]) => `Among ${words}: ${why}`);
  const titled = makeTableCard(
    `All runs and the selected ones, by ${nameMethod(page.question.method)}`,
    "selected-runs",
    node,
    rankCsv(c, c.sides, (words) => words),
  );
  titled.append(
    ...(c.methods.length > 1 ? [make("p", "muted small", c.words)] : []),
    makeNotes(empty),
  );
  return [titled];
};

const drawMethods = (place, { comparison: c, parts, state, message, failed }) => {
  const waiting = state === "done" ? [] : c.missing;
  const node = rankTable(
    "Importance of every visible parameter by each method",
    c,
    waiting,
    [...c.methods, ...waiting],
    nameMethod,
    "Place, and share of the importance by this method",
  );
  const words =
    state === "done" || c.methods.length > 1
      ? c.words
      : "Comparing starts when two methods are done.";
  place.replaceChildren(
    ...partsCard(parts, state !== "done"),
    makeCard(
      makeSentence("p", "lead", words),
      make(
        "p",
        "muted small",
        "Each cell: the parameter's place, and its share of the importance by this method. Grey: not clear. The methods ask different questions: see the help.",
      ),
    ),
    makeTableCard(
      "Importance by each method",
      "methods",
      node,
      rankCsv(c, [...c.methods, ...waiting], nameMethod),
    ),
    makeNotes([
      ...Object.entries(c.empty).map(([m, why]) => `${nameMethod(m)}: ${why}`),
      ...failures(failed),
    ]),
  );
  if (state !== "done") place.prepend(makeStatus(state, message));
};

/* ---- several targets ---- */

const weightFor = new Map();
const weightForm = (plain) => {
  const form = make("form", "weights");
  plain.forEach((metric) => {
    const field = make("label", "weight");
    const input = make("input");
    Object.assign(input, {
      type: "number",
      min: "0",
      step: "any",
      value: weightFor.get(metric) ?? "1",
    });
    input.addEventListener("input", () => weightFor.set(metric, input.value));
    field.append(make("span", "", metric), input);
    form.append(field);
  });
  const go = make("button", "weigh", "Study their weighted mean");
  go.type = "submit";
  form.append(go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const weights = Object.fromEntries(
      plain.map((m) => [m, Number(weightFor.get(m) ?? 1)]).filter(([, w]) => w > 0),
    );
    if (!Object.keys(weights).length) {
      flash("Give at least one weight above 0");
      return;
    }
    page.show({ tab: "importance" });
    page.ask({
      target: { metric: JSON.stringify(weights), goal: null, value: "last", scale: "auto" },
    });
  });
  const node = makeCard(
    make("h3", "", "One target out of several"),
    make(
      "p",
      "muted small",
      "The weighted mean of a run's ranks in these metrics: 0 is the best of all runs in each, 1 the worst.",
    ),
    form,
  );
  node.dataset.metrics = JSON.stringify(plain);
  return node;
};

const drawTargets = (place, { comparison: c, labels: called, state, message, failed }) => {
  Object.entries(called).forEach(([name, words]) => labels.set(name, words));
  offerTargets();
  const waiting = state === "done" ? [] : c.missing;
  const list = targets();
  const there = list.filter((m) => c.methods.includes(m) || waiting.includes(m));
  const node = rankTable(
    "Importance of every visible parameter for each target",
    c,
    waiting,
    there,
    metricWords,
    "Place, and share of the importance for this target",
  );
  const plain = list.filter((m) => page.shown.answer.metrics.includes(m));
  const above = [
    ...(state !== "done" ? [makeStatus(state, message)] : []),
    makeCard(
      makeSentence(
        "p",
        "lead",
        c.methods.length > 1
          ? c.words
          : state === "done"
            ? page.shown.answer.metrics.length > 1
              ? "Choose a second target to compare with."
              : "There is only one metric, so there is no second target to compare with."
            : "Comparing starts when two targets are done.",
      ),
      make(
        "p",
        "muted small",
        `By ${nameMethod(page.question.method)}; each target with its usual goal, its last value, and the scale by rule; the runs are those of the filter. Grey: not clear.`,
      ),
    ),
    makeTableCard("Importance for each target", "targets", node, rankCsv(c, there, metricWords)),
  ];
  const below = makeNotes([
    ...Object.entries(c.empty).map(([m, why]) => `${metricWords(m)}: ${why}`),
    ...failures(failed),
  ]);
  const kept = [...place.children].find((child) => child.dataset.metrics === JSON.stringify(plain));
  if (!kept) {
    place.replaceChildren(...above, ...(plain.length > 1 ? [weightForm(plain)] : []), below);
    return;
  }
  while (place.firstChild !== kept) place.firstChild.remove(); // the form stays: somebody may be typing in it
  while (kept.nextSibling) kept.nextSibling.remove();
  kept.before(...above);
  kept.after(below);
};

const hidden = () => JSON.stringify([...findHidden(page.shown.answer, page.display)]);
page.tabs.methods = {
  draw: drawMethods,
  key: hidden,
  asked: () => (page.display.selected ? { selected: page.display.selected } : {}),
};
page.tabs.targets = {
  draw: drawTargets,
  key: hidden,
  asked: () => {
    if (!page.shown || page.shown.answer.empty) return null;
    offerTargets();
    return targets().length ? { targets: targets() } : null;
  },
};
