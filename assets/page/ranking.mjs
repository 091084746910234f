/* From the answers and the display to what is in sight: which parameters, in which order, and why the others are not. */

import { collectFacts, orderFacts } from "./facts.mjs";
import { writeFixed } from "./numbers.mjs";
import * as page from "./page.mjs";
import { nameRole } from "./roles.mjs";

const isHiddenAtFirst = (parameter) => page.defaults.hidden_at_first.includes(parameter.reason);

export const findReason = (parameter, row) => {
  if (isHiddenAtFirst(parameter)) return parameter.words;
  if (parameter.role === "ignored" || parameter.role === "seed")
    return parameter.words || parameter.role;
  if (row && row.clear === false && !parameter.decidesFailures) return "no clear effect";
  return "";
};

export const findHidden = (answer, display) => {
  if (display.hidden) return new Set(display.hidden);
  return new Set(
    answer.parameters
      .filter((p) => isHiddenAtFirst(p) || p.role === "ignored" || p.role === "seed")
      .map((p) => p.parameter),
  );
};

export const listVisible = (answer, record, display) => {
  const hidden = findHidden(answer, display);
  return orderFacts(collectFacts(answer, record), display).filter(
    (fact) => !hidden.has(fact.parameter),
  );
};

const KIND = {
  real: "real",
  integer: "int",
  boolean: "bool",
  categorical: "cat",
  structured: "list",
  text: "text",
};

export const findTag = (fact) => {
  const kind = fact.scale === "log" ? "log" : KIND[fact.kind];
  if (!fact.condition) return kind;
  const [parent, values] = fact.condition;
  return `${kind}, only where ${parent} is ${values.slice(0, 2).join(" or ")}${values.length > 2 ? " or …" : ""}`;
};

const KINDS = {
  real: "Real number",
  integer: "Whole number",
  boolean: "True or false",
  categorical: "Categorical",
  structured: "List",
  text: "Text",
};

/* what is known of a parameter: each a `code`, and a `label` or a `text` or both */
export const findKnown = (fact) => {
  const known = [];
  const add = (code, label, text) => known.push({ code, label, text });
  const count = (n) => n.toLocaleString("en");
  add(
    "values",
    "",
    `${KINDS[fact.kind]}, ${count(fact.distinct)} different value${fact.distinct === 1 ? "" : "s"}${fact.value_range ? `: ${fact.value_range}` : ""}`,
  );
  if (fact.kind === "real" || fact.kind === "integer")
    add("scale", `${fact.scale === "log" ? "Log" : "Linear"} scale`, fact.scale_reason);
  if (fact.recorded < fact.runs)
    add("recorded", "", `Recorded in ${count(fact.recorded)} of ${count(fact.runs)} runs`);
  if (fact.condition)
    add("condition", "", `Only where ${fact.condition[0]} is ${fact.condition[1].join(" or ")}`);
  add("role", "Role", nameRole(fact));
  if (fact.reason && fact.reason !== "user") add("reason", "", fact.words); // without one the words are of its condition
  const inside = fact.row && fact.row.where_active;
  if (inside)
    add(
      "active",
      `Among the ${count(inside.runs)} runs that record it`,
      inside.why ||
        `importance ${writeFixed(inside.importance)}${inside.clear === false ? ", not clear" : ""}`,
    );
  if (fact.row && fact.row.clear === false)
    add("unclear", "", fact.row.why[0].toUpperCase() + fact.row.why.slice(1));
  return known;
};
export const describe = (fact) => [
  fact.parameter,
  ...findKnown(fact).map(({ label, text }) => [label, text].filter(Boolean).join(": ")),
];

export const isVisible = (parameter) => {
  if (!page.shown) return true;
  const { answer } = page.shown;
  return !findHidden(answer, page.display).has(parameter);
};
