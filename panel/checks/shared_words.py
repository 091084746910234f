"""What several checks say."""

from __future__ import annotations

from ..data.messages import Count, Form, Message, say
from .base import Study


def say_too_few(n: int, fewest: int) -> Message:
    """Say that there are too few configs to tell anything, as a part of a sentence."""
    return say(
        "checks.too_few_configs",
        "There {are} {configs}, and it takes {fewest} to tell: run {more} more",
        are=Form(n, "is", "are"),
        configs=Count(n, "feasible config"),
        fewest=fewest,
        more=fewest - n,
    )


def say_none_finite(study: Study) -> Message:
    """Say that no run has a finite target."""
    n, label = len(study.runs), study.runs.label
    if n == 1:
        return say("checks.only_run_not_finite", "The only run has no finite {target}.", target=label)
    return say(
        "checks.no_finite_target", "None of the {runs} has a finite {target}.", runs=Count(n, "run"), target=label
    )
