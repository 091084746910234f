/* The question bar, the chips of its filter, and what else the header offers. */

import { STATES, listStates, writeCondition } from "./conditions.mjs";
import { callbacks, noUpdate } from "./dash.mjs";
import { openFilter } from "./dialogs.mjs";
import { flash } from "./notices.mjs";
import * as page from "./page.mjs";
import { make } from "./pieces.mjs";

/* ---- controls to question, and back ---- */

let goalShown = null; // what the page itself put into the control is no choice of the user's
const target = (field) => (value) => {
  const shown =
    field === "goal" ? goalShown : page.question && page.question.selection.target[field];
  if (value && page.question && value !== shown)
    page.ask({ target: field === "metric" ? { metric: value, goal: null } : { [field]: value } });
  return noUpdate();
};
callbacks.ask_metric = target("metric");
callbacks.ask_goal = target("goal");
callbacks.ask_value = target("value");
callbacks.ask_scale = target("scale");
callbacks.ask_method = (method) => {
  if (method && page.question) page.ask({ method });
  return noUpdate();
};

callbacks.ask_top = (top) => {
  if (top && page.question) page.ask({ selection: { top: Number(top) } });
  return noUpdate();
};

callbacks.metric_of = (question) => (question ? question.selection.target.metric : noUpdate());
callbacks.value_of = (question) => (question ? question.selection.target.value : noUpdate());
callbacks.scale_of = (question) => (question ? question.selection.target.scale : noUpdate());
callbacks.method_of = (question) => (question ? question.method : noUpdate());
callbacks.top_of = (question) => (question ? String(question.selection.top) : noUpdate());
const answerIn = (overview) => (page.current(overview) && !overview.error ? overview.answer : null);
callbacks.goal_of = (question, overview) => {
  const answer = answerIn(overview);
  goalShown =
    (question && question.selection.target.goal) || (answer ? answer.target.goal : goalShown);
  return goalShown || noUpdate();
};
callbacks.metrics_of = (overview) => {
  const answer = answerIn(overview);
  if (!answer) return noUpdate();
  const { metric, label } = answer.target;
  const names =
    metric && !answer.metrics.includes(metric) ? [metric, ...answer.metrics] : answer.metrics;
  return names.map((name) => ({ value: name, label: name === metric ? label : name }));
};
callbacks.values_of = (overview) => {
  const answer = answerIn(overview);
  if (!answer) return noUpdate();
  const labels = {
    last: "last value",
    best: "best value",
    min: "smallest value",
    max: "largest value",
    failing: "whether it fails",
  };
  const always = ["last", "failing"];
  return Object.entries(labels).map(([value, label]) => ({
    value,
    label,
    disabled: !always.includes(value) && !answer.has_history,
  }));
};
callbacks.scales_of = (overview) => {
  const answer = answerIn(overview);
  const auto =
    answer && answer.target.metric && page.question.selection.target.scale === "auto"
      ? `${answer.target.scale} scale (auto)`
      : "scale (auto)";
  return [
    ["auto", auto],
    ["raw", "raw scale"],
    ["log", "log scale"],
    ["rank", "rank scale"],
  ].map(([value, label]) => ({ value, label }));
};
const UNGROUPED = "none"; // a select box knows no empty value
callbacks.ask_group = (group) => {
  if (group && page.question) page.ask({ selection: { group: group === UNGROUPED ? "" : group } });
  return noUpdate();
};
callbacks.group_of = (question) => (question ? question.selection.group || UNGROUPED : noUpdate());
callbacks.groups_of = (overview) => {
  const answer = answerIn(overview);
  if (!answer) return noUpdate();
  const fields = answer.groupable.map(({ value, label }) => ({ value, label: `by ${label}` }));
  return [
    { value: UNGROUPED, label: "no grouping" },
    { value: "replicates", label: "replicates as one" },
    ...fields,
  ];
};
callbacks.runs_used = (overview) => {
  const answer = answerIn(overview);
  if (!answer) return "";
  const groups =
    answer.runs.groups === null ? "" : `, ${answer.runs.groups.toLocaleString("en")} groups`;
  return `${answer.runs.used.toLocaleString("en")} of ${answer.runs.loaded.toLocaleString("en")} runs${groups}`;
};

/* ---- chips of the run filter ---- */

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

callbacks.draw_chips = (question, overview, id) => {
  const place = document.getElementById(id);
  if (!place || !question) return noUpdate();
  const { states, filters } = question.selection;
  const chips = filters.map((condition, i) =>
    chip(
      writeCondition(condition),
      "Remove this condition",
      () => openFilter(i),
      () => page.ask({ selection: { filters: filters.filter((_, k) => k !== i) } }),
    ),
  );
  const answer = answerIn(overview);
  const there = listStates(answer);
  const failing = answer && answer.target.value === "failing" ? ["failed", "crashed"] : []; // these count then, whatever is chosen
  const stopped = answer && answer.target.step !== null ? ["killed", "pruned"] : []; // those that reach the step do
  const isCounted = (state) =>
    states.includes(state) || failing.includes(state) || stopped.includes(state);
  if (answer && !there.every(isCounted)) {
    const counted = there.filter(isCounted);
    const text = `only ${counted.join(", ") || states.join(", ")}`;
    chips.unshift(
      chip(
        text,
        "Count runs of every state",
        () => openFilter(-1),
        () => page.ask({ selection: { states: [...STATES].sort() } }),
      ),
    );
  }
  place.replaceChildren(...chips);
  return noUpdate();
};
callbacks.ungroup = () => {
  page.ask({ selection: { group: "" } });
  return noUpdate();
};
callbacks.clear_filter = () => {
  page.ask({ selection: { filters: [], picked: null } });
  return noUpdate();
};
callbacks.start_over = () => {
  const known =
    page.defaults.projects.find((p) => p.id === page.question.selection.project) ||
    page.defaults.projects[0];
  page.ask({ selection: known.question, method: page.defaults.method });
  page.keepRoles();
  return noUpdate();
};
callbacks.all_states = () => {
  page.ask({ selection: { states: [...STATES].sort() } });
  return noUpdate();
};

/* ---- link, help ---- */

callbacks.copy_link = () => {
  const url = `${location.origin}${location.pathname}#${page.encode(page.question, page.display)}`;
  const done = () => flash("Link copied");
  if (navigator.clipboard && window.isSecureContext)
    navigator.clipboard.writeText(url).then(done, () => window.prompt("Copy this link", url));
  else window.prompt("Copy this link", url);
  return noUpdate();
};
/* Mantine says of the box around a menu's button what it should say of the button */
const ABOUT_MENU = ["aria-haspopup", "aria-expanded", "aria-controls"];
export const labelMenus = () =>
  document.querySelectorAll("div[aria-haspopup]").forEach((box) => {
    const move = () =>
      ABOUT_MENU.filter((name) => box.hasAttribute(name)).forEach((name) => {
        box.querySelector("button").setAttribute(name, box.getAttribute(name));
        box.removeAttribute(name);
      });
    move();
    new MutationObserver(move).observe(box, { attributes: true, attributeFilter: ABOUT_MENU });
  });
