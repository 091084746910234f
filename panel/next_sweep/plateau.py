"""Has an adaptive search come to its end? When what it ran last made the best hardly better."""

from __future__ import annotations

import numpy as np

from ..checks import Study
from ..data.messages import NOTHING, Message, say
from ..runs.matter import find_matter

FEWEST = 40
"""With fewer runs no search is said to have ended."""

LAST, LEAST_LAST = 1 / 3, 20
"""So large a share of the runs, and so many, must have brought hardly anything."""

NEAR = 5
"""So many runs lie near the best, at least: one lucky run is no plateau."""


def tell_plateau(study: Study) -> Message:
    """
    Say that the search can stop, and why; nothing where it need not, or is not adaptive.

    What hardly differs is told by `matter.find_matter`: the noise between repeats, or a tenth of the spread.
    """
    runs = study.runs
    rows = np.flatnonzero(runs.feasible & np.isfinite(study.loss))
    n, last = len(rows), max(LEAST_LAST, round(LAST * len(rows)))
    if not study.adaptive or n < FEWEST:
        return NOTHING
    loss = study.loss[rows[np.argsort(runs.order[rows], kind="stable")]]
    matter = find_matter(runs)
    near = int((loss <= loss.min() + matter.loss).sum())
    if not matter.loss > 0 or near < NEAR or loss[: n - last].min() - loss.min() > matter.loss:
        return NOTHING
    return say(
        "next.stop",
        "Stop here: the last {last} runs made the best better by no more than {matter}, and {near} runs are as near to "
        "it. More of the same would find nothing; repeat the best with other seeds instead.",
        last=last,
        matter=matter.words,
        near=near,
    )
