/* Small pieces that several parts of the page are made of. What comes from data is only ever set as text. */
(() => {
  const sl = window.sweeplens;

  const make = sl.make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  sl.percent = (share) => (share === null || share === undefined ? "–" : share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`);

  /* a name that opens the card of one parameter, or of two */
  sl.opener = (text, parameters) => {
    const button = make("button", "opener", text);
    button.type = "button";
    button.title = text;
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
  sl.isRunning = (answer) => Boolean(answer) && ["queued", "running"].includes(answer.state);

  sl.methodWords = (id) => (sl.defaults.methods.find((m) => m.value === id) || { label: id }).label;
})();
