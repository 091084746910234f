"""How many configs each value of a parameter got, and whether they are spread over other parameters alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

from ..data.statistics import short
from ..runs.base import Axis
from ..runs.chance import kuiper_p

TELLING = 0.01
"""Only of a spread that is less likely than this it is worked out what it lacks."""

LEAST = 3
"""Of fewer configs the spread is not tested."""


@dataclass(frozen=True)
class Table:
    """One row a config, infeasible ones too: the run that stands for it, and the parameters' values."""

    rows: np.ndarray
    axes: dict[str, Axis]
    orders: dict[str, np.ndarray] = field(default_factory=dict)

    def values(self, name: str) -> np.ndarray:
        """Return the value of every config along a parameter, NaN where there is none."""
        return self.axes[name].values[self.rows]

    def order(self, name: str) -> np.ndarray:
        """Return the configs with a finite value along a parameter, in its order."""
        if name not in self.orders:
            values = self.values(name)
            order = np.argsort(values, kind="stable")
            self.orders[name] = order[np.isfinite(values[order])]
        return self.orders[name]


def counted(table: Table, name: str) -> dict[str, Any]:
    """Count the configs of every value; and how likely numbers are as unequal if all values were drawn alike."""
    axis, values = table.axes[name], table.values(name)
    places, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    labels = [word(axis, place) for place in places]
    even = counts.sum() / len(counts) if len(counts) else 1.0
    p = float(special.chdtrc(len(counts) - 1, ((counts - even) ** 2).sum() / even)) if len(counts) > 1 else 1.0
    by_value = dict(zip(labels, counts.tolist(), strict=True))
    return {
        "parameter": name,
        "counts": by_value,
        "smallest": min(by_value, key=lambda v: by_value[v], default=""),
        "largest": max(by_value, key=lambda v: by_value[v], default=""),
        "p": p,
        "unequal": False,
        "uneven": [],
        "overlap": {},
        "places": places,
    }


def word(axis: Axis, place: float, digits: int = 6) -> str:
    """Return a value of an axis as words."""
    return (axis.labels[int(place)] or "empty") if axis.kind == "category" else short(place, digits)


def spread(table: Table, entry: dict[str, Any], nuisance: list[str]) -> list[dict[str, Any]]:
    """Test whether the configs of each value are spread over every nuisance parameter as those of the other values."""
    codes = np.searchsorted(entry["places"], table.values(entry["parameter"]))
    known = ~np.isnan(table.values(entry["parameter"]))
    labels, tests = list(entry["counts"]), []
    for name in nuisance:
        order = table.order(name)
        order = order[known[order]]
        x, mine = table.values(name)[order], codes[order]
        if not len(x) or x[0] == x[-1]:
            continue
        last = np.append(np.flatnonzero(np.diff(x)), len(x) - 1)  # of equal values only the last is a step
        shares = []
        for code, label in enumerate(labels):
            its = mine == code
            n, rest = int(its.sum()), int(len(its) - its.sum())
            if not n or not rest:
                continue
            low, high = x[its.argmax()], x[len(x) - 1 - its[::-1].argmax()]
            others_low, others_high = x[its.argmin()], x[len(x) - 1 - its[::-1].argmin()]
            shares.append(_share(table.axes[name], low, high, others_low, others_high))
            if min(n, rest) < LEAST:
                continue
            own = np.cumsum(its)[last]
            others = last + 1 - own
            ahead = own / n - others / rest
            distance = float(max(0.0, ahead.max()) + max(0.0, -ahead.min()))
            test = {
                "of": entry["parameter"],
                "nuisance": name,
                "value": label,
                "p": kuiper_p(distance, n * rest / (n + rest)),
                "distance": distance,
                "low": float(low),
                "high": float(high),
                "others_low": float(others_low),
                "others_high": float(others_high),
                "n": n,
            }
            tests.append(test | (_lacking(x[last], own, others, ahead) if test["p"] <= TELLING else {}))
        if table.axes[name].kind == "number" and shares:
            entry["overlap"][name] = min(shares)
    return tests


def _share(axis: Axis, *places: float) -> float:
    """Return what share of the range of others (the last two) that of a value covers, on the parameter's scale."""
    ends = np.array(places)
    ends = np.log(ends) if axis.scale == "log" and (ends > 0).all() else ends
    if ends[2] == ends[3]:
        return float(ends[0] <= ends[2] <= ends[1])
    return float(max(0.0, min(ends[1], ends[3]) - max(ends[0], ends[2])) / (ends[3] - ends[2]))


def _lacking(at: np.ndarray, own: np.ndarray, others: np.ndarray, ahead: np.ndarray) -> dict[str, Any]:
    """Return the range in which a value lacks most configs, how many it has there and how many it lacks."""
    n, rest = own[-1], others[-1]
    up, down = int(ahead.argmax()), int(ahead.argmin())
    # where it runs ahead it has too many before and too few after, up to where it is furthest behind
    candidates = []
    if up < len(at) - 1:
        end = down if down > up else len(at) - 1
        candidates.append((up + 1, end))
    if down > 0 or ahead[down] < 0:
        candidates.append((up + 1 if down > up else 0, down))
    best: dict[str, Any] = {"lacks": [float(at[0]), float(at[-1])], "have": int(n), "more": 0}
    for start, end in candidates:
        have = int(own[end] - (own[start - 1] if start else 0))
        fair = n * (others[end] - (others[start - 1] if start else 0)) / rest
        more = int(np.ceil(fair - have))
        if more > best["more"]:
            best = {"lacks": [float(at[start]), float(at[end])], "have": have, "more": more}
    return best
