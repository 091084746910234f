"""All configs of a search, infeasible ones among them, and evidence of where these lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.statistics import share_interval, short
from ..runs.base import Axis
from ..runs.windows import cuts
from .base import Along, Evidence, Mark, Series, Study
from .regions import Column, Condition
from .scatter import along, thinned


@dataclass(frozen=True)
class Region:
    """A region that holds."""

    conditions: tuple[Condition, ...]
    words: str
    fact: dict[str, Any]


@dataclass(frozen=True)
class Trials:
    """All configs, infeasible ones among them: a run of each, whether it is infeasible, and values by parameter."""

    run: np.ndarray
    lost: np.ndarray
    axes: Mapping[str, Axis]
    columns: Mapping[str, Column]


def trials_of(study: Study, fewest: int) -> Trials:
    """Return the configs, each by the run whose id comes first; without values if fewer than `fewest` are lost."""
    ids = study.runs.ids.astype(str)
    order = np.argsort(ids, kind="stable")
    number, first = np.unique(study.number[order], return_index=True)
    run = order[first]
    failed = np.bincount(study.number, weights=~study.runs.feasible)[number]
    lost = failed > 0.5 * np.bincount(study.number)[number]
    tuned = study.tuned if lost.sum() >= fewest else ()
    axes = {p.name: study.runs.axis(p.name) for p in tuned}
    columns = {name: Column(name, axis.kind == "category", axis.values[run]) for name, axis in axes.items()}
    return Trials(run, lost, axes, columns)


def mark(axis: Any, condition: Condition) -> Mark:
    """Return where a condition begins to hold."""
    side = "up to" if condition.relation == "<=" else "above"
    return Mark(axis, condition.value, f"infeasible {side} {short(condition.value)}")


def rates(trials: Trials, region: Region) -> Evidence:
    """Draw the share that is infeasible along the parameter of one condition, with 90 % intervals."""
    condition = region.conditions[0]
    axis = trials.axes[condition.parameter]
    values = axis.values[trials.run]
    known = np.isfinite(values)
    order = np.argsort(values[known], kind="stable")
    ordered, lost = values[known][order], trials.lost[known][order]
    ends = np.flatnonzero(np.diff(ordered, append=np.inf)) + 1
    if axis.kind == "number" and len(ends) > 10:
        ends = cuts(ordered, max(4, len(ordered) // 10))
    starts = np.concatenate([[0], ends[:-1]])
    sizes, those = ends - starts, np.add.reduceat(lost.astype(int), starts)
    limits = [share_interval(int(k), int(n)) for k, n in zip(those, sizes, strict=True)]
    x = [float(np.median(ordered[a:b])) for a, b in zip(starts, ends, strict=True)]
    low, high = [a for a, _ in limits], [b for _, b in limits]
    bars = Series("share infeasible", "bars", x, (those / sizes).tolist(), low, high, "bad")
    marks = () if condition.relation == "=" else (mark("x", condition),)
    return Evidence(f"Infeasible most where {region.words}", along(axis), Along("share infeasible"), (bars,), marks)


def plane(study: Study, trials: Trials, region: Region) -> Evidence:
    """Draw the configs on the two parameters of two conditions; of one parameter twice its rates are drawn."""
    first, second = region.conditions
    if first.parameter == second.parameter:
        return rates(trials, region)
    x, y = trials.axes[first.parameter], trials.axes[second.parameter]
    known = np.isfinite(x.values[trials.run]) & np.isfinite(y.values[trials.run])
    series = []
    for name, which, tone in (("feasible", ~trials.lost, "rest"), ("infeasible", trials.lost, "bad")):
        rows = trials.run[known & which]
        rows = rows[thinned(len(rows), 0, 280)]
        ids = [str(i) for i in study.runs.ids[rows]]
        series.append(Series(name, "points", x.values[rows].tolist(), y.values[rows].tolist(), tone=tone, runs=ids))  # type: ignore[arg-type]
    pairs = (("x", first), ("y", second))
    marks = tuple(mark(axis, c) for axis, c in pairs if c.relation != "=")
    return Evidence(f"Infeasible where {region.words}", along(x), along(y), tuple(series), marks)
