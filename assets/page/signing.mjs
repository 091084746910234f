/* What the page says when the server lets it in no more: a session ends while a page is open. */

import { showNotice } from "./notices.mjs";

export const UNAUTHORIZED = 401;

/* Dash tells nobody which answers its callbacks had, so what it asks with is listened to */
export const listenForSignIn = () => {
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const reply = await ask(...asked);
    if (reply.status === UNAUTHORIZED) {
      document.body.classList.add("signed-out"); // nothing is on its way any more
      showNotice(
        "You are signed out. Load the page again to sign in; it opens as it is now.",
        true,
      );
    }
    return reply;
  };
};
