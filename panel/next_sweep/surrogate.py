"""
What the configs so far tell of those not yet run: the mean of a Gaussian process and of extremely randomised trees.

Both predict normal scores, so that only the order of the configs counts, and a run that diverged is no further from the
rest than the worst of them. The two err in different ways: a process smooths over what it has not seen, trees follow
steps and interactions. Their mean finds the good part of the three public grids more surely than either; see
`benchmarks.next_sweep`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, special

from ..statistics import ranks
from .dimensions import Dimension

LENGTH_SPREAD = 0.5
"""
A dimension's length scale is lognormal about the root of the number of dimensions, with this standard deviation of its
logarithm: one that is never seen to matter gets long, but a few dozen configs do not make it so.
"""

NOISE, NOISE_SPREAD = 0.1, 1.5
"""The same of the noise: its median variance, as a share of the signal's, and the spread of its logarithm."""

FITTED = 300
"""Length scales are fitted to at most so many configs …"""

MOST = 1_000
"""… and the process is made of at most so many: a third of them the best ones, the others drawn."""

STEPS = 40
JITTER, TINY = 1e-6, 1e-12

TREES = 200
ROWS_PER_TREE = 2_048
MAX_FEATURES = (1.0, 0.5)
"""Half of the trees try all columns at a split, the others half of them."""

SHRINK = 3.0
"""Categories stand in the order of their mean score, drawn towards 0 as if so many further configs had scored that."""


@dataclass(frozen=True)
class Surrogate:
    """
    What was predicted.

    Attributes
    ----------
    score
        Predicted score of each candidate, large is good, shape (n_candidates,).
    r2
        Share of the scores' variance that the process predicts of configs left out one by one; negative if it predicts
        worse than their mean.
    """

    score: np.ndarray
    r2: float


def normal_scores(loss: np.ndarray) -> np.ndarray:
    """Return losses as normal scores, the smallest loss the largest score; ties share one; shape (n,)."""
    return special.ndtri((ranks(-loss) - 0.5) / len(loss))


def predict(
    dimensions: Sequence[Dimension], score: np.ndarray, candidates: np.ndarray, rng: np.random.Generator
) -> Surrogate:
    """
    Predict the score of candidates from that of configs.

    Parameters
    ----------
    dimensions
        The space, and where the configs lie in it.
    score
        Normal scores of the configs, shape (n_configs,).
    candidates
        Places of the candidates, NaN where inactive; shape (n_candidates, n_dimensions).
    rng
        Source of draws.
    """
    from threadpoolctl import threadpool_limits

    seen = np.column_stack([d.place for d in dimensions])
    (X, parents), (wanted, _) = _unit(dimensions, seen), _unit(dimensions, candidates)
    with threadpool_limits(1):  # matrices this small gain nothing from threads, and lose much where cores are busy
        smooth, r2 = _process(X, parents, score, wanted, rng)
    stepped = _trees(_ordered(dimensions, seen, seen, score), score, _ordered(dimensions, candidates, seen, score), rng)
    return Surrogate((smooth + stepped) / 2, r2)


def _unit(dimensions: Sequence[Dimension], places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places as columns of Euclidean distance, what is inactive in the middle; and each column's dimension."""
    columns, parents = [], []
    for k, d in enumerate(dimensions):
        column, known = places[:, k], ~np.isnan(places[:, k])
        if d.levels and not d.ordered and len(d.levels) > 2:
            for level in range(len(d.levels)):
                columns.append(np.where(known, column == level, 1 / len(d.levels)) / 2)
                parents.append(k)
        else:
            column = column / max(len(d.levels) - 1, 1)
            columns.append(np.where(known, column, 0.5))
            parents.append(k)
    return np.column_stack(columns), np.array(parents)


def _ordered(dimensions: Sequence[Dimension], places: np.ndarray, seen: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return one column a dimension for trees: categories by their mean score."""
    columns = np.empty(places.shape, np.float32)
    for k, d in enumerate(dimensions):
        known = ~np.isnan(places[:, k])
        if d.levels and not d.ordered:
            among = ~np.isnan(seen[:, k])
            codes = seen[among, k].astype(int)
            sums = np.bincount(codes, score[among], len(d.levels))
            means = sums / (np.bincount(codes, minlength=len(d.levels)) + SHRINK)
            columns[:, k] = 0.0
            columns[known, k] = means[places[known, k].astype(int)]
        else:
            columns[:, k] = np.where(known, places[:, k], (len(d.levels) - 1) / 2 if d.levels else 0.5)
    return columns


def _process(
    X: np.ndarray, parents: np.ndarray, y: np.ndarray, wanted: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """Return the mean of a Gaussian process at what is wanted, and its R² on configs left out one by one."""
    taken = _some(y, MOST, rng)
    X, y = X[taken], y[taken]
    few = np.sort(rng.permutation(len(y))[:FITTED])
    lengths, noise = _fitted(X[few], parents, y[few])
    X, wanted = X / lengths[parents], wanted / lengths[parents]
    inverse = linalg.inv(_matern(_squares(X, X)) + noise * np.eye(len(y)), check_finite=False)
    dual = inverse @ y
    left_out = dual / np.diag(inverse)  # residual of each config, predicted from all others
    return _matern(_squares(wanted, X)) @ dual, float(1 - (left_out @ left_out) / max(float(y @ y), TINY))


def _fitted(X: np.ndarray, parents: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the most likely length scale of every dimension and variance of noise, a signal's being 1, by L-BFGS."""
    d, n = int(parents.max()) + 1, len(y)
    squares = np.stack([_squares(X[:, parents == k], X[:, parents == k]) for k in range(d)])
    centre = np.append(np.full(d, np.log(d) / 2), np.log(NOISE))
    spread = np.append(np.full(d, LENGTH_SPREAD), NOISE_SPREAD)

    def worse(t: np.ndarray) -> tuple[float, np.ndarray]:
        """Return minus the log of the posterior density, signal's variance maximised out, and its gradient."""
        near = np.exp(-2 * t[:d])
        r = np.sqrt(5 * np.tensordot(near, squares, 1))
        kernel = (1 + r + r * r / 3) * np.exp(-r)
        root = linalg.cholesky(kernel + (np.exp(t[d]) + JITTER) * np.eye(n), lower=True, check_finite=False)
        inverse = linalg.cho_solve((root, True), np.eye(n), check_finite=False)
        dual = inverse @ y
        fit = max(float(y @ dual), TINY)
        outer = 0.5 * (n / fit * np.outer(dual, dual) - inverse)
        slope = outer * (1 + r) * np.exp(-r)
        gradient = np.append(5 / 3 * near * (squares * slope).sum(axis=(1, 2)), np.trace(outer) * np.exp(t[d]))
        off = (t - centre) / spread
        density = -0.5 * n * np.log(fit / n) - np.log(np.diag(root)).sum() - 0.5 * (off @ off)
        return -float(density), -(gradient - off / spread)

    bounds = [(-3.0, 6.0)] * d + [(-7.0, 3.0)]
    found = optimize.minimize(worse, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS}).x
    return np.exp(found[:d]), float(np.exp(found[d])) + JITTER


def _some(y: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Return the numbers of at most so many configs: the best third, and others drawn."""
    if len(y) <= most:
        return np.arange(len(y))
    order = np.argsort(-y, kind="stable")
    best, rest = order[: most // 3], order[most // 3 :]
    return np.sort(np.concatenate([best, rng.permutation(rest)[: most - most // 3]]))


def _squares(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T, 0.0)


def _matern(squares: np.ndarray) -> np.ndarray:
    """Return Matérn's covariance with smoothness 5/2 at squared distances."""
    r = np.sqrt(5 * squares)
    return (1 + r + r * r / 3) * np.exp(-r)


def _trees(X: np.ndarray, y: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the mean prediction of extremely randomised trees."""
    from sklearn.tree import ExtraTreeRegressor  # here, so that what is in the cache is shown without waiting for it

    total = np.zeros(len(wanted))
    for number in range(TREES):
        rows = _some(y, ROWS_PER_TREE, rng)
        tried = MAX_FEATURES[number % len(MAX_FEATURES)]
        model = ExtraTreeRegressor(max_features=tried, random_state=int(rng.integers(2**31)))
        tree = model.fit(np.ascontiguousarray(X[rows]), y[rows], check_input=False).tree_
        total += tree.value[tree.apply(wanted), 0, 0]
    return total / TREES
