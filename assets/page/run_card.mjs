/* The card of one run: which is open is part of the display. */

import { makeLinesCsv } from "../views/curves_lines.mjs";
import { fillPlace, makeChartCard } from "./charts.mjs";
import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { writeShort } from "./numbers.mjs";
import * as page from "./page.mjs";
import {
  make,
  makeButton,
  makeOpener,
  makePlainNameCell,
  makeScroll,
  makeTable,
} from "./pieces.mjs";
import { isRunning, makePoller, onBack } from "./polling.mjs";
import { isSame } from "./same.mjs";
import { getSelected, selectRuns, writeSelectionKey } from "./selecting.mjs";
import { getTheme } from "./theme.mjs";

const MOST_SHOWN = 20; // parameters that differ, before the others are folded

let answer = null;
let shown = { opened: false, title: "", asked: null };
let drawn = null; // what the card was last drawn from

const current = () =>
  answer &&
  page.question &&
  isSame(answer.question, { selection: page.question.selection, run: page.display.run })
    ? answer
    : null;

callbacks.run_opened = (opened) => {
  if (opened === false && page.question && page.display.run) page.show({ run: "" });
  return noUpdate();
};
const poll = makePoller("run-poll");
callbacks.run_received = (received) => {
  const before = answer;
  answer = received && before && isSame(received, before) ? before : received || null;
  drawRunCard();
  poll(isRunning(current()));
  return noUpdate();
};

onBack(() => {
  if (page.display.run && !current()) setProps("run-poll", { data: Date.now() });
});

/* ---- pieces ---- */

const ordinal = (n) => {
  const ends = { one: "st", two: "nd", few: "rd", other: "th" };
  return `${n.toLocaleString("en")}${ends[new Intl.PluralRules("en", { type: "ordinal" }).select(n)]}`;
};
const entry = (words, ...parts) => {
  const line = make("div", "fact");
  const value = make("span");
  value.append(...parts);
  line.append(make("span", "muted", words), value);
  return line;
};
const section = (title, ...children) => {
  const node = make("section", "detail-section");
  node.append(make("h3", "", title), ...children);
  return node;
};
const duration = (seconds) => {
  if (seconds < 120) return `${writeShort(seconds, 3)} s`;
  if (seconds < 7200) return `${writeShort(seconds / 60, 3)} min`;
  return seconds < 172800
    ? `${writeShort(seconds / 3600, 3)} h`
    : `${writeShort(seconds / 86400, 3)} days`;
};
const when = (text) =>
  new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

const toggle = (card) => {
  const selected = getSelected();
  const inside = selected && selected.has(card.run);
  const node = makeButton(
    inside ? "Take out of the selection" : "Select this run",
    "button",
    () => {
      const now = getSelected() || new Set();
      selectRuns(inside ? [...now].filter((id) => id !== card.run) : [...now, card.run]);
    },
  );
  node.disabled = Boolean(page.display.selected) && !selected; // which runs these are is being asked
  return node;
};
const step = (words, run) => {
  const node = makeButton(words, "button", () => page.show({ run }));
  node.disabled = !run;
  return node;
};

const facts = (card) => {
  const value = card.target === null ? "no finite value" : writeShort(card.target, 5);
  const rank =
    card.rank === null
      ? ""
      : card.rank === 1
        ? `, the best of ${card.of.toLocaleString("en")} runs`
        : `, ${ordinal(card.rank)} of ${card.of.toLocaleString("en")} runs`;
  const target = make("b", "", value);
  const lines = [entry(card.label, target, rank), entry("State", card.state)];
  if (card.name !== card.run) lines.push(entry("Id", card.run));
  if (card.created) lines.push(entry("Started", when(card.created)));
  if (card.runtime !== null) lines.push(entry("Ran for", duration(card.runtime)));
  if (card.tags.length) lines.push(entry("Tags", card.tags.join(", ")));
  card.about.forEach(([name, text]) => lines.push(entry(name, text)));
  if (/^https?:\/\//.test(card.page)) {
    const link = make("a", "", card.page);
    Object.assign(link, { href: card.page, target: "_blank", rel: "noopener noreferrer" });
    lines.push(entry("In its tracker", link));
  } else if (card.source) lines.push(entry("Source", card.source));
  return lines;
};

const why = (card) => {
  if (!card.why.length) return [];
  const node = make("div", "run-why");
  node.append(make("b", "", "Left out."), ...card.why.map((text) => make("p", "", text)));
  return [node];
};

const rows = (lines, other) => {
  const { node, body } = makeTable("Config", [
    ["Parameter", "", "name"],
    ["This run"],
    ...(other ? [[other.words[0].toUpperCase() + other.words.slice(1)]] : []),
  ]);
  lines.forEach((c) => {
    const line = make("tr");
    const head = make("th", "name");
    head.scope = "row";
    head.append(
      page.shown && page.shown.facts.has(c.parameter)
        ? makeOpener(c.parameter, [c.parameter])
        : make("span", "", c.parameter),
    );
    const cell = (text) => {
      const td = make("td", text ? "" : "muted", text || c.absent);
      td.title = text;
      return td;
    };
    line.append(head, cell(c.value), ...(other ? [cell(c.other)] : []));
    body.append(line);
  });
  return makeScroll(node);
};

/* the most important first, the others as in the source */
const byImportance = (lines) => {
  const place = (c) => {
    const fact = page.shown && page.shown.facts.get(c.parameter);
    return fact && fact.row && fact.row.importance !== null ? -fact.row.importance : 1;
  };
  return lines
    .map((c, i) => [place(c), i, c])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , c]) => c);
};

const folded = (words, inside) => {
  const node = make("details", "fold");
  node.append(make("summary", "", words), inside);
  return node;
};

const config = (card) => {
  if (!card.config.length)
    return section("Config", make("p", "muted", "This project has no parameters."));
  const all = byImportance(card.config);
  if (!card.other) return section("Config", rows(all, null));
  const differ = all.filter((c) => !c.same);
  const same = all.filter((c) => c.same);
  const open = makeButton(card.other.name, "link", () => page.show({ run: card.other.run }));
  const head = make(
    "p",
    "muted small",
    differ.length
      ? `${differ.length} of ${all.length} parameters differ from the ${card.other.words}:`
      : `No parameter differs from the ${card.other.words}:`,
  );
  head.append(open);
  const more = differ.slice(MOST_SHOWN);
  return section(
    "Config",
    head,
    ...(differ.length ? [rows(differ.slice(0, MOST_SHOWN), card.other)] : []),
    ...(more.length ? [folded(`${more.length} more that differ`, rows(more, card.other))] : []),
    ...(same.length ? [folded(`${same.length} the same in both`, rows(same, null))] : []),
  );
};

const summary = (card) => {
  const { node, body } = makeTable("Summary", [["Metric", "", "name"], ["Value"]]);
  card.summary
    .filter(([, text]) => text)
    .forEach(([name, text]) => {
      const line = make("tr");
      line.append(makePlainNameCell(name), make("td", "number", text));
      body.append(line);
    });
  if (!body.children.length)
    return section("Summary", make("p", "muted", "This run has no metrics."));
  const more =
    card.metrics > card.summary.length
      ? [make("p", "muted small", `The first ${card.summary.length} of ${card.metrics} metrics.`)]
      : [];
  return section("Summary", makeScroll(node), ...more);
};

const history = (a) => {
  if (a.figure) {
    const csv = () =>
      makeLinesCsv(a.figure, ["run", "metric", "step", "value"], ({ run, metric }) => [
        run,
        metric,
      ]);
    const title = `History of ${a.metrics.join(" and ")}`;
    return makeChartCard({
      title,
      note: a.notes.join(" "),
      name: "run",
      figure: a.figure,
      csv,
      summary: `${title} in this run${a.card.other ? ` and in the ${a.card.other.words}` : ""}`,
    });
  }
  if (a.state === "done") return section("History", make("p", "muted", a.empty));
  const ended = ["cancelled", "failed"].includes(a.state);
  const node = make("p", "tab-status");
  node.setAttribute("role", "status");
  node.append(
    make("span", `dot ${ended ? "none" : "busy"}`),
    make(
      "span",
      "",
      ended ? ` This could not be read. ${a.message || ""}` : " Reading the history …",
    ),
  );
  if (ended)
    node.append(
      makeButton("Read again", "link", () => document.getElementById("run-retry").click()),
    );
  return section("History", node);
};

const content = (a) => {
  if (!a) {
    const node = make("p", "tab-status", "Reading …");
    node.setAttribute("role", "status");
    return [node];
  }
  if (a.error) return [make("p", "grave-words", a.error)];
  const { card } = a;
  const actions = make("div", "run-actions");
  actions.append(toggle(card), step("← Better", card.before), step("Worse →", card.after));
  const head = make("div", "detail-head");
  head.append(...facts(card));
  return [...why(card), head, actions, config(card), history(a), summary(card)];
};

/* ---- drawing ---- */

export const drawRunCard = () => {
  const body = document.getElementById("run-content");
  const { run } = page.display;
  if (!body) {
    if (run) {
      setProps("run-card", { opened: true });
      requestAnimationFrame(() => drawRunCard());
    }
    return;
  }
  const opened = Boolean(run);
  const a = current();
  const title = a && a.card ? a.card.name : run;
  if (opened !== shown.opened || (opened && title !== shown.title))
    setProps("run-card", opened ? { opened, title } : { opened });
  const asked = run || null;
  if (asked !== shown.asked) setProps("run-asked", { data: asked });
  shown = { opened, title, asked };
  if (!opened) {
    if (drawn) fillPlace(body);
    drawn = null;
    return;
  }
  const now = {
    a,
    theme: getTheme(),
    selected: writeSelectionKey(),
    record: page.shown && page.shown.record,
  };
  if (drawn && Object.keys(now).every((k) => drawn[k] === now[k])) return;
  const held =
    document.activeElement && body.contains(document.activeElement)
      ? document.activeElement.textContent
      : null;
  drawn = now;
  fillPlace(body, ...content(a));
  const again =
    held &&
    [...body.querySelectorAll("button")].find(
      (node) => node.textContent === held && !node.disabled,
    );
  if (again) again.focus();
};
