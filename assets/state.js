/* What is asked (the question, in a store that the server sees) and how it is shown (the display, which never leaves the
   browser). Both are in the address; visibility is also in the browser's storage. All else on the page follows from these two
   and from the answers: `sl.draw` draws it. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;

  const TARGET = { metric: "", goal: null, value: "last", scale: "auto", failures: "auto", step: null };
  const SELECTION = { states: ["finished", "unknown"], filters: [], picked: null, group: "", roles: [], places: [], merged: [], seed: 0, top: 0.1 };
  const DISPLAY = { hidden: null, wand: null, sort: "importance", up: false, open: [], search: "",
                    coefficient: "correlation", theme: null, tab: "importance", detail: [], targets: null,
                    options: {}, selected: null, run: "" };

  sl.question = null;
  sl.display = { ...DISPLAY };
  sl.defaults = null;

  /* equal content is equal, in whatever order its keys were written */
  const sorted = (value) => {
    if (Array.isArray(value)) return value.map(sorted);
    if (!value || typeof value !== "object") return value;
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
  };
  const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  sl.same = same;

  /* ---- the address ---- */

  /* runs by their ids; many of them by the fingerprint under which the server keeps them */
  const putRuns = (out, key, runs) => {
    if (typeof runs === "string") out.set(`${key}s`, runs);
    else (runs || []).forEach((id) => out.append(key, id));
  };
  const runsIn = (out, key) => (out.get(`${key}s`) || (out.has(key) ? out.getAll(key) : null));

  const usualMethod = () => sl.defaults.methods[0].value; // of an address that names none, whatever this server opens with

  sl.encode = (question, display) => {
    const out = new URLSearchParams();
    const { selection, method } = question;
    out.set("v", "1");
    out.set("project", selection.project);
    const about = described(selection.project);
    if (about.content) { out.set("content", about.content); out.set("of", about.name); }
    for (const key of Object.keys(TARGET))
      if (!same(selection.target[key], TARGET[key])) out.set(key, selection.target[key]);
    if (method !== usualMethod()) out.set("method", method);
    if (!same(selection.states, SELECTION.states)) out.set("states", selection.states.join(","));
    selection.filters.forEach((f) => out.append("filter", JSON.stringify(f)));
    putRuns(out, "pick", selection.picked);
    if (selection.group) out.set("group", selection.group);
    selection.roles.forEach(([name, role]) => out.append("role", `${role}:${name}`));
    selection.places.forEach(([name, place]) => out.append("place", `${place}:${name}`));
    (selection.merged || []).forEach((name) => out.append("merge", name));
    if (selection.seed) out.set("seed", selection.seed);
    if (selection.top !== SELECTION.top) out.set("top", selection.top);
    sl.putNames(out, "hide", display.hidden, selection.project);
    sl.putNames(out, "wand", display.wand, selection.project);
    for (const key of ["sort", "coefficient", "theme", "search", "tab", "run"])
      if (!same(display[key], DISPLAY[key])) out.set(key, display[key]);
    if (!same(display.selected, selection.picked)) putRuns(out, "select", display.selected);
    if (!same(display.options, {})) out.set("options", JSON.stringify(display.options));
    if (display.up) out.set("up", "1");
    display.open.forEach((name) => out.append("open", name));
    display.detail.forEach((name) => out.append("detail", name));
    (display.targets || []).forEach((name) => out.append("target", name));
    return out.toString();
  };

  const pairs = (list) => list.map((text) => {
    const cut = text.indexOf(":");
    return [text.slice(cut + 1), text.slice(0, cut)];
  });

  const parsed = (texts) => texts.flatMap((text) => {
    try { return [JSON.parse(text)]; } catch { return []; }
  });

  /* a view that has another name since, and what was chosen within it */
  const openView = (display) => {
    for (const [older, [tab, added]] of Object.entries(sl.olderViews)) {
      const { [older]: chosen, ...options } = display.options || {};
      const open = display.tab === older;
      if (!open && !chosen) continue;
      display.options = { ...options, [tab]: { ...(options[tab] || {}), ...chosen, ...(open ? added : {}) } };
      if (open) display.tab = tab;
    }
    if (display.tab && !(display.tab in sl.tabs)) delete display.tab;
  };

  sl.decode = (hash) => {
    const out = new URLSearchParams(hash.replace(/^#/, ""));
    if (out.get("v") !== "1" || !out.get("project")) return null;
    const target = { ...TARGET };
    for (const key of Object.keys(TARGET)) if (out.has(key)) target[key] = out.get(key);
    if (target.step !== null && target.step !== "last") target.step = Number(target.step);
    const selection = {
      project: out.get("project"),
      target,
      states: out.has("states") ? out.get("states").split(",").filter(Boolean) : SELECTION.states,
      filters: parsed(out.getAll("filter")),
      picked: runsIn(out, "pick"),
      group: out.get("group") || "",
      roles: pairs(out.getAll("role")),
      places: pairs(out.getAll("place")),
      merged: out.getAll("merge").sort(),
      seed: Number(out.get("seed") || 0),
      top: Number(out.get("top") || SELECTION.top),
    };
    const display = { open: out.getAll("open"), detail: out.get("run") ? [] : [...new Set(out.getAll("detail"))].slice(0, 2), up: out.get("up") === "1" };
    if (out.has("hide") || out.has("hides")) display.hidden = sl.namesIn(out, "hide");
    if (out.has("target")) display.targets = out.getAll("target");
    if (out.has("wand") || out.has("wands")) display.wand = sl.namesIn(out, "wand");
    for (const key of ["sort", "coefficient", "theme", "search", "tab", "run"]) if (out.has(key)) display[key] = out.get(key);
    display.selected = runsIn(out, "select") || selection.picked;
    const options = parsed(out.getAll("options"))[0];
    if (options && typeof options === "object" && !Array.isArray(options)) display.options = options;
    openView(display);
    return { question: { selection, method: out.get("method") || usualMethod() }, display, about: { id: selection.project, content: out.get("content") || "", name: out.get("of") || "" } };
  };

  /* ---- the browser's storage: visibility by source, theme for all ---- */

  const project = (id) => sl.defaults.projects.find((p) => p.id === id);
  /* what is known of a project: of the one that this server opened, or of the one that is shown */
  const described = (id) => {
    const answer = sl.shown && sl.shown.answer;
    return project(id) || (answer && answer.project.id === id ? answer.project : linked.id === id ? linked : { source: id });
  };
  const linked = {}; // the project of the address, as the address itself describes it
  sl.linkedName = (id) => (linked.id === id ? linked.name : "");
  const storageKey = (id) => {
    return `sweeplens:${described(id).source || id}`;
  };

  sl.stored = (id) => {
    try {
      const theme = localStorage.getItem("sweeplens:theme");
      return { ...(theme ? { theme } : {}), ...JSON.parse(localStorage.getItem(storageKey(id)) || "{}") };
    } catch { return {}; }
  };

  const visibility = (id) => {
    const { hidden = null, wand = null } = sl.stored(id);
    return { hidden, wand };
  };

  /* roles are in the storage by source; an address says all of them, so it alone counts where there is one */
  const rolesKey = (id) => storageKey(id).replace("sweeplens:", "sweeplens-roles:");
  sl.storedRoles = (id) => {
    try {
      const found = JSON.parse(localStorage.getItem(rolesKey(id)) || "[]");
      return Array.isArray(found) && found.every((pair) => Array.isArray(pair) && pair.length === 2) ? found : [];
    } catch { return []; }
  };
  sl.keepRoles = () => {
    const { project: id, roles } = sl.question.selection;
    try {
      if (roles.length) localStorage.setItem(rolesKey(id), JSON.stringify(roles));
      else localStorage.removeItem(rolesKey(id));
    } catch { /* as above */ }
  };

  const store = () => {
    try {
      const { hidden, wand, theme } = sl.display;
      if (![hidden, wand].some((list) => list && list.packed))
        localStorage.setItem(storageKey(sl.question.selection.project), JSON.stringify({ hidden, wand }));
      if (theme) localStorage.setItem("sweeplens:theme", theme);
    } catch { /* a browser may forbid storage; the address still has it all */ }
  };

  /* ---- changing them: the only two ways ---- */

  const set = (id, props) => window.dash_clientside.set_props(id, props);

  const address = () => `#${sl.encode(sl.question, sl.display)}`;
  /* a long list of parameters is written in short once it is known which there are */
  const rewrite = () => { if (location.hash !== address()) write("replace"); };

  /* an entry of the history knows the visit that it was made in: see `popstate` */
  let visit = 0;
  const write = (way) => history[`${way}State`]({ visit }, "", address());
  /* what was changed a moment ago belongs to the entry that is left now */
  const finish = () => {
    if (!sl.writing) return;
    clearTimeout(sl.writing);
    sl.writing = 0;
    write("replace");
    store();
  };

  /* `answers` returns the answers to the new question, where these are known without the server */
  sl.ask = (changes, answers = null) => {
    const question = {
      method: changes.method || sl.question.method,
      selection: { ...sl.question.selection, ...(changes.selection || {}) },
    };
    if (changes.target) question.selection.target = { ...question.selection.target, ...changes.target };
    if (same(question, sl.question)) return;
    const known = answers && answers(question);
    finish();
    sl.question = question;
    write("push");
    if (known) give(known);
    set("question", { data: question });
    if (!known) setTimeout(() => { if (sl.question === question && !sl.current(sl.received.overview)) sl.markWaiting(); }, MOMENT);
  };
  const MOMENT = 250; // milliseconds in which an answer is as good as at once

  const give = (answers) => {
    sl.received = answers;
    sl.draw();
    set("overview", { data: answers.overview });
    set("importance", { data: answers.importance });
  };

  const withRoles = (selection) => (selection.roles.length ? selection : { ...selection, roles: sl.rolesKept(selection.project) });

  /* another project, with its own usual question and what was hidden of it before */
  sl.choose = (selection) => {
    sl.ask({ selection: withRoles(selection) });
    sl.show({ hidden: null, wand: null, open: [], detail: [], targets: null, options: {}, selected: null, run: "", ...sl.stored(selection.project) });
  };

  /* the same question of the same source, read anew, with its answers */
  sl.replaceQuestion = (question, answers) => {
    sl.question = question;
    write("replace");
    store();
    give(answers);
    set("question", { data: question });
  };

  sl.show = (changes) => {
    const opened = changes.run ? { detail: [] } : changes.detail && changes.detail.length ? { run: "" } : {}; // one card at a time
    const display = { ...sl.display, ...changes, ...opened };
    if (same(display, sl.display)) return;
    const leaves = display.tab !== sl.display.tab; // the browser's "back" comes back to this view
    if (leaves) finish();
    sl.display = display;
    if (leaves) write("push");
    sl.draw();
    clearTimeout(sl.writing);
    sl.writing = setTimeout(() => { finish(); syncControls(); }, 150);
  };

  /* the few controls that show the display; what they already show is left alone */
  const shown = {};
  const written = {}; // what the page wrote into a control, which then says it as if a person had chosen it
  const syncControls = () => {
    const { search, sort, coefficient, wand } = sl.display;
    const wanted = { search: ["value", search], sort: ["value", sort], coefficient: ["value", coefficient],
                     wand: ["children", wand ? "Undo wand" : "Wand"], provider: ["forceColorScheme", sl.theme()] };
    for (const [id, [prop, value]] of Object.entries(wanted)) {
      if (shown[id] === value) continue;
      shown[id] = value;
      written[id] = value;
      set(id, { [prop]: value });
    }
  };
  /* whether a person chose it: what the page wrote comes back late on a busy machine, and is no choice */
  sl.isChosen = (id, value) => {
    if (value === written[id]) return false;
    delete written[id];
    shown[id] = value;
    return true;
  };

  /* a colleague's link: the same runs have another id where they lie elsewhere */
  const sameRuns = (question) => {
    const found = sl.defaults.projects.find((p) => p.content && linked.id === question.selection.project && p.content === linked.content);
    if (found) question.selection = { ...question.selection, project: found.id };
    return found;
  };

  const read = () => {
    const given = sl.decode(location.hash);
    const first = sl.defaults.projects[0];
    if (given) Object.assign(linked, given.about);
    else sl.forgetRooms();
    const question = given ? given.question : { selection: withRoles(first.question), method: sl.defaults.method };
    const known = project(question.selection.project) || sameRuns(question);
    if (!question.selection.target.metric && known) question.selection.target.metric = known.question.target.metric;
    sl.display = { ...DISPLAY, ...sl.stored(question.selection.project), ...(given ? given.display : {}) };
    sl.question = question;
  };

  /* what is of the whole page, not of the view that "back" comes back to */
  const WHOLE = ["hidden", "wand", "theme", "search", "sort", "up", "coefficient"];
  const keepWhole = (before, question) => {
    for (const key of WHOLE) sl.display[key] = before[key];
    if (same(question.selection.picked, sl.question.selection.picked)) sl.display.selected = before.selected;
    const { tab } = sl.display;
    const here = tab in sl.display.options ? { [tab]: sl.display.options[tab] } : {};
    sl.display.options = { ...before.options, ...here };
  };

  /* "back" and "forward" restore the view and the question; an address that somebody wrote is all that counts */
  window.addEventListener("popstate", ({ state }) => {
    if (!sl.defaults) return;
    const { display, question } = sl;
    clearTimeout(sl.writing);
    if (sl.writing) store();
    sl.writing = 0;
    read();
    if (state && state.visit === visit && sl.question.selection.project === question.selection.project) keepWhole(display, question);
    else if (!state || state.visit !== visit) visit += 1;
    if (!same(question, sl.question)) set("question", { data: sl.question });
    syncControls();
    sl.draw();
    write("replace");
  });

  callbacks.start = (defaults) => {
    sl.defaults = defaults;
    read();
    visit = Date.now(); // after a reload it is another
    write("replace");
    sl.paintTheme();
    syncControls();
    sl.labelMenus();
    sl.watch();
    return sl.question;
  };

  const LOST = 10000; // milliseconds without an answer after which it is asked for again

  /* ---- answers: only one that belongs to the present question is ever shown ---- */

  sl.current = (payload) => Boolean(payload) && same(payload.question, sl.question);
  sl.received = { overview: null, importance: null };

  sl.draw = () => {
    const { overview, importance } = sl.received;
    const answer = sl.current(overview) && !overview.error ? overview.answer : null;
    const record = answer && sl.current(importance) && importance.state === "done" ? importance.record : null;
    if (answer) sl.display = sl.unpacked(sl.display, answer.parameters, () => visibility(answer.project.id));
    sl.shown = answer ? { answer, record, figure: record && importance.figure, facts: sl.facts(answer, record) } : null;
    sl.paintTheme();
    sl.drawManager();
    sl.drawTable();
    sl.drawBars();
    sl.drawSelection();
    sl.drawRooms();
    sl.drawTab();
    sl.drawCards();
    sl.drawDetail();
    sl.drawRunCard();
  };

  callbacks.received = (question, overview, importance) => {
    sl.received = { overview, importance };
    if (!sl.question) return 0;
    sl.draw();
    sl.checkRoles();
    if (sl.shown) { rewrite(); sl.lookFirst(); }
    if (sl.running()) sl.askAgain(100);
    return sl.drawStatus();
  };

  /* how far is it? Asked only after the last answer has come: Dash drops an answer when a later request is under way */
  sl.running = () => sl.current(sl.received.importance) && ["queued", "running"].includes(sl.received.importance.state);
  let asked = 0;
  sl.askAgain = (wait) => {
    clearTimeout(sl.asking);
    sl.asking = setTimeout(() => {
      asked = Date.now();
      if (sl.running()) set("poll", { data: asked });
    }, wait);
  };

  /* ---- is the server there, and is the source as it was read? ---- */

  sl.watch = () => {
    let stale = false; // a notice about the source or the server is on the page
    const look = async (first = false) => {
      if (document.hidden || !sl.question) return;
      const path = `${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/status`;
      try {
        const reply = await fetch(`${path}?project=${encodeURIComponent(sl.question.selection.project)}`);
        const state = await reply.json();
        if (sl.running() && Date.now() - asked > LOST) sl.askAgain(0);
        sl.isBack();
        if (state.problem) sl.notice(`The source cannot be read any more: ${state.problem}`);
        else if (state.changed) sl.readAnew(state.stamp, first);
        else if (stale) sl.notice("");
        stale = Boolean(state.problem || state.changed);
      } catch {
        stale = true;
        sl.notice("SweepLens does not answer. Is it still running? What you see is the last answer it gave.", true);
      }
    };
    if (!sl.watching) sl.watching = setInterval(() => look(), 1000 * (sl.defaults.refresh || 10));
    /* a server may have read its source long before a page is opened: what has come since is not waited for */
    sl.lookFirst = () => { sl.lookFirst = () => {}; look(true); };
  };

  sl.notice = (text, grave) => {
    const place = document.getElementById("notice");
    if (!place || place.dataset.text === text) return;
    place.dataset.text = text;
    place.textContent = text;
    place.className = text ? `notice ${grave ? "grave" : ""}` : "";
  };

  callbacks.show_problem = (problem) => {
    if (problem) sl.notice(problem.message, true);
    return window.dash_clientside.no_update;
  };
})();
