/* Which parameters act together: the matrix of pairs, and the largest of them. */

import { makeTableCard } from "../page/charts.mjs";
import { makeCsv } from "../page/files.mjs";
import { shortenName } from "../page/names.mjs";
import { writeFixed, writePercent } from "../page/numbers.mjs";
import * as page from "../page/page.mjs";
import {
  make,
  makeCard,
  makeNameCell,
  makeNotes,
  makeStatus,
  makeTable,
  makeTwoCards,
  paintHeat,
} from "../page/pieces.mjs";
import { findHidden, isVisible } from "../page/ranking.mjs";

const MOST_SHOWN = 14; // parameters in the matrix of pairs

const pairTable = (record) => {
  const own = new Map(record.importance.map((row) => [row.parameter, row.raw || 0]));
  const of = new Map(
    record.pairs.flatMap(({ parameters: [a, b], raw }) => [
      [`${a}\n${b}`, raw],
      [`${b}\n${a}`, raw],
    ]),
  );
  const weight = (p) =>
    (own.get(p) || 0) +
    record.pairs.reduce((sum, pair) => sum + (pair.parameters.includes(p) ? pair.raw / 2 : 0), 0);
  const names = [...own.keys()]
    .filter(isVisible)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, MOST_SHOWN);
  const most = Math.max(
    1e-9,
    ...names.flatMap((a) => names.map((b) => (a === b ? 0 : of.get(`${a}\n${b}`) || 0))),
  );
  const { node, body } = makeTable("Interactions of pairs, main effects on the diagonal", [
    ["", "", "name"],
    ...names.map((n, i) => [String(i + 1), n, "numbered"]),
  ]);
  node.classList.add("matrix");
  names.forEach((a, i) => {
    const line = make("tr");
    line.append(makeNameCell(a));
    line.firstChild.prepend(make("i", "", String(i + 1)));
    names.forEach((b, j) => {
      const cell = make("td", j > i ? "blank" : i === j ? "diagonal" : "heat");
      if (j <= i) {
        const share = i === j ? own.get(a) : of.get(`${a}\n${b}`);
        cell.textContent =
          share === undefined ? "–" : (100 * share).toFixed(share < 0.0995 ? 1 : 0);
        cell.title =
          i === j
            ? `${a} alone explains ${writePercent(share)}`
            : `${a} and ${b} together explain ${writePercent(share)} beyond what each does alone`;
        const open = make("button", "opener", cell.textContent);
        open.type = "button";
        open.dataset.detail = JSON.stringify(i === j ? [a] : [a, b]);
        open.setAttribute("aria-label", cell.title);
        cell.replaceChildren(open);
        if (i !== j) paintHeat(cell, share, most);
      }
      line.append(cell);
    });
    body.append(line);
  });
  return { node, left: [...own.keys()].filter(isVisible).length - names.length };
};

const drawInteractions = (place, { record, state, message }) => {
  if (!record) {
    place.replaceChildren(makeStatus(state, message));
    return;
  }
  if (record.empty) {
    place.replaceChildren(makeCard(make("p", "lead", record.empty.words)));
    return;
  }
  const { main, pairs, rest } = record.parts;
  const split = make("div", "split");
  [
    ["main", main, "alone"],
    ["pairs", pairs, "in pairs"],
    ["rest", rest, "by three or more, or chance"],
  ].forEach(([kind, share, words]) => {
    const part = make("span", kind, share > 0.08 ? writePercent(share) : "");
    part.style.flexGrow = share;
    part.title = `${writePercent(share)} ${words}`;
    split.append(part);
  });
  const { node, left } = pairTable(record);
  const shown = record.pairs.filter((p) => p.parameters.every(isVisible)).slice(0, 10);
  const most = Math.max(1e-9, ...shown.map((p) => p.raw));
  const list = makeTable("The largest interactions", [
    ["Pair", "", "name"],
    ["Explains together, beyond each alone"],
  ]);
  shown.forEach(({ parameters, raw }) => {
    const line = make("tr");
    const cell = make("td", "bar-cell");
    const bar = make("span", "bar");
    bar.style.width = `${(70 * raw) / most}%`;
    cell.append(bar, make("span", "number", writePercent(raw)));
    const pair = makeNameCell(
      parameters.map((p) => shortenName(p, 20)).join("  ×  "),
      false,
      parameters,
    );
    pair.firstChild.title = parameters.join("  ×  ");
    line.append(pair, cell);
    list.body.append(line);
  });
  const r2 = record.surrogate.oob_r2;
  const csv = () =>
    makeCsv(
      ["parameter", "second parameter", "share of the variance"],
      [
        ...record.importance.map((row) => [row.parameter, "", row.raw]),
        ...record.pairs.map((p) => [...p.parameters, p.raw]),
      ],
    );
  const cards = () => {
    const matrix = makeTableCard(
      "Pairs, in % of the variance (alone on the diagonal)",
      "interactions",
      node,
      csv,
    );
    const both = makeTwoCards(matrix, makeCard(make("h3", "", "Largest interactions"), list.node));
    both.classList.add("pairs");
    return both;
  };
  place.replaceChildren(
    makeCard(
      make(
        "p",
        "lead",
        `Of what the forest sees over the search space, parameters explain ${writePercent(main)} alone and ${writePercent(pairs)} in pairs; ${writePercent(rest)} takes three or more, or is chance.`,
      ),
      split,
      make(
        "p",
        "muted small",
        `${record.surrogate.trees} trees, ${record.surrogate.runs.toLocaleString("en")} runs, out-of-bag R² ${writeFixed(r2)}. ${r2 > 0 ? "" : "It predicts nothing, so none of this means anything."}`,
      ),
    ),
    ...(record.pairs.length ? [cards()] : []),
    makeNotes([
      ...(left > 0
        ? [
            `${left} more visible parameter${left > 1 ? "s are" : " is"} not in the matrix; hide others to see ${left > 1 ? "them" : "it"}.`,
          ]
        : []),
      ...record.notes,
    ]),
  );
};

page.tabs.interactions = {
  draw: drawInteractions,
  key: () => JSON.stringify([...findHidden(page.shown.answer, page.display)]),
};
