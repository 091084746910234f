/* How far to trust it; progress; why there is nothing. */

import { listStates } from "./conditions.mjs";
import { writeSigned } from "./numbers.mjs";
import * as page from "./page.mjs";
import { fillSentence, findMethod, make, nameMethod } from "./pieces.mjs";
import { describeFailures, describeSpellings, describeSteps, drawTaken } from "./taken.mjs";

const list = (counts) =>
  Object.entries(counts)
    .map(([reason, n]) => `${n.toLocaleString("en")} ${reason}`)
    .join(", ");

const drawTrust = (place, answer, record) => {
  const { trust, surrogate } = record;
  const out = Object.values(answer.runs.left_out).reduce((a, b) => a + b, 0);
  const details = [`${answer.runs.used.toLocaleString("en")} runs`];
  if (answer.runs.groups !== null)
    details[0] += ` in ${answer.runs.groups.toLocaleString("en")} groups by ${answer.runs.grouped}, each its mean`;
  else if (answer.runs.configs < answer.runs.used)
    details[0] += ` of ${answer.runs.configs.toLocaleString("en")} configs`;
  if (out) details.push(`${out.toLocaleString("en")} left out: ${list(answer.runs.left_out)}`);
  details.push(`${nameMethod(record.method)}, seed ${record.seed}`);
  details.push(`${answer.target.scale} scale: ${answer.target.scale_reason}`);
  const words = [make("span", `dot ${trust.level}`), make("b", "", trust.words)];
  if (typeof surrogate.oob_r2 === "number")
    words.push(
      make("span", "r2", `${trust.measure} ${writeSigned(surrogate.oob_r2).replace("+", "")}`),
    );
  if (typeof surrogate.explained === "number")
    words.push(
      make(
        "span",
        "r2",
        `settings explain ${Math.round(100 * Math.max(0, surrogate.explained))} % of what differs between runs`,
      ),
    );
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
    notes.push(
      `Left out as outcome, not setting: ${suspects.map((p) => p.parameter).join(", ")}. If that is wrong, give it another role under Columns and roles.`,
    );
  if (record) {
    record.groups.forEach((g) =>
      notes.push(
        `${g.parameters.join(" and ")} go together (association ${g.association.toFixed(2)}): their joint importance is ${g.joint.toFixed(2)}; how it divides between them means nothing.`,
      ),
    );
    notes.push(...record.notes);
  }
  notes.push(...answer.notes);
  if (answer.skipped.length)
    notes.push(
      `Could not be read: ${answer.skipped
        .slice(0, 3)
        .map(({ words }) => words)
        .join("; ")}` +
        (answer.skipped_count > 3
          ? `; and ${(answer.skipped_count - 3).toLocaleString("en")} more.`
          : ""),
    );
  place.replaceChildren(
    ...notes.map((note) => make("p", "", note)),
    ...describeSteps(answer),
    ...describeFailures(answer),
    ...describeSpellings(answer),
  );
};

const toggle = (id, on) => document.getElementById(id).classList.toggle("hidden", !on);

const drawEmpty = (title, words, ways) => {
  document.getElementById("empty-title").textContent = title;
  document.getElementById("empty-words").textContent = words;
  for (const way of [
    "retry",
    "columns-open-2",
    "ungroup",
    "clear-filter",
    "all-states",
    "start-over",
  ])
    toggle(way, ways.includes(way));
  toggle("empty", true);
  toggle("result", false);
};

const TITLES = {
  "no metric": "No metric",
  "no varying parameter": "No parameter varies",
  "too few runs": "Too few runs",
  "too few groups": "Too few groups",
  "constant target": "The metric never changes",
  "infinite setting": "A setting is infinite",
};

const MORE_RUNS_HELP = ["too few runs", "too few groups"];
const OTHER_COLUMNS_HELP = ["no metric", "no varying parameter"];
const waysOut = (reason) => {
  const { filters, states, picked, group } = page.question.selection;
  const ways = [];
  if (group) ways.push("ungroup");
  if (filters.length || picked) ways.push("clear-filter");
  if (
    MORE_RUNS_HELP.includes(reason) &&
    listStates(page.shown && page.shown.answer).some((state) => !states.includes(state))
  )
    ways.push("all-states");
  if (OTHER_COLUMNS_HELP.includes(reason)) ways.push("columns-open-2");
  return ways;
};

export const drawStatus = () => {
  const trust = document.getElementById("trust");
  const notes = document.getElementById("notes");
  const { overview, importance } = page.received;
  const answer = page.shown && page.shown.answer;
  const record = page.shown && page.shown.record;
  const failed = page.current(overview) && overview.error;
  const state = page.current(importance) ? importance.state : "";
  const broken = page.current(importance) && importance.error;
  const running = page.isComputing() && !failed;
  toggle("progress-row", running);
  const asks = findMethod(page.question.method).asks;
  for (const field of new Set(page.defaults.methods.flatMap((method) => method.asks)))
    toggle(`${field}-row`, asks.includes(field));
  drawTaken(failed ? null : answer);
  fillSentence(
    document.getElementById("headline"),
    (!failed && record && record.trust.headline) || "",
  );
  toggle("empty", false);
  toggle("result", true);
  toggle("trust", !failed);
  document.getElementById("result").classList.toggle("stale", !answer);
  if (failed) {
    notes.replaceChildren();
    const link = overview.missing && page.linkedName(page.question.selection.project);
    if (link)
      drawEmpty(
        "The runs of this link are not here",
        `It is about “${link}”. This server has not read these runs, or they have changed since: open their source, under the name of the project above.`,
        ["start-over"],
      );
    else drawEmpty("This question cannot be answered", failed, [...waysOut(""), "start-over"]);
  } else if (answer && answer.empty) {
    trust.replaceChildren(make("span", "dot none"), make("b", "", "Nothing to rank"));
    drawNotes(notes, answer, null);
    drawEmpty(
      TITLES[answer.empty.reason] || "Nothing to rank",
      answer.empty.words,
      waysOut(answer.empty.reason),
    );
  } else if (answer && record && record.empty) {
    drawTrust(trust, answer, record);
    drawEmpty(TITLES[record.empty.reason] || "Nothing to rank", record.empty.words, []);
  } else if (answer && record) {
    drawTrust(trust, answer, record);
    drawNotes(notes, answer, record);
  } else {
    const words =
      { cancelled: "Cancelled", failed: "Importance could not be computed", queued: "Waiting …" }[
        state
      ] || "Computing importance …";
    const detail =
      (importance && page.current(importance) && (importance.message || importance.error)) || "";
    trust.replaceChildren(
      make("span", `dot ${running || !state ? "busy" : "none"}`),
      make("b", "", answer || state ? words : "Reading …"),
      make("span", "advice", detail || (answer ? "Correlations are shown already." : "")),
    );
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
export const markWaiting = () => {
  for (const id of ["result", "cards", "tab-place"])
    document.getElementById(id).classList.add("stale");
  document.getElementById("headline").textContent = "";
  document
    .getElementById("trust")
    .replaceChildren(make("span", "dot busy"), make("b", "", "Reading …"));
};
