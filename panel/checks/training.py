"""
The curves that checks look at: which metrics, of which runs, how noisy they are, and whether they rise again.

Values are turned so that small is good, and are logarithms where the target is modelled in log and all are positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..data.messages import Message, Number, say
from ..data.statistics import spearman
from ..runs.configs import is_log
from ..runs.histories import thinned, with_history
from .base import Along, Evidence, Mark, Series, Study, Tone
from .metrics import Metrics, metrics_of
from .progress import FEWEST_POINTS, Line, Rise, line_of

BEST = 10
"""Configs that count as the best."""

CANDIDATES = 30
"""The best configs whose curves are read: the best that trained long enough are among them."""

REPLICATES = 10
"""Runs of each of these whose curves are read, at most."""

OTHERS = 60
"""Other configs whose curves are read, drawn at random."""

REACHED = 0.9
"""A run trained to the full length if it reached this share of the longest common one."""

COMMON = 0.05
"""A length is common if this share of the runs reached it, and at least two."""

SETS_LENGTH = 0.98
"""A parameter of which the number of steps has this rank correlation sets it."""

LINES = 5
MOST_DRAWN = 150
MOST_IN_ALL = 600


@dataclass(frozen=True)
class Training:
    """
    The curves of a study.

    Attributes
    ----------
    metrics
        The metrics.
    lines
        By run number and metric, those with `FEWEST_POINTS` values at least.
    best
        Number of the best run of each of the best configs that trained to the full length, the best first.
    replicates
        For each of these, its runs that trained to the full length.
    others
        Of other configs the runs whose curves were read, of any length: of the next best, and of a random sample.
    longest
        The longest common length, as a step.
    short
        How many of the best configs that were read did not train to that length.
    log
        Whether values are logarithms.
    tuned
        The parameter that sets how many steps a run does; then every run trained to its own full length.
    """

    metrics: Metrics
    lines: dict[tuple[int, str], Line] = field(default_factory=dict)
    best: tuple[int, ...] = ()
    replicates: tuple[tuple[int, ...], ...] = ()
    others: tuple[tuple[int, ...], ...] = ()
    longest: float = 0.0
    short: int = 0
    log: bool = False
    tuned: str = ""

    def say_basis(self) -> Message:
        """Say which curves were looked at, as a part of a sentence."""
        metric = self.metrics.watched
        curves = (
            say("curves.of_best_run", "{metric} of the best run", metric=metric)
            if len(self.best) == 1
            else say(
                "curves.of_best_runs",
                "{metric} of the best run of each of the {n} best configs",
                metric=metric,
                n=len(self.best),
            )
        )
        if self.tuned:
            return say(
                "curves.own_length",
                "{curves}, each to its own length, which {parameter} sets",
                curves=curves,
                parameter=self.tuned,
            )
        if not self.short:
            return curves
        return say(
            "curves.left_out",
            "{curves}; {n} better or equal ones stopped before step {step} and are left out",
            curves=curves,
            n=self.short,
            step=Number(self.longest * REACHED, 6, "short"),
        )


@dataclass(frozen=True)
class RisingRun:
    """
    A run whose curve rises after its smoothed minimum.

    Attributes
    ----------
    run
        Its id.
    from_step
        Where the minimum lies.
    rise
        How far the end is above it, in the metric's unit, or in its logarithm where values are logarithms.
    sigmas
        The same over its standard error; ``None`` for a curve without noise.
    share
        The same over the curve's range.
    """

    run: str
    from_step: float
    rise: float
    sigmas: float | None
    share: float


def rising_runs(study: Study, rises: dict[int, Rise], rows: Sequence[int]) -> tuple[RisingRun, ...]:
    """Return how the curves of some runs rise, as facts."""
    return tuple(
        RisingRun(
            run=str(study.runs.ids[row]),
            from_step=rises[row].step,
            rise=rises[row].rise,
            sigmas=rises[row].sigmas if np.isfinite(rises[row].sigmas) else None,
            share=rises[row].share,
        )
        for row in rows
    )


def curves_of(study: Study) -> Training:
    """Return what `read_curves` does, read once for all checks of a study."""
    return study.compute_once(read_curves)


def read_curves(study: Study) -> Training:
    """
    Read the curves of the best configs and of a random sample of the others; a flat cost however many runs there are.

    Only runs that trained to nearly the longest common length can be among the best: a run that was stopped early tells
    nothing of how training ends.
    """
    metrics = metrics_of(study)
    wanted = [name for name in dict.fromkeys((metrics.validation, metrics.training, metrics.loss)) if name]
    if not wanted:
        return Training(metrics)
    runs, configs = study.runs, study.configs
    there = with_history(runs.project, wanted)
    able = np.fromiter((i in there for i in runs.ids), bool, len(runs)) & runs.feasible
    rank = np.full(int(study.number.max(initial=-1)) + 1, len(configs))
    rank[study.number[configs.best]] = np.arange(len(configs))
    rows = np.flatnonzero(able)
    rows = rows[np.lexsort((runs.ids[rows].astype(str), rank[study.number[rows]]))]
    first = np.flatnonzero(np.diff(study.number[rows], prepend=-1))
    within = np.arange(len(rows)) - np.repeat(first, np.diff(first, append=len(rows)))
    heads = rows[first]  # of each config any run, not its luckiest
    near = rows[np.isin(study.number[rows], study.number[heads[:CANDIDATES]])]
    top = near[pd.Series(runs.loss[near]).groupby(study.number[near]).transform("min").to_numpy() == runs.loss[near]]
    near = near[(within[: len(near)] < REPLICATES) | np.isin(near, top)]
    rest = heads[CANDIDATES:][np.argsort(runs.ids[heads[CANDIDATES:]].astype(str), kind="stable")]
    if len(rest) > OTHERS:
        rest = np.sort(np.random.default_rng(study.design.seed).choice(rest, OTHERS, replace=False))
    chosen = np.concatenate([near, rest])
    found = study.read_curves(wanted, chosen)
    log = is_log(runs)
    lines = {}
    for row in chosen.tolist():
        for name in wanted:
            curve = found.get((str(runs.ids[row]), name))
            if curve is not None:
                line = line_of(*curve, metrics.goals[name], log and name == metrics.validation)
                if len(line) >= FEWEST_POINTS:
                    lines[row, name] = line
    return _sort_runs(study, Training(metrics, lines, log=log), near.tolist(), rest.tolist())


def _sort_runs(study: Study, training: Training, near: list[int], rest: list[int]) -> Training:
    """Sort the runs that were read into the best that trained to the full length, and others."""
    ends = {
        row: max(
            training.lines[row, name].x[-1]
            for name in (training.metrics.watched, training.metrics.loss)
            if (row, name) in training.lines
        )
        for row in (*near, *rest)
        if any((row, name) in training.lines for name in (training.metrics.watched, training.metrics.loss))
    }
    if not ends:
        return training
    longest_first = sorted(ends.values(), reverse=True)
    common = max(min(2, len(ends)), int(np.ceil(COMMON * len(ends))))
    longest = float(longest_first[common - 1])
    enough = REACHED * longest if longest > 0 else longest
    tuned = _find_length_setting(study, ends) if min(ends.values()) < enough else ""
    if tuned:
        enough = -np.inf
    groups: dict[int, list[int]] = {}
    for row in near:
        groups.setdefault(int(study.number[row]), []).append(row)
    full: list[tuple[int, ...]] = []
    others: list[tuple[int, ...]] = []
    short = 0
    for group in groups.values():
        reached = tuple(row for row in group if row in ends and ends[row] >= enough)
        if reached and len(full) < BEST:
            full.append(reached)
            continue
        short += len(full) < BEST
        others.append(tuple(row for row in group if row in ends))
    best = tuple(min(group, key=lambda row: study.runs.loss[row]) for group in full)
    others += [(row,) for row in rest if row in ends]
    there = tuple(filter(None, others))
    return replace(training, best=best, replicates=tuple(full), others=there, longest=longest, short=short, tuned=tuned)


def _find_length_setting(study: Study, ends: dict[int, float]) -> str:
    """Return the parameter that sets the number of steps; empty if there is none: then short runs were stopped."""
    rows = np.array(list(ends), int)
    last = np.array(list(ends.values()))
    for p in study.tuned:
        if p.kind in ("real", "integer"):
            axis = study.runs.axis(p.name)
            values = axis.values[rows] if axis.kind == "number" else np.full(len(rows), np.nan)
            there = np.isfinite(values)
            if there.sum() > len(rows) / 2 and (spearman(values[there], last[there]) or 0.0) >= SETS_LENGTH:
                return p.name
    return ""


def draw_curves(
    study: Study,
    training: Training,
    title: Message,
    metrics: Sequence[str],
    rows: Sequence[int],
    bad: Iterable[int] = (),
    marks: Sequence[Mark] = (),
) -> Evidence:
    """
    Draw curves of some runs as evidence.

    Parameters
    ----------
    study, training
        The study and its curves.
    title
        What is seen.
    metrics
        The metrics to draw; the first is that of the axis.
    rows
        Numbers of the runs, the best first; at most `LINES` are drawn.
    bad
        Those that show what is wrong.
    marks
        Steps to mark.
    """
    there = [(row, name) for row in rows[:LINES] for name in dict.fromkeys(metrics) if (row, name) in training.lines]
    most = min(MOST_DRAWN, MOST_IN_ALL // max(1, len(there)))
    wrong = set(bad)
    series, positive = [], True
    for row, name in there:
        line = training.lines[row, name]
        keep = thinned(line.logged, most)
        positive &= bool(line.logged.min() > 0)
        label = str(study.runs.names[row]) + (f", {name}" if len(set(metrics)) > 1 else "")
        tone: Tone = "rest" if name != metrics[0] else "bad" if row in wrong else "best"
        series.append(Series(label, "line", line.x[keep].tolist(), line.logged[keep].tolist(), tone=tone))
    label = " and ".join(dict.fromkeys(metrics))
    return Evidence(title, Along("step"), Along(label, training.log and positive), tuple(series), tuple(marks))
