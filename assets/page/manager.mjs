/* The parameter manager: two groups, visible and hidden, drawn and changed without asking the server.
   Only the lines in sight are in the page, so that two thousand parameters are as quick as ten. */

import { callbacks, noUpdate } from "./dash.mjs";
import { orderFacts } from "./facts.mjs";
import { fitName } from "./names.mjs";
import * as page from "./page.mjs";
import { make } from "./pieces.mjs";
import { describe, findHidden, findReason } from "./ranking.mjs";
import { closeRoles, fillRole, onRoles, openRoles } from "./roles.mjs";
import { reveal } from "./table.mjs";
import { changeVisibility, writeManyParameters } from "./undo.mjs";

const LINE = 30;
const BEYOND = 6; // lines drawn beyond the edge, so that scrolling shows no gap

const button = (className) => {
  const node = make("button", className);
  node.type = "button";
  node.tabIndex = -1;
  return node;
};

/* the search: plain text, or a regular expression between slashes */
export const makeMatcher = (search) => {
  const text = (search || "").trim();
  const regex = /^\/(.+?)\/?$/.exec(text);
  if (text === "/") return { test: () => true };
  if (regex) {
    try {
      const r = new RegExp(regex[1], "i");
      return { test: (name) => r.test(name) };
    } catch (error) {
      return {
        test: () => true,
        error: `Not a regular expression: ${error.message.replace(/^.*: /, "")}`,
      };
    }
  }
  return { test: (name) => name.toLowerCase().includes(text.toLowerCase()) };
};

const setHidden = (names, hide) => {
  const hidden = findHidden(page.shown.answer, page.display);
  names.forEach((name) => (hide ? hidden.add(name) : hidden.delete(name)));
  const words = `${names.length === 1 ? names[0] : writeManyParameters(names.length)} ${hide ? "hidden" : "shown"}`;
  changeVisibility({ hidden: [...hidden] }, words, { quiet: names.length === 1 });
};

/* ---- lines: a group's head, or a parameter ---- */

let lines = [];
let at = 0; // the line that the keyboard is on
let largest = 1;
let room = 0; // pixels of a name
const BESIDE = 134; // pixels of a line that are not of the name

const head = (title, facts, visible) => ({
  key: `head ${visible}`,
  visible,
  names: facts.map((f) => f.parameter),
  text: `${title} (${facts.length})`,
  action: `${visible ? "hide" : "show"} ${page.display.search ? "found" : "all"}`,
});
const line = (fact, visible) => ({ key: `${visible} ${fact.parameter}`, visible, fact });

const headNode = () => {
  const li = make("li", "head");
  const all = button("all");
  all.tabIndex = 0;
  all.addEventListener("click", () => setHidden(li.line.names, li.line.visible));
  li.append(make("span"), all);
  return li;
};
const fillHead = (li, { text, action, names }) => {
  li.firstChild.textContent = text;
  li.lastChild.textContent = action;
  li.lastChild.disabled = !names.length;
};

const lineNode = () => {
  const li = make("li");
  const mini = make("span", "mini");
  mini.append(make("span"));
  const role = button("role");
  role.append(make("span", "badge"));
  role.setAttribute("aria-haspopup", "menu");
  role.setAttribute("aria-expanded", "false");
  li.append(button("eye"), role, make("span", "name"), mini, make("em"));
  return li;
};
const fillLine = (li, { fact, visible }, focused) => {
  const [eye, role, name, mini, why] = li.children;
  li.className = visible ? "" : "off";
  li.dataset.name = fact.parameter;
  eye.tabIndex = focused ? 0 : -1;
  eye.setAttribute("aria-pressed", String(visible));
  eye.setAttribute("aria-label", `${visible ? "Hide" : "Show"} ${fact.parameter}`);
  fillRole(role, fact);
  role.tabIndex = eye.tabIndex;
  name.textContent = fitName(fact.parameter, room);
  why.textContent = visible ? "" : findReason(fact, fact.row);
  mini.firstChild.className = fact.row && fact.row.clear === false ? "dim" : "";
  mini.firstChild.style.width = `${fact.row && fact.row.importance ? (100 * fact.row.importance) / largest : 0}%`;
};

/* ---- the window ---- */

const nodes = new Map(); // by key: the nodes in the page
const spare = { head: [], line: [] };

export const paintManager = () => {
  const place = document.getElementById("manager");
  const list = place.querySelector("ul");
  room = place.clientWidth - BESIDE;
  const from = Math.max(0, Math.floor(place.scrollTop / LINE) - BEYOND);
  const to = Math.min(
    lines.length,
    Math.ceil((place.scrollTop + place.clientHeight) / LINE) + BEYOND,
  );
  const wanted = new Set(lines.slice(from, to).map((l) => l.key));
  for (const [key, li] of nodes)
    if (!wanted.has(key)) {
      nodes.delete(key);
      spare[li.kind].push(li);
    }
  for (let i = from; i < to; i += 1) {
    const kind = lines[i].fact ? "line" : "head";
    let li = nodes.get(lines[i].key);
    if (!li) {
      li = spare[kind].pop() || (kind === "line" ? lineNode() : headNode());
      li.kind = kind;
      nodes.set(lines[i].key, li);
      if (!li.parentNode) list.append(li);
    }
    li.line = lines[i];
    li.style.top = `${i * LINE}px`;
    li.setAttribute("aria-posinset", i + 1);
    li.setAttribute("aria-setsize", lines.length);
    if (kind === "line") fillLine(li, lines[i], i === at);
    else fillHead(li, lines[i]);
  }
  Object.values(spare).forEach((free) => {
    free.forEach((li) => li.remove());
    free.length = 0;
  });
};

/* which of a line's two buttons the keyboard is on */
const held = () => {
  const node = document.activeElement;
  return node && node.closest("#manager li")
    ? ["eye", "role"].find((name) => node.classList.contains(name))
    : undefined;
};
const focusOn = (li, name) => li.querySelector(`.${name}`).focus({ preventScroll: true });

const focusRole = (parameter) => {
  const li = [...nodes.values()].find((node) => node.dataset.name === parameter);
  if (li) focusOn(li, "role");
};

const openRole = (button, fact) => openRoles(button, fact, () => focusRole(fact.parameter));

const goTo = (i) => {
  const on = held() || "eye";
  const place = document.getElementById("manager");
  at = i;
  const top = i * LINE;
  if (top < place.scrollTop) place.scrollTop = top - LINE;
  else if (top + LINE > place.scrollTop + place.clientHeight)
    place.scrollTop = top + 2 * LINE - place.clientHeight;
  paintManager();
  focusOn(nodes.get(lines[i].key), on);
};

export const drawManager = () => {
  const place = document.getElementById("manager");
  const count = document.getElementById("manager-count");
  if (!place) return;
  if (!place.firstChild) wire(place);
  const [message, list] = /** @type {HTMLElement[]} */ ([...place.children]);
  if (!page.shown) {
    if (page.current(page.received.overview)) {
      lines = [];
      list.style.height = "0";
      count.textContent = "";
      paintManager();
    }
    return;
  }
  const { answer, facts } = page.shown;
  const hidden = findHidden(answer, page.display);
  const match = makeMatcher(page.display.search);
  const ordered = orderFacts(facts, page.display);
  const listed = ordered.filter((fact) => match.test(fact.parameter));
  const on = listed.filter((f) => !hidden.has(f.parameter));
  const off = listed.filter((f) => hidden.has(f.parameter));
  largest = Math.max(1e-9, ...ordered.map((f) => (f.row && f.row.importance) || 0));
  lines = [
    head("Visible", on, true),
    ...on.map((f) => line(f, true)),
    head("Hidden", off, false),
    ...off.map((f) => line(f, false)),
  ];
  message.textContent =
    match.error || (page.display.search && !listed.length ? "No parameter matches." : "");
  list.style.height = `${lines.length * LINE}px`;
  const shown = [...facts.keys()].filter((name) => !hidden.has(name)).length;
  const found = page.display.search ? `; ${listed.length.toLocaleString("en")} found` : "";
  count.textContent = `${shown.toLocaleString("en")} of ${facts.size.toLocaleString("en")}${found}`;
  const focused = held();
  if (!lines[at] || !lines[at].fact) at = lines[at + 1] && lines[at + 1].fact ? at + 1 : 1;
  paintManager();
  const next = focused && lines[at] && nodes.get(lines[at].key);
  if (next && !next.contains(document.activeElement)) focusOn(next, focused);
};

/* ---- mouse, keyboard, and what is known of a parameter on hover or focus ---- */

const wire = (place) => {
  place.append(make("p", "search-error"), make("ul"));
  place.addEventListener("scroll", () => {
    hideTip();
    closeRoles();
    paintManager();
  });
  new ResizeObserver(() => paintManager()).observe(place);
  place.addEventListener("click", (event) => {
    const li = event.target.closest("li");
    if (!li || !li.line.fact) return;
    at = lines.indexOf(li.line);
    if (event.target.closest(".eye")) setHidden([li.line.fact.parameter], li.line.visible);
    else if (event.target.closest(".role")) {
      hideTip();
      openRole(event.target.closest(".role"), li.line.fact);
    } else {
      if (li.line.visible) reveal(li.line.fact.parameter);
      page.show({ detail: [li.line.fact.parameter] });
    }
  });
  place.addEventListener("keydown", (event) => {
    if (!held()) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: 1, End: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    let i = event.key === "Home" ? 0 : event.key === "End" ? lines.length - 1 : at + step;
    while (lines[i] && !lines[i].fact) i += step;
    if (lines[i]) goTo(i);
  });
  const tip = make("div", "tip");
  tip.setAttribute("aria-hidden", "true"); // what it says stands in the list and in the parameter's card too
  document.body.append(tip);
  const hideTip = () => tip.classList.remove("on");
  const showTip = (event) => {
    const li = event.target.closest("li");
    if (!li || !li.line.fact) {
      hideTip();
      return;
    }
    tip.replaceChildren(
      ...describe(li.line.fact).map((text, i) => make("div", i ? "" : "tip-name", text)),
    );
    const box = li.getBoundingClientRect();
    tip.style.left = `${Math.min(box.right + 8, window.innerWidth - 340)}px`;
    tip.style.top = `${Math.max(8, Math.min(box.top - 6, window.innerHeight - tip.offsetHeight - 8))}px`;
    tip.classList.add("on");
  };
  place.addEventListener("mouseover", showTip);
  place.addEventListener("focusin", (event) => {
    const i = held() ? lines.indexOf(event.target.closest("li").line) : -1;
    if (i >= 0 && i !== at) {
      at = i;
      paintManager();
    }
    showTip(event);
  });
  place.addEventListener("mouseleave", hideTip);
  place.addEventListener("focusout", hideTip);
};

document.addEventListener("keydown", (event) => {
  const typing =
    /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
  const search = document.getElementById("search");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && search) {
    event.preventDefault();
    search.focus();
  }
});

/* ---- the wand: hides what cannot or does not clearly matter; a second click undoes its own changes ---- */

callbacks.wand = () => {
  if (!page.shown) return noUpdate();
  const hidden = findHidden(page.shown.answer, page.display);
  const { wand } = page.display;
  if (Array.isArray(wand)) {
    wand.forEach((name) => hidden.delete(name));
    changeVisibility(
      { hidden: [...hidden], wand: null },
      `${writeManyParameters(wand.length)} shown again`,
    );
    return noUpdate();
  }
  const useless = [...page.shown.facts.values()]
    .filter((fact) => !hidden.has(fact.parameter) && findReason(fact, fact.row))
    .map((fact) => fact.parameter);
  useless.forEach((name) => hidden.add(name));
  changeVisibility(
    { hidden: [...hidden], wand: useless },
    `${writeManyParameters(useless.length)} hidden`,
  );
  return noUpdate();
};

callbacks.show_search = (search) => {
  if (page.isChosen("search", search || "")) page.show({ search: search || "" });
  return noUpdate();
};
/* heard from the browser itself: Dash would tell it 30 to 60 ms later */
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.matches("#sort input")) return;
  page.noteChosen("sort", target.value);
  page.show({ sort: target.value, up: false });
});
callbacks.toggle_sidebar = (clicks, className) =>
  className.includes("open") ? "sidebar" : "sidebar open";

onRoles(paintManager);
