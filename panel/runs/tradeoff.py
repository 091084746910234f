"""Two metrics against each other: the runs that no other run beats in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.names import CLOCKS, likely_target, tokens
from ..data.statistics import more_even_in_log, short
from ..errors import QuestionError, nearest
from ..question.selection import FAILED_STATES, Goal, Target, choice, value_text
from ..question.target import resolve_goal
from .base import Runs

MOST_DRAWN = 2_000
"""Runs that are drawn beside those on the front, at most."""

MOST_LISTED = 20
"""Runs of the front that are listed with their settings, at most."""

MOST_CORNERS = 5_000
"""Corners of an outline, at most."""

TARGET, RUNTIME = "target", "run.runtime"

_COSTS = CLOCKS | frozenset("params parameters flops gflops macs memory size bytes cost energy".split())
"""Words in the names of what a run costs: what people most often weigh a target against."""


@dataclass(frozen=True)
class Side:
    """One of the two metrics: its values, shape (n_runs,), and which are good."""

    id: str
    label: str
    goal: Goal
    values: np.ndarray

    @property
    def loss(self) -> np.ndarray:
        """The values so that small is good."""
        return self.values if self.goal == "minimize" else -self.values

    def to_json(self, usable: np.ndarray) -> dict[str, Any]:
        """Return what the page says of it."""
        finite = self.values[usable]
        return {"id": self.id, "label": self.label, "goal": self.goal, "log": more_even_in_log(finite)}


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


def choices(runs: Runs) -> list[tuple[str, str]]:
    """Return what can be an axis: the target, the metrics, and the runtime; each its id and its label."""
    numbers = [(f"summary.{name}", name) for name in runs.project.metrics]
    clock = runs.project.runs.get("runtime")
    timed = clock is not None and clock.dtype.kind in "iuf" and bool(clock.notna().any())
    return [(TARGET, f"target: {runs.label}"), *numbers, *([(RUNTIME, "runtime in seconds")] if timed else [])]


def side(runs: Runs, name: str, goal: Any) -> Side:
    """
    Return one of the metrics.

    Raises
    ------
    QuestionError
        If there is no such metric or goal.
    """
    known = dict(choices(runs))
    if name not in known:
        raise QuestionError(f"There is no metric {name!r} for an axis. {nearest(name, list(known))}")
    asked: Goal | None = choice(goal, Goal, "Goal") if goal else None
    if name == TARGET:
        return Side(name, runs.label, asked or runs.goal, runs.target)
    if name == RUNTIME:
        seconds = runs.project.runs["runtime"].to_numpy(float)[runs.rows]
        return Side(name, known[name], asked or "minimize", seconds)
    metric = name.removeprefix("summary.")
    values = runs.project.summary[metric].astype(float).to_numpy()[runs.rows]
    usual = runs.goal if metric == runs.label else resolve_goal(runs.project, Target(metric))
    return Side(name, metric, asked or usual, values)


def usual_other(runs: Runs) -> str:
    """Return what the target is weighed against unless something else is chosen: a cost, or the likeliest metric."""

    def varies(name: str) -> bool:
        values = side(runs, name, None).values[runs.feasible]
        finite = values[np.isfinite(values)]
        return len(finite) > 0 and bool(np.ptp(finite) > 0)

    others = [name for name, label in choices(runs) if name != TARGET and label != runs.label]
    varying = [name for name in others if varies(name)]
    costs = [name for name in varying if name == RUNTIME or _COSTS & set(tokens(name.removeprefix("summary.")))]
    if RUNTIME in costs:
        return RUNTIME
    metrics = [name.removeprefix("summary.") for name in costs or varying or others]
    return f"summary.{likely_target(metrics)}" if metrics else ""


def sides(runs: Runs, asked: dict[str, Any]) -> tuple[Side, Side] | None:
    """Return the two metrics that were asked for, or the usual ones; ``None`` if there is only one in the project."""
    x, y = str(asked.get("x") or "") or usual_other(runs), str(asked.get("y") or TARGET)
    return (side(runs, x, asked.get("goal_x")), side(runs, y, asked.get("goal_y"))) if x else None


def compared(runs: Runs, x: Side, y: Side) -> np.ndarray:
    """Return which runs can be compared: their state counts, and both metrics are finite."""
    counted = ~np.isin(runs.why, FAILED_STATES)
    return counted & np.isfinite(x.values) & np.isfinite(y.values)


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Return two metrics of the runs, and the Pareto front.

    Parameters
    ----------
    runs
        The runs of a question.
    asked
        ``x`` and ``y``: ids of `choices`; ``goal_x`` and ``goal_y``. All may be missing.

    Returns
    -------
    dict
        ``x`` and ``y`` (id, label, goal, whether the axis is in log), ``choices``; ``n`` runs compared and
        ``left_out`` by reason; ``points``: those drawn, in the order in which they were started, with ``run``,
        ``name``, ``x``, ``y``, ``on`` (the front); ``front``: ids from the best x; ``listed``: some of these with the
        ``parameters`` in which they differ; ``best``: the run with the best target, its
        ``place`` on the front, and the metrics ``without`` which it was not compared.
        If nothing can be compared ``empty`` says why.

    Raises
    ------
    QuestionError
        If what was asked for does not exist.
    """
    both = sides(runs, asked)
    if both is None:
        return {"empty": "The project has one metric only; a trade-off takes two.", "choices": choices(runs)}
    x, y = both
    usable = compared(runs, x, y)
    head = {"choices": choices(runs), "x": x.to_json(usable), "y": y.to_json(usable), "runs": len(runs)}
    if not usable.any():
        return {**head, "empty": f"No run that counts has both {x.label} and {y.label}. Choose another metric."}
    rows = np.flatnonzero(usable)
    on = front(x.loss[rows], y.loss[rows])
    along = rows[on][np.lexsort((runs.order[rows[on]], y.loss[rows[on]], x.loss[rows[on]]))]
    drawn = _drawn(runs, rows, on)
    shown = along[np.unique(np.linspace(0, len(along) - 1, min(MOST_LISTED, len(along))).astype(int))]
    return {
        **head,
        "empty": "",
        "n": len(rows),
        "left_out": _left_out(runs, x, y),
        "points": {
            "run": runs.ids[drawn].tolist(),
            "name": runs.names[drawn].tolist(),
            "x": x.values[drawn].tolist(),
            "y": y.values[drawn].tolist(),
            "on": np.isin(drawn, along).tolist(),
        },
        "front": runs.ids[along].tolist(),
        "listed": [
            {"run": runs.ids[i], "name": runs.names[i], "x": float(x.values[i]), "y": float(y.values[i])} for i in shown
        ],
        "parameters": _differing(runs, shown),
        "best": _best(runs, along, x, y),
    }


def within(runs: Runs, asked: dict[str, Any], xs: list[float], ys: list[float]) -> list[str]:
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
    both = sides(runs, asked)
    if both is None or len(xs) != len(ys) or len(xs) < 3:
        return []
    x, y = both
    usable = compared(runs, x, y)
    px, cx = _on_axis(x, usable, xs)
    py, cy = _on_axis(y, usable, ys)
    inside = np.zeros(len(px), bool)
    for i in range(len(cx)):
        with np.errstate(divide="ignore", invalid="ignore"):
            crosses = (cy[i] > py) != (cy[i - 1] > py)
            inside ^= crosses & (px < (cx[i - 1] - cx[i]) * (py - cy[i]) / (cy[i - 1] - cy[i]) + cx[i])
    return runs.ids[usable][inside].tolist()


def _on_axis(one: Side, usable: np.ndarray, corners: list[float]) -> tuple[np.ndarray, np.ndarray]:
    values, ends = one.values[usable], np.array(corners, float)
    if not np.isfinite(ends).all():
        raise QuestionError("The outline of the selected runs cannot be read; draw it again.")
    if more_even_in_log(values):
        return np.log(values), np.log(np.maximum(ends, np.finfo(float).tiny))
    return values, ends


def _drawn(runs: Runs, rows: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return all on the front, the best by target, and of the others at most `MOST_DRAWN`, drawn at random."""
    best = runs.best_first[:1]
    must = on | np.isin(rows, best)
    others = rows[~must]
    if len(others) > MOST_DRAWN:
        others = others[np.argsort(runs.order[others], kind="stable")]
        others = np.random.default_rng(0).choice(others, MOST_DRAWN, replace=False)
    kept = np.r_[rows[must], others]
    return kept[np.argsort(runs.order[kept], kind="stable")]


def _left_out(runs: Runs, x: Side, y: Side) -> dict[str, int]:
    failed = np.isin(runs.why, FAILED_STATES)
    counts = {str(state): int((runs.why == state).sum()) for state in FAILED_STATES}
    without_x, without_y = (~failed & ~np.isfinite(one.values) for one in (x, y))
    counts[f"without finite {x.label}"] = int(without_x.sum())
    counts[f"without finite {y.label}"] = int((without_y & ~without_x).sum())
    return {reason: n for reason, n in counts.items() if n}


def _differing(runs: Runs, rows: np.ndarray) -> dict[str, list[str]]:
    """Return the values of the parameters in which some runs differ, as text; empty where a run has none."""
    found = {}
    for name, parameter in runs.parameters.items():
        if parameter.role in ("seed", "ignored"):
            continue
        texts = [_text(value) for value in runs.column(name).iloc[rows]]
        if len(set(texts)) > 1:
            found[name] = texts
    return found


def _text(value: Any) -> str:
    return short(value, 6) if isinstance(value, float) and value == value else value_text(value)


def _best(runs: Runs, along: np.ndarray, x: Side, y: Side) -> dict[str, Any] | None:
    if not len(runs.best_first):
        return None
    best = int(runs.best_first[0])
    place = np.flatnonzero(along == best)
    without = [one.label for one in (x, y) if not np.isfinite(one.values[best])]
    return {
        "run": runs.ids[best],
        "name": runs.names[best],
        "place": int(place[0]) + 1 if len(place) else None,
        "without": list(dict.fromkeys(without)),
    }
