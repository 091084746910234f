"""
Runs that were stopped early (ASHA, Hyperband, pruning, early termination): recognised, and compared at one step.

A value at the end of a short run and one at the end of a long run are not of one kind. Where many runs ended well
before the longest, the target is read at the latest step that most of them reach, and what that leaves open is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from ..data.messages import NOTHING, Count, Form, Message, Number, Part, say
from ..data.names import split_words
from ..data.project import Project
from .lengths import Curves, find_ends, follow_settings, read_curves, sort_curves
from .order import compare_order, find_other_leader
from .patience import stop_by_themselves, wait_after_best
from .selection import STOPPED_STATES, Selection, filter_runs, is_step
from .target import read_weights

SHORT = 0.8
"""A run that got no further than this share of the longest's way ended well before it."""

MANY = 0.1
"""From this share of short runs on they are compared at a step; fewer are no more than a few that broke off."""

MOST = 2 / 3
"""So large a share of the runs must reach the step at which they are compared."""

ABOUT = 0.9
"""Runs that got this far on the way to a step count as ending together: they log at places of their own."""

VALUED = 0.9
"""So large a share of the runs that reach a step must have logged a value up to it."""

NO_SAMPLE = 0.5
"""If fewer runs than this share reach the end, those are no sample of all."""

SAME_ORDER = 0.7
"""Runs whose target at a step and at the end has a smaller rank correlation than this have changed their order."""

FEWEST_RUNS = 10
"""With fewer runs than this their lengths tell nothing."""

MOST_OFFERED = 8
"""Steps that are offered to compare at."""

RECORDED = re.compile(
    r"_?(global_|total_|current_|last_|num_|n_|trainer_)?(step|epoch|iter|iteration|training_iteration|timestep)s?"
    r"(_total|_completed|_done|_run)?"
)
"""Names of recorded numbers that tell how far a run got; what stands before the last ``/`` or ``.`` does not count."""


STOPPING_METHODS = frozenset("hyperband asha bohb".split())
"""Words of search methods that stop runs early."""


@dataclass(frozen=True)
class Stopping:
    """
    What is known of runs that were stopped early.

    Attributes
    ----------
    step
        The step at which the target is read; ``None`` for its value as logged.
    end
        The step that the longest runs reach; ``None`` if none were stopped, or no history tells.
    short
        How many runs ended well before it.
    reached
        The last step of every run of the project, shape (n_runs,), NaN where none is known; ``None`` without history.
    judged
        The runs among which lengths were compared.
    steps
        Steps that can be offered to compare at, ascending.
    note
        What to say of it where no step is known; else empty.
    kept_order
        Rank correlation of the target at the step and at the end, of the runs that reach the end; ``None`` if unknown.
    leaders
        The settings that matter most at the step and at the end, if these are two.
    """

    step: float | None = None
    end: float | None = None
    short: int = 0
    reached: np.ndarray | None = None
    judged: np.ndarray | None = None
    steps: tuple[float, ...] = ()
    note: Message = NOTHING
    kept_order: float | None = None
    leaders: tuple[str, str] | None = None


def find_stopping(project: Project, selection: Selection) -> Stopping:
    """
    Find out whether runs of a question were stopped early, and at which step to compare them.

    Parameters
    ----------
    project
        The loaded project.
    selection
        The question, its metric one of the project's. Which runs are picked makes no difference.
    """
    target, asked = selection.target, selection.target.step
    if target.value == "failing":
        return Stopping()
    everyone = replace(selection, picked=None)
    may, _ = filter_runs(project, replace(everyone, target=replace(target, step=0)))
    states = project.runs["state"].to_numpy(object)
    pruned = may & np.isin(states, STOPPED_STATES)
    metrics = [m for m in read_weights(target.metric, project) or [target.metric] if m in project.history.metrics]
    if not metrics or (not is_step(asked) and not _should_read(project, may)):
        return Stopping(step=float(asked) if is_step(asked) else None, note=_tell_recorded(project, may, pruned))
    reached = find_ends(project, metrics)
    judged = may & np.isfinite(reached)
    curve = read_curves(project, metrics[0])
    begin = float(curve.step.min()) if len(curve.step) else 0.0
    end = _find_end(reached[judged]) if judged.any() else begin
    short = judged & (_stretch(reached, curve, judged) - begin <= SHORT * (end - begin)) & (end > begin)
    share = short.sum() / max(int(judged.sum()), 1)
    many = judged.sum() >= FEWEST_RUNS and share >= MANY
    if not many or _is_harmless(project, metrics[0], curve, reached, judged, short):
        return Stopping(step=float(asked) if is_step(asked) else None, note=_tell_few(pruned, may))
    step = _choose_step(reached[judged], begin)
    offered = _offer_steps(reached[judged], step, end)
    known = Stopping(None, end, int(short.sum()), reached, judged, offered)
    if is_step(asked):
        return _compare(known, project, curve, float(asked))
    has_value = np.isfinite(curve.take("last", step))
    reaching = judged & (reached >= step)
    if asked == "last" or has_value[reaching].mean() < VALUED:
        counted, _ = filter_runs(project, replace(everyone, target=replace(target, step=None)))
        return _compare_as_logged(known, short & counted, counted, _tell_few(pruned & ~counted, may))
    return _compare(known, project, curve, step)


def _compare_as_logged(known: Stopping, short: np.ndarray, counted: np.ndarray, left_out: Message) -> Stopping:
    """Return what is known of runs that are compared as logged: at no step, those that were pruned do not count."""
    judged = counted if known.judged is None else known.judged & counted
    if short.sum() < MANY * judged.sum():
        return replace(known, note=left_out)
    return replace(known, short=int(short.sum()), judged=judged)


def _compare(known: Stopping, project: Project, curve: Curves, step: float) -> Stopping:
    """Return what is known of runs that are compared at a step: whether they keep their order from there to the end."""
    if known.end is None or known.judged is None or step >= known.end:
        return replace(known, step=step)
    judged = known.judged
    first, last = curve.take("last", step)[judged], curve.take("last", known.end)[judged]
    leaders = find_other_leader(project.config[judged], first, last)
    return replace(known, step=step, kept_order=compare_order(first, last), leaders=leaders)


def _should_read(project: Project, may: np.ndarray) -> bool:
    """Say whether to look into the history: not where it is far away, or the recorded lengths are equal anyway."""
    if any("://" in uri and not uri.startswith("sqlite") for _, uri, _ in project.history.origin):
        return False
    steps = project.runs.get("steps")
    if not project.history.stamp or steps is None:
        return True
    known = steps[may].dropna()
    return len(known) < may.sum() or float((known <= SHORT * known.max()).mean()) >= MANY


def _find_end(reached: np.ndarray) -> float:
    """Return the step that the longest runs reach; a single one that went on longer than all others does not count."""
    ends = np.sort(reached)
    return float(ends[-2] if len(ends) >= FEWEST_RUNS else ends[-1])


def _stretch(reached: np.ndarray, curve: Curves, judged: np.ndarray) -> np.ndarray:
    """Return how far runs may have got that log more seldom than most: on to where the next value would have been."""
    intervals = curve.find_last_intervals()
    return reached + np.maximum(intervals - np.median(intervals[judged]), 0) if judged.any() else reached


def _is_harmless(
    project: Project, metric: str, curve: Curves, reached: np.ndarray, judged: np.ndarray, short: np.ndarray
) -> bool:
    """
    Say whether lengths differ by settings of the runs, or because each ended when it got no better.

    Not where the sweep declares that it stops runs.
    """
    if _read_declared(project):
        return False
    spacing = np.diff(np.unique(curve.step))
    apart = float(np.median(spacing)) if len(spacing) else 1.0
    length = (reached - curve.step.min() + apart)[judged]
    if follow_settings(length, short[judged], project.config[judged], apart):
        return True
    others = [m for m in project.history.metrics if m in project.summary and m != metric][:MOST_WATCHED]
    watched = chain([curve], (sort_curves(project, m) for m in others))
    return stop_by_themselves(watched, short)


MOST_WATCHED = 10
"""Metrics that patience is looked for in."""


def _choose_step(reached: np.ndarray, begin: float) -> float:
    """Return the latest step that most runs reach, or the earliest of those where runs end about then."""
    latest = float(np.sort(reached)[int(np.floor((1 - MOST) * len(reached) + 1e-9))])
    return float(reached[reached - begin >= ABOUT * (latest - begin)].min())


def _offer_steps(reached: np.ndarray, step: float, end: float) -> tuple[float, ...]:
    """Return steps where many runs end, and those that are named."""
    ends, counts = np.unique(reached[reached <= end], return_counts=True)
    frequent = ends[np.argsort(-counts, kind="stable")[: MOST_OFFERED - 2]]
    return tuple(sorted({step, end, *map(float, frequent)}))


def find_short_of(project: Project, metric: str, step: float) -> np.ndarray:
    """Return which runs have values of the target and do not reach a step, as booleans of shape (n_runs,)."""
    metrics = [m for m in read_weights(metric, project) or [metric] if m in project.history.metrics]
    return find_ends(project, metrics) < step if metrics else np.zeros(len(project.runs), bool)


def tell(stopping: Stopping, label: str) -> tuple[Message, ...]:
    """
    Say what a ranking leaves open because runs were stopped early; nothing if none were.

    Parameters
    ----------
    stopping
        What is known of it.
    label
        How the target is called, with the step at which it is read.
    """
    if stopping.note:
        return (stopping.note,)
    if stopping.end is None or stopping.reached is None:
        return ()
    reached = stopping.reached[stopping.judged]
    counts: dict[str, Part] = {
        "short": stopping.short,
        "runs": Count(len(reached), "run"),
        "end": _as_number(stopping.end),
    }
    if stopping.step is None:
        return (
            say(
                "stopping.unequal",
                "{short} of {runs} stopped early, well before step {end}, and values are compared as they were logged, "
                "at unequal lengths: which settings matter at the end can't be told from these runs.",
                **counts,
            ),
        )
    reach = int((reached >= stopping.step).sum())
    if stopping.step >= stopping.end:
        return (
            say(
                "stopping.at_end",
                "{short} of {runs} stopped early. Ranked by {target}, the end, which {reach} of them reach; "
                "what the others would have come to is not known.",
                target=label,
                reach=reach,
                **counts,
            ),
        )
    ranked = say(
        "stopping.at_step",
        "{short} of {runs} stopped early, well before step {end}. Ranked by {target}, which {reach} of them {form}; "
        "this says nothing of the end (step {end}).",
        target=label,
        reach=reach,
        form=Form(reach, "reaches", "reach"),
        **counts,
    )
    few = int((reached >= stopping.end).sum())
    if few < NO_SAMPLE * len(reached):
        return (
            ranked,
            say(
                "stopping.few_at_end",
                "{few} of {runs} {form} step {end}, no sample of all: which settings matter at the end can't be told "
                "from these runs.",
                few=few,
                form=Form(few, "reaches", "reach"),
                runs=counts["runs"],
                end=counts["end"],
            ),
        )
    if stopping.leaders is not None:
        return (
            ranked,
            say(
                "stopping.leader_changes",
                "{first} matters most at step {step}, and {last} at step {end} among the runs that reach it: which "
                "settings matter at the end can't be told from these runs.",
                first=stopping.leaders[0],
                last=stopping.leaders[1],
                step=_as_number(stopping.step),
                end=counts["end"],
            ),
        )
    if stopping.kept_order is None or stopping.kept_order >= SAME_ORDER:
        return (ranked,)
    return (
        ranked,
        say(
            "stopping.order_changes",
            "From there to the end the runs change their order (rank correlation {rho}): which settings matter at the "
            "end can't be told from these runs.",
            rho=Number(stopping.kept_order, 2, "signed"),
        ),
    )


def _as_number(step: float) -> Number:
    return Number(step, 0 if float(step).is_integer() else 2, "decimals")


def _tell_few(pruned: np.ndarray, counted: np.ndarray) -> Message:
    """Say that some runs were pruned, where these are few or nothing tells how far they got."""
    stopped, n = int(pruned.sum()), int(counted.sum())
    if not stopped:
        return NOTHING
    counts: dict[str, Part] = {
        "stopped": stopped,
        "runs": Count(n, "run"),
        "were": Form(stopped, "was", "were"),
        "are": Form(stopped, "is", "are"),
    }
    if stopped < MANY * n:
        return say(
            "stopping.few",
            "{stopped} of {runs} {were} stopped early and {are} left out unless their state is made to count.",
            **counts,
        )
    return say(
        "stopping.left_out",
        "{stopped} of {runs} {were} stopped early and {are} left out unless their state is made to count: those that "
        "went on to the end are no sample of all, and which settings matter at the end can't be told from these runs.",
        **counts,
    )


def _tell_recorded(project: Project, may: np.ndarray, pruned: np.ndarray) -> Message:
    """Say that runs were stopped early where no history tells it, but their states, how far they got, or the sweep."""
    if pruned.any():
        return _tell_few(pruned, may)
    numbers = {
        str(n): c[may].to_numpy(float)
        for f in (project.runs, project.summary)
        for n, c in f.items()
        if c.dtype.kind in "if"
    }
    recorded = {name: column for name, column in numbers.items() if _is_length(name, column)}
    if wait_after_best(recorded.values(), numbers):
        return NOTHING
    for name, column in recorded.items():
        known = np.isfinite(column)
        lengths = column[known]
        end = _find_end(lengths)
        short = lengths <= SHORT * end
        if short.mean() >= MANY and not follow_settings(lengths + 1e-9, short, project.config[may][known]):
            return say(
                "stopping.recorded",
                "{short} of {runs} stopped early: their {column} is at most {share} of that of the longest ({end}). "
                "Their values at one step were not recorded, and unequal lengths are compared: which settings matter "
                "at the end can't be told from these runs.",
                short=int(short.sum()),
                runs=Count(len(lengths), "run"),
                column=name,
                share=Number(SHORT, 2, "percent"),
                end=_as_number(end),
            )
    declared = _read_declared(project)
    if not declared or recorded or any(m in project.history.metrics for m in project.summary):
        return NOTHING
    return say(
        "stopping.declared",
        "The sweep declares that runs are stopped early ({method}), and how far each got was not recorded: which "
        "settings matter at the end can't be told from these runs.",
        method=declared,
    )


def _is_length(name: str, column: np.ndarray) -> bool:
    """Say whether a recorded number tells how far runs got."""
    known = column[np.isfinite(column)]
    named = RECORDED.fullmatch(re.split(r"[/.]", name.casefold())[-1])
    return bool(named) and len(known) >= FEWEST_RUNS and bool((known >= 0).all()) and float(known.max()) > 0


def _read_declared(project: Project) -> str:
    """Return what stops runs early as the sweep declares it; empty if it declares nothing of the kind."""
    space = project.space
    if space is None:
        return ""
    return space.stops or (space.method if STOPPING_METHODS & set(split_words(space.method)) else "")
