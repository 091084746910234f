"""What half of the configs would have missed: the one measure of whether a search was still finding better ones."""

from __future__ import annotations

from ..runs import bestof
from ..runs.replicates import trial_noise
from .base import Study

FEWEST = 10
"""With fewer configs the winners of halves are nearly always the same few."""

MUCH = 1 / 3
"""A gain of this share of the spread of the best quarter or more: the search was still finding better ones."""

NEARLY = 0.75
"""What gained much before gains much still, down to this share of the limits; see `Study.settle`."""


def gains_much(study: Study) -> bool:
    """Say whether the second half of the configs gained much, and more than run-to-run noise, as far as it is known."""
    return study.settle(_judge)


def _judge(study: Study) -> bool | None:
    loss = study.configs.loss
    n = len(loss)
    if n < FEWEST or loss[n // 4] == loss[0]:
        return False
    gain = bestof.expected_best(loss, n // 2) - float(loss[0])
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    step = noise.of_mean(study.configs.size[0]) if noise else 0.0
    share = gain / float(loss[n // 4] - loss[0])
    if share < NEARLY * MUCH or gain <= NEARLY * step:
        return False
    return True if share >= MUCH and gain > step else None
