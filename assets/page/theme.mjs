/* Light or dark: as chosen, else as the system has it; and figures in its colours. */

import { resolveColours } from "./colours.mjs";
import { callbacks, noUpdate } from "./dash.mjs";
import * as page from "./page.mjs";

const preferred = () =>
  window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
export const getTheme = () => page.display.theme || preferred();
export const paintTheme = () => {
  document.documentElement.dataset.theme = getTheme();
};
callbacks.toggle_theme = () => {
  page.show({ theme: getTheme() === "dark" ? "light" : "dark" });
  return noUpdate();
};
document.documentElement.dataset.theme = preferred();
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (page.question && !page.display.theme) page.show({ theme: preferred() });
});

/* ---- figures: their colours are variables of the stylesheet ---- */

const paintedFigures = new WeakMap(); // by figure, then by theme

export const paintInTheme = (figure) => {
  const theme = getTheme();
  if (!paintedFigures.has(figure)) paintedFigures.set(figure, {});
  const painted = paintedFigures.get(figure);
  if (!painted[theme]) {
    const style = getComputedStyle(document.documentElement);
    painted[theme] = resolveColours(figure, (name) => style.getPropertyValue(name).trim());
  }
  return painted[theme];
};
