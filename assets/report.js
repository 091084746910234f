/* The report draws its figures as they come into sight, in the browser's theme; before it is printed all of them, in light and
   as wide as a sheet of paper. */
const PAPER = 640; // pixels between the margins of A4 and of US letter, less what a card takes
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const figures = [...document.querySelectorAll(".plot")];
const recolour = (value, map) =>
  Array.isArray(value)
    ? value.map((v) => recolour(v, map))
    : value && typeof value === "object"
      ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recolour(v, map)]))
      : map[value] || value;
const draw = (node, inDark, size = {}) => {
  let { data, layout } = JSON.parse(node.querySelector("script").textContent);
  if (inDark) ({ data, layout } = recolour({ data, layout }, layout.template.layout.meta.dark));
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
      draw(entry.target, dark);
    }),
  { rootMargin: "300px" },
);
figures.forEach((node) => seen.observe(node));
addEventListener("beforeprint", () =>
  figures.forEach((node) => {
    seen.unobserve(node);
    draw(node, false, { width: PAPER });
  }),
);
addEventListener("afterprint", () => figures.forEach((node) => draw(node, dark)));
