/* The card of a parameter, or of two: which is open is part of the display; a click on a name opens it anywhere. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const no_update = () => window.dash_clientside.no_update;
  const { make, table, percent, methodWords } = sl;

  const GRAPHS = ["detail-surface", "detail-distribution", "detail-curve", "detail-curve-2"];
  const NOTHING = { data: [], layout: {} };
  const MOST_VALUES = 12;

  let answer = null;
  const names = () => sl.display.detail.filter((name) => sl.shown && sl.shown.facts.has(name));
  const asked = () => { const list = names(); return list.every((name) => sl.shown.facts.get(name).role !== "ignored" && sl.shown.facts.get(name).role !== "seed") ? list : []; };
  const current = () => (answer && sl.question && sl.same(answer.question, { selection: sl.question.selection, parameters: asked() }) ? answer : null);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-detail]");
    if (opener) sl.show({ detail: JSON.parse(opener.dataset.detail) });
  });

  callbacks.detail_opened = (opened) => {
    if (opened === false && sl.question && sl.display.detail.length) sl.show({ detail: [] });
    return no_update();
  };

  const poll = sl.poller("detail-poll");
  callbacks.detail_received = (received) => {
    answer = received || null;
    sl.drawDetail();
    poll(sl.isRunning(current()));
    return no_update();
  };

  /* ---- one run, chosen by its point ---- */

  let explanation = null;
  let run = null;
  const pollRun = sl.poller("detail-run-poll");
  const chooseRun = (name) => {
    run = name;
    set("detail-run", { data: name });
    drawRun();
  };
  callbacks.detail_clicked = (click) => {
    const point = click && click.points.find((p) => Array.isArray(p.customdata) && p.customdata.length === 3);
    if (point) chooseRun(point.customdata[2]);
    return no_update();
  };
  callbacks.explanation_received = (received) => {
    explanation = received || null;
    drawRun();
    pollRun(sl.isRunning(explanation));
    return no_update();
  };

  const MOST_MOVES = 10;
  const inUnits = (record, value) => (record.scale === "log" ? Math.exp(value) : value);
  const words = (record, value) => (record.scale === "rank" ? `rank ${value.toFixed(2)}` : Number(inUnits(record, value).toPrecision(3)));
  const move = (record, value) => (record.scale === "log" ? `× ${Number(Math.exp(value).toPrecision(3))}` : sl.signed(value, Math.abs(value) < 0.1 ? 4 : 2));

  const runSection = (...children) => section(run, sl.button("Open this run", "link open-run", () => sl.show({ run })), ...children);

  const drawRun = () => {
    const place = document.getElementById("detail-explanation");
    if (!place) return;
    if (!run || !names().length) { place.replaceChildren(); return; }
    const e = explanation && explanation.question.run === run && sl.same(explanation.question.selection, sl.question.selection) ? explanation : null;
    if (!e || !(e.record || e.error)) {
      place.replaceChildren(runSection(make("p", "muted", e && e.state === "failed" ? e.message : `Explaining this run … ${e ? `${e.state}, ${Math.round(100 * (e.done || 0))} %` : ""}`)));
      return;
    }
    if (e.error) { place.replaceChildren(runSection(make("p", "", e.error))); return; }
    const { record } = e;
    const { node, body } = table("What moves the prediction for this run", [["Parameter", "", "name"], ["In this run"], ["Moves the prediction"]]);
    const most = Math.max(1e-12, ...record.rows.map((row) => Math.abs(row.value)));
    record.rows.slice(0, MOST_MOVES).forEach(({ parameter, text, value }) => {
      const line = make("tr");
      const head = make("th", "name");
      head.scope = "row";
      head.append(sl.opener(parameter, [parameter]));
      const cell = make("td", "bar-cell signed");
      const bar = make("span", `bar ${value >= 0 ? "positive" : "negative"}`);
      bar.style.width = `${(46 * Math.abs(value)) / most}%`;
      cell.append(bar, make("span", "number", move(record, value)));
      line.append(head, make("td", "", text || "not recorded"), cell);
      body.append(line);
    });
    place.replaceChildren(runSection(
      make("p", "", `${sl.shown.answer.target.label} ${Number(record.target.toPrecision(4))}; predicted ${words(record, record.prediction)} by the ${record.trees} trees that had not seen this config, ${words(record, record.base)} on the whole.`),
      node,
      make("p", "muted small", `SHAP values${record.rows.length > MOST_MOVES ? `, the ${MOST_MOVES} largest of ${record.rows.length}` : ""}: ${record.scale === "log" ? "factors that multiply" : "what is added"} from the mean prediction to this run's.`)));
  };

  /* ---- what is in it ---- */

  const entry = (words, text) => {
    const line = make("div", "fact");
    line.append(make("span", "muted", words), make("span", "", text));
    return line;
  };

  const TOLD_BELOW = ["active", "unclear"]; // with more numbers
  const factsOf = (fact) => {
    const lines = [];
    sl.knownOf(fact).filter(({ code }) => !TOLD_BELOW.includes(code)).forEach(({ code, label, text }) =>
      lines.push(code === "values" ? entry("Values", text) : label && text ? entry(label, text) : entry("", label || text)));
    if (fact.own && fact.own.correlation !== null) {
      const extent = fact.own.low === null ? "" : ` (${sl.signed(fact.own.low)} to ${sl.signed(fact.own.high)})`;
      lines.push(entry("Correlation", `${sl.signed(fact.own.correlation)}${extent}, rank ${sl.signed(fact.own.spearman)}, own scales ${sl.signed(fact.own.scaled)}; ${fact.own.n.toLocaleString("en")} runs${sl.restsOnOne(fact.own)}`));
    } else if (fact.own && fact.own.eta !== null)
      lines.push(entry("Correlation", `ratio η ${fact.own.eta.toFixed(2)}: its values together; ${fact.own.n.toLocaleString("en")} runs`));
    const inside = fact.row && fact.row.where_active;
    if (inside) lines.push(entry("Where it is active", inside.why || `importance ${sl.fixed(inside.importance)} (${sl.fixed(inside.low)} to ${sl.fixed(inside.high)}) among ${inside.runs.toLocaleString("en")} runs${inside.clear === false ? ", not clear" : ""}`));
    return lines;
  };

  const methodsTable = (methods) => {
    const { node, body } = table("Importance by each method", [["Method", "", "name"], ["Importance"], ["90 % interval"], ["Clear"]]);
    Object.entries(methods).forEach(([method, row]) => {
      const line = make("tr");
      const head = make("th", "name", methodWords(method));
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
        line.append(make("td", "number", sl.fixed(row.importance)), make("td", "number", row.low === null ? "–" : `${sl.fixed(row.low)} – ${sl.fixed(row.high)}`),
          make("td", "", row.clear === null ? "no floor" : row.clear ? "yes" : "no"));
      body.append(line);
    });
    return node;
  };

  const pairsTable = (pairs, own) => {
    const { node, body } = table("Interactions", [["Together with", "", "name"], ["Explain beyond each alone"]]);
    pairs.forEach(({ parameters, raw }) => {
      const line = make("tr");
      const other = parameters.find((p) => p !== own);
      const head = make("th", "name");
      head.append(sl.opener(other, [own, other]));
      line.append(head, make("td", "number", percent(raw)));
      body.append(line);
    });
    return node;
  };

  const valuesTable = (fact) => {
    const { node, body } = table("Correlation of each value", [["Value", "", "name"], ["Correlation"], ["90 % interval"], ["Runs"]]);
    const strongest = [...fact.values].sort((a, b) => Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0)).slice(0, MOST_VALUES);
    strongest.forEach((c) => {
      const line = make("tr");
      const head = make("th", "name", c.value || "empty");
      head.scope = "row";
      line.append(head, make("td", "number", sl.signed(c.correlation)), make("td", "number", c.low === null ? "–" : `${sl.signed(c.low)} to ${sl.signed(c.high)}`), make("td", "number", c.n.toLocaleString("en")));
      body.append(line);
    });
    return node;
  };

  const section = (title, ...children) => {
    const node = make("section", "detail-section");
    const box = make("div", "scroll");
    box.append(...children);
    node.append(make("h3", "", title), box);
    return node;
  };
  const toTab = (tab, words) => {
    const button = make("button", "link", words);
    button.type = "button";
    button.addEventListener("click", () => sl.show({ tab, detail: [] }));
    return button;
  };

  const foot = (list, a) => {
    const fact = sl.shown.facts.get(list[0]);
    const parts = [];
    if (a && a.curves)
      parts.push(make("p", "muted small", `Blue: what a forest of ${a.surrogate.trees} trees predicts (out-of-bag R² ${sl.fixed(a.surrogate.oob_r2)}), all else as it was in the runs${a.scale === "log" ? "; geometric means" : ""}; the band is how far nine in ten such curves would move with other runs, and knows nothing of what the trees miss. Thin lines: single configs. Points: runs; a click explains one. It is what the forest learnt, not an experiment.`),
        ...a.notes.map((text) => make("p", "small", text)));
    if (list.length === 2) {
      if (a && a.pairs && a.pairs.length) parts.push(make("p", "", `Together they explain ${percent(a.pairs[0].raw)} of the variance beyond what each does alone (functional ANOVA).`));
      const row = make("p", "detail-links");
      list.forEach((name) => row.append(sl.opener(name, [name])));
      parts.push(row);
      return parts;
    }
    if (a && a.methods) {
      const missing = Object.values(a.methods).some((row) => row === null);
      parts.push(section("Importance by each method", methodsTable(a.methods), ...(missing ? [toTab("methods", "Compute and compare all methods")] : [])));
      parts.push(section("Acts together with", a.pairs === null ? toTab("interactions", "Compute interactions") : a.pairs.length ? pairsTable(a.pairs, list[0]) : make("p", "muted", "No pair was measured.")));
    }
    if (fact.values.length) parts.push(section(fact.values.length > MOST_VALUES ? `Correlation by value (strongest ${MOST_VALUES} of ${fact.values.length})` : "Correlation by value", valuesTable(fact)));
    return parts;
  };

  const status = (a) => {
    if (a && a.error) return [make("p", "grave-words", a.error)];
    if (a && a.empty) return [make("p", "muted", a.empty)];
    if (a && (a.state === "done" || a.curves)) return [];
    const node = make("p", "tab-status");
    node.setAttribute("role", "status");
    const ended = a && ["cancelled", "failed"].includes(a.state);
    node.append(make("span", `dot ${ended ? "none" : "busy"}`), make("span", "", ended ? (a.state === "cancelled" ? " Cancelled." : ` This could not be computed. ${a.message || ""}`) : ` Growing the forest … ${Math.round(100 * ((a && a.done) || 0))} %`));
    const button = make("button", "link", ended ? "Compute again" : "Cancel");
    button.type = "button";
    button.addEventListener("click", () => document.getElementById(ended ? "detail-retry" : "detail-cancel").click());
    const bar = make("progress");
    bar.value = (a && a.done) || 0;
    node.append(...(ended ? [button] : [bar, button]));
    return [node];
  };

  /* ---- drawing ---- */

  let shown = { opened: false, title: "", asked: [], figures: [] };
  const tools = (id, figure, dark) => sl.chartTools(id.replace("detail", "parameter"), (format) => {
    const plot = document.querySelector(`#${id} .js-plotly-plot`);
    sl.savePlot(sl.inTheme(figure, dark), format, `sweeplens-${id.replace("detail", "parameter")}`, { width: plot.clientWidth, height: plot.clientHeight });
  }, () => sl.figureCsv(figure));
  const setFigure = (id, figure, dark) => {
    const before = shown.figures[id];
    if (before && before.figure === figure && before.dark === dark) return;
    shown.figures[id] = { figure, dark };
    document.getElementById(`${id}-place`).classList.toggle("hidden", !figure);
    document.getElementById(`${id}-tools`).replaceChildren(...(figure ? [tools(id, figure, dark)] : []));
    set(id, { figure: figure ? sl.inTheme(figure, dark) : NOTHING, ...(figure ? { style: { height: `${figure.layout.height}px` } } : {}) });
  };

  sl.drawDetail = () => {
    const head = document.getElementById("detail-head");
    if (!head) { if (sl.display.detail.length) set("detail", { opened: true }); if (sl.display.detail.length) requestAnimationFrame(() => sl.drawDetail()); return; }
    const list = names();
    const opened = list.length > 0;
    const title = list.join("  ×  ");
    if (!opened && run) chooseRun(null);
    if (opened !== shown.opened || title !== shown.title) set("detail", opened ? { opened, title } : { opened });
    shown.opened = opened;
    shown.title = title;
    const question = opened ? asked() : [];
    if (!sl.same(question, shown.asked)) { shown.asked = question; set("detail-asked", { data: question }); }
    if (!opened) return;
    const a = current();
    const facts = list.map((name) => sl.shown.facts.get(name));
    head.replaceChildren(...(list.length === 1 ? factsOf(facts[0]) : []), ...(question.length ? status(a) : [make("p", "muted", "It is not in the model, so there is nothing to predict along it.")]));
    document.getElementById("detail-foot").replaceChildren(...foot(list, a));
    drawRun();
    const dark = sl.theme() === "dark";
    const figures = a && a.curves ? [a.surface, a.distribution, a.curves[0], a.curves[1]] : [];
    GRAPHS.forEach((id, i) => setFigure(id, figures[i] || null, dark));
  };
})();
