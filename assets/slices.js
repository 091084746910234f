/* The target against every visible parameter: small plots, painted one after another as they come into sight, and one of
   them enlarged, in which a box or a lasso selects runs. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const { make, button, card, notes, opener } = sl;
  const TAB = "slices";
  const GROUPS = ["runs", "infeasible", "best"]; // traces of points
  const AT_FIRST = 40; // plots, and as many more each time
  const MOST = 200; // plots at most; as in panel/runs/slices.py
  const LOG = " (log scale)"; // as in panel/figures/axes.py
  const FIGURES = { displayModeBar: false, responsive: true, doubleClick: "reset", showTips: false };

  /* ---- what is asked ---- */

  const visible = () => sl.visible(sl.shown.answer, sl.shown.record, sl.display).map((fact) => fact.parameter);
  const inSight = () => visible().slice(0, Math.min(MOST, Number(sl.options(TAB).plots) || AT_FIRST));

  let last = { selection: null, parameters: [] };
  /* what is there already is not asked for again: hiding a parameter, or another order, asks nothing */
  const asked = () => {
    const wanted = inSight();
    const { selection } = sl.question;
    const about = JSON.stringify({ ...selection, picked: null });
    const there = last.about === about ? new Set(last.parameters) : new Set();
    if (last.about !== about || !wanted.every((name) => there.has(name))) last = { about, parameters: [...new Set([...wanted, ...there])].slice(0, MOST).sort() };
    return { parameters: last.parameters };
  };

  /* ---- painting: one plot at a time, so that the page never waits ---- */

  const queue = [];
  let at_work = false;
  const work = async () => {
    if (at_work) return;
    at_work = true;
    while (queue.length) {
      const plot = queue.shift();
      if (plot.isConnected) await plot.draw();
      await new Promise((r) => setTimeout(r));
    }
    at_work = false;
  };
  const enqueue = (plot) => { if (!queue.includes(plot)) queue.push(plot); work(); };

  const chosen = (figure, selected) => {
    const x = [], y = [];
    figure.data.filter((trace) => selected && trace.customdata && trace.points).forEach((trace) => {
      trace.customdata.forEach((said, i) => { if (selected.has(said[3])) { x.push(trace.points.x[i]); y.push(trace.points.y[i]); } });
    });
    return { x, y };
  };

  const unpacked = (values) => (values.bdata ? sl.floats(values.bdata) : values); // none are not packed

  /* a plot that is drawn when seen, and shows which runs are selected */
  const plotOf = (figure, hover, summary, ready) => {
    const plot = make("div", "chart");
    const light = { ...figure, data: figure.data.map((trace) => (hover[trace.name]
      ? { ...trace, customdata: hover[trace.name], points: { x: unpacked(trace.x), y: unpacked(trace.y) } } : trace)) };
    plot.figure = light;
    plot.style.height = `${figure.layout.height}px`;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", summary);
    plot.draw = async () => {
      const Plotly = await sl.plotly();
      const key = sl.selectionKey();
      const ring = chosen(light, sl.selected());
      if (plot.dataset.drawn) {
        if (plot.ring !== key) { plot.ring = key; await Plotly.restyle(plot, { x: [ring.x], y: [ring.y] }, [light.data.length - 1]); }
        return;
      }
      plot.ring = key;
      const { data, layout } = sl.inTheme(figure, sl.theme() === "dark");
      const traces = data.map((trace, i) => ({ ...structuredClone(trace), ...(light.data[i].customdata ? { customdata: light.data[i].customdata } : {}), ...(trace.name === "selected" ? ring : {}) }));
      await Plotly.newPlot(plot, traces, structuredClone(layout), FIGURES);
      plot.dataset.drawn = "1";
      if (ready) ready(plot);
    };
    sl.whenSeen(plot, () => enqueue(plot));
    return plot;
  };

  /* ---- words ---- */

  const many = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
  const some = (n, of) => (n === of ? `all ${of.toLocaleString("en")}` : `${n.toLocaleString("en")} of ${of.toLocaleString("en")}`);

  const about = (found) => {
    const kept = found.axis.joined ? [`the ${found.axis.labels.length - 1} most frequent values; ${found.axis.joined.toLocaleString("en")} joined`] : [];
    const trend = found.axis.labels.length || found.trend ? [] : ["too few for a trend"];
    return [many(found.runs, "run"), ...found.without, ...kept, ...trend].join(" · ");
  };

  const summaryOf = (name, { metric }, found) => {
    const { axis, trend, boxes } = found;
    if (axis.labels.length) {
      const medians = axis.labels.map((label, i) => [label || "empty", boxes[i]]).filter(([, box]) => box.five);
      return `${metric} against ${name}, ${many(found.runs, "run")}. ${medians.map(([label, box]) => `Median ${sl.short(box.five[2])} for ${label}, ${many(box.runs, "run")}.`).join(" ")}`;
    }
    const way = trend ? ` Running median from ${sl.short(trend.median[0])} at ${sl.short(trend.x[0])} to ${sl.short(trend.median.at(-1))} at ${sl.short(trend.x.at(-1))}.` : "";
    return `${metric} against ${name}, ${many(found.runs, "run")}.${way}`;
  };

  const said = ({ counts, target, goal, best }) => {
    const all = counts.drawn === counts.feasible && counts.crosses === counts.infeasible;
    const beyond = [[target.above, "above"], [target.below, "below"]].filter(([n]) => n)
      .map(([n, side]) => `${many(n, "run")} ${side} ${sl.short(side === "above" ? target.high : target.low)} ${n === 1 ? "is" : "are"} drawn as ${n === 1 ? "a triangle" : "triangles"} at that end.`);
    return [
      `Drawn: ${counts.feasible === 1 ? "the one run with a target" : `${some(counts.drawn, counts.feasible)} runs with a target, ${best === 1 ? "the best one" : `the best ${best}`} among them`}${counts.infeasible ? `, and ${some(counts.crosses, counts.infeasible)} infeasible` : ""}.`,
      ...(all ? [] : ["Trends, bands, boxes and running best are of all runs."]),
      ...beyond,
      `Goal: ${goal === "minimize" ? "minimise" : "maximise"}. A click enlarges a plot; a box or lasso in it selects runs.`,
    ].join(" ");
  };

  /* ---- the legend: what each mark is ---- */

  const SVG = "http://www.w3.org/2000/svg";
  const MARKS = [
    ["run", "run", [["circle", { cx: 11, cy: 7, r: 2.6, class: "m-run" }]]],
    ["best", "best runs", [["path", { d: "M11 2.2 15.8 7 11 11.8 6.2 7Z", class: "m-best" }]]],
    ["infeasible", "infeasible", [["path", { d: "M7.5 3.5l7 7m0-7l-7 7", class: "m-cross" }]]],
    ["trend", "running median, 90 % band", [["rect", { x: 0, y: 2, width: 22, height: 10, class: "m-band" }], ["path", { d: "M0 7h22", class: "m-trend" }]]],
    ["running", "running best", [["path", { d: "M0 7h22", class: "m-running" }]]],
    ["boxes", "half of the runs, median, whiskers", [["path", { d: "M11 1v12", class: "m-whisker" }], ["rect", { x: 4, y: 4, width: 14, height: 6, class: "m-box" }], ["path", { d: "M4 7h14", class: "m-whisker" }]]],
    ["selected", "selected", [["circle", { cx: 11, cy: 7, r: 4.4, class: "m-ring" }]]],
  ];
  const legend = (which) => {
    const list = make("ul", "slice-legend");
    list.setAttribute("aria-label", "What the marks are");
    MARKS.filter(([mark]) => which(mark)).forEach(([, words, shapes]) => {
      const item = make("li");
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", "0 0 22 14");
      svg.setAttribute("aria-hidden", "true");
      shapes.forEach(([tag, attributes]) => {
        const shape = document.createElementNS(SVG, tag);
        Object.entries(attributes).forEach(([key, value]) => shape.setAttribute(key, value));
        svg.append(shape);
      });
      item.append(svg, make("span", "", words));
      list.append(item);
    });
    return list;
  };

  /* ---- one small plot ---- */

  const pixels = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight });
  const saver = (plot, figure, name) => (format) => sl.savePlot(sl.inTheme(figure, sl.theme() === "dark"), format, `sweeplens-slice-${name}`, pixels(plot));
  const written = (v) => (v === null || !Number.isFinite(v) ? "" : Number.isInteger(v) ? v : Number(v.toPrecision(7))); // of 32 bits

  const csvOfDrawn = (name, answer, found, plot) => sl.csvOf(["run", "name", name, answer.record.metric, "group"],
    plot.figure.data.filter((t) => t.points).flatMap((t) => t.customdata.flatMap((text, i) => {
      const x = found.values ? found.values[t.name][i] : written(t.points.x[i]);
      if (x === "" || x === null) return [];
      const value = found.axis.labels.length ? found.axis.labels[Math.round(x)] : x;
      return [[text[3], plain(text[0]), value, t.name === "infeasible" ? "" : answer.targets[t.name][i], t.name === "infeasible" ? plain(text[2]) : t.name]];
    })));
  const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

  const enlarge = (parameter) => sl.setOptions(TAB, { parameter });

  /* the axis as the parameter is called in the list */
  const nameAxis = ({ layout: { xaxis } }, name) => {
    const short = sl.shortName(name);
    if (short !== name) xaxis.title.text = sl.escaped(short) + (xaxis.title.text.endsWith(LOG) ? LOG : "");
  };

  const small = (name, answer) => {
    const found = answer.slices[name];
    nameAxis(found.figure, name);
    const head = make("div", "slice-head");
    const title = make("h3");
    title.append(opener(name, [name]));
    const open = button("Enlarge", "link", () => enlarge(name));
    open.setAttribute("aria-label", `Enlarge ${name}`);
    const plot = plotOf(found.figure, answer.hover, summaryOf(name, answer.record, found));
    plot.addEventListener("click", () => enlarge(name));
    plot.title = "";
    head.append(title, open);
    const foot = make("div", "slice-foot");
    foot.append(make("p", "muted small", about(found)), sl.chartTools(`slice-${name}`, saver(plot, found.figure, name), () => csvOfDrawn(name, answer, found, plot)));
    const node = card(head, plot, foot);
    node.classList.add("slice");
    node.dataset.parameter = name;
    node.plot = plot;
    return node;
  };

  /* ---- the enlarged plot ---- */

  let large = null; // the answer
  let largeAsked = null;
  const aboutLarge = () => ({ parameter: sl.options(TAB).parameter, selection: { ...sl.question.selection, picked: null } });
  const largeNow = () => (large && sl.same(large.question, aboutLarge()) ? large : null);
  const askLarge = () => {
    const wanted = aboutLarge();
    if (largeNow() || sl.same(wanted, largeAsked)) return;
    largeAsked = wanted;
    window.dash_clientside.set_props("slice-asked", { data: wanted });
  };
  sl.whenBack(() => {
    if (sl.display.tab !== TAB || !built || !sl.options(TAB).parameter || largeNow()) return;
    largeAsked = null; // the answer was lost
    askLarge();
  });
  callbacks.slice_received = (received) => {
    if (received) { large = received; largeAsked = null; }
    if (sl.display.tab === TAB && built) drawLarge();
    return window.dash_clientside.no_update;
  };

  const inside = (polygon) => (x, y) => {
    let odd = false;
    for (let i = 0, j = polygon.x.length - 1; i < polygon.x.length; j = i++)
      if ((polygon.y[i] > y) !== (polygon.y[j] > y) && x < ((polygon.x[j] - polygon.x[i]) * (y - polygon.y[i])) / (polygon.y[j] - polygon.y[i]) + polygon.x[i]) odd = !odd;
    return odd;
  };

  /* the ids of all runs in a box or lasso, drawn or not */
  const within = (event, all, logs) => {
    const on = (values, log) => (log ? values.map((v) => Math.log10(v)) : values);
    const [x, y] = [on(sl.floats(all.x), logs.x), on(sl.floats(all.y), logs.y)];
    let hit;
    if (event.range) {
      const [[a, b], [c, d]] = [on(event.range.x, logs.x), on(event.range.y, logs.y)].map((ends) => [...ends].sort((p, q) => p - q));
      hit = (u, v) => u >= a && u <= b && v >= c && v <= d;
    } else if (event.lassoPoints) hit = inside({ x: on(event.lassoPoints.x, logs.x), y: on(event.lassoPoints.y, logs.y) });
    else return [];
    return all.id.filter((_, i) => hit(x[i], y[i]));
  };

  const csvOfAll = (name, answer, { all }) => sl.csvOf(["run", name, answer.record.metric, "infeasible"],
    all.id.map((id, i) => [id, all.value[i], all.target[i] ?? "", all.why[i]]));

  const close = () => { const { parameter } = sl.options(TAB); enlarge(null); const back = built && built.cards.get(parameter); if (back) back.querySelector(".slice-head .link").focus(); };

  const largeCard = (name, answer) => {
    const found = answer.slices[name];
    const closer = () => button("Close", "button", close);
    if (!found) return card(make("p", "lead", `No run here has a value of ${name}.`), closer());
    const { layout } = found.figure;
    const narrow = window.innerWidth < 760 && built.answer.slices[name];
    if (narrow && found.axis.labels.length) { // labels as in the small plot, which is as wide
      Object.assign(layout.xaxis, narrow.figure.layout.xaxis);
      layout.margin.b = narrow.figure.layout.margin.b;
    }
    const logs = { x: layout.xaxis.type === "log", y: layout.yaxis.type === "log" };
    const head = make("div", "chart-head");
    const title = make("h3");
    title.append(make("span", "", `${answer.record.metric} against `), opener(name, [name]));
    const plot = plotOf(found.figure, answer.hover, summaryOf(name, answer.record, found), (node) => {
      node.on("plotly_click", (event) => { const point = event.points.find((p) => Array.isArray(p.customdata) && p.customdata.length === 4); if (point) sl.show({ run: point.customdata[3] }); });
      node.on("plotly_selected", (event) => {
        if (!event || !(event.range || event.lassoPoints)) return;
        const ids = within(event, found.all, logs);
        window.Plotly.update(node, { selectedpoints: null }, { selections: [] });
        sl.select(ids);
      });
    });
    const mode = sl.choice("Drag selects by", [["select", "box"], ["lasso", "lasso"]], sl.options(TAB).drag || "select", (value) => {
      sl.setOptions(TAB, { drag: value === "select" ? null : value });
      if (plot.dataset.drawn) window.Plotly.relayout(plot, { dragmode: value });
    });
    layout.dragmode = sl.options(TAB).drag || "select";
    head.append(title, mode, sl.chartTools(`slice-${name}`, saver(plot, found.figure, name), () => csvOfAll(name, answer, found)), closer());
    const thinned = found.drawn < found.runs ? ` ${some(found.drawn, found.runs)} runs are drawn, the best among them; a box or lasso selects all that lie in it.` : "";
    const trend = found.trend ? ` Trend: running median of ${many(found.trend.configs, "config")}${found.trend.configs < found.trend.runs ? ` (${many(found.trend.runs, "run")}; of replicates their median)` : ""} in ${found.trend.n.length} windows; the band is the 90 % interval of that median, as if configs had been drawn independently.` : "";
    const node = card(head, plot, make("p", "muted small", `${about(found)}.${thinned}${trend} A click on a point opens the run.`));
    node.classList.add("slice-large");
    node.plot = plot;
    return node;
  };

  let largeDrawn = {};
  const drawLarge = () => {
    const name = sl.options(TAB).parameter;
    const place = built.enlarged;
    if (!name) { if (place.childNodes.length) sl.fill(place); largeDrawn = {}; return; }
    askLarge();
    const answer = largeNow();
    const now = { name, answer, theme: sl.theme(), place };
    if (Object.keys(now).every((key) => now[key] === largeDrawn[key])) { const shown = place.querySelector(".chart"); if (shown) enqueue(shown); return; }
    const fresh = largeDrawn.name !== name;
    largeDrawn = now;
    if (!answer) sl.fill(place, card(sl.status("", name)));
    else if (answer.error || answer.empty) sl.fill(place, card(make("p", "", answer.error || answer.empty), button("Close", "button", close)));
    else sl.fill(place, largeCard(name, answer));
    if (fresh) place.scrollIntoView({ block: "nearest" });
  };

  /* ---- the tab ---- */

  let built = null;
  const build = (place, answer) => {
    const enlarged = make("div", "slice-place");
    const grid = make("div", "slice-grid");
    const foot = make("div");
    const labels = Object.values(answer.slices).some((found) => found.axis.labels.length);
    const trends = Object.values(answer.slices).some((found) => found.trend);
    const marks = legend((mark) => (mark === "infeasible" ? answer.record.counts.infeasible : mark === "trend" ? trends
      : mark === "running" ? trends || labels : mark === "boxes" ? labels : true));
    const head = card(marks, make("p", "muted small", said(answer.record)));
    head.classList.add("slice-about");
    const ringed = make("p", "muted small");
    ringed.setAttribute("role", "status");
    head.append(ringed);
    sl.fill(place, enlarged, head, grid, foot);
    built = { answer, theme: sl.theme(), place, head, enlarged, grid, foot, ringed, cards: new Map(), order: "" };
    largeDrawn = {};
  };

  const arrange = () => {
    const { answer, grid, foot, cards } = built;
    const names = inSight().filter((name) => answer.slices[name]);
    const order = JSON.stringify(names);
    if (order === built.order) return;
    built.order = order;
    names.forEach((name) => { if (!cards.has(name)) cards.set(name, small(name, answer)); });
    grid.replaceChildren(...names.map((name) => cards.get(name)));
    names.forEach((name) => { const { plot } = cards.get(name); if (!plot.dataset.drawn) sl.whenSeen(plot, () => enqueue(plot)); });
    built.head.classList.toggle("hidden", !names.length);
    const all = visible().length;
    const asked = inSight().length;
    const none = names.length ? [] : [card(make("p", "lead", all ? "No visible parameter has a value here." : "All parameters are hidden. Show some in the list."))];
    const leftOut = new Set(answer.record.left_out);
    const without = inSight().filter((name) => !answer.slices[name] && !leftOut.has(name)).length;
    const beyond = all > asked && asked >= MOST;
    foot.replaceChildren(...none, ...(names.length && without ? [notes([`${many(without, "visible parameter")} without a value in these runs ${without === 1 ? "has" : "have"} no plot.`])] : []),
      ...(beyond ? [notes([`${many(MOST, "plot")} are drawn at most: ${(all - MOST).toLocaleString("en")} of ${all.toLocaleString("en")} visible parameters are left out. Hide some to see others.`])] : []),
      ...(all > asked && !beyond ? [button(`Show ${Math.min(AT_FIRST, all - asked)} more of ${all}`, "button", () => sl.setOptions(TAB, { plots: asked + AT_FIRST }))] : []));
  };

  /* selected runs that are not among the drawn ones are nowhere in sight, so that is said */
  const drawRinged = () => {
    const selected = sl.selected();
    const there = selected ? GROUPS.flatMap((group) => built.answer.hover[group]).filter((text) => selected.has(text[3])).length : 0;
    const words = selected && there < selected.size ? `${some(there, selected.size)} selected runs are among those drawn here, and ringed.` : "";
    if (built.ringed.textContent !== words) built.ringed.textContent = words;
  };

  const draw = (place, answer) => {
    if (answer.empty) { built = null; sl.fill(place, card(make("p", "lead", answer.empty))); return; }
    if (!built || built.answer !== answer || built.theme !== sl.theme() || !built.grid.isConnected) build(place, answer);
    arrange();
    drawLarge();
    drawRinged();
    const key = sl.selectionKey();
    built.cards.forEach(({ plot }) => { if (plot.dataset.drawn && plot.ring !== key && plot.isConnected) enqueue(plot); });
  };

  sl.tabs.slices = {
    options: { parameter: "", drag: "", plots: 40 },
    draw,
    asked,
    key: () => JSON.stringify([inSight(), sl.options(TAB), sl.selectionKey()]),
    runs: true,
    empty: true,
  };
})();
