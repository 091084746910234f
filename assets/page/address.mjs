/* What is asked and how it is shown, as the part of an address behind the "#", and back. */

import { putNames, readNames } from "./packed.mjs";
import { isSame } from "./same.mjs";

const TARGET = {
  metric: "",
  goal: null,
  value: "last",
  scale: "auto",
  failures: "auto",
  step: null,
};
const SELECTION = {
  states: ["finished", "unknown"],
  filters: [],
  picked: null,
  group: "",
  roles: [],
  places: [],
  merged: [],
  seed: 0,
  top: 0.1,
};
export const DISPLAY = {
  hidden: null,
  wand: null,
  sort: "importance",
  up: false,
  open: [],
  search: "",
  coefficient: "correlation",
  theme: null,
  tab: "importance",
  detail: [],
  targets: null,
  options: {},
  selected: null,
  run: "",
};
const PLAIN = ["sort", "coefficient", "theme", "search", "tab", "run"];

/* runs by their ids; many of them by the fingerprint under which the server keeps them */
const putRuns = (out, key, runs) => {
  if (typeof runs === "string") out.set(`${key}s`, runs);
  else (runs || []).forEach((id) => out.append(key, id));
};
const readRuns = (out, key) => out.get(`${key}s`) || (out.has(key) ? out.getAll(key) : null);

const putSelection = (out, selection) => {
  for (const key of Object.keys(TARGET))
    if (!isSame(selection.target[key], TARGET[key])) out.set(key, selection.target[key]);
  if (!isSame(selection.states, SELECTION.states)) out.set("states", selection.states.join(","));
  selection.filters.forEach((filter) => out.append("filter", JSON.stringify(filter)));
  putRuns(out, "pick", selection.picked);
  if (selection.group) out.set("group", selection.group);
  selection.roles.forEach(([name, role]) => out.append("role", `${role}:${name}`));
  selection.places.forEach(([name, place]) => out.append("place", `${place}:${name}`));
  (selection.merged || []).forEach((name) => out.append("merge", name));
  if (selection.seed) out.set("seed", selection.seed);
  if (selection.top !== SELECTION.top) out.set("top", selection.top);
};

const putDisplay = (out, display, parameters, picked) => {
  putNames(out, "hide", display.hidden, parameters);
  putNames(out, "wand", display.wand, parameters);
  for (const key of PLAIN) if (!isSame(display[key], DISPLAY[key])) out.set(key, display[key]);
  if (!isSame(display.selected, picked)) putRuns(out, "select", display.selected);
  if (!isSame(display.options, {})) out.set("options", JSON.stringify(display.options));
  if (display.up) out.set("up", "1");
  display.open.forEach((name) => out.append("open", name));
  display.detail.forEach((name) => out.append("detail", name));
  (display.targets || []).forEach((name) => out.append("target", name));
};

/* `about` describes the project: {content, name}; `usual` is the method that an address need not name; `parameters` are the
   answer's, where they are known: long lists of them are then written in short */
export const encodeAddress = (question, display, { about, usual, parameters }) => {
  const out = new URLSearchParams({ v: "1", project: question.selection.project });
  if (about.content) {
    out.set("content", about.content);
    out.set("of", about.name);
  }
  if (question.method !== usual) out.set("method", question.method);
  putSelection(out, question.selection);
  putDisplay(out, display, parameters, question.selection.picked);
  return out.toString();
};

const readPairs = (list) =>
  list.map((text) => {
    const cut = text.indexOf(":");
    return [text.slice(cut + 1), text.slice(0, cut)];
  });

const readJson = (texts) =>
  texts.flatMap((text) => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });

const readSelection = (out) => {
  const target = { ...TARGET };
  for (const key of Object.keys(TARGET)) if (out.has(key)) target[key] = out.get(key);
  if (target.step !== null && target.step !== "last") target.step = Number(target.step);
  return {
    project: out.get("project"),
    target,
    states: out.has("states") ? out.get("states").split(",").filter(Boolean) : SELECTION.states,
    filters: readJson(out.getAll("filter")),
    picked: readRuns(out, "pick"),
    group: out.get("group") || "",
    roles: readPairs(out.getAll("role")),
    places: readPairs(out.getAll("place")),
    merged: out.getAll("merge").sort(),
    seed: Number(out.get("seed") || 0),
    top: Number(out.get("top") || SELECTION.top),
  };
};

const readDisplay = (out, picked) => {
  const display = {
    open: out.getAll("open"),
    up: out.get("up") === "1",
    selected: readRuns(out, "select") || picked,
  };
  display.detail = out.get("run") ? [] : [...new Set(out.getAll("detail"))].slice(0, 2);
  if (out.has("hide") || out.has("hides")) display.hidden = readNames(out, "hide");
  if (out.has("wand") || out.has("wands")) display.wand = readNames(out, "wand");
  if (out.has("target")) display.targets = out.getAll("target");
  for (const key of PLAIN) if (out.has(key)) display[key] = out.get(key);
  const [options] = readJson(out.getAll("options"));
  if (options && typeof options === "object" && !Array.isArray(options)) display.options = options;
  return display;
};

/* a view that has another name since, and what was chosen within it */
const openView = (display, views, older) => {
  for (const [name, [tab, added]] of Object.entries(older)) {
    const { [name]: chosen, ...options } = display.options || {};
    const open = display.tab === name;
    if (!open && !chosen) continue;
    display.options = { ...options, [tab]: { ...options[tab], ...chosen, ...(open ? added : {}) } };
    if (open) display.tab = tab;
  }
  if (display.tab && !(display.tab in views)) delete display.tab;
};

/* null where the address says no question; `views` are those that there are, `older` what older ones are called now */
export const decodeAddress = (hash, { usual, views, older }) => {
  const out = new URLSearchParams(hash.replace(/^#/, ""));
  if (out.get("v") !== "1" || !out.get("project")) return null;
  const selection = readSelection(out);
  const display = readDisplay(out, selection.picked);
  openView(display, views, older);
  return {
    question: { selection, method: out.get("method") || usual },
    display,
    about: { id: selection.project, content: out.get("content") || "", name: out.get("of") || "" },
  };
};
