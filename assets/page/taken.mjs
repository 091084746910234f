/* The line above the ranking: what the source was read as, and a click that corrects it. */

import * as page from "./page.mjs";

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const button = (text, title, act) => {
  const node = make("button", "link", text);
  node.type = "button";
  node.title = title;
  node.addEventListener("click", act);
  return node;
};

const turn = (goal) =>
  page.ask({ target: { goal: goal === "minimize" ? "maximize" : "minimize" } });
const correct = () => document.getElementById("columns-open").click();

/* values of a setting that only differ in their spelling, and a click that makes them one, or takes that back */
export const describeSpellings = (answer) => {
  const merge = (merged) => page.ask({ selection: { merged: [...merged].sort() } });
  const chosen = (page.question && page.question.selection.merged) || [];
  const several = answer.spellings.map(({ parameter, values }) => {
    const line = make(
      "p",
      "",
      `${parameter} has several spellings of one value: ${values
        .slice(0, 3)
        .map((group) => group.map((v) => `“${v}”`).join(" and "))
        .join("; ")}.`,
    );
    line.append(
      button("Make them one", "Runs with either have the same setting then", () =>
        merge([...chosen, parameter]),
      ),
    );
    return line;
  });
  const one = chosen.map((parameter) => {
    const line = make("p", "", `Spellings of ${parameter} count as one.`);
    line.append(
      button("Take them apart", "As they stand in the source", () =>
        merge(chosen.filter((name) => name !== parameter)),
      ),
    );
    return line;
  });
  return [...several, ...one];
};

/* runs whose value stands for a failure, and a click that counts them as results, or leaves them out again */
export const describeFailures = ({ failures }) => {
  if (!failures) return [];
  const line = make("p", "", `${failures.words} `);
  const [text, title, next] = failures.kept
    ? ["Leave them out", "As failed runs: without a result", "auto"]
    : ["Count them", "As results like any other", "keep"];
  line.append(button(text, title, () => page.ask({ target: { failures: next } })));
  return [line];
};

/* steps at which runs of unequal length can be compared, and a click that chooses another */
export const describeSteps = ({ target }) => {
  if (!target.steps.length) return [];
  const line = make("p", "", "Compare them at step ");
  const choose = (text, step) =>
    step === target.step
      ? make("b", "", `${text} `)
      : button(text, "Rank by the target at this step", () =>
          page.ask({ target: { step: step === null ? "last" : step } }),
        );
  target.steps.forEach((step) => line.append(choose(step.toLocaleString("en"), step), " "));
  line.append("or ", choose("as logged, at unequal lengths", null));
  return [line];
};

export const drawTaken = (answer) => {
  const place = document.getElementById("taken");
  if (!answer) {
    place.replaceChildren();
    return;
  }
  const { taken, target } = answer;
  const parts = [make("span", "", taken.words)];
  if (target.metric && taken.goal_by === "guess") {
    const other = target.goal === "minimize" ? "Larger is better" : "Smaller is better";
    parts.push(button(other, "Turn the goal round", () => turn(target.goal)));
  }
  parts.push(
    button("Correct", "Columns and roles: what each column was taken for, and why", correct),
  );
  place.replaceChildren(...parts);
  place.classList.toggle(
    "guessed",
    taken.guesses.length > 0 || taken.goal_by === "guess" || taken.target_by === "guess",
  );
};
