/* The report draws its figures as they come into sight, in the browser's theme; before it is printed all of them, in light and
   as wide as a sheet of paper. */
const PAPER = 640; // pixels between the margins of A4 and of US letter, less what a card takes
const figures = [...document.querySelectorAll(".plot")];
/* as `resolveColours` in assets/page/colours.mjs: a report is one file, without modules */
const VARIABLE = /^var\((--[\w-]+)\)$/;
const COLOUR = /color(scale)?$/i;
const resolve = (value, style, isColour = false) => {
  if (typeof value === "string") {
    const found = isColour && VARIABLE.exec(value);
    return found ? style.getPropertyValue(found[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((v) => resolve(v, style, isColour));
  if (value && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, resolve(v, style, COLOUR.test(k))]),
    );
  return value;
};
const draw = (node, size = {}) => {
  const style = getComputedStyle(document.documentElement);
  const { data, layout } = resolve(JSON.parse(node.querySelector("script").textContent), style);
  const kept = node.querySelector("script");
  Plotly.newPlot(
    node,
    data,
    { ...layout, ...size },
    { displayModeBar: false, responsive: !size.width },
  );
  node.append(kept);
};
const seen = new IntersectionObserver(
  (entries) =>
    entries.forEach((entry) => {
      if (!entry.isIntersecting) return;
      seen.unobserve(entry.target);
      draw(entry.target);
    }),
  { rootMargin: "300px" },
);
figures.forEach((node) => seen.observe(node));
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("paper"); // in light
  figures.forEach((node) => {
    seen.unobserve(node);
    draw(node, { width: PAPER });
  });
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("paper");
  figures.forEach((node) => draw(node));
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  figures.forEach((node) => {
    if (node.querySelector(".main-svg")) draw(node); // the others are drawn when they are seen
  }),
);
