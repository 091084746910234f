/* What is changed by hand, as new values: brushes, the order of the axes, which are flipped. */

/* the brush on an axis; a parameter may be called like what every object has */
export const findBrush = (v, key) => (Object.hasOwn(v.brushes, key) ? v.brushes[key] : null);

export const changeBrush = (v, key, brush) => {
  const brushes = { ...v.brushes };
  if (brush) brushes[key] = brush;
  else delete brushes[key];
  return brushes;
};

export const moveAxis = (shown, key, to) => {
  const rest = shown.filter((k) => k !== key);
  rest.splice(to, 0, key);
  return rest;
};

export const flipAxis = (v, key) => {
  const flips = new Set(v.flips);
  if (!flips.delete(key)) flips.add(key);
  v.commit({ flips });
};
