"""Runs of another task: they ended well, and were never asked for the target."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..data.project import Project
from .selection import COUNTED_STATES
from .target import read_weights

CLOCKS = frozenset({"runtime", "steps"})
"""Metrics that every run has, whatever it was for."""

FEWEST_ALIKE = 2
"""So many runs at least have a metric that tells another task; in a single one it may be a word about its failure."""


def find_unasked(project: Project, metric: str) -> np.ndarray:
    """
    Return which runs were never asked for the target, as booleans of shape (n_runs,).

    They came to their end without it, and recorded a metric that no run with the target has: that of another task.

    Parameters
    ----------
    project
        The project.
    metric
        The target's metric, or the JSON of a weighted one.
    """
    known = [name for name in read_weights(metric, project) or [metric] if name in project.summary]
    without = _find_missing(project, known).any(axis=1)
    if not without.any():
        return np.zeros(len(project.runs), bool)
    lacking = without & project.runs["state"].isin(COUNTED_STATES).to_numpy()
    if not lacking.any() or without.all():
        return np.zeros(len(project.runs), bool)
    others = [name for name in project.metrics if name not in known and name not in CLOCKS]
    in_lacking = (~_find_missing(project, others)[lacking]).sum(axis=0) >= FEWEST_ALIKE
    candidates = [name for name, enough in zip(others, in_lacking, strict=True) if enough]
    recorded = ~_find_missing(project, candidates)
    theirs = ~recorded[~without].any(axis=0)
    return lacking & recorded[:, theirs].any(axis=1)


def _find_missing(project: Project, metrics: Collection[str]) -> np.ndarray:
    """Return which runs did not record which metric; a NaN that was logged is recorded."""
    missing = np.zeros((len(project.runs), len(metrics)), bool)
    for i, name in enumerate(metrics):
        missing[:, i] = project.summary[name].isna()
        if name in project.logged_nan:
            missing[:, i] &= ~project.logged_nan[name].to_numpy(bool)
    return missing
