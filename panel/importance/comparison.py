"""What several methods, or targets, say of the same parameters: ranks, how far they agree, and on what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..data.statistics import ranks

AGREE = 0.7
"""Kendall's W from which the methods are said to agree, and half of it from which they agree in part."""


@dataclass(frozen=True)
class ComparisonRow:
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
class Comparison:
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
    words: str

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values."""
        return asdict(self)


def compare(records: Mapping[str, Sequence[Mapping[str, Any]]], things: str = "methods") -> Comparison:
    """
    Compare the rankings of several methods.

    Parameters
    ----------
    records
        For each method the rows of its importance, as `ImportanceRow` has them, in plain JSON. A method without rows is
        left out, and so is a parameter that has no importance in any, such as a constant; one that a method does not
        have, or of which it cannot tell, has no rank there.
    things
        What is compared, in the plural: rankings by several ``methods``, or of several ``targets``.
    """
    found = {name: {row["parameter"]: row for row in rows} for name, rows in records.items() if rows}
    every = dict.fromkeys(parameter for rows in found.values() for parameter in rows)
    names = [n for n in every if any((rows.get(n) or {}).get("importance") for rows in found.values())]
    found = {method: {n: rows[n] for n in names if n in rows} for method, rows in found.items()}
    placed = {method: _places(rows) for method, rows in found.items()}
    rows = [
        ComparisonRow(
            name,
            {m: found[m].get(name, {}).get("importance") for m in found},
            {m: placed[m].get(name) for m in found},
            {m: found[m].get(name, {}).get("clear") for m in found},
        )
        for name in names
    ]
    rows.sort(key=lambda row: (_mean(row.rank.values(), len(names)), row.parameter))
    concordance = kendalls_w([[p[n] for n in names] for p in placed.values() if all(n in p for n in names)])
    return Comparison(tuple(found), tuple(rows), concordance, _words(rows, concordance, len(found), things))


def _places(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    known = {name: row["importance"] for name, row in rows.items() if row["importance"] is not None}
    return dict(zip(known, ranks(-np.array(list(known.values()), float)).tolist(), strict=True))


def _mean(places: Any, worst: int) -> float:
    return float(np.mean([worst if place is None else place for place in places]))


def kendalls_w(places: Sequence[Sequence[float]]) -> float | None:
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


def _words(rows: Sequence[ComparisonRow], concordance: float | None, count: int, things: str) -> str:
    if count < 2 or concordance is None:
        return "There is nothing to compare yet."
    agreement = "agree" if concordance >= AGREE else "agree in part" if concordance >= AGREE / 2 else "do not agree"
    said = [f"The {count} {things} {agreement} on the order (Kendall's W {concordance:.2f})"]
    first = [row.parameter for row in rows if all(place == 1 for place in row.rank.values())]
    told = [row for row in rows if any(c is not None for c in row.clear.values())]
    unclear = [row.parameter for row in told if all(c is not True for c in row.clear.values())]
    if first:
        said.append(f"all put {first[0]} first")
    else:
        leaders = list(dict.fromkeys(row.parameter for row in rows if 1 in row.rank.values()))
        said.append(f"first is {' or '.join(leaders)}" if leaders else "none has a first")
    if unclear:
        shown = ", ".join(unclear[:3]) + (f" and {len(unclear) - 3} more" if len(unclear) > 3 else "")
        said.append(f"none that can tell finds {shown} clear")
    return "; ".join(said) + "."
