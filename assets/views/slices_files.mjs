/* A slice as a table: what is drawn, or all of it. */

import { makeCsv } from "../page/files.mjs";

const written = (v) =>
  v === null || !Number.isFinite(v) ? "" : Number.isInteger(v) ? v : Number(v.toPrecision(7)); // of 32 bits

const plain = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const makeDrawnCsv = (name, answer, found, plot) =>
  makeCsv(
    ["run", "name", name, answer.record.metric, "group"],
    plot.figure.data
      .filter((t) => t.points)
      .flatMap((t) =>
        t.customdata.flatMap((text, i) => {
          const x = found.values ? found.values[t.name][i] : written(t.points.x[i]);
          if (x === "" || x === null) return [];
          const value = found.axis.labels.length ? found.axis.labels[Math.round(x)] : x;
          return [
            [
              text[3],
              plain(text[0]),
              value,
              t.name === "infeasible" ? "" : answer.targets[t.name][i],
              t.name === "infeasible" ? plain(text[2]) : t.name,
            ],
          ];
        }),
      ),
  );

export const makeAllCsv = (name, answer, { all }) =>
  makeCsv(
    ["run", name, answer.record.metric, "infeasible"],
    all.id.map((id, i) => [id, all.value[i], all.target[i] ?? "", all.why[i]]),
  );
