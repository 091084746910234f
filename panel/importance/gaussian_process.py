"""
Total effects by a Gaussian process: how far its prediction varies if one parameter alone is drawn anew.

A Gaussian process (`process`) stands for the target. It follows smooth curves from far fewer configs than trees need;
categories that act together are what it knows least of. Its mean is asked at configs that are drawn from the search
space, each parameter by itself: a parameter's total effect is half of the mean squared change when its value alone is
drawn anew (Jansen 1999, "Analysis of variance designs for model output"), which is its own effect and all interactions
it takes part in. A value that is not recorded is filled from configs that record one, so that it says nothing by being
absent.

A parameter is clear if the process without it is much less likely, and the process is more likely than none at all.
That holds for runs that were chosen after looking at earlier ones too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy

from ..data.progress import Progress, no_progress
from ..question.design import Design
from ..question.matrix import measure_associations
from .axes import Columns
from .bags import draw_configs, find_floors, find_variance, shuffle, thin_rows
from .basis import find_groups, list_notes
from .explained import measure_explained, measure_oob_r2
from .fanova import run_each
from .places import Dimension, list_dimensions, scale_squares, stack_squares
from .process import (
    JITTER,
    TINY,
    Prior,
    Scales,
    compute_matern,
    fit_scales,
    measure_evidence,
    measure_likelihood,
    measure_surprise,
    start_scales,
)
from .record import Importance, Surrogate, find_half_width, keep_finite, make_rows

NAME = "gaussian_process"
WORDS = "Gaussian process"
QUESTION = "How far does a smooth model's prediction vary if this parameter alone is drawn anew?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False

MOST = 1_000
"""Most configs that the process is made of; of more a seeded pool stands for all."""

FITTED, IN_BAG = 300, 120
"""Most configs that its scales are fitted to, in a bag its copies too: or fewer, if `CELLS` hold no more squares."""

CELLS = 10_000_000

PRIOR = Prior(length_spread=0.6, noise=0.05, noise_spread=2.0, least_noise=-12.0)
"""With lengths of a wider spread noise is followed too often, with a narrower one waves are missed (see benchmarks)."""

SHORT = 0.25
"""Scales are also sought from lengths this much shorter: else a target with several waves is taken for noise."""

STEPS, STEPS_AGAIN = 40, 8
"""Steps towards the scales at most, and from scales that are about right."""

FILLS = 4
"""Where values are not recorded so many processes are made, each with other values there."""

CLEAR, SURE = 1.5, 4.0
"""
Log evidence for a parameter, less what the prior holds against its length, from which it is clear if it is above its
floor; from the second number it is clear anyway, since floors are high where configs are few.
"""

ALONE = 3.0
"""A parameter goes along with another one if their association is this many standard errors from 0."""

BAGS = 16
"""Half-samples of the configs, for interval and floor."""

ASKED, ASKED_IN_BAG = (8_000_000, 256, 4_096), (500_000, 64, 512)
"""Draws from the space, times parameters and configs, are about the first number; at least, and at most."""

BLOCK = 40_000
"""Draws times configs that are worked on at once: so many stay in a processor's own memory."""

FLAT = 1e-9
"""A prediction that varies less than this, as a share of the target's variance, does not vary."""


@dataclass(frozen=True)
class _Space:
    """
    The parameters that vary.

    Attributes
    ----------
    columns, dimensions, varying
        All parameters as columns; those that vary as dimensions, and their numbers.
    associated
        Which of these go along with another one.
    by_time
        The configs in the order in which they were started, if the search is adaptive.
    seed
        Seed of the draws.
    """

    columns: Columns
    dimensions: list[Dimension]
    varying: np.ndarray
    associated: np.ndarray
    by_time: np.ndarray | None
    seed: int

    def fill(self, rng: np.random.Generator) -> np.ndarray:
        """Return the values of the configs by their numbers, shape (n_configs, n_varying)."""
        return self.columns.fill(rng)[:, self.varying].astype(int)

    def draw(self, asked: tuple[int, int, int], configs: int, copies: int) -> np.ndarray:
        """Draw two sets of configs for a process of so many, the same each time; shape (2, n, copies * n_varying)."""
        dimensions = self.dimensions * copies
        n = int(np.clip(asked[0] // (configs * len(dimensions)), *asked[1:]))
        rng = np.random.default_rng([self.seed, 14])
        return np.array([[d.draw(n, rng) for d in dimensions] for _ in range(2)]).transpose(0, 2, 1)


@dataclass(frozen=True)
class _Whole:
    """
    What the process of all configs tells.

    Attributes
    ----------
    total
        Total effects, shape (n_varying,).
    variance
        Variance of the prediction over the space.
    evidence
        Log evidence for each parameter, less what the prior holds against it; shape (n_varying,).
    worth
        The same for all of them against a mean and noise.
    left_out
        Prediction for every config by the process of all others, shape (n_configs,).
    scales
        Its scales.
    """

    total: np.ndarray
    variance: float
    evidence: np.ndarray
    worth: float
    left_out: np.ndarray
    scales: Scales


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute the total effect of every parameter, its interval and its noise floor.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called after every process; may raise to cancel.

    Returns
    -------
    Importance
        ``raw`` is a total effect as a share of the prediction's variance over the space, ``importance`` its share of
        all total effects. Repeats of a config count as one, with their mean; ``oob_r2`` is of configs left out one by
        one.
    """
    rows = pool_configs(design)
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    y = np.bincount(config, design.y[rows]) / np.bincount(config)
    centre, spread = float(y.mean()), max(float(y.std()), np.finfo(float).tiny)
    associations = measure_associations(design, rows)
    space = _make_space(design, rows[first], associations)
    wholes, own, copies = _measure(space, (y - centre) / spread, progress)
    worth, evidence = np.mean([w.worth for w in wholes]), np.mean([w.evidence for w in wholes], axis=0)
    left_out = np.mean([w.left_out for w in wholes], axis=0)
    if worth <= 0:  # then the mean of all others predicts as well
        left_out = (centre - y) / spread / max(len(y) - 1, 1)
    r2 = measure_oob_r2(design.y[rows], (centre + spread * left_out)[config], config)
    raw, share, width, floor, against = (np.zeros(len(design.features)) for _ in range(5))
    raw[space.varying] = np.mean([w.total / max(w.variance, FLAT) for w in wholes], axis=0)
    share[space.varying] = _divide(np.mean([w.total for w in wholes], axis=0))
    width[space.varying], floor[space.varying] = _find_limits(own, copies, len(y))
    against[space.varying] = evidence
    clear = ((against > SURE) | (against > CLEAR) & (share > floor)) & (worth > 0)
    if worth <= 0:  # of other runs it could be any
        width[space.varying] = 1.0
    limits = share - width, share + width
    return Importance(
        NAME,
        make_rows(design, share, limits, floor, clear, raw, own=(against > CLEAR) & (worth > 0)),
        Surrogate(
            keep_finite(r2),
            len(rows),
            len(first),
            explained=keep_finite(measure_explained(design.y[rows], config)),
            model="process",
        ),
        find_groups(design, associations, share),
        design.seed,
        notes=list_notes(design, r2, len(rows), "process"),
    )


def pool_configs(design: Design) -> np.ndarray:
    """Return the rows to compute from: all, or those of `MOST` configurations drawn at random."""
    if design.n_configs <= MOST:
        return np.arange(len(design.y))
    taken = np.random.default_rng([design.seed, 12]).permutation(design.n_configs)[:MOST]
    return np.flatnonzero(np.isin(design.config_id, taken))


def _make_space(design: Design, rows: np.ndarray, associations: np.ndarray) -> _Space:
    columns, dimensions = list_dimensions(design, rows)
    varying = np.array([k for k, d in enumerate(dimensions) if len(d.weights) > 1], int)
    among = associations[np.ix_(varying, varying)]
    return _Space(
        columns,
        [dimensions[k] for k in varying],
        varying,
        among.max(axis=1, initial=0.0) >= ALONE / np.sqrt(len(rows)),
        np.argsort(design.order[rows], kind="stable") if design.adaptive else None,
        design.seed,
    )


def _measure(space: _Space, y: np.ndarray, progress: Progress) -> tuple[list[_Whole], np.ndarray, np.ndarray]:
    """Return what the processes of all configs tell, and shares in the bags of parameters and of their copies."""
    from threadpoolctl import threadpool_limits

    none = np.zeros(0)
    if not space.dimensions:
        progress(1.0)
        return [_Whole(none, 0.0, none, -np.inf, np.zeros(len(y)), Scales(none, 1.0))], *np.zeros((2, BAGS, 0))
    gaps = [space.columns.gaps[k] for k in space.varying]
    fills = FILLS if any(0 < len(some) < len(y) for some in gaps) else 1
    steps = fills + BAGS
    with threadpool_limits(1):  # matrices this small gain nothing from threads, and lose much where cores are busy
        whole = [partial(_measure_whole, space, y)] * fills
        wholes = run_each(whole, space.seed, 15, lambda done: progress(done * fills / steps))
        bag = [partial(_measure_bag, space, y, wholes[0].scales)] * BAGS
        bags = np.array(run_each(bag, space.seed, 16, lambda done: progress((fills + done * BAGS) / steps)))
    return wholes, bags[:, 0], bags[:, 1]


def _measure_whole(space: _Space, y: np.ndarray, rng: np.random.Generator) -> _Whole:
    """Make the process of all configs."""
    codes, d, n = space.fill(rng), len(space.dimensions), len(y)
    few = thin_rows(_count_fitted(FITTED, d), np.arange(n), rng)
    squares, some = stack_squares(space.dimensions, codes[few]), y[few] - y[few].mean()
    middle = start_scales(d, PRIOR)
    starts = (middle, Scales(middle.lengths * SHORT, middle.noise))
    scales = fit_scales(squares, some, PRIOR, starts, STEPS)
    parts = partial(scale_squares, space.dimensions, codes, codes, scales)
    every = sum(parts(), np.zeros((n, n)))
    likelihood = measure_likelihood(every, y, scales.noise)
    evidence = measure_evidence(every, parts(), y, scales.noise)
    for k in np.flatnonzero((evidence > CLEAR) & space.associated):  # could others stand in for it?
        others = np.delete(np.arange(d), k)
        start = Scales(scales.lengths[others], scales.noise)
        again = fit_scales(squares[others], some, PRIOR, [start], STEPS_AGAIN)
        left, values = [space.dimensions[j] for j in others], codes[:, others]
        rest = sum(scale_squares(left, values, values, again), np.zeros((n, n)))
        evidence[k] = min(evidence[k], likelihood - measure_likelihood(rest, y, again.noise))
    surprise = measure_surprise(scales, PRIOR)
    surprise[:d] *= scales.lengths < middle.lengths  # that one is long is no claim
    inverse = _invert(every, scales)
    total, variance = _measure_totals(space.dimensions, codes, scales, inverse @ y, space.draw(ASKED, n, 1))
    return _Whole(
        total,
        variance,
        evidence - surprise[:d],
        likelihood - _measure_mean(y) - float(surprise.sum()),
        y - inverse @ y / np.diag(inverse),
        scales,
    )


def _measure_mean(y: np.ndarray) -> float:
    """Return the log-likelihood of a target with mean 0 that is nothing but noise, as `measure_likelihood` has it."""
    return -0.5 * len(y) * float(np.log(max(float(y @ y), TINY)))


def _measure_bag(space: _Space, y: np.ndarray, scales: Scales, rng: np.random.Generator) -> np.ndarray:
    """Make the process of half of the configs, with shuffled copies; return both's shares, shape (2, n_varying)."""
    d, n = len(space.dimensions), len(y)
    inside = thin_rows(_count_fitted(IN_BAG, 2 * d), np.flatnonzero(draw_configs(n, 0.5, rng)), rng)
    filled = space.fill(rng)
    codes = np.hstack([filled, filled[shuffle(n, space.by_time, rng)]])[inside]
    twice, some = space.dimensions * 2, y[inside] - y[inside].mean()
    squares = stack_squares(twice, codes)
    start = Scales(np.concatenate([scales.lengths, start_scales(2 * d, PRIOR).lengths[d:]]), scales.noise)
    found = fit_scales(squares, some, PRIOR, [start], STEPS_AGAIN)
    dual = _invert(np.tensordot(found.near, squares, 1), found) @ some
    total, _ = _measure_totals(twice, codes, found, dual, space.draw(ASKED_IN_BAG, len(inside), 2))
    return _divide(total, d).reshape(2, d)


def _count_fitted(most: int, dimensions: int) -> int:
    """Return of how many configs the squared distances along so many dimensions are held at most."""
    return min(most, int(np.sqrt(CELLS / max(dimensions, 1))))


def _invert(squares: np.ndarray, scales: Scales) -> np.ndarray:
    """Return the inverse of the covariance of noisy values at scaled squared distances."""
    return scipy.linalg.inv(
        compute_matern(squares) + (scales.noise + JITTER) * np.eye(len(squares)), check_finite=False
    )


def _measure_totals(
    dimensions: list[Dimension], codes: np.ndarray, scales: Scales, dual: np.ndarray, draws: np.ndarray
) -> tuple[np.ndarray, float]:
    """
    Measure the total effects of a process's mean, and its variance.

    Parameters
    ----------
    dimensions, scales
        Those of the process.
    codes, dual
        Its configs, shape (n_configs, n_dimensions), and what each of them weighs in a prediction, shape (n_configs,).
    draws
        Two sets of configs from the space, shape (2, n_draws, n_dimensions).
    """
    blocks = max(1, draws.shape[1] * len(codes) // BLOCK)
    asked = zip(*(np.array_split(some, blocks) for some in draws), strict=True)
    parts = [_ask(dimensions, codes, scales, dual, here, there) for here, there in asked]
    prediction, changes = np.concatenate([p for p, _ in parts]), np.hstack([c for _, c in parts])
    return 0.5 * np.mean(changes**2, axis=1), float(prediction.var())


def _ask(
    dimensions: list[Dimension],
    codes: np.ndarray,
    scales: Scales,
    dual: np.ndarray,
    here: np.ndarray,
    there: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Predict some configs, and how much that changes with each of their values alone; shape (n_dimensions, n)."""
    base = sum(scale_squares(dimensions, here, codes, scales), np.zeros((len(here), len(codes))))
    prediction = compute_matern(base) @ dual
    old, new = (scale_squares(dimensions, some, codes, scales) for some in (here, there))
    moved = (np.maximum(base - before + after, 0.0) for before, after in zip(old, new, strict=True))
    return prediction, np.array([compute_matern(squares) @ dual - prediction for squares in moved])


def _divide(total: np.ndarray, first: int | None = None) -> np.ndarray:
    """Return total effects as shares of the sum of all, or of the first; zeros if these are flat."""
    whole = float(total[:first].sum())
    return total / whole if whole > FLAT else np.zeros(len(total))


def _find_limits(own: np.ndarray, copies: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return half the width of the intervals, and the floors, from the shares in the bags of n configs."""
    v, freedom = find_variance(own[:, None])
    inside = min(_count_fitted(IN_BAG, 2 * own.shape[1]), max(n // 2, 1))
    v = v * inside / max(n - inside, 1)  # samples of so many out of n vary this much more than ones of n
    return find_half_width(v, freedom), find_floors(copies[:, None])
