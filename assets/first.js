/* What the page does first: it shows the first answer where it opens with its usual question, in what was chosen as its
   theme; then it loads its libraries, which keep a browser busy for seconds; and takes the first answer away when they have
   drawn it. */
(() => {
  const LONGEST = 1500; // milliseconds for which the libraries wait for an answer

  const place = document.getElementById("first");
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = stored("sweeplens:theme") || (dark ? "dark" : "light");

  const fail = () => {
    if (place) place.remove();
    document.querySelector("._dash-loading").textContent =
      "The page could not be loaded. Is SweepLens still running? Then load it again.";
  };

  /* in their order, and what stands in the page itself after all files */
  let loading = false;
  const load = () => {
    if (loading) return;
    loading = true;
    const scripts = [
      ...document.getElementById("libraries").content.querySelectorAll("script"),
    ].map((given) => {
      const script = document.createElement("script");
      for (const { name, value } of given.attributes) script.setAttribute(name, value);
      script.textContent = given.textContent;
      script.async = false;
      return script;
    });
    const files = scripts.filter((script) => script.src);
    for (const file of files) file.addEventListener("error", fail);
    files[files.length - 1].addEventListener("load", () =>
      document.body.append(...scripts.filter((script) => !script.src)),
    );
    document.body.append(...files);
  };
  const whenPainted = (next) => requestAnimationFrame(() => requestAnimationFrame(next));
  const whenRead = (next) =>
    document.readyState === "loading"
      ? document.addEventListener("DOMContentLoaded", next)
      : next();

  /* an address, or what was hidden or given a role here before, asks for something else */
  const chose = () => {
    const { source } = place.dataset;
    try {
      return (
        stored(`sweeplens-roles:${source}`) ||
        JSON.parse(stored(`sweeplens:${source}`) || "{}").hidden
      );
    } catch {
      return true;
    }
  };
  if (!place || location.hash.length > 1 || chose()) {
    if (place) place.remove();
    whenRead(load);
    return;
  }

  place.hidden = false;
  const leave = () => {
    if (document.querySelector("#table .ag-row, #empty:not(.hidden)")) place.remove();
    else requestAnimationFrame(leave);
  };
  requestAnimationFrame(leave);

  const ask = async () => {
    if (!place.isConnected) return;
    let reply = null;
    try {
      reply = await fetch("_sweeplens/first");
      const html = reply.ok ? await reply.text() : "";
      if (html) place.innerHTML = html;
    } catch {
      /* the page says that the server is away */
    }
    if (reply && reply.status === 202) setTimeout(ask, 50);
    else whenPainted(load);
  };
  if (place.dataset.state === "waiting") whenRead(ask);
  else whenRead(() => whenPainted(load));
  setTimeout(load, LONGEST); // a page behind another one is not painted
})();
