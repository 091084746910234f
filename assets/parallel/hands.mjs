/* What is done to parallel coordinates by pointer and keyboard: brushing, moving and flipping axes, finding a run. A view's
   `preview({brushes, x})` shows at once what is under way; `commit({brushes, order, flips})` makes it so. */

import * as page from "../page/page.mjs";
import { TARGET, findHeight, findLimit, findPlaceHeight, soundBrush } from "./axes.mjs";
import { changeBrush, findBrush, flipAxis, moveAxis } from "./changes.mjs";
import { closeForm, openForm } from "./form.mjs";
import { findSpans, makeSvg } from "./overlay.mjs";

const STILL = 4; // points that a click may move
const GRIP = 6; // points around the end of a brush by which it is resized
const NEAR = 10; // points from the pointer within which a line is found

const heightIn = (v, event) => event.clientY - v.svg.getBoundingClientRect().top;
const yOf = (v, axis, t) => findHeight(v.box, v.flips.has(axis.key), t);

/* ---- brushing ---- */

/* the brush from one height to another; null if it covers nothing */
export const makeBrush = (v, axis, from, to) => {
  const [a, b] = [Math.min(from, to), Math.max(from, to)];
  const { top, bottom } = v.box;
  const inside = (y) => y >= a && y <= b;
  const brush = { places: axis.places.filter((_, k) => inside(findPlaceHeight(v.box, k))) };
  if (axis.labels.length)
    brush.values = axis.labels.filter((_, i) => inside(yOf(v, axis, axis.at(i))));
  else if (
    axis.low !== null &&
    a < bottom &&
    b > top &&
    (axis.low < axis.high || inside(yOf(v, axis, 0.5)))
  ) {
    const t = [a, b]
      .map((y) => (v.flips.has(axis.key) ? y - top : bottom - y) / (bottom - top))
      .sort((x, y) => x - y);
    Object.assign(brush, { low: findLimit(axis, t[0]), high: findLimit(axis, t[1]) });
  }
  return soundBrush(axis, { ...brush, of: axis.key === TARGET ? axis.name : undefined });
};

/* a click: on a value or a place takes it in or out, elsewhere takes the brush away */
const toggled = (v, axis, y) => {
  const brush = findBrush(v, axis.key) || {};
  const swap = (list = [], word) =>
    list.includes(word) ? list.filter((w) => w !== word) : [...list, word];
  const of = axis.key === TARGET ? axis.name : undefined;
  const place = axis.places.findIndex((_, k) => Math.abs(findPlaceHeight(v.box, k) - y) <= 9);
  if (place >= 0)
    return soundBrush(axis, { ...brush, of, places: swap(brush.places, axis.places[place]) });
  const label = axis.labels.findIndex((_, i) => Math.abs(yOf(v, axis, axis.at(i)) - y) <= 9);
  if (label >= 0)
    return soundBrush(axis, { ...brush, of, values: swap(brush.values, axis.labels[label]) });
  return null;
};

const brushing = (v, event, key) => {
  const axis = v.axes.get(key);
  const start = heightIn(v, event);
  const original = v.brushes;
  const had = original[key] || {};
  const range = findSpans(v, axis, had).find((span) => span.range);
  let [from, to, mode] = [start, start, "new"];
  if (range && Math.abs(start - range.from) <= GRIP)
    [from, to, mode] = [range.to, range.from, "end"];
  else if (range && Math.abs(start - range.to) <= GRIP)
    [from, to, mode] = [range.from, range.to, "end"];
  else if (range && start > range.from && start < range.to)
    [from, to, mode] = [range.from, range.to, "move"];
  let now = had;
  let moved = false;
  v.follow(
    event,
    (e) => {
      const by = heightIn(v, e) - start;
      moved = moved || Math.abs(by) > STILL;
      if (!moved) return;
      const size = v.box.bottom - v.box.top;
      const shift = Math.max(
        v.box.top - from,
        Math.min(v.box.bottom - to, Math.abs(to - from) >= size ? 0 : by),
      );
      now =
        mode === "move"
          ? makeBrush(v, axis, from + shift, to + shift)
          : makeBrush(v, axis, from, to + by);
      if (mode !== "new" && now && had.places)
        now = soundBrush(axis, { ...now, places: had.places });
      v.preview({ brushes: changeBrush(v, key, now) });
    },
    (cancelled) => {
      if (cancelled) v.preview({ brushes: original });
      else v.commit({ brushes: changeBrush(v, key, moved ? now : toggled(v, axis, start)) });
    },
  );
};

/* ---- axes ---- */

const dragging = (v, event, key) => {
  const across = (e) => e.clientX + v.scroller.scrollLeft;
  const [x0, start] = [v.x.get(key), across(event)];
  let order = v.shown;
  let far = false;
  v.follow(
    event,
    (e) => {
      const by = across(e) - start;
      far = far || Math.abs(by) > STILL;
      if (!far) return;
      const x = Math.max(0, Math.min(v.width, x0 + by));
      const to = Math.max(0, Math.min(v.shown.length - 1, Math.round((x - v.first) / v.distance)));
      order = moveAxis(v.shown, key, to);
      v.heads.get(key).classList.add("dragged");
      v.preview({
        x: new Map(order.map((k, i) => [k, k === key ? x : v.first + i * v.distance])),
        order,
      });
    },
    (cancelled) => {
      v.heads.get(key).classList.remove("dragged");
      if (!far && !cancelled) openForm(v, key);
      else v.commit({ order: cancelled ? v.shown : order });
    },
  );
};

/* ---- the run nearest to the pointer ---- */

export const findNearest = (v, x, y) => {
  const { xs, ys } = v.geometry;
  const a = xs.findIndex((left, i) => i + 1 < xs.length && x >= left && x <= xs[i + 1]);
  if (a < 0) return -1;
  const share = (x - xs[a]) / (xs[a + 1] - xs[a] || 1);
  const [from, to] = [ys[a], ys[a + 1]];
  let [found, least] = [-1, NEAR];
  for (let k = v.order.length - 1; k >= 0; k -= 1) {
    // the best first: of equal ones it is on top
    const run = v.order[k];
    if (v.mask && !v.mask[run]) continue;
    const far = Math.abs(from[run] + share * (to[run] - from[run]) - y);
    if (far < least) {
      least = far;
      found = run;
    }
  }
  return found;
};

export const pointAt = (v, run) => {
  if (v.pointed === run) return;
  v.pointed = run;
  const { xs, ys } = v.geometry;
  v.hoverLayer.replaceChildren(
    ...(run < 0
      ? []
      : [
          ["card", 5],
          ["ink", 2],
        ].map(([colour, width]) =>
          makeSvg("polyline", {
            points: xs.map((x, a) => `${x},${ys[a][run].toFixed(1)}`).join(" "),
            fill: "none",
            stroke: v.colours[colour],
            "stroke-width": width,
            "stroke-linejoin": "round",
          }),
        )),
  );
  v.tip.classList.toggle("hidden", run < 0);
  if (run >= 0) v.tip.textContent = `${v.nameOf(run)} · ${v.targetWords(run)}`;
};

/* ---- who hears what ---- */

/* follow a pointer until it is let go; drawn at most once a frame. Escape gives up. */
const follow = (event, move, end) => {
  const { target, pointerId } = event;
  let latest = null;
  const run = () => {
    const e = latest;
    latest = null;
    if (e) move(e);
  };
  const onMove = (e) => {
    if (!latest) requestAnimationFrame(run);
    latest = e;
  };
  const stop = (cancelled) => {
    target.removeEventListener("pointermove", onMove);
    for (const type of ["pointerup", "pointercancel"]) target.removeEventListener(type, onEnd);
    document.removeEventListener("keydown", onKey, true);
    end(cancelled);
  };
  const onEnd = (e) => {
    latest = e;
    run();
    stop(e.type === "pointercancel");
  };
  const onKey = (e) => {
    if (e.key === "Escape") {
      latest = null;
      e.stopPropagation();
      stop(true);
    }
  };
  target.setPointerCapture(pointerId);
  target.addEventListener("pointermove", onMove);
  for (const type of ["pointerup", "pointercancel"]) target.addEventListener(type, onEnd);
  document.addEventListener("keydown", onKey, true);
};

export const listen = (v) => {
  v.follow = follow;
  v.svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const track = event.target.closest(".pc-track");
    pointAt(v, -1);
    if (track) {
      event.preventDefault();
      closeForm(v);
      brushing(v, event, track.dataset.axis);
    }
  });
  v.svg.addEventListener("click", (event) => {
    if (!event.target.closest(".pc-track") && v.pointed >= 0)
      page.show({ run: v.record.ids[v.pointed] });
  });
  let waiting = null;
  v.svg.addEventListener("pointermove", (event) => {
    if (event.buttons || event.target.closest(".pc-track")) {
      pointAt(v, -1);
      return;
    }
    if (!waiting)
      requestAnimationFrame(() => {
        const edge = v.svg.getBoundingClientRect();
        const [x, y] = [waiting.clientX - edge.left, waiting.clientY - edge.top];
        waiting = null;
        pointAt(v, findNearest(v, x, y));
        v.tip.style.transform = `translate(${Math.max(0, Math.min(x - v.tip.offsetWidth / 2, v.scroller.scrollLeft + v.scroller.clientWidth - v.tip.offsetWidth))}px, ${Math.max(0, y - 34)}px)`;
      });
    waiting = event;
  });
  v.svg.addEventListener("pointerleave", () => pointAt(v, -1));
  v.headRow.addEventListener("pointerdown", (event) => {
    const name = event.target.closest(".pc-name");
    if (!name || event.button) return;
    closeForm(v);
    dragging(
      v,
      { target: name, pointerId: event.pointerId, clientX: event.clientX },
      name.dataset.axis,
    );
  });
  v.headRow.addEventListener("click", (event) => {
    const node = event.target.closest("button");
    if (!node) return;
    if (node.className === "pc-flip") flipAxis(v, node.dataset.axis);
    else if (!event.detail) openForm(v, node.dataset.axis); // by keyboard
  });
  v.headRow.addEventListener("keydown", (event) => {
    const node = event.target.closest(".pc-name");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = node.dataset.axis;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const to = v.shown.indexOf(key) + (by || 0);
    if (by && to >= 0 && to < v.shown.length) v.commit({ order: moveAxis(v.shown, key, to) });
    else if (event.key.toLowerCase() === "f") flipAxis(v, key);
    if (by) event.preventDefault();
  });
};
