/* The view of values: all values of a parameter compared, then two of them, or two configs: adopt the one or not. */

import { fillPlace } from "../page/charts.mjs";
import * as page from "../page/page.mjs";
import { make } from "../page/pieces.mjs";
import { findHidden } from "../page/ranking.mjs";
import { writeSelectionKey } from "../page/selecting.mjs";
import { getOptions } from "../page/tabs.mjs";
import { makeAdoptCards } from "./adopt.mjs";
import { makeIsolationCards } from "./isolation.mjs";

const NAME = "values";

const group = (id, nodes) => {
  const section = make("section", "part");
  section.id = id;
  section.append(...nodes);
  return section;
};

let shown = false; // an older address leads to the second part, once
const drawValues = (place, { isolation, adopt }) => {
  fillPlace(
    place,
    group("values-all", makeIsolationCards(isolation)),
    group("values-two", makeAdoptCards(adopt)),
  );
  if (getOptions(NAME).two && !shown)
    document.getElementById("values-two").scrollIntoView({ block: "start" });
  shown = true;
};

page.tabs[NAME] = {
  options: {
    parameter: "",
    baseline: "",
    buckets: 5,
    m: 10,
    kind: "",
    a: "",
    b: "",
    run_a: "",
    run_b: "",
    two: true,
  },
  draw: drawValues,
  runs: true,
  empty: true,
  stays: true,
  asked: () => {
    const { two: _, ...asked } = getOptions(NAME);
    return asked;
  },
  key: () =>
    JSON.stringify([[...findHidden(page.shown.answer, page.display)], writeSelectionKey()]),
};

/* in older addresses the two comparisons were views of their own */
export const OLDER_VIEWS = { isolation: [NAME, {}], adopt: [NAME, { two: true }] };
