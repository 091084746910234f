/* The checks: was the search any good? What asks for something comes first and is open; the rest opens on a click. */

import { fillPlace, makeChartCard, makeChartTools, makeFigureCsv } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import * as page from "../page/page.mjs";
import { make, makeCard, makeNotes, makeSentence } from "../page/pieces.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const VERDICTS = [
  ["act", "Act"],
  ["look", "Look"],
  ["can't tell", "Can’t tell"],
  ["fine", "Fine"],
];
const rank = (verdict) => VERDICTS.findIndex(([name]) => name === verdict);
const words = (verdict) => VERDICTS[rank(verdict)][1];
const fires = (finding) => finding.verdict === "act" || finding.verdict === "look";
const kind = (verdict) => verdict.replace(/\W+/g, "-");

export const drawBadge = (verdict) => make("span", `judged ${kind(verdict)}`, words(verdict));

const counted = (findings) =>
  VERDICTS.map(([verdict]) => [verdict, findings.filter((f) => f.verdict === verdict).length])
    .filter(([, n]) => n)
    .map(([verdict, n]) => {
      const node = make("span", "judged-count");
      node.append(drawBadge(verdict), make("b", "number", String(n)));
      return node;
    });

const chart = (finding, { title, figure }, i) =>
  makeChartCard({
    title,
    name: `${finding.check}-${i + 1}`,
    figure,
    csv: () => makeFigureCsv(figure),
    summary: `${title}. ${finding.sentence}`,
    onClick: (point) => {
      const run = point.customdata && point.customdata[0];
      if (run) page.show({ run });
    },
  });

const line = (label, text) => {
  const node = make("p", "finding-line");
  node.append(make("b", "", `${label} `), makeSentence("span", "", text));
  return node;
};

const body = (finding) => {
  const charts = make("div", finding.figures.length > 1 ? "finding-charts" : "finding-charts one");
  charts.append(...finding.figures.map((drawn, i) => chart(finding, drawn, i)));
  return [
    ...(finding.advice
      ? [line(finding.verdict === "can't tell" ? "To find out:" : "What to do:", finding.advice)]
      : []),
    ...(finding.figures.length ? [charts] : []),
    ...(finding.basis ? [make("p", "muted small", `Based on ${finding.basis}`)] : []),
  ];
};

const drawFinding = (finding, flipped) => {
  const node = make("details", `card finding ${kind(finding.verdict)}`);
  const summary = make("summary");
  const said = make("div", "finding-words");
  said.append(
    make("h3", "", finding.question),
    makeSentence("p", "finding-sentence", finding.sentence),
  );
  summary.append(drawBadge(finding.verdict), said);
  node.append(summary);
  const fill = () => {
    if (node.open && node.children.length === 1) node.append(...body(finding));
  };
  node.open = fires(finding) !== flipped;
  fill();
  node.addEventListener("toggle", () => {
    fill();
    const others = (getOptions("checks").flipped || []).filter((name) => name !== finding.check);
    const list = (node.open !== fires(finding) ? [...others, finding.check] : others).sort();
    setOptions("checks", { flipped: list.length ? list : null });
  });
  return node;
};

const csv = (findings) =>
  makeCsv(
    ["check", "question", "verdict", "finding", "what to do", "based on"],
    findings.map((f) => [f.check, f.question, f.verdict, f.sentence, f.advice, f.basis]),
  );

const lead = (findings) => {
  const n = findings.filter(fires).length;
  if (!n) return "Nothing asks for your attention.";
  return n === 1
    ? "One of the answers asks for your attention."
    : `${n} of the answers ask for your attention.`;
};

const drawChecks = (place, { record }) => {
  const findings = record.findings
    .map((f, i) => [f, i])
    .sort(([a, i], [b, j]) => rank(a.verdict) - rank(b.verdict) || i - j)
    .map(([f]) => f);
  const flipped = new Set(getOptions("checks").flipped || []);
  const head = make("div", "chart-head");
  head.append(
    make(
      "p",
      "lead",
      `${findings.length} questions asked of ${record.configs.toLocaleString("en")} configs. ${lead(findings)}`,
    ),
    makeChartTools("checks", null, () => csv(findings)),
  );
  const counts = make("div", "judged-counts");
  counts.append(...counted(findings));
  fillPlace(
    place,
    makeCard(head, counts, makeNotes(record.caveats)),
    ...findings.map((finding) => drawFinding(finding, flipped.has(finding.check))),
  );
};

page.tabs.checks = { options: { flipped: [""] }, draw: drawChecks, runs: true, empty: true };
