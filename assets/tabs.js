/* The tabs beside importance: methods side by side, pairs of parameters, the linear model. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const { make, table, percent, methodWords } = sl;
  const MOST_SHOWN = 14; // parameters in the matrix of pairs

  /* the targets side by side: as chosen, or that of the question and a few more */
  const FIRST_TARGETS = 4;
  const targets = () => {
    if (sl.display.targets) return sl.display.targets;
    if (!sl.shown) return [];
    const { target, metrics } = sl.shown.answer;
    const others = metrics.filter((m) => m !== target.metric && m !== "runtime" && m !== "steps");
    return [target.metric, ...others].filter(Boolean).slice(0, FIRST_TARGETS);
  };
  callbacks.choose_targets = (list) => {
    if (sl.question && sl.display.tab === "targets" && list && !sl.same(list, targets())) sl.show({ targets: list });
    return window.dash_clientside.no_update;
  };
  let offered = null;
  const offerTargets = () => {
    const place = document.getElementById("targets");
    const on = sl.display.tab === "targets" && Boolean(sl.shown) && !sl.shown.answer.empty;
    (place.closest(".mantine-MultiSelect-root") || place).classList.toggle("hidden", !on);
    if (!on) return;
    const metrics = [...new Set([...sl.shown.answer.metrics, ...targets()])];
    const wanted = { data: metrics.map((name) => ({ value: name, label: metricWords(name) })), value: targets() };
    if (sl.same(wanted, offered)) return;
    offered = wanted;
    window.dash_clientside.set_props("targets", wanted);
  };
  const metricWords = (name) => {
    if (sl.shown && sl.shown.answer.target.metric === name) return sl.shown.answer.target.label;
    if (!name.startsWith("{") || (sl.shown && sl.shown.answer.metrics.includes(name))) return name;
    try { return `${Object.entries(JSON.parse(name)).map(([metric, weight]) => `${weight} ${metric}`).join(" + ")} (ranks)`; } catch { return name; }
  };

  sl.tabAnswer = null;
  const current = () => {
    const a = sl.tabAnswer;
    return a && sl.question && a.question.tab === sl.display.tab && sl.same(a.question.selection, sl.question.selection)
      && (a.question.tab !== "targets" || (a.question.method === sl.question.method && sl.same(a.question.targets, targets()))) ? a : null;
  };
  const running = () => sl.isRunning(current());

  callbacks.choose_tab = (tab) => {
    sl.isShown("tab", tab);
    if (sl.question && tab) sl.show({ tab });
    return window.dash_clientside.no_update;
  };

  const poll = sl.poller("tab-poll");
  callbacks.tab_received = (question, answer) => {
    sl.tabAnswer = answer || null;
    if (!sl.question) return 0;
    sl.drawTab();
    poll(running());
    return Math.max(2, Math.round(100 * ((current() || {}).done || 0)));
  };

  /* ---- pieces ---- */

  const card = (...children) => {
    const node = make("section", "card tab-card");
    node.append(...children);
    return node;
  };
  const name = (text, unclear, parameters = [text]) => {
    const node = make("th", unclear ? "name unclear-name" : "name");
    node.scope = "row";
    node.append(sl.opener(text, parameters));
    return node;
  };
  const plainName = (text) => { const node = make("th", "name", text); node.scope = "row"; return node; };
  const visible = (parameter) => {
    if (!sl.shown) return true;
    const { answer } = sl.shown;
    return !sl.hiddenOf(answer, sl.display).has(parameter);
  };
  const heat = (node, share, most) => {
    node.style.setProperty("--heat", `${Math.round(78 * Math.min(1, Math.max(0, share || 0) / (most || 1)))}%`);
    node.classList.toggle("hot", (share || 0) > 0.55 * most);
    return node;
  };
  const notes = (list) => {
    const node = make("div", "notes");
    node.append(...list.map((text) => make("p", "", text)));
    return node;
  };

  /* ---- methods side by side ---- */


  const rankTable = (label, c, waiting, columns, words, title) => {
    const rows = c.rows.filter((row) => visible(row.parameter));
    const { node, body } = table(label, [["Parameter", "", "name"], ...columns.map((m) => [words(m), title])]);
    rows.forEach((row) => {
      const line = make("tr");
      line.append(name(row.parameter, c.methods.every((m) => row.clear[m] !== true)));
      columns.forEach((m) => {
        const share = row.importance[m];
        const cell = make("td", "heat");
        if (share === null || share === undefined) {
          cell.className = waiting.includes(m) ? "pending" : "unknown";
          cell.textContent = waiting.includes(m) ? "…" : "cannot tell";
        } else {
          const most = Math.max(...rows.map((r) => r.importance[m] || 0));
          cell.classList.toggle("dim", row.clear[m] === false);
          heat(cell, share, most).append(make("b", "", row.rank[m] % 1 ? row.rank[m].toFixed(1) : String(row.rank[m])), make("span", "", share.toFixed(2)));
          cell.title = row.clear[m] === false ? "Not clear of its noise floor" : row.clear[m] === null ? "This method has no noise floor" : "Clear of its noise floor";
        }
        line.append(cell);
      });
      body.append(line);
    });
    return node;
  };

  const failures = (failed) => Object.entries(failed || {}).map(([what, why]) => `${metricWords(what)} failed: ${why}`);

  const drawMethods = (place, { comparison: c, state, message, failed }) => {
    const waiting = state === "done" ? [] : c.missing;
    const node = rankTable("Importance of every visible parameter by each method", c, waiting, [...c.methods, ...waiting], methodWords, "Place, and share of the importance by this method");
    const words = state === "done" || c.methods.length > 1 ? c.words : "Comparing starts when two methods are done.";
    place.replaceChildren(
      card(make("p", "lead", words),
        make("p", "muted small", "Each cell: the parameter's place, and its share of the importance by this method. Grey: not clear of its noise floor. The methods ask different questions: see the help.")),
      card(scroll(node)),
      notes([...Object.entries(c.empty).map(([m, why]) => `${methodWords(m)}: ${why}`), ...failures(failed)]),
    );
    if (state !== "done") place.prepend(status(state, message));
  };

  /* ---- several targets ---- */

  const weightFor = new Map();
  const weightForm = (plain) => {
    const form = make("form", "weights");
    plain.forEach((metric) => {
      const field = make("label", "weight");
      const input = make("input");
      Object.assign(input, { type: "number", min: "0", step: "any", value: weightFor.get(metric) ?? "1" });
      input.addEventListener("input", () => weightFor.set(metric, input.value));
      field.append(make("span", "", metric), input);
      form.append(field);
    });
    const go = make("button", "weigh", "Study their weighted mean");
    go.type = "submit";
    form.append(go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const weights = Object.fromEntries(plain.map((m) => [m, Number(weightFor.get(m) ?? 1)]).filter(([, w]) => w > 0));
      if (!Object.keys(weights).length) { sl.flash("Give at least one weight above 0"); return; }
      sl.show({ tab: "importance" });
      sl.ask({ target: { metric: JSON.stringify(weights), goal: null, value: "last", scale: "auto" } });
    });
    const node = card(make("h3", "", "One target out of several"), make("p", "muted small", "The weighted mean of a run's ranks in these metrics: 0 is the best of all runs in each, 1 the worst."), form);
    node.dataset.metrics = JSON.stringify(plain);
    return node;
  };

  const drawTargets = (place, { comparison: c, state, message, failed }) => {
    const waiting = state === "done" ? [] : c.missing;
    const list = targets();
    const there = list.filter((m) => c.methods.includes(m) || waiting.includes(m));
    const node = rankTable("Importance of every visible parameter for each target", c, waiting, there, metricWords, "Place, and share of the importance for this target");
    const plain = list.filter((m) => sl.shown.answer.metrics.includes(m));
    const above = [
      ...(state !== "done" ? [status(state, message)] : []),
      card(make("p", "lead", c.methods.length > 1 ? c.words : state === "done" ? "Choose a second target to compare with." : "Comparing starts when two targets are done."),
        make("p", "muted small", `By ${methodWords(sl.question.method)}; each target with its usual goal, its last value, and the scale by rule; the runs are those of the filter. Grey: not clear of its noise floor.`)),
      card(scroll(node)),
    ];
    const below = notes([...Object.entries(c.empty).map(([m, why]) => `${metricWords(m)}: ${why}`), ...failures(failed)]);
    const kept = [...place.children].find((child) => child.dataset.metrics === JSON.stringify(plain));
    if (!kept) { place.replaceChildren(...above, ...(plain.length > 1 ? [weightForm(plain)] : []), below); return; }
    while (place.firstChild !== kept) place.firstChild.remove(); // the form stays: somebody may be typing in it
    while (kept.nextSibling) kept.nextSibling.remove();
    kept.before(...above);
    kept.after(below);
  };

  /* ---- pairs ---- */

  const pairTable = (record) => {
    const own = new Map(record.importance.map((row) => [row.parameter, row.raw || 0]));
    const of = new Map(record.pairs.flatMap(({ parameters: [a, b], raw }) => [[`${a}\n${b}`, raw], [`${b}\n${a}`, raw]]));
    const weight = (p) => (own.get(p) || 0) + record.pairs.reduce((sum, pair) => sum + (pair.parameters.includes(p) ? pair.raw / 2 : 0), 0);
    const names = [...own.keys()].filter(visible).sort((a, b) => weight(b) - weight(a)).slice(0, MOST_SHOWN);
    const most = Math.max(1e-9, ...names.flatMap((a) => names.map((b) => (a === b ? 0 : of.get(`${a}\n${b}`) || 0))));
    const { node, body } = table("Interactions of pairs, main effects on the diagonal",
      [["", "", "name"], ...names.map((n, i) => [String(i + 1), n, "numbered"])]);
    names.forEach((a, i) => {
      const line = make("tr");
      line.append(name(a));
      line.firstChild.prepend(make("i", "", String(i + 1)));
      names.forEach((b, j) => {
        const cell = make("td", j > i ? "blank" : i === j ? "diagonal" : "heat");
        if (j <= i) {
          const share = i === j ? own.get(a) : of.get(`${a}\n${b}`);
          cell.textContent = share === undefined ? "–" : (100 * share).toFixed(share < 0.0995 ? 1 : 0);
          cell.title = i === j ? `${a} alone explains ${percent(share)}` : `${a} and ${b} together explain ${percent(share)} beyond what each does alone`;
          const open = make("button", "opener", cell.textContent);
          open.type = "button";
          open.dataset.detail = JSON.stringify(i === j ? [a] : [a, b]);
          open.setAttribute("aria-label", cell.title);
          cell.replaceChildren(open);
          if (i !== j) heat(cell, share, most);
        }
        line.append(cell);
      });
      body.append(line);
    });
    return { node, left: [...own.keys()].filter(visible).length - names.length };
  };

  const drawInteractions = (place, { record, state, message }) => {
    if (!record) { place.replaceChildren(status(state, message)); return; }
    if (record.empty) { place.replaceChildren(card(make("p", "lead", record.empty.words))); return; }
    const { main, pairs, rest } = record.parts;
    const split = make("div", "split");
    [["main", main, "alone"], ["pairs", pairs, "in pairs"], ["rest", rest, "by three or more, or chance"]].forEach(([kind, share, words]) => {
      const part = make("span", kind, share > 0.08 ? percent(share) : "");
      part.style.flexGrow = share;
      part.title = `${percent(share)} ${words}`;
      split.append(part);
    });
    const { node, left } = pairTable(record);
    const shown = record.pairs.filter((p) => p.parameters.every(visible)).slice(0, 10);
    const most = Math.max(1e-9, ...shown.map((p) => p.raw));
    const list = table("The largest interactions", [["Pair", "", "name"], ["Explains together, beyond each alone"]]);
    shown.forEach(({ parameters, raw }) => {
      const line = make("tr");
      const cell = make("td", "bar-cell");
      const bar = make("span", "bar");
      bar.style.width = `${(70 * raw) / most}%`;
      cell.append(bar, make("span", "number", percent(raw)));
      line.append(name(parameters.join("  ×  "), false, parameters), cell);
      list.body.append(line);
    });
    const r2 = record.surrogate.oob_r2;
    place.replaceChildren(
      card(make("p", "lead", `Of what the forest sees over the search space, parameters explain ${percent(main)} alone and ${percent(pairs)} in pairs; ${percent(rest)} takes three or more, or is chance.`),
        split,
        make("p", "muted small", `${record.surrogate.trees} trees, ${record.surrogate.runs.toLocaleString("en")} runs, out-of-bag R² ${sl.fixed(r2)}. ${r2 > 0 ? "" : "It predicts nothing, so none of this means anything."}`)),
      ...(record.pairs.length ? [twoCards(card(make("h3", "", "Pairs, in % of the variance (alone on the diagonal)"), scroll(node)), card(make("h3", "", "Largest interactions"), list.node))] : []),
      notes([...(left > 0 ? [`${left} more visible parameter${left > 1 ? "s are" : " is"} not in the matrix; hide others to see ${left > 1 ? "them" : "it"}.`] : []), ...record.notes]),
    );
  };
  const scroll = (node) => { const box = make("div", "scroll"); box.append(node); return box; };
  const twoCards = (a, b) => { const box = make("div", "two-cards"); box.append(a, b); return box; };

  /* ---- the linear model ---- */

  let linearSort = { by: null, up: false };
  const COLUMNS = [["coefficient", "Coefficient", "Change of the target per unit, all else equal"], ["error", "Std. error", ""], ["t", "t", ""],
    ["p", "P > |t|", "Probability of a t at least as far from 0 if the coefficient were 0"], ["low", "90 % interval", ""],
    ["standardised", "Standardised", "In standard deviations of the target per standard deviation of the parameter"]];
  const short = (v) => (v === null ? "–" : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(2) : String(Number(v.toPrecision(4)))).replaceAll("-", "−");

  const drawLinear = (place, { linear: m, state, message }) => {
    if (!m) { place.replaceChildren(status(state, message)); return; }
    if (m.empty) { place.replaceChildren(card(make("p", "lead", m.empty.words))); return; }
    const rows = m.rows.filter((row) => row.parameter === "intercept" || visible(row.parameter));
    if (linearSort.by) {
      const value = (row) => (linearSort.by === "name" ? row.parameter + row.value : ["p", "low"].includes(linearSort.by) ? row[linearSort.by] ?? Infinity : Math.abs(row[linearSort.by] ?? -1));
      rows.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (linearSort.up ? 1 : -1));
    }
    const { node, body } = table("Coefficients of the linear model", [["Parameter", "", "name"], ...COLUMNS.map(([, label, title]) => [label, title]), ["Standardised, with interval", "", "plot-head"]]);
    ["name", ...COLUMNS.map(([key]) => key)].forEach((key, i) => {
      const head = node.querySelectorAll("thead th")[i];
      const button = make("button", "sort-head", head.textContent);
      button.type = "button";
      if (linearSort.by === key) { button.dataset.order = linearSort.up ? "ascending" : "descending"; head.setAttribute("aria-sort", button.dataset.order); }
      button.addEventListener("click", () => {
        linearSort = { by: key, up: linearSort.by === key ? !linearSort.up : key === "name" || key === "p" };
        sl.drawTab();
      });
      head.replaceChildren(button);
    });
    const scaled = (row, limit) => (row.coefficient ? (row[limit] * row.standardised) / row.coefficient : 0);
    const most = Math.max(1e-9, ...rows.filter((r) => r.standardised !== null).flatMap((r) => [Math.abs(scaled(r, "low")), Math.abs(scaled(r, "high"))]));
    rows.forEach((row) => {
      const line = make("tr");
      const reference = m.references[row.parameter];
      line.append(row.parameter === "intercept" ? plainName("intercept") : name(row.value ? `${row.parameter} = ${row.value}` : row.parameter, false, [row.parameter]));
      if (row.value) line.firstChild.append(make("div", "muted small", `against ${reference}`));
      COLUMNS.forEach(([key]) => {
        const text = key === "low" ? `${short(row.low)} to ${short(row.high)}` : key === "p" && row.p !== null ? (row.p < 0.001 ? "< 0.001" : row.p.toFixed(3)) : short(row[key]);
        line.append(make("td", "number", text));
      });
      const cell = make("td", "coefficient-plot");
      if (row.standardised !== null) {
        const [a, b] = [scaled(row, "low"), scaled(row, "high")].sort((x, y) => x - y);
        const at = (x) => `${50 + (46 * x) / most}%`;
        const whisker = make("span", a > 0 ? "line positive" : b < 0 ? "line negative" : "line");
        whisker.style.left = at(a);
        whisker.style.width = `${Math.max(0.5, (46 * (b - a)) / most)}%`;
        const point = make("span", "point");
        point.style.left = at(row.standardised);
        cell.append(make("span", "centre"), whisker, point);
      }
      line.append(cell);
      body.append(line);
    });
    const left = Object.entries(m.left_out).map(([p, why]) => `${p}: ${why}`);
    place.replaceChildren(
      card(make("p", "lead", `One straight line a parameter explains ${percent(m.r2)} of the variance (adjusted ${percent(m.adjusted_r2)}) of ${m.runs.toLocaleString("en")} runs.`),
        make("p", "muted small", `Ordinary least squares; condition number ${m.condition === null ? "infinite" : short(m.condition)}${m.collinear.length ? "" : ", no collinear parameters"}. The target is on its scale (see Importance).`)),
      card(scroll(node)),
      notes([...m.notes, ...(left.length ? [`Not in the model: ${left.join("; ")}.`] : [])]),
    );
  };

  /* ---- drawing ---- */

  const WORDS = { queued: "Waiting …", running: "Computing …", cancelled: "Cancelled.", failed: "This could not be computed." };
  const status = (state, message) => {
    const node = make("p", "tab-status");
    node.setAttribute("role", "status");
    node.append(make("span", `dot ${["cancelled", "failed"].includes(state) ? "none" : "busy"}`), make("span", "", ` ${WORDS[state] || "Reading …"} ${message || ""}`));
    if (state === "cancelled" || state === "failed") {
      const again = make("button", "link", "Compute again");
      again.type = "button";
      again.addEventListener("click", () => document.getElementById("tab-retry").click());
      node.append(again);
    }
    return node;
  };
  const DRAW = { methods: drawMethods, interactions: drawInteractions, linear: drawLinear, targets: drawTargets };

  sl.drawTab = () => {
    const place = document.getElementById("tab-place");
    if (!place) return;
    const { tab } = sl.display;
    const other = tab in DRAW;
    document.getElementById("importance-pane").classList.toggle("hidden", other);
    document.getElementById("tab-pane").classList.toggle("hidden", !other);
    document.getElementById("tab-progress-row").classList.toggle("hidden", !other || !running());
    offerTargets();
    if (!other) return;
    const answer = current();
    const empty = sl.shown && sl.shown.answer.empty;
    if (answer && answer.error) place.replaceChildren(card(make("h3", "", "This question cannot be answered"), make("p", "", answer.error)));
    else if (empty) place.replaceChildren(card(make("p", "lead", empty.words)));
    else if (!answer) place.replaceChildren(status("", ""));
    else DRAW[tab](place, answer);
  };
})();
