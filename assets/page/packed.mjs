/* A list of parameters in the address. A short one is written by its names; of a long one, a bit for every parameter there
   is, in the order of the alphabet, behind a checksum of all their names: an address then stays short, and of another list
   of parameters it is known not to fit. */

const SPELLED = 300; // characters of names in an address at most

/* FNV-1a, 32 bits */
const checksum = (text) => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
};

/* by the answer's list of parameters: it is asked for with every change of the display */
const known = new WeakMap();
const listed = (parameters) => {
  if (!known.has(parameters)) {
    const names = parameters.map((p) => p.parameter).sort();
    known.set(parameters, { names, sum: checksum(names.join("\n")) });
  }
  return known.get(parameters);
};

const pack = (names, parameters) => {
  const { names: all, sum } = listed(parameters);
  const chosen = new Set(names);
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  all.forEach((name, i) => {
    if (chosen.has(name)) bytes[i >> 3] |= 1 << (i & 7);
  });
  const bits = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `${sum}.${bits.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
};

const unpack = (text, parameters) => {
  const { names: all, sum } = listed(parameters);
  const [given, bits] = text.split(".");
  if (given !== sum || bits === undefined) return null;
  try {
    const bytes = atob(bits.replaceAll("-", "+").replaceAll("_", "/"));
    return all.filter((_, i) => (bytes.charCodeAt(i >> 3) >> (i & 7)) & 1);
  } catch {
    return null;
  } // an address can be edited
};

/* a list in the display: names, null, or `{ packed }` as an address had it, until it is known which parameters there are */
export const putNames = (out, key, list, parameters) => {
  if (!list) return;
  if (list.packed) {
    out.set(`${key}s`, list.packed);
    return;
  }
  if (parameters && encodeURIComponent(list.join()).length > SPELLED)
    out.set(`${key}s`, pack(list, parameters));
  else if (list.length) list.forEach((name) => out.append(key, name));
  else out.set(key, "");
};
export const readNames = (out, key) =>
  out.has(`${key}s`) ? { packed: out.get(`${key}s`) } : out.getAll(key).filter(Boolean);

/* the display with names for what was packed; null if what is hidden was packed of other parameters */
export const unpackNames = (display, parameters) => {
  const read = (list) => (list && list.packed ? unpack(list.packed, parameters) : list);
  if (![display.hidden, display.wand].some((list) => list && list.packed)) return display;
  const [hidden, wand] = [read(display.hidden), read(display.wand)];
  return hidden || !display.hidden ? { ...display, hidden, wand } : null;
};
