/* Which source is open, opening another, and reading one anew that has changed: the page stays as it is until all is there. */

import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { flash, showNotice } from "./notices.mjs";
import * as page from "./page.mjs";
import { isSame } from "./same.mjs";

const element = (id) => document.getElementById(id);

const MORE = "\n open another"; // no path has this name
const LARGEST = () => page.defaults.largest_upload * 1e6;

const say = (text) => {
  const place = element("open-error");
  if (place) place.textContent = text;
};

let request = null; // what is being opened or read anew
let polling = null;

const send = (what) => {
  say("");
  request = { token: String(Date.now()), ...what };
  setProps("opening", { data: request });
};
const anew = () => Boolean(request && request.project);

/* ---- the list in the header ---- */

const recent = () => page.defaults.recent || [];
const remember = (entry) => {
  page.defaults.recent = [entry, ...recent().filter((other) => other.uri !== entry.uri)].slice(
    0,
    12,
  );
};

/* asked anew without news, it would put back what somebody has just chosen from the list */
let told = []; // the answers of which the list was made
callbacks.sources_of = (overview, opened) => {
  if (!page.current(overview) || overview.error) return [noUpdate(), noUpdate()];
  const news = [overview.question, overview.answer.project, opened];
  if (isSame(news, told)) return [noUpdate(), noUpdate()];
  told = news;
  const { source, name, format, parts, part_runs: runs } = overview.answer.project;
  const part = (uri) => uri.slice(uri.indexOf("#") + 1);
  const here = parts.length
    ? parts.map((uri, i) => ({
        value: uri,
        label: `${part(uri)}${runs[i] === 0 ? " (0 runs)" : ""}`,
        disabled: runs[i] === 0 && uri !== source,
      }))
    : [{ value: source, label: name }];
  const filled = parts.filter((_, i) => runs[i] !== 0).length;
  const together = parts.length ? `${parts[0].slice(0, parts[0].indexOf("#"))}#*` : "";
  if (filled > 1) here.push({ value: together, label: `all ${filled} together` });
  const known = new Set([source, ...parts, together]);
  const others = recent().filter(({ uri }) => !known.has(uri));
  const file = source.split("#")[0].split("/").pop();
  const data = [{ group: parts.length ? `${format}, ${file}` : format, items: here }];
  if (others.length)
    data.push({
      group: "Recent",
      items: others.map((entry) => ({ value: entry.uri, label: labelOf(entry, others) })),
    });
  data.push({ group: " ", items: [{ value: MORE, label: "Open another …" }] });
  document.title = `${name} – SweepLens`;
  return [data, source];
};

/* two sources of one name are told apart by their folder */
const labelOf = ({ uri, name }, all) => {
  if (all.filter((other) => other.name === name).length < 2) return name;
  const folders = uri.split("#")[0].split("/");
  return `${name} (${folders[folders.length - 2] || uri})`;
};

callbacks.choose_source = (uri) => {
  const answer = page.shown && page.shown.answer;
  if (!uri || !answer || uri === answer.project.source) return noUpdate();
  if (uri === MORE) {
    setProps("project", { value: answer.project.source });
    openDialog();
  } else send({ uri });
  return noUpdate();
};

/* ---- the dialog ---- */

const openDialog = () => {
  say("");
  const entries = recent().map((entry) => {
    const button = document.createElement("button");
    const name = document.createElement("b");
    const where = document.createElement("span");
    button.type = "button";
    name.textContent = entry.name;
    where.textContent = `${entry.format} · ${entry.uri}`;
    where.className = "muted";
    button.append(name, where);
    button.title = entry.uri;
    button.addEventListener("click", () => send({ uri: entry.uri }));
    return button;
  });
  setProps("open-dialog", { opened: true });
  requestAnimationFrame(() => element("open-recent").replaceChildren(...entries));
};

callbacks.open_uri = (clicks, submits) => {
  if (clicks || submits) send({ uri: element("open-uri").value }); // as it stands there: the state comes a moment later
  return noUpdate();
};
callbacks.cancel_opening = () => {
  if (request) setProps("opening", { data: { ...request, cancel: true } });
  return noUpdate();
};

callbacks.upload = (contents, name) => {
  if (!contents) return noUpdate();
  setProps("upload", { contents: null });
  if (contents.length * 0.75 > LARGEST()) {
    say(`${name} is larger than ${page.defaults.largest_upload} MB; open it by its path instead.`);
    return noUpdate();
  }
  say("");
  return { contents, name };
};
callbacks.uploaded = (answer) => {
  if (!answer) return noUpdate();
  if (answer.error) say(answer.error);
  else send({ uri: answer.uri });
  return noUpdate();
};

/* ---- what came of it ---- */

const busy = (on, words) => {
  element("open-progress-row").classList.toggle("hidden", !on || anew());
  element("open-words").textContent = on ? words : "";
  if (!anew()) showNotice(on && !dialogOpen() ? words : "");
};
const dialogOpen = () =>
  Boolean(
    element("open-progress-row").offsetParent || document.querySelector(".open-row")?.offsetParent,
  );

const fail = (message) => {
  if (anew()) showNotice(`The source has changed, but could not be read anew: ${message}`);
  else if (dialogOpen()) say(message);
  else showNotice(message, true);
  const answer = page.shown && page.shown.answer;
  if (answer) setProps("project", { value: answer.project.source });
};

const runs = (n) => `${n.toLocaleString("en")} run${n === 1 ? "" : "s"}`;

/* nothing is said where nothing that the page shows is new, as where a file was only written again */
const changeWords = (before, after) => {
  const told = (answer) => ({ ...answer, project: null });
  if (isSame(told(before), told(after))) return "";
  const more = after.runs.loaded - before.runs.loaded;
  if (more > 0) return `${more.toLocaleString("en")} new run${more === 1 ? "" : "s"}`;
  return more < 0 ? `${runs(-more)} gone` : "Runs updated";
};

/* the answers are there already: the page goes from one state to the next without a moment in between */
const takeOver = ({ question, overview, importance }) => {
  showNotice("");
  if (isSame(question, page.question)) return;
  const before = page.shown && page.shown.answer;
  const words = before && !overview.error ? changeWords(before, overview.answer) : "";
  if (words) flash(words, 6000);
  page.replaceQuestion(question, { overview, importance });
};

callbacks.opened = (result) => {
  if (!result || !request || result.token !== request.token) return noUpdate();
  clearTimeout(polling);
  const running = !result.error && ["queued", "running"].includes(result.state);
  busy(running, result.message || "Reading …");
  if (running) {
    polling = setTimeout(() => setProps("opening-poll", { data: Date.now() }), 200);
    return Math.max(2, Math.round(100 * (result.done || 0)));
  }
  if (result.error || result.state === "failed") fail(result.error || result.message);
  else if (result.state === "done" && anew()) takeOver(result);
  else if (result.state === "done") {
    const { project, selection } = {
      project: result.project,
      selection: result.question.selection,
    };
    remember(project);
    page.defaults.projects = [
      ...page.defaults.projects.filter((p) => p.id !== selection.project),
      { id: selection.project, source: project.uri, question: selection },
    ];
    setProps("open-dialog", { opened: false });
    page.choose(selection);
  }
  request = null;
  return 0;
};

/* ---- has the source changed? Only one reading at a time, and none of a page that nobody sees ---- */

export const readAnew = (stamp, first = false) => {
  if (request || !page.question || (page.isComputing() && !first)) return;
  send({ project: page.question.selection.project, question: page.question, token: stamp });
};
