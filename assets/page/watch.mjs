/* Is the server there, and is the source as it was read? */

import { showNotice } from "./notices.mjs";
import * as page from "./page.mjs";
import { tellBack } from "./polling.mjs";
import { UNAUTHORIZED } from "./signing.mjs";
import { readAnew } from "./sources.mjs";

const USUAL = 10; // seconds between two looks

let stale = false; // a notice about the source, the server or what that needs is on the page
let watching = 0;
let looked = false;

const look = async (first = false) => {
  if (document.hidden || !page.question) return;
  const path = `${document.location.pathname.replace(/[^/]*$/, "")}_sweeplens/status`;
  try {
    const reply = await fetch(
      `${path}?project=${encodeURIComponent(page.question.selection.project)}`,
    );
    if (reply.status === UNAUTHORIZED) return; // which is said already
    const state = await reply.json();
    page.askIfLost();
    tellBack();
    if (state.problem) showNotice(`The source cannot be read any more: ${state.problem}`);
    else if (state.changed) readAnew(state.stamp, first);
    else if (stale || state.notice) showNotice(state.notice);
    stale = Boolean(state.problem || state.changed || state.notice);
  } catch {
    stale = true;
    showNotice(
      "SweepLens does not answer. Is it still running? What you see is the last answer it gave.",
      true,
    );
  }
};

export const watch = () => {
  watching = watching || setInterval(() => look(), 1000 * (page.defaults.refresh || USUAL));
};

/* a server may have read its source long before a page is opened: what has come since is not waited for */
export const lookFirst = () => {
  if (!looked) look(true);
  looked = true;
};
