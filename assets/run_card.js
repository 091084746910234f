/* The card of one run: which is open is part of the display. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const no_update = () => window.dash_clientside.no_update;
  const { make, button, table, short } = sl;
  const MOST_SHOWN = 20; // parameters that differ, before the others are folded

  let answer = null;
  let shown = { opened: false, title: "", asked: null };
  let drawn = null; // what the card was last drawn from

  const current = () => (answer && sl.question && sl.same(answer.question, { selection: sl.question.selection, run: sl.display.run }) ? answer : null);

  callbacks.run_opened = (opened) => {
    if (opened === false && sl.question && sl.display.run) sl.show({ run: "" });
    return no_update();
  };
  const poll = sl.poller("run-poll");
  callbacks.run_received = (received) => {
    const before = answer;
    answer = received && before && sl.same(received, before) ? before : received || null;
    sl.drawRunCard();
    poll(sl.isRunning(current()));
    return no_update();
  };

  sl.whenBack(() => { if (sl.display.run && !current()) set("run-poll", { data: Date.now() }); });

  /* ---- pieces ---- */

  const ordinal = (n) => {
    const ends = { one: "st", two: "nd", few: "rd", other: "th" };
    return `${n.toLocaleString("en")}${ends[new Intl.PluralRules("en", { type: "ordinal" }).select(n)]}`;
  };
  const entry = (words, ...parts) => {
    const line = make("div", "fact");
    const value = make("span");
    value.append(...parts);
    line.append(make("span", "muted", words), value);
    return line;
  };
  const section = (title, ...children) => {
    const node = make("section", "detail-section");
    node.append(make("h3", "", title), ...children);
    return node;
  };
  const duration = (seconds) => {
    if (seconds < 120) return `${short(seconds, 3)} s`;
    if (seconds < 7200) return `${short(seconds / 60, 3)} min`;
    return seconds < 172800 ? `${short(seconds / 3600, 3)} h` : `${short(seconds / 86400, 3)} days`;
  };
  const when = (text) => new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

  const toggle = (card) => {
    const selected = sl.selected();
    const inside = selected && selected.has(card.run);
    const node = button(inside ? "Take out of the selection" : "Select this run", "button", () => {
      const now = sl.selected() || new Set();
      sl.select(inside ? [...now].filter((id) => id !== card.run) : [...now, card.run]);
    });
    node.disabled = Boolean(sl.display.selected) && !selected; // which runs these are is being asked
    return node;
  };
  const step = (words, run) => {
    const node = button(words, "button", () => sl.show({ run }));
    node.disabled = !run;
    return node;
  };

  const facts = (card) => {
    const value = card.target === null ? "no finite value" : short(card.target, 5);
    const rank = card.rank === null ? "" : card.rank === 1 ? `, the best of ${card.of.toLocaleString("en")} runs` : `, ${ordinal(card.rank)} of ${card.of.toLocaleString("en")} runs`;
    const target = make("b", "", value);
    const lines = [entry(card.label, target, rank), entry("State", card.state)];
    if (card.name !== card.run) lines.push(entry("Id", card.run));
    if (card.created) lines.push(entry("Started", when(card.created)));
    if (card.runtime !== null) lines.push(entry("Ran for", duration(card.runtime)));
    if (card.tags.length) lines.push(entry("Tags", card.tags.join(", ")));
    card.about.forEach(([name, text]) => lines.push(entry(name, text)));
    if (/^https?:\/\//.test(card.page)) {
      const link = make("a", "", card.page);
      Object.assign(link, { href: card.page, target: "_blank", rel: "noopener noreferrer" });
      lines.push(entry("In its tracker", link));
    } else if (card.source) lines.push(entry("Source", card.source));
    return lines;
  };

  const why = (card) => {
    if (!card.why.length) return [];
    const node = make("div", "run-why");
    node.append(make("b", "", "Left out."), ...card.why.map((text) => make("p", "", text)));
    return [node];
  };

  const rows = (lines, other) => {
    const { node, body } = table("Config", [["Parameter", "", "name"], ["This run"], ...(other ? [[other.words[0].toUpperCase() + other.words.slice(1)]] : [])]);
    lines.forEach((c) => {
      const line = make("tr");
      const head = make("th", "name");
      head.scope = "row";
      head.append(sl.shown && sl.shown.facts.has(c.parameter) ? sl.opener(c.parameter, [c.parameter]) : make("span", "", c.parameter));
      const cell = (text) => { const td = make("td", text ? "" : "muted", text || c.absent); td.title = text; return td; };
      line.append(head, cell(c.value), ...(other ? [cell(c.other)] : []));
      body.append(line);
    });
    return sl.scroll(node);
  };

  /* the most important first, the others as in the source */
  const byImportance = (lines) => {
    const place = (c) => { const fact = sl.shown && sl.shown.facts.get(c.parameter); return fact && fact.row && fact.row.importance !== null ? -fact.row.importance : 1; };
    return lines.map((c, i) => [place(c), i, c]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , c]) => c);
  };

  const folded = (words, inside) => {
    const node = make("details", "fold");
    node.append(make("summary", "", words), inside);
    return node;
  };

  const config = (card) => {
    if (!card.config.length) return section("Config", make("p", "muted", "This project has no parameters."));
    const all = byImportance(card.config);
    if (!card.other) return section("Config", rows(all, null));
    const differ = all.filter((c) => !c.same);
    const same = all.filter((c) => c.same);
    const open = button(card.other.name, "link", () => sl.show({ run: card.other.run }));
    const head = make("p", "muted small", differ.length ? `${differ.length} of ${all.length} parameters differ from the ${card.other.words}:` : `No parameter differs from the ${card.other.words}:`);
    head.append(open);
    const more = differ.slice(MOST_SHOWN);
    return section("Config", head, ...(differ.length ? [rows(differ.slice(0, MOST_SHOWN), card.other)] : []),
      ...(more.length ? [folded(`${more.length} more that differ`, rows(more, card.other))] : []),
      ...(same.length ? [folded(`${same.length} the same in both`, rows(same, null))] : []));
  };

  const summary = (card) => {
    const { node, body } = table("Summary", [["Metric", "", "name"], ["Value"]]);
    card.summary.filter(([, text]) => text).forEach(([name, text]) => {
      const line = make("tr");
      line.append(sl.plainName(name), make("td", "number", text));
      body.append(line);
    });
    if (!body.children.length) return section("Summary", make("p", "muted", "This run has no metrics."));
    const more = card.metrics > card.summary.length ? [make("p", "muted small", `The first ${card.summary.length} of ${card.metrics} metrics.`)] : [];
    return section("Summary", sl.scroll(node), ...more);
  };

  const history = (a) => {
    if (a.figure) {
      const csv = () => sl.linesCsv(a.figure, ["run", "metric", "step", "value"], ({ run, metric }) => [run, metric]);
      const title = `History of ${a.metrics.join(" and ")}`;
      return sl.chartCard({ title, note: a.notes.join(" "), name: "run", figure: a.figure, csv, summary: `${title} in this run${a.card.other ? ` and in the ${a.card.other.words}` : ""}` });
    }
    if (a.state === "done") return section("History", make("p", "muted", a.empty));
    const ended = ["cancelled", "failed"].includes(a.state);
    const node = make("p", "tab-status");
    node.setAttribute("role", "status");
    node.append(make("span", `dot ${ended ? "none" : "busy"}`), make("span", "", ended ? ` This could not be read. ${a.message || ""}` : " Reading the history …"));
    if (ended) node.append(button("Read again", "link", () => document.getElementById("run-retry").click()));
    return section("History", node);
  };

  const content = (a) => {
    if (!a) { const node = make("p", "tab-status", "Reading …"); node.setAttribute("role", "status"); return [node]; }
    if (a.error) return [make("p", "grave-words", a.error)];
    const { card } = a;
    const actions = make("div", "run-actions");
    actions.append(toggle(card), step("← Better", card.before), step("Worse →", card.after));
    const head = make("div", "detail-head");
    head.append(...facts(card));
    return [...why(card), head, actions, config(card), history(a), summary(card)];
  };

  /* ---- drawing ---- */

  sl.drawRunCard = () => {
    const body = document.getElementById("run-content");
    const { run } = sl.display;
    if (!body) { if (run) { set("run-card", { opened: true }); requestAnimationFrame(() => sl.drawRunCard()); } return; }
    const opened = Boolean(run);
    const a = current();
    const title = a && a.card ? a.card.name : run;
    if (opened !== shown.opened || (opened && title !== shown.title)) set("run-card", opened ? { opened, title } : { opened });
    const asked = run || null;
    if (asked !== shown.asked) set("run-asked", { data: asked });
    shown = { opened, title, asked };
    if (!opened) { if (drawn) sl.fill(body); drawn = null; return; }
    const now = { a, theme: sl.theme(), selected: sl.selectionKey(), record: sl.shown && sl.shown.record };
    if (drawn && Object.keys(now).every((k) => drawn[k] === now[k])) return;
    const held = document.activeElement && body.contains(document.activeElement) ? document.activeElement.textContent : null;
    drawn = now;
    sl.fill(body, ...content(a));
    const again = held && [...body.querySelectorAll("button")].find((node) => node.textContent === held && !node.disabled);
    if (again) again.focus();
  };
})();
