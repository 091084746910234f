/* The first answer, before the page's libraries are there: shown where the page opens with its usual question, in what was
   chosen as its theme, and taken away when the page has drawn it itself. */
(() => {
  const place = document.getElementById("first");
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = stored("sweeplens:theme") || (dark ? "dark" : "light");

  /* an address, or what was hidden or given a role here before, asks for something else */
  const chose = () => {
    const { source } = place.dataset;
    try { return stored(`sweeplens-roles:${source}`) || JSON.parse(stored(`sweeplens:${source}`) || "{}").hidden; } catch { return true; }
  };
  if (location.hash.length > 1 || chose()) { place.remove(); return; }
  place.hidden = false;

  const drawn = () => document.querySelector("#table .ag-row, #empty:not(.hidden)");
  const leave = () => {
    if (drawn()) place.remove();
    else requestAnimationFrame(leave);
  };
  requestAnimationFrame(leave);

  const ask = async () => {
    if (!place.isConnected) return;
    try {
      const reply = await fetch("_sweeplens/first");
      const html = reply.ok ? await reply.text() : "";
      if (html) place.innerHTML = html;
      if (reply.status === 202) setTimeout(ask, 100);
    } catch { /* the page says that the server is away */ }
  };
  if (place.dataset.state === "waiting") ask();
})();
