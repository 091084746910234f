/* The view of values: all values of a parameter compared, then two of them, or two configs: adopt the one or not. */
(() => {
  const sl = window.sweeplens;
  const NAME = "values";

  const group = (id, nodes) => {
    const section = sl.make("section", "part");
    section.id = id;
    section.append(...nodes);
    return section;
  };

  let shown = false; // an older address leads to the second part, once
  const drawValues = (place, { isolation, adopt }) => {
    sl.fill(place, group("values-all", sl.isolationCards(isolation)), group("values-two", sl.adoptCards(adopt)));
    if (sl.options(NAME).two && !shown) document.getElementById("values-two").scrollIntoView({ block: "start" });
    shown = true;
  };

  sl.tabs[NAME] = {
    options: { parameter: "", baseline: "", buckets: 5, m: 10, kind: "", a: "", b: "", run_a: "", run_b: "", two: true },
    draw: drawValues, runs: true, empty: true, stays: true,
    asked: () => { const { two, ...asked } = sl.options(NAME); return asked; },
    key: () => JSON.stringify([[...sl.hiddenOf(sl.shown.answer, sl.display)], sl.selectionKey()]),
  };

  /* in older addresses the two comparisons were views of their own */
  sl.olderViews = { isolation: [NAME, {}], adopt: [NAME, { two: true }] };
})();
