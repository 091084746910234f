/* The report draws its figures as they come into sight, in the browser's theme. */
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const recolour = (value, map) => Array.isArray(value) ? value.map((v) => recolour(v, map))
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recolour(v, map)]))
  : map[value] || value;
const draw = (node) => {
  let { data, layout } = JSON.parse(node.querySelector("script").textContent);
  if (dark) ({ data, layout } = recolour({ data, layout }, layout.template.layout.meta.dark));
  Plotly.newPlot(node, data, layout, { displayModeBar: false, responsive: true });
};
const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  seen.unobserve(entry.target);
  draw(entry.target);
}), { rootMargin: "300px" });
document.querySelectorAll(".plot").forEach((node) => seen.observe(node));
