/* A figure's colours: it names variables, which have values in each theme. Only what stands where a colour does is one: what
   comes from the runs may say anything. */

const VARIABLE = /^var\((--[\w-]+)\)$/;
const COLOUR = /color(scale)?$/i; // how the fields of Plotly are called that hold colours

/* the figure with each variable's value in place of its name; `read` returns the value of one */
export const resolveColours = (value, read, isColour = false) => {
  if (typeof value === "string") {
    const found = isColour && VARIABLE.exec(value);
    return found ? read(found[1]) : value;
  }
  if (Array.isArray(value))
    return typeof value.at(-1) === "number"
      ? value
      : value.map((v) => resolveColours(v, read, isColour));
  if (value && typeof value === "object" && !ArrayBuffer.isView(value))
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, resolveColours(v, read, COLOUR.test(k))]),
    );
  return value;
};
