/* The part of a parameter's card that explains one run, chosen by its point. */

import { callbacks, noUpdate, setProps } from "./dash.mjs";
import { writeSigned } from "./numbers.mjs";
import * as page from "./page.mjs";
import { make, makeButton, makeOpener, makeSection, makeTable } from "./pieces.mjs";
import { isRunning, makePoller } from "./polling.mjs";
import { isSame } from "./same.mjs";

/* the parameters whose card is open */
export const listOpened = () =>
  page.display.detail.filter((name) => page.shown && page.shown.facts.has(name));

let explanation = null;
export let run = null; // its name
const pollRun = makePoller("detail-run-poll");
export const chooseRun = (name) => {
  run = name;
  setProps("detail-run", { data: name });
  drawRun();
};
callbacks.detail_clicked = (click) => {
  const point =
    click && click.points.find((p) => Array.isArray(p.customdata) && p.customdata.length === 3);
  if (point) chooseRun(point.customdata[2]);
  return noUpdate();
};
callbacks.explanation_received = (received) => {
  explanation = received || null;
  drawRun();
  pollRun(isRunning(explanation));
  return noUpdate();
};

const MOST_MOVES = 10;
const inUnits = (record, value) => (record.scale === "log" ? Math.exp(value) : value);
const words = (record, value) =>
  record.scale === "rank"
    ? `rank ${value.toFixed(2)}`
    : Number(inUnits(record, value).toPrecision(3));
const move = (record, value) =>
  record.scale === "log"
    ? `× ${Number(Math.exp(value).toPrecision(3))}`
    : writeSigned(value, Math.abs(value) < 0.1 ? 4 : 2);

const runSection = (...children) =>
  makeSection(
    run,
    makeButton("Open this run", "link open-run", () => page.show({ run })),
    ...children,
  );

export const drawRun = () => {
  const place = document.getElementById("detail-explanation");
  if (!place) return;
  if (!run || !listOpened().length) {
    place.replaceChildren();
    return;
  }
  const e =
    explanation &&
    explanation.question.run === run &&
    isSame(explanation.question.selection, page.question.selection)
      ? explanation
      : null;
  if (!e || !(e.record || e.error)) {
    place.replaceChildren(
      runSection(
        make(
          "p",
          "muted",
          e && e.state === "failed"
            ? e.message
            : `Explaining this run … ${e ? `${e.state}, ${Math.round(100 * (e.done || 0))} %` : ""}`,
        ),
      ),
    );
    return;
  }
  if (e.error) {
    place.replaceChildren(runSection(make("p", "", e.error)));
    return;
  }
  const { record } = e;
  const { node, body } = makeTable("What moves the prediction for this run", [
    ["Parameter", "", "name"],
    ["In this run"],
    ["Moves the prediction"],
  ]);
  const most = Math.max(1e-12, ...record.rows.map((row) => Math.abs(row.value)));
  record.rows.slice(0, MOST_MOVES).forEach(({ parameter, text, value }) => {
    const line = make("tr");
    const head = make("th", "name");
    head.scope = "row";
    head.append(makeOpener(parameter, [parameter]));
    const cell = make("td", "bar-cell signed");
    const bar = make("span", `bar ${value >= 0 ? "positive" : "negative"}`);
    bar.style.width = `${(46 * Math.abs(value)) / most}%`;
    cell.append(bar, make("span", "number", move(record, value)));
    line.append(head, make("td", "", text || "not recorded"), cell);
    body.append(line);
  });
  place.replaceChildren(
    runSection(
      make(
        "p",
        "",
        `${page.shown.answer.target.label} ${Number(record.target.toPrecision(4))}; predicted ${words(record, record.prediction)} by the ${record.trees} trees that had not seen this config, ${words(record, record.base)} on the whole.`,
      ),
      node,
      make(
        "p",
        "muted small",
        `SHAP values${record.rows.length > MOST_MOVES ? `, the ${MOST_MOVES} largest of ${record.rows.length}` : ""}: ${record.scale === "log" ? "factors that multiply" : "what is added"} from the mean prediction to this run's.`,
      ),
    ),
  );
};
