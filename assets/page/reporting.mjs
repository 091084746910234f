/* The report, or everything as JSON: asked for until the server has it, then saved as a file. */

import { callbacks, noUpdate } from "./dash.mjs";
import { saveFile } from "./files.mjs";
import { flash, showNotice } from "./notices.mjs";
import * as page from "./page.mjs";
import { isRunning } from "./polling.mjs";
import { complain } from "./selecting.mjs";

const PAUSE = 400; // milliseconds between two questions
const wait = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

const ask = async (question, json, anew) => {
  const reply = await fetch(
    `${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/report`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...question, json, anew }),
    },
  );
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
    if (!isRunning(found)) throw new Error(`The file could not be made. ${found.message || ""}`);
    showNotice(`Preparing the file: ${Math.round(100 * (found.done || 0))} %`);
    await wait();
  }
};

let underWay = false;
const save = (name, type, json) => (clicks) => {
  if (clicks && page.question && !underWay) {
    underWay = true;
    showNotice("Preparing the file …");
    prepare(page.question, json)
      .then((file) => {
        saveFile(name, file, type);
        showNotice("");
        flash(`Saved ${name}`);
      })
      .catch((error) => complain(error.message))
      .finally(() => {
        underWay = false;
      });
  }
  return noUpdate();
};
callbacks.export_report = save("sweeplens-report.html", "text/html", false);
callbacks.export_json = save("sweeplens.json", "application/json", true);
