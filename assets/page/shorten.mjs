/* Long names of parameters, short. What many of them share tells least, so leading parts go that others have too, as long as
   no other name ends alike. The same rule in Python: `shorten_names` in panel/figures/theme.py. */

const CONTEXT = 8; // letters at most before those that tell alike names apart

/* without its middle */
const shorten = (text, limit) => {
  const letters = [...text];
  if (letters.length <= limit) return text;
  const tail = Math.floor((limit * 3) / 5);
  return `${letters.slice(0, limit - tail - 1).join("")}…${letters.slice(letters.length - tail).join("")}`;
};

/* the whole name, and what remains of it after each dot or slash */
const endings = (name) => {
  const found = [name];
  for (let i = 0; i < name.length - 1; i += 1)
    if (name[i] === "." || name[i] === "/") found.push(name.slice(i + 1));
  return found;
};

const counted = (lists) => {
  const counts = new Map();
  lists.flat().forEach((text) => counts.set(text, (counts.get(text) || 0) + 1));
  return counts;
};

const shared = (a, b) => {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
};

/* of names that were cut to the same text: from the word in which they differ */
const tellApart = (rests, limit) => {
  const all = rests.map((rest) => [...rest]);
  const same = Math.min(...all.map((letters) => shared(all[0], letters)));
  const word =
    all[0].slice(0, same).findLastIndex((letter) => letter === "." || letter === "/") + 1;
  const from = same - word <= CONTEXT ? word : same - CONTEXT;
  return all.map((letters) => {
    const rest = letters.slice(from);
    return `…${rest.length > limit - 1 ? `${rest.slice(0, limit - 2).join("")}…` : rest.join("")}`;
  });
};

export const shortenNames = (names, limit) => {
  const parts = names.map(endings);
  const counts = counted(parts);
  const rests = names.map((name, i) => {
    if ([...name].length <= limit) return name;
    const own = parts[i].filter((text) => counts.get(text) === 1);
    return own.find((text) => text !== name && [...text].length < limit) || own.at(-1) || name;
  });
  const texts = names.map((name, i) => shorten(rests[i] === name ? name : `…${rests[i]}`, limit));
  const alike = new Map();
  texts.forEach((text, i) => alike.set(text, [...(alike.get(text) || []), i]));
  for (const group of alike.values()) {
    if (group.length < 2) continue;
    const apart = tellApart(
      group.map((i) => rests[i]),
      limit,
    );
    group.forEach((i, k) => {
      texts[i] = apart[k];
    });
  }
  return texts;
};
