"""
Selection and Project to Design: the parameters as columns, the target as a vector, and what was left out.

Every method computes from a Design. Its rows and parameters stand in a canonical order that comes from their content,
so that no result depends on the order of rows or columns in the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..data.messages import NOTHING, Message, Number, say
from ..data.project import STATES, Project, Space
from .adaptive import recognise_each
from .another_task import find_unasked
from .constraints import find_breaking
from .elsewhere import tell_elsewhere
from .emptiness import FEWEST_RUNS, Empty, find_why_empty, say_all_failed, say_no_metric
from .failures import count_as_failing, recognise_failures
from .features import Feature, code_column, make_feature, order_rows
from .grouping import average_groups, find_common_settings, group_runs
from .parameter import Parameter
from .parameters import describe
from .reach import tell_reach
from .relations import clear_nulls
from .selection import FAILED_STATES, Selection, Target, filter_runs
from .stopping import find_short_of, find_stopping, tell
from .target import (
    ScaleUsed,
    choose_scale,
    name_at_step,
    name_target,
    put_on_scale,
    read_target,
    read_weights,
    read_words,
    resolve_goal,
)


@dataclass(frozen=True)
class Design:
    """
    The question as numbers.

    Attributes
    ----------
    features
        One entry for every parameter that enters a model, sorted by name.
    parameters
        All parameters, in the order of the source.
    y
        Target on the scale used, shape (n_runs,).
    raw
        Target as logged, shape (n_runs,).
    target
        The target with its goal filled in, and the step at which it was read.
    scale
        The scale of `y`.
    scale_reason
        Why that scale, in words.
    config_id
        Number of the configuration of every run; equal for replicates.
    order
        Place of every run in the order in which they were started.
    rows
        Positions of the runs in the project, in canonical order.
    settings
        The settings of these runs as in the source: rows and columns in the source's order.
    loaded
        How many runs the project has.
    left_out
        How many runs were left out, by reason: see `selection.filter_runs`; of the others ``left_out.nan``,
        ``left_out.infinite``, ``left_out.word``, ``left_out.no_value``, ``left_out.unasked``, ``left_out.constraint``,
        ``left_out.short``, ``left_out.number``, ``left_out.numbers``, ``left_out.no_group``.
    seed
        Seed of every random draw.
    adaptive
        Why the search counts as adaptive, in words; empty if it does not.
    empty
        Why nothing can be computed; ``None`` if something can.
    runs_used
        How many runs `y` comes from: more than it has entries if runs are grouped.
    failures
        Which runs of the project logged a number that stands for a failure (see `failures`), by reason.
    grouped
        What the runs are grouped by, in words; empty if they are not. Then each entry is the mean of a group, and where
        this speaks of a run it means the group's first.
    label
        How the target is called.
    space
        The declared search space.
    top
        See `selection.Selection.top`.
    steps
        Steps at which runs of unequal length can be compared; empty if none were stopped early.
    notes
        What the user should know of how the target was read, before believing any result.
    """

    features: tuple[Feature, ...]
    parameters: tuple[Parameter, ...]
    y: np.ndarray
    raw: np.ndarray
    target: Target
    scale: ScaleUsed
    scale_reason: Message
    config_id: np.ndarray
    order: np.ndarray
    rows: np.ndarray
    settings: pd.DataFrame
    loaded: int
    left_out: dict[Message, int]
    seed: int = 0
    adaptive: Message = NOTHING
    empty: Empty | None = None
    runs_used: int = 0
    failures: dict[Message, np.ndarray] = field(default_factory=dict)
    grouped: Message = NOTHING
    label: str = ""
    space: Space | None = None
    top: float = 0.1
    steps: tuple[float, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The parameters that enter a model as they stand in the source, for the article's recipe."""
        return self.settings[[p.name for p in self.parameters if p.modelled]]

    @property
    def taken_as_failed(self) -> dict[Message, np.ndarray]:
        """Those of `failures` that the question leaves out; empty if it counts them as results."""
        return {} if self.target.failures == "keep" else self.failures

    @property
    def n_configs(self) -> int:
        """Number of different configurations, seeds aside."""
        return int(self.config_id.max()) + 1 if len(self.config_id) else 0

    def count_left_out(self, code: str) -> int:
        """Return how many runs were left out for a reason, given by the code of its message."""
        return sum(n for reason, n in self.left_out.items() if reason.code == code)


def build(project: Project, selection: Selection) -> Design:
    """
    Make the design that answers a question.

    Parameters
    ----------
    project
        The loaded project, its columns in their places.
    selection
        The question.

    Returns
    -------
    Design
        With `Design.empty` set where there is nothing to compute.

    Raises
    ------
    QuestionError
        If the question does not fit the project: an unknown metric, parameter or filter column, a log scale of values
        that are not positive.
    """
    if not selection.target.metric:
        return _without_metric(project, selection, *filter_runs(project, selection))
    goal = resolve_goal(project, selection.target)
    stopping = find_stopping(project, selection)
    target = replace(selection.target, goal=goal, step=stopping.step)
    asked = replace(selection, target=target)
    keep, left_out = filter_runs(project, asked)
    values, nan = read_target(project, target, goal)
    ending = np.zeros(len(project.runs), bool)
    if stopping.step is not None:
        ending = keep & find_short_of(project, target.metric, stopping.step)
        keep &= ~ending
        left_out |= _count_short(ending, stopping.step)
    unasked = keep & find_unasked(project, target.metric)
    breaking = keep & find_breaking(project) & ~unasked & (target.value != "failing")
    judged = keep & ~unasked & ~breaking
    failures = recognise_failures(project, replace(selection, target=replace(selection.target, step=stopping.step)))
    failed = {reason: judged & runs for reason, runs in failures.items() if target.failures == "auto"}
    if target.value == "failing":
        values, failed = count_as_failing(values, failed), {}
    for runs in failed.values():
        judged = judged & ~runs
    usable, out = _find_usable(values.to_numpy(), nan.to_numpy(bool), read_words(project, target), judged)
    left_out |= out | _count_unjudged(unasked, breaking)
    left_out |= {reason: int(runs.sum()) for reason, runs in failed.items() if runs.any()}
    settings = clear_nulls(_take_rows(project.config, keep))
    parameters = describe(
        settings,
        space=project.space,
        summary=_take_rows(project.summary, keep),
        columns=project.columns,
        roles=dict(selection.roles),
        every=_take_rows(project.config, filter_runs(project, replace(selection, states=STATES, picked=None))[0]),
    )
    by_state = filter_runs(project, replace(selection, states=STATES))[0] & ~filter_runs(project, asked)[0]
    parameters = tell_elsewhere(parameters, settings, project.config[by_state], project.runs["state"])
    positions = np.flatnonzero(usable)
    config = _take_rows(settings, usable[keep])
    parameters = tuple(_ignore_unused(p, config) for p in parameters)
    raw = values.to_numpy(float)[positions]
    grouped, runs_used = NOTHING, len(raw)
    if selection.group:
        groups = group_runs(project, config, parameters, selection.group)
        config, differing = find_common_settings(groups, config)
        parameters = tuple(_ignore_differing(p, differing) for p in parameters)
        raw, positions = average_groups(groups, raw), positions[groups.first]
        grouped, runs_used = groups.words, int((groups.number >= 0).sum())
        without = len(groups.number) - runs_used
        if without:
            left_out[say("left_out.no_group", "without {group}", group=grouped)] = without
    used = [p for p in parameters if p.modelled]
    all_rows = np.arange(len(config))
    features = [make_feature(p, config[p.name], all_rows) for p in sorted(used, key=lambda p: p.name)]
    canonical, config_id = order_rows(features, raw)
    raw = raw[canonical]
    few = len(raw) < FEWEST_RUNS and stopping.step is not None
    reach = tell_reach(project, target.metric, stopping.step, keep | ending) if few else NOTHING
    failing = target.value == "failing"
    empty = find_why_empty(raw, features, parameters, left_out, grouped, failing, len(project.runs), reach)
    weighted = bool(read_weights(target.metric, project))
    scale, reason = _choose_scale(raw, target, weighted, empty is None or len(raw) >= 2)
    taken = tuple(replace(f, rows=canonical) for f in features)
    order = find_run_order(project)[positions][canonical]
    y = put_on_scale(raw, scale)
    method = project.space.method if project.space else ""
    label = name_at_step(name_target(target.metric, project), target)
    adaptive = NOTHING
    if not empty:
        sources = find_sources(project)[positions][canonical]
        adaptive = recognise_each(
            y, order, lambda at: [code_column(f.take(at)) for f in taken], config_id, method, goal, sources
        )
    return Design(
        features=taken,
        parameters=parameters,
        y=y,
        raw=raw,
        target=target,
        scale=scale,
        scale_reason=reason,
        config_id=config_id,
        order=order,
        rows=positions[canonical],
        settings=config,
        loaded=len(project.runs),
        left_out=left_out,
        seed=selection.seed,
        adaptive=adaptive,
        empty=empty,
        runs_used=runs_used,
        failures=failures,
        grouped=grouped,
        label=label,
        space=project.space,
        top=selection.top,
        steps=stopping.steps,
        notes=tell(stopping, label),
    )


def _choose_scale(raw: np.ndarray, target: Target, weighted: bool, known: bool) -> tuple[ScaleUsed, Message]:
    if target.value == "failing":
        return "raw", say("scale.failing", "1 for a run that failed, 0 for one that did not")
    if target.scale == "auto" and weighted:
        return "raw", say("scale.weighted", "a weighted mean of ranks, 0 for the best run and 1 for the worst")
    return choose_scale(raw, target.scale, target.goal) if known else ("raw", NOTHING)


def _ignore_differing(parameter: Parameter, differing: set[str]) -> Parameter:
    """Return the parameter; ignored if the runs of a group differ in it, because the group then has no value of it."""
    if parameter.name not in differing or not parameter.modelled:
        return parameter
    why, words = "differs", say("parameter.differs", "differs within groups")
    return replace(parameter, role="ignored", reason=why, words=words, role_reason=why, role_words=words)


def _ignore_unused(parameter: Parameter, config: pd.DataFrame) -> Parameter:
    """Return the parameter; ignored if no run with a value of the target records it."""
    if not len(config) or not parameter.modelled or config[parameter.name].notna().any():
        return parameter
    why = "no target"
    words = say("parameter.no_target", "recorded only in runs without a value of the target")
    return replace(parameter, role="ignored", reason=why, words=words, role_reason=why, role_words=words)


def _take_rows(frame: pd.DataFrame, keep: np.ndarray) -> pd.DataFrame:
    """Return the rows to keep; the frame itself, not a copy, if these are all."""
    return frame if keep.all() else frame[keep]


def _without_metric(project: Project, selection: Selection, keep: np.ndarray, left_out: dict[Message, int]) -> Design:
    """Return the design of a question that names no metric."""
    no_numbers, no_places = np.empty(0), np.empty(0, int)
    states = project.runs["state"][keep]
    failing = selection.target.value == "failing" and not project.metrics
    all_failed = failing and len(states) > 0 and bool(states.isin(FAILED_STATES).all())
    return Design(
        features=(),
        parameters=describe(project.config[keep], space=project.space, roles=dict(selection.roles)),
        y=no_numbers,
        raw=no_numbers,
        target=selection.target,
        scale="raw",
        scale_reason=NOTHING,
        config_id=no_places,
        order=no_numbers,
        rows=no_places,
        settings=project.config.iloc[:0],
        loaded=len(project.runs),
        left_out=left_out,
        seed=selection.seed,
        empty=say_all_failed(len(states)) if all_failed else Empty("no metric", say_no_metric(project)),
    )


def _count_short(ending: np.ndarray, step: float) -> dict[Message, int]:
    """Return how many runs end before the step at which the target is read."""
    reason = say("left_out.short", "do not reach step {step}", step=Number(step, 10, "figures"))
    return {reason: int(ending.sum())} if ending.any() else {}


def _count_unjudged(unasked: np.ndarray, breaking: np.ndarray) -> dict[Message, int]:
    """Return how many runs the target does not judge, by reason."""
    unjudged = {
        say("left_out.unasked", "never asked for this metric"): unasked,
        say("left_out.constraint", "breaking a constraint"): breaking,
    }
    return {reason: int(runs.sum()) for reason, runs in unjudged.items() if runs.any()}


def _find_usable(
    values: np.ndarray, nan: np.ndarray, words: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, dict[Message, int]]:
    """Return the runs with a finite target, and how many of the others lack it for which reason."""
    without = keep & np.isnan(values) & ~nan
    said = without & (words != "")
    lacking = {
        say("left_out.nan", "NaN (diverged)"): keep & nan,
        say("left_out.infinite", "infinite"): keep & np.isinf(values),
        **{say("left_out.word", "'{word}'", word=word): said & (words == word) for word in sorted(set(words[said]))},
        say("left_out.no_value", "no value"): without & ~said,
    }
    return keep & np.isfinite(values), {reason: int(runs.sum()) for reason, runs in lacking.items() if runs.any()}


def find_run_order(project: Project) -> np.ndarray:
    """
    Return the place of every run in the order in which they were started.

    By the creation time where (almost) all runs have their own; else the order of the source, because trackers write
    their runs one after the other.
    """
    if _has_times(project):
        return np.asarray(project.runs["created"].rank(method="first", na_option="bottom"))
    return np.arange(len(project.runs), dtype=float)


def find_sources(project: Project) -> np.ndarray:
    """
    Return the number of the source of every run, where the order of runs of different sources is not known.

    Without times they stand in the order in which their sources were named; with times all are of one.
    """
    source = project.runs.get("source")
    if source is None or _has_times(project):
        return np.zeros(len(project.runs), dtype=int)
    return pd.factorize(source.to_numpy(), use_na_sentinel=False)[0]


def _has_times(project: Project) -> bool:
    created = project.runs.get("created")
    return created is not None and bool(created.nunique() >= 0.9 * len(created))
