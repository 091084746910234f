"""What several methods, or targets, say of the same parameters: ranks, how far they agree, and on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.messages import Count, Message, Number, join, say
from ..data.records import Record
from ..data.statistics import ranks
from .record import ImportanceRow, name_first

AGREE = 0.7
"""Kendall's W from which the methods are said to agree, and half of it from which they agree in part."""


@dataclass(frozen=True)
class ComparisonRow(Record):
    """
    One parameter in all methods.

    Attributes
    ----------
    parameter
        Its name.
    importance
        Its share by method; ``None`` where a method has none.
    rank
        Its place by method, from 1 for the most important; equal shares have their mean place.
    clear
        Whether it is clear by method; ``None`` where a method cannot tell.
    """

    parameter: str
    importance: dict[str, float | None]
    rank: dict[str, float | None]
    clear: dict[str, bool | None]


@dataclass(frozen=True)
class Comparison(Record):
    """
    Methods side by side.

    Attributes
    ----------
    methods
        Names of the methods that have a ranking.
    rows
        One entry a parameter, the smallest mean rank first.
    concordance
        Kendall's coefficient of concordance W, 0 (no agreement) to 1 (the same order everywhere); ``None`` with fewer
        than two methods or two parameters.
    words
        What all methods agree on, in one sentence.
    """

    methods: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]
    concordance: float | None
    words: Message


def compare(rankings: Mapping[str, Sequence[ImportanceRow]], things: str = "methods") -> Comparison:
    """
    Compare the rankings of several methods.

    Parameters
    ----------
    rankings
        For each method the rows of its importance. A method without rows is left out, and so is a parameter that has no
        importance in any, such as a constant; one that a method does not have, or of which it cannot tell, has no rank
        there.
    things
        What is compared, in the plural: rankings by several ``methods``, or of several ``targets``.
    """
    by_name = {method: {row.parameter: row for row in rows} for method, rows in rankings.items() if rows}
    every = dict.fromkeys(name for rows in by_name.values() for name in rows)
    names = [n for n in every if any(n in rows and rows[n].importance for rows in by_name.values())]
    by_name = {method: {n: rows[n] for n in names if n in rows} for method, rows in by_name.items()}
    places = {method: _place(rows.values()) for method, rows in by_name.items()}
    compared = [
        ComparisonRow(
            name,
            {m: rows[name].importance if name in rows else None for m, rows in by_name.items()},
            {m: places[m].get(name) for m in by_name},
            {m: rows[name].clear if name in rows else None for m, rows in by_name.items()},
        )
        for name in names
    ]
    compared.sort(key=lambda row: (_average_place(row.rank.values(), len(names)), row.parameter))
    concordance = measure_concordance([[p[n] for n in names] for p in places.values() if all(n in p for n in names)])
    words = _say_agreement(compared, concordance, len(by_name), things)
    return Comparison(tuple(by_name), tuple(compared), concordance, words)


def _place(rows: Iterable[ImportanceRow]) -> dict[str, float]:
    """Return the place of every parameter whose importance is known, from 1 for the most important."""
    known = {row.parameter: row.importance for row in rows if row.importance is not None}
    return dict(zip(known, ranks(-np.array(list(known.values()), float)).tolist(), strict=True))


def _average_place(places: Iterable[float | None], worst: int) -> float:
    return float(np.mean([worst if place is None else place for place in places]))


def measure_concordance(places: Sequence[Sequence[float]]) -> float | None:
    """
    Return Kendall's coefficient of concordance, corrected for ties.

    Kendall and Babington Smith (1939), "The problem of m rankings".

    Parameters
    ----------
    places
        One ranking a method, shape (n_methods, n_parameters), ties sharing their mean rank.

    Returns
    -------
    float or None
        From 0 to 1; ``None`` with fewer than two rankings or parameters, or if nothing is ranked.
    """
    table = np.array(places, float)
    if table.ndim != 2 or min(table.shape) < 2:
        return None
    m, n = table.shape
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(r, return_counts=True)[1] for r in table))
    whole = m**2 * (n**3 - n) - m * ties
    sums = table.sum(axis=0)
    return float(12 * ((sums - sums.mean()) ** 2).sum() / whole) if whole > 0 else None


def _say_agreement(rows: Sequence[ComparisonRow], concordance: float | None, count: int, things: str) -> Message:
    if count < 2 or concordance is None:
        return say("comparison.nothing", "There is nothing to compare yet.")
    compared, w = Count(count, things, things), Number(concordance, 2, "fixed")
    if concordance >= AGREE:
        agreement = say(
            "comparison.agree", "The {compared} agree on the order (Kendall's W {w})", compared=compared, w=w
        )
    elif concordance >= AGREE / 2:
        agreement = say(
            "comparison.agree_in_part",
            "The {compared} agree in part on the order (Kendall's W {w})",
            compared=compared,
            w=w,
        )
    else:
        agreement = say(
            "comparison.disagree",
            "The {compared} do not agree on the order (Kendall's W {w})",
            compared=compared,
            w=w,
        )
    parts = join([agreement, _say_first(rows), *_say_unclear(rows)], "; ")
    return say("comparison.words", "{parts}.", parts=parts)


def _say_first(rows: Sequence[ComparisonRow]) -> Message:
    """Say which parameter is first."""
    everywhere = next((row.parameter for row in rows if all(place == 1 for place in row.rank.values())), None)
    if everywhere is not None:
        return say("comparison.all_first", "all put {parameter} first", parameter=everywhere)
    somewhere = [row.parameter for row in rows if 1 in row.rank.values()]
    if not somewhere:
        return say("comparison.no_first", "none has a first")
    return say("comparison.first", "first is {parameters}", parameters=join(somewhere, " or "))


def _say_unclear(rows: Sequence[ComparisonRow]) -> list[Message]:
    """Say of which parameters no method that can tell finds that they are clear, if there are any."""
    judged = [row for row in rows if any(clear is not None for clear in row.clear.values())]
    unclear = [row.parameter for row in judged if all(clear is not True for clear in row.clear.values())]
    if not unclear:
        return []
    if len(unclear) == len(rows) > 1:
        return [say("comparison.none_clear", "none that can tell finds any parameter clear")]
    return [say("comparison.unclear", "none that can tell finds {names} clear", names=name_first(unclear))]
