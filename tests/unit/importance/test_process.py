import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.gaussian_process.kernels import Matern

from panel.importance.process import (
    JITTER,
    Prior,
    Scales,
    compute_matern,
    compute_squares,
    fit_scales,
    measure_evidence,
    measure_likelihood,
    measure_surprise,
    start_scales,
)

PRIOR = Prior(length_spread=0.6, noise=0.05, noise_spread=2.0, least_noise=-12.0)


@pytest.fixture
def smooth(rng):
    X = rng.random((60, 3))
    y = np.sin(4 * X[:, 0]) + 0.5 * X[:, 1] + 0.05 * rng.normal(size=60)
    return X, y - y.mean()


def stack(X):
    return np.stack([compute_squares(column[:, None], column[:, None]) for column in X.T])


def test_squares_and_covariance_are_those_of_scipy_and_scikit_learn(rng):
    a, b = rng.random((5, 3)), rng.random((7, 3))
    assert compute_squares(a, b) == pytest.approx(cdist(a, b, "sqeuclidean"), abs=1e-12)
    assert compute_matern(compute_squares(a / 0.3, b / 0.3)) == pytest.approx(Matern(0.3, nu=2.5)(a, b), abs=1e-9)


def test_the_likelihood_is_that_of_the_normal_distribution_at_the_likeliest_signal(smooth):
    X, y = smooth
    kernel = compute_matern(compute_squares(X, X)) + (0.1 + JITTER) * np.eye(60)
    signal = y @ np.linalg.solve(kernel, y) / 60
    exact = -0.5 * (60 * np.log(2 * np.pi) + np.linalg.slogdet(signal * kernel)[1] + 60)
    constants = -0.5 * 60 * (np.log(2 * np.pi) + 1 - np.log(60))
    assert measure_likelihood(compute_squares(X, X), y, 0.1) + constants == pytest.approx(exact)


def test_the_scales_found_are_more_likely_than_their_neighbours(smooth):
    X, y = smooth
    squares = stack(X)
    found = fit_scales(squares, y, PRIOR, [start_scales(3, PRIOR)], 100)

    def density(scales):
        likelihood = measure_likelihood(np.tensordot(scales.near, squares, 1), y, scales.noise)
        return likelihood - measure_surprise(scales, PRIOR).sum()

    for k in range(3):
        for factor in (0.9, 1.1):
            lengths = found.lengths.copy()
            lengths[k] *= factor
            assert density(Scales(lengths, found.noise)) < density(found)
    assert density(Scales(found.lengths, found.noise * 1.2)) < density(found)
    assert found.lengths.argmin() == 0
    assert found.lengths.argmax() == 2


def test_of_several_starts_the_best_end_is_taken(rng):
    """Waves that are taken for noise from the middle of the prior."""
    X = rng.random((120, 2))
    y = np.sin(25 * X[:, 0])
    y -= y.mean()
    middle = start_scales(2, PRIOR)
    short = Scales(middle.lengths / 8, middle.noise)
    assert fit_scales(stack(X), y, PRIOR, [middle, short], 60).lengths[0] < 0.5


def test_evidence_is_for_what_matters(smooth):
    X, y = smooth
    squares = stack(X)
    scales = fit_scales(squares, y, PRIOR, [start_scales(3, PRIOR)], 40)
    near = scales.near[:, None, None] * squares
    evidence = measure_evidence(near.sum(axis=0), near, y, scales.noise)
    assert evidence[0] > evidence[1] > 10
    assert evidence[2] < 1
