/* What is asked (the question, in a store that the server sees) and how it is shown (the display, which never leaves the
   browser). Both are in the address; what is hidden is also in the browser's storage. All else on the page follows from these
   two and from the answers: `draw` draws it. This module knows no part of the page: `main.mjs` connects them. */

import { DISPLAY, decodeAddress, encodeAddress } from "./address.mjs";
import { callbacks, setProps } from "./dash.mjs";
import { unpackNames } from "./packed.mjs";
import { isSame } from "./same.mjs";
import * as storage from "./storage.mjs";

/** @typedef {import("../types/records").Overview} Overview */
/** @typedef {import("../types/records").Importance} Importance */
/** @typedef {import("../types/page").Question} Question */
/** @typedef {import("../types/page").Display} Display */
/** @typedef {import("../types/page").Shown} Shown */
/** @typedef {import("../types/page").View} View */

/** @type {Question | null} */
export let question = null;
/** @type {Display} */
export let display = { ...DISPLAY };
/** @type {any} */
export let defaults = null;
/** @type {{overview: any, importance: any}} */
export let received = { overview: null, importance: null }; // the last answers, to whatever question
/** @type {Shown | null} */
export let shown = null; // the answer to the present question, {answer, record, figure, facts}

/* the views beside the overview, by name: see tabs.mjs */
/** @type {Record<string, View>} */
export const tabs = {};

/* what main.mjs says of the parts: {draw: in their order, begin, received, waiting, forgotten, otherNames, facts, older} */
let parts = null;
export const connect = (given) => {
  parts = given;
};

/* ---- the address and the storage ---- */

const linked = {}; // the project of the address, as the address itself describes it
export const linkedName = (id) => (linked.id === id ? linked.name : "");

const project = (id) => defaults.projects.find((p) => p.id === id);
/* what is known of a project: of the one that this server opened, or of the one that is shown */
const described = (id) => {
  const { answer } = shown || {};
  return (
    project(id) ||
    (answer && answer.project.id === id
      ? answer.project
      : linked.id === id
        ? linked
        : { source: id })
  );
};
const sourceOf = (id) => described(id).source || id;

const usualMethod = () => defaults.methods[0].value; // of an address that names none, whatever this server opens with

/* the answer's parameters, where they are known for this project */
const parametersOf = (id) => {
  const { overview } = received;
  return overview && overview.answer && overview.answer.project.id === id
    ? overview.answer.parameters
    : null;
};

export const encode = (asked, how) => {
  const id = asked.selection.project;
  return encodeAddress(asked, how, {
    about: described(id),
    usual: usualMethod(),
    parameters: parametersOf(id),
  });
};
const decode = (hash) =>
  decodeAddress(hash, { usual: usualMethod(), views: tabs, older: parts.older });

/* roles are in the storage by source; an address says all of them, so it alone counts where there is one */
export let rolesKept = null; // as they were in the storage when they were last taken from there
const withRoles = (selection) => {
  if (selection.roles.length) return selection;
  rolesKept = storage.readRoles(sourceOf(selection.project));
  return { ...selection, roles: rolesKept };
};
export const keepRoles = () =>
  storage.keepRoles(sourceOf(question.selection.project), question.selection.roles);

const visibility = (id) => {
  const { hidden = null, wand = null } = storage.readShown(sourceOf(id));
  return { hidden, wand };
};

/* ---- the address is written ---- */

export let writing = 0; // the timer that writes it
let visit = 0; // an entry of the history knows the visit that it was made in: see `popstate`

const address = () => `#${encode(question, display)}`;
const write = (way) => history[`${way}State`]({ visit }, "", address());
const store = () => storage.keepShown(sourceOf(question.selection.project), display);
/* what was changed a moment ago belongs to the entry that is left now */
const finish = () => {
  if (!writing) return;
  clearTimeout(writing);
  writing = 0;
  write("replace");
  store();
};

/* ---- changing them: the only two ways ---- */

const MOMENT = 250; // milliseconds in which an answer is as good as at once

const give = (answers) => {
  received = answers;
  draw();
  setProps("overview", { data: answers.overview });
  setProps("importance", { data: answers.importance });
};

/* `answers` returns the answers to the new question, where these are known without the server */
export const ask = (changes, answers = null) => {
  const next = {
    method: changes.method || question.method,
    selection: { ...question.selection, ...changes.selection },
  };
  if (changes.target) next.selection.target = { ...next.selection.target, ...changes.target };
  if (isSame(next, question)) return;
  const known = answers && answers(next);
  finish();
  question = next;
  write("push");
  if (known) give(known);
  setProps("question", { data: next });
  if (!known)
    setTimeout(() => question === next && !current(received.overview) && parts.waiting(), MOMENT);
};

/* another project, with its own usual question and what was hidden of it before */
export const choose = (selection) => {
  ask({ selection: withRoles(selection) });
  const nothing = {
    hidden: null,
    wand: null,
    open: [],
    detail: [],
    targets: null,
    options: {},
    selected: null,
    run: "",
  };
  show({ ...nothing, ...storage.readShown(sourceOf(selection.project)) });
};

/* the same question of the same source, read anew, with its answers */
export const replaceQuestion = (next, answers) => {
  question = next;
  write("replace");
  store();
  give(answers);
  setProps("question", { data: next });
};

export const show = (changes) => {
  const opened = changes.run
    ? { detail: [] }
    : changes.detail && changes.detail.length
      ? { run: "" }
      : {}; // one card at a time
  const next = { ...display, ...changes, ...opened };
  if (isSame(next, display)) return;
  const leaves = next.tab !== display.tab; // the browser's "back" comes back to this view
  if (leaves) finish();
  display = next;
  if (leaves) write("push");
  draw();
  clearTimeout(writing);
  writing = setTimeout(() => {
    finish();
    syncControls();
  }, 150);
};

/* ---- the few controls that show the display; what they already show is left alone ---- */

const controls = {}; // what each of them shows
const written = {}; // what the page wrote into a control, which then says it as if a person had chosen it

const syncControls = () => {
  const { search, sort, coefficient, wand } = display;
  const wanted = {
    search: ["value", search],
    sort: ["value", sort],
    coefficient: ["value", coefficient],
    wand: ["children", wand ? "Undo wand" : "Wand"],
    provider: ["forceColorScheme", parts.theme()],
  };
  for (const [id, [prop, value]] of Object.entries(wanted)) {
    if (controls[id] === value) continue;
    controls[id] = value;
    written[id] = value;
    setProps(id, { [prop]: value });
  }
};
/* a person chose it: the control shows it already */
export const noteChosen = (id, value) => {
  delete written[id];
  controls[id] = value;
};
/* whether a person chose it: what the page wrote comes back late on a busy machine, and is no choice */
export const isChosen = (id, value) => {
  if (value === written[id]) return false;
  noteChosen(id, value);
  return true;
};

/* ---- the address is read ---- */

/* a colleague's link: the same runs have another id where they lie elsewhere */
const sameRuns = (asked) => {
  const found = defaults.projects.find(
    (p) => p.content && linked.id === asked.selection.project && p.content === linked.content,
  );
  if (found) asked.selection = { ...asked.selection, project: found.id };
  return found;
};

const read = () => {
  const given = decode(location.hash);
  if (given) Object.assign(linked, given.about);
  else parts.forgotten();
  const asked = given
    ? given.question
    : { selection: withRoles(defaults.projects[0].question), method: defaults.method };
  const known = project(asked.selection.project) || sameRuns(asked);
  if (!asked.selection.target.metric && known)
    asked.selection.target.metric = known.question.target.metric;
  display = {
    ...DISPLAY,
    ...(given ? storage.readTheme() : storage.readShown(sourceOf(asked.selection.project))),
    ...(given ? given.display : {}),
  };
  question = asked;
};

/* what is of the whole page, not of the view that "back" comes back to */
const WHOLE = ["hidden", "wand", "theme", "search", "sort", "up", "coefficient"];
const keepWhole = (before, asked) => {
  for (const key of WHOLE) display[key] = before[key];
  if (isSame(asked.selection.picked, question.selection.picked)) display.selected = before.selected;
  const { tab } = display;
  const here = tab in display.options ? { [tab]: display.options[tab] } : {};
  display.options = { ...before.options, ...here };
};

/* "back" and "forward" restore the view and the question; an address that somebody wrote is all that counts */
window.addEventListener("popstate", ({ state }) => {
  if (!defaults) return;
  const [before, asked] = [display, question];
  clearTimeout(writing);
  if (writing) store();
  writing = 0;
  read();
  if (state && state.visit === visit && question.selection.project === asked.selection.project)
    keepWhole(before, asked);
  else if (!state || state.visit !== visit) visit += 1;
  if (!isSame(asked, question)) setProps("question", { data: question });
  syncControls();
  draw();
  write("replace");
});

callbacks.start = (given) => {
  defaults = given;
  read();
  visit = Date.now(); // after a reload it is another
  write("replace");
  parts.begin();
  syncControls();
  return question;
};

/* ---- answers: only one that belongs to the present question is ever shown ---- */

export const current = (payload) => Boolean(payload) && isSame(payload.question, question);

export const draw = () => {
  const { overview, importance } = received;
  const answer = current(overview) && !overview.error ? overview.answer : null;
  const record =
    answer && current(importance) && importance.state === "done" ? importance.record : null;
  if (answer) {
    const unpacked = unpackNames(display, answer.parameters);
    if (!unpacked) {
      display = { ...display, ...visibility(answer.project.id) };
      parts.otherNames();
    } else display = unpacked;
  }
  shown = answer
    ? { answer, record, figure: record && importance.figure, facts: parts.facts(answer, record) }
    : null;
  for (const part of parts.draw) part();
};

callbacks.received = (_, overview, importance) => {
  received = { overview, importance };
  if (!question) return 0;
  draw();
  /* a long list of parameters is written in short once it is known which there are */
  if (shown && location.hash !== address()) write("replace");
  if (isComputing()) askAgain(100);
  return parts.received();
};

/* how far is it? Asked only after the last answer has come: Dash drops an answer when a later request is under way */
export const isComputing = () =>
  current(received.importance) && ["queued", "running"].includes(received.importance.state);

const LOST = 10000; // milliseconds without an answer after which it is asked for again
let asking = 0; // the timer that asks
let asked = 0; // when it was last asked
const askAgain = (wait) => {
  clearTimeout(asking);
  asking = setTimeout(() => {
    asked = Date.now();
    if (isComputing()) setProps("poll", { data: asked });
  }, wait);
};
export const askIfLost = () => {
  if (isComputing() && Date.now() - asked > LOST) askAgain(0);
};
