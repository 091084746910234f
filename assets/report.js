/* The report draws its figures as they come into sight, in the browser's theme; before it is printed all of them, in light and
   as wide as a sheet of paper. */
const PAPER = 640; // pixels between the margins of A4 and of US letter, less what a card takes
const figures = [...document.querySelectorAll(".plot")];
const VARIABLE = /^var\((--[\w-]+)\)$/;
const DATA = new Set(["x", "y", "z", "text", "hovertext", "customdata", "ids", "name", "meta"]); // as it came from the runs
const resolve = (value, style) => {
  if (typeof value === "string") {
    const found = VARIABLE.exec(value);
    return found ? style.getPropertyValue(found[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((v) => resolve(v, style));
  if (value && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, DATA.has(k) ? v : resolve(v, style)]),
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
