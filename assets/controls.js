/* The question bar, the status line, the theme, and what else the header offers. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const no_update = () => window.dash_clientside.no_update;
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  /* ---- controls to question, and back ---- */

  let goalShown = null;  // what the page itself put into the control is no choice of the user's
  const target = (field) => (value) => {
    const shown = field === "goal" ? goalShown : sl.question && sl.question.selection.target[field];
    if (value && sl.question && value !== shown)
      sl.ask({ target: field === "metric" ? { metric: value, goal: null } : { [field]: value } });
    return no_update();
  };
  callbacks.ask_metric = target("metric");
  callbacks.ask_goal = target("goal");
  callbacks.ask_value = target("value");
  callbacks.ask_scale = target("scale");
  callbacks.ask_method = (method) => { if (method && sl.question) sl.ask({ method }); return no_update(); };

  callbacks.ask_top = (top) => { if (top && sl.question) sl.ask({ selection: { top: Number(top) } }); return no_update(); };

  callbacks.metric_of = (question) => (question ? question.selection.target.metric : no_update());
  callbacks.value_of = (question) => (question ? question.selection.target.value : no_update());
  callbacks.scale_of = (question) => (question ? question.selection.target.scale : no_update());
  callbacks.method_of = (question) => (question ? question.method : no_update());
  callbacks.top_of = (question) => (question ? String(question.selection.top) : no_update());
  const answerIn = (overview) => (sl.current(overview) && !overview.error ? overview.answer : null);
  callbacks.goal_of = (question, overview) => {
    const answer = answerIn(overview);
    goalShown = (question && question.selection.target.goal) || (answer ? answer.target.goal : goalShown);
    return goalShown || no_update();
  };
  callbacks.metrics_of = (overview) => {
    const answer = answerIn(overview);
    if (!answer) return no_update();
    const { metric, label } = answer.target;
    const names = metric && !answer.metrics.includes(metric) ? [metric, ...answer.metrics] : answer.metrics;
    return names.map((name) => ({ value: name, label: name === metric ? label : name }));
  };
  callbacks.values_of = (overview) => {
    const answer = answerIn(overview);
    if (!answer) return no_update();
    const labels = { last: "last value", best: "best value", min: "smallest value", max: "largest value", failing: "whether it fails" };
    const always = ["last", "failing"];
    return Object.entries(labels).map(([value, label]) => ({ value, label, disabled: !always.includes(value) && !answer.has_history }));
  };
  callbacks.scales_of = (overview) => {
    const answer = answerIn(overview);
    const auto = answer && answer.target.metric && sl.question.selection.target.scale === "auto" ? `${answer.target.scale} scale (auto)` : "scale (auto)";
    return [["auto", auto], ["raw", "raw scale"], ["log", "log scale"], ["rank", "rank scale"]].map(([value, label]) => ({ value, label }));
  };
  const UNGROUPED = "none"; // a select box knows no empty value
  callbacks.ask_group = (group) => {
    if (group && sl.question) sl.ask({ selection: { group: group === UNGROUPED ? "" : group } });
    return no_update();
  };
  callbacks.group_of = (question) => (question ? question.selection.group || UNGROUPED : no_update());
  callbacks.groups_of = (overview) => {
    const answer = answerIn(overview);
    if (!answer) return no_update();
    const fields = answer.groupable.map(({ value, label }) => ({ value, label: `by ${label}` }));
    return [{ value: UNGROUPED, label: "no grouping" }, { value: "replicates", label: "replicates as one" }, ...fields];
  };
  callbacks.runs_used = (overview) => {
    const answer = answerIn(overview);
    if (!answer) return "";
    const groups = answer.runs.groups === null ? "" : `, ${answer.runs.groups.toLocaleString("en")} groups`;
    return `${answer.runs.used.toLocaleString("en")} of ${answer.runs.loaded.toLocaleString("en")} runs${groups}`;
  };

  /* ---- chips of the run filter ---- */

  const short = (limit) => (typeof limit === "number" ? String(Number(limit.toPrecision(6))) : limit);
  sl.conditionWords = (c) => {
    if (!c || typeof c.column !== "string" || (c.values && !Array.isArray(c.values))) return "a filter that cannot be read";
    const name = c.column.replace(/^(run|config|summary)\./, "");
    const not = c.negated ? "not " : "";
    if (c.values) return `${name} ${c.negated ? "≠" : "="} ${c.values.map((v) => v || "missing").join(", ")}`;
    if (c.low !== null && c.high !== null) return `${not}${short(c.low)} ≤ ${name} ≤ ${short(c.high)}`;
    return c.low !== null ? `${not}${name} ≥ ${short(c.low)}` : `${not}${name} ≤ ${short(c.high)}`;
  };

  const STATES = ["finished", "failed", "crashed", "killed", "pruned", "running", "unknown"];
  sl.STATES = STATES;
  const chip = (text, label, edit, remove) => {
    const node = make("span", "chip");
    const words = make("button", "chip-words", text);
    const cross = make("button", "chip-remove", "×");
    words.type = cross.type = "button";
    words.title = text;
    words.addEventListener("click", edit);
    cross.setAttribute("aria-label", label);
    cross.addEventListener("click", remove);
    node.append(words, cross);
    return node;
  };

  /* which states the project's runs have; before that is known, all */
  const present = (answer) => (answer ? Object.keys(answer.runs.states) : STATES);

  callbacks.draw_chips = (question, overview, id) => {
    const place = document.getElementById(id);
    if (!place || !question) return no_update();
    const { states, filters } = question.selection;
    const chips = filters.map((condition, i) =>
      chip(sl.conditionWords(condition), "Remove this condition",
        () => sl.openFilter(i), () => sl.ask({ selection: { filters: filters.filter((_, k) => k !== i) } })));
    const answer = answerIn(overview);
    const there = present(answer);
    const failing = answer && answer.target.value === "failing" ? ["failed", "crashed"] : []; // these count then, whatever is chosen
    const isCounted = (state) => states.includes(state) || failing.includes(state);
    if (answer && !there.every(isCounted)) {
      const counted = there.filter(isCounted);
      const text = `only ${counted.join(", ") || states.join(", ")}`;
      chips.unshift(chip(text, "Count runs of every state", () => sl.openFilter(-1), () => sl.ask({ selection: { states: [...STATES].sort() } })));
    }
    place.replaceChildren(...chips);
    return no_update();
  };
  callbacks.ungroup = () => { sl.ask({ selection: { group: "" } }); return no_update(); };
  callbacks.clear_filter = () => { sl.ask({ selection: { filters: [], picked: null } }); return no_update(); };
  callbacks.start_over = () => {
    const known = sl.defaults.projects.find((p) => p.id === sl.question.selection.project) || sl.defaults.projects[0];
    sl.ask({ selection: known.question, method: sl.defaults.method });
    sl.keepRoles();
    return no_update();
  };
  callbacks.all_states = () => { sl.ask({ selection: { states: [...STATES].sort() } }); return no_update(); };

  /* ---- how far to trust it; progress; why there is nothing ---- */

  const list = (counts) => Object.entries(counts).map(([reason, n]) => `${n.toLocaleString("en")} ${reason}`).join(", ");

  const drawTrust = (place, answer, record) => {
    const { trust, surrogate } = record;
    const out = Object.values(answer.runs.left_out).reduce((a, b) => a + b, 0);
    const details = [`${answer.runs.used.toLocaleString("en")} runs`];
    if (answer.runs.groups !== null) details[0] += ` in ${answer.runs.groups.toLocaleString("en")} groups by ${answer.runs.grouped}, each its mean`;
    else if (answer.runs.configs < answer.runs.used) details[0] += ` of ${answer.runs.configs.toLocaleString("en")} configs`;
    if (out) details.push(`${out.toLocaleString("en")} left out: ${list(answer.runs.left_out)}`);
    details.push(`${sl.methodWords(record.method)}, seed ${record.seed}`);
    details.push(`${answer.target.scale} scale: ${answer.target.scale_reason}`);
    const words = [make("span", `dot ${trust.level}`), make("b", "", trust.words)];
    if (typeof surrogate.oob_r2 === "number") words.push(make("span", "r2", `${trust.measure} ${sl.signed(surrogate.oob_r2).replace("+", "")}`));
    if (typeof surrogate.explained === "number") words.push(make("span", "r2", `settings explain ${Math.round(100 * Math.max(0, surrogate.explained))} % of what differs between runs`));
    words.push(make("span", "advice", trust.advice));
    if (trust.caution) words.push(make("span", "advice caution", trust.caution));
    const more = make("span", "muted details", details.join(" · "));
    more.addEventListener("click", () => more.classList.toggle("open")); // on a phone one line is shown until then
    words.push(more);
    place.replaceChildren(...words);
  };

  const drawNotes = (place, answer, record) => {
    const notes = [];
    const suspects = answer.parameters.filter((p) => p.reason === "outcome");
    if (suspects.length)
      notes.push(`Left out as outcome, not setting: ${suspects.map((p) => p.parameter).join(", ")}. If that is wrong, give it another role under Columns and roles.`);
    if (record) {
      record.groups.forEach((g) =>
        notes.push(`${g.parameters.join(" and ")} go together (association ${g.association.toFixed(2)}): their joint importance is ${g.joint.toFixed(2)}; how it divides between them means nothing.`));
      notes.push(...record.notes);
    }
    notes.push(...answer.notes);
    if (answer.skipped.length)
      notes.push(`Could not be read: ${answer.skipped.slice(0, 3).map(({ words }) => words).join("; ")}` +
        (answer.skipped_count > 3 ? `; and ${(answer.skipped_count - 3).toLocaleString("en")} more.` : ""));
    place.replaceChildren(...notes.map((note) => make("p", "", note)), ...sl.describeSteps(answer), ...sl.describeFailures(answer), ...sl.describeSpellings(answer));
  };

  const toggle = (id, on) => document.getElementById(id).classList.toggle("hidden", !on);

  const drawEmpty = (title, words, ways) => {
    document.getElementById("empty-title").textContent = title;
    document.getElementById("empty-words").textContent = words;
    for (const way of ["retry", "columns-open-2", "ungroup", "clear-filter", "all-states", "start-over"]) toggle(way, ways.includes(way));
    toggle("empty", true);
    toggle("result", false);
  };

  const TITLES = { "no metric": "No metric", "no varying parameter": "No parameter varies", "too few runs": "Too few runs", "too few groups": "Too few groups",
                   "constant target": "The metric never changes", "infinite setting": "A setting is infinite" };

  const MORE_RUNS_HELP = ["too few runs", "too few groups"];
  const OTHER_COLUMNS_HELP = ["no metric", "no varying parameter"];
  const waysOut = (reason) => {
    const { filters, states, picked, group } = sl.question.selection;
    const ways = [];
    if (group) ways.push("ungroup");
    if (filters.length || picked) ways.push("clear-filter");
    if (MORE_RUNS_HELP.includes(reason) && present(sl.shown && sl.shown.answer).some((state) => !states.includes(state))) ways.push("all-states");
    if (OTHER_COLUMNS_HELP.includes(reason)) ways.push("columns-open-2");
    return ways;
  };

  sl.drawStatus = () => {
    const trust = document.getElementById("trust");
    const notes = document.getElementById("notes");
    const { overview, importance } = sl.received;
    const answer = sl.shown && sl.shown.answer;
    const record = sl.shown && sl.shown.record;
    const failed = sl.current(overview) && overview.error;
    const state = sl.current(importance) ? importance.state : "";
    const broken = sl.current(importance) && importance.error;
    const running = sl.running() && !failed;
    toggle("progress-row", running);
    const asks = sl.methodOf(sl.question.method).asks;
    for (const field of new Set(sl.defaults.methods.flatMap((method) => method.asks))) toggle(`${field}-row`, asks.includes(field));
    sl.drawTaken(failed ? null : answer);
    document.getElementById("headline").textContent = (!failed && record && record.trust.headline) || "";
    toggle("empty", false);
    toggle("result", true);
    toggle("trust", !failed);
    document.getElementById("result").classList.toggle("stale", !answer);
    if (failed) {
      notes.replaceChildren();
      const link = overview.missing && sl.linkedName(sl.question.selection.project);
      if (link) drawEmpty("The runs of this link are not here", `It is about “${link}”. This server has not read these runs, or they have changed since: open their source, under the name of the project above.`, ["start-over"]);
      else drawEmpty("This question cannot be answered", failed, [...waysOut(""), "start-over"]);
    } else if (answer && answer.empty) {
      trust.replaceChildren(make("span", "dot none"), make("b", "", "Nothing to rank"));
      drawNotes(notes, answer, null);
      drawEmpty(TITLES[answer.empty.reason] || "Nothing to rank", answer.empty.words, waysOut(answer.empty.reason));
    } else if (answer && record && record.empty) {
      drawTrust(trust, answer, record);
      drawEmpty(TITLES[record.empty.reason] || "Nothing to rank", record.empty.words, []);
    } else if (answer && record) {
      drawTrust(trust, answer, record);
      drawNotes(notes, answer, record);
    } else {
      const words = { cancelled: "Cancelled", failed: "Importance could not be computed", queued: "Waiting …" }[state] || "Computing importance …";
      const detail = (importance && sl.current(importance) && (importance.message || importance.error)) || "";
      trust.replaceChildren(make("span", `dot ${running || !state ? "busy" : "none"}`), make("b", "", answer || state ? words : "Reading …"),
        make("span", "advice", detail || (answer ? "Correlations are shown already." : "")));
      if (answer) drawNotes(notes, answer, null);
      if (state === "cancelled" || state === "failed" || broken) {
        const again = make("button", "link", "Compute again");
        again.type = "button";
        again.addEventListener("click", () => document.getElementById("retry").click());
        trust.append(again);
      }
    }
    return running ? Math.max(2, Math.round(100 * (importance.done || 0))) : 0;
  };

  /* what stands there is still of the question before */
  sl.markWaiting = () => {
    for (const id of ["result", "cards", "tab-place"]) document.getElementById(id).classList.add("stale");
    document.getElementById("headline").textContent = "";
    document.getElementById("trust").replaceChildren(make("span", "dot busy"), make("b", "", "Reading …"));
  };

  /* ---- theme, link, help ---- */

  const preferred = () => (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  sl.theme = () => sl.display.theme || preferred();
  sl.paintTheme = () => { document.documentElement.dataset.theme = sl.theme(); };
  callbacks.toggle_theme = () => { sl.show({ theme: sl.theme() === "dark" ? "light" : "dark" }); return no_update(); };
  document.documentElement.dataset.theme = preferred();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (sl.question && !sl.display.theme) sl.show({ theme: preferred() }); });

  callbacks.copy_link = () => {
    const url = `${location.origin}${location.pathname}#${sl.encode(sl.question, sl.display)}`;
    const done = () => sl.flash("Link copied");
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(url).then(done, () => window.prompt("Copy this link", url));
    else window.prompt("Copy this link", url);
    return no_update();
  };
  sl.flash = (text, time = 1600) => {
    const note = make("div", "flash", text);
    note.setAttribute("role", "status");
    document.body.append(note);
    setTimeout(() => note.remove(), time);
  };
  /* Mantine says of the box around a menu's button what it should say of the button */
  const ABOUT_MENU = ["aria-haspopup", "aria-expanded", "aria-controls"];
  sl.labelMenus = () => document.querySelectorAll("div[aria-haspopup]").forEach((box) => {
    const move = () => ABOUT_MENU.filter((name) => box.hasAttribute(name)).forEach((name) => {
      box.querySelector("button").setAttribute(name, box.getAttribute(name));
      box.removeAttribute(name);
    });
    move();
    new MutationObserver(move).observe(box, { attributes: true, attributeFilter: ABOUT_MENU });
  });

})();
