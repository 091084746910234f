"""Why nothing can be computed for a question, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.messages import NOTHING, Count, Form, Message, Names, Number, as_message, join, say
from ..data.project import Project
from ..data.records import Record
from .features import Feature
from .parameters import Parameter

MOST_NAMED = 5
"""Metrics that are named where none is chosen."""

FEWEST_RUNS = 10
"""With fewer usable runs than this nothing is computed."""


@dataclass(frozen=True)
class Empty(Record):
    """
    Why nothing can be computed.

    Attributes
    ----------
    reason
        A code: ``no metric``, ``no varying parameter``, ``too few runs``, ``too few groups``, ``constant target``; of
        a method also ``infinite setting``.
    words
        The same in words.
    """

    reason: str
    words: Message


def say_no_metric(project: Project) -> Message:
    """Say why a question without a metric has no answer."""
    if project.metrics:
        return say(
            "empty.no_metric_chosen",
            "Nothing that was recorded looks like what the runs were for: {metrics}. Choose above what to explain.",
            metrics=Names(tuple(project.metrics), MOST_NAMED, "and"),
        )
    if len(project.summary.columns):
        return say(
            "empty.no_number",
            "No metric has a number in any run: {metrics}. "
            "If another column holds one, put it in its place under Columns and roles, or with --metric-columns.",
            metrics=Names(tuple(map(str, project.summary.columns[:3])), last=""),
        )
    return say(
        "empty.no_metric",
        "No column holds a metric. If one does, put it in its place under Columns and roles, or with --metric-columns.",
    )


def say_all_failed(runs: int) -> Empty:
    """Say that all of so many runs failed, where it is asked whether they do."""
    return Empty("constant target", _say_constant(runs, 1.0, True))


def find_why_empty(
    raw: np.ndarray,
    features: list[Feature],
    parameters: tuple[Parameter, ...],
    left_out: dict[Message, int],
    grouped: Message,
    failing: bool,
    loaded: int,
    reach: Message = NOTHING,
) -> Empty | None:
    """
    Find out why importance cannot be computed.

    Parameters
    ----------
    raw
        Target as logged of the runs, or groups, that can be used.
    features
        The parameters that enter a model.
    parameters
        All parameters.
    left_out
        How many runs were left out, by reason.
    grouped
        What the runs are grouped by; empty if they are not.
    failing
        Whether the target is that a run failed.
    loaded
        How many runs the project has.
    reach
        How far the runs got, where they are compared at a step that some do not reach; else empty.

    Returns
    -------
    Empty or None
        ``None`` if it can be computed.
    """
    n = len(raw)
    if n < FEWEST_RUNS and grouped:
        return Empty("too few groups", _say_too_few_groups(n, grouped, left_out))
    if n < FEWEST_RUNS:
        return Empty("too few runs", _say_too_few_runs(n, left_out, loaded, reach))
    if np.ptp(raw) == 0:
        return Empty("constant target", _say_constant(n, float(raw[0]), failing))
    if not any(f.parameter.distinct > 1 for f in features):
        outside = [p for p in parameters if not p.modelled and p.distinct > 1]
        return Empty("no varying parameter", _say_nothing_varies(n, outside, any_at_all=bool(parameters)))
    return None


def _say_left_out(left_out: dict[Message, int]) -> Message:
    if not left_out:
        return NOTHING
    reasons = join((say("left_out.runs", "{runs} {reason}", runs=n, reason=why) for why, n in left_out.items()), ", ")
    return say("empty.left_out", "Left out: {reasons}.", reasons=reasons)


def _say_too_few_groups(n: int, grouped: Message, left_out: dict[Message, int]) -> Message:
    few = say(
        "empty.no_group",
        "It is empty because of the grouping: by {grouped} there is no group, and importance needs at least {fewest}.",
        grouped=grouped,
        fewest=Count(FEWEST_RUNS, "group"),
    )
    if n:
        few = _say_few_groups(n, grouped)
    return join([few, _say_left_out(left_out), say("empty.regroup", "Group by something else, or not at all.")])


def _say_few_groups(n: int, grouped: Message) -> Message:
    return say(
        "empty.few_groups",
        "It is empty because of the grouping: by {grouped} there {are} only {groups}, and importance needs at least "
        "{fewest}.",
        grouped=grouped,
        are=Form(n, "is", "are"),
        groups=Count(n, "group"),
        fewest=Count(FEWEST_RUNS, "group"),
    )


def _say_too_few_runs(n: int, left_out: dict[Message, int], loaded: int, reach: Message) -> Message:
    if loaded == 1:
        return say(
            "empty.one_run",
            "This is one run, and there is nothing to compare it with. "
            "A table of runs has a row a run, with its settings and its last metrics; or give the folder of all runs.",
        )
    few = say(
        "empty.no_run",
        "None of {loaded} is usable; importance and checks need at least {fewest}.",
        loaded=Count(loaded, "run"),
        fewest=Count(FEWEST_RUNS, "run"),
    )
    if n == loaded:
        few = say(
            "empty.few_loaded",
            "There are only {runs}; importance and checks need at least {fewest}.",
            runs=Count(n, "run"),
            fewest=Count(FEWEST_RUNS, "run"),
        )
    elif n:
        few = say(
            "empty.few_runs",
            "Only {n} of {loaded} {are} usable; importance and checks need at least {fewest}.",
            n=n,
            loaded=Count(loaded, "run"),
            are=Form(n, "is", "are"),
            fewest=Count(FEWEST_RUNS, "run"),
        )
    if reach or loaded < FEWEST_RUNS:
        return join([few, _say_left_out(left_out), reach])
    more = say("empty.more_runs", "Loosen the filter, count other states, or choose a metric that more runs have.")
    return join([few, _say_left_out(left_out), more])


def _say_constant(n: int, value: float, failing: bool) -> Message:
    if failing and value:
        return say("empty.all_failed", "Every one of the {runs} runs failed: there is nothing to explain.", runs=n)
    if failing:
        return say(
            "empty.none_failed",
            "Every one of the {runs} runs has its metric and did not fail: there is nothing to explain.",
            runs=n,
        )
    return say(
        "empty.constant",
        "All {runs} runs have the same value, {value}: there is nothing to explain.",
        runs=n,
        value=Number(value, 4, "figures"),
    )


def _say_nothing_varies(n: int, outside: list[Parameter], any_at_all: bool) -> Message:
    """Say that no parameter varies, or none but those that enter no model."""
    move = say(
        "empty.move_column",
        "If a column that varies is in the wrong place or ignored, change it under Columns and roles.",
    )
    if not any_at_all:
        return join([say("empty.no_setting", "No setting was read of these {runs} runs.", runs=n), move])
    if not outside:
        return join([say("empty.no_parameter", "No parameter varies among these {runs} runs.", runs=n), move])
    first = (
        say("empty.outside", "{parameter} ({why})", parameter=p.name, why=p.words or as_message(p.role))
        for p in outside[:3]
    )
    nothing = say(
        "empty.no_modelled_parameter",
        "No parameter that enters the model varies among these {runs} runs; left out: {outside}.",
        runs=n,
        outside=join(first, "; "),
    )
    return join([nothing, move])
