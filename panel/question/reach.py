"""How far runs got, where the step at which they were to be compared is one that few of them reach."""

from __future__ import annotations

import numpy as np

from ..data.messages import NOTHING, Count, Message, Number, join, say
from ..data.project import Project
from .lengths import find_ends
from .stopping import MOST
from .target import read_weights


def tell_reach(project: Project, metric: str, step: float | None, among: np.ndarray) -> Message:
    """
    Say how far runs got, and at which step to compare them; nothing where most reach the step, or nobody knows.

    Parameters
    ----------
    project, metric
        The runs, and the target.
    step
        Where they were to be compared.
    among
        Which of the runs count, as booleans of shape (n_runs,).
    """
    metrics = [m for m in read_weights(metric, project) or [metric] if m in project.history.metrics]
    ends = find_ends(project, metrics)[among] if metrics else np.empty(0)
    ends = ends[np.isfinite(ends)]
    if step is None or not len(ends):
        return NOTHING
    most = float(np.sort(ends)[int(np.floor((1 - MOST) * len(ends) + 1e-9))])
    if most >= step:
        return NOTHING
    there = say(
        "reach.compare_there",
        "{reach} of {runs} reach step {most}, the last one that most of them do: compare them there, with --step "
        "{most}, or by the last value of each, with --step last.",
        reach=int((ends >= most).sum()),
        runs=Count(len(ends), "run"),
        most=Number(most, 10, "figures"),
    )
    if ends.max() >= step:
        return there
    return join(
        [say("reach.beyond", "No run gets beyond step {end}.", end=Number(float(ends.max()), 10, "figures")), there]
    )
