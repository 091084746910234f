"""Ordinary least squares, also of columns that cannot be told apart, as statsmodels fits them: by the pseudoinverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

SMALLEST = 1e-15
"""Singular values below this share of the largest count as 0."""


@dataclass(frozen=True)
class Fit:
    """
    Coefficients with what is known of them.

    Attributes
    ----------
    coefficients, errors, t, p
        Of every column: its coefficient, the standard error, Student's t, and the probability of one at least as far
        from 0 if the coefficient were 0. Shape (n_columns,).
    low, high
        Limits of the interval of the level asked for. Shape (n_columns,).
    r2, adjusted_r2
        Share of the variance of `y` about its mean that is explained, and that adjusted for the number of columns.
    """

    coefficients: np.ndarray
    errors: np.ndarray
    t: np.ndarray
    p: np.ndarray
    low: np.ndarray
    high: np.ndarray
    r2: float
    adjusted_r2: float


def fit_least_squares(X: np.ndarray, y: np.ndarray, level: float) -> Fit:
    """
    Fit `y` as a weighted sum of columns, with the least sum of squares.

    Parameters
    ----------
    X
        Columns, one of them constant; finite. Shape (n, n_columns), n larger than the number of columns.
    y
        What is to be fitted; finite. Shape (n,).
    level
        Of the intervals.

    Returns
    -------
    Fit
        Of coefficients that cannot be told apart those of the least norm. Where nothing is left to chance, errors are 0
        and t is infinite; where nothing varies in `y`, NaN stands for what is not defined.
    """
    n = len(y)
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    kept = s > SMALLEST * s.max(initial=0.0)
    inverse = np.where(kept, 1 / np.where(kept, s, 1.0), 0.0)
    coefficients = vt.T @ (inverse * (u.T @ y))
    rank = int((s > s.max(initial=0.0) * len(s) * np.finfo(float).eps).sum())
    free = n - rank
    residual = float(((y - X @ coefficients) ** 2).sum())
    errors = np.sqrt(residual / free * ((vt.T * inverse) ** 2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coefficients / errors
        r2 = float(1 - np.float64(residual) / ((y - y.mean()) ** 2).sum())
    half = stdtrit(free, (1 + level) / 2) * errors
    return Fit(
        coefficients,
        errors,
        t,
        2 * stdtr(free, -np.abs(t)),
        coefficients - half,
        coefficients + half,
        r2,
        1 - (1 - r2) * (n - 1) / free,
    )
