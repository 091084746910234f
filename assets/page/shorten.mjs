/* Long names of parameters, short. What many of them share tells least, so leading parts go that others have too, as long as
   no other name ends alike. The same rule in Python: `shorten_names` in panel/figures/theme.py. */

const CONTEXT = 8; // letters at most before those that tell alike names apart
const LEAST = 3; // letters of a part that is cut

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

const cutEnd = (text, limit) => {
  const letters = [...text];
  return letters.length <= limit ? text : `${letters.slice(0, limit - 1).join("")}…`;
};

/* every part of a name, the longest ones cut until all fit; those with digits, which count something, last */
const squeeze = (rest, limit, cut) => {
  const pieces = rest.split(/([./])/);
  const words = pieces.filter((_, i) => i % 2 === 0);
  const sizes = words.map((word) => [...word].length);
  let over = sizes.reduce((sum, size) => sum + size, words.length - 1) - limit;
  for (const wanted of [words.map((word) => !/[0-9]/.test(word)), words.map(() => true)])
    for (; over > 0; over -= 1) {
      const left = sizes.map((size, i) => (wanted[i] && size > LEAST ? size : 0));
      const longest = Math.max(...left);
      if (!longest) break;
      sizes[left.indexOf(longest)] -= 1;
    }
  return pieces.map((piece, i) => (i % 2 ? piece : cut(piece, sizes[i / 2]))).join("");
};

const groupAlike = (texts) => {
  const alike = new Map();
  texts.forEach((text, i) => alike.set(text, [...(alike.get(text) || []), i]));
  return [...alike.values()].filter((group) => group.length > 1);
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
  for (const group of groupAlike(texts)) {
    const apart = tellApart(
      group.map((i) => rests[i]),
      limit,
    );
    group.forEach((i, k) => {
      texts[i] = apart[k];
    });
  }
  // names that differ in several places
  for (const cut of [cutEnd, shorten])
    for (const i of groupAlike(texts).flat())
      texts[i] = shorten(`…${squeeze(rests[i], limit - 1, cut)}`, limit);
  return texts;
};
