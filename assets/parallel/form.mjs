/* The form of an axis: its limits by keyboard. */

import * as page from "../page/page.mjs";
import { make, makeButton } from "../page/pieces.mjs";
import { TARGET, soundBrush } from "./axes.mjs";
import { changeBrush, findBrush, flipAxis, moveAxis } from "./changes.mjs";

const field = (label, input) => {
  const node = make("label", "choose");
  node.append(make("span", "", label), input);
  return node;
};
const number = (value, name) => {
  const node = make("input");
  Object.assign(node, {
    type: "text",
    inputMode: "decimal",
    name,
    value: value === null || value === undefined ? "" : String(value),
    placeholder: "any",
  });
  return node;
};
const box = (words, count, checked, name) => {
  const node = make("label", "switch");
  const input = make("input");
  Object.assign(input, { type: "checkbox", name, value: words, checked });
  node.append(
    input,
    make("span", "", words),
    ...(count === null ? [] : [make("span", "muted small", count.toLocaleString("en"))]),
  );
  return node;
};

export const openForm = (v, key) => {
  closeForm(v);
  const axis = v.axes.get(key);
  const brush = findBrush(v, key) || {};
  const form = make("form", "pc-form card");
  form.setAttribute("role", "dialog");
  form.setAttribute("aria-label", `Axis ${axis.name}`);
  const head = make("h3", "", axis.name);
  const limits = make("div", "pc-limits");
  if (!axis.labels.length && axis.low !== null)
    limits.append(field("From", number(brush.low, "low")), field("to", number(brush.high, "high")));
  axis.labels.forEach((label) =>
    limits.append(box(label, null, (brush.values || []).includes(label), "values")),
  );
  axis.places.forEach((place) =>
    limits.append(
      box(place, axis.counts.get(place), (brush.places || []).includes(place), "places"),
    ),
  );
  const problem = make("p", "grave-words small");
  problem.setAttribute("role", "alert");
  const at = v.shown.indexOf(key);
  const apply = make("button", "button", "Select these runs");
  apply.type = "submit";
  const foot = make("div", "pc-buttons");
  const left = makeButton("← Move", "link", () => {
    v.commit({ order: moveAxis(v.shown, key, at - 1) });
    closeForm(v, true);
  });
  const right = makeButton("Move →", "link", () => {
    v.commit({ order: moveAxis(v.shown, key, at + 1) });
    closeForm(v, true);
  });
  left.disabled = at === 0;
  right.disabled = at === v.shown.length - 1;
  foot.append(
    left,
    right,
    makeButton("Flip", "link", () => {
      flipAxis(v, key);
      closeForm(v, true);
    }),
    ...(key === TARGET
      ? []
      : [
          makeButton("Hide", "link", () => {
            closeForm(v);
            v.hide(key);
          }),
          makeButton("Details", "link", () => {
            closeForm(v, true);
            page.show({ detail: [key] });
          }),
        ]),
  );
  const acts = make("div", "pc-buttons");
  acts.append(
    apply,
    makeButton("Clear", "link", () => {
      v.commit({ brushes: changeBrush(v, key, null) });
      closeForm(v, true);
    }),
    makeButton("Close", "link", () => closeForm(v, true)),
  );
  form.append(head, limits, problem, acts, foot);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const all = (name) =>
      [...form.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value);
    const next = {
      places: all("places"),
      values: all("values"),
      of: key === TARGET ? axis.name : undefined,
    };
    const texts = ["low", "high"].map(
      (name) => form.elements[name] && form.elements[name].value.trim().replace("−", "-"),
    );
    const [low, high] = texts.map((t) => (t ? Number(t) : null));
    if (
      [low, high].some((x) => x !== null && !Number.isFinite(x)) ||
      (low !== null && high !== null && low > high)
    ) {
      problem.textContent =
        low > high
          ? "The first number must not be larger than the second."
          : "Write a number such as 0.01 or 1e-3, or leave it empty.";
      return;
    }
    if (low !== null || high !== null) Object.assign(next, { low, high });
    v.commit({ brushes: changeBrush(v, key, soundBrush(axis, next)) });
    closeForm(v, true);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      closeForm(v, true);
    }
  });
  v.form = { node: form, key };
  v.frame.append(form);
  const x = v.x.get(key) - v.scroller.scrollLeft - form.offsetWidth / 2;
  form.style.left = `${Math.max(0, Math.min(v.frame.clientWidth - form.offsetWidth, x))}px`;
  const first = form.querySelector("input") || apply;
  first.focus();
  if (first.select) first.select();
};
export const closeForm = (v, back) => {
  if (!v.form) return;
  const { node, key } = v.form;
  v.form = null;
  node.remove();
  if (back && v.heads.has(key)) v.heads.get(key).firstChild.focus({ preventScroll: true });
};
