/* What the page says for a while, and what it says until that has changed. */

import { callbacks, noUpdate } from "./dash.mjs";
import { make } from "./pieces.mjs";

export const flash = (text, time = 1600) => {
  const note = make("div", "flash", text);
  note.setAttribute("role", "status");
  document.body.append(note);
  setTimeout(() => note.remove(), time);
};

export const showNotice = (text, grave = false) => {
  const place = document.getElementById("notice");
  if (!place || place.dataset.text === text) return;
  place.dataset.text = text;
  place.textContent = text;
  place.className = text ? `notice ${grave ? "grave" : ""}` : "";
};

callbacks.show_problem = (problem) => {
  if (problem) showNotice(problem.message, true);
  return noUpdate();
};
