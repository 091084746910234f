"""
What answers are computed from: the design of a selection, its runs, and the search as a whole.

The rooms `runs` and `checks` are imported when they are first asked: a ranking that is kept needs neither.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..question.design import Design
from ..question.parameter import see_roles
from ..question.selection import Selection
from .equality import drop_unseen_roles, select_all_runs
from .projects import build_design, get_project

if TYPE_CHECKING:
    from ..checks.base import Study
    from ..runs import Runs


def get_design(selection: Selection, folder: Path) -> Design:
    """Return the design of a selection; roles that make no difference to models share one design."""
    modelled = drop_unseen_roles(selection, folder)
    design = build_design(modelled, folder)
    if modelled == selection:
        return design
    return replace(design, parameters=see_roles(design.parameters, dict(selection.roles)))


@lru_cache(maxsize=4)
def _collect_runs(selection: Selection, folder: Path) -> Runs:
    from ..runs import collect

    return collect(get_project(selection, folder), selection, get_design(selection, folder))


def get_runs(selection: Selection, folder: Path) -> Runs:
    """Return all runs that pass the selection's filter, picked or not, ungrouped."""
    return _collect_runs(select_all_runs(selection), folder)


def get_study(selection: Selection, folder: Path) -> Study:
    """Return the search that a selection is about: all runs that pass its filter, ungrouped."""
    from ..checks.base import Study

    return Study(get_runs(selection, folder), get_design(select_all_runs(selection), folder))
