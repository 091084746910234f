"""
Same name, different parameter? Two parameters of one name under two parents are two.

``facts``: ``pairs``, one entry a parameter and a categorical one on whose value its best range may depend: their
names as ``parameter`` and ``parent``; ``columns``, the parameters read (one, or one for each value of the parent);
``ranges``, where each value's configs lie, and ``best``, where the best of them lie (quartiles); ``overlap``, the
smallest share of one value's range that another covers; ``p`` that the best lie alike, corrected (``None`` where it
was not tested); ``differs`` (``""``, ``"best"`` or ``"ranges"``) and ``separate``: they are two parameters already.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.statistics import short
from ..runs.bestof import holm
from .base import Along, Evidence, Finding, Series, Study
from .best_places import BEST, LEAST, Pair, compared, pairs_of

NAME = "same_name"

QUESTION = "Same name, different parameter?"

LEVEL = 0.003

APART = 0.15
"""The middles of the best differ by less than this share of the range: near enough, however sure."""

OVERLAP = 0.25
"""Ranges of which less is shared are two ranges."""

DRAWN = 600


def check(study: Study) -> Finding:
    """Compare the ranges and the best regions of every number between the values of every categorical parameter."""
    pairs = pairs_of(study)
    tested = [(pair, compared(pair, study, len(pairs))) for pair in pairs]
    tested = [(pair, facts) for pair, facts in tested if facts]
    if study.adaptive:
        for _, facts in tested:
            facts["p"] = None
    else:
        _correct([facts for _, facts in tested])
    for _, facts in tested:
        facts["differs"] = _differs(facts)
    return _finding(study, pairs, tested)


def _correct(found: list[dict[str, Any]]) -> None:
    for facts, p in zip(found, holm([f["p"] for f in found]), strict=True):
        facts["p"] = p


def _differs(facts: dict[str, Any]) -> str:
    """Say in what the parameter is another one under another value: its range, or where its best lie."""
    if facts["overlap"] < OVERLAP:
        return "ranges"
    return "best" if facts["p"] is not None and facts["p"] <= LEVEL and facts["apart"] >= APART else ""


def _finding(study: Study, pairs: list[Pair], tested: list[tuple[Pair, dict[str, Any]]]) -> Finding:
    facts = {"pairs": [{k: v for k, v in f.items() if k not in ("best_rows", "rows")} for _, f in tested]}
    if not pairs:
        sentence = "No number was searched under two values of a categorical parameter, so no name has two meanings."
        return Finding(NAME, QUESTION, "fine", sentence, facts=facts)
    if not tested:
        need = int(np.ceil(LEAST / BEST))
        sentence = f"The {len(study.configs)} feasible configs are too few to compare the best between values."
        return Finding(
            NAME, QUESTION, "can't tell", sentence, f"Run at least {need} configs with each value.", facts=facts
        )
    basis = f"{len(study.configs):,} feasible configs, the best quarter of each value; {len(tested)} pairs; " + (
        "no tests, because the search chose its runs by their results"
        if study.adaptive
        else f"Kruskal-Wallis by shuffling, corrected by Holm, level {short(100 * LEVEL)} %"
    )
    firing = [(pair, f) for pair, f in tested if f["differs"] and not f["separate"]]
    firing.sort(key=lambda t: (t[1]["differs"] == "ranges", 1.0 if t[1]["p"] is None else t[1]["p"], -t[1]["apart"]))
    evidence = tuple(_evidence(study, pair, f) for pair, f in firing[:3])
    if firing:
        first = firing[0][1]
        return Finding(NAME, QUESTION, "look", _sentence(first, len(firing)), _advice(first), basis, evidence, facts)
    separate = [(pair, f) for pair, f in tested if f["separate"]]
    evidence = tuple(_evidence(study, pair, f) for pair, f in separate[:2])
    if study.adaptive and not separate:
        sentence = (
            "The search chose its runs by their results, so whether the best value of one parameter depends on another "
            "is not told by where they lie."
        )
        advice = "Run a random search over both parameters to compare them."
        return Finding(NAME, QUESTION, "can't tell", sentence, advice, basis, evidence, facts)
    if separate:
        f = separate[0][1]
        sentence = (
            f"{_listed(f['columns'])} are {len(f['columns'])} parameters already; {_where(f)}; of {len(tested)} pairs "
            "tested no other shows a name with two meanings."
        )
        return Finding(NAME, QUESTION, "fine", sentence, "", basis, evidence, facts)
    none = (
        "The one pair of a number and a category does not show"
        if len(tested) == 1
        else (f"None of {len(tested)} pairs of a number and a category shows")
    )
    sentence = f"{none} best runs that lie elsewhere with another value, beyond chance."
    return Finding(NAME, QUESTION, "fine", sentence, "", basis, evidence, facts)


def _sentence(f: dict[str, Any], firing: int) -> str:
    more = f" ({firing - 1} more such pair{'s' if firing > 2 else ''})" if firing > 1 else ""
    if f["differs"] == "ranges":
        (a, one), (b, other) = _extremes(f["ranges"])
        return (
            f"{f['parameter']} was searched from {_span(one)} with {f['parent']} = {a}, but from {_span(other)} with "
            f"{b}: it is two parameters of one name{more}."
        )
    return f"The best {f['parameter']} depends on {f['parent']}: {_where(f)}{more}."


def _where(f: dict[str, Any]) -> str:
    (a, one), (b, other) = _extremes(f["best"])
    return f"half of the best configs with {a} lie from {_span(one)}, with {b} from {_span(other)}"


def _extremes(spans: dict[str, list[float]]) -> tuple[tuple[str, list[float]], tuple[str, list[float]]]:
    """Return the value whose span lies lowest, and the one whose lies highest."""

    def middle(value: str) -> float:
        return sum(spans[value][i] for i in ((1,) if len(spans[value]) == 3 else (0, 1)))

    low, high = min(spans, key=middle), max(spans, key=middle)
    return (low, spans[low]), (high, spans[high])


def _span(span: list[float]) -> str:
    return f"{short(span[0], 3)} to {short(span[-1], 3)}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) < 5 else f"{names[0]} and {len(names) - 1} more"


def _advice(f: dict[str, Any]) -> str:
    values = list(f["ranges"])
    names = _listed([f"{v}.{f['parameter'].split('.')[-1]}" for v in values])
    return (
        f"Tune {f['parameter']} for each value of {f['parent']} by itself: in the next sweep as {len(values)} "
        f"conditional parameters, {names}; and read its importance for one value at a time."
    )


def _evidence(study: Study, pair: Pair, f: dict[str, Any]) -> Evidence:
    """Return where the best of each value lie among its configs."""
    best = f["best_rows"]
    rest = np.setdiff1d(f["rows"], best)
    ids = study.runs.ids[study.configs.best]
    shown = list(f["ranges"])
    row_of = {pair.labels.index(v): i for i, v in enumerate(shown)}
    series = []
    for name, tone, rows, most in (
        ("best quarter", "best", best, DRAWN // 2),
        ("other configs", "rest", rest, DRAWN // 2),
    ):
        rows = np.array([r for r in rows if int(pair.place[r]) in row_of], int)
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
        series.append(
            Series(
                name,
                "points",
                tuple(pair.x[rows].tolist()),
                tuple(float(row_of[int(p)]) for p in pair.place[rows]),
                tone=tone,  # type: ignore[arg-type]
                runs=tuple(str(i) for i in ids[rows]),
            )
        )
    return Evidence(
        f"Best {pair.parameter} with each value of {pair.parent}",
        Along(pair.parameter, pair.log),
        Along(pair.parent, labels=tuple(shown)),
        tuple(series),
    )
