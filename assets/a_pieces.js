/* Small pieces that several parts of the page are made of. What comes from data is only ever set as text. */
(() => {
  const sl = window.sweeplens;
  sl.tabs = {}; // how each tab is drawn: see tabs.js

  const make = sl.make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  sl.percent = (share) => (share === null || share === undefined ? "–" : share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`);

  /* text that Plotly shows as it is: names from data are never markup */
  sl.escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  /* a name that opens the card of one parameter, or of two */
  sl.opener = (text, parameters) => {
    const short = parameters.length === 1 ? sl.shortName(text) : text;
    const button = make("button", "opener", short);
    button.type = "button";
    button.title = text;
    if (short !== text) button.setAttribute("aria-label", text);
    button.dataset.detail = JSON.stringify(parameters);
    return button;
  };

  sl.table = (label, heads) => {
    const node = make("table", "tab-table");
    node.setAttribute("aria-label", label);
    const row = make("tr");
    row.append(...heads.map(([text, title, className]) => {
      const head = make("th", className || "", text);
      head.scope = "col";
      if (title) head.title = title;
      return head;
    }));
    const thead = make("thead");
    thead.append(row);
    const body = make("tbody");
    node.append(thead, body);
    return { node, body };
  };

  /* asks again how far something is: a little after each answer, and in any case after a while, because Dash drops an
     answer when a later request is under way */
  const LOST = 5000; // milliseconds
  sl.poller = (id) => {
    let timer;
    const ask = () => {
      window.dash_clientside.set_props(id, { data: Date.now() });
      timer = setTimeout(ask, LOST);
    };
    return (running) => {
      clearTimeout(timer);
      if (running) timer = setTimeout(ask, 150);
    };
  };
  /* call `again` each time the server was found to be there: an answer may have been lost while it was not */
  const waiting = [];
  sl.whenBack = (again) => waiting.push(again);
  sl.isBack = () => waiting.forEach((again) => again());

  sl.isRunning = (answer) => Boolean(answer) && ["queued", "running"].includes(answer.state);

  /* what the server said of a method of importance; `asks` are the fields of the question that it alone reads */
  sl.methodOf = (name) => sl.defaults.methods.find((m) => m.value === name) || { label: name, asks: [] };
  sl.methodWords = (name) => sl.methodOf(name).label;

  /* a labelled choice: `choices` are [value, words] */
  sl.choice = (label, choices, value, choose) => {
    const node = make("label", "choose");
    const select = make("select");
    select.append(...choices.map(([v, words]) => { const option = make("option", "", words); option.value = v; return option; }));
    select.value = value;
    select.setAttribute("aria-label", label);
    select.addEventListener("change", () => choose(select.value));
    node.append(make("span", "", label), select);
    return node;
  };
  sl.button = (text, className, act) => {
    const node = make("button", className, text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  };

  /* a number as text, with a real minus: rounded, and short, which keeps whole numbers exact. From 1e7 a whole number is
     written with an exponent if that says the same. */
  const signed = (text) => text.replaceAll("-", "−");
  sl.rounded = (v, digits = 4) => (v === null || v === undefined || Number.isNaN(v) ? "–"
    : !Number.isFinite(v) ? (v > 0 ? "∞" : "−∞")
    : signed(Math.abs(v) >= 1e6 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(digits - 2).replace(/\.?0+e/, "e") : String(Number(v.toPrecision(digits)))));
  sl.short = (v, digits = 4) => {
    const whole = Number.isInteger(v) && Math.abs(v) < 1e15;
    return whole && (Math.abs(v) < 1e7 || Number(v.toExponential(digits - 2)) !== v) ? signed(String(v)) : sl.rounded(v, digits);
  };

  /* numbers as the server packs them: little-endian floats of 32 or 64 bits, base64 */
  const bytes = (packed) => Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)).buffer;
  sl.floats = (packed) => new Float32Array(bytes(packed));
  sl.doubles = (packed) => new Float64Array(bytes(packed));

  /* ---- pieces of tabs ---- */

  sl.card = (...children) => {
    const node = make("section", "card tab-card");
    node.append(...children);
    return node;
  };
  sl.name = (text, unclear, parameters = [text]) => {
    const node = make("th", unclear ? "name unclear-name" : "name");
    node.scope = "row";
    node.append(sl.opener(text, parameters));
    return node;
  };
  sl.plainName = (text) => { const node = make("th", "name", text); node.scope = "row"; return node; };
  sl.isVisible = (parameter) => {
    if (!sl.shown) return true;
    const { answer } = sl.shown;
    return !sl.hiddenOf(answer, sl.display).has(parameter);
  };
  sl.heat = (node, share, most) => {
    node.style.setProperty("--heat", `${Math.round(55 * Math.min(1, Math.max(0, share || 0) / (most || 1)))}%`);
    return node;
  };
  sl.notes = (list) => {
    const node = make("div", "notes");
    node.append(...list.map((text) => make("p", "", text)));
    return node;
  };
  sl.scroll = (node) => { const box = make("div", "scroll"); box.append(node); return box; };
  sl.twoCards = (a, b) => { const box = make("div", "two-cards"); box.append(a, b); return box; };

  const WORDS = { queued: "Waiting …", running: "Computing …", cancelled: "Cancelled.", failed: "This could not be computed." };
  sl.status = (state, message) => {
    const node = make("p", "tab-status");
    node.setAttribute("role", "status");
    node.append(make("span", `dot ${["cancelled", "failed"].includes(state) ? "none" : "busy"}`), make("span", "", ` ${WORDS[state] || "Reading …"} ${message || ""}`));
    if (state === "cancelled" || state === "failed") {
      const again = make("button", "link", "Compute again");
      again.type = "button";
      again.addEventListener("click", () => document.getElementById("tab-retry").click());
      node.append(again);
    }
    return node;
  };
})();
