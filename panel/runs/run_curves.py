"""The history of the target in one run, whether it counts or not, beside that in the best one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..data.messages import NOTHING, Message, Names, join, say
from ..data.records import Record
from ..errors import QuestionError, nearest
from .asked import asks_no_roles, read_text
from .base import Runs
from .curves import default_metrics
from .histories import PackedCurve, Side, fewer_points, pack_curve, read, side_of

NAME = "run_curves"

Whose = Literal["this", "best", "second"]


@dataclass(frozen=True)
class Asked:
    """Of which run: its id."""

    run: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked."""
        return cls(read_text(data.get("run")))


@dataclass(frozen=True)
class RunCurve(PackedCurve):
    """
    The curve of a run and a metric.

    Attributes
    ----------
    run, name
        Id and name of the run.
    whose
        Which it is: the one that was asked for, the best one, or the second best.
    metric, side
        The metric, and the data it was measured on.
    """

    run: str
    name: str
    whose: Whose
    metric: str
    side: Side


@dataclass(frozen=True)
class RunCurvesRecord(Record):
    """
    The history of the target in a run, beside that in the best one.

    Attributes
    ----------
    curves
        The curves.
    metric, metrics
        What the axis shows, and what is drawn.
    notes
        What is to be known, such as that it is not the target.
    empty
        Why there are no curves; nothing if there are.
    """

    curves: tuple[RunCurve, ...] = ()
    metric: str = ""
    metrics: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    empty: Message = NOTHING


asks_roles = asks_no_roles
from_json = RunCurvesRecord.from_json


def record(runs: Runs, asked: Asked) -> RunCurvesRecord:
    """
    Tell the history of the target in a run.

    Raises
    ------
    QuestionError
        If there is no such run.
    """
    project, run = runs.project, asked.run
    names = list(project.history.metrics)
    if run and run not in project.runs.index:
        raise QuestionError(f"There is no run {run!r}. {nearest(run, list(project.runs.index))}")
    if not names:
        return RunCurvesRecord(empty=say("run_curves.no_history", "This project has no history."))
    metrics, notes = default_metrics(runs, names)
    whose = _choose_runs(runs, run)
    lines = read(project, list(whose), metrics)
    if not any(key[0] == run for key in lines):
        return RunCurvesRecord(empty=join([_say_no_curve(metrics), *notes]))
    curves = tuple(
        RunCurve(
            **vars(pack_curve(line)),
            run=i,
            name=str(project.runs["name"][i]),
            whose=whose[i],
            metric=metric,
            side=side_of(metric)[0] or ("train" if len(metrics) > 1 else ""),
        )
        for (i, metric), line in lines.items()
    )
    thin = sum(curve.mean_x is not None for curve in curves)
    drawn = tuple(metric for metric in metrics if any(curve.metric == metric for curve in curves))
    return RunCurvesRecord(
        curves=curves,
        metric=drawn[0],
        metrics=drawn,
        notes=(*notes, *([fewer_points(thin)] if thin else [])),
    )


def _choose_runs(runs: Runs, run: str) -> dict[str, Whose]:
    """Return the run that was asked for and the best one, or for that one the second best, by id."""
    best = [str(runs.ids[i]) for i in runs.best_first[:2]]
    other = next((i for i in best if i != run), None)
    if other is None:
        return {run: "this"}
    return {run: "this", other: "best" if other == best[0] else "second"}


def _say_no_curve(metrics: list[str]) -> Message:
    return say("run_curves.none", "This run has no history of {metrics}.", metrics=Names(tuple(metrics), last="or"))
