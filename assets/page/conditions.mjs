/* Conditions on runs, in words, and the states that a run can have. */

export const STATES = ["finished", "failed", "crashed", "killed", "pruned", "running", "unknown"];

const short = (limit) => (typeof limit === "number" ? String(Number(limit.toPrecision(6))) : limit);
export const writeCondition = (c) => {
  if (!c || typeof c.column !== "string" || (c.values && !Array.isArray(c.values)))
    return "a filter that cannot be read";
  const name = c.column.replace(/^(run|config|summary)\./, "");
  const not = c.negated ? "not " : "";
  if (c.values)
    return `${name} ${c.negated ? "≠" : "="} ${c.values.map((v) => v || "missing").join(", ")}`;
  if (c.low !== null && c.high !== null)
    return `${not}${short(c.low)} ≤ ${name} ≤ ${short(c.high)}`;
  return c.low !== null ? `${not}${name} ≥ ${short(c.low)}` : `${not}${name} ≤ ${short(c.high)}`;
};

/* which states the project's runs have; before that is known, all */
export const listStates = (answer) => (answer ? Object.keys(answer.runs.states) : STATES);
