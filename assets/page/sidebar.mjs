/* The width of the sidebar: its edge is dragged, or moved by the arrow keys; kept in the browser for all projects. */

import * as page from "./page.mjs";
import { drawTable } from "./table.mjs";

const KEY = "sweeplens:sidebar";
const [LEAST, USUAL, MOST] = [240, 296, 640]; // pixels
const STEP = 16;
const root = document.documentElement;

const most = () => Math.max(LEAST, Math.min(MOST, window.innerWidth - 480)); // the view beside it needs room too
const read = () => {
  try {
    return Number(localStorage.getItem(KEY)) || USUAL;
  } catch {
    return USUAL;
  }
};
const keep = () => {
  try {
    localStorage.setItem(KEY, String(width));
  } catch {
    /* a browser may forbid storage */
  }
};

let width = read();
const apply = (wanted) => {
  width = Math.round(Math.min(most(), Math.max(LEAST, wanted)));
  root.style.setProperty("--sidebar", `${width}px`);
  const edge = document.getElementById("sidebar-edge");
  if (!edge) return;
  edge.setAttribute("aria-valuenow", String(width));
  edge.setAttribute("aria-valuemax", String(most()));
};
apply(width);

const change = (wanted) => {
  apply(wanted);
  keep();
  window.dispatchEvent(new Event("resize"));
};

const isEdge = (event) => event.target.id === "sidebar-edge";
document.addEventListener("pointerdown", (event) => {
  if (!isEdge(event) || event.button) return;
  event.preventDefault(); // no text is selected on the way
  const edge = event.target;
  edge.focus();
  edge.setPointerCapture(event.pointerId);
  const from = event.clientX - width;
  const move = (moved) => apply(moved.clientX - from);
  edge.addEventListener("pointermove", move);
  const end = () => {
    edge.removeEventListener("pointermove", move);
    change(width);
  };
  edge.addEventListener("lostpointercapture", end, { once: true });
});
document.addEventListener("dblclick", (event) => {
  if (isEdge(event)) change(USUAL);
});
document.addEventListener("keydown", (event) => {
  if (!isEdge(event)) return;
  const to = {
    ArrowLeft: width - STEP,
    ArrowRight: width + STEP,
    Home: LEAST,
    End: most(),
    Enter: USUAL,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  change(to);
});

/* on a window that was made smaller it may be too wide; on one made larger it is what was chosen again. Names in the table
   have more room or less. */
let waiting;
window.addEventListener("resize", () => {
  apply(read());
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (page.question) drawTable();
  }, 200);
});
