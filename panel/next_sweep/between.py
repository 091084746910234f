"""
Predict the configs between two, and how sure that is: what ablation asks of configs that were not run.

A Gaussian process of the configs' mean losses, as in `importance.gaussian_process`: it follows smooth curves from few
configs, and tells how sure the difference of two predictions is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its linalg comes when first used

from ..checks import Study
from ..importance.gaussian_process import PRIOR, SHORT
from ..importance.process import JITTER, TINY, Scales, compute_matern, compute_squares, fit_scales, start_scales
from ..runs.ablation_changes import Change
from ..runs.ablation_record import Learned
from ..runs.ablation_walk import Predictions
from .dimensions import list_dimensions
from .surrogate import choose_some, place_in_unit_cube

FEWEST = 10
"""Of fewer configs nothing is learned, as for importance."""

FITTED, MOST, STEPS = 200, 600, 40
"""Most configs that the scales are fitted to, most that the process is made of, and steps of the fit."""

FENCE = 3.0
"""
Where the target is modelled in ranks, a loss lies no further beyond the third quartile than so many interquartile
ranges: a few runs that diverged would else be all that the process sees.
"""


@dataclass(frozen=True)
class _Process:
    """
    A Gaussian process that has seen configs.

    Attributes
    ----------
    X, lengths
        The configs, divided by the length scale of each column, and those lengths.
    inverse, dual
        Of the covariance of the configs, the signal's variance being 1; and that times their losses.
    centre, signal, noise
        The mean loss, the variance of the signal, and that of the noise as a share of it.
    r2
        Share of the variance that it predicts of configs left out one by one.
    """

    X: np.ndarray
    lengths: np.ndarray
    inverse: np.ndarray
    dual: np.ndarray
    centre: float
    signal: float
    noise: float
    r2: float

    def predict(self, wanted: np.ndarray) -> Predictions:
        """Predict configs, shape (n, n_columns)."""
        wanted = wanted / self.lengths
        across, own = (compute_matern(compute_squares(wanted, other)) for other in (self.X, wanted))
        covariance = self.signal * (own - across @ self.inverse @ across.T)
        return Predictions(self.centre + across @ self.dual, covariance)


def learn_between(study: Study, changes: Sequence[Change], first: int, last: int) -> Learned | None:
    """
    Learn of the configs of a study what lies between two of them.

    Parameters
    ----------
    study
        The search.
    changes
        What changes from the one to the other.
    first, last
        Numbers of a run of each; both are feasible.

    Returns
    -------
    Learned or None
        ``None`` if there are too few configs, or all are equally good.
    """
    configs = study.configs
    losses = _fence(configs.loss) if study.runs.scale == "rank" else configs.loss
    dimensions = list_dimensions(study, configs.best)
    if len(configs) < FEWEST or not dimensions or not np.ptp(losses) > 0:
        return None
    X, parents = place_in_unit_cube(dimensions, np.column_stack([d.place for d in dimensions]))
    process = _fit(X, parents, losses, np.random.default_rng([study.design.seed, 21]))
    ends = [int(np.flatnonzero(study.number[configs.best] == study.number[run])[0]) for run in (first, last)]
    of_change = {name: k for k, change in enumerate(changes) for name in change.parameters}
    owner = np.array([of_change.get(d.name, -1) for d in dimensions])[parents]

    def predict(taken: np.ndarray) -> Predictions:
        changed = np.column_stack([taken, np.zeros(len(taken), bool)])[:, owner]
        return process.predict(np.where(changed, X[ends[1]], X[ends[0]]))

    return Learned(predict, process.r2, float(np.sqrt(process.signal * process.noise)), len(configs))


def _fence(losses: np.ndarray) -> np.ndarray:
    low, high = np.quantile(losses, (0.25, 0.75))
    return np.minimum(losses, high + FENCE * (high - low)) if high > low else losses


def _fit(X: np.ndarray, parents: np.ndarray, losses: np.ndarray, rng: np.random.Generator) -> _Process:
    """Return a process of the configs, X in the unit cube, or of some where there are many."""
    from threadpoolctl import threadpool_limits

    rows = choose_some(-losses, MOST, rng)
    X, losses = X[rows], losses[rows]
    centre, spread = float(losses.mean()), float(losses.std())
    y = (losses - centre) / spread
    some = np.sort(rng.permutation(len(y))[:FITTED])
    columns = [np.flatnonzero(parents == k) for k in range(int(parents.max()) + 1)]
    with threadpool_limits(1):  # matrices this small gain nothing from threads
        squares = np.stack([compute_squares(X[np.ix_(some, own)], X[np.ix_(some, own)]) for own in columns])
        usual = start_scales(len(columns), PRIOR)
        starts = [usual, Scales(SHORT * usual.lengths, usual.noise)]
        scales = fit_scales(squares, y[some] - y[some].mean(), PRIOR, starts, STEPS)
        lengths = scales.lengths[parents]
        kernel = compute_matern(compute_squares(X / lengths, X / lengths))
        inverse = scipy.linalg.inv(kernel + (scales.noise + JITTER) * np.eye(len(y)), check_finite=False)
    dual = inverse @ y
    left_out = dual / np.diag(inverse)  # how far each config is from what all others predict of it
    signal = max(float(y @ dual), TINY) / len(y)
    return _Process(
        X=X / lengths,
        lengths=lengths,
        inverse=inverse,
        dual=spread * dual,
        centre=centre,
        signal=spread**2 * signal,
        noise=scales.noise + JITTER,
        r2=1 - float(left_out @ left_out) / max(float(y @ y), TINY),
    )
