/* A figure's colours: it names variables, which have values in each theme. */

const VARIABLE = /^var\((--[\w-]+)\)$/;
/* what comes from the runs has no colours in it, whatever it says */
const DATA = new Set(["x", "y", "z", "text", "hovertext", "customdata", "ids", "name", "meta"]);

/* the figure with each variable's value in place of its name; `read` returns the value of one */
export const resolveColours = (value, read) => {
  if (typeof value === "string") {
    const found = VARIABLE.exec(value);
    return found ? read(found[1]) : value;
  }
  if (Array.isArray(value))
    return typeof value.at(-1) === "number" ? value : value.map((v) => resolveColours(v, read));
  if (value && typeof value === "object" && !ArrayBuffer.isView(value))
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, DATA.has(k) ? v : resolveColours(v, read)]),
    );
  return value;
};
