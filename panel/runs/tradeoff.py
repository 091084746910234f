"""Two metrics against each other: the runs that no other run beats in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.messages import NOTHING, Message, say
from ..data.records import Record
from ..data.statistics import is_more_even_in_log, short
from ..errors import QuestionError
from ..question.conditions import name_value
from ..question.selection import FAILED_STATES, Goal, check_choice
from .asked import asks_no_roles, read_text
from .base import CONSTRAINT, WHY, Runs
from .tradeoff_cost import say_cost
from .tradeoff_sides import TARGET, Axis, Side, find_compared, list_choices, read_sides

NAME = "tradeoff"

MOST_DRAWN = 2_000
"""Runs that are drawn beside those on the front, at most."""

MOST_LISTED = 20
"""Runs of the front that are listed with their settings, at most."""

MOST_CORNERS = 5_000
"""Corners of an outline, at most."""


@dataclass(frozen=True)
class Asked:
    """
    What can be asked; all of it may be left open.

    Attributes
    ----------
    x, y
        Ids of the two metrics, of `list_choices`; if empty, a cost and the target.
    goal_x, goal_y
        Their goals; ``None`` for the usual ones.
    """

    x: str = ""
    y: str = TARGET
    goal_x: Goal | None = None
    goal_y: Goal | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked; `QuestionError` if there is no such goal."""
        goal_x, goal_y = (
            check_choice(data[key], Goal, "Goal") if data.get(key) else None for key in ("goal_x", "goal_y")
        )
        return cls(read_text(data.get("x")), read_text(data.get("y")) or TARGET, goal_x, goal_y)


@dataclass(frozen=True)
class Points:
    """
    The runs that are drawn, in the order in which they were started.

    Attributes
    ----------
    run, name
        Their ids and names.
    x, y
        Their values.
    on
        Whether they are on the front.
    """

    run: tuple[str, ...]
    name: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    on: tuple[bool, ...]


@dataclass(frozen=True)
class ListedRun:
    """A run on the front: its id, its name, its values."""

    run: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class BestRun:
    """
    The run with the best target.

    Attributes
    ----------
    run, name
        Its id and name.
    place
        Its place on the front from the best x, 1 for the first; ``None`` if it is not on it.
    without
        The metrics of which it has no finite value, for which it was not compared.
    """

    run: str
    name: str
    place: int | None
    without: tuple[str, ...]


@dataclass(frozen=True)
class EmptyTradeoff(Record):
    """
    A trade-off in which nothing can be compared.

    Attributes
    ----------
    empty
        Why, and what to do.
    choices
        What can be an axis: ids with their labels.
    x, y, runs
        The two metrics, and how many runs there are; ``None`` if there is only one metric in the project.
    """

    empty: Message
    choices: tuple[tuple[str, str], ...]
    x: Axis | None = None
    y: Axis | None = None
    runs: int | None = None


@dataclass(frozen=True)
class TradeoffRecord(Record):
    """
    Two metrics of the runs, and the Pareto front.

    Attributes
    ----------
    choices
        What can be an axis: ids with their labels.
    x, y
        The two metrics.
    runs, n
        How many runs there are, and how many of them are compared.
    left_out
        How many are not, by reason.
    points
        Those that are drawn.
    front
        Ids of the runs on the front, from the best x.
    listed
        Some of these, from end to end.
    parameters
        The parameters in which these differ: the values as text, empty where a run has none.
    best
        The run with the best target, if there is one.
    cost
        What a larger cost buys, where a cost is weighed against the target; see `tradeoff_cost`.
    empty
        Nothing, as there is something to compare.
    """

    choices: tuple[tuple[str, str], ...]
    x: Axis
    y: Axis
    runs: int
    n: int
    left_out: dict[str, int]
    points: Points
    front: tuple[str, ...]
    listed: tuple[ListedRun, ...]
    parameters: dict[str, tuple[str, ...]]
    best: BestRun | None
    cost: Message = NOTHING
    empty: Message = NOTHING


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> TradeoffRecord | EmptyTradeoff:
    """Return the record that such JSON was made of."""
    return EmptyTradeoff.from_json(data) if data["empty"] else TradeoffRecord.from_json(data)


def front(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """
    Return which points are on the Pareto front when both coordinates are to be small, in O(n log n).

    A point is on it if no other is at least as good in both and better in one; so equal points are on it together.

    Parameters
    ----------
    x, y
        Finite coordinates, shape (n,).

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    on = np.zeros(len(x), bool)
    if not len(x):
        return on
    order = np.lexsort((y, x))
    xs, ys = x[order], y[order]
    first = np.r_[True, xs[1:] != xs[:-1]]  # of those with the same x; it has their smallest y
    group = np.cumsum(first) - 1
    smallest = ys[first]
    before = np.r_[np.inf, np.minimum.accumulate(smallest)[:-1]]
    on[order] = (ys == smallest[group]) & (smallest < before)[group]
    return on


def record(runs: Runs, asked: Asked) -> TradeoffRecord | EmptyTradeoff:
    """
    Return two metrics of the runs, and the Pareto front.

    Raises
    ------
    QuestionError
        If a metric that was asked for does not exist.
    """
    choices = list_choices(runs)
    both = read_sides(runs, asked.x, asked.y, asked.goal_x, asked.goal_y)
    if both is None:
        words = say(
            "tradeoff.one_metric",
            "There is one metric only, and nothing tells how long runs took; a trade-off takes two.",
        )
        return EmptyTradeoff(words, choices)
    x, y = both
    usable = find_compared(runs, x, y)
    if not usable.any():
        words = say(
            "tradeoff.no_run",
            "No run that counts has both {x} and {y}. Choose another metric.",
            x=x.label,
            y=y.label,
        )
        return EmptyTradeoff(words, choices, x.draw(usable), y.draw(usable), len(runs))
    rows = np.flatnonzero(usable)
    on = front(x.loss[rows], y.loss[rows])
    along = rows[on][np.lexsort((runs.order[rows[on]], y.loss[rows[on]], x.loss[rows[on]]))]
    listed = along[np.unique(np.linspace(0, len(along) - 1, min(MOST_LISTED, len(along))).astype(int))]
    return TradeoffRecord(
        choices=choices,
        x=x.draw(usable),
        y=y.draw(usable),
        runs=len(runs),
        n=len(rows),
        left_out=_count_left_out(runs, x, y),
        points=_list_points(runs, x, y, _choose_drawn(runs, rows, on), along),
        front=tuple(runs.ids[along].tolist()),
        listed=tuple(
            ListedRun(str(runs.ids[i]), str(runs.names[i]), float(x.values[i]), float(y.values[i])) for i in listed
        ),
        parameters=_find_differing(runs, listed),
        best=_find_best(runs, along, x, y),
        cost=say_cost(runs, x, y, usable),
    )


def find_within(runs: Runs, asked: Asked, xs: list[float], ys: list[float]) -> list[str]:
    """
    Return the ids of the compared runs inside a polygon, also of those that were not drawn.

    Parameters
    ----------
    runs
        The runs of a question.
    asked
        As for `record`.
    xs, ys
        The corners, in the metrics' own values. An edge is straight where it is drawn: on the axes, log or not.

    Raises
    ------
    QuestionError
        If there are more than `MOST_CORNERS`, or one of them is not finite.
    """
    if len(xs) > MOST_CORNERS:
        raise QuestionError(f"The outline has more than {MOST_CORNERS:,} corners; draw a simpler one.")
    both = read_sides(runs, asked.x, asked.y, asked.goal_x, asked.goal_y)
    if both is None or len(xs) != len(ys) or len(xs) < 3:
        return []
    x, y = both
    usable = find_compared(runs, x, y)
    px, cx = _place_on_axis(x, usable, xs)
    py, cy = _place_on_axis(y, usable, ys)
    inside = np.zeros(len(px), bool)
    for i in range(len(cx)):
        with np.errstate(divide="ignore", invalid="ignore"):
            crosses = (cy[i] > py) != (cy[i - 1] > py)
            inside ^= crosses & (px < (cx[i - 1] - cx[i]) * (py - cy[i]) / (cy[i - 1] - cy[i]) + cx[i])
    return runs.ids[usable][inside].tolist()


def _place_on_axis(one: Side, usable: np.ndarray, corners: list[float]) -> tuple[np.ndarray, np.ndarray]:
    values, ends = one.values[usable], np.array(corners, float)
    if not np.isfinite(ends).all():
        raise QuestionError("The outline of the selected runs cannot be read; draw it again.")
    if is_more_even_in_log(values):
        return np.log(values), np.log(np.maximum(ends, np.finfo(float).tiny))
    return values, ends


def _choose_drawn(runs: Runs, rows: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return all on the front, the best by target, and of the others at most `MOST_DRAWN`, drawn at random."""
    best = runs.best_first[:1]
    must = on | np.isin(rows, best)
    others = rows[~must]
    if len(others) > MOST_DRAWN:
        others = others[np.argsort(runs.order[others], kind="stable")]
        others = np.random.default_rng(0).choice(others, MOST_DRAWN, replace=False)
    drawn = np.r_[rows[must], others]
    return drawn[np.argsort(runs.order[drawn], kind="stable")]


def _list_points(runs: Runs, x: Side, y: Side, drawn: np.ndarray, along: np.ndarray) -> Points:
    return Points(
        run=tuple(runs.ids[drawn].tolist()),
        name=tuple(runs.names[drawn].tolist()),
        x=tuple(x.values[drawn].tolist()),
        y=tuple(y.values[drawn].tolist()),
        on=tuple(np.isin(drawn, along).tolist()),
    )


def _count_left_out(runs: Runs, x: Side, y: Side) -> dict[str, int]:
    failed = np.isin(runs.cause, (*FAILED_STATES, CONSTRAINT))
    counts = {WHY.get(cause, cause): int((runs.cause == cause).sum()) for cause in (*FAILED_STATES, CONSTRAINT)}
    without_x, without_y = (~failed & ~np.isfinite(one.values) for one in (x, y))
    counts[f"without finite {x.label}"] = int(without_x.sum())
    counts[f"without finite {y.label}"] = int((without_y & ~without_x).sum())
    return {reason: n for reason, n in counts.items() if n}


def _find_differing(runs: Runs, rows: np.ndarray) -> dict[str, tuple[str, ...]]:
    """Return the values of the parameters in which some runs differ, as text; empty where a run has none."""
    differing = {}
    for name, parameter in runs.parameters.items():
        if parameter.role in ("seed", "ignored"):
            continue
        texts = tuple(_write(value) for value in runs.column(name).iloc[rows])
        if len(set(texts)) > 1:
            differing[name] = texts
    return differing


def _write(value: object) -> str:
    return short(value) if isinstance(value, float) and value == value else name_value(value)


def _find_best(runs: Runs, along: np.ndarray, x: Side, y: Side) -> BestRun | None:
    if not len(runs.best_first):
        return None
    best = int(runs.best_first[0])
    place = np.flatnonzero(along == best)
    without = [one.label for one in (x, y) if not np.isfinite(one.values[best])]
    return BestRun(
        run=str(runs.ids[best]),
        name=str(runs.names[best]),
        place=int(place[0]) + 1 if len(place) else None,
        without=tuple(dict.fromkeys(without)),
    )
