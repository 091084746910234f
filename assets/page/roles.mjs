/* Roles of parameters: what each is called, what a user gave, and the one menu that changes them. They are part of the question,
   and so of the address; by source they are in the browser's storage too. */

import * as page from "./page.mjs";
import { make } from "./pieces.mjs";
import { isSame } from "./same.mjs";
import { remember, writeCount } from "./undo.mjs";

/* its letter, its name, what it means */
const ROLES = {
  scientific: ["S", "scientific", "its effect is the question"],
  nuisance: ["N", "nuisance", "tuned, so that the comparison is fair"],
  fixed: ["F", "fixed", "held constant: a caveat on every conclusion"],
  seed: ["#", "seed", "no best value exists; never in a model"],
  ignored: ["–", "ignored", "never in a model"],
  none: ["?", "not known", "treated as nuisance"],
};
const isModelled = (role) => role !== "seed" && role !== "ignored";

/* a role in words, with the reason unless that is told anyway */
export const nameRole = (fact) => {
  const name = ROLES[fact.role][1];
  const isSaid = fact.role_reason === fact.reason && fact.reason !== "user"; // by its reason
  return fact.role_words && !isSaid ? `${name}, ${fact.role_words}` : name;
};

/* what was given counts at once, before the server has answered; but not where groups differ in the parameter */
let memo = { roles: null, given: null };
const givenTo = (fact) => {
  const { roles } = page.question.selection;
  if (memo.roles !== roles) memo = { roles, given: new Map(roles) };
  return fact.reason === "differs" ? undefined : memo.given.get(fact.parameter);
};
const roleOf = (fact) =>
  givenTo(fact) || (fact.role_reason === "user" ? fact.default_role : fact.role);

export const fillRole = (button, fact) => {
  const role = roleOf(fact);
  const [letter, name] = ROLES[role];
  const given = givenTo(fact) !== undefined;
  button.className = `role ${role}${given ? " given" : ""}`;
  button.firstChild.textContent = letter;
  button.setAttribute("aria-label", `Role of ${fact.parameter}: ${name}${given ? ", given" : ""}`);
};

/* ---- what the user gave ---- */

const sorted = (roles) => [...roles].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/* the answers to the same question with other roles, where models see no difference: no need to wait for the server */
const answersTo = (roles) => (question) => {
  const { overview, importance } = page.received;
  const given = new Map(roles);
  const before = new Map(page.question.selection.roles);
  const parameters = overview.answer.parameters.map((p) => {
    const role = given.get(p.parameter);
    if (role === before.get(p.parameter)) return p;
    if (role === undefined)
      return { ...p, role: p.default_role, role_reason: "default", role_words: "" }; // the server knows why
    return { ...p, role, role_reason: "user", role_words: "you said so" };
  });
  return {
    overview: { ...overview, question, answer: { ...overview.answer, parameters } },
    importance: page.current(importance) ? { ...importance, question } : importance,
  };
};

let givenAnew = () => {};
/* what was given counts at once, wherever roles are shown */
export const onRoles = (act) => {
  givenAnew = act;
};

export const setRoles = (given, selection = {}) => {
  const roles = sorted(given);
  const before = new Map(page.question.selection.roles);
  const after = new Map(roles);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  const facts = page.shown && page.shown.facts;
  const unseen =
    !selection.places &&
    facts &&
    changed.every((name) => {
      const fact = facts.get(name);
      return (
        fact &&
        [fact.role, fact.default_role, after.get(name) || fact.default_role].every(isModelled)
      );
    });
  page.ask({ selection: { ...selection, roles } }, unseen ? answersTo(roles) : null);
  page.keepRoles();
  givenAnew();
};

/* gives roles, so that they can be taken back; `changes` as of `setRoles` */
export const changeRoles = (given, changes = {}) => {
  const { roles, places } = page.question.selection;
  const [before, after] = [new Map(roles), new Map(given)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  if (changed.length || changes.places)
    remember(
      changes.places ? "Columns changed" : `${writeCount(changed.length, "role")} changed`,
      () => setRoles(before, changes.places ? { places } : {}),
    );
  setRoles(given, changes);
};

/* the role that a parameter has anyway need not be given */
const give = (fact, role) => {
  const roles = new Map(page.question.selection.roles);
  if (role === fact.default_role) roles.delete(fact.parameter);
  else roles.set(fact.parameter, role);
  changeRoles(roles);
};

/* ---- the menu ---- */

let menu = null; // {node, list, owner: {button, fact, back}}

const close = (back) => {
  if (!menu || !menu.owner) return false;
  const { owner } = menu;
  menu.owner = null;
  menu.node.remove();
  owner.button.setAttribute("aria-expanded", "false");
  if (back) owner.back();
  return true;
};

const item = (role, fact) => {
  const [letter, name, meaning] = ROLES[role];
  const node = make("button", `role-item ${role}`);
  node.type = "button";
  node.tabIndex = -1;
  node.setAttribute("role", "menuitemradio");
  node.setAttribute("aria-checked", String(role === roleOf(fact)));
  const words = make("span", "role-words");
  words.append(
    make("b", "", name),
    make("span", "muted", role === fact.default_role ? " default" : ""),
    make("span", "meaning", meaning),
  );
  node.append(make("span", "badge", letter), words);
  node.addEventListener("click", () => {
    close(true);
    give(fact, role);
  });
  return node;
};

const reset = (count) => {
  const node = make("button", "role-item reset", `All back to their defaults (${count} given)`);
  node.type = "button";
  node.tabIndex = -1;
  node.setAttribute("role", "menuitem");
  node.addEventListener("click", () => {
    close(true);
    changeRoles([]);
  });
  return node;
};

const make_menu = () => {
  const node = make("div", "role-menu");
  const list = make("div");
  list.setAttribute("role", "menu");
  node.append(make("p", "role-of"), make("p", "muted small"), list);
  node.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll("button")];
    const i = items.indexOf(document.activeElement);
    const to = { ArrowDown: i + 1, ArrowUp: i - 1 + items.length, Home: 0, End: items.length - 1 }[
      event.key
    ];
    if (to !== undefined) items[to % items.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!node.contains(event.target)) close(false);
    },
    true,
  );
  window.addEventListener("resize", () => close(false));
  return { node, list, owner: null };
};

/* whether one was open; with `back`, the focus returns to what opened it */
export const closeRoles = (back = false) => close(back);

/* `back` gives the focus back to the button of a parameter */
export const openRoles = (button, fact, back) => {
  const again = menu && menu.owner && menu.owner.fact.parameter === fact.parameter;
  close(false);
  if (again) return;
  menu = menu || make_menu();
  menu.owner = { button, fact, back };
  const [title, why] = menu.node.children;
  title.textContent = fact.parameter;
  why.textContent =
    roleOf(fact) === fact.role ? `Role: ${nameRole(fact)}` : `Role: ${ROLES[roleOf(fact)][1]}`;
  menu.list.setAttribute("aria-label", `Role of ${fact.parameter}`);
  const given = page.question.selection.roles.length;
  menu.list.replaceChildren(
    ...Object.keys(ROLES).map((role) => item(role, fact)),
    ...(given ? [reset(given)] : []),
  );
  document.body.append(menu.node);
  const box = button.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu.node;
  menu.node.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - offsetWidth - 8))}px`;
  menu.node.style.top = `${Math.max(8, box.bottom + offsetHeight + 8 > window.innerHeight ? box.top - offsetHeight - 2 : box.bottom + 2)}px`;
  button.setAttribute("aria-expanded", "true");
  menu.list.querySelector('[aria-checked="true"]').focus({ preventScroll: true });
};

/* ---- roles that were kept, of a source that has lost a parameter since: those of the others stay ---- */

let kept = null; // from the storage; not yet known to fit
let taken = null; // what was last taken from there
let doubtful = null; // they did not: asked without them first, to learn which parameters there are

export const checkRoles = () => {
  if (page.rolesKept !== taken) {
    taken = page.rolesKept;
    kept = taken;
  }
  const { overview } = page.received;
  if (!page.current(overview) || (!kept && !doubtful)) return;
  if (kept && kept.length && overview.error && isSame(kept, page.question.selection.roles)) {
    doubtful = kept;
    kept = null;
    page.ask({ selection: { roles: [] } });
  } else if (doubtful && overview.answer) {
    const there = new Set(overview.answer.parameters.map((p) => p.parameter));
    const roles = doubtful.filter(([name]) => there.has(name));
    doubtful = null;
    setRoles(roles);
  } else if (overview.answer) kept = null;
};
