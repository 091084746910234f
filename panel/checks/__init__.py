"""
Was the search any good? One module a question of the Deep Learning Tuning Playbook, Study to Finding.

Each has ``NAME``, ``QUESTION`` and ``check(study) -> Finding``. Like every analysis they know nothing of a server or a
page; `figures.evidence` draws what they found.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

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
from .base import FIRES, Finding, Study, caveats

__all__ = ["CHECKS", "FIRES", "Finding", "Study", "caveats", "findings"]

CHECKS: tuple[ModuleType, ...] = (
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


def findings(study: Study, progress: Callable[[float], None] = lambda done: None) -> list[Finding]:
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
    found = []
    for place, module in enumerate(CHECKS):
        progress(place / len(CHECKS))
        found.append(module.check(study))
    return found
