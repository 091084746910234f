/* The two dialogs: one condition of the run filter; columns and roles. */

import { STATES } from "./conditions.mjs";
import { callbacks, findGrid, gridFunctions, noUpdate, setProps } from "./dash.mjs";
import * as page from "./page.mjs";
import { makeButton } from "./pieces.mjs";
import { changeRoles } from "./roles.mjs";
import { isSame } from "./same.mjs";
import { selectFound } from "./selecting.mjs";

/* ---- filter: `edited` is the place of the condition in the filter, -1 for the states, null for a new one ---- */

export const openFilter = (edited) => {
  const condition = edited === null || edited < 0 ? null : page.question.selection.filters[edited];
  setProps("filter-edited", { data: edited });
  setProps("filter-column", {
    value: edited === -1 ? "run.state" : condition ? condition.column : null,
  });
  if (edited === null) setProps("filter-facts", { data: null });
  setProps("filter", { opened: true });
};
callbacks.open_filter = () => {
  openFilter(null);
  return noUpdate();
};

/* times to begin with, by a click */
const drawSince = (since) =>
  document
    .getElementById("filter-since")
    .replaceChildren(
      ...since.map(({ label, low }) =>
        makeButton(`Since ${label}`, "link", () => setProps("filter-low", { value: low })),
      ),
    );

callbacks.filter_shape = (facts, edited) => {
  const kind = facts && !facts.error && facts.column ? facts.kind : "";
  document
    .querySelectorAll(".filter-range")
    .forEach((n) => n.classList.toggle("hidden", kind !== "range"));
  drawSince((facts && facts.since) || []);
  const values = document.getElementById("filter-values");
  if (values)
    (values.closest(".mantine-MultiSelect-root") || values).classList.toggle(
      "hidden",
      kind !== "values",
    );
  const condition =
    typeof edited === "number" && edited >= 0 ? page.question.selection.filters[edited] : null;
  const mine = condition && facts && condition.column === facts.column ? condition : null;
  const states = facts && facts.column === "run.state" ? page.question.selection.states : null;
  const known = new Set(((facts && facts.values) || []).map((v) => v.value));
  const chosen = states
    ? states.filter((s) => known.has(s))
    : mine && mine.values
      ? mine.values
      : [];
  const text = (limit) => (limit === null || limit === undefined ? "" : String(limit));
  return [
    (facts && (facts.error || facts.about)) || "",
    (facts && facts.values) || [],
    chosen,
    mine ? text(mine.low) : "",
    mine ? text(mine.high) : "",
    Boolean(mine && mine.negated),
  ];
};

const limit = (text) => {
  const trimmed = (text || "").trim();
  if (!trimmed) return null;
  const number = Number(trimmed);
  if (Number.isFinite(number)) return number;
  return Number.isNaN(Date.parse(trimmed)) ? undefined : trimmed;
};

/* what the dialog changes in the question; null, and words in the dialog, while something is missing */
const filtered = (column, values, low, high, negated, facts, edited) => {
  const missing = (words) => {
    setProps("filter-about", { children: words });
    return null;
  };
  if (!column || !facts || !facts.column) return missing("Choose what to filter by.");
  let condition;
  if (facts.kind === "values") {
    if (!values.length) return missing("Choose at least one value.");
    condition = { column, values, low: null, high: null, negated };
  } else {
    const limits = [limit(low), limit(high)];
    if (limits.includes(undefined))
      return missing("A limit is a number or a date such as 2026-01-31.");
    if (limits[0] === null && limits[1] === null) return missing("Give at least one limit.");
    condition = { column, values: null, low: limits[0], high: limits[1], negated };
  }
  const { filters } = page.question.selection;
  if (column === "run.state") {
    const states = negated ? STATES.filter((s) => !values.includes(s)) : values;
    return { states: [...states].sort() };
  }
  if (typeof edited === "number" && edited >= 0)
    return { filters: filters.map((f, i) => (i === edited ? condition : f)) };
  return { filters: [...filters, condition] };
};

callbacks.apply_filter = (clicks, ...asked) => {
  const selection = filtered(...asked);
  if (!selection) return noUpdate();
  setProps("filter", { opened: false });
  page.ask({ selection });
  return noUpdate();
};
/* the runs that match become the selection; the question stays */
callbacks.select_filtered = (clicks, ...asked) => {
  const selection = filtered(...asked);
  if (!selection) return noUpdate();
  const failed = (words) => setProps("filter-about", { children: words });
  selectFound(
    { selection: { ...page.question.selection, ...selection, picked: null } },
    { failed },
  ).then((runs) => {
    if (runs && runs.length) setProps("filter", { opened: false });
    else if (runs) failed("No run matches, so none is selected.");
  });
  return noUpdate();
};

/* ---- columns and roles ---- */

let columnsAsRead = []; // the table of columns before anything in it was changed
callbacks.open_columns = () => {
  setProps("columns-search", { value: "" }); // what was searched for the last time would hide the rest
  callbacks.search_columns("");
  setProps("columns", { opened: true });
  return noUpdate();
};

callbacks.apply_columns = (clicks, id) => {
  const api = findGrid(id);
  if (!api || !page.question) return noUpdate();
  api.stopEditing();
  const before = new Map(columnsAsRead.map((row) => [row.id, row]));
  const places = new Map(page.question.selection.places);
  const roles = new Map(page.question.selection.roles);
  api.forEachNode(({ data }) => {
    const was = before.get(data.id);
    if (!was) return;
    if (data.place !== was.place) places.set(data.column, data.place);
    if (data.role && data.role !== was.role) roles.set(data.parameter, data.role);
  });
  setProps("columns", { opened: false });
  const moved = sorted(places);
  changeRoles(roles, isSame(moved, page.question.selection.places) ? {} : { places: moved });
  return noUpdate();
};
callbacks.search_columns = (text) => {
  const api = findGrid("columns-table");
  if (api) api.setGridOption("quickFilterText", text || "");
  return noUpdate();
};
/* one click, not two, to the choices of a place or a role */
gridFunctions.sweeplensOpenChoices = () => {
  const open = (tries) =>
    requestAnimationFrame(() => {
      const field = document.querySelector(
        "#columns-table .ag-cell-editor .ag-picker-field-wrapper",
      );
      if (field) field.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
      else if (tries) open(tries - 1);
    });
  open(60);
};
const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
callbacks.remember_columns = (rows) => {
  columnsAsRead = JSON.parse(JSON.stringify(rows || []));
  return noUpdate();
};
