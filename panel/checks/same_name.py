"""Same name, different parameter? Two parameters of one name under two parents are two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.messages import NOTHING, Number, say
from ..data.records import Record
from ..runs.bestof import holm
from .base import Along, Evidence, Finding, Series, Study, Tone
from .best_places import BEST, LEAST, Places, compare_places, pairs_of
from .same_name_words import say_advice, say_answer, say_basis, say_no_difference, say_separate

NAME = "same_name"

QUESTION = "Same name, different parameter?"

LEVEL = 0.003

APART = 0.15
"""The middles of the best differ by less than this share of the range: near enough, however sure."""

OVERLAP = 0.25
"""Ranges of which less is shared are two ranges."""

DRAWN = 600


@dataclass(frozen=True)
class PairFact:
    """
    A parameter, and a categorical one on whose value its best range may depend.

    Attributes
    ----------
    parameter, parent
        Their names.
    columns
        The parameters read: one, or one for each value of the parent.
    ranges, best
        By value where its configs lie, and where the best of them lie (quartiles).
    configs
        Number of configs by value.
    apart
        How far the middles of the best differ, as a share of the range.
    overlap
        The smallest share of one value's range that another covers.
    p
        That the best lie alike, corrected; ``None`` where it was not tested.
    separate
        Whether they are two parameters already.
    differs
        In what it is another parameter under another value: its range, or where its best lie; empty if it is not.
    """

    parameter: str
    parent: str
    columns: tuple[str, ...]
    ranges: dict[str, tuple[float, ...]]
    best: dict[str, tuple[float, ...]]
    configs: dict[str, int]
    apart: float
    overlap: float
    p: float | None
    separate: bool
    differs: Literal["", "best", "ranges"]


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    pairs
        One entry a pair that could be compared.
    """

    pairs: tuple[PairFact, ...]


def check(study: Study) -> Finding:
    """Compare the ranges and the best regions of every number between the values of every categorical parameter."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Compare where the best of each value lie, for every pair of a number and a categorical parameter."""
    _, places = study.compute_once(_compare_pairs)
    corrected = [None] * len(places) if study.adaptive else holm([one.p for one in places])
    return Facts(tuple(_fact_of(one, p) for one, p in zip(places, corrected, strict=True)))


def _compare_pairs(study: Study) -> tuple[int, list[Places]]:
    """Return how many pairs there are, and the places of those that can be compared."""
    pairs = pairs_of(study)
    return len(pairs), [one for pair in pairs if (one := compare_places(pair, study, len(pairs)))]


def tell(study: Study, facts: Facts) -> Finding:
    """Say which number is another parameter with another value of a categorical one."""
    pairs, places = study.compute_once(_compare_pairs)
    if not pairs:
        sentence = say(
            "same_name.no_pairs",
            "No number was searched under two values of a categorical parameter, so no name has two meanings.",
        )
        return Finding(NAME, QUESTION, "fine", sentence, facts=facts)
    if not places:
        sentence = say(
            "same_name.too_few",
            "The {n} feasible configs are too few to compare the best between values.",
            n=Number(len(study.configs), style="short"),
        )
        need = int(np.ceil(LEAST / BEST))
        advice = say("same_name.run_at_least", "Run at least {n} configs with each value.", n=need)
        return Finding(NAME, QUESTION, "can't tell", sentence, advice, facts=facts)
    return _tell_places(study, places, facts)


def _fact_of(places: Places, p: float | None) -> PairFact:
    pair = places.pair
    return PairFact(
        parameter=pair.parameter,
        parent=pair.parent,
        columns=pair.columns,
        ranges=places.ranges,
        best=places.best,
        configs=places.configs,
        apart=places.apart,
        overlap=places.overlap,
        p=p,
        separate=len(pair.columns) > 1,
        differs=_differs_in(places, p),
    )


def _differs_in(places: Places, p: float | None) -> Literal["", "best", "ranges"]:
    """Return in what the parameter is another one under another value: its range, or where its best lie."""
    if places.overlap < OVERLAP:
        return "ranges"
    return "best" if p is not None and p <= LEVEL and places.apart >= APART else ""


def _tell_places(study: Study, places: list[Places], facts: Facts) -> Finding:
    both = list(zip(places, facts.pairs, strict=True))
    n = len(both)
    basis = say_basis(len(study.configs), n, study.adaptive, LEVEL)
    firing = [(one, fact) for one, fact in both if fact.differs and not fact.separate]
    firing.sort(key=lambda t: (t[1].differs == "ranges", 1.0 if t[1].p is None else t[1].p, -t[1].apart))
    if firing:
        first, figures = firing[0][1], tuple(_draw(study, one) for one, _ in firing[:3])
        sentence = say_answer(first, len(firing))
        return Finding(NAME, QUESTION, "look", sentence, say_advice(first), basis, figures, facts)
    separate = [(one, fact) for one, fact in both if fact.separate]
    if separate:
        figures = tuple(_draw(study, one) for one, _ in separate[:2])
        return Finding(NAME, QUESTION, "fine", say_separate(separate[0][1], n), NOTHING, basis, figures, facts)
    if study.adaptive:
        sentence = say(
            "same_name.adaptive",
            "The search chose its runs by their results, so whether the best value of one parameter depends on another "
            "is not told by where they lie.",
        )
        advice = say("same_name.search_at_random", "Run a random search over both parameters to compare them.")
        return Finding(NAME, QUESTION, "can't tell", sentence, advice, basis, facts=facts)
    return Finding(NAME, QUESTION, "fine", say_no_difference(n), NOTHING, basis, facts=facts)


def _draw(study: Study, places: Places) -> Evidence:
    """Draw where the best of each value lie among its configs."""
    pair, best = places.pair, places.best_rows
    rest = np.setdiff1d(places.rows, best)
    ids = study.runs.ids[study.configs.best]
    shown = list(places.ranges)
    row_of = {pair.labels.index(v): i for i, v in enumerate(shown)}

    def points(name: str, rows: np.ndarray, tone: Tone) -> Series:
        most = DRAWN // 2
        rows = np.array([r for r in rows if int(pair.place[r]) in row_of], int)
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
        return Series(
            name,
            "points",
            tuple(pair.x[rows].tolist()),
            tuple(float(row_of[int(p)]) for p in pair.place[rows]),
            tone=tone,
            runs=tuple(str(i) for i in ids[rows]),
        )

    return Evidence(
        say(
            "same_name.title",
            "Best {parameter} with each value of {parent}",
            parameter=pair.parameter,
            parent=pair.parent,
        ),
        Along(pair.parameter, pair.log),
        Along(pair.parent, labels=tuple(shown)),
        (points("best quarter", best, "best"), points("other configs", rest, "rest")),
    )
