/* The five rooms and their views: which is open, the way to each, and why one has nothing to show. */

import { callbacks } from "./dash.mjs";
import { flash } from "./notices.mjs";
import * as page from "./page.mjs";

/* why a view cannot answer here; nothing if it can */
const FEW = "It takes two metrics, and there is one.";
const UNTIMED = "It takes two metrics, or one and run times, and there is one metric.";
const REASONS = {
  curves: (answer) => (answer.has_history ? "" : "No run logged this metric over time."),
  tradeoff: (answer) => (answer.metrics.length > 1 || answer.has_runtime ? "" : UNTIMED),
  targets: (answer) => (answer.metrics.length > 1 ? "" : FEW),
};

const links = (selector) => [...document.querySelectorAll(selector)];
const shown = () => (page.display.tab in page.tabs ? page.display.tab : "importance");
const roomOf = (tab) =>
  links("#tab a, #rooms a").find((link) => link.dataset.tab === tab).dataset.room;

/* a page without an address begins anew: each room opens with its first view */
export const forgetRooms = () =>
  links("#rooms a").forEach((link) => {
    const first = document.querySelector(`#tab a[data-room="${link.dataset.room}"]`);
    if (first) link.dataset.tab = first.dataset.tab; // a room of one view has no other
  });

const mark = (link, on) =>
  on ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
const grey = (link, reason) => {
  link.title = reason;
  if (reason) link.setAttribute("aria-disabled", "true");
  else link.removeAttribute("aria-disabled");
};

export const drawRooms = () => {
  const tab = shown();
  const room = roomOf(tab);
  const answer = page.shown && page.shown.answer;
  for (const link of links("#rooms a")) {
    mark(link, link.dataset.room === room);
    if (link.dataset.room === room) link.dataset.tab = tab; // it leads back to what was open
  }
  for (const link of links("#tab a")) {
    const reason = answer && REASONS[link.dataset.tab] ? REASONS[link.dataset.tab](answer) : "";
    link.classList.toggle("hidden", link.dataset.room !== room);
    mark(link, link.dataset.tab === tab);
    grey(link, reason);
  }
  document
    .getElementById("tab")
    .classList.toggle("hidden", !links("#tab a").some((link) => link.dataset.room === room));
};

/* the help begins with the view that is open */
callbacks.open_help = (clicks) => {
  for (const section of links("#help-sections > section"))
    section.classList.toggle("here", section.dataset.views.split(" ").includes(shown()));
  return Boolean(clicks);
};

const linkAt = (event) =>
  event.target instanceof Element && event.target.closest("#rooms a, #tab a");

/* the address of a view is made when somebody comes near: it holds the whole question */
const address = (event) => {
  const link = linkAt(event);
  if (link && page.question)
    link.href = `#${page.encode(page.question, { ...page.display, tab: link.dataset.tab })}`;
};
document.addEventListener("pointerover", address);
document.addEventListener("focusin", address);

document.addEventListener("click", (event) => {
  const link = linkAt(event);
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // a browser opens these itself
  event.preventDefault();
  if (link.getAttribute("aria-disabled")) flash(link.title, 3000);
  else if (page.question) page.show({ tab: link.dataset.tab });
});
