/* The line above the ranking: what the source was read as, and a click that corrects it. */
(() => {
  const sl = window.sweeplens;
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

  const turn = (goal) => sl.ask({ target: { goal: goal === "minimize" ? "maximize" : "minimize" } });
  const correct = () => document.getElementById("columns-open").click();

  sl.drawTaken = (answer) => {
    const place = document.getElementById("taken");
    if (!answer) { place.replaceChildren(); return; }
    const { taken, target } = answer;
    const parts = [make("span", "", taken.words)];
    if (target.metric && taken.goal_by === "guess") {
      const other = target.goal === "minimize" ? "Larger is better" : "Smaller is better";
      parts.push(button(other, "Turn the goal round", () => turn(target.goal)));
    }
    parts.push(button("Correct", "Columns and roles: what each column was taken for, and why", correct));
    place.replaceChildren(...parts);
    place.classList.toggle("guessed", taken.guesses.length > 0 || taken.goal_by === "guess" || taken.target_by === "guess");
  };
})();
