/* Light or dark: as chosen, else as the system has it; and what the server draws in light, in dark. */

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

/* ---- figures ---- */

const recolour = (value, colours) => {
  if (typeof value === "string") return colours[value] || value;
  if (Array.isArray(value)) return value.map((v) => recolour(v, colours));
  if (value && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, k === "meta" ? v : recolour(v, colours)]),
    );
  return value;
};

const themed = new WeakMap();
export const paintInTheme = (figure, dark) => {
  if (!dark) return figure;
  if (!themed.has(figure))
    themed.set(figure, recolour(figure, figure.layout.template.layout.meta.dark));
  return themed.get(figure);
};
