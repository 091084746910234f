"""
Functional analysis of variance: how much of the target's variance each parameter and each pair explains.

Hutter, Hoos and Leyton-Brown (2014), "An efficient approach for assessing hyperparameter importance": a forest with one
row a leaf stands for the target, and each tree's variance over the search space is decomposed exactly (`marginals`).
Every parameter is one axis, a categorical too; a parameter that is not recorded in all runs is filled from those that
record it, anew in every tree, so that it says nothing by being absent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..data.messages import Count, Message, say
from ..data.progress import Progress, no_progress
from ..question.design import Design
from ..question.matrix import measure_associations
from .axes import Columns, make_columns
from .bags import ROWS_PER_TREE, draw_configs, find_floors, find_variance, pool_rows, shuffle, thin_rows
from .basis import PREDICTS_NOTHING, find_groups, list_notes
from .explained import measure_oob_r2
from .marginals import Decomposition, decompose
from .record import Importance, Pair, Parts, Surrogate, find_half_width, keep_finite, make_rows

NAME = "fanova"
WORDS = "functional ANOVA"
QUESTION = "How much of the variance over the search space does it explain alone, and each pair together?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = True

TREES = 64
SHARE_PER_TREE = 0.9
"""Every tree sees so many of the configurations: nine tenths came nearer to exact answers than a bootstrap."""

CELLS_PER_TREE = 200_000
"""A tree sees at most so many cells, rows times columns, or `bags.ROWS_PER_TREE` rows if that is more."""

BAGS = 16
TREES_PER_BAG = 4
"""Half-samples for interval and floor, and trees in each."""

ROWS_PER_HALF = 2_048
"""Rows of a tree there at most; it halves their cost where there are many runs."""

PAIRED_EVERY = 2
"""Pairs are decomposed in every second tree."""

MOST_PAIRED = 50
"""With more parameters than this only pairs of the most important ones are computed."""


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Decompose the variance into main effects, interactions of two, and the rest.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called after every tree and every half-sample; may raise to cancel.

    Returns
    -------
    Importance
        ``raw`` is the share of the variance that a parameter explains alone, ``importance`` its share of all such
        parts. ``pairs`` has every pair's interaction without their main effects, ``parts`` what main effects, pairs
        and the rest explain; these three add up to 1.
    """
    rows = pool_rows(design)
    y = design.y[rows]
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    columns = make_columns(design, rows[first])
    forest = grow(columns, y, config, design.seed, lambda done: progress(done / 2))
    by_time = np.argsort(design.order[rows[first]], kind="stable") if design.adaptive else None
    own, copies, unseen = decompose_halves(
        columns, y, config, by_time, design.seed, lambda done: progress((1 + done) / 2)
    )
    r2 = measure_oob_r2(y, unseen, config)
    total = max(float(forest.main.sum()), np.finfo(float).tiny)
    share = forest.main / total
    v, freedom = find_variance(own / np.maximum(own.sum(axis=2).mean(axis=1), np.finfo(float).tiny)[:, None, None])
    width = find_half_width(v, freedom)
    above = np.minimum(own.mean(axis=(0, 1)), forest.main) - find_floors(copies)
    clear = ((above - width * total if design.adaptive else above) > 0) & (r2 > PREDICTS_NOTHING)
    surrogate = Surrogate(keep_finite(r2), len(rows), len(first), trees=TREES)
    return Importance(
        NAME,
        make_rows(design, share, (share - width, share + width), share - above / total, clear, forest.main),
        surrogate,
        find_groups(design, measure_associations(design, rows), share),
        design.seed,
        notes=(*list_notes(design, r2, len(rows)), *_note_unpaired(len(design.features))),
        pairs=tuple(_list_pairs(design, forest)),
        parts=_divide_variance(forest),
    )


def _list_pairs(design: Design, forest: Forest) -> Iterator[Pair]:
    """Give every pair that was computed, the largest interaction first."""
    names = [f.parameter.name for f in design.features]
    measured = [(-forest.pairs[i, j], names[i], names[j]) for i, j in np.argwhere(~np.isnan(forest.pairs)) if i < j]
    for negative, a, b in sorted(measured):
        yield Pair((a, b), keep_finite(-negative))


def _divide_variance(forest: Forest) -> Parts:
    main, pairs = forest.alone, float(np.nansum(forest.pairs))
    return Parts(main, pairs, max(0.0, 1 - main - pairs))


def _note_unpaired(parameters: int) -> tuple[Message, ...]:
    if parameters <= MOST_PAIRED:
        return ()
    note = say(
        "fanova.unpaired",
        "Pairs are computed among the {paired} parameters that explain most alone, of {parameters}.",
        paired=Count(MOST_PAIRED),
        parameters=Count(parameters),
    )
    return (note,)


@dataclass(frozen=True)
class Forest:
    """
    The forest's decomposition: means over its trees of shares of a tree's variance.

    Attributes
    ----------
    main
        Of every main effect, shape (n_parameters,).
    pairs
        Of every interaction, at (i, j) with i < j; NaN where it was not computed. Shape (n_parameters, n_parameters).
    alone
        Of all main effects together in the trees whose pairs were computed, so that it can be held against these.
    """

    main: np.ndarray
    pairs: np.ndarray
    alone: float


def grow(columns: Columns, y: np.ndarray, config: np.ndarray, seed: int, progress: Progress = no_progress) -> Forest:
    """
    Grow the forest, one thread a core; the result does not depend on their number.

    Parameters
    ----------
    columns
        The parameters as axes, one row a configuration.
    y
        Target, shape (n_runs,).
    config
        Configuration of every run, shape (n_runs,).
    seed
        Seed of every random draw.
    progress
        Called after every tree.
    """
    p, none = len(columns.axes), np.empty(0, int)
    paired = np.arange(p)
    if p > MOST_PAIRED:
        first = run_each([partial(_grow_tree, columns, y, config, none)] * (TREES // 8), seed, 3, no_progress)
        paired = np.sort(np.argsort(-_average(first)[0], kind="stable")[:MOST_PAIRED])
    tasks = [partial(_grow_tree, columns, y, config, paired if t % PAIRED_EVERY == 0 else none) for t in range(TREES)]
    trees = run_each(tasks, seed, 4, progress)
    main, pairs = _average(trees)
    alone = float(_average([d for d in trees if len(d.pairs)])[0].sum())
    among_all = np.full((p, p), np.nan)
    if len(pairs):
        among_all[np.ix_(paired, paired)] = pairs
    return Forest(main, among_all, alone)


def run_each(
    tasks: Sequence[Callable[[np.random.Generator], Any]], seed: int, stream: int, progress: Progress
) -> list[Any]:
    """Run tasks in threads, each with its own source of draws; return what they gave, in order."""
    results = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        seeds = np.random.SeedSequence([seed, stream]).spawn(len(tasks))
        jobs = [threads.submit(task, np.random.default_rng(s)) for task, s in zip(tasks, seeds, strict=True)]
        try:
            for done, job in enumerate(jobs, 1):
                results.append(job.result())
                progress(done / len(tasks))
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
    return results


def _average(trees: list[Decomposition]) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean shares of main effects and of pairs; a tree that is constant counts for none."""
    grown = [d for d in trees if d.total > 0] or trees
    main = np.mean([d.main / max(d.total, np.finfo(float).tiny) for d in grown], axis=0)
    paired = [d for d in grown if len(d.pairs)]
    if not paired:
        return main, np.zeros((0, 0))
    return main, np.mean([d.pairs / max(d.total, np.finfo(float).tiny) for d in paired], axis=0)


def _grow_tree(
    columns: Columns, y: np.ndarray, config: np.ndarray, paired: np.ndarray, rng: np.random.Generator
) -> Decomposition:
    """Grow one tree and decompose it."""
    n = len(columns.codes)
    inside = draw_configs(n, SHARE_PER_TREE, rng)
    codes, axes = columns.draw(rng)
    most = max(ROWS_PER_TREE, CELLS_PER_TREE // max(len(axes), 1))
    rows = thin_rows(most, np.flatnonzero(inside[config]), rng)
    return decompose(_fit(codes[config[rows]], y[rows], rng), axes, paired)


def _fit(codes: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Any:
    from sklearn.tree import DecisionTreeRegressor  # here, so that what is in the cache is shown without waiting for it

    model = DecisionTreeRegressor(random_state=int(rng.integers(2**31)))
    return model.fit(np.asfortranarray(codes), y, check_input=False).tree_


def decompose_halves(
    columns: Columns,
    y: np.ndarray,
    config: np.ndarray,
    by_time: np.ndarray | None,
    seed: int,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Decompose trees that are grown on halves of the configurations, with a shuffled copy beside every parameter.

    Returns
    -------
    tuple of two ndarray, each of shape (bags, trees, n_parameters)
        Shares of the variance that parameters explain alone, and that their copies do.
    ndarray of shape (n_runs,)
        Mean prediction for every run by the trees that had not seen it; NaN for a run that every bag saw.
    """
    p, n = len(columns.axes), len(columns.codes)

    def decompose_bag(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        half = draw_configs(n, 0.5, rng)
        seen, out = np.flatnonzero(half[config]), thin_rows(ROWS_PER_TREE, np.flatnonzero(~half[config]), rng)
        main, prediction = np.zeros((TREES_PER_BAG, 2 * p)), np.zeros(len(out))
        codes, axes = columns.draw(rng)
        codes = np.hstack([codes, codes[shuffle(n, by_time, rng)]])
        for t in range(TREES_PER_BAG):
            rows = thin_rows(ROWS_PER_HALF, seen, rng)
            tree = _fit(codes[config[rows]], y[rows], rng)
            parts = decompose(tree, [*axes, *axes])
            main[t] = parts.main / parts.total if parts.total > 0 else 0.0
            if len(out):
                prediction += tree.predict(codes[config[out]])[:, 0] / TREES_PER_BAG
        return main, out, prediction

    mains = []
    total, count = np.zeros(len(y)), np.zeros(len(y))
    for main, out, prediction in run_each([decompose_bag] * BAGS, seed, 5, progress):
        mains.append(main)
        total[out] += prediction
        count[out] += 1
    measured = np.array(mains)
    with np.errstate(invalid="ignore", divide="ignore"):
        return measured[..., :p], measured[..., p:], total / count
