/* From the answers and the display to what is in sight: which parameters, in which order, and why the others are not. */
(() => {
  const sl = window.sweeplens;

  const isHiddenAtFirst = (parameter) => sl.defaults.hidden_at_first.includes(parameter.reason);

  sl.reasonOf = (parameter, row) => {
    if (isHiddenAtFirst(parameter)) return parameter.words;
    if (parameter.role === "ignored" || parameter.role === "seed") return parameter.words || parameter.role;
    if (row && row.clear === false && !parameter.decidesFailures) return "no clear effect";
    return "";
  };

  sl.hiddenOf = (answer, display) => {
    if (display.hidden) return new Set(display.hidden);
    return new Set(answer.parameters
      .filter((p) => isHiddenAtFirst(p) || p.role === "ignored" || p.role === "seed")
      .map((p) => p.parameter));
  };

  /* rows by parameter: {parameter, importance row, own correlation row, value rows} in the order of the source */
  let memo = { answer: null, record: null, facts: null };
  sl.facts = (answer, record) => {
    if (memo.answer === answer && memo.record === record) return memo.facts;
    const facts = new Map(answer.parameters.map((p, i) => [p.parameter, { ...p, index: i, row: null, own: null, values: [] }]));
    for (const c of answer.correlation) {
      const fact = facts.get(c.parameter);
      if (c.value === "") fact.own = c; else fact.values.push(c);
    }
    (record?.decide_failures || []).forEach((name) => { const fact = facts.get(name); if (fact) fact.decidesFailures = true; });
    if (record) record.importance.forEach((row) => { const fact = facts.get(row.parameter); if (fact) fact.row = row; });
    memo = { answer, record, facts };
    return facts;
  };

  sl.ratio = (own, coefficient) => own[{ spearman: "eta_spearman", scaled: "eta_scaled" }[coefficient] || "eta"];
  sl.restsOnOne = (c) => (c.without_one === null || c.without_one === undefined ? "" : `; rests on one run: without it r is ${sl.signed(c.without_one)}`);
  sl.strength = (fact, coefficient) => {
    if (!fact.own) return -1;
    const value = fact.own.correlation === null ? sl.ratio(fact.own, coefficient) : fact.own[coefficient];
    return value === null || value === undefined ? -1 : Math.abs(value);
  };

  const KEYS = {
    importance: (fact) => (fact.row && fact.row.importance !== null ? fact.row.importance : -1),
    correlation: (fact, display) => sl.strength(fact, display.coefficient),
  };

  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  sl.ordered = (facts, display) => {
    const list = [...facts.values()];
    const way = display.up ? -1 : 1;
    if (display.sort === "name") list.sort((a, b) => way * collator.compare(a.parameter, b.parameter));
    else if (display.sort === "source") list.sort((a, b) => way * (a.index - b.index));
    else {
      const key = KEYS[display.sort] || KEYS.importance;
      const values = new Map(list.map((fact) => [fact, key(fact, display)]));
      list.sort((a, b) => way * (values.get(b) - values.get(a)) || a.index - b.index);
    }
    return list;
  };

  sl.visible = (answer, record, display) => {
    const hidden = sl.hiddenOf(answer, display);
    return sl.ordered(sl.facts(answer, record), display).filter((fact) => !hidden.has(fact.parameter));
  };

  const KIND = { real: "real", integer: "int", boolean: "bool", categorical: "cat", structured: "list", text: "text" };

  sl.tagOf = (fact) => {
    const kind = fact.scale === "log" ? "log" : KIND[fact.kind];
    if (!fact.condition) return kind;
    const [parent, values] = fact.condition;
    return `${kind}, only where ${parent} is ${values.slice(0, 2).join(" or ")}${values.length > 2 ? " or …" : ""}`;
  };

  const KINDS = { real: "Real number", integer: "Whole number", boolean: "True or false", categorical: "Categorical",
                  structured: "List", text: "Text" };

  /* what is known of a parameter: each a `code`, and a `label` or a `text` or both */
  sl.knownOf = (fact) => {
    const known = [];
    const add = (code, label, text) => known.push({ code, label, text });
    const count = (n) => n.toLocaleString("en");
    add("values", "", `${KINDS[fact.kind]}, ${count(fact.distinct)} different value${fact.distinct === 1 ? "" : "s"}${fact.value_range ? `: ${fact.value_range}` : ""}`);
    if (fact.kind === "real" || fact.kind === "integer") add("scale", `${fact.scale === "log" ? "Log" : "Linear"} scale`, fact.scale_reason);
    if (fact.recorded < fact.runs) add("recorded", "", `Recorded in ${count(fact.recorded)} of ${count(fact.runs)} runs`);
    if (fact.condition) add("condition", "", `Only where ${fact.condition[0]} is ${fact.condition[1].join(" or ")}`);
    add("role", "Role", sl.roleWords(fact));
    if (fact.reason && fact.reason !== "user") add("reason", "", fact.words); // without one the words are of its condition
    const inside = fact.row && fact.row.where_active;
    if (inside) add("active", `Among the ${count(inside.runs)} runs that record it`, inside.why || `importance ${sl.fixed(inside.importance)}${inside.clear === false ? ", not clear" : ""}`);
    if (fact.row && fact.row.clear === false) add("unclear", "", fact.row.why[0].toUpperCase() + fact.row.why.slice(1));
    return known;
  };
  sl.describe = (fact) => [fact.parameter, ...sl.knownOf(fact).map(({ label, text }) => [label, text].filter(Boolean).join(": "))];

  /* the length of the longest bar with its whisker and tick, hidden ones too: one scale for table and chart, whatever is
     hidden; as `find_reach` in panel/figures/bars.py */
  const reach = (row) => Math.max(row.importance || 0, row.high || 0, row.importance ? row.floor || 0 : 0);
  sl.scaleOf = (record) => Math.max(1e-9, ...(record ? record.importance.map(reach) : []));
  /* one that is not nothing is never written as nothing */
  sl.share = (share) => (share > 0 && share < 0.005 ? "< 0.01" : (share || 0).toFixed(2));

  sl.fixed = (value, digits = 2) => (value === null || value === undefined ? "–" : value.toFixed(digits));
  sl.signed = (value, digits = 2) => {
    if (value === null || value === undefined) return "–";
    const text = Math.abs(value).toFixed(digits);
    return (Number(text) === 0 ? "" : value > 0 ? "+" : "−") + text;
  };
})();
