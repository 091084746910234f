/* All values of one parameter: the best for each, compared at equally many configs. Part of the view of values. */

import { makeChartCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { shortenName } from "../page/names.mjs";
import { writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeNotes,
  makeScroll,
  makeSentence,
  makeTable,
} from "../page/pieces.mjs";
import { listVisible } from "../page/ranking.mjs";
import { selectRuns } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const SHOWN = 6; // sentences that are shown at once

const count = (n) => n.toLocaleString("en");
const interval = (value, low, high, digits = 3) =>
  value === null
    ? "–"
    : `${writeShort(value, digits)} (${writeShort(low, digits)} to ${writeShort(high, digits)})`;
const chance = (p) => (p === null ? "" : p < 0.001 ? ", p < 0.001" : `, p = ${p.toPrecision(1)}`);
const VERDICT = { better: "better", worse: "worse", same: "not told apart" };
const judged = (b) => (b.alike ? "hardly differs" : VERDICT[b.verdict]);
const verdict = (r, b) => (b.label === r.baseline ? "baseline" : b.why || judged(b) || "–");

const choices = (r) => {
  const visible = listVisible(page.shown.answer, page.shown.record, page.display).map(
    (fact) => fact.parameter,
  );
  const names = visible.includes(r.parameter) || !r.parameter ? visible : [r.parameter, ...visible];
  const set = (changes) => setOptions("values", changes);
  const options = getOptions("values");
  const row = make("div", "choices");
  row.append(
    makeChoice(
      "Parameter",
      names.map((n) => [n, n]),
      r.parameter,
      (parameter) => set({ parameter, baseline: null, buckets: null, m: null, a: null, b: null }),
    ),
  );
  if (!r.buckets) return row;
  row.append(
    makeChoice(
      "Baseline",
      r.buckets.filter((b) => !b.mixed).map((b) => [b.label, b.label]),
      r.baseline,
      (baseline) => set({ baseline }),
    ),
  );
  if (r.kind === "number") {
    row.append(
      makeChoice(
        "Buckets",
        [["", "automatic"], ...[2, 3, 4, 5, 6, 8, 10, 12].map((n) => [String(n), String(n)])],
        String(options.buckets || ""),
        (n) => set({ buckets: n ? Number(n) : null, baseline: null, m: null, a: null, b: null }),
      ),
    );
  }
  const offered = [...new Set([...r.offered, ...(options.m ? [options.m] : [])])].sort(
    (a, b) => a - b,
  );
  row.append(
    makeChoice(
      "Best of",
      [
        ["", r.m && !options.m ? `${r.m} configs` : "automatic"],
        ...offered.map((m) => [String(m), `${m} configs`]),
      ],
      String(options.m || ""),
      (m) => set({ m: m ? Number(m) : null }),
    ),
  );
  return row;
};

const replicated = (r) => r.configs < r.runs;
const HEADS = (r) => [
  [shortenName(r.parameter), r.parameter, "name"],
  ["Runs", "Feasible runs"],
  ...(replicated(r) ? [["Configs", "Runs equal but for seeds are one config"]] : []),
  ["Infeasible", "Runs that failed or have no finite target"],
  ["Best run", "The run with the best target, by luck too"],
  [`Expected best of ${r.m || "–"}`, "Of equally many configs for each value, with 90 % interval"],
  [r.log ? "Ratio to the baseline" : "Difference to the baseline", "With 90 % interval"],
  [
    "Outcome",
    "p is the probability of a difference as large if the value made none, corrected for the number of comparisons (Holm)",
  ],
  [""],
];

const line = (r, b) => {
  const row = make("tr");
  const head = make("th", "name");
  head.scope = "row";
  const words = make("span", "", b.label);
  words.title = b.label;
  head.append(words);
  const best = make("td");
  if (b.best) {
    const open = makeButton(writeShort(b.best.target), "link", () =>
      page.show({ run: b.best.run }),
    );
    open.title = b.best.name;
    open.setAttribute(
      "aria-label",
      `Best run with ${b.words}: ${b.best.name}, ${writeShort(b.best.target)}`,
    );
    best.append(open);
  } else best.textContent = "–";
  const outcome = make("td", `verdict ${b.verdict || ""}`, verdict(r, b) + chance(b.p));
  if (b.why) outcome.title = `Not compared: ${b.why}; it takes ${count(r.enough)} configs.`;
  const last = make("td");
  const pick = makeButton("Select", "link", () => selectRuns(b.ids));
  pick.setAttribute("aria-label", `Select the runs with ${b.words}`);
  pick.disabled = !b.ids;
  if (!b.ids) pick.title = "Too many runs to be named here: filter for them instead.";
  last.append(pick);
  row.append(
    head,
    make("td", "number", count(b.runs)),
    ...(replicated(r) ? [make("td", "number", count(b.configs))] : []),
    make("td", "number", count(b.infeasible)),
    best,
    make("td", "number", interval(b.expected, b.low, b.high)),
    make("td", "number", interval(b.difference, b.difference_low, b.difference_high)),
    outcome,
    last,
  );
  return row;
};

const csv = (r) =>
  makeCsv(
    [
      r.parameter,
      "runs",
      "configs",
      "infeasible",
      "best run",
      `best ${r.target}`,
      `expected best of ${r.m}`,
      "low",
      "high",
      r.log ? "ratio to baseline" : "difference to baseline",
      "low",
      "high",
      "p (Holm)",
      "outcome",
    ],
    r.buckets.map((b) => [
      b.label,
      b.runs,
      b.configs,
      b.infeasible,
      b.best ? b.best.name : "",
      b.best ? b.best.target : "",
      b.expected,
      b.low,
      b.high,
      b.difference,
      b.difference_low,
      b.difference_high,
      b.p,
      verdict(r, b),
    ]),
  );

const said = (r) => {
  const list = make("ul", "sentences");
  const write = (all) =>
    list.replaceChildren(
      ...r.sentences.slice(0, all ? undefined : SHOWN).map((text) => makeSentence("li", "", text)),
    );
  write(false);
  const more = makeButton(`Show all ${r.sentences.length}`, "link", () => {
    write(true);
    more.remove();
  });
  return [list, ...(r.sentences.length > SHOWN ? [more] : [])];
};

const about = (r) =>
  `${count(r.runs)} runs${r.infeasible ? `, and ${count(r.infeasible)} infeasible, which are not drawn from` : ""}. A value tried more often has the better best run by luck, so each is judged by the best of ${r.m} of its configs, drawn at random. The intervals cover, in nine cases of ten, what the best of ${r.m} fresh configs of the same search is on average${r.adaptive ? "" : `; “beyond chance” is a shuffling test at 10 % for all values together`}.`;

/* what the comparison gave, its chart and its table */
export const makeIsolationCards = ({ record: r, figures }) => {
  if (r.empty) return [makeCard(make("p", "lead", r.empty))];
  const chart = makeChartCard({
    title: `Best ${r.target} by ${r.parameter}`,
    name: `isolation-${r.parameter}`,
    figure: figures[0],
    csv: () => csv(r),
    note: `Each column is a value of ${r.parameter}, whatever the other parameters are; n counts configs.`,
    summary: [r.lead, ...r.sentences].join(" "),
    onClick: (point) => {
      if (["configs", "best run"].includes(point.data.name))
        page.show({ run: point.customdata[1] });
    },
  });
  chart.classList.add("isolation-chart");
  chart.plot.style.minWidth = `${Math.max(300, 96 * r.buckets.length)}px`;
  const table = makeTable(`Values of ${r.parameter}`, HEADS(r));
  table.node.classList.add("isolation-table");
  table.body.append(...r.buckets.map((b) => line(r, b)));
  return [
    makeCard(choices(r), makeSentence("p", "lead below-choices", r.lead), ...said(r)),
    chart,
    makeCard(makeScroll(table.node)),
    makeNotes([...(r.m ? [about(r)] : []), ...r.notes]),
  ];
};
