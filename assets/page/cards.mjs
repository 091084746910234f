/* The cards beneath the ranking: what the other rooms found, and the way there. They are asked for when the ranking is shown. */

import { drawBadge } from "../views/checks.mjs";
import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { shortenName } from "./names.mjs";
import { writeShort } from "./numbers.mjs";
import * as page from "./page.mjs";
import { breakWords, make, makeButton, makeSentence } from "./pieces.mjs";
import { isRunning, makePoller, onBack } from "./polling.mjs";
import { findHidden, isVisible } from "./ranking.mjs";
import { isSame } from "./same.mjs";

let answer = null;
let asked = null;
const current = () => (answer && isSame(answer.question, page.question) ? answer : null);

const way = (text, tab) => makeButton(text, "link card-way", () => page.show({ tab }));
const card = (title, link, children, className = "") => {
  const node = make("section", `card overview-card ${className}`);
  const head = make("div", "chart-head");
  head.append(make("h3", "", title), link);
  node.append(head, ...children);
  return node;
};
const quiet = (text) => makeSentence("p", "muted", text);
const waiting = () => [make("span", "waiting"), make("span", "waiting")];
const said = (known, draw) =>
  !known
    ? waiting()
    : known.failed !== undefined
      ? [quiet(`This could not be computed. ${known.failed}`)]
      : known.empty
        ? [quiet(known.empty)]
        : draw(known);

const finding = ({ check, verdict, question, sentence }) => {
  const node = make("button", "overview-finding");
  node.type = "button";
  const words = make("span", "");
  words.append(make("b", "", question), makeSentence("span", "clamped", sentence));
  node.append(drawBadge(verdict), words);
  node.addEventListener("click", () => page.show({ tab: "checks" }));
  node.dataset.check = check;
  return node;
};
const findings = (known) =>
  known.asking
    ? known.findings.map(finding)
    : [
        quiet(
          known.untold
            ? `Nothing: ${known.asked - known.untold} of ${known.asked} checks are fine, ${known.untold} cannot tell.`
            : `Nothing: all ${known.asked} checks are fine.`,
        ),
      ];

/* a name that is a number says that it is of a run */
const named = ({ name }) => (/^\d+$/.test(name) ? `run ${name}` : name);
const runner = (runs) => {
  const other = runs.find((r) => r.config !== runs[0].config);
  return other ? [quiet(`Next is ${named(other)} with ${writeShort(other.target)}.`)] : [];
};
/* its settings, those that matter most first */
const MOST = 4;
const settings = (rows, k) => {
  const of = new Map(rows.map((row) => [row.parameter, row]));
  const order = page.shown.record.importance
    .map((row) => row.parameter)
    .filter((name) => of.has(name) && isVisible(name));
  const list = make("dl", "best-settings");
  list.append(
    make("dt"),
    make("dd", "muted", "its own"),
    make("dd", "muted", `of the ${writeShort(k)} best`),
  );
  order
    .slice(0, MOST)
    .map((name) => of.get(name))
    .forEach(({ parameter, value, others }) => {
      const term = make("dt");
      term.append(...breakWords(shortenName(parameter)));
      term.title = parameter;
      list.append(term, make("dd", "number", value), make("dd", "muted", others));
    });
  return list;
};
const best = ({ target, runs, rows }) => {
  const open = makeButton(named(runs[0]), "opener", () => page.show({ run: runs[0].run }));
  const lead = make("p", "best-lead");
  lead.append(
    make("b", "number", writeShort(runs[0].target)),
    make("span", "muted", ` ${target}, `),
    open,
  );
  return [lead, ...runner(runs), settings(rows, runs.length)];
};

const changed = ({ changed: names, more }) =>
  names.length
    ? ` It changes where ${names.map((name) => shortenName(name)).join(", ")}${more ? ` and ${more} more` : ""} ${names.length + more > 1 ? "are" : "is"} searched.`
    : "";
const next = (known) => [
  make(
    "p",
    "",
    known.stop || `${known.budget.toLocaleString("en")} runs. ${known.why}${changed(known)}`,
  ),
  ...(known.repeat ? [quiet(`To know which is best, repeat ${known.repeat}.`)] : []),
];

/* the target over time, small: dots, and the best so far as a line */
const SVG = "http://www.w3.org/2000/svg";
const WIDE = 400;
const HIGH = 110;
const shape = (tag, attributes) => {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  return node;
};
const history = ({ lead, dots, steps, ends }) => {
  const at = ([x, y]) => [4 + x * (WIDE - 8), 4 + y * (HIGH - 8)];
  const picture = shape("svg", {
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    preserveAspectRatio: "none",
    class: "small-history",
    role: "img",
    "aria-label": lead,
  });
  const path = steps
    .map(at)
    .reduce(
      (said, [x, y], i) =>
        i ? `${said}H${x.toFixed(1)}V${y.toFixed(1)}` : `M${x.toFixed(1)} ${y.toFixed(1)}`,
      "",
    );
  picture.append(
    shape("path", {
      d: dots
        .map(at)
        .map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`)
        .join(""),
      class: "dots",
      "vector-effect": "non-scaling-stroke",
    }),
    shape("path", { d: path, class: "best-line", "vector-effect": "non-scaling-stroke" }),
  );
  const foot = make("p", "small-ends muted");
  foot.append(...ends.map((text) => make("span", "", text)));
  return [make("p", "", lead), picture, foot];
};

const draw = (place, { history: h, best: b, checks, next: n }) =>
  place.replaceChildren(
    card("The search so far", way("History", "history"), said(h, history)),
    card("Asks for your attention", way("All checks", "checks"), said(checks, findings)),
    card("Best run", way("Best runs", "best"), said(b, best)),
    card("Run next", way("Next sweep", "next"), said(n, next), "run-next"),
  );

/* how many findings ask for something, at the way to them */
const count = ({ checks = null }) => {
  const link = document.querySelector('#rooms a[data-room="decide"]');
  if (!link) return;
  if (checks && checks.asking) {
    link.dataset.asking = checks.asking;
    link.setAttribute("aria-label", `Decide: ${checks.asking} findings ask for attention`);
  } else {
    delete link.dataset.asking;
    link.removeAttribute("aria-label");
  }
};

const poll = makePoller("cards-poll");
const again = () => setProps("cards-poll", { data: Date.now() });
onBack(() => {
  if (asked && isSame(asked, page.question) && !current()) again();
}); // the answer was lost
let drawn = null;
export const drawCards = () => {
  const place = document.getElementById("cards");
  if (!place) return;
  const ranked = page.shown && page.shown.record && !page.shown.record.empty;
  place.classList.toggle("hidden", !ranked);
  if (!ranked) {
    count({});
    return;
  }
  if (!isSame(asked, page.question)) {
    asked = page.question;
    setProps("cards-asked", { data: asked });
  }
  place.classList.toggle("stale", false);
  const now = current();
  const known = (now && now.cards) || {};
  const seen = [asked, known, now && now.error, [...findHidden(page.shown.answer, page.display)]];
  if (isSame(drawn, seen)) return;
  drawn = seen;
  if (now && now.error)
    place.replaceChildren(
      card("The other rooms", makeButton("Ask again", "link", again), [quiet(now.error)]),
    );
  else draw(place, known);
  count(known);
};

callbacks.cards_received = (received) => {
  answer = received;
  drawCards();
  poll(isRunning(current()));
  return noUpdate();
};
