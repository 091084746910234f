"""The runs of a question that are put aside: what was pruned, killed or still runs, and what ended before the step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ..data.project import STATES, Project
from ..question.another_task import find_unasked
from ..question.design import Design
from ..question.selection import Selection, filter_runs, is_step
from ..question.target import read_target


@dataclass(frozen=True)
class Aside:
    """
    Runs that pass the filter and do not count, as their state does not, or as they ended before the step.

    Attributes
    ----------
    rows
        Positions of the runs in the project, ascending, shape (n,).
    target
        Their target, of a run that ended before the step as it was logged last; NaN where there is none. Shape (n,).
    """

    rows: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    target: np.ndarray = field(default_factory=lambda: np.empty(0))


NO_ASIDE = Aside()
"""No runs."""


def find_aside(project: Project, asked: Selection, design: Design, values: pd.Series, kept: np.ndarray) -> Aside:
    """
    Find the runs of a question that are put aside.

    Parameters
    ----------
    project
        The loaded project.
    asked
        The question, with the target of its design.
    design
        The design of that question.
    values
        The target of every run of the project.
    kept
        Which runs of the project count, or failed; as booleans.
    """
    found, _ = filter_runs(project, replace(asked, states=STATES))
    rows = np.flatnonzero(found & ~kept & ~find_unasked(project, asked.target.metric))
    if design.target.value == "failing":
        return Aside(rows, np.full(len(rows), np.nan))
    if is_step(design.target.step):
        logged, _ = read_target(project, replace(design.target, step=None), design.target.goal or "minimize")
        values = values.where(values.notna(), logged)
    return Aside(rows, values.to_numpy(float)[rows])
