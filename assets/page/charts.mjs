/* A chart in a card: drawn by Plotly when it comes into sight, with image, data and link at its head. */

import { callbacks, setProps } from "./dash.mjs";
import { makeCsv, saveFile } from "./files.mjs";
import { breakWords, make, makeButton, makeCard, makeScroll } from "./pieces.mjs";
import { paintInTheme } from "./theme.mjs";

const makeHeading = (title) => {
  const heading = make("h3");
  heading.append(...breakWords(title));
  return heading;
};

export const CHART = {
  displayModeBar: false,
  responsive: true,
  doubleClick: "reset",
  showTips: false,
};

/* Dash loads Plotly with the first of its graphs: that of the bars, also where it is out of sight */
export const loadPlotly = () =>
  new Promise((resolve) => {
    if (!window.Plotly) setProps("bars-place", { opened: true });
    const look = () => (window.Plotly ? resolve(window.Plotly) : setTimeout(look, 50));
    look();
  });

/* put nodes in a place, and let go of the charts that were there */
export const fillPlace = (place, ...nodes) => {
  if (window.Plotly)
    place.querySelectorAll(".js-plotly-plot").forEach((plot) => window.Plotly.purge(plot));
  place.replaceChildren(...nodes);
};

const paintUnseen = (node) => {
  seen.unobserve(node);
  delete node.dataset.unseen;
  node.paint();
};
const seen = new IntersectionObserver(
  (entries) =>
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => paintUnseen(entry.target)),
  { rootMargin: "200px" },
);
/* call `paint` once when the node comes into sight, or is printed */
export const onSeen = (node, paint) => {
  node.paint = paint;
  node.dataset.unseen = "1";
  seen.observe(node);
};
window.addEventListener("beforeprint", () =>
  document.querySelectorAll("[data-unseen]").forEach(paintUnseen),
);

const shade = () => getComputedStyle(document.documentElement).getPropertyValue("--card").trim();

export const savePlot = (figure, format, name, { width, height }) =>
  window.Plotly.downloadImage(
    { data: figure.data, layout: { ...figure.layout, paper_bgcolor: shade() } },
    { format, scale: 2, width, height, filename: name },
  );

/* the buttons at the head of a chart or table; `image(format)` saves it, `csv()` returns its data */
export const makeChartTools = (name, image, csv) => {
  const tools = make("span", "chart-tools");
  tools.append(
    ...(image
      ? [
          makeButton("PNG", "link", () => image("png")),
          makeButton("SVG", "link", () => image("svg")),
        ]
      : []),
    makeButton("CSV", "link", () =>
      saveFile(`sweeplens-${name}.csv`, `\ufeff${csv()}`, "text/csv"),
    ),
    makeButton("Link", "link", () => callbacks.copy_link()),
  );
  [...tools.children].forEach((tool) =>
    tool.setAttribute(
      "aria-label",
      `${tool.textContent === "Link" ? "Copy a link to this view" : `Save as ${tool.textContent}`}: ${name}`,
    ),
  );
  return tools;
};

/* what a figure draws, as CSV: one line a point of each of its traces */
const values = (list) => (list && list.bdata ? null : list) || [];
export const makeFigureCsv = ({ data }) =>
  makeCsv(
    ["trace", "x", "y", "z"],
    data.flatMap((trace) => {
      const [x, y] = [values(trace.x), values(trace.y)];
      if (trace.z)
        return values(trace.z).flatMap((row, j) =>
          row.map((z, i) => [trace.name || "", x[i], y[j], z]),
        );
      return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => [
        trace.name || "",
        x[i],
        y[i],
        "",
      ]);
    }),
  );

/* a table in a card, with its data as CSV and a link at its head */
export const makeTableCard = (title, name, node, csv) => {
  const head = make("div", "chart-head");
  head.append(makeHeading(title), makeChartTools(name, null, csv));
  return makeCard(head, makeScroll(node));
};

/* A chart in a card.
     title, note     its head, and a line below it
     name            what its files are called
     figure          Plotly figure of the server, in the light theme; `layout.height` is its height
     csv()           its data as CSV text
     summary         what it shows, in words, for those who do not see it
     onClick(point)  a click on a point
   Returns the card; `card.plot` is the node of the chart, with `drawn`, a promise. */
export const makeChartCard = ({
  title,
  note = null,
  name,
  figure,
  csv,
  summary,
  onClick = null,
}) => {
  const head = make("div", "chart-head");
  const plot = make("div", "chart");
  const themed = paintInTheme(figure);
  head.append(
    makeHeading(title),
    makeChartTools(
      name,
      (format) =>
        savePlot(themed, format, `sweeplens-${name}`, {
          width: plot.clientWidth,
          height: plot.clientHeight,
        }),
      csv,
    ),
  );
  plot.style.height = `${figure.layout.height || 320}px`;
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", summary);
  const node = makeCard(head, ...(note ? [make("p", "muted small", note)] : []), plot);
  node.plot = plot;
  plot.drawn = new Promise((resolve) =>
    onSeen(plot, async () => {
      const Plotly = await loadPlotly();
      if (!plot.isConnected) return;
      await Plotly.newPlot(
        plot,
        structuredClone(themed.data),
        structuredClone(themed.layout),
        CHART,
      );
      if (onClick) plot.on("plotly_click", (event) => onClick(event.points[0]));
      plot.dataset.drawn = "1";
      resolve(plot);
    }),
  );
  return node;
};

/* charts on paper are as wide as it; on the screen they are as wide as their place again */
const PAPER = 690; // pixels between the margins of A4 and of US letter, less what a card takes
const fit = (layout) => {
  for (const plot of document.querySelectorAll(".js-plotly-plot"))
    if (plot.checkVisibility()) window.Plotly.relayout(plot, layout);
};
window.addEventListener("beforeprint", () => fit({ autosize: false, width: PAPER }));
window.addEventListener("afterprint", () => fit({ autosize: true, width: null }));
