/* What was hidden, shown or given another role can be taken back: by a button that stands at the foot of the page for a
   while, and by Ctrl+Z or ⌘Z for longer. It stays in the browser, like the display itself. */

import { flash } from "./notices.mjs";
import * as page from "./page.mjs";
import { make, makeButton } from "./pieces.mjs";

const MOST = 50; // steps that are kept
const TIME = 10000; // milliseconds that the button stands
const steps = []; // {words, source, back()}
let note = null;

const source = () => (page.shown ? page.shown.answer.project.source : "");
export const writeCount = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

const close = () => {
  if (note) {
    clearTimeout(note.timer);
    note.remove();
  }
  note = null;
};
/* it stays while the mouse or the keyboard is on it */
const closeLater = (node) => {
  node.timer = setTimeout(
    () => (node.matches(":hover, :focus-within") ? closeLater(node) : node === note && close()),
    TIME,
  );
};

const undo = () => {
  close();
  const step = steps.pop();
  if (!step) return false;
  if (step.source !== source()) {
    steps.length = 0;
    return false;
  } // of another project
  step.back();
  flash(`Undone: ${step.words}`, 2500);
  return true;
};

const offer = (words) => {
  close();
  note = make("div", "flash undo");
  const said = make("span", "", `${words}.`);
  said.setAttribute("role", "status");
  note.append(said, makeButton("Undo", "link", undo));
  document.body.append(note);
  closeLater(note);
};

export const remember = (words, back, quiet) => {
  steps.push({ words, source: source(), back });
  if (steps.length > MOST) steps.shift();
  if (quiet) close();
  else offer(words);
};

/* hides or shows parameters, so that it can be taken back; one alone is at hand in the list, and is no news */
export const changeVisibility = (changes, words, { quiet = false } = {}) => {
  const { hidden, wand } = page.display;
  remember(words, () => page.show({ hidden, wand }), quiet);
  page.show(changes);
};
export const writeManyParameters = (n) => writeCount(n, "parameter");

document.addEventListener("keydown", (event) => {
  const isUndo =
    (event.ctrlKey || event.metaKey) &&
    !event.shiftKey &&
    !event.altKey &&
    event.key.toLowerCase() === "z";
  const typing =
    /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
  if (isUndo && !typing && !event.defaultPrevented && undo()) event.preventDefault();
});
