/* Adopt or not: two values of a parameter after tuning all others, or two configs by their repeats. Part of the view of values. */

import { makeChartCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { writePercent, writeShort } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeButton,
  makeCard,
  makeChoice,
  makeNotes,
  makePlainNameCell,
  makeScroll,
  makeSentence,
  makeTable,
} from "../page/pieces.mjs";
import { getSelected } from "../page/selecting.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const set = (changes) => setOptions("values", changes);
const TONE = { adopt: "fine", "do not adopt": "no", "not enough to tell": "can-t-tell" };

const values = (r) => {
  const labels = r.labels.map((label) => [label, label]);
  const [a, b] = r.groups.map((group) => group.label);
  return [
    makeChoice(
      "Adopt",
      labels.filter(([label]) => label !== b),
      a,
      (label) => set({ parameter: r.parameter, a: label, b }),
    ),
    makeChoice(
      "in place of",
      labels.filter(([label]) => label !== a),
      b,
      (label) => set({ parameter: r.parameter, a, b: label }),
    ),
  ];
};

const run = (label, key, group) => {
  const node = make("label", "choose");
  const input = make("input", "next-limit adopt-run");
  input.value = group.run || getOptions("values")[key] || "";
  input.placeholder = group.label;
  input.setAttribute("aria-label", `${label}: id of a run`);
  input.addEventListener("change", () => set({ [key]: input.value.trim() || null }));
  node.append(make("span", "", label), input);
  return node;
};

const configs = (r) => {
  const selected = [...(getSelected() || [])];
  const use = makeButton("Use the two selected runs", "button", () =>
    set({ run_a: selected[0], run_b: selected[1] }),
  );
  use.disabled = selected.length !== 2;
  use.title = "Select two runs, in Runs or in a chart";
  return [
    run("Adopt the config of run", "run_a", r.groups[0]),
    run("in place of that of", "run_b", r.groups[1]),
    use,
  ];
};

const choices = (r) => {
  const row = make("div", "choices");
  const kind = r.kind || "values";
  row.append(
    makeChoice(
      "Compare",
      [
        ["values", r.parameter ? `two values of ${r.parameter}` : "two values"],
        ["configs", "two configs"],
      ],
      kind,
      (chosen) =>
        set({
          kind: chosen === "values" ? null : chosen,
          a: null,
          b: null,
          run_a: null,
          run_b: null,
        }),
    ),
  );
  if (r.groups) row.append(...(kind === "values" ? values(r) : configs(r)));
  return row;
};

const number = (v) => (v === null || v === undefined ? "–" : writeShort(v, 3));
const facts = (r) => {
  const interval = r.low === null ? "" : ` (${number(r.low)} to ${number(r.high)})`;
  const lines = [
    [
      "Better by",
      `${number(r.difference)}${interval}`,
      `in ${r.target}, with ${Math.round(100 * r.level)} % interval; positive where ${r.a} is better`,
    ],
    ...(r.ratio === null
      ? []
      : [["As a factor", number(r.ratio), `${r.target} with ${r.a} over that with ${r.b}`]]),
    ...(r.p === null
      ? []
      : [
          [
            "Likely by chance",
            writePercent(r.p),
            "how often as large a difference comes if the value made none, by shuffling",
          ],
        ]),
    ["Trial variance", r.trial.sd === null ? "–" : `sd ${number(r.trial.sd)}`, r.trial.words],
    ["Study variance", r.study.sd === null ? "–" : `sd ${number(r.study.sd)}`, r.study.words],
    ...r.complexity.map((text) => ["Complexity", "", text]),
  ];
  const { node, body } = makeTable("What the recommendation rests on", [
    ["", "", "name"],
    [""],
    [""],
  ]);
  node.classList.add("adopt-table");
  body.append(
    ...lines.map(([label, value, words]) => {
      const line = make("tr");
      line.append(
        makePlainNameCell(label),
        make("td", "number", value),
        make("td", "adopt-words", words),
      );
      return line;
    }),
  );
  return node;
};

const csv = (r) =>
  makeCsv(
    [
      "side",
      "runs",
      "configs",
      "infeasible",
      r.m ? `expected best of ${r.m}` : "mean",
      "low",
      "high",
    ],
    r.groups.map((g) => [g.words, g.runs, g.configs, g.infeasible, g.expected, g.low, g.high]),
  );

/* the recommendation, what it rests on, and its chart */
export const makeAdoptCards = ({ record: r, figures }) => {
  const title = make("h3", "adopt-title", "Adopt the one in place of the other?");
  if (r.empty) return [makeCard(title, choices(r), make("p", "lead below-choices", r.empty))];
  const said = make("div", "adopt-said below-choices");
  said.append(
    make("span", `judged ${TONE[r.verdict] || "look"}`, r.verdict),
    makeSentence("p", "lead", r.sentence),
  );
  const chart = figures.length
    ? makeChartCard({
        title:
          r.kind === "configs"
            ? `Runs of ${r.groups[0].label} against ${r.groups[1].label}`
            : `${r.groups[0].words} against ${r.groups[1].words}`,
        name: "adopt",
        figure: figures[0],
        csv: () => csv(r),
        note: r.m
          ? `Each side by the best of ${r.m} of its configs, drawn at random: whatever the other parameters are.`
          : "Each side by the mean of its runs.",
        summary: r.sentence,
        onClick: (point) => {
          if (["configs", "runs", "best run"].includes(point.data.name))
            page.show({ run: point.customdata[1] });
        },
      })
    : null;
  return [
    makeCard(title, choices(r), said, makeScroll(facts(r))),
    ...(chart ? [chart] : []),
    makeNotes(r.notes),
  ];
};
