/* The next sweep: what is proposed for each parameter and why, changed in place, and its text for a tool. */

import { fillPlace } from "../page/charts.mjs";
import { saveFile } from "../page/files.mjs";
import { flash } from "../page/notices.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeNotes,
  makeOpener,
  makeSentence,
} from "../page/pieces.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const ACTIONS = { keep: "keep", narrow: "narrow", widen: "widen", fix: "fix", omit: "left out" };
const LETTERS = 20; // of a name, beside what is done with it
const METHODS = ["random", "quasi-random", "bayesian", "grid"];

const changes = () => getOptions("next").lines || {};
const change = (name, now) => {
  const lines = { ...changes(), [name]: now };
  if (!now) delete lines[name];
  setOptions("next", { lines: Object.keys(lines).length ? lines : null });
};

/* as the server names values: text, true and false, whole numbers without a point */
const text = (value) => (value === null ? "none" : String(value));

/* ---- where it searches, drawn on the parameter's own scale ---- */

const place = (domain, before) => {
  const scale = before.scale === "log" ? Math.log10 : (v) => v;
  const [low, high] = [
    Math.min(scale(domain.low), scale(before.low)),
    Math.max(scale(domain.high), scale(before.high)),
  ];
  return (v) => (high > low ? (100 * (scale(v) - low)) / (high - low) : 0);
};
const bar = (domain, before) => {
  const at = place(domain, before);
  const node = make("div", "next-bar");
  node.setAttribute("role", "img");
  node.setAttribute(
    "aria-label",
    `Searched so far: ${writeShort(before.low)} to ${writeShort(before.high)}; next: ${writeShort(domain.low)} to ${writeShort(domain.high)}`,
  );
  [
    ["before", before],
    ["now", domain],
  ].forEach(([name, d]) => {
    const part = make("span", name);
    part.style.left = `${at(d.low)}%`;
    part.style.width = `${Math.max(1, at(d.high) - at(d.low))}%`;
    node.append(part);
  });
  return node;
};

/* ---- changing a line ---- */

/* a number that fits into the field, as one types it; whole ones are whole */
const writeLimit = (value) => {
  if (Number.isInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(4));
  return String(rounded).length <= 9 ? String(rounded) : rounded.toExponential();
};

const field = (label, value, use) => {
  const input = make("input", "next-limit number");
  input.value = writeLimit(value);
  input.title = String(value);
  input.inputMode = "decimal";
  input.setAttribute("aria-label", label);
  input.addEventListener("change", () => {
    const number = Number(input.value);
    const wrong = input.value.trim() === "" || !Number.isFinite(number);
    input.classList.toggle("wrong", wrong);
    if (!wrong) use(number);
  });
  return input;
};

const limits = (line) => {
  const { parameter, domain, before } = line;
  const node = make("div", "next-limits");
  const set = (side) => (v) => change(parameter, { low: domain.low, high: domain.high, [side]: v });
  node.append(
    field(`Lower limit of ${parameter}`, domain.low, set("low")),
    bar(domain, before),
    field(`Upper limit of ${parameter}`, domain.high, set("high")),
  );
  return node;
};

/* what was tried, and what is new: a limit that moves adds a value */
const every = (domain, before) => {
  const tried = before.choices.map(text);
  const all = [...before.choices, ...domain.choices.filter((v) => !tried.includes(text(v)))];
  return all.every((v) => typeof v === "number") ? all.sort((a, b) => a - b) : all;
};

const values = (line) => {
  const { parameter, domain, before } = line;
  const all = every(domain, before);
  const kept = domain.choices.map(text);
  const node = make("div", "next-values");
  node.append(
    ...all.map((value) => {
      const on = kept.includes(text(value));
      const toggle = makeButton(text(value), "next-value", () => {
        const choices = all
          .map(text)
          .filter((other) => (other === text(value) ? !on : kept.includes(other)));
        if (choices.length) change(parameter, { choices });
      });
      toggle.setAttribute("aria-pressed", String(on));
      toggle.setAttribute("aria-label", `${parameter}: ${text(value)}`);
      return toggle;
    }),
  );
  return node;
};

const fixed = (line) => {
  const { parameter, before, value } = line;
  const node = make("div", "next-fixed");
  if (before.kind === "categorical")
    node.append(
      makeChoice(
        `Fixed at`,
        before.choices.map((v) => [text(v), text(v)]),
        text(value),
        (v) => change(parameter, { value: v }),
      ),
    );
  else
    node.append(
      make("span", "", "Fixed at "),
      field(`Value of ${parameter}`, value, (v) => change(parameter, { value: v })),
    );
  return node;
};

const middle = ({ low, high, scale, kind }) => {
  const v = scale === "log" ? Math.sqrt(low * high) : (low + high) / 2;
  return kind === "integer" ? Math.round(v) : Number(v.toPrecision(3));
};
const tools = (line) => {
  const { parameter, action, domain, before } = line;
  const node = make("span", "next-tools");
  if (action === "omit") return node;
  const only = before.kind === "categorical" && before.choices.length < 2;
  if (Object.hasOwn(changes(), parameter))
    node.append(makeButton("As proposed", "link", () => change(parameter, null)));
  else if (action !== "keep" && !only)
    node.append(
      makeButton(action === "fix" ? "Search it" : "Whole range", "link", () =>
        change(parameter, { whole: true }),
      ),
    );
  if (action !== "fix" && !only)
    node.append(
      makeButton("Fix", "link", () =>
        change(parameter, {
          value: domain.kind === "categorical" ? text(domain.choices[0]) : middle(domain),
        }),
      ),
    );
  [...node.children].forEach((b) => b.setAttribute("aria-label", `${b.textContent}: ${parameter}`));
  return node;
};

const drawLine = (line) => {
  const node = make("li", `next-line ${line.action}`);
  const head = make("div", "next-name");
  head.append(
    makeOpener(line.parameter, [line.parameter], LETTERS),
    make("span", `next-action ${line.action}`, ACTIONS[line.action]),
  );
  const body =
    line.action === "omit"
      ? make("div")
      : line.action === "fix"
        ? fixed(line)
        : line.domain.kind === "categorical"
          ? values(line)
          : limits(line);
  const { condition } = line.before;
  const where = condition
    ? `Only where ${condition[0]} is ${condition[1].map(text).join(" or ")}. `
    : "";
  node.append(
    head,
    body,
    tools(line),
    makeSentence("p", "muted small next-why", `${where}${line.why}`),
  );
  return node;
};

/* ---- the whole ---- */

const regions = (excluded) => {
  const list = make("ul", "sentences");
  list.append(
    ...excluded.map(({ conditions, why }) =>
      makeSentence(
        "li",
        "",
        `Leave out ${conditions.map(([name, sign, v]) => `${name} ${sign} ${typeof v === "number" ? writeShort(v) : v}`).join(" and ")}: ${why}`,
      ),
    ),
  );
  return list;
};

const repeats = (asked) => {
  const node = makeCard(
    make("h3", "", "Beside it: repeats"),
    make(
      "p",
      "small",
      "Only with other seeds can the best be told from those next to it: see the check of noise. The text below has them, too.",
    ),
  );
  const list = make("ul", "sentences");
  list.append(
    ...asked.map(({ run, name, times, seeds }) => {
      const line = make("li");
      const passed = Object.entries(seeds).map(
        ([seed, values]) => `${seed} = ${values.join(", ")}`,
      );
      const said = passed.length ? `, with ${passed.join(" and ")}` : ", with other seeds";
      line.append(
        makeButton(name, "opener", () => page.show({ run })),
        make(
          "span",
          "",
          `: ${times.toLocaleString("en")} more ${times === 1 ? "run" : "runs"}${said}`,
        ),
      );
      return line;
    }),
  );
  node.append(list);
  return node;
};

const written = (r) => {
  const head = make("div", "chart-head");
  const copy = makeButton("Copy", "link", async () => {
    await navigator.clipboard.writeText(r.text);
    flash("Copied");
  });
  const save = makeButton(`Save ${r.file}`, "link", () => saveFile(r.file, r.text, "text/plain"));
  const bar = make("span", "chart-tools");
  bar.append(copy, save);
  head.append(
    makeChoice(
      "Write it for",
      r.tools.map((t) => [t.value, t.label]),
      r.tool,
      (tool) => setOptions("next", { tool }),
    ),
    bar,
  );
  const pre = make("pre", "next-text", r.text);
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", `The next sweep as ${r.file}`);
  return makeCard(head, pre);
};

const drawNext = (place, { record: r }) => {
  if (r.empty) {
    fillPlace(place, makeCard(make("p", "lead", r.empty)));
    return;
  }
  const p = r.proposal;
  const controls = make("div", "choices");
  const budget = make("label", "choose");
  budget.append(
    make("span", "", "Runs"),
    field("Budget: number of runs", p.budget, (v) => setOptions("next", { budget: v })),
  );
  controls.append(
    budget,
    makeChoice(
      "Search",
      METHODS.map((m) => [m, m]),
      p.method,
      (method) => setOptions("next", { method }),
    ),
  );
  const { lines, budget: runs, method } = getOptions("next");
  if (lines || runs || method)
    controls.append(
      makeButton("Undo all changes", "button", () =>
        setOptions("next", { lines: null, budget: null, method: null }),
      ),
    );
  const n = (action) => p.lines.filter((line) => line.action === action).length;
  const did = [
    ["narrow", "narrowed"],
    ["widen", "widened"],
    ["fix", "fixed"],
    ["keep", "kept as they are"],
    ["omit", "left out"],
  ]
    .filter(([a]) => n(a))
    .map(([a, words]) => `${n(a)} ${words}`);
  const top = makeCard(
    controls,
    make(
      "p",
      "lead below-choices",
      n("keep") === p.lines.length
        ? "All parameters stay as they are."
        : `Of ${p.lines.length} parameters ${did.join(", ")}.`,
    ),
    make(
      "p",
      "small",
      `${p.budget.toLocaleString("en")} ${p.budget === 1 ? "run" : "runs"}: ${p.why_budget} Search ${p.method}: ${p.why_method}${p.explore ? ` Keep ${Math.round(100 * p.explore)} % of them in the old space, in case the narrowed one misses something.` : ""}`,
    ),
  );
  if (p.stop) top.prepend(make("p", "lead next-stop", p.stop));
  if (r.problem) top.append(make("p", "open-error", r.problem));
  if (p.excluded.length) top.append(regions(p.excluded));
  const list = make("ul", "next-lines");
  list.append(...p.lines.map(drawLine));
  fillPlace(
    place,
    top,
    makeCard(list),
    ...(p.repeats.length ? [repeats(p.repeats)] : []),
    written(r),
    makeNotes(p.caveats),
  );
};

/* who changes one limit after the other by keyboard stays where they are */
const refocused = (draw) => (place, answer) => {
  const held =
    place.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  draw(place, answer);
  const again =
    held &&
    [...place.querySelectorAll("[aria-label]")].find(
      (node) => node.getAttribute("aria-label") === held,
    );
  if (again) again.focus();
};

page.tabs.next = {
  options: { tool: "wandb", lines: {}, budget: 1, method: "random" },
  draw: refocused(drawNext),
  runs: true,
  empty: true,
  stays: true,
  asked: () => {
    const { tool, lines, budget, method } = getOptions("next");
    return {
      ...(tool ? { tool } : {}),
      ...(lines ? { lines } : {}),
      ...(budget ? { budget } : {}),
      ...(method ? { method } : {}),
    };
  },
};
