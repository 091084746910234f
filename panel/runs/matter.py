"""How large a difference has to be to matter: the one place that says it, for all comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.messages import Message, Number, say
from .base import Runs
from .configs import config_numbers, improvement, is_log, scaled_loss
from .replicates import trial_noise

SHARE = 0.1
"""A difference by less than this share of the spread between configs is no reason to choose."""

NORMAL = 1.349
"""Interquartile range of a normal distribution, in its standard deviations."""


@dataclass(frozen=True)
class Matter:
    """
    The smallest difference that matters.

    Attributes
    ----------
    loss
        On the scale of `scaled_loss`; 0 if all configs are equal, and then nothing is said to be within it.
    target
        The same at the best config, in the target's units.
    words
        What it is, with its number.
    """

    loss: float
    target: float
    words: Message

    def holds(self, low: float, high: float, share: float = 1.0) -> bool:
        """Say whether a whole interval, of a difference of losses, lies within this share of what does not matter."""
        return self.loss > 0 and -share * self.loss <= low and high <= share * self.loss


def find_matter(runs: Runs) -> Matter:
    """
    Return how large a difference has to be to matter.

    The run-to-run noise, which is what another seed does to a run, or a tenth of the spread between configs, whichever
    is larger. The spread is their interquartile range over 1.349, a standard deviation that a few diverged runs do not
    move.

    Parameters
    ----------
    runs
        The runs, of which at least one is feasible.
    """
    number, loss = config_numbers(runs), scaled_loss(runs)
    noise = trial_noise(loss, number, runs.feasible)
    _, code, size = np.unique(number[runs.feasible], return_inverse=True, return_counts=True)
    means = np.bincount(code, loss[runs.feasible]) / size
    low, high = np.quantile(means, (0.25, 0.75))
    share, repeated = SHARE * float(high - low) / NORMAL, noise.sd if noise else 0.0
    least = max(share, repeated)
    target = abs(improvement(runs, float(means.min()), -least))
    value = Number(target, 2)
    if repeated >= share and repeated:
        return Matter(least, target, say("matter.noise", "the run-to-run noise of {value}", value=value))
    if is_log(runs):
        return Matter(
            least,
            target,
            say(
                "matter.share_log",
                "a tenth of the spread between configs ({value} at the best)",
                value=value,
            ),
        )
    return Matter(least, target, say("matter.share", "a tenth of the spread between configs ({value})", value=value))
