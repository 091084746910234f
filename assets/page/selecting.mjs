/* The selected runs: one set for the whole page. It is part of the display; only when importance is to be computed on it, it
   becomes part of the question. A few runs are named by their ids; many travel as a fingerprint, under which the server keeps
   them. */

import { callbacks, noUpdate } from "./dash.mjs";
import { showNotice } from "./notices.mjs";
import * as page from "./page.mjs";
import { make, makeButton } from "./pieces.mjs";
import { onBack } from "./polling.mjs";

const MOST_KNOWN = 4; // sets whose ids are remembered

const known = new Map(); // fingerprint to ids
const remember = (key, ids) => {
  known.set(key, new Set(ids));
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
};

const become = (selected) => {
  const on = Boolean(page.question.selection.picked);
  page.show({ selected });
  if (on) page.ask({ selection: { picked: selected } });
  else drawSelection();
};

/* what a request in vain had to say stands until one is answered again */
let complaint = "";
export const complain = (words) => {
  complaint = words;
  showNotice(words, true);
};

/* ask the server about runs: their rows, or a set of them */
export const postRuns = async (what, asked) => {
  const reply = await fetch(
    `${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/runs/${what}`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    },
  );
  if (!reply.ok) throw new Error("The server could not answer. Load the page again.");
  if (complaint && document.getElementById("notice").dataset.text === complaint) showNotice("");
  complaint = "";
  if (!reply.headers.get("Content-Type").includes("json")) return reply.blob();
  const found = await reply.json();
  if (found.error) throw new Error(found.error);
  return found;
};

/* select the runs that the server finds: see `select` in panel/page/views/listing.py; changes follow one after the other. An
   answer that comes after another project was opened, or after something else was selected as a whole, is no news. */
let turn = 0;
/** @type {Promise<any>} */
let found = Promise.resolve();
export const selectFound = (
  asked,
  { ids = undefined, before = undefined, failed = complain } = {},
) => {
  const { project } = page.question.selection;
  const mine = turn;
  found = found
    .then(async () => {
      const { runs } = await postRuns("select", {
        selection: page.question.selection,
        selected: page.display.selected,
        ...asked,
      });
      if (mine !== turn || project !== page.question.selection.project) return null;
      if (ids && typeof runs === "string") remember(runs, ids);
      if (before) before(runs.length ? runs : null);
      become(runs.length ? runs : null);
      return runs;
    })
    .catch((error) => {
      failed(error.message);
    });
  return found;
};

/* select runs by their ids; none, or null, takes the selection away */
export const selectRuns = (ids) => {
  turn += 1;
  const list = [...new Set(ids || [])].sort();
  if (list.length <= page.defaults.most.named) become(list.length ? list : null);
  else selectFound({ selected: null, change: { add: list, remove: [] } }, { ids: list });
};

/* the ids of the selected runs as a set; null if none are selected, or it is not known yet which */
let wanted = null; // the fingerprint that is being asked about
export const getSelected = () => {
  const { selected } = page.display;
  if (!selected) return null;
  if (typeof selected !== "string") return new Set(selected);
  if (!known.has(selected) && wanted !== selected) name(selected);
  return known.get(selected) || null;
};
const name = async (key) => {
  wanted = key;
  try {
    remember(key, (await postRuns("named", { key })).runs);
  } catch (error) {
    complain(error.message);
    if (page.display.selected === key && !(error instanceof TypeError)) clearSelection(); // a TypeError: no server
  }
  wanted = null;
  page.draw();
};
onBack(() => {
  if (typeof page.display.selected === "string" && page.display.tab in page.tabs) getSelected();
});
/* the same as text, for a tab's key */
export const writeSelectionKey = () =>
  typeof page.display.selected === "string"
    ? `${page.display.selected} ${known.has(page.display.selected)}`
    : JSON.stringify(page.display.selected);

const count = (selected) =>
  typeof selected === "string" ? Number(selected.split("-")[0]) : selected.length;

export const drawSelection = () => {
  const row = document.getElementById("selection-row");
  if (!row || !page.question) return;
  const { selected } = page.display;
  const { picked } = page.question.selection;
  row.classList.toggle("hidden", !selected);
  if (!selected) {
    row.replaceChildren();
    row.said = "";
    return;
  }
  const n = count(selected);
  const said = JSON.stringify([n, Boolean(picked), page.display.tab]);
  if (row.said === said) return;
  row.said = said;
  const chip = make("span", "chip selection-chip");
  const cross = makeButton("×", "chip-remove", () => clearSelection());
  cross.setAttribute("aria-label", "Select no runs");
  chip.append(
    make("span", "chip-words", `${n.toLocaleString("en")} selected run${n === 1 ? "" : "s"}`),
    cross,
  );
  const on = make("label", "switch");
  const box = make("input");
  Object.assign(box, { type: "checkbox", checked: Boolean(picked) });
  box.addEventListener("change", () =>
    page.ask({ selection: { picked: box.checked ? page.display.selected : null } }),
  );
  on.append(box, make("span", "", "Compute importance on these runs only"));
  const words = picked
    ? [make("span", "muted small", "Parameters that do not vary among them are hidden.")]
    : [];
  row.replaceChildren(
    chip,
    on,
    ...words,
    ...(page.display.tab === "methods"
      ? []
      : [
          makeButton("Compare with the ranking of all runs", "link", () =>
            page.show({ tab: "methods" }),
          ),
        ]),
  );
};
callbacks.draw_selection = () => {
  drawSelection();
  return noUpdate();
};

export const clearSelection = () => {
  turn += 1;
  page.show({ selected: null });
  if (page.question.selection.picked) page.ask({ selection: { picked: null } });
};
