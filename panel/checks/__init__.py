"""
Was the search any good? One module a question of the Deep Learning Tuning Playbook, Study to Finding.

Each is a `base.Check`, and measures its own ``Facts``. Like every analysis they know nothing of a server or a page;
`figures.evidence` draws what they found.
"""

from __future__ import annotations

from ..data.progress import Progress, no_progress
from . import (
    boundary,
    convergence,
    enough,
    fairness,
    infeasible,
    late_variance,
    leaks,
    noise,
    overfitting,
    rising,
    same_name,
    stability,
)
from .base import FIRES, Check, Finding, Study, say_caveats

__all__ = ["CHECKS", "FIRES", "Check", "Finding", "Study", "ask_all", "find_check", "say_caveats"]

CHECKS: tuple[Check, ...] = (
    boundary,
    infeasible,
    enough,
    fairness,
    overfitting,
    late_variance,
    convergence,
    rising,
    noise,
    stability,
    same_name,
    leaks,
)
"""The checks, in the order in which the page asks."""


def ask_all(study: Study, progress: Progress = no_progress) -> list[Finding]:
    """
    Ask all checks.

    Parameters
    ----------
    study
        The search.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    list of Finding
        One a check, in the order of `CHECKS`.
    """
    answers = []
    for place, asked in enumerate(CHECKS):
        progress(place / len(CHECKS))
        answers.append(asked.check(study))
    return answers


def find_check(name: str) -> Check:
    """
    Return the check of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    for asked in CHECKS:
        if name == asked.NAME:
            return asked
    raise ValueError(f"There is no check {name!r}.")
