"""Curves: the history of metrics, of the best, the selected or all runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import QuestionError, nearest
from ..question.target import weights_of
from .base import Runs
from .colouring import coloured
from .histories import LARGEST, Curve, along, fewer_points, joined, packed, partner, read, side_of, with_history

BEST = 10
"""Runs that are the best."""

MOST_RUNS = 100
"""Runs that are drawn at once, at most."""

MOST_METRICS = 4

WHICH = ("best", "selected", "all")


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Tell the history of some metrics.

    Parameters
    ----------
    runs
        The runs of the question.
    asked
        ``metrics``: names, by default the target and its partner (see `histories.partner`); ``which``: ``best``,
        ``selected`` (those in ``runs``, ids) or ``all``; ``x``: ``step``, or a metric of `histories.along`;
        ``colour``: ``target`` or a parameter.

    Returns
    -------
    dict
        ``empty`` in words if there is nothing to draw; what was chosen, and what there is to choose from;
        ``runs``, the best first; ``colour`` as `colouring.coloured` returns it; ``groups`` of metrics that differ only
        in the data they were measured on, each with its ``curves``: the numbers of run and metric, and what
        `histories.packed` returns; ``notes``.

    Raises
    ------
    QuestionError
        If something asked for is not there.
    """
    names = list(runs.project.history.metrics)
    which = _known(str(asked.get("which") or "best"), WHICH, "which runs")
    common: dict[str, Any] = {"which": which, "label": runs.label, "goal": runs.goal, "available": names}
    if not names:
        words = "This project has no history: its source keeps one value of a metric for each run, none per step."
        return {"empty": words, **common, "metrics": [], "xs": [], "x": "step", "partners": {}}
    metrics, notes = _metrics(runs, asked, names)
    offered = along(names)
    x = _known(str(asked.get("x") or "step"), ("step", *offered), "what to draw along")
    partners = {name: other for name in names if (other := partner(name, names))}
    common |= {"metrics": metrics, "xs": ["step", *offered], "x": x, "partners": partners}
    colour = str(asked.get("colour") or "target")
    if colour != "target":
        runs.known([colour])
    there = with_history(runs.project, metrics)
    chosen, words = _chosen(runs, which, asked.get("runs") or (), there)
    if not len(chosen):
        return {"empty": words, **common}
    ids = [str(i) for i in runs.ids[chosen]]
    found = read(runs.project, ids, [*metrics, *({x} - {"step"})])
    curves, told = _along(found, ids, metrics, x, offered.get(x, ""))
    groups, more = _groups(curves, ids, metrics)
    return {
        "empty": "" if curves else f"None of these runs has values of {', '.join(metrics)} along {x}.",
        **common,
        "said": words,
        "runs": [_told(runs, i) for i in chosen],
        "colour": coloured(runs, chosen, colour),
        "x_title": _x_title(found, x, offered.get(x, "")),
        "groups": groups,
        "notes": [*notes, *told, *more],
    }


def _known(value: str, choices: Sequence[str], what: str) -> str:
    if value not in choices:
        raise QuestionError(f"{value!r} does not say {what}. {nearest(value, list(choices))}")
    return value


def default_metrics(runs: Runs, names: Sequence[str]) -> tuple[list[str], list[str]]:
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
    list of str
        Notes, empty if the first is the target's metric.
    """
    weights = weights_of(runs.metric, runs.project)
    wanted = sorted(weights, key=lambda name: -weights[name]) or [runs.metric]
    first = next((name for name in wanted if name in names), None)
    notes = []
    if first is not None and weights:
        which = "" if first == wanted[0] else " of those with a history"
        notes.append(f"{runs.label} is a mean of ranks and has no history; this is {first}, which weighs most{which}.")
    if first is None:
        clocks = along(names)
        first = next((other for name in wanted if (other := partner(name, names))), None)
        first = first or next((name for name in names if name not in clocks), names[0])
        notes.append(f"{runs.label} has no history; this is {first}.")
    other = partner(first, names)
    return [first, *([other] if other else [])], notes


def _metrics(runs: Runs, asked: dict[str, Any], names: Sequence[str]) -> tuple[list[str], list[str]]:
    given = asked.get("metrics") or ()
    wanted = list(dict.fromkeys(map(str, [given] if isinstance(given, str) else given)))
    for name in wanted:
        if name not in names:
            raise QuestionError(f"Metric {name!r} has no history. {nearest(name, list(names))}")
    if wanted:
        left = len(wanted) - MOST_METRICS
        return wanted[:MOST_METRICS], [f"{left} more metrics are not drawn."] if left > 0 else []
    return default_metrics(runs, names)


def _chosen(runs: Runs, which: str, selected: Sequence[str], there: set[str]) -> tuple[np.ndarray, str]:
    """Return numbers of the runs to draw, the best first, and in words which they are."""
    able = np.array([str(i) in there for i in runs.ids], bool)
    best = runs.best_first[able[runs.best_first]]
    if which == "best":
        if not len(best):
            return best, (
                f"No run that counts has both a value of {runs.label} and a history of these metrics. "
                "Choose all runs, or other metrics."
            )
        return best[:BEST], f"{_few(len(best[:BEST]), len(best))} best of {len(best):,} runs"
    if which == "selected":
        able &= np.isin(runs.ids.astype(str), np.array([str(i) for i in selected], str))
        if not selected:
            return np.empty(0, int), "No runs are selected. Select some in another tab, or choose the best or all runs."
    total = int(able.sum())
    if not total:
        which_runs = "of the selected runs" if which == "selected" else "run"
        return np.empty(0, int), f"None {which_runs} has a history of these metrics here. Choose other runs or metrics."
    kind = "selected runs" if which == "selected" else "runs"
    ordered = np.concatenate([best[able[best]], _by_id(runs, np.flatnonzero(able & ~runs.feasible))])
    if total <= MOST_RUNS:
        return ordered, f"all {total:,} {kind}" if total > 1 else f"1 {kind.removesuffix('s')}"
    rest = _by_id(runs, ordered[BEST:])
    drawn = np.random.default_rng(0).choice(len(rest), MOST_RUNS - BEST, replace=False)
    keep = np.isin(ordered, [*ordered[:BEST], *rest[drawn]])
    return ordered[keep], f"{MOST_RUNS} of {total:,} {kind}: the {BEST} best, and others at random"


def _few(n: int, total: int) -> str:
    return "all" if n == total and n > 1 else "the" if n == 1 else f"the {n}"


def _by_id(runs: Runs, numbers: np.ndarray) -> np.ndarray:
    return numbers[np.argsort(runs.ids[numbers].astype(str), kind="stable")]


def _along(
    found: dict[tuple[str, str], Curve], ids: Sequence[str], metrics: Sequence[str], x: str, kind: str
) -> tuple[dict[tuple[str, str], Curve], list[str]]:
    """Return the curves along `x`, and notes on what is missing there."""
    curves: dict[tuple[str, str], Curve] = {}
    lost = without = 0
    for run in ids:
        for metric in metrics:
            curve = found.get((run, metric))
            if curve is not None and x != "step":
                curve, missing = joined(curve, found.get((run, x), (np.empty(0), np.empty(0))), kind)
                lost += missing
            if curve is None or not len(curve[0]):
                without += 1
                continue
            curves[run, metric] = curve
    notes = []
    if without:
        notes.append(f"{without:,} of {len(ids) * len(metrics):,} curves have no values here.")
    if lost:
        notes.append(f"{lost:,} values have no {x} at their step and are left out.")
    return curves, notes


def _groups(
    curves: dict[tuple[str, str], Curve], ids: Sequence[str], metrics: Sequence[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the metrics that share an axis, with their curves, and notes on gaps and on what was thinned."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    gaps = whole = 0
    for metric in metrics:
        side, core = side_of(metric)
        if not side and partner(metric, metrics):
            side = "train"
        group = groups.setdefault(core, {"metrics": [], "curves": []})
        group["metrics"].append({"name": metric, "side": side})
        for number, run in enumerate(ids):
            if (run, metric) not in curves:
                continue
            told = packed(curves[run, metric])
            gaps += not np.all(np.abs(curves[run, metric][1]) < LARGEST)
            whole += "mean_x" not in told
            group["curves"].append({"run": number, "metric": len(group["metrics"]) - 1, **told})
    notes = []
    if gaps:
        notes.append(f"{gaps:,} curve{'s hold' if gaps > 1 else ' holds'} NaN or infinite values, drawn as gaps.")
    thin = len(curves) - whole
    if thin:
        notes.append(fewer_points(thin))
    return [group for group in groups.values() if group["curves"]], notes


def _x_title(found: dict[tuple[str, str], Curve], x: str, kind: str) -> str:
    if kind != "time":
        return x
    first = [c[1][np.isfinite(c[1])] for (_, metric), c in found.items() if metric == x]
    dated = any(len(v) and v.min() > 1e8 for v in first)
    return "seconds since the run's start" if dated else x


def _told(runs: Runs, i: int) -> dict[str, Any]:
    value = float(runs.target[i])
    return {
        "id": str(runs.ids[i]),
        "name": str(runs.names[i]),
        "target": value if np.isfinite(value) else None,
        "why": str(runs.why[i]),
    }
