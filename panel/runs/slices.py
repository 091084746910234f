"""Slices: the target against each parameter, best runs, infeasible ones, trend and running best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .base import Axis, Runs, pack
from .configs import config_numbers
from .windows import best_in, box, trend

POINTS, POINTS_LARGE = 400, 2_000
"""Feasible runs that are drawn at most, in one of many plots and in an enlarged one; the best are among them."""

CROSSES, CROSSES_LARGE = 80, 400
"""Infeasible runs that are drawn at most."""

MOST_PLOTS = 200
"""Parameters that are told of at once, at most; as in assets/slices.js."""

MOST_LABELS = 12
"""Values of a category with a strip of their own; the others are joined."""

FEW_VALUES = 10
"""A whole number with at most so many values has a tick at each."""

JITTER = 0.28
"""How far from its label a point may lie, where labels are 1 apart."""

OUTER = 0.01
"""Share of the runs at either end that an axis leaves out, where the target has outliers that would squeeze it."""

ROOM, EDGE = 0.04, 0.09
"""Room at the ends of the target's axis, and how far beyond it infeasible runs lie; as shares of its length."""

HUGE = 1.79e308
"""About the largest number there is."""


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Return the target against parameters.

    Parameters
    ----------
    runs
        The runs.
    asked
        ``parameters``: which, by default all that enter a model; those beyond `MOST_PLOTS` are left out. ``enlarged``:
        one parameter in their place, with more points, and all runs for selecting.

    Returns
    -------
    dict
        ``empty`` in words, and nothing else, if no run is feasible; else
        ``metric``, ``goal``, ``counts``, ``best`` (how many runs are marked), ``target`` (see `_target`), ``slices``,
        one a parameter (see `_slice`), ``left_out``, the names of parameters that were too many, and ``drawn``, the
        runs that every plot draws: ``id``, ``name``, ``target`` as logged, ``y`` on the axis, ``beyond`` it (1 above,
        -1 below), ``group`` (``runs``, ``best``, ``infeasible``), ``why``.

    Raises
    ------
    QuestionError
        If a parameter is unknown.
    """
    enlarged = str(asked.get("enlarged") or "")
    names = [enlarged] if enlarged else [str(name) for name in asked.get("parameters", _usual(runs))]
    known = runs.known(names)
    names, left_out = known[:MOST_PLOTS], known[MOST_PLOTS:]
    if not runs.feasible.any():
        return {"empty": _nothing(runs)}
    axes = [runs.axis(name) for name in names]
    best = runs.best_first[: most_marked(len(runs.best_first))]
    among = _usable(axes[0]) if enlarged and axes else np.ones(len(runs), bool)
    drawn = _drawn(runs, best, among, bool(enlarged))
    target = _target(runs)
    y = _on_axis(runs, target)
    configs = config_numbers(runs)
    group = np.where(runs.feasible, "runs", "infeasible").astype(object)
    group[best] = "best"
    return {
        "empty": "",
        "metric": runs.label,
        "goal": runs.goal,
        "counts": {
            "feasible": int(runs.feasible.sum()),
            "infeasible": int((~runs.feasible).sum()),
            "drawn": int(runs.feasible[drawn].sum()),
            "crosses": int((~runs.feasible)[drawn].sum()),
        },
        "best": len(best),
        "target": target,
        "drawn": {
            "id": [str(v) for v in runs.ids[drawn]],
            "name": [str(v) for v in runs.names[drawn]],
            "target": _exact(runs.target[drawn]),
            "y": _plain(y[drawn]),
            "beyond": _beyond(runs, target)[drawn].tolist(),
            "group": group[drawn].tolist(),
            "why": [str(v) for v in runs.why[drawn]],
        },
        "slices": [_slice(runs, axis, drawn, configs, y if enlarged else None) for axis in axes],
        "left_out": left_out,
    }


def most_marked(n: int) -> int:
    """Return how many of n runs are marked as the best: a twentieth, at least 5 and at most 20, and never over half."""
    return min(20, max(5, -(-n // 20)), max(1, n // 2))


def _usual(runs: Runs) -> list[str]:
    return [name for name, parameter in runs.parameters.items() if parameter.modelled]


def _nothing(runs: Runs) -> str:
    if not len(runs):
        return "No run passes the filter. Change or remove it above."
    return f"None of the {len(runs):,} runs has a finite {runs.label}. Choose another metric, or count other states."


def _mixed(runs: Runs, purpose: str) -> np.ndarray:
    """Return a number for every run that depends on its id alone: the same in whatever order the runs are."""
    ids = np.array([str(v) for v in runs.ids], object)
    return pd.util.hash_array(ids, hash_key=f"slices {purpose}".ljust(16)[:16], categorize=False)


def _drawn(runs: Runs, best: np.ndarray, among: np.ndarray, large: bool) -> np.ndarray:
    """Return the numbers of the runs to draw: the best, and others chosen by a hash of their id."""
    order = np.argsort(_mixed(runs, "choice"), kind="stable")
    marked = np.zeros(len(runs), bool)
    marked[best] = True
    others = order[(runs.feasible & ~marked & among)[order]][: (POINTS_LARGE if large else POINTS) - len(best)]
    crosses = order[(~runs.feasible & among)[order]][: CROSSES_LARGE if large else CROSSES]
    return np.concatenate([others, crosses, best[among[best]]])


def _target(runs: Runs) -> dict[str, Any]:
    """
    Return the axis of the target.

    ``scale``: ``log`` where it is modelled so, else ``linear``; ``low`` and ``high``: the values it shows; ``range``:
    from where to where it is drawn; ``edge``: where infeasible runs lie, on the side of the bad values; ``below`` and
    ``above``: how many runs lie beyond it (they are drawn at its ends).
    """
    found = runs.target[runs.feasible]
    log = runs.scale == "log" and bool(found.min() > 0)
    low, high = found.min(), found.max()
    if runs.scale == "rank":
        low, high = np.quantile(found, OUTER, method="lower"), np.quantile(found, 1 - OUTER, method="higher")
    a, b = (np.log10(low), np.log10(high)) if log else (low / 4, high / 4)  # no overflow at the largest numbers
    span = (b - a) or (1.0 if log else abs(a) * 0.2 or 1.0)
    bad = EDGE if (~runs.feasible).any() else 0.0
    up = runs.goal == "minimize"
    edge = b + EDGE * span if up else a - EDGE * span
    ends = np.array([a - (ROOM + (0 if up else bad)) * span, edge, b + (ROOM + (bad if up else 0)) * span])
    start, edge, end = (float(v) for v in (10**ends if log else np.clip(ends, -HUGE / 4, HUGE / 4) * 4))
    return {
        "scale": "log" if log else "linear",
        "low": float(low),
        "high": float(high),
        "range": [start, end],
        "edge": edge,
        "side": "top" if up else "bottom",
        "below": int((found < low).sum()),
        "above": int((found > high).sum()),
    }


def _on_axis(runs: Runs, target: dict[str, Any]) -> np.ndarray:
    """Return where runs lie on the axis of the target: infeasible ones at the edge, those beyond it at its ends."""
    return np.where(runs.feasible, np.clip(runs.target, target["low"], target["high"]), target["edge"])


def _beyond(runs: Runs, target: dict[str, Any]) -> np.ndarray:
    """Return 1 for feasible runs above what the axis shows, -1 for those below, else 0."""
    sides = (runs.target > target["high"]).astype(int) - (runs.target < target["low"])
    return np.where(runs.feasible, sides, 0)


def _usable(axis: Axis) -> np.ndarray:
    """Return where a run has a value that lies on the axis."""
    usable = np.isfinite(axis.values)
    return usable & (np.nan_to_num(axis.values) > 0) if axis.scale == "log" else usable


def _slice(runs: Runs, axis: Axis, drawn: np.ndarray, configs: np.ndarray, y: np.ndarray | None) -> dict[str, Any]:
    """
    Return one parameter's plot: ``axis``, ``x`` of the drawn runs, ``trend``, ``boxes``, ``runs``, ``without``.

    With `y`, where all runs lie on the axis of the target, also ``all``: every run, for selecting.
    """
    usable = _usable(axis)
    feasible = usable & runs.feasible
    if axis.kind == "category":
        places, labels, joined = _joined(axis)
        x = places + JITTER * (2.0 * (_mixed(runs, "jitter") / 2.0**64) - 1)
        about: dict[str, Any] = {"labels": labels, "x": list(range(len(labels))), "edges": [], "joined": joined}
        more: dict[str, Any] = {"trend": None, "boxes": _boxes(runs, places, feasible, len(labels))}
    else:
        x = np.where(usable, axis.values, np.nan)
        about = {"labels": [], "joined": 0, **_extent(runs, axis, x[usable])}
        more = {"trend": _trend(runs, axis, feasible, configs), "boxes": []}
    return {
        "parameter": axis.parameter,
        "axis": {"parameter": axis.parameter, "scale": axis.scale, "kind": axis.kind, **about},
        "x": _plain(x[drawn]),
        **more,
        "runs": int(feasible.sum()),
        "drawn": int(feasible[drawn].sum()),
        "without": _without(runs, axis),
        **({} if y is None else {"all": _all(runs, axis, x, y)}),
    }


def _extent(runs: Runs, axis: Axis, values: np.ndarray) -> dict[str, Any]:
    """Return ends, kind and, of a whole number with few values, the values."""
    different = np.unique(values)
    whole = runs.parameters[axis.parameter].kind == "integer"
    return {
        "kind": "integer" if whole else "real",
        "edges": [float(different[0]), float(different[-1])] if len(different) else [0.0, 1.0],
        "x": different.tolist() if whole and len(different) <= FEW_VALUES else [],
    }


def _trend(runs: Runs, axis: Axis, feasible: np.ndarray, configs: np.ndarray) -> dict[str, Any] | None:
    """Return the running median of configs, each with the median of its runs, and the best of its windows."""
    x, y = axis.values[feasible], runs.target[feasible]
    each_x, each_y = _each(configs[feasible], x, y)
    found = trend(each_x, each_y, axis.scale == "log")
    if found is None:
        return None
    return {
        "x": _plain(found.x),
        "median": _plain(found.median),
        "low": _plain(found.low),
        "high": _plain(found.high),
        "n": found.n.tolist(),
        "edges": _plain(found.edges),
        "best": _plain(best_in(found.edges, x, y, runs.goal == "minimize")),
        "configs": len(each_x),
        "runs": len(x),
    }


def _each(configs: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one value a config: the medians of its runs."""
    if len(np.unique(configs)) == len(configs):
        return x, y
    found = pd.DataFrame({"config": configs, "x": x, "y": y}).groupby("config").median()
    return found["x"].to_numpy(), found["y"].to_numpy()


def _joined(axis: Axis) -> tuple[np.ndarray, list[str], int]:
    """Return places, labels and how many values were joined: the most frequent have a strip each, the others one."""
    there = ~np.isnan(axis.values)
    codes = axis.values[there].astype(int)
    if len(axis.labels) <= MOST_LABELS:
        return axis.values.copy(), list(axis.labels), 0
    counts = np.bincount(codes, minlength=len(axis.labels))
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_LABELS])
    place = np.full(len(axis.labels), float(MOST_LABELS))
    place[kept] = np.arange(MOST_LABELS)
    places = np.full(len(axis.values), np.nan)
    places[there] = place[codes]
    joined = len(axis.labels) - MOST_LABELS
    return places, [*(axis.labels[i] for i in kept), f"{joined:,} others"], joined


def _boxes(runs: Runs, places: np.ndarray, feasible: np.ndarray, n: int) -> list[dict[str, Any]]:
    """Return quartiles, whiskers, best and count of the feasible runs of every label, in their order."""
    log = runs.scale == "log" and bool(runs.target[runs.feasible].min() > 0)
    found = []
    for i in range(n):
        values = runs.target[feasible & (places == i)]
        five = box(np.log(values) if log else values)
        best = (values.min() if runs.goal == "minimize" else values.max()) if len(values) else None
        found.append(
            {
                "runs": len(values),
                "best": None if best is None else float(best),
                "five": None if five is None else _plain(np.exp(five) if log else np.array(five)),
            }
        )
    return found


def _without(runs: Runs, axis: Axis) -> list[str]:
    """Say how many runs have no place on the axis, and why."""
    values = axis.values
    absent, infinite = int(np.isnan(values).sum()), int(np.isinf(values).sum())
    outside = int((np.isfinite(values) & ~_usable(axis)).sum())
    counted = ((absent, axis.absent), (infinite, "infinite"), (outside, "not above 0, so not on a log axis"))
    return [f"{n:,} run{'s' * (n != 1)} {words}" for n, words in counted if n]


def _all(runs: Runs, axis: Axis, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Return every run that has a place in the plot: where it lies, its value as text, its target, why infeasible."""
    there = np.flatnonzero(np.isfinite(x))
    return {
        "id": [str(v) for v in runs.ids[there]],
        "x": pack(x[there]),
        "y": pack(y[there]),
        "value": axis.texts(there),
        "target": _exact(runs.target[there]),
        "why": [str(v) for v in runs.why[there]],
    }


def _plain(values: Sequence[float] | np.ndarray) -> list[float | None]:
    """Return numbers with seven digits, whole ones with all; ``None`` for those that are not finite."""
    return [
        None if not np.isfinite(v) else v if v.is_integer() else float(f"{v:.7g}")
        for v in np.asarray(values, float).tolist()
    ]


def _exact(values: np.ndarray) -> list[float | None]:
    """Return numbers as they are; ``None`` for those that are not finite."""
    return [v if np.isfinite(v) else None for v in values.tolist()]
