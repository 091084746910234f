/* The report, or everything as JSON: asked for until the server has it, then saved as a file. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const PAUSE = 400; // milliseconds between two questions
  const wait = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

  const ask = async (question, json, anew) => {
    const reply = await fetch(`${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/report`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...question, json, anew }),
    });
    if (!reply.ok) throw new Error("The server could not answer. Load the page again.");
    if (!reply.headers.get("Content-Type").includes("json")) return { file: await reply.blob() };
    const found = await reply.json();
    if (found.error) throw new Error(found.error);
    return found;
  };

  const prepare = async (question, json) => {
    for (let anew = true; ; anew = false) {
      const found = await ask(question, json, anew);
      if (found.file) return found.file;
      if (!sl.isRunning(found)) throw new Error(`The file could not be made. ${found.message || ""}`);
      sl.notice(`Preparing the file: ${Math.round(100 * (found.done || 0))} %`);
      await wait();
    }
  };

  let underWay = false;
  const save = (name, type, json) => (clicks) => {
    if (clicks && sl.question && !underWay) {
      underWay = true;
      sl.notice("Preparing the file …");
      prepare(sl.question, json)
        .then((file) => { sl.save(name, file, type); sl.notice(""); sl.flash(`Saved ${name}`); })
        .catch((error) => sl.complain(error.message))
        .finally(() => { underWay = false; });
    }
    return window.dash_clientside.no_update;
  };
  callbacks.export_report = save("sweeplens-report.html", "text/html", false);
  callbacks.export_json = save("sweeplens.json", "application/json", true);
})();
