/* The tab of parallel coordinates: every run a line across the visible parameters and the target. Brushes, order and flips are
   options of the tab; what brushes let pass is the selection. Hiding and showing needs no request where the data is there. */
(() => {
  const sl = window.sweeplens;
  const pc = sl.parallel = sl.parallel || {};
  const { make, card, button } = sl;
  const TAB = "parallel";
  const MOST_VALUES = 1600000; // as in panel/runs/parallel.py
  const MOST_AXES = 60; // drawn at once
  const MOST_SENT = 160; // as in panel/runs/parallel.py; those not drawn may take the place of one that is hidden
  const NARROWEST = 66; // points between two axes
  const EDGE = 54; // points beside the first and the last axis
  const STEP = 21; // points between places below the axes
  const QUICK = 600; // lines drawn while something is dragged
  pc.FADED = 0.13; // opacity of lines beside highlighted ones

  const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

  /* ---- which axes, in which order ---- */

  const ranked = () => sl.visible(sl.shown.answer, sl.shown.record, { ...sl.display, sort: "importance", up: false }).map((fact) => fact.parameter);
  const lists = (value) => (Array.isArray(value) ? value.filter((x) => typeof x === "string") : []);

  /* the saved order first; what is new comes behind its neighbour */
  const arranged = (names, saved) => {
    const order = [...new Set(saved)].filter((name) => names.includes(name));
    names.forEach((name, i) => { if (!order.includes(name)) order.splice(i ? order.indexOf(names[i - 1]) + 1 : 0, 0, name); });
    return order;
  };

  /* ---- asking: what is drawn, and some that may come to be, as far as they fit ---- */

  let sent = [];
  const room = (runs) => Math.min(MOST_SENT, Math.max(1, Math.floor(MOST_VALUES / Math.max(1, runs))));
  const asked = () => {
    const { answer } = sl.shown;
    const all = new Set(answer.parameters.map((p) => p.parameter));
    const most = room(answer.runs.loaded);
    const names = ranked();
    const needed = names.slice(0, Math.min(most, MOST_AXES));
    const has = new Set(sent);
    if (!sent.every((name) => all.has(name)) || !needed.every((name) => has.has(name))) {
      const hidden = sl.hiddenOf(answer, { hidden: null });
      const others = answer.parameters.map((p) => p.parameter).filter((name) => !hidden.has(name));
      sent = [...new Set([...names, ...others])].slice(0, most).sort();
    }
    return { parameters: sent };
  };

  /* ---- brushes and the selection: brushes are shown as long as they are what is selected ---- */

  let pending = null; // {before}: a selection is on its way to the server

  const brushesIn = (v) => Object.fromEntries(Object.entries(sl.options(TAB).brush || {}).flatMap(([key, brush]) => {
    const axis = v.axes.get(key);
    const sound = axis && pc.sound(axis, brush);
    return sound ? [[key, sound]] : [];
  }));
  const chosen = (v) => {
    const selected = sl.selected();
    return selected && Uint8Array.from(v.record.ids, (id) => (selected.has(id) ? 1 : 0));
  };
  const readSelection = (v) => {
    if (pending && !sl.same(pending.before, sl.display.selected)) pending = null;
    const brushes = brushesIn(v);
    const brushed = pc.passing(v.axes, brushes, v.record.runs);
    const picked = chosen(v);
    const waits = pending || (sl.display.selected && !picked);
    const agree = brushed && (waits || (picked ? brushed.every((on, i) => on === picked[i]) : !brushed.includes(1)));
    v.brushes = agree ? brushes : {};
    v.mask = agree ? brushed : picked;
  };

  const commit = (v, { brushes, order, flips }) => {
    const full = (list) => (list.length ? list : null);
    const changes = {};
    if (order) changes.order = full(order);
    if (flips) changes.flip = full([...flips]);
    if (brushes) {
      changes.brush = Object.keys(brushes).length ? brushes : null;
      pending = { before: sl.display.selected };
    }
    sl.setOptions(TAB, changes);
    if (brushes) {
      const mask = pc.passing(v.axes, brushes, v.record.runs);
      sl.select(mask && v.record.ids.filter((_, i) => mask[i]));
      if (!mask) pending = null;
    }
    v.painted = ""; // a preview may be on the canvas
    update(v);
  };

  const reset = (v) => {
    const brushed = Object.keys(v.brushes).length;
    sl.setOptions(TAB, { brush: null, order: null, flip: null });
    if (brushed) sl.select(null);
    update(v);
  };

  /* ---- layout ---- */

  const measure = (v) => {
    const { axes, shown } = v;
    const top = v.frame.getBoundingClientRect().top + document.querySelector("main").scrollTop;
    const wide = v.scroller.clientWidth;
    v.height = Math.round(Math.max(380, Math.min(640, window.innerHeight - top - 46)));
    v.distance = shown.length > 1 ? Math.max(NARROWEST, (wide - 2 * EDGE) / (shown.length - 1)) : wide - 2 * EDGE;
    v.width = Math.round(Math.max(wide, shown.length > 1 ? v.distance * (shown.length - 1) + 2 * EDGE : 0));
    v.first = shown.length > 1 ? EDGE : wide / 2;
    v.x = new Map(shown.map((key, i) => [key, Math.round(v.first + i * v.distance)]));
    const places = Math.max(0, ...shown.map((key) => axes.get(key).places.length));
    v.box = { top: pc.headHeight(v), bottom: v.height - 12 - places * STEP - (places ? 4 : 0), step: STEP };
    v.stage.style.width = `${v.width}px`;
    v.stage.style.height = `${v.height}px`;
  };

  const trace = (v, order = v.shown) => {
    const ys = order.map((key) => {
      const flipped = v.flips.has(key);
      return v.axes.get(key).pos.map((p) => pc.height(v.box, flipped, p));
    });
    v.geometry = { xs: order.map((key) => v.x.get(key)), ys };
  };

  const paint = (v, painter, runs) => painter.paint({ ...v, scale: window.devicePixelRatio || 1, runs });
  const marked = (v) => v.order.filter((run) => v.mask[run]);
  const paintMarked = (v, most = Infinity) => {
    v.base.style.opacity = v.mask ? pc.FADED : 1;
    if (v.mask) paint(v, v.topPainter, pc.thinned(marked(v), most));
    else v.topPainter.clear();
  };

  /* what is under way while something is dragged */
  const preview = (v, { brushes, x, order }) => {
    if (x) {
      v.x = x;
      trace(v, order);
      pc.drawAxes(v);
      paint(v, v.basePainter, pc.thinned(v.order, QUICK));
    }
    if (brushes) {
      v.brushes = brushes;
      v.mask = pc.passing(v.axes, brushes, v.record.runs);
      pc.drawBrushes(v);
      describe(v);
    }
    v.painted = v.marked = "";
    paintMarked(v, QUICK);
  };

  /* ---- words ---- */

  const chips = (v) => Object.entries(v.brushes).map(([key, brush]) => {
    const words = pc.brushWords(v.axes.get(key), brush);
    const chip = make("span", "chip pc-chip");
    const cross = button("×", "chip-remove", () => { const rest = { ...v.brushes }; delete rest[key]; commit(v, { brushes: rest }); });
    cross.setAttribute("aria-label", `Remove the brush ${words}`);
    chip.append(make("span", "chip-words", words), cross);
    return chip;
  });
  const describe = (v) => {
    v.count = v.mask ? v.mask.reduce((a, b) => a + b, 0) : 0;
    const n = Object.keys(v.brushes).length;
    const words = !v.mask ? `${count(v.record.runs, "run")}. Drag along axes to select runs; drag a name to move its axis.`
      : n ? `${v.count.toLocaleString("en")} of ${count(v.record.runs, "run")} in ${n === 1 ? "this brush" : "all these brushes"}:` : `${v.count.toLocaleString("en")} of ${count(v.record.runs, "run")} selected.`;
    const said = JSON.stringify([words, v.brushes]);
    if (v.said !== said) { v.status.replaceChildren(make("span", "", words), ...chips(v)); v.said = said; }
    v.base.setAttribute("aria-label", pc.summary(v));
  };

  const legend = (v) => {
    const target = v.axes.get(pc.TARGET);
    const broken = v.record.runs - v.record.feasible;
    const ends = target.low === null ? ["–", "–"] : [target.low, target.high].map((x) => pc.words(target, x));
    const [worst, best] = target.goal === "maximize" ? ends : [...ends].reverse();
    v.legend = { name: target.name, low: worst, high: best, broken: broken ? count(broken, "infeasible run") : "" };
    const node = make("div", "pc-legend small");
    if (v.record.feasible) {
      const median = pc.words(target, Number(v.median.toPrecision(3)));
      const ramp = make("span", "pc-ramp");
      ramp.title = `Coloured by rank among the feasible runs; the median of ${target.name} is ${median}`;
      node.append(make("b", "", target.name), make("span", "", `worst ${worst}`), ramp, make("span", "", `best ${best}`));
      ramp.append(make("span", "", "│"));
      node.append(make("span", "muted", `median ${median}`));
    }
    if (broken) { const dash = make("span", "pc-dash"); node.append(dash, make("span", "", v.legend.broken)); }
    return node;
  };

  const remarks = (v, unseen) => {
    const { record } = v;
    const list = [];
    if (unseen.length) list.push(`${count(v.shown.length - 1, "parameter")} of ${(v.shown.length - 1 + unseen.length).toLocaleString("en")} visible ones have an axis, the most important first${room(record.runs) < MOST_AXES ? `: of ${count(record.runs, "run")} no more fit` : ""}. Hide some to see others.`);
    if (record.without.length) list.push(`No run here has a value of ${record.without.slice(0, 5).join(", ")}${record.without.length > 5 ? ` and ${record.without.length - 5} more` : ""}.`);
    if (v.shown.length === 1) list.push("No parameter is visible. Show some in the list of parameters.");
    if (!record.feasible) list.push("No run is feasible: none has a finite target.");
    v.remarks.replaceChildren(...(list.length ? [sl.notes(list)] : []));
  };

  /* ---- drawing ---- */

  const build = (record) => {
    const v = { record, axes: new Map(record.axes.map((spec) => [spec.parameter, pc.axis(spec, spec.parameter)])), heads: new Map(), brushes: {}, pointed: -1 };
    v.axes.set(pc.TARGET, pc.axis(record.target, pc.TARGET));
    Object.assign(v, pc.quality(v.axes.get(pc.TARGET)));
    v.order = pc.worstFirst(v.quality);
    v.nameOf = (run) => (record.names || record.ids)[run];
    v.targetWords = (run) => `${record.target.label} ${pc.valueWords(v.axes.get(pc.TARGET), run)}`;
    v.frame = make("div", "pc-frame");
    v.scroller = make("div", "pc-scroll");
    v.stage = make("div", "pc-stage");
    v.base = make("canvas", "pc-base");
    v.top = make("canvas", "pc-top");
    v.base.setAttribute("role", "img");
    v.top.setAttribute("aria-hidden", "true");
    v.svg = pc.svg("svg", { class: "pc-svg", "aria-hidden": "true" });
    [v.hoverLayer, v.axisLayer, v.brushLayer, v.trackLayer] = [0, 0, 0, 0].map(() => pc.svg("g", {}));
    v.svg.append(v.hoverLayer, v.axisLayer, v.brushLayer, v.trackLayer);
    v.headRow = make("div", "pc-heads");
    v.headRow.setAttribute("role", "group");
    v.headRow.setAttribute("aria-label", "Axes: left and right arrow move one, F flips it, Enter opens its limits");
    v.tip = make("div", "pc-tip hidden");
    v.stage.append(v.base, v.top, v.svg, v.headRow, v.tip);
    v.scroller.append(v.stage);
    v.frame.append(v.scroller);
    v.status = make("div", "pc-status small");
    v.status.setAttribute("role", "status");
    v.remarks = make("div");
    [v.basePainter, v.topPainter] = [v.base, v.top].map(pc.painter);
    v.commit = (changes) => commit(v, changes);
    v.preview = (changes) => preview(v, changes);
    v.hide = (key) => sl.show({ hidden: [...sl.hiddenOf(sl.shown.answer, sl.display), key] });
    pc.listen(v);
    const head = make("div", "chart-head");
    head.append(make("h3", "", "Parallel coordinates"), legend(v), button("Reset", "link", () => reset(v)), sl.chartTools(TAB, (format) => pc.saveImage(v, format), () => pc.csv(v)));
    v.node = card(head, v.status, v.frame, v.remarks);
    v.node.classList.add("pc-card");
    new ResizeObserver(() => { if (v.frame.isConnected) requestAnimationFrame(() => update(v)); }).observe(v.scroller);
    return v;
  };

  const update = (v) => {
    if (!sl.shown || !v.frame.isConnected) return;
    const names = ranked();
    const there = names.filter((name) => v.axes.has(name)).slice(0, MOST_AXES);
    const options = sl.options(TAB);
    v.shown = arranged([...there, pc.TARGET], lists(options.order));
    v.flips = new Set(lists(options.flip));
    readSelection(v);
    describe(v);
    remarks(v, names.filter((name) => !there.includes(name) && !v.record.without.includes(name)));
    measure(v);
    const theme = sl.theme();
    if (v.theme !== theme) {
      v.theme = theme;
      v.colours = pc.colours();
      v.style = pc.style(v.quality, v.record.runs, v.record.runs - v.record.feasible, v.colours);
    }
    const now = JSON.stringify([v.shown, [...v.flips], v.width, v.height, theme, window.devicePixelRatio]);
    const marks = v.mask ? `${v.count} ${v.mask.reduce((h, on, i) => (on ? (h * 31 + i) | 0 : h), 7)}` : "";
    const anew = v.painted !== now;
    if (anew) {
      v.painted = now;
      pc.point(v, -1);
      trace(v);
      paint(v, v.basePainter, v.order);
    }
    pc.drawAxes(v);
    if (anew || v.marked !== marks) { v.marked = marks; paintMarked(v); }
  };

  let view = null;
  const draw = (place, { record }) => {
    if (record.empty) { sl.fill(place, card(make("p", "lead", record.empty))); return; }
    if (!view || view.record !== record || !view.frame.isConnected) {
      view = build(record);
      sl.fill(place, view.node);
    }
    update(view);
  };

  sl.tabs[TAB] = { options: { brush: {}, order: [], flip: [] }, draw, asked, runs: true, empty: true, key: () => JSON.stringify([ranked(), sl.options(TAB), sl.selectionKey()]) };
})();
