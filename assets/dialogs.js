/* The two dialogs: one condition of the run filter; columns and roles. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const no_update = () => window.dash_clientside.no_update;

  /* ---- filter: `edited` is the place of the condition in the filter, -1 for the states, null for a new one ---- */

  sl.openFilter = (edited) => {
    const condition = edited === null || edited < 0 ? null : sl.question.selection.filters[edited];
    set("filter-edited", { data: edited });
    set("filter-column", { value: edited === -1 ? "run.state" : condition ? condition.column : null });
    if (edited === null) set("filter-facts", { data: null });
    set("filter", { opened: true });
  };
  callbacks.open_filter = () => { sl.openFilter(null); return no_update(); };

  /* times to begin with, by a click */
  const drawSince = (since) => document.getElementById("filter-since").replaceChildren(
    ...since.map(({ label, low }) => sl.button(`Since ${label}`, "link", () => set("filter-low", { value: low }))));

  callbacks.filter_shape = (facts, edited) => {
    const kind = facts && !facts.error && facts.column ? facts.kind : "";
    document.querySelectorAll(".filter-range").forEach((n) => n.classList.toggle("hidden", kind !== "range"));
    drawSince((facts && facts.since) || []);
    const values = document.getElementById("filter-values");
    if (values) (values.closest(".mantine-MultiSelect-root") || values).classList.toggle("hidden", kind !== "values");
    const condition = typeof edited === "number" && edited >= 0 ? sl.question.selection.filters[edited] : null;
    const mine = condition && facts && condition.column === facts.column ? condition : null;
    const states = facts && facts.column === "run.state" ? sl.question.selection.states : null;
    const known = new Set(((facts && facts.values) || []).map((v) => v.value));
    const chosen = states ? states.filter((s) => known.has(s)) : mine && mine.values ? mine.values : [];
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
    const missing = (words) => { set("filter-about", { children: words }); return null; };
    if (!column || !facts || !facts.column) return missing("Choose what to filter by.");
    let condition;
    if (facts.kind === "values") {
      if (!values.length) return missing("Choose at least one value.");
      condition = { column, values, low: null, high: null, negated };
    } else {
      const limits = [limit(low), limit(high)];
      if (limits.includes(undefined)) return missing("A limit is a number or a date such as 2026-01-31.");
      if (limits[0] === null && limits[1] === null) return missing("Give at least one limit.");
      condition = { column, values: null, low: limits[0], high: limits[1], negated };
    }
    const { filters } = sl.question.selection;
    if (column === "run.state") {
      const states = negated ? sl.STATES.filter((s) => !values.includes(s)) : values;
      return { states: [...states].sort() };
    }
    if (typeof edited === "number" && edited >= 0) return { filters: filters.map((f, i) => (i === edited ? condition : f)) };
    return { filters: [...filters, condition] };
  };

  callbacks.apply_filter = (clicks, ...asked) => {
    const selection = filtered(...asked);
    if (!selection) return no_update();
    set("filter", { opened: false });
    sl.ask({ selection });
    return no_update();
  };
  /* the runs that match become the selection; the question stays */
  callbacks.select_filtered = (clicks, ...asked) => {
    const selection = filtered(...asked);
    if (!selection) return no_update();
    const failed = (words) => set("filter-about", { children: words });
    sl.selectFound({ selection: { ...sl.question.selection, ...selection, picked: null } }, { failed }).then((runs) => {
      if (runs && runs.length) set("filter", { opened: false });
      else if (runs) failed("No run matches, so none is selected.");
    });
    return no_update();
  };

  /* ---- columns and roles ---- */

  callbacks.open_columns = () => {
    set("columns-search", { value: "" });  // what was searched for the last time would hide the rest
    callbacks.search_columns("");
    set("columns", { opened: true });
    return no_update();
  };

  callbacks.apply_columns = (clicks, id) => {
    const api = window.dash_ag_grid.getApi(id);
    if (!api || !sl.question) return no_update();
    api.stopEditing();
    const before = new Map(sl.columnsAsRead.map((row) => [row.id, row]));
    const places = new Map(sl.question.selection.places);
    const roles = new Map(sl.question.selection.roles);
    api.forEachNode(({ data }) => {
      const was = before.get(data.id);
      if (!was) return;
      if (data.place !== was.place) places.set(data.column, data.place);
      if (data.role && data.role !== was.role) roles.set(data.parameter, data.role);
    });
    set("columns", { opened: false });
    const moved = sorted(places);
    sl.changeRoles(roles, sl.same(moved, sl.question.selection.places) ? {} : { places: moved });
    return no_update();
  };
  callbacks.search_columns = (text) => {
    const api = window.dash_ag_grid.getApi("columns-table");
    if (api) api.setGridOption("quickFilterText", text || "");
    return no_update();
  };
  /* one click, not two, to the choices of a place or a role */
  window.dashAgGridFunctions.sweeplensOpenChoices = () => {
    const open = (tries) => requestAnimationFrame(() => {
      const field = document.querySelector("#columns-table .ag-cell-editor .ag-picker-field-wrapper");
      if (field) field.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
      else if (tries) open(tries - 1);
    });
    open(60);
  };
  const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  callbacks.remember_columns = (rows) => {
    sl.columnsAsRead = JSON.parse(JSON.stringify(rows || []));
    return no_update();
  };
})();
