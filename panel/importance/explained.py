"""How much of the target is predicted of runs that a model has not seen, and how much the settings explain."""

from __future__ import annotations

import numpy as np


def measure_oob_r2(y: np.ndarray, prediction: np.ndarray, config: np.ndarray) -> float:
    """
    Return the share of the target's variance that is predicted on runs the forest has not seen; NaN without any.

    Every configuration weighs the same, however many runs it has.
    """
    known = np.isfinite(prediction)
    if known.sum() < 2 or np.ptp(y[known]) == 0:
        return float("nan")
    weight = 1 / np.bincount(config[known])[config[known]]
    weight /= weight.sum()
    spread = weight @ (y[known] - weight @ y[known]) ** 2
    return float(1 - weight @ (y[known] - prediction[known]) ** 2 / spread)


def measure_explained(y: np.ndarray, config: np.ndarray) -> float:
    """
    Return the share of the variance between runs that is between configurations, by their repeats; NaN without any.

    Adjusted for the number of configurations: near 0, possibly negative, where nothing is explained.
    """
    sizes = np.bincount(config)
    free = len(y) - len(sizes)
    if free < 2 or len(sizes) < 2 or np.ptp(y) == 0:
        return float("nan")
    within = np.sum((y - (np.bincount(config, weights=y) / sizes)[config]) ** 2) / free
    return float(1 - within / y.var(ddof=1))
