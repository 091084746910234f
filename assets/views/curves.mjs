/* Curves: the history of metrics. The server sends the lines; smoothing and log axes are done here, with no request. */

import { CHART, fillPlace, loadPlotly, makeChartTools, onSeen, savePlot } from "../page/charts.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import { make, makeButton, makeCard, makeChoice, makeScroll, makeTable } from "../page/pieces.mjs";
import { listVisible } from "../page/ranking.mjs";
import { selectRuns, writeSelectionKey } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { getTheme, paintInTheme } from "../page/theme.mjs";
import { asChosen, lines, makeLinesCsv, numbers } from "./curves_lines.mjs";

const [NARROW, MORE] = [560, 160]; // pixels
const MOST_METRICS = 4;
const MOST_SMOOTH = 0.99;

const chosen = () => ({
  which: "best",
  x: "step",
  colour: "target",
  smooth: 0,
  logx: false,
  logy: false,
  ...getOptions("curves"),
});
const choose = (changes) => {
  const DEFAULTS = {
    which: "best",
    x: "step",
    colour: "target",
    smooth: 0,
    logx: false,
    logy: false,
  };
  setOptions(
    "curves",
    Object.fromEntries(
      Object.entries(changes).map(([key, value]) => [key, value === DEFAULTS[key] ? null : value]),
    ),
  );
};

const asked = () => {
  const { metrics, which, x, colour } = getOptions("curves");
  const selected = which === "selected" ? { selected: page.display.selected || [] } : {};
  return {
    ...(metrics ? { metrics } : {}),
    ...(which ? { which } : {}),
    ...(x ? { x } : {}),
    ...(colour ? { colour } : {}),
    ...selected,
  };
};

/* ---- a figure as chosen ---- */
/* ---- what is on the page ---- */

let drawn = null; // what was drawn: for which answer, and what changes without being drawn anew
let focused = null; // the control that has the focus again when the tab was drawn anew
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("[data-control]")) focused = null;
});

const metricsChoice = (record) => {
  const box = make("span", "metric-choice");
  const put = (metrics) => choose({ metrics: metrics.length ? metrics : null });
  record.metrics.forEach((name) => {
    const chip = make("span", "chip");
    const cross = makeButton("×", "chip-remove", () =>
      put(record.metrics.filter((m) => m !== name)),
    );
    cross.setAttribute("aria-label", `Do not draw ${name}`);
    const words = make("span", "chip-words", name);
    words.title = name;
    chip.append(words, ...(record.metrics.length > 1 ? [cross] : []));
    box.append(chip);
  });
  const left = record.available.filter((name) => !record.metrics.includes(name));
  if (left.length && record.metrics.length < MOST_METRICS) {
    const add = makeChoice(
      "Metric",
      [["", "add …"], ...left.map((name) => [name, name])],
      "",
      (name) => {
        const other = record.partners[name];
        const more =
          other && !record.metrics.includes(other) && record.metrics.length < MOST_METRICS - 1
            ? [other]
            : [];
        put([...record.metrics, name, ...more]);
      },
    );
    add.firstChild.className = "unseen";
    add.querySelector("select").dataset.control = "metric";
    box.append(add);
  }
  return box;
};

const named = (node, name) => {
  node.querySelector("select, input").dataset.control = name;
  return node;
};
const box = (label, key) => {
  const node = make("label", "switch");
  const input = make("input");
  Object.assign(input, { type: "checkbox", checked: Boolean(chosen()[key]) });
  input.addEventListener("change", () => choose({ [key]: input.checked }));
  node.append(input, make("span", "", label));
  return named(node, key);
};

const smoothing = () => {
  const node = make("label", "choose");
  const input = make("input");
  const said = make("output", "number");
  Object.assign(input, {
    type: "range",
    min: 0,
    max: MOST_SMOOTH,
    step: 0.01,
    value: chosen().smooth,
  });
  const say = () => {
    said.textContent = Number(input.value) ? Number(input.value).toFixed(2) : "none";
  };
  let waiting = 0;
  input.addEventListener("input", () => {
    say();
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ smooth: Number(input.value) }), 40);
  });
  say();
  node.append(make("span", "", "Smoothing"), input, said);
  return named(node, "smooth");
};

const selectedWords = () => {
  const { selected } = page.display;
  const n = !selected
    ? 0
    : typeof selected === "string"
      ? Number(selected.split("-")[0])
      : selected.length;
  return `selected (${n.toLocaleString("en")})`;
};
const colours = (record) => {
  const shown = listVisible(page.shown.answer, page.shown.record, page.display).map(
    (fact) => fact.parameter,
  );
  const now = chosen().colour;
  const names = now === "target" || shown.includes(now) ? shown : [now, ...shown];
  return [
    ["target", record.label],
    ...names.filter((name) => name !== "target").map((name) => [name, name]),
  ];
};

const controls = (record) => {
  const now = chosen();
  const row = make("div", "choices");
  const x =
    record.xs.length > 1
      ? [
          named(
            makeChoice(
              "Along",
              record.xs.map((name) => [name, name]),
              now.x,
              (value) => choose({ x: value }),
            ),
            "x",
          ),
        ]
      : [];
  row.append(
    metricsChoice(record),
    named(
      makeChoice(
        "Runs",
        [
          ["best", "best 10"],
          ["selected", selectedWords()],
          ["all", "all"],
        ],
        now.which,
        (which) => choose({ which }),
      ),
      "which",
    ),
    ...x,
    named(
      makeChoice("Colour", colours(record), now.colour, (colour) => choose({ colour })),
      "colour",
    ),
    smoothing(),
    box("Log y", "logy"),
    box("Log x", "logx"),
  );
  row.addEventListener("focusin", (event) => {
    focused = event.target.dataset.control || null;
  });
  return makeCard(row);
};

const smoothWords = (traces, weight) => {
  const few = traces.filter((trace) => trace.meta.means);
  const of = few.length
    ? `of the values as logged, or of the means of ${numbers(few[0].meta.means.x).length} stretches where fewer points are drawn`
    : "of the values as logged";
  return `Smoothed by an exponential moving average ${of}, weight ${weight.toFixed(2)}; faint: ${few.length ? "the points drawn without smoothing" : "as logged"}.`;
};

const summary = (record, group) =>
  `Curves of ${group.metrics.map((m) => m.name).join(" and ")} along ${record.x_title}: ${record.said}. The runs are listed below.`;

const chart = (record, group, figure) => {
  const names = group.metrics.map((m) => m.name);
  const name = `curves-${names.join("-").replace(/[^\w.-]+/g, "-")}`;
  const plot = make("div", "chart");
  const themed = paintInTheme(figure);
  const now = () => asChosen(themed, chosen());
  const csv = () => {
    const told = new Map(record.runs.map((run) => [run.id, run]));
    return makeLinesCsv(
      figure,
      ["run", "name", "metric", record.x_title, "value"],
      ({ run, metric }) => [run, told.get(run).name, metric],
    );
  };
  const head = make("div", "chart-head");
  head.append(
    make("h3", "", names.join(" and ")),
    makeChartTools(
      name,
      (format) =>
        savePlot(now(), format, `sweeplens-${name}`, {
          width: plot.clientWidth,
          height: plot.clientHeight,
        }),
      csv,
    ),
  );
  plot.style.height = `${figure.layout.height}px`;
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", summary(record, group));
  const note = make("p", "muted small");
  const said = () => {
    const { smooth, logy } = chosen();
    const lost = logy && lines(figure).some((t) => numbers(t.y).some((v) => v <= 0));
    note.textContent = [
      `${record.said[0].toUpperCase()}${record.said.slice(1)}.`,
      ...record.notes,
      ...(smooth > 0 ? [smoothWords(lines(figure), smooth)] : []),
      ...(lost ? ["Values of 0 and below have no place on a log scale and are left out."] : []),
      "Click a line for its run.",
    ].join(" ");
  };
  let shown = "";
  const update = async () => {
    const key = JSON.stringify([chosen().smooth, chosen().logx, chosen().logy]);
    said();
    if (key === shown || !plot.dataset.drawn) return;
    shown = key;
    const { data, layout } = now();
    await window.Plotly.react(plot, data, structuredClone(layout), CHART);
  };
  onSeen(plot, async () => {
    const Plotly = await loadPlotly();
    if (!plot.isConnected) return;
    if (plot.clientWidth < NARROW) plot.style.height = `${figure.layout.height + MORE}px`; // its legend takes many lines
    shown = JSON.stringify([chosen().smooth, chosen().logx, chosen().logy]);
    const { data, layout } = now();
    await Plotly.newPlot(plot, data, structuredClone(layout), CHART);
    plot.on("plotly_click", (event) => {
      const { meta } = event.points[0].data;
      if (meta && meta.run !== undefined) page.show({ run: meta.run });
    });
    plot.dataset.drawn = "1";
    update();
  });
  said();
  return { node: makeCard(head, note, plot), update };
};

const list = (record, figures) => {
  const hue = new Map(
    figures.flatMap((figure) => lines(paintInTheme(figure)).map((t) => [t.meta.run, t.line.color])),
  );
  const by = record.colour.by === "target" ? null : record.colour.label;
  const { node, body } = makeTable("Runs drawn", [
    ["Run", "", "name"],
    [record.label],
    ...(by ? [[by]] : []),
  ]);
  record.runs.forEach((run, i) => {
    const line = make("tr");
    const head = make("th", "name");
    head.scope = "row";
    const swatch = make("span", "swatch");
    swatch.style.background = hue.get(run.id) || "transparent";
    const open = makeButton(run.name, "opener", () => page.show({ run: run.id }));
    open.title = run.name === run.id ? run.name : `${run.name} (${run.id})`;
    head.append(swatch, open);
    const kind = record.colour.of[i];
    line.append(
      head,
      make(
        "td",
        "number",
        run.target === null || run.why ? run.why || "no value" : writeShort(run.target),
      ),
      ...(by
        ? [
            make(
              "td",
              "",
              kind < 0 ? record.colour.none[-1 - kind] : record.colour.words[kind] || "empty",
            ),
          ]
        : []),
    );
    body.append(line);
  });
  const head = make("div", "chart-head");
  head.append(
    make("h3", "", `Runs drawn (${record.runs.length})`),
    makeButton("Select these runs", "link", () => selectRuns(record.runs.map((run) => run.id))),
  );
  const scroll = makeScroll(node);
  scroll.classList.add("runs-drawn");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Runs drawn");
  return makeCard(head, scroll);
};

/* the best of the runs that are drawn: they come in that order */
const sayBest = ({ runs, label }) => {
  const best = runs.find((run) => run.target !== null);
  if (!best) return "None of the runs drawn has a value at its end.";
  const others = runs.length > 1 ? `Of ${runs.length.toLocaleString("en")} runs drawn ` : "";
  return `${others}${best.name} ${others ? "is the best" : "is drawn"}: ${label} ${writeShort(best.target)}.`;
};

const draw = (place, answer) => {
  const { record, figures } = answer;
  if (
    drawn &&
    drawn.answer === answer &&
    drawn.theme === getTheme() &&
    drawn.selected === writeSelectionKey() &&
    place.contains(drawn.root)
  ) {
    drawn.update();
    return;
  }
  const root = make("div", "tab-place");
  const charts = (record.groups || []).map((group, i) => chart(record, group, figures[i]));
  root.append(
    ...(charts.length ? [makeCard(make("p", "lead", sayBest(record)))] : []),
    ...(record.available.length ? [controls(record)] : []),
    ...(record.empty ? [makeCard(make("p", "lead", record.empty))] : []),
    ...charts.map((c) => c.node),
    ...(charts.length ? [list(record, figures)] : []),
  );
  fillPlace(place, root);
  drawn = {
    answer,
    theme: getTheme(),
    selected: writeSelectionKey(),
    root,
    update: () => charts.forEach((c) => c.update()),
  };
  const again = focused && root.querySelector(`[data-control="${focused}"]`);
  if (again && document.activeElement === document.body) again.focus();
};

const key = () => {
  const { smooth, logx, logy } = chosen();
  return JSON.stringify([writeSelectionKey(), smooth, logx, logy]);
};
page.tabs.curves = {
  options: { metrics: [], which: "", x: "", colour: "", smooth: 0, logx: true, logy: true },
  draw,
  key,
  asked,
  runs: true,
  empty: true,
};
