/* What is done to parallel coordinates by pointer and keyboard: brushing, moving and flipping axes, finding a run. A view's
   `preview({brushes, x})` shows at once what is under way; `commit({brushes, order, flips})` makes it so. */
(() => {
  const sl = window.sweeplens;
  const pc = sl.parallel = sl.parallel || {};
  const { make, button } = sl;
  const STILL = 4; // points that a click may move
  const GRIP = 6; // points around the end of a brush by which it is resized
  const NEAR = 10; // points from the pointer within which a line is found

  const heightIn = (v, event) => event.clientY - v.svg.getBoundingClientRect().top;
  const yOf = (v, axis, t) => pc.height(v.box, v.flips.has(axis.key), t);

  /* ---- brushing ---- */

  /* the brush from one height to another; null if it covers nothing */
  pc.brushAt = (v, axis, from, to) => {
    const [a, b] = [Math.min(from, to), Math.max(from, to)];
    const { top, bottom } = v.box;
    const inside = (y) => y >= a && y <= b;
    const brush = { places: axis.places.filter((_, k) => inside(pc.placeHeight(v.box, k))) };
    if (axis.labels.length) brush.values = axis.labels.filter((_, i) => inside(yOf(v, axis, axis.at(i))));
    else if (axis.low !== null && a < bottom && b > top && (axis.low < axis.high || inside(yOf(v, axis, 0.5)))) {
      const t = [a, b].map((y) => (v.flips.has(axis.key) ? y - top : bottom - y) / (bottom - top)).sort((x, y) => x - y);
      Object.assign(brush, { low: pc.limitAt(axis, t[0]), high: pc.limitAt(axis, t[1]) });
    }
    return pc.sound(axis, { ...brush, of: axis.key === pc.TARGET ? axis.name : undefined });
  };

  const withBrush = (v, key, brush) => {
    const brushes = { ...v.brushes };
    if (brush) brushes[key] = brush; else delete brushes[key];
    return brushes;
  };

  /* a click: on a value or a place takes it in or out, elsewhere takes the brush away */
  const toggled = (v, axis, y) => {
    const brush = v.brushes[axis.key] || {};
    const swap = (list = [], word) => (list.includes(word) ? list.filter((w) => w !== word) : [...list, word]);
    const of = axis.key === pc.TARGET ? axis.name : undefined;
    const place = axis.places.findIndex((_, k) => Math.abs(pc.placeHeight(v.box, k) - y) <= 9);
    if (place >= 0) return pc.sound(axis, { ...brush, of, places: swap(brush.places, axis.places[place]) });
    const label = axis.labels.findIndex((_, i) => Math.abs(yOf(v, axis, axis.at(i)) - y) <= 9);
    if (label >= 0) return pc.sound(axis, { ...brush, of, values: swap(brush.values, axis.labels[label]) });
    return null;
  };

  const brushing = (v, event, key) => {
    const axis = v.axes.get(key);
    const start = heightIn(v, event);
    const original = v.brushes;
    const had = original[key] || {};
    const range = pc.spans(v, axis, had).find((span) => span.range);
    let [from, to, mode] = [start, start, "new"];
    if (range && Math.abs(start - range.from) <= GRIP) [from, to, mode] = [range.to, range.from, "end"];
    else if (range && Math.abs(start - range.to) <= GRIP) [from, to, mode] = [range.from, range.to, "end"];
    else if (range && start > range.from && start < range.to) [from, to, mode] = [range.from, range.to, "move"];
    let now = had;
    let moved = false;
    v.follow(event, (e) => {
      const by = heightIn(v, e) - start;
      moved = moved || Math.abs(by) > STILL;
      if (!moved) return;
      const size = v.box.bottom - v.box.top;
      const shift = Math.max(v.box.top - from, Math.min(v.box.bottom - to, Math.abs(to - from) >= size ? 0 : by));
      now = mode === "move" ? pc.brushAt(v, axis, from + shift, to + shift) : pc.brushAt(v, axis, from, to + by);
      if (mode !== "new" && now && had.places) now = pc.sound(axis, { ...now, places: had.places });
      v.preview({ brushes: withBrush(v, key, now) });
    }, (cancelled) => {
      if (cancelled) v.preview({ brushes: original });
      else v.commit({ brushes: withBrush(v, key, moved ? now : toggled(v, axis, start)) });
    });
  };

  /* ---- axes ---- */

  const moved = (shown, key, to) => { const rest = shown.filter((k) => k !== key); rest.splice(to, 0, key); return rest; };

  const dragging = (v, event, key) => {
    const across = (e) => e.clientX + v.scroller.scrollLeft;
    const [x0, start] = [v.x.get(key), across(event)];
    let order = v.shown;
    let far = false;
    v.follow(event, (e) => {
      const by = across(e) - start;
      far = far || Math.abs(by) > STILL;
      if (!far) return;
      const x = Math.max(0, Math.min(v.width, x0 + by));
      const to = Math.max(0, Math.min(v.shown.length - 1, Math.round((x - v.first) / v.distance)));
      order = moved(v.shown, key, to);
      v.heads.get(key).classList.add("dragged");
      v.preview({ x: new Map(order.map((k, i) => [k, k === key ? x : v.first + i * v.distance])), order });
    }, (cancelled) => {
      v.heads.get(key).classList.remove("dragged");
      if (!far && !cancelled) pc.openForm(v, key);
      else v.commit({ order: cancelled ? v.shown : order });
    });
  };

  const flip = (v, key) => {
    const flips = new Set(v.flips);
    if (!flips.delete(key)) flips.add(key);
    v.commit({ flips });
  };

  /* ---- the form of an axis: its limits by keyboard ---- */

  const field = (label, input) => { const node = make("label", "choose"); node.append(make("span", "", label), input); return node; };
  const number = (value, name) => { const node = make("input"); Object.assign(node, { type: "text", inputMode: "decimal", name, value: value === null || value === undefined ? "" : String(value), placeholder: "any" }); return node; };
  const box = (words, count, checked, name) => {
    const node = make("label", "switch");
    const input = make("input");
    Object.assign(input, { type: "checkbox", name, value: words, checked });
    node.append(input, make("span", "", words), ...(count === null ? [] : [make("span", "muted small", count.toLocaleString("en"))]));
    return node;
  };

  pc.openForm = (v, key) => {
    pc.closeForm(v);
    const axis = v.axes.get(key);
    const brush = v.brushes[key] || {};
    const form = make("form", "pc-form card");
    form.setAttribute("role", "dialog");
    form.setAttribute("aria-label", `Axis ${axis.name}`);
    const head = make("h3", "", axis.name);
    const limits = make("div", "pc-limits");
    if (!axis.labels.length && axis.low !== null) limits.append(field("From", number(brush.low, "low")), field("to", number(brush.high, "high")));
    axis.labels.forEach((label) => limits.append(box(label, null, (brush.values || []).includes(label), "values")));
    axis.places.forEach((place) => limits.append(box(place, axis.counts.get(place), (brush.places || []).includes(place), "places")));
    const problem = make("p", "grave-words small");
    problem.setAttribute("role", "alert");
    const at = v.shown.indexOf(key);
    const apply = make("button", "button", "Select these runs");
    apply.type = "submit";
    const foot = make("div", "pc-buttons");
    const left = button("← Move", "link", () => { v.commit({ order: moved(v.shown, key, at - 1) }); pc.closeForm(v, true); });
    const right = button("Move →", "link", () => { v.commit({ order: moved(v.shown, key, at + 1) }); pc.closeForm(v, true); });
    left.disabled = at === 0;
    right.disabled = at === v.shown.length - 1;
    foot.append(left, right, button("Flip", "link", () => { flip(v, key); pc.closeForm(v, true); }),
      ...(key === pc.TARGET ? [] : [button("Hide", "link", () => { pc.closeForm(v); v.hide(key); }), button("Details", "link", () => { pc.closeForm(v, true); sl.show({ detail: [key] }); })]));
    const acts = make("div", "pc-buttons");
    acts.append(apply, button("Clear", "link", () => { v.commit({ brushes: withBrush(v, key, null) }); pc.closeForm(v, true); }), button("Close", "link", () => pc.closeForm(v, true)));
    form.append(head, limits, problem, acts, foot);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const all = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value);
      const next = { places: all("places"), values: all("values"), of: key === pc.TARGET ? axis.name : undefined };
      const texts = ["low", "high"].map((name) => form.elements[name] && form.elements[name].value.trim().replace("−", "-"));
      const [low, high] = texts.map((t) => (t ? Number(t) : null));
      if ([low, high].some((x) => x !== null && !Number.isFinite(x)) || (low !== null && high !== null && low > high)) {
        problem.textContent = low > high ? "The first number must not be larger than the second." : "Write a number such as 0.01 or 1e-3, or leave it empty.";
        return;
      }
      if (low !== null || high !== null) Object.assign(next, { low, high });
      v.commit({ brushes: withBrush(v, key, pc.sound(axis, next)) });
      pc.closeForm(v, true);
    });
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); pc.closeForm(v, true); } });
    v.form = { node: form, key };
    v.frame.append(form);
    const x = v.x.get(key) - v.scroller.scrollLeft - form.offsetWidth / 2;
    form.style.left = `${Math.max(0, Math.min(v.frame.clientWidth - form.offsetWidth, x))}px`;
    const first = form.querySelector("input") || apply;
    first.focus();
    if (first.select) first.select();
  };
  pc.closeForm = (v, back) => {
    if (!v.form) return;
    const { node, key } = v.form;
    v.form = null;
    node.remove();
    if (back && v.heads.has(key)) v.heads.get(key).firstChild.focus({ preventScroll: true });
  };

  /* ---- the run nearest to the pointer ---- */

  pc.nearest = (v, x, y) => {
    const { xs, ys } = v.geometry;
    const a = xs.findIndex((left, i) => i + 1 < xs.length && x >= left && x <= xs[i + 1]);
    if (a < 0) return -1;
    const share = (x - xs[a]) / (xs[a + 1] - xs[a] || 1);
    const [from, to] = [ys[a], ys[a + 1]];
    let [found, least] = [-1, NEAR];
    for (let k = v.order.length - 1; k >= 0; k -= 1) { // the best first: of equal ones it is on top
      const run = v.order[k];
      if (v.mask && !v.mask[run]) continue;
      const far = Math.abs(from[run] + share * (to[run] - from[run]) - y);
      if (far < least) { least = far; found = run; }
    }
    return found;
  };

  pc.point = (v, run) => {
    if (v.pointed === run) return;
    v.pointed = run;
    const { xs, ys } = v.geometry;
    v.hoverLayer.replaceChildren(...(run < 0 ? [] : [["card", 5], ["ink", 2]].map(([colour, width]) =>
      pc.svg("polyline", { points: xs.map((x, a) => `${x},${ys[a][run].toFixed(1)}`).join(" "), fill: "none", stroke: v.colours[colour], "stroke-width": width, "stroke-linejoin": "round" }))));
    v.tip.classList.toggle("hidden", run < 0);
    if (run >= 0) v.tip.textContent = `${v.nameOf(run)} · ${v.targetWords(run)}`;
  };

  /* ---- who hears what ---- */

  /* follow a pointer until it is let go; drawn at most once a frame. Escape gives up. */
  const follow = (event, move, end) => {
    const { target, pointerId } = event;
    let latest = null;
    const run = () => { const e = latest; latest = null; if (e) move(e); };
    const onMove = (e) => { if (!latest) requestAnimationFrame(run); latest = e; };
    const stop = (cancelled) => {
      target.removeEventListener("pointermove", onMove);
      for (const type of ["pointerup", "pointercancel"]) target.removeEventListener(type, onEnd);
      document.removeEventListener("keydown", onKey, true);
      end(cancelled);
    };
    const onEnd = (e) => { latest = e; run(); stop(e.type === "pointercancel"); };
    const onKey = (e) => { if (e.key === "Escape") { latest = null; e.stopPropagation(); stop(true); } };
    target.setPointerCapture(pointerId);
    target.addEventListener("pointermove", onMove);
    for (const type of ["pointerup", "pointercancel"]) target.addEventListener(type, onEnd);
    document.addEventListener("keydown", onKey, true);
  };

  pc.listen = (v) => {
    v.follow = follow;
    v.svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const track = event.target.closest(".pc-track");
      pc.point(v, -1);
      if (track) { event.preventDefault(); pc.closeForm(v); brushing(v, event, track.dataset.axis); }
    });
    v.svg.addEventListener("click", (event) => { if (!event.target.closest(".pc-track") && v.pointed >= 0) sl.show({ run: v.record.ids[v.pointed] }); });
    let waiting = null;
    v.svg.addEventListener("pointermove", (event) => {
      if (event.buttons || event.target.closest(".pc-track")) { pc.point(v, -1); return; }
      if (!waiting) requestAnimationFrame(() => {
        const edge = v.svg.getBoundingClientRect();
        const [x, y] = [waiting.clientX - edge.left, waiting.clientY - edge.top];
        waiting = null;
        pc.point(v, pc.nearest(v, x, y));
        v.tip.style.transform = `translate(${Math.max(0, Math.min(x - v.tip.offsetWidth / 2, v.scroller.scrollLeft + v.scroller.clientWidth - v.tip.offsetWidth))}px, ${Math.max(0, y - 34)}px)`;
      });
      waiting = event;
    });
    v.svg.addEventListener("pointerleave", () => pc.point(v, -1));
    v.headRow.addEventListener("pointerdown", (event) => {
      const name = event.target.closest(".pc-name");
      if (!name || event.button) return;
      pc.closeForm(v);
      dragging(v, { target: name, pointerId: event.pointerId, clientX: event.clientX }, name.dataset.axis);
    });
    v.headRow.addEventListener("click", (event) => {
      const node = event.target.closest("button");
      if (!node) return;
      if (node.className === "pc-flip") flip(v, node.dataset.axis);
      else if (!event.detail) pc.openForm(v, node.dataset.axis); // by keyboard
    });
    v.headRow.addEventListener("keydown", (event) => {
      const node = event.target.closest(".pc-name");
      if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = node.dataset.axis;
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const to = v.shown.indexOf(key) + (by || 0);
      if (by && to >= 0 && to < v.shown.length) v.commit({ order: moved(v.shown, key, to) });
      else if (event.key.toLowerCase() === "f") flip(v, key);
      if (by) event.preventDefault();
    });
  };
})();
