/* The selected runs: one set for the whole page. It is part of the display; only when importance is to be computed on it, it
   becomes part of the question. A few runs are named by their ids; many travel as a fingerprint, under which the server keeps
   them. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const { make, button } = sl;
  const no_update = () => window.dash_clientside.no_update;
  const MOST_NAMED = 30;
  const MOST_KNOWN = 4; // sets whose ids are remembered

  const known = new Map(); // fingerprint to ids
  const remember = (key, ids) => {
    known.set(key, new Set(ids));
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
  };

  const become = (selected) => {
    const on = Boolean(sl.question.selection.picked);
    sl.show({ selected });
    if (on) sl.ask({ selection: { picked: selected } });
    else sl.drawSelection();
  };

  /* what a request in vain had to say stands until one is answered again */
  let complaint = "";
  sl.complain = (words) => { complaint = words; sl.notice(words, true); };

  /* ask the server about runs: their rows, or a set of them */
  sl.postRuns = async (what, asked) => {
    const reply = await fetch(`${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/runs/${what}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked),
    });
    if (!reply.ok) throw new Error("The server could not answer. Load the page again.");
    if (complaint && document.getElementById("notice").dataset.text === complaint) sl.notice("");
    complaint = "";
    if (!reply.headers.get("Content-Type").includes("json")) return reply.blob();
    const found = await reply.json();
    if (found.error) throw new Error(found.error);
    return found;
  };

  /* select the runs that the server finds: see `select` in panel/page/views/listing.py; changes follow one after the other. An
     answer that comes after another project was opened, or after something else was selected as a whole, is no news. */
  let turn = 0;
  let found = Promise.resolve();
  sl.selectFound = (asked, { ids, before, failed = sl.complain } = {}) => {
    const { project } = sl.question.selection;
    const mine = turn;
    found = found.then(async () => {
      const { runs } = await sl.postRuns("select", { selection: sl.question.selection, selected: sl.display.selected, ...asked });
      if (mine !== turn || project !== sl.question.selection.project) return null;
      if (ids && typeof runs === "string") remember(runs, ids);
      if (before) before(runs.length ? runs : null);
      become(runs.length ? runs : null);
      return runs;
    }).catch((error) => { failed(error.message); });
    return found;
  };

  /* select runs by their ids; none, or null, takes the selection away */
  sl.select = (ids) => {
    turn += 1;
    const list = [...new Set(ids || [])].sort();
    if (list.length <= MOST_NAMED) become(list.length ? list : null);
    else sl.selectFound({ selected: null, change: { add: list, remove: [] } }, { ids: list });
  };

  /* the ids of the selected runs as a set; null if none are selected, or it is not known yet which */
  let wanted = null; // the fingerprint that is being asked about
  sl.selected = () => {
    const { selected } = sl.display;
    if (!selected) return null;
    if (typeof selected !== "string") return new Set(selected);
    if (!known.has(selected) && wanted !== selected) name(selected);
    return known.get(selected) || null;
  };
  const name = async (key) => {
    wanted = key;
    try {
      remember(key, (await sl.postRuns("named", { key })).runs);
    } catch (error) {
      sl.complain(error.message);
      if (sl.display.selected === key && !(error instanceof TypeError)) sl.clearSelection(); // a TypeError: no server
    }
    wanted = null;
    sl.draw();
  };
  sl.whenBack(() => { if (typeof sl.display.selected === "string" && sl.display.tab in sl.tabs) sl.selected(); });
  /* the same as text, for a tab's key */
  sl.selectionKey = () => (typeof sl.display.selected === "string" ? `${sl.display.selected} ${known.has(sl.display.selected)}` : JSON.stringify(sl.display.selected));

  const count = (selected) => (typeof selected === "string" ? Number(selected.split("-")[0]) : selected.length);

  sl.drawSelection = () => {
    const row = document.getElementById("selection-row");
    if (!row || !sl.question) return;
    const { selected } = sl.display;
    const { picked } = sl.question.selection;
    row.classList.toggle("hidden", !selected);
    if (!selected) { row.replaceChildren(); row.said = ""; return; }
    const n = count(selected);
    const said = JSON.stringify([n, Boolean(picked), sl.display.tab]);
    if (row.said === said) return;
    row.said = said;
    const chip = make("span", "chip selection-chip");
    const cross = button("×", "chip-remove", () => sl.clearSelection());
    cross.setAttribute("aria-label", "Select no runs");
    chip.append(make("span", "chip-words", `${n.toLocaleString("en")} selected run${n === 1 ? "" : "s"}`), cross);
    const on = make("label", "switch");
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: Boolean(picked) });
    box.addEventListener("change", () => sl.ask({ selection: { picked: box.checked ? sl.display.selected : null } }));
    on.append(box, make("span", "", "Compute importance on these runs only"));
    const words = picked ? [make("span", "muted small", "Parameters that do not vary among them are hidden.")] : [];
    row.replaceChildren(chip, on, ...words, ...(sl.display.tab === "methods" ? [] : [button("Compare with the ranking of all runs", "link", () => sl.show({ tab: "methods" }))]));
  };
  callbacks.draw_selection = () => { sl.drawSelection(); return no_update(); };

  sl.clearSelection = () => {
    turn += 1;
    sl.show({ selected: null });
    if (sl.question.selection.picked) sl.ask({ selection: { picked: null } });
  };
})();
