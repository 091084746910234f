/* What was hidden, shown or given another role can be taken back: by a button that stands at the foot of the page for a
   while, and by Ctrl+Z or ⌘Z for longer. It stays in the browser, like the display itself. */
(() => {
  const sl = window.sweeplens;
  const { make } = sl;
  const MOST = 50; // steps that are kept
  const TIME = 10000; // milliseconds that the button stands
  const steps = []; // {words, source, back()}
  let note = null;

  const source = () => (sl.shown ? sl.shown.answer.project.source : "");
  const many = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

  const close = () => { if (note) { clearTimeout(note.timer); note.remove(); } note = null; };
  /* it stays while the mouse or the keyboard is on it */
  const closeLater = (node) => {
    node.timer = setTimeout(() => (node.matches(":hover, :focus-within") ? closeLater(node) : node === note && close()), TIME);
  };

  const undo = () => {
    close();
    const step = steps.pop();
    if (!step) return false;
    if (step.source !== source()) { steps.length = 0; return false; } // of another project
    step.back();
    sl.flash(`Undone: ${step.words}`, 2500);
    return true;
  };

  const offer = (words) => {
    close();
    note = make("div", "flash undo");
    const said = make("span", "", `${words}.`);
    said.setAttribute("role", "status");
    note.append(said, sl.button("Undo", "link", undo));
    document.body.append(note);
    closeLater(note);
  };

  const remember = (words, back, quiet) => {
    steps.push({ words, source: source(), back });
    if (steps.length > MOST) steps.shift();
    if (quiet) close(); else offer(words);
  };

  /* hides or shows parameters, so that it can be taken back; one alone is at hand in the list, and is no news */
  sl.changeVisibility = (changes, words, { quiet = false } = {}) => {
    const { hidden, wand } = sl.display;
    remember(words, () => sl.show({ hidden, wand }), quiet);
    sl.show(changes);
  };
  sl.manyParameters = (n) => many(n, "parameter");

  /* gives roles, so that they can be taken back; `changes` as of `sl.setRoles` */
  sl.changeRoles = (given, changes = {}) => {
    const { roles, places } = sl.question.selection;
    const [before, after] = [new Map(roles), new Map(given)];
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
    if (changed.length || changes.places)
      remember(changes.places ? "Columns changed" : `${many(changed.length, "role")} changed`,
        () => sl.setRoles(before, changes.places ? { places } : {}));
    sl.setRoles(given, changes);
  };

  document.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (isUndo && !typing && !event.defaultPrevented && undo()) event.preventDefault();
  });
})();
