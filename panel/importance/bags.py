"""
The bags that methods of the panel's own forest share: half-samples with shuffled copies, and what follows from them.

The forest is grown in bags. Each bag sees a random half of the configurations (never single rows, so that replicates
do not leak between the halves) and, beside every parameter, a shuffled copy of it, reshuffled in each bag. Whatever is
measured of its trees gets

- an interval: a half-sample of n runs varies about the whole as samples of n runs vary about their population, so the
  variance between bags, less what the trees within a bag explain, is that of the measure;
- a floor: what a parameter's own shuffled copy reaches by chance, which cures the bias towards parameters with many
  values.

The trials behind the settings are in ``benchmarks/``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.progress import Progress, no_progress
from ..data.statistics import t_quantile
from ..question.design import Design
from ..question.matrix import Matrix, make_matrix
from .coding import code_by_target
from .record import find_half_width

BAGS = 16
TREES = 16
MAX_FEATURES = 1 / 3
FEWEST_FEATURES = 4
"""Columns tried at a split: a third of them, copies included, but at least these (or half of them, if that is less)."""

MIN_SAMPLES_LEAF = 3

MOST_ROWS = 65_536
"""A project with more runs is represented by a seeded pool of whole configurations with about this many runs."""

ROWS_PER_TREE = 4_096

MANY_CELLS = 100_000
"""Trees grown from more cells than this, rows times columns, are so alike that half as many do."""

UNEVEN = 4
"""A configuration with more runs than so many times the median is evened out (`even_out`)."""

NEIGHBOURS = 10
"""In an adaptive search copies are shuffled only among this many consecutive runs."""

MANY = 20
"""Of more parameters than these some have a small spread by luck."""

SELDOM_USED = 0.5
"""Copies that trees of fewer than this share of the bags split by have hardly a spread of their own …"""

POOLED = 0.97
"""… so no floor is below what this share of all copies reaches."""


@dataclass(frozen=True)
class Grown:
    """
    One tree of a bag, and the runs that the bag left out.

    Attributes
    ----------
    tree
        A scikit-learn tree (``DecisionTreeRegressor.tree_``).
    X
        Columns of the runs left out, filled, copies included; float32, shape (n_out, n_columns).
    leaf
        The leaf that each falls into, shape (n_out,).
    y
        Their target, centred, shape (n_out,).
    config
        Number of their configuration, shape (n_out,).
    parents
        The parameter behind each column; the copy of parameter k is number ``n_parameters + k``.
    rng
        Source of draws.
    """

    tree: Any
    X: np.ndarray
    leaf: np.ndarray
    y: np.ndarray
    config: np.ndarray
    parents: np.ndarray
    rng: np.random.Generator


Measure = Callable[[Grown], np.ndarray]
"""What is measured of a tree: an array of shape (n_measures, n_columns or 2 * n_parameters)."""


@dataclass(frozen=True)
class Bags:
    """
    What was measured in the bags, as shares of the target's variance.

    Attributes
    ----------
    measured
        Of the parameters, shape (n_measures, bags, trees, n_parameters).
    copies
        Of their shuffled copies, in the same shape.
    prediction
        Mean prediction for every run by the trees that had not seen it; NaN for a run that every bag saw.
    """

    measured: np.ndarray
    copies: np.ndarray
    prediction: np.ndarray


def pool_rows(design: Design) -> np.ndarray:
    """Return the rows to compute from: all, or whole configurations drawn at random up to about `MOST_ROWS` runs."""
    n = len(design.y)
    if n <= MOST_ROWS:
        return np.arange(n)
    order = np.random.default_rng([design.seed, 1]).permutation(design.n_configs)
    sizes = np.bincount(design.config_id)
    taken = order[: np.searchsorted(np.cumsum(sizes[order]), MOST_ROWS) + 1]
    return np.flatnonzero(np.isin(design.config_id, taken))


def grow(design: Design, rows: np.ndarray, measure: Measure, progress: Progress = no_progress, fewer: int = 1) -> Bags:
    """
    Grow the forest, one thread a core; the result does not depend on their number.

    Parameters
    ----------
    design
        The question as numbers.
    rows
        The rows to grow it from.
    measure
        What to measure of every tree.
    progress
        Called after every bag.
    fewer
        By how much to divide the number of trees, for a measure that costs more than growing them.
    """
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    y = even_out(design.y[rows], config)
    made = make_matrix(design, rows[first])
    by_time = np.argsort(design.order[rows[first]], kind="stable") if design.adaptive else None
    seeds = np.random.SeedSequence([design.seed, 2]).spawn(BAGS)
    p = len(design.features)
    bags = []
    total, count = np.zeros(len(rows)), np.zeros(len(rows))
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        trees = count_trees(made) // fewer
        jobs = [
            threads.submit(_grow_bag, made, y, config, by_time, measure, trees, np.random.default_rng(s)) for s in seeds
        ]
        try:
            for b, job in enumerate(jobs):
                measured, out, prediction = job.result()
                bags.append(measured)
                total[out] += prediction
                count[out] += 1
                progress((b + 1) / BAGS)
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
    every = np.array(bags).transpose(2, 0, 1, 3)  # bags, trees, measures, parameters
    with np.errstate(invalid="ignore", divide="ignore"):
        every = every / np.var(y)
        return Bags(every[..., :p], every[..., p:], total / count)


def count_trees(made: Matrix) -> int:
    """Return how many trees a bag has: half as many where each is grown from many cells, and so varies less."""
    n, q = made.X.shape
    return TREES if min(n // 2, ROWS_PER_TREE) * q <= MANY_CELLS else TREES // 2


def count_tried(columns: int) -> int:
    """Return how many of so many columns, copies included, are tried at a split."""
    return max(1, round(columns * MAX_FEATURES), min(columns // 2, FEWEST_FEATURES))


def _grow_bag(
    made: Matrix,
    y: np.ndarray,
    config: np.ndarray,
    by_time: np.ndarray | None,
    measure: Measure,
    trees: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grow one bag: its measures, shape (trees, n_measures, 2 p), the rows left out, and their mean prediction."""
    n_configs = len(made.X)
    half = draw_configs(n_configs, 0.5, rng)
    seen, out = np.flatnonzero(half[config]), thin_rows(ROWS_PER_TREE, np.flatnonzero(~half[config]), rng)
    X, parents = add_copies(made, config[np.concatenate([seen, out])], by_time, rng)
    X = code_by_target(X, np.tile(made.coded, 2), y[seen], config[seen], rng)
    X_seen, y_seen = X[: len(seen)], y[seen]
    X_out, y_out = np.ascontiguousarray(X[len(seen) :], np.float32), y[out] - y[out].mean() if len(out) else y[out]
    from sklearn.tree import DecisionTreeRegressor  # here, so that what is in the cache is shown without waiting for it

    tried = count_tried(X.shape[1])
    leaf_size = min(MIN_SAMPLES_LEAF, max(len(seen) // 2, 1))  # five runs can be split too
    measured = []
    prediction = np.zeros(len(out))
    for _ in range(trees):
        rows = (
            slice(None) if len(seen) <= ROWS_PER_TREE else np.sort(rng.choice(len(seen), ROWS_PER_TREE, replace=False))
        )
        model = DecisionTreeRegressor(
            max_features=tried, min_samples_leaf=leaf_size, random_state=int(rng.integers(2**31))
        )
        tree = model.fit(X_seen[rows].astype(np.float32), y_seen[rows], check_input=False).tree_
        leaf = tree.apply(X_out) if len(out) else np.empty(0, np.intp)
        measured.append(measure(Grown(tree, X_out, leaf, y_out, config[out], parents, rng)))
        prediction += tree.value[leaf, 0, 0]
    return np.array(measured), out, prediction / trees


def draw_configs(n: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return which of n configurations are drawn, a share of them but at least one; booleans of shape (n,)."""
    inside = np.zeros(n, bool)
    inside[rng.permutation(n)[: max(int(n * share), 1)]] = True
    return inside


def thin_rows(most: int, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the rows, or so many of them, drawn at random and in order."""
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


def sum_per_parameter(per_column: np.ndarray, parents: np.ndarray) -> np.ndarray:
    """Return the sum over the columns of every parameter and of every copy, shape (2 * n_parameters,)."""
    return np.bincount(parents, weights=per_column, minlength=int(parents.max()) + 1)


def add_copies(
    made: Matrix, configs: np.ndarray, by_time: np.ndarray | None, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """
    Fill what is not recorded from configurations that record it, and put a shuffled copy beside every parameter.

    Parameters
    ----------
    made
        The parameters as columns, one row a configuration, so that replicates are filled and shuffled alike.
    configs
        The configuration of every run that is wanted, shape (n_runs,).
    by_time
        The configurations in the order in which they were started, for an adaptive search: copies are then shuffled
        among neighbours only.
    rng
        Source of the draws.

    Returns
    -------
    ndarray of shape (n_runs, 2 * n_columns)
        The columns, then their copies. All columns of a parameter are filled and shuffled together.
    ndarray of int, shape (2 * n_columns,)
        The parameter behind each column; the copy of parameter k is number ``n_parameters + k``.
    """
    n, q = made.X.shape
    X = np.empty((len(configs), 2 * q), made.X.dtype, order="F")
    for k, gaps in enumerate(made.inactive):
        columns = np.flatnonzero(made.parents == k)
        source = np.arange(n)
        if 0 < len(gaps) < n:
            source[gaps] = rng.choice(np.setdiff1d(source, gaps, assume_unique=True), len(gaps))
        shuffled = source[shuffle(n, by_time, rng)]
        for j in columns:
            X[:, j] = made.X[source[configs], j]
            X[:, q + j] = made.X[shuffled[configs], j]
    return X, np.concatenate([made.parents, made.parents + len(made.inactive)])


def shuffle(n: int, by_time: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Return an order of n configurations; of an adaptive search, given in time order, only neighbours swap."""
    if by_time is None:
        return rng.permutation(n)
    order = np.empty(n, int)
    for start in range(0, n, NEIGHBOURS):
        block = by_time[start : start + NEIGHBOURS]
        order[block] = rng.permutation(block)
    return order


def even_out(y: np.ndarray, config: np.ndarray) -> np.ndarray:
    """
    Return the target with the mean of a configuration in each of its runs, where it has far more runs than most have.

    Else the noise of its repeats would be most of what there is to explain.
    """
    sizes = np.bincount(config)
    many = sizes > UNEVEN * np.median(sizes)
    means = np.bincount(config, weights=y) / sizes
    return np.where(many[config], means[config], y)


def find_variance(measured: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the sampling variance of a mean over bags, and its degrees of freedom.

    Parameters
    ----------
    measured
        Values per bag, tree and parameter, shape (bags, trees, n_parameters); one tree a bag if single ones are not
        known.

    Returns
    -------
    ndarray of shape (n_parameters,)
        Variance between bags less its part that is due to the trees (if they are known), at least an eighth of it.
    ndarray of shape (n_parameters,)
        Degrees of freedom by Satterthwaite (1946), at least 3.
    """
    bags, trees, _ = measured.shape
    between = measured.mean(axis=1).var(axis=0, ddof=1)
    within = measured.var(axis=1, ddof=1).mean(axis=0) / trees if trees > 1 else np.zeros_like(between)
    v = np.maximum(between - within, between / 8)
    tiny = np.finfo(float).tiny
    freedom = v**2 / (between**2 / (bags - 1) + within**2 / max(bags * (trees - 1), 1) + tiny)
    return v, np.maximum(freedom, 3.0)


def find_shares(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Return importance as shares that add up to 1, with the limits of their interval.

    Parameters
    ----------
    seen
        Impurity decrease per bag, tree and parameter.

    Returns
    -------
    tuple of three ndarray, each of shape (n_parameters,)
        Share, lower limit (at least 0), upper limit (at most 1).
    """
    per_bag = seen.mean(axis=1).sum(axis=1)
    scaled = seen / np.maximum(per_bag, np.finfo(float).tiny)[:, None, None]
    share = scaled.mean(axis=(0, 1))
    v, freedom = find_variance(scaled)
    width = find_half_width(v, freedom)
    return share, np.maximum(share - width, 0.0), np.minimum(share + width, 1.0)


def find_floors(copies: np.ndarray, level: float = 0.95) -> np.ndarray:
    """
    Return what a parameter of no effect reaches by chance: the mean of its shuffled copies plus t times their spread.

    Of many parameters the smallest spreads are small by luck, because each comes from few bags; then none is taken for
    smaller than the median of all (Tusher et al. 2001, "Significance analysis of microarrays", on such a constant). Of
    thousands most copies are in hardly any tree, or in none: their mean and spread are 0 whatever a parameter of no
    effect would reach that a tree happened to split by. Then all copies together tell that.

    Parameters
    ----------
    copies
        Measure of the shuffled copies per bag, tree and parameter.
    level
        The quantile of Student's t.
    """
    bags = copies.shape[0]
    v, _ = find_variance(copies)
    spread = np.sqrt(v + copies.mean(axis=1).var(axis=0, ddof=1) / bags)
    if len(spread) > MANY:
        spread = np.maximum(spread, np.median(spread))
    means = copies.mean(axis=(0, 1))
    floors = means + t_quantile(level, bags - 1) * spread
    used = (copies != 0).any(axis=1).mean(axis=0)
    if len(spread) > MANY and np.median(used) < SELDOM_USED:
        floors = np.maximum(floors, np.quantile(means, POOLED))
    return floors
