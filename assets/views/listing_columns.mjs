/* Which columns the table of runs has, in which order, and which stay at its sides. */

import { make, makeButton, makeChoice } from "../page/pieces.mjs";
import { isSame } from "../page/same.mjs";
import { getOptions, setOptions } from "../page/tabs.mjs";

const TAB = "runs";
const MOST_LINES = 300;
const GROUPS = { run: "Run", parameter: "Parameters", metric: "Metrics" };

/* `record()` has the columns, `usual()` are those shown unless chosen otherwise, `shownNow()` those shown, `pin(id)` is the side of one */
export const makeRunColumnChooser = (record, usual, pin, shownNow) => {
  const node = make("details", "column-chooser");
  const head = make("summary", "button", "Columns");
  const panel = make("div", "card column-panel");
  const search = make("input", "column-search");
  Object.assign(search, { type: "search", placeholder: "Search columns" });
  search.setAttribute("aria-label", "Search the columns of the table");
  const list = make("div", "column-list");
  const foot = make("div", "column-foot");
  panel.append(search, list, foot);
  node.append(head, panel);

  const choose = (columns) => {
    setOptions(TAB, { columns: columns && isSame(columns, usual()) ? null : columns });
    lines();
  };
  const stick = (id, side) => {
    setOptions(TAB, { pinned: { ...(getOptions(TAB).pinned || {}), [id]: side } });
    lines();
  };

  const line = (column, chosen) => {
    const place = chosen.indexOf(column.id);
    const row = make("div", "column-line");
    const label = make("label", "column-name");
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: place >= 0 });
    box.dataset.column = column.id;
    box.addEventListener("change", () =>
      choose(box.checked ? [...chosen, column.id] : chosen.filter((id) => id !== column.id)),
    );
    label.append(box, make("span", "", column.label));
    label.title = column.label;
    row.append(label);
    if (place < 0) return row;
    const move = (step, text, words) => {
      const mover = makeButton(text, "link", () => {
        const next = chosen.filter((id) => id !== column.id);
        next.splice(place + step, 0, column.id);
        choose(next);
        const again = list.querySelector(`[data-move="${CSS.escape(column.id + step)}"]`);
        if (again) again.focus();
      });
      mover.dataset.move = column.id + step;
      mover.disabled = place + step < 0 || place + step >= chosen.length;
      mover.setAttribute("aria-label", `Move ${column.label} ${words}`);
      return mover;
    };
    const side = makeChoice(
      "",
      [
        ["", "not pinned"],
        ["left", "pinned left"],
        ["right", "pinned right"],
      ],
      pin(column.id) || "",
      (value) => stick(column.id, value),
    );
    side.querySelector("select").setAttribute("aria-label", `Pin ${column.label}`);
    row.append(move(-1, "↑", "to the left"), move(1, "↓", "to the right"), side);
    return row;
  };

  const lines = () => {
    const focus =
      document.activeElement && document.activeElement.dataset
        ? document.activeElement.dataset.column
        : null;
    const { columns } = record();
    const by = new Map(columns.map((c) => [c.id, c]));
    const chosen = shownNow();
    const shown = new Set(chosen);
    const wanted = search.value.trim().toLowerCase();
    const found = (list) => list.filter((c) => c.label.toLowerCase().includes(wanted));
    const parts = [
      ["Shown, from the left", found(chosen.map((id) => by.get(id)))],
      ...Object.entries(GROUPS).map(([group, words]) => [
        words,
        found(columns.filter((c) => c.group === group && !shown.has(c.id))),
      ]),
    ];
    let left = MOST_LINES;
    const { scrollTop } = list;
    list.replaceChildren(
      ...parts.flatMap(([words, some]) => {
        const part = some.slice(0, Math.max(0, left));
        left -= part.length;
        return part.length
          ? [make("p", "column-group", words), ...part.map((c) => line(c, chosen))]
          : [];
      }),
    );
    if (left <= 0) list.append(make("p", "muted small", "There are more; search for them."));
    list.scrollTop = scrollTop;
    if (focus) {
      const again = list.querySelector(`[data-column="${CSS.escape(focus)}"]`);
      if (again) again.focus();
    }
    foot.replaceChildren(
      make("span", "muted small", `${chosen.length} of ${columns.length} columns`),
      makeButton("Usual columns", "link", () => {
        setOptions(TAB, { columns: null, pinned: null });
        lines();
      }),
    );
  };
  search.addEventListener("input", () => lines());
  node.addEventListener("toggle", () => {
    if (node.open) {
      lines();
      search.focus();
    }
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && node.open) {
      event.stopPropagation();
      node.open = false;
      head.focus();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (node.open && !node.contains(event.target)) node.open = false;
  });
  return node;
};
