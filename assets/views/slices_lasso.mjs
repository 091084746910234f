/* The runs that a box or a lasso is drawn around. */

import { readFloats } from "../page/numbers.mjs";

const inside = (polygon) => (x, y) => {
  let odd = false;
  for (let i = 0, j = polygon.x.length - 1; i < polygon.x.length; j = i++)
    if (
      polygon.y[i] > y !== polygon.y[j] > y &&
      x <
        ((polygon.x[j] - polygon.x[i]) * (y - polygon.y[i])) / (polygon.y[j] - polygon.y[i]) +
          polygon.x[i]
    )
      odd = !odd;
  return odd;
};

/* the ids of all runs in a box or lasso, drawn or not */
export const findWithin = (event, all, logs) => {
  const on = (values, log) => (log ? values.map((v) => Math.log10(v)) : values);
  const [x, y] = [on(readFloats(all.x), logs.x), on(readFloats(all.y), logs.y)];
  let hit;
  if (event.range) {
    const [[a, b], [c, d]] = [on(event.range.x, logs.x), on(event.range.y, logs.y)].map((ends) =>
      [...ends].sort((p, q) => p - q),
    );
    hit = (u, v) => u >= a && u <= b && v >= c && v <= d;
  } else if (event.lassoPoints)
    hit = inside({ x: on(event.lassoPoints.x, logs.x), y: on(event.lassoPoints.y, logs.y) });
  else return [];
  return all.id.filter((_, i) => hit(x[i], y[i]));
};
