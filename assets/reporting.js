/* The report: asked for until the server has it, then saved as a file. */
(() => {
  const sl = window.sweeplens;
  const callbacks = window.dash_clientside.sweeplens;
  const PAUSE = 400; // milliseconds between two questions
  const wait = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

  const ask = async (question, anew) => {
    const reply = await fetch(`${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/report`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...question, anew }),
    });
    if (!reply.ok) throw new Error("The server could not answer. Load the page again.");
    if (!reply.headers.get("Content-Type").includes("json")) return { file: await reply.blob() };
    const found = await reply.json();
    if (found.error) throw new Error(found.error);
    return found;
  };

  const prepare = async (question) => {
    for (let anew = true; ; anew = false) {
      const found = await ask(question, anew);
      if (found.file) return found.file;
      if (!sl.isRunning(found)) throw new Error(`The report could not be made. ${found.message || ""}`);
      sl.notice(`Preparing the report: ${Math.round(100 * (found.done || 0))} %`);
      await wait();
    }
  };

  let underWay = false;
  callbacks.export_report = (clicks) => {
    if (clicks && sl.question && !underWay) {
      underWay = true;
      sl.notice("Preparing the report …");
      prepare(sl.question)
        .then((file) => { sl.save("sweeplens-report.html", file, "text/html"); sl.notice(""); sl.flash("Report saved"); })
        .catch((error) => sl.complain(error.message))
        .finally(() => { underWay = false; });
    }
    return window.dash_clientside.no_update;
  };
})();
