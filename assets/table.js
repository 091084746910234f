/* The table: rows from the answers, and cells that draw importance and correlation. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const functions = window.dashAgGridFunctions;
  const cells = window.dashAgGridComponentFunctions;
  const h = (...args) => window.React.createElement(...args);

  const STRONG = 0.7;

  /* ---- rows ---- */

  const valueRow = (fact, c) => ({
    id: `value:${fact.parameter}:${c.value}`,
    level: 1,
    parameter: /^(length|\[\d+\])$/.test(c.value) && fact.kind === "structured" ? `.${c.value}` : `= ${c.value || "missing"}`,
    of: fact.parameter, importance: null, correlation: c.correlation, cor: c, n: c.n,
  });

  /* beside the importance overall, which can only be as large as the parameter is often there */
  const whereActive = ({ row }) => {
    const inside = row && row.where_active;
    return inside && inside.importance !== null ? `; ${sl.share(inside.importance)} among the runs that record it` : "";
  };

  const parameterRow = (fact, display, scale, room) => ({
    id: `parameter:${fact.parameter}`,
    level: 0,
    parameter: fact.parameter,
    name: sl.fitName(fact.parameter, room, 14, 600),
    tag: sl.tagOf(fact) + whereActive(fact),
    reason: sl.reasonOf(fact, fact.row),
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

  sl.drawTable = () => {
    const api = grid();
    if (!api) { window.dash_ag_grid && window.dash_ag_grid.getApiAsync("table").then(() => sl.draw()); return; }
    const rows = tableRows();
    document.getElementById("result").style.setProperty("--rows", rows.length); // as high as they are, see style_tabs.css
    api.setGridOption("rowData", rows);
    sl.markSort();
  };

  /* a row that says the same stays the same object: the grid then leaves it alone */
  let made = new Map();
  const kept = (row, facts) => {
    const before = made.get(row.id);
    const same = before && before.facts === facts && ["open", "scale", "coefficient", "pending", "name"].every((k) => before.row[k] === row[k]);
    if (!same) made.set(row.id, { facts, row });
    return same ? before.row : row;
  };

  const tableRows = () => {
    if (!sl.shown) return [];
    const { answer, record, facts } = sl.shown;
    const visible = sl.visible(answer, record, sl.display);
    const scale = sl.scaleOf(record);
    const { coefficient } = sl.display;
    const room = roomOfName();
    return visible.flatMap((fact) => {
      const row = kept({ ...parameterRow(fact, sl.display, scale, room), pending: !record }, facts);
      return row.open ? [row, ...fact.values.map((c) => kept({ ...valueRow(fact, c), coefficient }, facts))] : [row];
    });
  };

  /* the pixels that a name has: beside its tag, or in a narrow column above it */
  const [CARET, TAG, NARROW] = [48, 76, 270]; // pixels; the last as in style.css
  const roomOfName = () => {
    const column = grid().getColumn("parameter");
    const width = (column ? column.getActualWidth() : 220) - CARET;
    return width - (width + CARET > NARROW + 24 ? TAG : 0);
  };

  const grid = () => {
    try { return window.dash_ag_grid.getApi("table"); } catch { return null; }
  };

  /* ---- sorting: the grid has no order of its own; an element with `data-sort` sorts the whole page ---- */

  cells.SweeplensHeader = ({ displayName, sort }) =>
    h("button", { type: "button", className: "sort-head", tabIndex: -1, "data-sort": sort, ref: (node) => node && sl.markSort() },
      displayName);

  sl.markSort = () => document.querySelectorAll("[data-sort]").forEach((button) => {
    const { sort } = button.dataset;
    const on = sort === sl.display.sort;
    const order = (sort === "name") !== sl.display.up ? "ascending" : "descending";
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
    sl.show(sl.display.sort === sort ? { up: !sl.display.up } : { sort, up: false });
  });
  document.addEventListener("keydown", (event) => {
    const button = event.target.matches(".ag-header-cell") && event.target.querySelector("[data-sort]");
    if (button && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); button.click(); }
  });

  functions.sweeplensCount = ({ value }) => (typeof value === "number" ? value.toLocaleString("en") : "");
  functions.sweeplensRowHeight = ({ data }) => (data.level ? 32 : 40);
  functions.sweeplensTheme = (theme) =>
    theme.withParams({
      backgroundColor: "var(--card)", foregroundColor: "var(--ink)", borderColor: "var(--line-soft)",
      headerBackgroundColor: "var(--card)", headerTextColor: "var(--muted)", headerFontWeight: 600,
      rowHoverColor: "var(--hover)", accentColor: "var(--accent)", fontFamily: "var(--font)", fontSize: 14,
      headerFontSize: 12, wrapperBorder: false, wrapperBorderRadius: 8, columnBorder: false, rowBorder: true,
      headerColumnResizeHandleColor: "transparent", cellHorizontalPadding: 12, browserColorScheme: "inherit",
      oddRowBackgroundColor: "var(--card)", menuBackgroundColor: "var(--card)", iconColor: "var(--muted)",
    });

  const toggle = (name) => {
    const open = sl.display.open.includes(name) ? sl.display.open.filter((n) => n !== name) : [...sl.display.open, name];
    sl.show({ open });
  };
  functions.sweeplensKey = ({ event, data }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (data.openable) toggle(data.parameter);
    else if (!data.level) sl.show({ detail: [data.parameter] });
  };
  functions.sweeplensResized = ({ finished }) => { if (finished && sl.question) sl.drawTable(); }; // names fit anew
  functions.sweeplensScrolled = () => sl.drawBars();

  sl.reveal = (name) => {
    const api = grid();
    const node = api && api.getRowNode(`parameter:${name}`);
    if (!node) return;
    api.ensureNodeVisible(node, "middle");
    api.flashCells({ rowNodes: [node] });
  };

  /* the parameters whose rows are in sight */
  sl.inSight = () => {
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

  cells.SweeplensParameter = ({ data }) => {
    if (data.level) return h("span", { className: "value-name", title: data.parameter }, data.parameter);
    const caret = data.openable
      ? h("button", {
          type: "button", className: `caret ${data.open ? "open" : ""}`, tabIndex: -1, "aria-expanded": data.open,
          "aria-label": `${data.open ? "Close" : "Open"} the values of ${data.parameter}`, onClick: () => toggle(data.parameter),
        })
      : h("span", { className: "caret none" });
    const fact = sl.shown && sl.shown.facts.get(data.parameter);
    return h("span", { className: "parameter-cell", title: fact ? sl.describe(fact).join("\n") : "" }, caret,
      h("span", { className: "parameter-words" },
        h("button", { type: "button", className: "parameter-name opener", tabIndex: -1, "data-detail": JSON.stringify([data.parameter]),
          ...(data.name === data.parameter ? {} : { "aria-label": data.parameter }) }, data.name), h("span", { className: "tag" }, data.tag)));
  };

  const interval = (row) => (row.low === null ? "" : `, 90 % interval ${row.low.toFixed(3)} to ${row.high.toFixed(3)}`);
  const clearWords = (row) => (row.why ? `, ${row.why}` : "");

  cells.SweeplensImportance = ({ data }) => {
    if (data.level) return null;
    if (data.pending && data.modelled) return h("span", { className: "waiting" });
    if (!data.imp) return h("span", { className: "muted why" }, data.reason || "not in the model");
    const row = data.imp;
    const share = row.importance || 0;
    const label = `importance ${share.toFixed(3)}${interval(row)}${clearWords(row)}`;
    return h("span", { className: "importance-cell", title: label },
      h("span", { className: "track", role: "img", "aria-label": label },
        h("span", { className: `bar ${row.clear === false ? "dim" : ""}`, style: { width: percent(share / data.scale) } }),
        row.low !== null && share > 0
          ? h("span", { className: "whisker", style: { left: percent(row.low / data.scale), width: percent((row.high - row.low) / data.scale) } })
          : null,
        row.floor !== null && share > 0 ? h("span", { className: "floor", style: { left: percent(row.floor / data.scale) } }) : null),
      h("span", { className: "number" }, sl.share(share)));
  };

  cells.SweeplensCorrelation = ({ data }) => {
    const c = data.cor;
    if (!c) return h("span", { className: "muted why" }, "–");
    if (c.correlation === null) {
      if (c.eta === null) return h("span", { className: "muted why" }, data.n ? "does not vary" : "–");
      return h("button", { type: "button", className: "by-value", tabIndex: -1, "aria-expanded": data.open,
          "aria-label": `Correlation by value of ${data.parameter}, together η ${sl.ratio(c, data.coefficient).toFixed(2)}`, onClick: () => toggle(data.parameter) },
        h("span", { className: "by-value-words" }, data.open ? "▾ values" : "▸ values"), h("span", { className: "number" }, `η ${sl.ratio(c, data.coefficient).toFixed(2)}`));
    }
    const r = c[data.coefficient];
    if (r === null || r === undefined) return h("span", { className: "muted why" }, "–");
    const extent = c.low === null ? "" : `, 90 % interval ${sl.signed(c.low)} to ${sl.signed(c.high)}`;
    const p = c.p === null ? "" : `, p ${c.p < 0.001 ? "< 0.001" : `= ${c.p.toFixed(3)}`}`;
    const label = `r ${sl.signed(c.correlation, 3)}${extent}${p}; rank ${sl.signed(c.spearman, 3)}; own scales ${sl.signed(c.scaled, 3)}; ${c.n} runs${sl.restsOnOne(c)}`;
    const bar = r >= 0 ? { left: "50%", width: percent(r / 2) } : { right: "50%", width: percent(-r / 2) };
    return h("span", { className: `correlation-cell ${Math.abs(r) >= STRONG ? "strong" : ""}`, title: label },
      h("span", { className: "track", role: "img", "aria-label": label },
        h("span", { className: "centre" }), h("span", { className: `bar ${r >= 0 ? "positive" : "negative"}`, style: bar })),
      h("span", { className: "number" }, sl.signed(r)), sl.restsOnOne(c) ? h("span", { className: "one-run" }, "one run") : null);
  };

  /* ---- the table as a file: what is in sight, in its order ---- */

  /* what a spreadsheet would take for a formula becomes text; a number stays one, also where it comes as text */
  const FORMULA = /^[=+\-@\t\r]/;
  const NUMBER = /^[+-]?(inf|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = FORMULA.test(String(value)) && !NUMBER.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  sl.csvOf = (head, lines) => [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");

  sl.csv = () => {
    const { answer, record } = sl.shown;
    const head = ["parameter", "value", "importance", "low", "high", "floor", "clear", "correlation", "correlation_low",
                  "correlation_high", "p", "spearman", "scaled", "eta", "eta_spearman", "eta_scaled", "runs", "kind", "scale", "role"];
    const lines = sl.visible(answer, record, sl.display).flatMap((fact) => {
      const i = fact.row || {};
      const about = [fact.kind, fact.scale, fact.role];
      const line = (value, row, c) => [fact.parameter, value, row.importance, row.low, row.high, row.floor, row.clear,
        c.correlation, c.low, c.high, c.p, c.spearman, c.scaled, c.eta, c.eta_spearman, c.eta_scaled, c.n, ...about];
      return [line("", i, fact.own || {}), ...fact.values.map((c) => line(c.value, {}, c))];
    });
    return sl.csvOf(head, lines);
  };

  sl.save = (name, content, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  callbacks.export_table = () => {
    if (sl.shown) sl.save("sweeplens.csv", `\ufeff${sl.csv()}`, "text/csv");
    return window.dash_clientside.no_update;
  };

  functions.sweeplensEditable = ({ data }, field) => Boolean(data[`${field}_changes`]);
})();
