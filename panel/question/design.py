"""
Selection and Project to Design: the parameters as columns, the target as a vector, and what was left out.

Every method computes from a Design. Its rows and parameters stand in a canonical order that comes from their content,
so that no result depends on the order of rows or columns in the source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..data.project import Project, Space
from .adaptive import recognise
from .features import Feature, feature, one_column, row_hashes
from .grouping import group_runs, means_of, settings_of
from .parameters import Parameter, clear_nulls, describe
from .selection import Selection, Target, filter_runs
from .target import ScaleUsed, choose_scale, label, on_scale, resolve_goal, target_values, weights_of

FEWEST_RUNS = 10
"""With fewer usable runs than this nothing is computed."""


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
        The target with its goal filled in.
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
        How many runs were left out, by reason.
    seed
        Seed of every random draw.
    adaptive
        Why the search counts as adaptive, in words; empty if it does not.
    empty
        Why nothing can be computed, as a code (``no metric``, ``no varying parameter``, ``too few runs``, ``too few
        groups``, ``constant target``) and in words; ``None`` if something can.
    runs_used
        How many runs `y` comes from: more than it has entries if runs are grouped.
    grouped
        What the runs are grouped by, in words; empty if they are not. Then each entry is the mean of a group, and where
        this speaks of a run it means the group's first.
    label
        How the target is called.
    space
        The declared search space.
    top
        See `selection.Selection.top`.
    """

    features: tuple[Feature, ...]
    parameters: tuple[Parameter, ...]
    y: np.ndarray
    raw: np.ndarray
    target: Target
    scale: ScaleUsed
    scale_reason: str
    config_id: np.ndarray
    order: np.ndarray
    rows: np.ndarray
    settings: pd.DataFrame
    loaded: int
    left_out: dict[str, int]
    seed: int = 0
    adaptive: str = ""
    empty: tuple[str, str] | None = None
    runs_used: int = 0
    grouped: str = ""
    label: str = ""
    space: Space | None = None
    top: float = 0.1

    @property
    def frame(self) -> pd.DataFrame:
        """The parameters that enter a model as they stand in the source, for the article's recipe."""
        return self.settings[[p.name for p in self.parameters if p.modelled]]

    @property
    def n_configs(self) -> int:
        """Number of different configurations, seeds aside."""
        return int(self.config_id.max()) + 1 if len(self.config_id) else 0


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
    keep, left_out = filter_runs(project, selection)
    if not selection.target.metric:
        return _empty(project, selection, keep, left_out, "no metric", _no_metric(project))
    goal = resolve_goal(project, selection.target)
    target = replace(selection.target, goal=goal)
    values, nan = target_values(project, target, goal)
    usable, out = _usable(values.to_numpy(), nan.to_numpy(bool), keep)
    left_out |= out
    settings = clear_nulls(_rows(project.config, keep))
    parameters = describe(
        settings,
        space=project.space,
        summary=_rows(project.summary, keep),
        columns=project.columns,
        roles=dict(selection.roles),
    )
    positions = np.flatnonzero(usable)
    config = _rows(settings, usable[keep])
    raw = values.to_numpy(float)[positions]
    grouped, runs_used = "", len(raw)
    if selection.group:
        groups = group_runs(project, config, parameters, selection.group)
        config, differing = settings_of(groups, config)
        parameters = tuple(_unless_differing(p, differing) for p in parameters)
        raw, positions = means_of(groups, raw), positions[groups.first]
        grouped, runs_used = groups.words, int((groups.number >= 0).sum())
        left_out |= {f"without {groups.words}": n for n in [len(groups.number) - runs_used] if n}
    used = [p for p in parameters if p.modelled]
    all_rows = np.arange(len(config))
    features = [feature(p, config[p.name], all_rows) for p in sorted(used, key=lambda p: p.name)]
    hashes = row_hashes(features, len(raw))
    canonical = np.lexsort((raw, hashes))
    _, config_id = np.unique(hashes[canonical], return_inverse=True)
    raw = raw[canonical]
    empty = _why_empty(raw, features, parameters, left_out, grouped, target.value == "failing")
    weighted = bool(weights_of(target.metric, project))
    scale, reason = _scale_of(raw, target, weighted, empty is None or len(raw) >= 2)
    taken = tuple(replace(f, rows=canonical) for f in features)
    order = run_order(project)[positions][canonical]
    y = on_scale(raw, scale)
    adaptive = "" if empty else recognise(y, order, map(one_column, taken), config_id, _method(project))
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
        grouped=grouped,
        label=label(target.metric, project),
        space=project.space,
        top=selection.top,
    )


def _scale_of(raw: np.ndarray, target: Target, weighted: bool, known: bool) -> tuple[ScaleUsed, str]:
    if target.value == "failing":
        return "raw", "1 for a run that failed, 0 for one that did not"
    if target.scale == "auto" and weighted:
        return "raw", "a weighted mean of ranks, 0 for the best run and 1 for the worst"
    return choose_scale(raw, target.scale, target.goal) if known else ("raw", "")


def _unless_differing(parameter: Parameter, differing: set[str]) -> Parameter:
    """Return the parameter; ignored if the runs of a group differ in it, because the group then has no value of it."""
    if parameter.name not in differing or not parameter.modelled:
        return parameter
    why, words = "differs", "differs within groups"
    return replace(parameter, role="ignored", reason=why, words=words, role_reason=why, role_words=words)


def _rows(frame: pd.DataFrame, keep: np.ndarray) -> pd.DataFrame:
    """Return the rows to keep; the frame itself, not a copy, if these are all."""
    return frame if keep.all() else frame[keep]


def _method(project: Project) -> str:
    return project.space.method if project.space else ""


def _no_metric(project: Project) -> str:
    if project.metrics:
        return "No metric is chosen. Choose one above."
    if len(project.summary.columns):
        names = ", ".join(map(str, project.summary.columns[:3]))
        return (
            f"No metric has a number in any run: {names}. "
            "If another column holds one, put it in its place under Columns and roles, or with --metric-columns."
        )
    return (
        "No column holds a metric. If one does, put it in its place under Columns and roles, or with --metric-columns."
    )


def _empty(
    project: Project, selection: Selection, keep: np.ndarray, left_out: dict[str, int], code: str, words: str
) -> Design:
    parameters = describe(project.config[keep], space=project.space, roles=dict(selection.roles))
    nothing = np.empty(0)
    whole = np.empty(0, int)
    return Design(
        (), parameters, nothing, nothing, selection.target, "raw", "", whole, nothing, whole, project.config.iloc[:0],
        len(project.runs), left_out, seed=selection.seed, empty=(code, words),
    )  # fmt: skip


def _usable(values: np.ndarray, nan: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Return the runs with a finite target, and how many of the others lack it for which reason."""
    infinite = np.isinf(values)
    counts = {
        "NaN (diverged)": keep & nan,
        "infinite": keep & infinite,
        "no value": keep & np.isnan(values) & ~nan,
    }
    return keep & np.isfinite(values), {reason: int(m.sum()) for reason, m in counts.items() if m.any()}


def _why_empty(
    raw: np.ndarray,
    features: list[Feature],
    parameters: tuple[Parameter, ...],
    left_out: dict[str, int],
    grouped: str,
    failing: bool,
) -> tuple[str, str] | None:
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items())
    out = f" Left out: {reasons}." if reasons else ""
    if len(raw) < FEWEST_RUNS and grouped:
        one = len(raw) == 1
        return (
            "too few groups",
            f"It is empty because of the grouping: by {grouped} there {'is' if one else 'are'} only {len(raw)} "
            f"group{'' if one else 's'}, and importance needs at least {FEWEST_RUNS}.{out} "
            "Group by something else, or not at all.",
        )
    if len(raw) < FEWEST_RUNS:
        runs = "run is" if len(raw) == 1 else "runs are"
        return (
            "too few runs",
            f"Only {len(raw)} {runs} usable; importance needs at least {FEWEST_RUNS}.{out} "
            "Loosen the filter, count other states, or choose a metric that more runs have.",
        )
    if np.ptp(raw) == 0 and failing:
        which = "failed" if raw[0] else "has its metric and did not fail"
        return "constant target", f"Every one of the {len(raw):,} runs {which}: there is nothing to explain."
    if np.ptp(raw) == 0:
        return (
            "constant target",
            f"All {len(raw):,} runs have the same value, {raw[0]:.4g}: there is nothing to explain.",
        )
    if not any(f.parameter.distinct > 1 for f in features):
        others = [f"{p.name} ({p.words or p.role})" for p in parameters if not p.modelled and p.distinct > 1]
        here = f"varies among these {len(raw):,} runs"
        which = f" that enters the model {here}; left out: {'; '.join(others[:3])}" if others else f" {here}"
        return (
            "no varying parameter",
            f"No parameter{which}. If a column that varies is in the wrong place or ignored, "
            "change it under Columns and roles.",
        )
    return None


def run_order(project: Project) -> np.ndarray:
    """
    Return the place of every run in the order in which they were started.

    By the creation time where (almost) all runs have their own; else the order of the source, because trackers write
    their runs one after the other.
    """
    created = project.runs.get("created")
    if created is not None and created.nunique() >= 0.9 * len(created):
        return np.asarray(created.rank(method="first", na_option="bottom"))
    return np.arange(len(project.runs), dtype=float)
