/* How the path to the best config goes with the ranking that the page shows, where one would take the two as a contradiction. */

const NAMED = 3; // steps that the sentence of the path names: see panel/runs/ablation_words.py

const has = (step, name) => step.settings.some(({ parameter }) => parameter === name);

/* the steps that brought something, for sure or as far as is known, the largest first */
const listNamed = ({ steps }) =>
  steps
    .filter((s) => !s.together && ["better", "unknown"].includes(s.verdict) && s.share > 0)
    .sort((a, b) => b.share - a.share);

const sayFirst = (path, named, first) => {
  if (!first || (named.length && has(named[0], first))) return "";
  const own = path.steps.find((step) => has(step, first));
  if (!own) return `${first}, first in importance over all configs, is the same in both.`;
  if (own.together || path.steps.length === 1) return "";
  if (named.includes(own))
    return `${first}, first in importance over all configs, brought ${Math.round(100 * own.share)} % between these two.`;
  if (own.verdict === "noise")
    return `What ${first} brought, which is first in importance over all configs, cannot be told from noise between these two.`;
  return `${first}, first in importance over all configs, is not what made these two differ.`;
};

const sayUnclear = (named, unclear) => {
  const names = named
    .slice(0, NAMED)
    .filter((step) => step.settings.every(({ parameter }) => unclear.has(parameter)))
    .map((step) => step.settings[0].parameter);
  if (!names.length) return "";
  const said = [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
  return `Over all configs ${said} ${names.length > 1 ? "do" : "does"} not stand out from noise: take that part as a hint.`;
};

/* nothing while no ranking is shown: then there is nothing to deny */
export const sayBridge = (path, ranking) => {
  if (!ranking || ranking.empty) return "";
  const rows = ranking.importance;
  const named = listNamed(path);
  const unclear = new Set(rows.filter((row) => row.clear === false).map((row) => row.parameter));
  const first = rows.length && rows[0].clear ? rows[0].parameter : "";
  return [sayFirst(path, named, first), sayUnclear(named, unclear)].filter(Boolean).join(" ");
};

/* all of a ranking that `sayBridge` depends on, as text */
export const writeRankingKey = (ranking) =>
  JSON.stringify(
    ranking && !ranking.empty ? ranking.importance.map((row) => [row.parameter, row.clear]) : [],
  );
