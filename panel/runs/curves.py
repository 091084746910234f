"""Curves: the history of metrics, of the best, the selected or all runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import numpy as np

from ..data.messages import NOTHING, Count, Form, Message, as_message, say
from ..data.records import Record
from ..errors import QuestionError, nearest
from ..question.target import read_weights
from .asked import asks_no_roles
from .base import Runs
from .colouring import Colouring, colour_runs
from .curves_words import say_best, say_no_values, say_none, say_weighs_most
from .histories import (
    LARGEST,
    SINCE_1970,
    Curve,
    PackedCurve,
    Side,
    along,
    fewer_points,
    joined,
    pack_curve,
    partner,
    read,
    side_of,
    with_history,
)

NAME = "curves"

BEST = 10
"""Runs that are the best."""

MOST_RUNS = 100
"""Runs that are drawn at once, at most."""

MOST_METRICS = 4

Which = Literal["best", "selected", "all"]


@dataclass(frozen=True)
class Asked:
    """
    Which curves are wanted.

    Attributes
    ----------
    metrics
        Names; none for the target and its partner (see `histories.partner`).
    which
        Of which runs.
    x
        ``step``, or a metric of `histories.along`.
    colour
        ``target`` or a parameter.
    runs
        Ids of the selected runs.
    """

    metrics: tuple[str, ...] = ()
    which: Which = "best"
    x: str = "step"
    colour: str = "target"
    runs: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what is there of the attributes; `QuestionError` if ``which`` says nothing of runs."""
        metrics = data.get("metrics") or ()
        which = str(data.get("which") or "best")
        _require_known(which, get_args(Which), "which runs")
        return cls(
            metrics=tuple(dict.fromkeys(map(str, [metrics] if isinstance(metrics, str) else metrics))),
            which=which,  # type: ignore[arg-type]  # it is one of them
            x=str(data.get("x") or "step"),
            colour=str(data.get("colour") or "target"),
            runs=tuple(map(str, data.get("runs") or ())),
        )


@dataclass(frozen=True)
class DrawnRun(Record):
    """A run that is drawn: its target, ``None`` if it has no finite one, and why it does not count."""

    id: str
    name: str
    target: float | None
    why: str


@dataclass(frozen=True)
class DrawnMetric(Record):
    """A metric, and the data it was measured on."""

    name: str
    side: Side


@dataclass(frozen=True)
class DrawnCurve(PackedCurve):
    """The curve of one run and metric: their numbers among those of the record and of the group."""

    run: int
    metric: int


@dataclass(frozen=True)
class CurveGroup(Record):
    """Metrics that share an axis, because they differ only in the data they were measured on, and their curves."""

    metrics: tuple[DrawnMetric, ...]
    curves: tuple[DrawnCurve, ...]


@dataclass(frozen=True)
class CurvesRecord(Record):
    """
    The history of some metrics.

    Attributes
    ----------
    empty
        Why there is nothing to draw; empty if there is.
    which, metrics, x
        What was chosen, by the user or unasked.
    label, goal
        Of the target.
    available
        The metrics that have a history.
    xs
        What curves can be drawn along.
    partners
        The metric that is the same on the other data, by metric.
    said
        Which runs are drawn.
    runs
        These runs, the best first.
    colour
        Their colours.
    x_title
        What stands at the axis.
    groups
        The curves.
    notes
        What else must be known.
    """

    empty: Message
    which: Which
    label: str
    goal: Literal["minimize", "maximize"]
    available: tuple[str, ...]
    metrics: tuple[str, ...]
    xs: tuple[str, ...]
    x: str
    partners: dict[str, str]
    said: Message
    runs: tuple[DrawnRun, ...]
    colour: Colouring
    x_title: Message
    groups: tuple[CurveGroup, ...]
    notes: tuple[Message, ...]


asks_roles = asks_no_roles
from_json = CurvesRecord.from_json


def record(runs: Runs, asked: Asked) -> CurvesRecord:
    """
    Return the history of some metrics.

    Raises
    ------
    QuestionError
        If something asked for is not there.
    """
    names = list(runs.project.history.metrics)
    if not names:
        return _tell_nothing(runs, asked)
    metrics, notes = _choose_metrics(runs, asked.metrics, names)
    clocks = along(names)
    _require_known(asked.x, ("step", *clocks), "what to draw along")
    if asked.colour != "target":
        runs.known([asked.colour])
    chosen, said = _choose_runs(runs, asked, with_history(runs.project, metrics))
    ids = [str(i) for i in runs.ids[chosen]]
    history = read(runs.project, ids, [*metrics, *({asked.x} - {"step"})])
    curves, lost = _place_along(history, ids, metrics, asked.x, clocks.get(asked.x, ""))
    groups, changed = _group(curves, ids, metrics)
    return CurvesRecord(
        empty=NOTHING if curves else say_no_values(metrics, asked.x) if ids else said,
        which=asked.which,
        label=runs.label,
        goal=runs.goal,
        available=tuple(names),
        metrics=tuple(metrics),
        xs=("step", *clocks),
        x=asked.x,
        partners={name: other for name in names if (other := partner(name, names))},
        said=said if ids else NOTHING,
        runs=tuple(_tell_run(runs, i) for i in chosen),
        colour=colour_runs(runs, chosen, asked.colour),
        x_title=_say_x(history, asked.x, clocks.get(asked.x, "")),
        groups=groups,
        notes=(*notes, *lost, *changed),
    )


def _tell_nothing(runs: Runs, asked: Asked) -> CurvesRecord:
    """Return the record of a project without a history."""
    return CurvesRecord(
        empty=say(
            "curves.no_history",
            "This project has no history: its source keeps one value of a metric for each run, none per step.",
        ),
        which=asked.which,
        label=runs.label,
        goal=runs.goal,
        available=(),
        metrics=(),
        xs=(),
        x="step",
        partners={},
        said=NOTHING,
        runs=(),
        colour=colour_runs(runs, np.empty(0, int), "target"),
        x_title=NOTHING,
        groups=(),
        notes=(),
    )


def _require_known(value: str, choices: Sequence[str], what: str) -> None:
    if value not in choices:
        raise QuestionError(f"{value!r} does not say {what}. {nearest(value, list(choices))}")


def default_metrics(runs: Runs, names: Sequence[str]) -> tuple[list[str], list[Message]]:
    """
    Return the metrics whose history tells most of the target, and notes where that is not the target's own.

    Parameters
    ----------
    runs
        The runs of the question.
    names
        The metrics that have a history, at least one.

    Returns
    -------
    list of str
        The target's metric; of a weighted target the one that weighs most; without a history its partner (see
        `histories.partner`), or else the first metric that is no clock. With it its own partner, if it has one.
    list of Message
        Notes, empty if the first is the target's metric.
    """
    weights = read_weights(runs.metric, runs.project)
    wanted = sorted(weights, key=lambda name: -weights[name]) or [runs.metric]
    first = next((name for name in wanted if name in names), None)
    notes = []
    if first is not None and weights:
        notes.append(say_weighs_most(runs.label, first, of_all=first == wanted[0]))
    if first is None:
        clocks = along(names)
        first = next((other for name in wanted if (other := partner(name, names))), None)
        first = first or next((name for name in names if name not in clocks), names[0])
        notes.append(
            say("curves.other_metric", "{metric} has no history; this is {drawn}.", metric=runs.label, drawn=first)
        )
    other = partner(first, names)
    return [first, *([other] if other else [])], notes


def _choose_metrics(runs: Runs, wanted: Sequence[str], names: Sequence[str]) -> tuple[list[str], list[Message]]:
    for name in wanted:
        if name not in names:
            raise QuestionError(f"Metric {name!r} has no history. {nearest(name, list(names))}")
    if not wanted:
        return default_metrics(runs, names)
    left = len(wanted) - MOST_METRICS
    notes = [say("curves.more_metrics", "{more} more metrics are not drawn.", more=left)] if left > 0 else []
    return list(wanted[:MOST_METRICS]), notes


def _choose_runs(runs: Runs, asked: Asked, there: set[str]) -> tuple[np.ndarray, Message]:
    """Return numbers of the runs to draw, the best first, and in words which they are, or why there are none."""
    able = np.array([str(i) in there for i in runs.ids], bool)
    best = runs.best_first[able[runs.best_first]]
    if asked.which == "best":
        return best[:BEST], say_best(min(BEST, len(best)), len(best), runs.label)
    if asked.which == "selected":
        able &= np.isin(runs.ids.astype(str), np.array(asked.runs, str))
    total = int(able.sum())
    if not total:
        return np.empty(0, int), say_none(asked.which, bool(asked.runs))
    run = "selected run" if asked.which == "selected" else "run"
    ordered = np.concatenate([best[able[best]], _sort_by_id(runs, np.flatnonzero(able & ~runs.feasible))])
    if total == 1:
        return ordered, say("curves.one_run", "{runs}", runs=Count(1, run))
    if total <= MOST_RUNS:
        return ordered, say("curves.all_runs", "all {runs}", runs=Count(total, run))
    rest = _sort_by_id(runs, ordered[BEST:])
    others = np.random.default_rng(0).choice(len(rest), MOST_RUNS - BEST, replace=False)
    keep = np.isin(ordered, [*ordered[:BEST], *rest[others]])
    return ordered[keep], say(
        "curves.some_runs",
        "{drawn} of {runs}: the {best} best, and others at random",
        drawn=MOST_RUNS,
        runs=Count(total, run),
        best=BEST,
    )


def _sort_by_id(runs: Runs, numbers: np.ndarray) -> np.ndarray:
    return numbers[np.argsort(runs.ids[numbers].astype(str), kind="stable")]


def _place_along(
    history: Mapping[tuple[str, str], Curve], ids: Sequence[str], metrics: Sequence[str], x: str, kind: str
) -> tuple[dict[tuple[str, str], Curve], list[Message]]:
    """Return the curves along `x`, and notes on what is missing there."""
    curves: dict[tuple[str, str], Curve] = {}
    lost = without = 0
    for run in ids:
        for metric in metrics:
            curve = history.get((run, metric))
            if curve is not None and x != "step":
                curve, missing = joined(curve, history.get((run, x), (np.empty(0), np.empty(0))), kind)
                lost += missing
            if curve is None or not len(curve[0]):
                without += 1
                continue
            curves[run, metric] = curve
    notes = []
    if without:
        total = len(ids) * len(metrics)
        notes.append(
            say("curves.without", "{without} of {curves} curves have no values here.", without=without, curves=total)
        )
    if lost:
        notes.append(
            say("curves.lost", "{values} values have no {x} at their step and are left out.", values=lost, x=x)
        )
    return curves, notes


def _group(
    curves: Mapping[tuple[str, str], Curve], ids: Sequence[str], metrics: Sequence[str]
) -> tuple[tuple[CurveGroup, ...], list[Message]]:
    """Return the metrics that share an axis, with their curves, and notes on gaps and on what was thinned."""
    sharing: dict[tuple[str, ...], tuple[list[DrawnMetric], list[DrawnCurve]]] = {}
    for metric in metrics:
        side, core = side_of(metric)
        if not side and partner(metric, metrics):
            side = "train"
        group_metrics, group_curves = sharing.setdefault(core, ([], []))
        for run, name in enumerate(ids):
            if (name, metric) in curves:
                points = asdict(pack_curve(curves[name, metric]))
                group_curves.append(DrawnCurve(**points, run=run, metric=len(group_metrics)))
        group_metrics.append(DrawnMetric(metric, side))
    groups = tuple(CurveGroup(tuple(names), tuple(lines)) for names, lines in sharing.values() if lines)
    gaps = sum(not np.all(np.abs(values) < LARGEST) for _, values in curves.values())
    thinner = sum(curve.mean_x is not None for group in groups for curve in group.curves)
    notes = []
    if gaps:
        notes.append(
            say(
                "curves.gaps",
                "{curves} {hold} NaN or infinite values, drawn as gaps.",
                curves=Count(gaps, "curve"),
                hold=Form(gaps, "holds", "hold"),
            )
        )
    if thinner:
        notes.append(fewer_points(thinner))
    return groups, notes


def _say_x(history: Mapping[tuple[str, str], Curve], x: str, kind: str) -> Message:
    values = [curve[1][np.isfinite(curve[1])] for (_, metric), curve in history.items() if metric == x]
    if kind == "time" and any(len(v) and v.min() > SINCE_1970 for v in values):
        return say("curves.seconds", "seconds since the run's start")
    return as_message(x)


def _tell_run(runs: Runs, i: int) -> DrawnRun:
    value = float(runs.target[i])
    return DrawnRun(str(runs.ids[i]), str(runs.names[i]), value if np.isfinite(value) else None, str(runs.why[i]))
