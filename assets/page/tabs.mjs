/* The views beside the overview. Each is an entry of `page.tabs`, by its name, with
     draw(place, answer)  writes the tab into `place`; called again only when the answer, the theme or the key has changed
     key()                text of all else that the drawing depends on
     asked()              what the tab asks the server beside the question; null while it cannot ask yet
     runs                 true if it shows runs: it then stays when importance is computed on other runs
     options              what is chosen within it, an example of each: `getOptions` and `setOptions`
     empty                true if it can be drawn where importance cannot be computed
     stays                true if what is drawn stays, dimmed, while an answer to a change within the tab is on its way
   Components of a tab's own layout stand above its place. */

import { fillPlace } from "./charts.mjs";
import { callbacks, setProps } from "./dash.mjs";
import * as page from "./page.mjs";
import { make, makeCard, makeStatus } from "./pieces.mjs";
import { isRunning, makePoller, onBack } from "./polling.mjs";
import { isSame } from "./same.mjs";
import { getTheme } from "./theme.mjs";

/* ---- what is chosen within a tab: part of the display ---- */

const kind = (value) => (Array.isArray(value) ? "list" : value === null ? "nothing" : typeof value);
/* an address can be edited: what is not of the kind that the tab keeps is put aside */
export const getOptions = (tab) => {
  const given = page.display.options[tab];
  const kept = (page.tabs[tab] || {}).options || {};
  if (kind(given) !== "object") return {};
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => key in kept && kind(value) === kind(kept[key])),
  );
};
export const setOptions = (tab, changes) => {
  const options = { ...getOptions(tab), ...changes };
  for (const key of Object.keys(options))
    if (options[key] === null || options[key] === undefined) delete options[key];
  const all = { ...page.display.options, [tab]: options };
  if (!Object.keys(options).length) delete all[tab];
  page.show({ options: all });
};

/* ---- asking ---- */

let answer = null;
let asked = null;
const wanted = () => {
  const tab = page.tabs[page.display.tab];
  if (!tab || !page.shown) return null;
  const more = tab.asked ? tab.asked() : {};
  return more && { tab: page.display.tab, ...more };
};
const ask = () => {
  const next = wanted();
  if (isSame(next, asked) || (!next && page.display.tab in page.tabs)) return; // what to ask will be known in a moment
  asked = next;
  setProps("tab-asked", { data: next });
};
const about = (ask) => {
  const { selection, method } = page.question;
  return page.tabs[ask.tab].runs
    ? { asked: ask, selection: { ...selection, picked: null } }
    : { asked: ask, selection, method };
};
const current = () => {
  const ask = page.question && wanted();
  return ask && answer && isSame(answer.question, about(ask)) ? answer : null;
};
const running = () => isRunning(current());

const poll = makePoller("tab-poll");
const finished = (a) => a && a.state === "done" && !a.error;
callbacks.tab_received = (question, received) => {
  const again =
    finished(answer) && finished(received) && isSame(answer.question, received.question);
  if (!again) answer = received || null; // what was drawn from the same answer stays
  if (!page.question) return 0;
  drawTab();
  poll(running());
  return Math.max(2, Math.round(100 * ((current() || {}).done || 0)));
};

/* no answer between two looks at the server: it was lost */
let missed = "";
onBack(() => {
  const waited = wanted() && !current() ? JSON.stringify(about(wanted())) : "";
  if (waited && waited === missed) setProps("tab-poll", { data: Date.now() });
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
  const empty = page.shown && page.shown.answer.empty;
  const { overview } = page.received;
  const error = (page.current(overview) && overview.error) || (a && a.error);
  if (error)
    fillPlace(
      place,
      makeCard(make("h3", "", "This question cannot be answered"), make("p", "", error)),
    );
  else if (empty && (!tab.empty || empty.reason === "no metric"))
    fillPlace(place, makeCard(make("p", "lead", empty.words)));
  else if (!a) fillPlace(place, makeStatus("", ""));
  else if (tab.runs && !finished(a)) fillPlace(place, makeStatus(a.state, a.message));
  else tab.draw(place, a);
};

export const drawTab = () => {
  const place = document.getElementById("tab-place");
  if (!place) return;
  const name = page.display.tab;
  const tab = page.tabs[name];
  document.getElementById("importance-pane").classList.toggle("hidden", Boolean(tab));
  document.getElementById("tab-pane").classList.toggle("hidden", !tab);
  ask();
  document.getElementById("tab-progress-row").classList.toggle("hidden", !tab || !running());
  if (!tab) {
    drawn = {};
    fillPlace(place);
    return;
  }
  const a = current();
  const now = {
    name,
    a,
    shown: a ? null : page.shown,
    overview: a ? null : page.received.overview,
    theme: getTheme(),
    key: a && page.shown && !a.error && tab.key ? tab.key() : "",
  };
  if (Object.keys(now).every((k) => drawn[k] === now[k])) return;
  document
    .querySelectorAll(".tab-own")
    .forEach((own) => own.classList.toggle("hidden", own.id !== `tab-${name}` || !page.shown));
  if (drawn.name !== name) {
    fillPlace(place);
    inSight();
  }
  const waits =
    tab.stays && drawn.name === name && drawn.a && !a && isSame(drawnFor, page.question);
  place.classList.toggle("stale", Boolean(waits));
  if (waits) return;
  drawn = now;
  drawnFor = page.question;
  fill(place, tab, a);
};
