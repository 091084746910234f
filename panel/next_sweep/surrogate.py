"""
Predict configs that were not run yet, by a Gaussian process and extremely randomised trees.

Both predict normal scores, so that only the order of the configs counts, and a run that diverged is no further from the
rest than the worst of them. The two err in different ways: a process smooths over what it has not seen, trees follow
steps and interactions. Together they find the good part of public grids more surely than either alone; see
`benchmarks.next_sweep`.

Of the process not the mean is taken but functions drawn from it, so that a parameter of which the configs tell little
has its best value now here, now there: the mean alone has it somewhere, however little that means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its linalg comes when first used

from ..data.statistics import ranks
from ..importance.process import (
    JITTER,
    TINY,
    Prior,
    compute_matern,
    compute_squares,
    fit_scales,
    measure_evidence,
    start_scales,
)
from .dimensions import Dimension

PRIOR = Prior(length_spread=0.5, noise=0.1, noise_spread=1.5, least_noise=-7.0)
"""What is expected of the process's scales."""

POOL = 16_384
"""Of more configs than this the best third stands for all, and others drawn."""

FITTED = 300
"""Most configs that length scales are fitted to …"""

MOST = 1_000
"""… and most that the process is made of, chosen in the same way."""

SAMPLES, FEATURES = 40, 512
"""Number of functions drawn from the process, and of random features (waves) in each."""

STEPS = 40

STEPPED = 2 / 3
"""Weight of the trees; the process has the rest."""

TREES, TREES_EACH = 100, 4
"""Number of trees, and of those whose mean each function gets."""

ROWS_PER_TREE = 2_048
MAX_FEATURES = (1.0, 0.5)
"""Half of the trees try all columns at a split, the others half of them."""

LIKELY, FEWEST_FEASIBLE = 0.5, 0.1
"""A candidate ends well if it does in so many of the trees; with a smaller share of such all are candidates."""

SHRINK = 3.0
"""Categories stand in the order of their mean score, drawn towards 0 as if so many further configs had scored that."""


@dataclass(frozen=True)
class Surrogate:
    """
    What was predicted.

    Attributes
    ----------
    scores
        Score of each candidate, large is good, as each of `SAMPLES` functions that the configs allow has it; shape
        (n_candidates, SAMPLES).
    evidence
        How much less likely, as a logarithm, the configs are if a dimension does not matter; shape (n_dimensions,).
    r2
        Share of the scores' variance that the process predicts of configs left out one by one; negative if it predicts
        worse than their mean.
    """

    scores: np.ndarray
    evidence: np.ndarray
    r2: float


def compute_normal_scores(loss: np.ndarray) -> np.ndarray:
    """Return losses as normal scores: the smallest loss has the largest score, ties share one; shape (n,)."""
    return scipy.special.ndtri((ranks(-loss) - 0.5) / len(loss))


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

    rows = choose_some(score, POOL, rng)
    seen, score = np.column_stack([d.place[rows] for d in dimensions]), score[rows]
    (X, parents), (wanted, _) = place_in_unit_cube(dimensions, seen), place_in_unit_cube(dimensions, candidates)
    with threadpool_limits(1):  # matrices this small gain nothing from threads, and lose much where cores are busy
        smooth, evidence, r2 = _draw_from_process(X, parents, score, wanted, rng)
    stepped = _predict_with_trees(
        _order_categories(dimensions, seen, seen, score),
        score,
        _order_categories(dimensions, candidates, seen, score),
        rng,
    )
    return Surrogate((1 - STEPPED) * smooth + STEPPED * stepped, evidence, r2)


def find_feasible(
    dimensions: Sequence[Dimension], feasible: np.ndarray, candidates: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """
    Return which candidates are more likely to end well than to fail, as booleans; all, where that leaves too few.

    Parameters
    ----------
    dimensions, candidates, rng
        As of `predict`, with all configs.
    feasible
        Whether each config ended well, shape (n_configs,).
    """
    if feasible.all():
        return np.ones(len(candidates), bool)
    rows = choose_some(feasible.astype(float), POOL, rng)
    seen, ends = np.column_stack([d.place[rows] for d in dimensions]), feasible[rows].astype(float)
    likely = _predict_with_trees(
        _order_categories(dimensions, seen, seen, ends - ends.mean()),
        ends,
        _order_categories(dimensions, candidates, seen, ends - ends.mean()),
        rng,
    ).mean(axis=1)
    fine: np.ndarray = likely >= LIKELY
    return fine if fine.mean() >= FEWEST_FEASIBLE else np.ones(len(candidates), bool)


def place_in_unit_cube(dimensions: Sequence[Dimension], places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places as columns for Euclidean distance (inactive ones in the middle), and each column's dimension."""
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


def _order_categories(
    dimensions: Sequence[Dimension], places: np.ndarray, seen: np.ndarray, score: np.ndarray
) -> np.ndarray:
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


def _draw_from_process(
    X: np.ndarray, parents: np.ndarray, y: np.ndarray, wanted: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """
    Draw functions from the posterior of a Gaussian process; return also the evidence for every dimension, and its R².

    Each is one drawn from the prior, of random Fourier features (Rahimi and Recht 2007), put right where it was seen
    (Matheron's rule, Wilson et al. 2020).
    """
    taken = choose_some(y, MOST, rng)
    X, y = X[taken], y[taken]
    few = np.sort(rng.permutation(len(y))[:FITTED])
    columns = [np.flatnonzero(parents == k) for k in range(int(parents.max()) + 1)]
    squares = np.stack([compute_squares(X[np.ix_(few, own)], X[np.ix_(few, own)]) for own in columns])
    scales = fit_scales(squares, y[few], PRIOR, [start_scales(len(columns), PRIOR)], STEPS)
    lengths, noise = scales.lengths, scales.noise + JITTER
    near = scales.near[:, None, None] * squares
    evidence = measure_evidence(near.sum(axis=0), near, y[few], scales.noise)
    X, wanted = X / lengths[parents], wanted / lengths[parents]
    inverse = scipy.linalg.inv(compute_matern(compute_squares(X, X)) + noise * np.eye(len(y)), check_finite=False)
    dual = inverse @ y
    left_out = dual / np.diag(inverse)  # residual of each config, predicted from all others
    r2 = float(1 - (left_out @ left_out) / max(float(y @ y), TINY))
    signal = max(float(y @ dual), TINY) / len(y)
    waves = rng.standard_normal((X.shape[1], FEATURES)) * np.sqrt(5 / rng.chisquare(5, FEATURES))
    phase = rng.uniform(0, 2 * np.pi, FEATURES)
    heights = rng.standard_normal((FEATURES, SAMPLES)) * np.sqrt(2 * signal / FEATURES)
    seen, prior = (np.cos(at @ waves + phase) @ heights for at in (X, wanted))
    off = y[:, None] - seen - np.sqrt(signal * noise) * rng.standard_normal(seen.shape)
    return prior + compute_matern(compute_squares(wanted, X)) @ (inverse @ off), evidence, r2


def choose_some(y: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Return the indices of at most `most` configs: the best third, and others at random."""
    if len(y) <= most:
        return np.arange(len(y))
    order = np.argsort(-y, kind="stable")
    best, rest = order[: most // 3], order[most // 3 :]
    return np.sort(np.concatenate([best, rng.permutation(rest)[: most - most // 3]]))


def _predict_with_trees(X: np.ndarray, y: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the mean predictions of a few extremely randomised trees for each of `SAMPLES` functions."""
    # here, so that what is in the cache is shown without waiting for it
    from sklearn import config_context
    from sklearn.tree import ExtraTreeRegressor

    each = np.empty((len(wanted), TREES), np.float32)
    with config_context(skip_parameter_validation=True):  # which takes longer than a small tree
        for number in range(TREES):
            rows = choose_some(y, ROWS_PER_TREE, rng)
            tried = MAX_FEATURES[number % len(MAX_FEATURES)]
            model = ExtraTreeRegressor(max_features=tried, random_state=int(rng.integers(2**31)))
            tree = model.fit(np.ascontiguousarray(X[rows]), y[rows], check_input=False).tree_
            each[:, number] = tree.value[tree.apply(wanted), 0, 0]
    few = np.zeros((TREES, SAMPLES), np.float32)
    for sample in range(SAMPLES):
        few[rng.choice(TREES, TREES_EACH, replace=False), sample] = 1 / TREES_EACH
    return each @ few
