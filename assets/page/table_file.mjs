/* The table as a file: what is in sight, in its order. */

import { callbacks, gridFunctions, noUpdate } from "./dash.mjs";
import { makeCsv, saveFile } from "./files.mjs";
import * as page from "./page.mjs";
import { listVisible } from "./ranking.mjs";

/* what a spreadsheet would take for a formula becomes text; a number stays one, also where it comes as text */
export const makeTableCsv = () => {
  const { answer, record } = page.shown;
  const head = [
    "parameter",
    "value",
    "importance",
    "low",
    "high",
    "floor",
    "clear",
    "correlation",
    "correlation_low",
    "correlation_high",
    "p",
    "spearman",
    "scaled",
    "eta",
    "eta_spearman",
    "eta_scaled",
    "runs",
    "kind",
    "scale",
    "role",
  ];
  const lines = listVisible(answer, record, page.display).flatMap((fact) => {
    const i = fact.row || {};
    const about = [fact.kind, fact.scale, fact.role];
    const line = (value, row, c) => [
      fact.parameter,
      value,
      row.importance,
      row.low,
      row.high,
      row.floor,
      row.clear,
      c.correlation,
      c.low,
      c.high,
      c.p,
      c.spearman,
      c.scaled,
      c.eta,
      c.eta_spearman,
      c.eta_scaled,
      c.n,
      ...about,
    ];
    return [line("", i, fact.own || {}), ...fact.values.map((c) => line(c.value, {}, c))];
  });
  return makeCsv(head, lines);
};

callbacks.export_table = () => {
  if (page.shown) saveFile("sweeplens.csv", `\ufeff${makeTableCsv()}`, "text/csv");
  return noUpdate();
};

gridFunctions.sweeplensEditable = ({ data }, field) => Boolean(data[`${field}_changes`]);
