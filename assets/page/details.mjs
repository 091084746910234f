/* The card of a parameter, or of two: which is open is part of the display; a click on a name opens it anywhere. */

import { makeChartTools, makeFigureCsv, savePlot } from "./charts.mjs";
import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { chooseRun, drawRun, listOpened, run } from "./details_run.mjs";
import { restsOnOne } from "./facts.mjs";
import { writeFixed, writePercent, writeSigned } from "./numbers.mjs";
import * as page from "./page.mjs";
import { make, makeOpener, makeSection, makeTable, nameMethod } from "./pieces.mjs";
import { isRunning, makePoller } from "./polling.mjs";
import { findKnown } from "./ranking.mjs";
import { isSame } from "./same.mjs";
import { getTheme, paintInTheme } from "./theme.mjs";

const GRAPHS = ["detail-surface", "detail-distribution", "detail-curve", "detail-curve-2"];
const NOTHING = { data: [], layout: {} };
const MOST_VALUES = 12;

let answer = null;
const asked = () => {
  const list = listOpened();
  return list.every(
    (name) =>
      page.shown.facts.get(name).role !== "ignored" && page.shown.facts.get(name).role !== "seed",
  )
    ? list
    : [];
};
const current = () =>
  answer &&
  page.question &&
  isSame(answer.question, { selection: page.question.selection, parameters: asked() })
    ? answer
    : null;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-detail]");
  if (opener) page.show({ detail: JSON.parse(opener.dataset.detail) });
});

callbacks.detail_opened = (opened) => {
  if (opened === false && page.question && page.display.detail.length) page.show({ detail: [] });
  return noUpdate();
};

const poll = makePoller("detail-poll");
callbacks.detail_received = (received) => {
  answer = received || null;
  drawDetail();
  poll(isRunning(current()));
  return noUpdate();
};

/* ---- one run, chosen by its point ---- */

/* ---- what is in it ---- */

const entry = (words, text) => {
  const line = make("div", "fact");
  line.append(make("span", "muted", words), make("span", "", text));
  return line;
};

const TOLD_BELOW = ["active", "unclear"]; // with more numbers
const factsOf = (fact) => {
  const lines = [];
  findKnown(fact)
    .filter(({ code }) => !TOLD_BELOW.includes(code))
    .forEach(({ code, label, text }) =>
      lines.push(
        code === "values"
          ? entry("Values", text)
          : label && text
            ? entry(label, text)
            : entry("", label || text),
      ),
    );
  if (fact.own && fact.own.correlation !== null) {
    const extent =
      fact.own.low === null
        ? ""
        : ` (${writeSigned(fact.own.low)} to ${writeSigned(fact.own.high)})`;
    lines.push(
      entry(
        "Correlation",
        `${writeSigned(fact.own.correlation)}${extent}, rank ${writeSigned(fact.own.spearman)}, own scales ${writeSigned(fact.own.scaled)}; ${fact.own.n.toLocaleString("en")} runs${restsOnOne(fact.own)}`,
      ),
    );
  } else if (fact.own && fact.own.eta !== null)
    lines.push(
      entry(
        "Correlation",
        `ratio η ${fact.own.eta.toFixed(2)}: its values together; ${fact.own.n.toLocaleString("en")} runs`,
      ),
    );
  const inside = fact.row && fact.row.where_active;
  if (inside)
    lines.push(
      entry(
        "Where it is active",
        inside.why ||
          `importance ${writeFixed(inside.importance)} (${writeFixed(inside.low)} to ${writeFixed(inside.high)}) among ${inside.runs.toLocaleString("en")} runs${inside.clear === false ? ", not clear" : ""}`,
      ),
    );
  return lines;
};

const methodsTable = (methods) => {
  const { node, body } = makeTable("Importance by each method", [
    ["Method", "", "name"],
    ["Importance"],
    ["90 % interval"],
    ["Clear"],
  ]);
  Object.entries(methods).forEach(([method, row]) => {
    const line = make("tr");
    const head = make("th", "name", nameMethod(method));
    head.scope = "row";
    line.append(head);
    if (!row) {
      const cell = make("td", "muted", row === null ? "not computed yet" : "cannot tell");
      cell.colSpan = 3;
      line.append(cell);
    } else if (row.importance === undefined) {
      const cell = make("td", "muted", "not in this method");
      cell.colSpan = 3;
      line.append(cell);
    } else
      line.append(
        make("td", "number", writeFixed(row.importance)),
        make(
          "td",
          "number",
          row.low === null ? "–" : `${writeFixed(row.low)} – ${writeFixed(row.high)}`,
        ),
        make("td", "", row.clear === null ? "no floor" : row.clear ? "yes" : "no"),
      );
    body.append(line);
  });
  return node;
};

const pairsTable = (pairs, own) => {
  const { node, body } = makeTable("Interactions", [
    ["Together with", "", "name"],
    ["Explain beyond each alone"],
  ]);
  pairs.forEach(({ parameters, raw }) => {
    const line = make("tr");
    const other = parameters.find((p) => p !== own);
    const head = make("th", "name");
    head.append(makeOpener(other, [own, other]));
    line.append(head, make("td", "number", writePercent(raw)));
    body.append(line);
  });
  return node;
};

const valuesTable = (fact) => {
  const { node, body } = makeTable("Correlation of each value", [
    ["Value", "", "name"],
    ["Correlation"],
    ["90 % interval"],
    ["Runs"],
  ]);
  const strongest = [...fact.values]
    .sort((a, b) => Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0))
    .slice(0, MOST_VALUES);
  strongest.forEach((c) => {
    const line = make("tr");
    const head = make("th", "name", c.value || "empty");
    head.scope = "row";
    line.append(
      head,
      make("td", "number", writeSigned(c.correlation)),
      make(
        "td",
        "number",
        c.low === null ? "–" : `${writeSigned(c.low)} to ${writeSigned(c.high)}`,
      ),
      make("td", "number", c.n.toLocaleString("en")),
    );
    body.append(line);
  });
  return node;
};

const toTab = (tab, words) => {
  const button = make("button", "link", words);
  button.type = "button";
  button.addEventListener("click", () => page.show({ tab, detail: [] }));
  return button;
};

const foot = (list, a) => {
  const fact = page.shown.facts.get(list[0]);
  const parts = [];
  if (a && a.curves)
    parts.push(
      make(
        "p",
        "muted small",
        `Blue: what a forest of ${a.surrogate.trees} trees predicts (out-of-bag R² ${writeFixed(a.surrogate.oob_r2)}), all else as it was in the runs${a.scale === "log" ? "; geometric means" : ""}; the band is how far nine in ten such curves would move with other runs, and knows nothing of what the trees miss. Thin lines: single configs. Points: runs; a click explains one. It is what the forest learnt, not an experiment.`,
      ),
      ...a.notes.map((text) => make("p", "small", text)),
    );
  if (list.length === 2) {
    if (a && a.pairs && a.pairs.length)
      parts.push(
        make(
          "p",
          "",
          `Together they explain ${writePercent(a.pairs[0].raw)} of the variance beyond what each does alone (functional ANOVA).`,
        ),
      );
    const row = make("p", "detail-links");
    list.forEach((name) => row.append(makeOpener(name, [name])));
    parts.push(row);
    return parts;
  }
  if (a && a.methods) {
    const missing = Object.values(a.methods).some((row) => row === null);
    parts.push(
      makeSection(
        "Importance by each method",
        methodsTable(a.methods),
        ...(missing ? [toTab("methods", "Compute and compare all methods")] : []),
      ),
    );
    parts.push(
      makeSection(
        "Acts together with",
        a.pairs === null
          ? toTab("interactions", "Compute interactions")
          : a.pairs.length
            ? pairsTable(a.pairs, list[0])
            : make("p", "muted", "No pair was measured."),
      ),
    );
  }
  if (fact.values.length)
    parts.push(
      makeSection(
        fact.values.length > MOST_VALUES
          ? `Correlation by value (strongest ${MOST_VALUES} of ${fact.values.length})`
          : "Correlation by value",
        valuesTable(fact),
      ),
    );
  return parts;
};

const status = (a) => {
  if (a && a.error) return [make("p", "grave-words", a.error)];
  if (a && a.empty) return [make("p", "muted", a.empty)];
  if (a && (a.state === "done" || a.curves)) return [];
  const node = make("p", "tab-status");
  node.setAttribute("role", "status");
  const ended = a && ["cancelled", "failed"].includes(a.state);
  node.append(
    make("span", `dot ${ended ? "none" : "busy"}`),
    make(
      "span",
      "",
      ended
        ? a.state === "cancelled"
          ? " Cancelled."
          : ` This could not be computed. ${a.message || ""}`
        : ` Growing the forest … ${Math.round(100 * ((a && a.done) || 0))} %`,
    ),
  );
  const button = make("button", "link", ended ? "Compute again" : "Cancel");
  button.type = "button";
  button.addEventListener("click", () =>
    document.getElementById(ended ? "detail-retry" : "detail-cancel").click(),
  );
  const bar = make("progress");
  bar.value = (a && a.done) || 0;
  node.append(...(ended ? [button] : [bar, button]));
  return [node];
};

/* ---- drawing ---- */

const shown = { opened: false, title: "", asked: [], figures: [] };
const tools = (id, figure) =>
  makeChartTools(
    id.replace("detail", "parameter"),
    (format) => {
      const plot = document.querySelector(`#${id} .js-plotly-plot`);
      savePlot(paintInTheme(figure), format, `sweeplens-${id.replace("detail", "parameter")}`, {
        width: plot.clientWidth,
        height: plot.clientHeight,
      });
    },
    () => makeFigureCsv(figure),
  );
const setFigure = (id, figure, dark) => {
  const before = shown.figures[id];
  if (before && before.figure === figure && before.dark === dark) return;
  shown.figures[id] = { figure, dark };
  document.getElementById(`${id}-place`).classList.toggle("hidden", !figure);
  document.getElementById(`${id}-tools`).replaceChildren(...(figure ? [tools(id, figure)] : []));
  setProps(id, {
    figure: figure ? paintInTheme(figure) : NOTHING,
    ...(figure ? { style: { height: `${figure.layout.height}px` } } : {}),
  });
};

export const drawDetail = () => {
  const head = document.getElementById("detail-head");
  if (!head) {
    if (page.display.detail.length) setProps("detail", { opened: true });
    if (page.display.detail.length) requestAnimationFrame(() => drawDetail());
    return;
  }
  const list = listOpened();
  const opened = list.length > 0;
  const title = list.join("  ×  ");
  if (!opened && run) chooseRun(null);
  if (opened !== shown.opened || title !== shown.title)
    setProps("detail", opened ? { opened, title } : { opened });
  shown.opened = opened;
  shown.title = title;
  const question = opened ? asked() : [];
  if (!isSame(question, shown.asked)) {
    shown.asked = question;
    setProps("detail-asked", { data: question });
  }
  if (!opened) return;
  const a = current();
  const facts = list.map((name) => page.shown.facts.get(name));
  head.replaceChildren(
    ...(list.length === 1 ? factsOf(facts[0]) : []),
    ...(question.length
      ? status(a)
      : [make("p", "muted", "It is not in the model, so there is nothing to predict along it.")]),
  );
  document.getElementById("detail-foot").replaceChildren(...foot(list, a));
  drawRun();
  const dark = getTheme() === "dark";
  const figures = a && a.curves ? [a.surface, a.distribution, a.curves[0], a.curves[1]] : [];
  GRAPHS.forEach((id, i) => setFigure(id, figures[i] || null, dark));
};
