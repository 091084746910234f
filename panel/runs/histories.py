"""Values per step of some runs as curves: which metrics belong together, along what, and with fewer points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..data.messages import Count, Form, Message, say
from ..data.project import Project
from ..data.records import Record
from .base import pack, pack64

TRAIN = ("train", "training")
VALIDATION = ("val", "valid", "validation", "dev", "eval", "evaluation", "test", "testing")
"""Words in a metric's name that say what it was measured on; of several the first that is there is meant."""

UNSAID = ("epoch", "mean", "avg")
"""Words in a metric's name that do not tell one metric from another."""

EPOCHS = re.compile(
    r"(current_|num_|n_|train_|trainer_)?(epochs?|iterations?|global_step|(total_)?(tokens|samples|examples|timesteps))"
    r"(_total)?"
)
TIMES = re.compile(
    r"_?(timestamp|runtime|wall_?time|time|elapsed(_time|_seconds)?|seconds|(train_|total_)?time(_total)?(_s)?)"
)
"""Names of metrics along which others can be drawn; what stands before the last ``/`` or ``.`` does not count."""

LARGEST = 3e38
"""Values further from 0 do not fit into 32 bits; they are drawn as gaps."""

SINCE_1970 = 1e8
"""A time above this is a date: seconds since 1970, or milliseconds where it is a thousand times as large."""

MOST_POINTS = 300
"""Points of a curve, at most."""

Side = Literal["train", "validation", ""]
Curve = tuple[np.ndarray, np.ndarray]
"""Steps, ascending and each once, and values, of which some may be NaN or infinite."""


@dataclass(frozen=True)
class PackedCurve(Record):
    """
    A curve as the page gets it.

    Attributes
    ----------
    n
        How many values were logged.
    x, y
        The points to draw, packed.
    mean_x, mean_y
        What is smoothed where these are fewer than were logged, because they are extremes: `means`, packed; else
        ``None``.
    """

    n: int
    x: str
    y: str
    mean_x: str | None
    mean_y: str | None


def side_of(name: str) -> tuple[Side, tuple[str, ...]]:
    """
    Say what a metric was measured on, and what else its name says.

    Examples
    --------
    >>> side_of("val/loss"), side_of("trainLoss"), side_of("loss")
    (('validation', ('loss',)), ('train', ('loss',)), ('', ('loss',)))
    """
    words = re.split(r"[\s_/.:\-]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold())
    side: Side = "validation" if set(words) & set(VALIDATION) else "train" if set(words) & set(TRAIN) else ""
    rest = tuple(w for w in words if w and w not in TRAIN and w not in VALIDATION)
    return side, tuple(w for w in rest if w not in UNSAID) or rest


def partner(name: str, names: Sequence[str]) -> str | None:
    """
    Return the metric that is the same on the other data: of ``train_loss`` ``val_loss``, and the other way round.

    Parameters
    ----------
    name
        A metric.
    names
        Those to choose from. One that says nothing of its data, such as ``loss`` beside ``val_loss``, is taken to be
        of training, if none says so.
    """
    side, core = side_of(name)
    candidates = []
    for place, other in enumerate(names):
        other_side, other_core = side_of(other)
        if other == name or not core or other_core != core or (side == "validation") == (other_side == "validation"):
            continue
        words = re.split(r"[\s_/.:\-]+", other.casefold())
        first = min((VALIDATION.index(w) for w in words if w in VALIDATION), default=not other_side)
        candidates.append((first, place, other))
    return min(candidates)[2] if candidates else None


def along(metrics: Sequence[str]) -> dict[str, str]:
    """Return what curves can be drawn along besides the step: names of metrics, each ``epoch`` or ``time``."""
    last = {name: re.split(r"[/.]", name.casefold())[-1] for name in metrics}
    kinds = {
        name: "epoch" if EPOCHS.fullmatch(word) else "time" if TIMES.fullmatch(word) else ""
        for name, word in last.items()
    }
    return {name: kind for name, kind in kinds.items() if kind}


def with_history(project: Project, metrics: Sequence[str]) -> set[str]:
    """Return the ids of the runs that have a value per step of one of the metrics."""
    frame = project.history.frame
    found = frame["run_id"][frame["metric"].isin(list(metrics)).to_numpy()].astype("str").unique()
    return set(found) & set(project.runs.index)  # a source may have values of what is no run, such as a mere parent


def read(project: Project, ids: Sequence[str], metrics: Sequence[str]) -> dict[tuple[str, str], Curve]:
    """
    Return the curves of some runs, by run and metric; where a step was logged twice, its last value counts.

    Parameters
    ----------
    project
        The project; its history is read if it was not before.
    ids
        The runs.
    metrics
        The metrics.
    """
    frame = project.history.frame
    frame = frame[frame["metric"].isin(list(metrics)).to_numpy()]
    frame = frame[frame["run_id"].isin(list(ids)).to_numpy()]
    run = pd.Index(list(ids)).get_indexer(pd.Index(frame["run_id"].astype("object")))
    metric = pd.Index(list(metrics)).get_indexer(pd.Index(frame["metric"].astype("object")))
    step = pd.to_numeric(frame["step"]).to_numpy(float)
    value = pd.to_numeric(frame["value"]).to_numpy(float)
    order = np.lexsort((step, metric, run))
    order = order[np.isfinite(step[order])]
    run, metric, step, value = run[order], metric[order], step[order], value[order]
    of_one = (np.diff(run, append=-1) == 0) & (np.diff(metric, append=-1) == 0)
    last = ~(of_one & (np.diff(step, append=np.inf) == 0))
    run, metric, step, value = run[last], metric[last], step[last], value[last]
    starts = np.flatnonzero((np.diff(run, prepend=-1) != 0) | (np.diff(metric, prepend=-1) != 0))
    parts = zip(starts, np.append(starts[1:], len(run)), strict=True) if len(run) else ()
    return {(ids[run[a]], metrics[metric[a]]): (step[a:b], value[a:b]) for a, b in parts}


def joined(curve: Curve, x: Curve, kind: str) -> tuple[Curve, int]:
    """
    Return a curve along another metric, which was logged at the same steps, and how many of its values have none there.

    Parameters
    ----------
    curve, x
        Of the same run.
    kind
        Of `x`, as `along` says: a date becomes seconds since the first one.
    """
    steps, places = x
    usable = np.isfinite(places)
    steps, places = steps[usable], places[usable]
    if not len(steps):
        return (np.empty(0), np.empty(0)), len(curve[0])
    if kind == "time" and places.min() > SINCE_1970:
        places = (places - places.min()) / (1000 if places.min() > 1000 * SINCE_1970 else 1)
    at = np.minimum(np.searchsorted(steps, curve[0]), len(steps) - 1)
    there = steps[at] == curve[0]
    x_there, values = places[at[there]], curve[1][there]
    order = np.argsort(x_there, kind="stable")
    return (x_there[order], values[order]), int((~there).sum())


def means(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """
    Return the mean of each of so many stretches of a curve, at the mean of their places.

    Parameters
    ----------
    curve
        Places and values; NaN and infinite values are gaps, which count for nothing. Shapes (n,).
    most
        Stretches, of as many points each as far as that goes. Curves with at most so many points stay whole.

    Returns
    -------
    tuple of ndarray
        Places and values of at most `most` points; NaN for a stretch of gaps.
    """
    x, y = curve
    n = len(y)
    if n <= most:
        return x, y
    starts = -(-np.arange(most) * n // most)
    finite = np.isfinite(y)
    counts = np.add.reduceat(finite, starts, dtype=int)
    sizes = np.diff(starts, append=n)
    middles = np.add.reduceat(x, starts) / sizes
    with np.errstate(invalid="ignore"):
        places = np.add.reduceat(np.where(finite, x, 0.0), starts) / counts
        values = np.add.reduceat(np.where(finite, y, 0.0), starts) / counts
    return np.where(counts > 0, places, middles), values


def pack_curve(curve: Curve) -> PackedCurve:
    """Return a curve as the page gets it."""
    x, y = curve
    y = np.where(np.abs(y) < LARGEST, y, np.nan)
    keep = thinned(y)
    if len(keep) == len(y):
        return PackedCurve(len(y), pack64(x), pack(y), None, None)
    mean_x, mean_y = means((x, y))
    return PackedCurve(len(y), pack64(x[keep]), pack(y[keep]), pack64(mean_x), pack(mean_y))


def fewer_points(curves: int) -> Message:
    """Say that so many curves are drawn with fewer points than were logged."""
    return say(
        "curves.fewer_points",
        "{curves} {are} drawn with fewer points: of each stretch the first, last, smallest and largest.",
        curves=Count(curves, "curve"),
        are=Form(curves, "is", "are"),
    )


def thinned(values: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """
    Return which points of a curve to draw: of each stretch the first, last, smallest and largest, and one gap.

    Parameters
    ----------
    values
        NaN and infinite ones are gaps. Shape (n,).
    most
        Curves with at most so many points stay whole.

    Returns
    -------
    ndarray of int
        Positions, ascending; at most `most`.
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    stretches = most // 5
    of = np.arange(n) * stretches // n
    finite = np.isfinite(values)
    keep = [np.flatnonzero(np.diff(of, prepend=-1)), np.flatnonzero(np.diff(of, append=stretches))]
    for where, sizes in ((finite, values), (finite, -values), (~finite, np.zeros(n))):
        some = np.flatnonzero(where)
        some = some[np.lexsort((some, sizes[some], of[some]))]
        keep.append(some[np.diff(of[some], prepend=-1) != 0])
    return np.unique(np.concatenate(keep))
