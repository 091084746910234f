/* Which parameters act together: the matrix of pairs, and the largest of them. */
(() => {
  const sl = window.sweeplens;
  const { make, table, percent, card, name, isVisible, heat, notes, twoCards, status } = sl;
  const MOST_SHOWN = 14; // parameters in the matrix of pairs

  const pairTable = (record) => {
    const own = new Map(record.importance.map((row) => [row.parameter, row.raw || 0]));
    const of = new Map(record.pairs.flatMap(({ parameters: [a, b], raw }) => [[`${a}\n${b}`, raw], [`${b}\n${a}`, raw]]));
    const weight = (p) => (own.get(p) || 0) + record.pairs.reduce((sum, pair) => sum + (pair.parameters.includes(p) ? pair.raw / 2 : 0), 0);
    const names = [...own.keys()].filter(isVisible).sort((a, b) => weight(b) - weight(a)).slice(0, MOST_SHOWN);
    const most = Math.max(1e-9, ...names.flatMap((a) => names.map((b) => (a === b ? 0 : of.get(`${a}\n${b}`) || 0))));
    const { node, body } = table("Interactions of pairs, main effects on the diagonal",
      [["", "", "name"], ...names.map((n, i) => [String(i + 1), n, "numbered"])]);
    node.classList.add("matrix");
    names.forEach((a, i) => {
      const line = make("tr");
      line.append(name(a));
      line.firstChild.prepend(make("i", "", String(i + 1)));
      names.forEach((b, j) => {
        const cell = make("td", j > i ? "blank" : i === j ? "diagonal" : "heat");
        if (j <= i) {
          const share = i === j ? own.get(a) : of.get(`${a}\n${b}`);
          cell.textContent = share === undefined ? "–" : (100 * share).toFixed(share < 0.0995 ? 1 : 0);
          cell.title = i === j ? `${a} alone explains ${percent(share)}` : `${a} and ${b} together explain ${percent(share)} beyond what each does alone`;
          const open = make("button", "opener", cell.textContent);
          open.type = "button";
          open.dataset.detail = JSON.stringify(i === j ? [a] : [a, b]);
          open.setAttribute("aria-label", cell.title);
          cell.replaceChildren(open);
          if (i !== j) heat(cell, share, most);
        }
        line.append(cell);
      });
      body.append(line);
    });
    return { node, left: [...own.keys()].filter(isVisible).length - names.length };
  };

  const drawInteractions = (place, { record, state, message }) => {
    if (!record) { place.replaceChildren(status(state, message)); return; }
    if (record.empty) { place.replaceChildren(card(make("p", "lead", record.empty.words))); return; }
    const { main, pairs, rest } = record.parts;
    const split = make("div", "split");
    [["main", main, "alone"], ["pairs", pairs, "in pairs"], ["rest", rest, "by three or more, or chance"]].forEach(([kind, share, words]) => {
      const part = make("span", kind, share > 0.08 ? percent(share) : "");
      part.style.flexGrow = share;
      part.title = `${percent(share)} ${words}`;
      split.append(part);
    });
    const { node, left } = pairTable(record);
    const shown = record.pairs.filter((p) => p.parameters.every(isVisible)).slice(0, 10);
    const most = Math.max(1e-9, ...shown.map((p) => p.raw));
    const list = table("The largest interactions", [["Pair", "", "name"], ["Explains together, beyond each alone"]]);
    shown.forEach(({ parameters, raw }) => {
      const line = make("tr");
      const cell = make("td", "bar-cell");
      const bar = make("span", "bar");
      bar.style.width = `${(70 * raw) / most}%`;
      cell.append(bar, make("span", "number", percent(raw)));
      const pair = name(parameters.map((p) => sl.shortName(p, 20)).join("  ×  "), false, parameters);
      pair.firstChild.title = parameters.join("  ×  ");
      line.append(pair, cell);
      list.body.append(line);
    });
    const r2 = record.surrogate.oob_r2;
    const csv = () => sl.csvOf(["parameter", "second parameter", "share of the variance"],
      [...record.importance.map((row) => [row.parameter, "", row.raw]), ...record.pairs.map((p) => [...p.parameters, p.raw])]);
    const cards = () => {
      const matrix = sl.tableCard("Pairs, in % of the variance (alone on the diagonal)", "interactions", node, csv);
      const both = twoCards(matrix, card(make("h3", "", "Largest interactions"), list.node));
      both.classList.add("pairs");
      return both;
    };
    place.replaceChildren(
      card(make("p", "lead", `Of what the forest sees over the search space, parameters explain ${percent(main)} alone and ${percent(pairs)} in pairs; ${percent(rest)} takes three or more, or is chance.`),
        split,
        make("p", "muted small", `${record.surrogate.trees} trees, ${record.surrogate.runs.toLocaleString("en")} runs, out-of-bag R² ${sl.fixed(r2)}. ${r2 > 0 ? "" : "It predicts nothing, so none of this means anything."}`)),
      ...(record.pairs.length ? [cards()] : []),
      notes([...(left > 0 ? [`${left} more visible parameter${left > 1 ? "s are" : " is"} not in the matrix; hide others to see ${left > 1 ? "them" : "it"}.`] : []), ...record.notes]),
    );
  };

  sl.tabs.interactions = { draw: drawInteractions, key: () => JSON.stringify([...sl.hiddenOf(sl.shown.answer, sl.display)]) };
})();
