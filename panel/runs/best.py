"""The best runs: in which settings they agree and differ from the rest, and their curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..data.messages import Message
from ..data.records import Record
from ..data.statistics import short
from ..question.parameters import Parameter
from ..question.selection import Goal
from . import histories
from .asked import asks_no_roles, read_whole
from .base import Axis, Runs
from .best_words import MANY, say_notes, say_row
from .bestof import holm
from .chance import apart_by_chance, shared_by_chance
from .configs import config_numbers, is_log
from .empty import Empty, read_record, tell_no_target

NAME = "best"

K, LEAST, MOST = 10, 3, 50
"""How many runs are the best unless something else is asked for, and what may be asked for."""

SHARE = 4
"""Unless they are asked for, no more than one in so many are the best."""

FEW = 8
"""A number with so many different values, or fewer, is told by the values, as a category is."""

BEYOND = 0.1
"""The best differ from the rest beyond chance if the corrected p-value is no larger."""

MIDDLE = (0.05, 0.95)
"""The quantiles between which the middle 90 % of some numbers lie."""

SENTENCES = 8


@dataclass(frozen=True)
class Asked:
    """How many runs are the best; ``None`` for `K`, or fewer of few runs."""

    k: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read ``k``; `QuestionError` if so many cannot be asked for."""
        k = read_whole(data.get("k"), "The number of best runs", LEAST, MOST)
        return cls(k)


@dataclass(frozen=True)
class BestRun:
    """One of the best runs: its id, its name, its target, and the number of its config among them."""

    run: str
    name: str
    target: float
    config: int


@dataclass(frozen=True)
class Row:
    """
    One parameter: what the best have in common, and how the rest differ.

    Attributes
    ----------
    parameter
        Its name.
    values
        The exact value of each of the best runs, as text.
    numeric
        Whether the parameter is a number.
    kind
        Whether it is told by its values, or by a range.
    varies
        Whether configs differ in it.
    p, corrected
        How likely as large an agreement is by chance: alone, and corrected for the number of parameters. ``None`` if it
        is not judged.
    beyond
        Whether chance is ruled out.
    apart
        How far apart best and rest are, 0 to 1.
    usual, agree, share, others
        Of values: the most frequent one among the best, which of these have it, their share, and that of the rest.
    avoided, avoided_others
        Of values: the one that the best avoid most, if none of them has it; and the share of the rest that has it.
    telling
        Of values: which of the two is less likely by chance.
    scale
        Of a range: the scale on which the parameter is read.
    n, low, high
        Of a range: how many of the best have a finite number, and the ends.
    rest_low, rest_high
        Of a range: the ends of the middle 90 % of the rest.
    """

    parameter: str
    values: tuple[str, ...]
    numeric: bool
    kind: Literal["category", "number"]
    varies: bool
    p: float | None = None
    corrected: float | None = None
    beyond: bool = False
    apart: float = 0.0
    usual: str | None = None
    agree: tuple[bool, ...] = ()
    share: float = 0.0
    others: float | None = None
    avoided: str | None = None
    avoided_others: float | None = None
    telling: Literal["usual", "avoided"] = "usual"
    scale: Literal["linear", "log"] = "linear"
    n: int = 0
    low: float | None = None
    high: float | None = None
    rest_low: float | None = None
    rest_high: float | None = None


@dataclass(frozen=True)
class BestCurve(histories.PackedCurve):
    """The curve of one of the best runs: its place among them, its id and its name."""

    rank: int
    run: str
    name: str


@dataclass(frozen=True)
class BestRecord(Record):
    """
    The best runs beside the rest.

    Attributes
    ----------
    k, asked
        How many are the best, and how many were asked for.
    target, metric, goal, adaptive
        As of `Runs`: the target's label, its metric, its goal, and why the search counts as adaptive.
    log
        Whether targets are compared by their ratios.
    feasible, infeasible
        Number of runs that count, and of those that do not.
    configs, best_configs, rest
        Number of configs, of those of the best runs, and of the others.
    runs
        The best runs, from the first.
    rows
        The parameters, from the one in which best and rest differ most.
    curves
        The target's metric per step of the best runs that have it.
    sentences, notes
        In what the best agree; and what is to be known about it.
    """

    k: int
    asked: int
    target: str
    metric: str
    goal: Goal
    log: bool
    adaptive: Message
    feasible: int
    infeasible: int
    configs: int
    best_configs: int
    rest: int
    runs: tuple[BestRun, ...]
    rows: tuple[Row, ...]
    curves: tuple[BestCurve, ...]
    sentences: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> BestRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(BestRecord, data)


def record(runs: Runs, asked: Asked) -> BestRecord | Empty:
    """Compare the best runs with the rest."""
    ranked = runs.best_first
    if not len(ranked):
        return tell_no_target(runs)
    wanted = asked.k or min(K, max(LEAST, len(ranked) // SHARE))
    best = ranked[:wanted]
    number = config_numbers(runs)
    _, first = np.unique(number[ranked], return_index=True)
    configs = ranked[np.sort(first)]  # each config by its best run
    own = list(dict.fromkeys(number[best].tolist()))
    compared = BestRecord(
        k=len(best),
        asked=wanted,
        target=runs.label,
        metric=runs.metric,
        goal=runs.goal,
        log=is_log(runs),
        adaptive=runs.adaptive,
        feasible=len(ranked),
        infeasible=len(runs) - len(ranked),
        configs=len(configs),
        best_configs=len(own),
        rest=len(configs) - len(own),
        runs=tuple(
            BestRun(str(runs.ids[i]), str(runs.names[i]), float(runs.target[i]), 1 + own.index(number[i])) for i in best
        ),
        rows=_compare_parameters(runs, best, configs, len(own)),
        curves=_read_curves(runs, best),
    )
    sentences = [text for row in compared.rows if (text := say_row(row, compared.k, compared.rest))]
    return replace(compared, sentences=tuple(sentences[:SENTENCES]), notes=say_notes(compared))


def _compare_parameters(runs: Runs, best: np.ndarray, configs: np.ndarray, among: int) -> tuple[Row, ...]:
    """Compare the best with the rest in each parameter that varies, from the one in which they differ most."""
    varying = [p for p in runs.parameters.values() if p.modelled and p.distinct > 1]
    rows = [_compare(runs, p, best, configs, among) for p in varying]
    rows = [row for row in rows if row.varies]
    rows.sort(key=lambda row: (1.0 if row.p is None else row.p, -row.apart))
    return tuple(replace(row, p=None) for row in rows) if runs.adaptive else _judge(rows)


def _judge(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows with their p-values corrected, in the order given."""
    testable = [(place, row.p) for place, row in enumerate(rows) if row.p is not None]
    corrected = dict(zip((place for place, _ in testable), holm([p for _, p in testable]), strict=True))
    return tuple(
        replace(row, corrected=corrected[place], beyond=corrected[place] <= BEYOND) if place in corrected else row
        for place, row in enumerate(rows)
    )


def _compare(runs: Runs, parameter: Parameter, best: np.ndarray, configs: np.ndarray, among: int) -> Row:
    """Compare the best with the rest in one parameter: what is shown is of runs, what is tested of configs."""
    axis = runs.axis(parameter.name)
    texts = [text or _name_nothing(axis, axis.values[i]) for text, i in zip(axis.texts(best), best, strict=True)]
    finite = axis.values[np.isfinite(axis.values)]
    row = Row(
        parameter=parameter.name,
        values=tuple(texts),
        numeric=axis.kind == "number",
        kind="category" if axis.kind == "category" or len(np.unique(finite)) <= FEW else "number",
        varies=len(np.unique(axis.values[configs])) > 1,
        scale=axis.scale,
    )
    rest = runs.best_first[len(best) :]
    compare = _compare_values if row.kind == "category" else _compare_ranges
    return compare(row, axis, best, rest, configs, among)


def _name_nothing(axis: Axis, value: float) -> str:
    return axis.absent if value != value else "empty"


def _compare_values(row: Row, axis: Axis, best: np.ndarray, rest: np.ndarray, configs: np.ndarray, among: int) -> Row:
    """Add the most frequent value of the best, the one they avoid most, and how likely that is by chance."""
    values = np.where(np.isnan(axis.values), -np.inf, axis.values)  # one number for all that are missing
    counts = Counter(values[best].tolist())
    every = values[configs]
    held = Counter(every.tolist())
    hits = Counter(every[:among].tolist())
    few = {v: 1 - shared_by_chance(hits[v] + 1, among, n, len(every)) for v, n in held.items()}
    many = {v: shared_by_chance(hits[v], among, held[v], len(every)) for v in counts}
    usual = min(counts, key=lambda v: (-counts[v], many[v], v))
    avoided = min(held, key=lambda v: (few[v], v))
    share, others = counts[usual] / len(best), _find_share(values[rest], usual)
    p = min(1.0, 2 * len(held) * min(many[usual], few[avoided])) if among < len(every) else None
    return replace(
        row,
        usual=_name_value(axis, configs, usual, values),
        agree=tuple((values[best] == usual).tolist()),
        share=share,
        others=others,
        avoided=None if counts[avoided] else _name_value(axis, configs, avoided, values),
        avoided_others=_find_share(values[rest], avoided),
        p=p,
        telling="usual" if many[usual] <= few[avoided] else "avoided",
        apart=share - (others or 0.0),
    )


def _find_share(values: np.ndarray, value: float) -> float | None:
    return float((values == value).mean()) if len(values) else None


def _name_value(axis: Axis, rows: np.ndarray, value: float, values: np.ndarray) -> str:
    """Return a value as words: a number rounded to six digits, as the page shows it."""
    first = rows[values[rows] == value][:1]
    if axis.kind == "number" and not np.isnan(axis.values[first[0]]):
        return short(axis.values[first[0]], 6)
    return axis.texts(first)[0] or _name_nothing(axis, axis.values[first[0]])


def _compare_ranges(row: Row, axis: Axis, best: np.ndarray, rest: np.ndarray, configs: np.ndarray, among: int) -> Row:
    """Add the range of a number among the best, the middle 90 % of the rest, and how likely that is by chance."""
    own, others, few, every = (
        axis.values[rows][np.isfinite(axis.values[rows])] for rows in (best, rest, configs[:among], configs)
    )
    low, high = _find_ends(own, MIDDLE if len(best) >= MANY else (0.0, 1.0))
    rest_low, rest_high = _find_ends(others, MIDDLE)
    row = replace(row, n=len(own), low=low, high=high, rest_low=rest_low, rest_high=rest_high)
    if not 2 <= len(few) < len(every):
        return row
    apart, p = apart_by_chance(few, every)
    return replace(row, apart=apart, p=p)


def _find_ends(values: np.ndarray, shares: tuple[float, float]) -> tuple[float | None, float | None]:
    """Return two quantiles of some numbers; ``None`` twice if there are none."""
    if not len(values):
        return None, None
    low, high = np.quantile(values, shares, method="inverted_cdf")
    return float(low), float(high)


def _read_curves(runs: Runs, best: np.ndarray) -> tuple[BestCurve, ...]:
    """Return the target's metric per step for the best runs that have it, from the best."""
    if runs.metric not in runs.project.history.metrics:
        return ()
    ids = [str(i) for i in runs.ids[best]]
    lines = histories.read(runs.project, ids, [runs.metric])
    curves = []
    for place, run in enumerate(ids):
        line = lines.get((run, runs.metric))
        if line is not None and (np.abs(line[1]) < histories.LARGEST).any():
            name = str(runs.names[best[place]])
            curves.append(BestCurve(**vars(histories.pack_curve(line)), rank=place + 1, run=run, name=name))
    return tuple(curves)
