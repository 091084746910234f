/* Small pieces that several parts of the page are made of. What comes from data is only ever set as text. */

import { listLongNames, quotePattern, shortenName } from "./names.mjs";
import * as page from "./page.mjs";

export const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

/* text that Plotly shows as it is: names from data are never markup */
export const escapeMarkup = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/* a name, of so many letters at most, that opens the card of one parameter, or of two */
export const makeOpener = (text, parameters, letters = undefined) => {
  const short = parameters.length === 1 ? shortenName(text, letters) : text;
  const button = make("button", "opener", short);
  button.type = "button";
  button.title = text;
  if (short !== text) button.setAttribute("aria-label", text);
  button.dataset.detail = JSON.stringify(parameters);
  return button;
};

/* words that have no room in a line are broken between their parts, and not behind a leading ellipsis */
export const breakWords = (text) =>
  text
    .replace(/^…/, "…\u2060")
    .split(/(?<=[._/])/)
    .flatMap((part, i) => (i ? [make("wbr"), part] : [part]));

/* a sentence that may hold long names of parameters: these are written short, and whole where one points */
export const fillSentence = (node, text) => {
  const long = listLongNames().filter((name) => text.includes(name));
  const parts = long.length
    ? text.split(new RegExp(`(${long.map(quotePattern).join("|")})`))
    : [text];
  node.replaceChildren(
    ...parts.map((part) => {
      if (!long.includes(part)) return part;
      const name = make("span", "cut-name", shortenName(part));
      name.title = part;
      return name;
    }),
  );
  return node;
};

export const makeSentence = (tag, className, text) => fillSentence(make(tag, className), text);

export const makeTable = (label, heads) => {
  const node = make("table", "tab-table");
  node.setAttribute("aria-label", label);
  const row = make("tr");
  row.append(
    ...heads.map(([text, title, className]) => {
      const head = make("th", className || "", text);
      head.scope = "col";
      if (title) head.title = title;
      return head;
    }),
  );
  const thead = make("thead");
  thead.append(row);
  const body = make("tbody");
  node.append(thead, body);
  return { node, body };
};

/* what the server said of a method of importance; `asks` are the fields of the question that it alone reads */
export const findMethod = (name) =>
  page.defaults.methods.find((m) => m.value === name) || { label: name, asks: [] };
export const nameMethod = (name) => findMethod(name).label;

/* a labelled choice: `choices` are [value, words] */
export const makeChoice = (label, choices, value, choose) => {
  const node = make("label", "choose");
  const select = make("select");
  select.append(
    ...choices.map(([v, words]) => {
      const option = make("option", "", words);
      option.value = v;
      return option;
    }),
  );
  select.value = value;
  select.setAttribute("aria-label", label);
  select.addEventListener("change", () => choose(select.value));
  node.append(make("span", "", label), select);
  return node;
};
export const makeButton = (text, className, act) => {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
};

/* ---- pieces of tabs ---- */

export const makeCard = (...children) => {
  const node = make("section", "card tab-card");
  node.append(...children);
  return node;
};
export const makeNameCell = (text, unclear, parameters = [text]) => {
  const node = make("th", unclear ? "name unclear-name" : "name");
  node.scope = "row";
  node.append(makeOpener(text, parameters));
  return node;
};
export const makePlainNameCell = (text) => {
  const node = make("th", "name", text);
  node.scope = "row";
  return node;
};
export const paintHeat = (node, share, most) => {
  node.style.setProperty(
    "--heat",
    `${Math.round(55 * Math.min(1, Math.max(0, share || 0) / (most || 1)))}%`,
  );
  return node;
};
export const makeNotes = (list) => {
  const node = make("div", "notes");
  node.append(...list.map((text) => makeSentence("p", "", text)));
  return node;
};
export const makeScroll = (node) => {
  const box = make("div", "scroll");
  box.append(node);
  return box;
};
export const makeTwoCards = (a, b) => {
  const box = make("div", "two-cards");
  box.append(a, b);
  return box;
};

const WORDS = {
  queued: "Waiting …",
  running: "Computing …",
  cancelled: "Cancelled.",
  failed: "This could not be computed.",
};
export const makeStatus = (state, message) => {
  const node = make("p", "tab-status");
  node.setAttribute("role", "status");
  node.append(
    make("span", `dot ${["cancelled", "failed"].includes(state) ? "none" : "busy"}`),
    make("span", "", ` ${WORDS[state] || "Reading …"} ${message || ""}`),
  );
  if (state === "cancelled" || state === "failed") {
    const again = make("button", "link", "Compute again");
    again.type = "button";
    again.addEventListener("click", () => document.getElementById("tab-retry").click());
    node.append(again);
  }
  return node;
};

/* a part of a card at the side */
export const makeSection = (title, ...children) => {
  const node = make("section", "detail-section");
  const box = make("div", "scroll");
  box.append(...children);
  node.append(make("h3", "", title), box);
  return node;
};
