/* The filters of the table's columns, each a chip with its words. */

import { make, makeButton } from "../page/pieces.mjs";

const WORDS = {
  equals: "=",
  notEqual: "≠",
  contains: "contains",
  notContains: "without",
  startsWith: "begins with",
  endsWith: "ends with",
  greaterThan: ">",
  greaterThanOrEqual: "≥",
  lessThan: "<",
  lessThanOrEqual: "≤",
  inRange: "from",
  blank: "is missing",
  notBlank: "is there",
};
const condition = (c) => {
  const [from, to] =
    c.filterType === "date"
      ? [(c.dateFrom || "").slice(0, 10), (c.dateTo || "").slice(0, 10)]
      : [c.filter, c.filterTo];
  return [WORDS[c.type] || c.type, from ?? "", c.type === "inRange" ? `to ${to}` : ""]
    .join(" ")
    .trim();
};
export const makeFilterChip = (api, columns, [id, model]) => {
  const column = columns.find((c) => c.id === id);
  const words = `${column ? column.label : id} ${(model.conditions || [model]).map(condition).join(model.operator === "OR" ? " or " : " and ")}`;
  const chip = make("span", "chip");
  const text = make("span", "chip-words", words);
  text.title = words;
  const cross = makeButton("×", "chip-remove", () =>
    api.setColumnFilterModel(id, null).then(() => api.onFilterChanged()),
  );
  cross.setAttribute("aria-label", `Remove the filter ${words}`);
  chip.append(text, cross);
  return chip;
};
