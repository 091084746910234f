/* The table of all runs. The server sorts and filters; the grid asks for the rows in sight, block by block. */

import { fillPlace } from "../page/charts.mjs";
import { callbacks, findGrid, gridCells } from "../page/dash.mjs";
import { saveFile } from "../page/files.mjs";
import { shortenName } from "../page/names.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import { make, makeButton } from "../page/pieces.mjs";
import { onBack } from "../page/polling.mjs";
import { listVisible } from "../page/ranking.mjs";
import { isSame } from "../page/same.mjs";
import { complain, getSelected, postRuns, selectFound } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";
import { makeRunColumnChooser } from "./listing_columns.mjs";
import { makeFilterChip } from "./listing_filters.mjs";

const TAB = "runs";
const MOST_USUAL = { parameter: 40, metric: 20 }; // columns of a group that are shown unless chosen otherwise
const NARROW = 760; // pixels; below it no column is pinned unless it was chosen

let record = null; // what is drawn: the columns, and how many runs there are
let count = null; // rows that match the filters
const drawn = { question: "", columns: "", selected: "", loaded: new Set() };

const grid = () => findGrid("runs-table");
const options = () => getOptions(TAB);

/* ---- which columns: those chosen, or the usual ones ---- */

const usual = () => {
  const { answer, record: importance } = page.shown;
  const of = (group) => record.columns.filter((c) => c.group === group).map((c) => c.id);
  const parameters = listVisible(answer, importance, page.display)
    .map((fact) => `config.${fact.parameter}`)
    .slice(0, MOST_USUAL.parameter);
  const metrics = of("metric")
    .filter((id) => id !== "target")
    .slice(0, MOST_USUAL.metric);
  const first = [
    "run.name",
    "run.state",
    "target",
    ...(record.counted < record.runs ? ["left out"] : []),
  ];
  return [...first, ...parameters, ...metrics, "run.created", "run.runtime", "run.tags"];
};
export const listRunColumns = () => {
  const known = new Set(record.columns.map((c) => c.id));
  return (options().columns || usual()).filter((id) => known.has(id));
};
const pin = (id) => {
  const { pinned = {} } = options();
  if (id in pinned) return pinned[id] || null;
  return id === "run.name" && window.innerWidth > NARROW ? "left" : null;
};

const said = (v) => {
  if (v === null || v === undefined) return "";
  if (typeof v === "number") return writeShort(v);
  return { Infinity: "∞", "-Infinity": "−∞" }[v] || v;
};
const moment = (v) => (v ? v.replace("T", " ").slice(0, 16) : "");
const FILTERS = {
  number: "agNumberColumnFilter",
  text: "agTextColumnFilter",
  time: "agDateColumnFilter",
};

const definition = (id) => {
  const number = record.columns.findIndex((c) => c.id === id);
  const { label, kind } = record.columns[number];
  const head = { target: `target: ${label}` }[id] || label;
  const short = shortenName(label);
  return {
    colId: id,
    field: `c${number}`,
    headerName: id === "target" ? head : short,
    headerTooltip: head,
    pinned: pin(id),
    width: id === "run.name" ? 190 : Math.round(Math.min(230, Math.max(104, 62 + 7 * head.length))),
    filter: FILTERS[kind],
    filterParams: {
      maxNumConditions: 4,
      inRangeInclusive: true,
      debounceMs: 350,
      buttons: ["reset"],
    },
    valueFormatter: ({ value }) => (kind === "time" ? moment(value) : said(value)),
    tooltipValueGetter: ({ value }) => (value === null || value === undefined ? "" : String(value)),
    cellClass: kind === "number" ? "number ag-right-aligned-cell" : "",
    headerClass: kind === "number" ? "number-head" : "",
    cellClassRules: { muted: ({ data }) => Boolean(data && data.out) },
    ...(id === "run.name" ? { cellRenderer: "SweeplensRunName" } : {}),
  };
};

gridCells.SweeplensRunName = ({ data, value }) =>
  data &&
  window.React.createElement(
    "button",
    {
      type: "button",
      className: "opener run-name",
      tabIndex: -1,
      onClick: () => page.show({ run: data.id }),
    },
    value || data.id,
  );

/* ---- rows ---- */

const asked = (api) => ({
  sort: api
    .getColumnState()
    .filter((c) => c.sort)
    .sort((a, b) => a.sortIndex - b.sortIndex)
    .map((c) => [c.colId, c.sort]),
  filters: api.getFilterModel(),
  only: Boolean(options().only),
});
const question = () => ({ ...page.question.selection, picked: null });

const mark = (api, rows) => {
  const nodes = rows
    .map((row) => api.getRowNode(row.id))
    .filter((node) => node && node.isSelected() !== node.data.selected);
  for (const newValue of [true, false]) {
    const wrong = nodes.filter((node) => node.data.selected === newValue);
    if (wrong.length) api.setNodesSelected({ nodes: wrong, newValue });
  }
};

let failed = false; // blocks of rows did not come
onBack(() => {
  if (!failed || page.display.tab !== TAB || !grid()) return;
  failed = false;
  grid().refreshInfiniteCache();
});

const datasource = (api) => ({
  getRows: async (params) => {
    const columns = [...drawn.loaded];
    try {
      const found = await postRuns("rows", {
        selection: question(),
        ...asked(api),
        columns,
        start: params.startRow,
        end: params.endRow,
        selected: page.display.selected,
      });
      count = found.count;
      if (found.note) getSelected(); // it says that the selection is lost, and lets go of it
      params.successCallback(found.rows, found.count);
      mark(api, found.rows);
      if (found.count) api.hideOverlay();
      else api.showNoRowsOverlay();
      head();
    } catch (error) {
      params.failCallback();
      failed = true;
      complain(error.message);
    }
  },
});
const reload = (api) => api.setGridOption("datasource", datasource(api));

/* ---- what is done in the grid becomes part of the display ---- */

const listen = (api) => {
  const keep = (name, value, usually) => {
    const next = isSame(value, usually) ? null : value;
    if (!isSame(next, options()[name] ?? null)) setOptions(TAB, { [name]: next });
  };
  api.addEventListener("sortChanged", () => keep("sort", asked(api).sort, []));
  api.addEventListener("filterChanged", () => {
    keep("filter", api.getFilterModel(), {});
    head();
  });
  api.addEventListener("columnMoved", ({ finished, source }) => {
    if (!finished || !source.startsWith("ui")) return;
    keep(
      "columns",
      api
        .getAllGridColumns()
        .map((c) => c.getColId())
        .filter((id) => !id.startsWith("ag-Grid")),
      usual(),
    );
  });
  api.addEventListener("columnPinned", ({ columns, source }) => {
    if (!source.startsWith("ui")) return;
    const { pinned = {} } = options();
    setOptions(TAB, {
      pinned: {
        ...pinned,
        ...Object.fromEntries((columns || []).map((c) => [c.getColId(), c.getPinned() || ""])),
      },
    });
  });
  api.addEventListener("selectionChanged", () => {
    const add = [];
    const remove = [];
    api.forEachNode((node) => {
      if (!node.data || node.isSelected() === node.data.selected) return;
      node.data.selected = node.isSelected();
      (node.data.selected ? add : remove).push(node.data.id);
    });
    if (!add.length && !remove.length) return;
    const before = (runs) => {
      if (!options().only) drawn.selected = JSON.stringify(runs);
    }; // the rows show it already
    selectFound({ change: { add, remove } }, { before });
  });
  api.addEventListener("cellKeyDown", ({ event, data }) => {
    if (event.key === "Enter" && data) page.show({ run: data.id });
  });
};

/* ---- what stands above the table ---- */
const pieces = {}; // nodes that stay, so that what is typed or open in them does
const n = (value) => value.toLocaleString("en");

const build = (place) => {
  if (pieces.place === place) return;
  Object.assign(pieces, {
    place,
    words: make("p", "runs-words"),
    chips: make("div", "chips"),
    tools: make("div", "runs-tools"),
  });
  pieces.words.setAttribute("role", "status");
  pieces.all = makeButton("", "button", () => selectFound({ rows: asked(grid()) }));
  const only = make("label", "switch");
  pieces.only = make("input");
  pieces.only.type = "checkbox";
  pieces.only.addEventListener("change", () =>
    setOptions(TAB, { only: pieces.only.checked || null }),
  );
  only.append(pieces.only, make("span", "", "Only selected"));
  const file = async () => {
    try {
      const found = await postRuns("csv", {
        selection: question(),
        ...asked(grid()),
        columns: listRunColumns(),
        selected: page.display.selected,
      });
      saveFile("sweeplens-runs.csv", found, "text/csv");
    } catch (error) {
      complain(error.message);
    }
  };
  pieces.csv = makeButton("CSV", "link", file);
  const link = makeButton("Link", "link", () => callbacks.copy_link());
  pieces.csv.setAttribute("aria-label", "Save as CSV: all runs that match, chosen columns");
  link.setAttribute("aria-label", "Copy a link to this view");
  pieces.tools.append(
    pieces.all,
    only,
    makeRunColumnChooser(() => record, usual, pin, listRunColumns),
    pieces.csv,
    link,
  );
  place.replaceChildren(pieces.words, pieces.chips, pieces.tools);
};

const head = () => {
  const api = grid();
  const place = document.getElementById("runs-head");
  if (!api || !record || !place) return;
  build(place);
  const filters = Object.entries(api.getFilterModel() || {});
  const all = count === null || (count === record.runs && !filters.length);
  const out = record.runs - record.counted;
  const sorted = api.getColumnState().some((c) => c.sort) ? "" : "; the best first";
  pieces.words.textContent = `${all ? `${n(record.runs)} run${record.runs === 1 ? "" : "s"}` : `${n(count)} of ${n(record.runs)} runs`}${
    all && out ? `, ${n(out)} of them left out of the analysis` : ""
  }${sorted}.`;
  pieces.chips.replaceChildren(
    ...filters.map((entry) => makeFilterChip(api, record.columns, entry)),
  );
  pieces.all.textContent = count === null ? "Select all" : `Select all ${n(count)}`;
  pieces.all.disabled = !count;
  pieces.only.checked = Boolean(options().only);
  pieces.only.disabled = !page.display.selected && !pieces.only.checked;
};

/* ---- drawing: only what differs from what the grid shows ---- */

const show = (api, answer) => {
  record = answer.record;
  const columns = listRunColumns();
  const key = JSON.stringify([columns.map((id) => [id, pin(id)]), record.columns]);
  const asking = JSON.stringify([question(), options().only || false]);
  const selected = JSON.stringify(page.display.selected);
  if (key !== drawn.columns) {
    api.setGridOption("columnDefs", columns.map(definition));
    api.moveColumns(columns, 1);
  }
  const now = asked(api);
  const { sort: given = [], filter = {} } = options();
  const sort = given.filter((entry) => Array.isArray(entry) && entry.length === 2);
  const there = new Set(columns);
  const wanted = Object.fromEntries(Object.entries(filter).filter(([id]) => there.has(id)));
  if (
    !isSame(
      now.sort,
      sort.filter(([id]) => there.has(id)),
    )
  )
    api.applyColumnState({
      state: sort.map(([colId, way], sortIndex) => ({ colId, sort: way, sortIndex })),
      defaultState: { sort: null },
    });
  if (!isSame(now.filters, wanted)) api.setFilterModel(wanted);
  const other = asking !== drawn.question;
  if (other) drawn.loaded.clear();
  const more = columns.filter((id) => !drawn.loaded.has(id));
  more.forEach((id) => drawn.loaded.add(id));
  if (other || more.length || (options().only && selected !== drawn.selected)) reload(api);
  else if (selected !== drawn.selected) {
    const set =
      typeof page.display.selected === "string" ? null : new Set(page.display.selected || []);
    if (set) {
      const rows = [];
      api.forEachNode(({ data }) => {
        if (data) {
          data.selected = set.has(data.id);
          rows.push(data);
        }
      });
      mark(api, rows);
    } else api.refreshInfiniteCache();
  }
  Object.assign(drawn, { columns: key, question: asking, selected });
  head();
};

/* The grid begins with a datasource of Dash's, which knows one request at a time. It is there once the grid is ready, and
   only then can ours take its place. */
const ready = (api) => Boolean(api && api.getGridOption("datasource"));
let latest = null;
const draw = (place, answer) => {
  fillPlace(place);
  latest = answer;
  const api = grid();
  if (!ready(api)) {
    clearTimeout(drawn.waiting);
    drawn.waiting = setTimeout(() => {
      if (page.shown && page.display.tab === TAB) draw(place, latest);
    }, 30);
    return;
  }
  if (drawn.api !== api) {
    drawn.api = api;
    Object.assign(drawn, { question: "", columns: "" });
    listen(api);
  }
  show(api, answer);
};

page.tabs.runs = {
  options: { columns: [], pinned: {}, sort: [], filter: {}, only: true },
  draw,
  runs: true,
  empty: true,
  key: () =>
    JSON.stringify([
      page.display.selected,
      options(),
      listVisible(page.shown.answer, page.shown.record, page.display).map((f) => f.parameter),
    ]),
};
