"""Values of a categorical with many of them as numbers, so that trees can split them."""

from __future__ import annotations

import numpy as np

CODING_PARTS = 4
"""The configurations of a bag are dealt into so many parts, each coded by the others."""


def code_by_target(
    X: np.ndarray, coded: np.ndarray, y: np.ndarray, config: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """
    Put the mean target of its other runs in place of the code of a value, where a parameter has many values.

    Trees split codes by their order; that of the target's means is the best there is (Breiman et al. 1984). A run's own
    target would tell of itself, so the configurations are dealt into parts, and each is coded by the others.

    Parameters
    ----------
    X
        Columns, first of the runs that the bag sees; shape (n_runs, n_columns).
    coded
        Which of the columns are codes.
    y, config
        Target and configuration of the runs that the bag sees, shape (n_seen,).
    rng
        Source of draws.
    """
    if not coded.any():
        return X
    made, n, mean = X.astype(np.float32), len(y), float(y.mean())
    part = np.concatenate([rng.integers(0, CODING_PARTS, int(config.max()) + 1)[config], np.full(len(X) - n, -1)])
    for j in np.flatnonzero(coded):
        codes = X[:, j].astype(int)
        for k in np.unique(part):
            known, wanted = np.flatnonzero(part[:n] != k), part == k
            size = np.bincount(codes[known], minlength=codes.max() + 1)
            total = np.bincount(codes[known], weights=y[known], minlength=codes.max() + 1)
            made[wanted, j] = ((total + mean) / (size + 1))[codes[wanted]]
    return made
