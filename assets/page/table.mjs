/* The table: rows from the answers, and cells that draw importance and correlation. */

import { findGrid, gridCells, gridFunctions } from "./dash.mjs";
import { computeRatio, findScale, restsOnOne } from "./facts.mjs";
import { fitName } from "./names.mjs";
import { writeShare, writeSigned } from "./numbers.mjs";
import * as page from "./page.mjs";
import { describe, findReason, findTag, listVisible } from "./ranking.mjs";

const h = (...args) => window.React.createElement(...args);

const STRONG = 0.7;

/* ---- rows ---- */

const valueRow = (fact, c) => ({
  id: `value:${fact.parameter}:${c.value}`,
  level: 1,
  parameter:
    /^(length|\[\d+\])$/.test(c.value) && fact.kind === "structured"
      ? `.${c.value}`
      : `= ${c.value || "missing"}`,
  of: fact.parameter,
  importance: null,
  correlation: c.correlation,
  cor: c,
  n: c.n,
});

/* beside the importance overall, which can only be as large as the parameter is often there */
const whereActive = ({ row }) => {
  const inside = row && row.where_active;
  return inside && inside.importance !== null
    ? `; ${writeShare(inside.importance)} among the runs that record it`
    : "";
};

const parameterRow = (fact, display, scale, room) => ({
  id: `parameter:${fact.parameter}`,
  level: 0,
  parameter: fact.parameter,
  name: fitName(fact.parameter, room, 14, 600),
  tag: findTag(fact) + whereActive(fact),
  reason: findReason(fact, fact.row),
  kind: fact.kind,
  openable: fact.values.length > 0,
  open: display.open.includes(fact.parameter),
  importance: fact.row ? fact.row.importance : null,
  imp: fact.row,
  modelled: fact.role !== "ignored" && fact.role !== "seed",
  scale,
  correlation: fact.own ? fact.own.correlation : null,
  cor: fact.own,
  n: fact.own ? fact.own.n : fact.recorded,
  coefficient: display.coefficient,
});

export const drawTable = () => {
  const api = grid();
  if (!api) {
    window.dash_ag_grid && window.dash_ag_grid.getApiAsync("table").then(() => page.draw());
    return;
  }
  const rows = tableRows();
  document.getElementById("result").style.setProperty("--rows", String(rows.length)); // as high as they are, see style_tabs.css
  api.setGridOption("rowData", rows);
  markSort();
};

/* a row that says the same stays the same object: the grid then leaves it alone */
const made = new Map();
const kept = (row, facts) => {
  const before = made.get(row.id);
  const same =
    before &&
    before.facts === facts &&
    ["open", "scale", "coefficient", "pending", "name"].every((k) => before.row[k] === row[k]);
  if (!same) made.set(row.id, { facts, row });
  return same ? before.row : row;
};

const tableRows = () => {
  if (!page.shown) return [];
  const { answer, record, facts } = page.shown;
  const visible = listVisible(answer, record, page.display);
  const scale = findScale(record);
  const { coefficient } = page.display;
  const room = roomOfName();
  return visible.flatMap((fact) => {
    const row = kept({ ...parameterRow(fact, page.display, scale, room), pending: !record }, facts);
    return row.open
      ? [row, ...fact.values.map((c) => kept({ ...valueRow(fact, c), coefficient }, facts))]
      : [row];
  });
};

/* the pixels that a name has: beside its tag, or in a narrow column above it */
const [CARET, TAG, NARROW] = [48, 76, 270]; // pixels; the last as in style.css
const roomOfName = () => {
  const column = grid().getColumn("parameter");
  const width = (column ? column.getActualWidth() : 220) - CARET;
  return width - (width + CARET > NARROW + 24 ? TAG : 0);
};

const grid = () => findGrid("table");

/* ---- sorting: the grid has no order of its own; an element with `data-sort` sorts the whole page ---- */

gridCells.SweeplensHeader = ({ displayName, sort }) =>
  h(
    "button",
    {
      type: "button",
      className: "sort-head",
      tabIndex: -1,
      "data-sort": sort,
      ref: (node) => node && markSort(),
    },
    displayName,
  );

export const markSort = () =>
  document.querySelectorAll("[data-sort]").forEach((button) => {
    const { sort } = button.dataset;
    const on = sort === page.display.sort;
    const order = (sort === "name") !== page.display.up ? "ascending" : "descending";
    button.classList.toggle("on", on);
    button.setAttribute("aria-pressed", String(on));
    button.dataset.order = on ? order : "";
    const head = button.closest(".ag-header-cell");
    if (head) head.setAttribute("aria-sort", on ? order : "none");
  });

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sort]");
  if (!button) return;
  const { sort } = button.dataset;
  page.show(page.display.sort === sort ? { up: !page.display.up } : { sort, up: false });
});
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const button =
    target instanceof Element &&
    target.matches(".ag-header-cell") &&
    target.querySelector("[data-sort]");
  if (button && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    button.click();
  }
});

gridFunctions.sweeplensCount = ({ value }) =>
  typeof value === "number" ? value.toLocaleString("en") : "";
gridFunctions.sweeplensRowHeight = ({ data }) => (data.level ? 32 : 40);
gridFunctions.sweeplensTheme = (theme) =>
  theme.withParams({
    backgroundColor: "var(--card)",
    foregroundColor: "var(--ink)",
    borderColor: "var(--line-soft)",
    headerBackgroundColor: "var(--card)",
    headerTextColor: "var(--muted)",
    headerFontWeight: 600,
    rowHoverColor: "var(--hover)",
    accentColor: "var(--accent)",
    fontFamily: "var(--font)",
    fontSize: 14,
    headerFontSize: 12,
    wrapperBorder: false,
    wrapperBorderRadius: 8,
    columnBorder: false,
    rowBorder: true,
    headerColumnResizeHandleColor: "transparent",
    cellHorizontalPadding: 12,
    browserColorScheme: "inherit",
    oddRowBackgroundColor: "var(--card)",
    menuBackgroundColor: "var(--card)",
    iconColor: "var(--muted)",
  });

const toggle = (name) => {
  const open = page.display.open.includes(name)
    ? page.display.open.filter((n) => n !== name)
    : [...page.display.open, name];
  page.show({ open });
};
gridFunctions.sweeplensKey = ({ event, data }) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  if (data.openable) toggle(data.parameter);
  else if (!data.level) page.show({ detail: [data.parameter] });
};
/* Tab leaves the table; within it the arrows go from cell to cell */
gridFunctions.sweeplensLeave = () => false;
gridFunctions.sweeplensResized = ({ finished }) => {
  if (finished && page.question) drawTable();
}; // names fit anew
let scrolled = () => {};
/* the bars are of the rows in sight */
export const onTableScroll = (act) => {
  scrolled = act;
};
gridFunctions.sweeplensScrolled = () => scrolled();

export const reveal = (name) => {
  const api = grid();
  const node = api && api.getRowNode(`parameter:${name}`);
  if (!node) return;
  api.ensureNodeVisible(node, "middle");
  api.flashCells({ rowNodes: [node] });
};

/* the parameters whose rows are in sight */
export const listInSight = () => {
  const api = grid();
  if (!api) return null;
  const names = [];
  for (let i = api.getFirstDisplayedRowIndex(); i <= api.getLastDisplayedRowIndex(); i += 1) {
    const node = api.getDisplayedRowAtIndex(i);
    if (node && node.data && node.data.level === 0) names.push(node.data.parameter);
  }
  return names;
};

/* ---- cells ---- */

const percent = (share) => `${Math.max(0, Math.min(100, 100 * share)).toFixed(2)}%`;

gridCells.SweeplensParameter = ({ data }) => {
  if (data.level)
    return h("span", { className: "value-name", title: data.parameter }, data.parameter);
  const caret = data.openable
    ? h("button", {
        type: "button",
        className: `caret ${data.open ? "open" : ""}`,
        tabIndex: -1,
        "aria-expanded": data.open,
        "aria-label": `${data.open ? "Close" : "Open"} the values of ${data.parameter}`,
        onClick: () => toggle(data.parameter),
      })
    : h("span", { className: "caret none" });
  const fact = page.shown && page.shown.facts.get(data.parameter);
  return h(
    "span",
    { className: "parameter-cell", title: fact ? describe(fact).join("\n") : "" },
    caret,
    h(
      "span",
      { className: "parameter-words" },
      h(
        "button",
        {
          type: "button",
          className: "parameter-name opener",
          tabIndex: -1,
          "data-detail": JSON.stringify([data.parameter]),
          ...(data.name === data.parameter ? {} : { "aria-label": data.parameter }),
        },
        data.name,
      ),
      h("span", { className: "tag" }, data.tag),
    ),
  );
};

const interval = (row) =>
  row.low === null ? "" : `, 90 % interval ${row.low.toFixed(3)} to ${row.high.toFixed(3)}`;
const clearWords = (row) => (row.why ? `, ${row.why}` : "");

gridCells.SweeplensImportance = ({ data }) => {
  if (data.level) return null;
  if (data.pending && data.modelled) return h("span", { className: "waiting" });
  if (!data.imp) return h("span", { className: "muted why" }, data.reason || "not in the model");
  const row = data.imp;
  const share = row.importance || 0;
  const label = `importance ${share.toFixed(3)}${interval(row)}${clearWords(row)}`;
  return h(
    "span",
    { className: "importance-cell", title: label },
    h(
      "span",
      { className: "track", role: "img", "aria-label": label },
      h("span", {
        className: `bar ${row.clear === false ? "dim" : ""}`,
        style: { width: percent(share / data.scale) },
      }),
      row.low !== null && share > 0
        ? h("span", {
            className: "whisker",
            style: {
              left: percent(row.low / data.scale),
              width: percent((row.high - row.low) / data.scale),
            },
          })
        : null,
      row.floor !== null && share > 0
        ? h("span", { className: "floor", style: { left: percent(row.floor / data.scale) } })
        : null,
    ),
    h("span", { className: "number" }, writeShare(share)),
  );
};

gridCells.SweeplensCorrelation = ({ data }) => {
  const c = data.cor;
  if (!c) return h("span", { className: "muted why" }, "–");
  if (c.correlation === null) {
    if (c.eta === null)
      return h("span", { className: "muted why" }, data.n ? "does not vary" : "–");
    return h(
      "button",
      {
        type: "button",
        className: "by-value",
        tabIndex: -1,
        "aria-expanded": data.open,
        "aria-label": `Correlation by value of ${data.parameter}, together η ${computeRatio(c, data.coefficient).toFixed(2)}`,
        onClick: () => toggle(data.parameter),
      },
      h("span", { className: "by-value-words" }, data.open ? "▾ values" : "▸ values"),
      h("span", { className: "number" }, `η ${computeRatio(c, data.coefficient).toFixed(2)}`),
    );
  }
  const r = c[data.coefficient];
  if (r === null || r === undefined) return h("span", { className: "muted why" }, "–");
  const extent =
    c.low === null ? "" : `, 90 % interval ${writeSigned(c.low)} to ${writeSigned(c.high)}`;
  const p = c.p === null ? "" : `, p ${c.p < 0.001 ? "< 0.001" : `= ${c.p.toFixed(3)}`}`;
  const label = `r ${writeSigned(c.correlation, 3)}${extent}${p}; rank ${writeSigned(c.spearman, 3)}; own scales ${writeSigned(c.scaled, 3)}; ${c.n} runs${restsOnOne(c)}`;
  const bar =
    r >= 0 ? { left: "50%", width: percent(r / 2) } : { right: "50%", width: percent(-r / 2) };
  return h(
    "span",
    { className: `correlation-cell ${Math.abs(r) >= STRONG ? "strong" : ""}`, title: label },
    h(
      "span",
      { className: "track", role: "img", "aria-label": label },
      h("span", { className: "centre" }),
      h("span", { className: `bar ${r >= 0 ? "positive" : "negative"}`, style: bar }),
    ),
    h("span", { className: "number" }, writeSigned(r)),
    restsOnOne(c) ? h("span", { className: "one-run" }, "one run") : null,
  );
};

/* ---- the table as a file: what is in sight, in its order ---- */

/* a sheet of paper does not scroll: all rows are drawn for it */
const layOut = (layout) => {
  const api = grid();
  if (api) api.setGridOption("domLayout", layout);
};
window.addEventListener("beforeprint", () => layOut("autoHeight"));
window.addEventListener("afterprint", () => layOut("normal"));
