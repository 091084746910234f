/* Numbers as text, and as the server packs them. */

export const writePercent = (share) =>
  share === null || share === undefined
    ? "–"
    : share > 0 && share < 0.0005
      ? "< 0.1 %"
      : `${(100 * share).toFixed(1)} %`;

/* one that is not nothing is never written as nothing */
export const writeShare = (share) =>
  share > 0 && share < 0.005 ? "< 0.01" : (share || 0).toFixed(2);

export const writeFixed = (value, digits = 2) =>
  value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "−");
export const writeSigned = (value, digits = 2) => {
  if (value === null || value === undefined) return "–";
  const text = Math.abs(value).toFixed(digits);
  return (Number(text) === 0 ? "" : value > 0 ? "+" : "−") + text;
};

/* a number as text, with a real minus: rounded, and short, which keeps whole numbers exact. From 1e7 and below 1e-4 there is
   an exponent; of a whole number if that says the same. The server's sentences write numbers alike: `short` in
   panel/data/statistics.py. */
const signed = (text) => text.replaceAll("-", "−");
export const writeRounded = (v, digits = 4) =>
  v === null || v === undefined || Number.isNaN(v)
    ? "–"
    : !Number.isFinite(v)
      ? v > 0
        ? "∞"
        : "−∞"
      : signed(
          Math.abs(v) >= 1e7 || (v !== 0 && Math.abs(v) < 1e-4)
            ? v.toExponential(digits - 1).replace(/\.?0+e/, "e")
            : String(Number(v.toPrecision(digits))),
        );
export const writeShort = (v, digits = 4) => {
  const whole = Number.isInteger(v) && Math.abs(v) < 1e15;
  return whole && (Math.abs(v) < 1e7 || Number(v.toExponential(digits - 1)) !== v)
    ? signed(String(v))
    : writeRounded(v, digits);
};

/* numbers as the server packs them: little-endian floats of 32 or 64 bits, base64 */
const bytes = (packed) => Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)).buffer;
export const readFloats = (packed) => new Float32Array(bytes(packed));
export const readDoubles = (packed) => new Float64Array(bytes(packed));

/* floats of 32 bits of which the first bytes of all come before the second ones */
export const readPlanes = (packed) => {
  const planes = new Uint8Array(bytes(packed));
  const n = planes.length / 4;
  return new Float32Array(planes.map((_, i) => planes[(i % 4) * n + (i >> 2)]).buffer);
};
