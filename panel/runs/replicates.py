"""Run-to-run noise: how far runs that are equal but for seeds lie apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ENOUGH = 10
"""With so many degrees of freedom among the better half of the repeated configs, that half alone tells the noise."""


@dataclass(frozen=True)
class Noise:
    """
    The trial standard deviation: of one run around the mean of its config.

    Attributes
    ----------
    sd
        In units of the loss; 0 if all repeats are equal.
    freedom
        Its degrees of freedom: runs less configs.
    configs
        How many configs it is pooled over.
    repeated
        How many configs have two runs or more.
    """

    sd: float
    freedom: int
    configs: int
    repeated: int

    def of_mean(self, size: float) -> float:
        """Return the standard deviation of the mean of so many runs."""
        return self.sd / float(np.sqrt(size))


def trial_noise(loss: np.ndarray, number: np.ndarray, among: np.ndarray) -> Noise | None:
    """
    Return the trial standard deviation, pooled over configs.

    Pooled over the better half of the repeated configs where that leaves `ENOUGH` degrees of freedom: bad configs are
    often unstable ones, and it is the good ones that are compared. Mean and spread of normal repeats are independent,
    so to choose by the mean does not make it smaller.

    Parameters
    ----------
    loss
        Of every run, shape (n_runs,), small is good.
    number
        Number of the config of every run.
    among
        Which runs count, as booleans; those with an infinite or missing loss do not.

    Returns
    -------
    Noise or None
        ``None`` if no config has two runs.
    """
    counts = among & np.isfinite(loss)
    loss, number = loss[counts], number[counts]
    if not len(loss):
        return None
    _, code, size = np.unique(number, return_inverse=True, return_counts=True)
    centre = loss.mean()
    mean = np.bincount(code, loss - centre) / size  # centred, for the sake of the last digits
    with np.errstate(over="ignore"):
        squares = np.bincount(code, (loss - centre - mean[code]) ** 2)
    again = np.flatnonzero(size > 1)
    if not len(again):
        return None
    better = again[mean[again] <= np.median(mean[again])]
    used = better if (size[better] - 1).sum() >= ENOUGH else again
    freedom = int((size[used] - 1).sum())
    variance = float(squares[used].sum() / freedom)
    if not np.isfinite(variance):
        return None
    equal = np.sqrt(variance) <= 1e-12 * float(np.abs(loss).max())
    return Noise(0.0 if equal else float(np.sqrt(variance)), freedom, len(used), len(again))
