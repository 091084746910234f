"""All configs of a search, infeasible ones among them, and evidence of where these lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ..data.messages import Message, Number, say
from ..data.statistics import share_interval
from ..runs.base import Axis
from ..runs.windows import cuts
from .advisable import keep_sensible
from .base import Along, Evidence, Mark, Series, Study, Tone
from .regions import Column, Condition, Quantity, Relation
from .scatter import along_axis, thin

Clause = tuple[str, Relation, Any]
"""A condition as facts have it: a parameter, a relation, and a value as in the source."""


@dataclass(frozen=True)
class RegionFact:
    """
    A region in which configs are infeasible more often.

    Attributes
    ----------
    conditions
        What holds together there.
    inside, infeasible_inside, outside, infeasible_outside
        Numbers of the configs that the region was not found on, without those in an earlier region.
    p
        How likely that is by chance; ``None`` on an adaptive search.
    all_inside, lost
        How many of all configs are inside, and how many of these are infeasible.
    next_to
        Whether the best configs lie next to it.
    quantities
        The products and sums of two parameters that conditions are about, by the name that they have there.
    """

    conditions: tuple[Clause, ...]
    inside: int
    infeasible_inside: int
    outside: int
    infeasible_outside: int
    p: float | None
    all_inside: int
    lost: int
    next_to: bool
    quantities: dict[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class Region:
    """A region that holds: its conditions on axes and in words, and its fact."""

    conditions: tuple[Condition, ...]
    words: Message
    fact: RegionFact


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
    varying = keep_sensible((*study.tuned, *study.one_sided)) if lost.sum() >= fewest else ()
    axes = {p.name: study.runs.axis(p.name) for p in varying}
    columns = {name: Column(name, axis.kind == "category", axis.values[run]) for name, axis in axes.items()}
    return Trials(run, lost, axes, columns)


def add_quantity(study: Study, trials: Trials, made: Column) -> Trials:
    """Return the configs with a product or sum of two parameters as one more."""
    if not made.parts:
        return trials
    one, sign, other = made.parts
    a, b = (study.runs.axis(name) for name in (one, other))
    values = a.values * b.values if sign == "*" else a.values + b.values
    axis = Axis(made.parameter, "number", "log" if sign == "*" else "linear", values)
    name = made.parameter
    return replace(trials, axes={**trials.axes, name: axis}, columns={**trials.columns, name: made})


def mark_condition(axis: Literal["x", "y"], condition: Condition) -> Mark:
    """Return where a condition begins to hold."""
    at = Number(condition.value, 4, "short")
    if condition.relation == "<=":
        return Mark(axis, condition.value, say("infeasible.up_to", "infeasible up to {at}", at=at))
    return Mark(axis, condition.value, say("infeasible.above", "infeasible above {at}", at=at))


def draw_rates(trials: Trials, region: Region) -> Evidence:
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
    marks = () if condition.relation == "=" else (mark_condition("x", condition),)
    title = say("infeasible.most_where", "Infeasible most where {region}", region=region.words)
    return Evidence(title, along_axis(axis), Along("share infeasible"), (bars,), marks)


def draw_plane(study: Study, trials: Trials, region: Region) -> Evidence:
    """Draw the configs on the two parameters of two conditions; of one parameter twice its rates are drawn."""
    first, second = region.conditions
    if first.parameter == second.parameter:
        return draw_rates(trials, region)
    x, y = trials.axes[first.parameter], trials.axes[second.parameter]
    known = np.isfinite(x.values[trials.run]) & np.isfinite(y.values[trials.run])

    def points(name: str, which: np.ndarray, tone: Tone) -> Series:
        rows = trials.run[known & which]
        rows = rows[thin(len(rows), 0, 280)]
        ids = [str(i) for i in study.runs.ids[rows]]
        return Series(name, "points", x.values[rows].tolist(), y.values[rows].tolist(), tone=tone, runs=ids)

    series = (points("feasible", ~trials.lost, "rest"), points("infeasible", trials.lost, "bad"))
    sides: tuple[tuple[Literal["x", "y"], Condition], ...] = (("x", first), ("y", second))
    marks = tuple(mark_condition(side, condition) for side, condition in sides if condition.relation != "=")
    title = say("infeasible.where", "Infeasible where {region}", region=region.words)
    return Evidence(title, along_axis(x), along_axis(y), series, marks)
