/* Asking again: how far something is, and what was lost while the server was away. */

import { setProps } from "./dash.mjs";

const LOST = 5000; // milliseconds: Dash drops an answer when a later request is under way
const SOON = 150;

/* a function that is told with each answer whether there is more to come */
export const makePoller = (id) => {
  let timer;
  const ask = () => {
    setProps(id, { data: Date.now() });
    timer = setTimeout(ask, LOST);
  };
  return (running) => {
    clearTimeout(timer);
    if (running) timer = setTimeout(ask, SOON);
  };
};

/* call `again` each time the server was found to be there: an answer may have been lost while it was not */
const waiting = [];
export const onBack = (again) => waiting.push(again);
export const tellBack = () => waiting.forEach((again) => again());

export const isRunning = (answer) =>
  Boolean(answer) && ["queued", "running"].includes(answer.state);
