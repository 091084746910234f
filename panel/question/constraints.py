"""Runs that break a constraint of their search: infeasible, whatever their target."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.project import Project
from .conditions import name_value

KEPT, BROKEN = frozenset({"feasible", "is_feasible"}), frozenset({"infeasible", "is_infeasible"})
"""Run fields and metrics, in lower case, that say of every run whether it keeps all constraints, or breaks one."""


def find_breaking(project: Project) -> np.ndarray:
    """Return which runs are said to break a constraint, as booleans of shape (n_runs,)."""
    breaking = np.zeros(len(project.runs), bool)
    for frame in (project.runs, project.summary):
        for name in frame:
            word = str(name).lower()
            if word in KEPT:
                breaking |= _equals(frame[name], "0", "false")
            elif word in BROKEN:
                breaking |= _equals(frame[name], "1", "true")
    return breaking


def _equals(column: pd.Series, number: str, word: str) -> np.ndarray:
    """Return where a column of booleans, or of 0 and 1, has a value; nowhere if it holds anything else."""
    texts = column.map(name_value).str.lower()
    if not texts.isin(["", "0", "1", "true", "false"]).all():
        return np.zeros(len(column), bool)
    return texts.isin([number, word]).to_numpy()
