/* What the answers say of each parameter, brought together, and the orders it can be shown in. */

import { writeSigned } from "./numbers.mjs";

/* rows by parameter: {parameter, importance row, own correlation row, value rows} in the order of the source */
let memo = { answer: null, record: null, facts: null };
export const collectFacts = (answer, record) => {
  if (memo.answer === answer && memo.record === record) return memo.facts;
  const facts = new Map(
    answer.parameters.map((p, i) => [
      p.parameter,
      { ...p, index: i, row: null, own: null, values: [] },
    ]),
  );
  for (const c of answer.correlation) {
    const fact = facts.get(c.parameter);
    if (c.value === "") fact.own = c;
    else fact.values.push(c);
  }
  (record?.decide_failures || []).forEach((name) => {
    const fact = facts.get(name);
    if (fact) fact.decidesFailures = true;
  });
  if (record)
    record.importance.forEach((row) => {
      const fact = facts.get(row.parameter);
      if (fact) fact.row = row;
    });
  memo = { answer, record, facts };
  return facts;
};

export const computeRatio = (own, coefficient) =>
  own[{ spearman: "eta_spearman", scaled: "eta_scaled" }[coefficient] || "eta"];
export const restsOnOne = (c) =>
  c.without_one === null || c.without_one === undefined
    ? ""
    : `; rests on one run: without it r is ${writeSigned(c.without_one)}`;
export const computeStrength = (fact, coefficient) => {
  if (!fact.own) return -1;
  const value =
    fact.own.correlation === null ? computeRatio(fact.own, coefficient) : fact.own[coefficient];
  return value === null || value === undefined ? -1 : Math.abs(value);
};

const KEYS = {
  importance: (fact) => (fact.row && fact.row.importance !== null ? fact.row.importance : -1),
  correlation: (fact, display) => computeStrength(fact, display.coefficient),
};

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export const orderFacts = (facts, display) => {
  const list = [...facts.values()];
  const way = display.up ? -1 : 1;
  if (display.sort === "name")
    list.sort((a, b) => way * collator.compare(a.parameter, b.parameter));
  else if (display.sort === "source") list.sort((a, b) => way * (a.index - b.index));
  else {
    const key = KEYS[display.sort] || KEYS.importance;
    const values = new Map(list.map((fact) => [fact, key(fact, display)]));
    list.sort((a, b) => way * (values.get(b) - values.get(a)) || a.index - b.index);
  }
  return list;
};

/* the length of the longest bar with its whisker and tick, hidden ones too: one scale for table and chart, whatever is
   hidden; as `find_reach` in panel/figures/bars.py */
const reach = (row) =>
  Math.max(row.importance || 0, row.high || 0, row.importance ? row.floor || 0 : 0);
export const findScale = (record) =>
  Math.max(1e-9, ...(record ? record.importance.map(reach) : []));
