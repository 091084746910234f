/* The views beside the overview. Each is an entry of `sl.tabs`, by its name, with
     draw(place, answer)  writes the tab into `place`; called again only when the answer, the theme or the key has changed
     key()                text of all else that the drawing depends on
     asked()              what the tab asks the server beside the question; null while it cannot ask yet
     runs                 true if it shows runs: it then stays when importance is computed on other runs
     options              what is chosen within it, an example of each: `sl.options` and `sl.setOptions`
     empty                true if it can be drawn where importance cannot be computed
     stays                true if what is drawn stays, dimmed, while an answer to a change within the tab is on its way
   Components of a tab's own layout stand above its place. Scripts are loaded in the order of the alphabet. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const { make, card, status } = sl;

  /* ---- what is chosen within a tab: part of the display ---- */

  const kind = (value) => (Array.isArray(value) ? "list" : value === null ? "nothing" : typeof value);
  /* an address can be edited: what is not of the kind that the tab keeps is put aside */
  sl.options = (tab) => {
    const given = sl.display.options[tab];
    const kept = (sl.tabs[tab] || {}).options || {};
    if (kind(given) !== "object") return {};
    return Object.fromEntries(Object.entries(given).filter(([key, value]) => key in kept && kind(value) === kind(kept[key])));
  };
  sl.setOptions = (tab, changes) => {
    const options = { ...sl.options(tab), ...changes };
    for (const key of Object.keys(options)) if (options[key] === null || options[key] === undefined) delete options[key];
    const all = { ...sl.display.options, [tab]: options };
    if (!Object.keys(options).length) delete all[tab];
    sl.show({ options: all });
  };

  /* ---- asking ---- */

  let answer = null;
  let asked = null;
  const wanted = () => {
    const tab = sl.tabs[sl.display.tab];
    if (!tab || !sl.shown) return null;
    const more = tab.asked ? tab.asked() : {};
    return more && { tab: sl.display.tab, ...more };
  };
  const ask = () => {
    const next = wanted();
    if (sl.same(next, asked) || (!next && sl.display.tab in sl.tabs)) return; // what to ask will be known in a moment
    asked = next;
    window.dash_clientside.set_props("tab-asked", { data: next });
  };
  const about = (ask) => {
    const { selection, method } = sl.question;
    return sl.tabs[ask.tab].runs ? { asked: ask, selection: { ...selection, picked: null } } : { asked: ask, selection, method };
  };
  const current = () => {
    const ask = sl.question && wanted();
    return ask && answer && sl.same(answer.question, about(ask)) ? answer : null;
  };
  const running = () => sl.isRunning(current());

  const poll = sl.poller("tab-poll");
  const finished = (a) => a && a.state === "done" && !a.error;
  callbacks.tab_received = (question, received) => {
    const again = finished(answer) && finished(received) && sl.same(answer.question, received.question);
    if (!again) answer = received || null; // what was drawn from the same answer stays
    if (!sl.question) return 0;
    sl.drawTab();
    poll(running());
    return Math.max(2, Math.round(100 * ((current() || {}).done || 0)));
  };

  /* no answer between two looks at the server: it was lost */
  let missed = "";
  sl.whenBack(() => {
    const waited = wanted() && !current() ? JSON.stringify(about(wanted())) : "";
    if (waited && waited === missed) window.dash_clientside.set_props("tab-poll", { data: Date.now() });
    missed = waited;
  });

  /* ---- drawing ---- */

  /* on a narrow screen the row of views scrolls */
  const inSight = () => {
    const chosen = document.querySelector("#tab a[aria-current]");
    if (chosen) chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  let drawn = {};
  let drawnFor = null; // the question when it was drawn
  const fill = (place, tab, a) => {
    const empty = sl.shown && sl.shown.answer.empty;
    const { overview } = sl.received;
    const error = (sl.current(overview) && overview.error) || (a && a.error);
    if (error) sl.fill(place, card(make("h3", "", "This question cannot be answered"), make("p", "", error)));
    else if (empty && (!tab.empty || empty.reason === "no metric")) sl.fill(place, card(make("p", "lead", empty.words)));
    else if (!a) sl.fill(place, status("", ""));
    else if (tab.runs && !finished(a)) sl.fill(place, status(a.state, a.message));
    else tab.draw(place, a);
  };

  sl.drawTab = () => {
    const place = document.getElementById("tab-place");
    if (!place) return;
    const name = sl.display.tab;
    const tab = sl.tabs[name];
    document.getElementById("importance-pane").classList.toggle("hidden", Boolean(tab));
    document.getElementById("tab-pane").classList.toggle("hidden", !tab);
    ask();
    document.getElementById("tab-progress-row").classList.toggle("hidden", !tab || !running());
    if (!tab) { drawn = {}; sl.fill(place); return; }
    const a = current();
    const now = { name, a, shown: a ? null : sl.shown, overview: a ? null : sl.received.overview, theme: sl.theme(), key: a && sl.shown && !a.error && tab.key ? tab.key() : "" };
    if (Object.keys(now).every((k) => drawn[k] === now[k])) return;
    document.querySelectorAll(".tab-own").forEach((own) => own.classList.toggle("hidden", own.id !== `tab-${name}` || !sl.shown));
    if (drawn.name !== name) { sl.fill(place); inSight(); }
    const waits = tab.stays && drawn.name === name && drawn.a && !a && sl.same(drawnFor, sl.question);
    place.classList.toggle("stale", Boolean(waits));
    if (waits) return;
    drawn = now;
    drawnFor = sl.question;
    fill(place, tab, a);
  };
})();
