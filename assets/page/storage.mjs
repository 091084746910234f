/* The browser's storage: what is hidden and which roles were given, by source; the theme, for all. A browser may forbid
   storage, or hold what an older page wrote: then nothing was kept. */

const THEME = "sweeplens:theme";
const shownKey = (source) => `sweeplens:${source}`;
const rolesKey = (source) => `sweeplens-roles:${source}`;

const isRoles = (found) =>
  Array.isArray(found) && found.every((pair) => Array.isArray(pair) && pair.length === 2);

/* the theme is the reader's own, whatever an address says */
export const readTheme = () => {
  try {
    const theme = localStorage.getItem(THEME);
    return theme ? { theme } : {};
  } catch {
    return {};
  }
};

/* what is hidden of a source, and the theme */
export const readShown = (source) => {
  try {
    return { ...readTheme(), ...JSON.parse(localStorage.getItem(shownKey(source)) || "{}") };
  } catch {
    return {};
  }
};

/* names alone: a list that is still packed, as an address had it, is not kept */
export const keepShown = (source, { hidden, wand, theme }) => {
  try {
    if (![hidden, wand].some((list) => list && list.packed))
      localStorage.setItem(shownKey(source), JSON.stringify({ hidden, wand }));
    if (theme) localStorage.setItem(THEME, theme);
  } catch {
    /* the address has it all */
  }
};

export const readRoles = (source) => {
  try {
    const found = JSON.parse(localStorage.getItem(rolesKey(source)) || "[]");
    return isRoles(found) ? found : [];
  } catch {
    return [];
  }
};

export const keepRoles = (source, roles) => {
  try {
    if (roles.length) localStorage.setItem(rolesKey(source), JSON.stringify(roles));
    else localStorage.removeItem(rolesKey(source));
  } catch {
    /* the address has them */
  }
};
