/* Equal content is equal, in whatever order its keys were written. */

const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
};

export const isSame = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
