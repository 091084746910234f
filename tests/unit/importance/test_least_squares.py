"""Ordinary least squares: known answers, and statsmodels' on the same columns."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from panel.importance.least_squares import fit_least_squares


def test_a_line_through_four_points_by_hand():
    found = fit_least_squares(np.array([[1.0, 0], [1, 1], [1, 2], [1, 3]]), np.array([0.0, 1, 1, 2]), 0.9)
    assert found.coefficients == pytest.approx([0.1, 0.6])
    assert found.errors == pytest.approx([0.1 * np.sqrt(7), np.sqrt(0.02)])
    assert found.r2 == pytest.approx(0.9)
    assert found.adjusted_r2 == pytest.approx(0.85)


def columns(kind, draw):
    X = np.column_stack([np.ones(80), draw.random((80, 4)), draw.integers(0, 2, 80)])
    if kind == "twice":
        X = np.column_stack([X, X[:, 1]])
    if kind == "sum":
        X = np.column_stack([X, X[:, 1] + X[:, 2]])
    if kind == "scales":
        X[:, 1] *= 1e-9
        X[:, 2] *= 1e6
    return X


@pytest.mark.parametrize("kind", ["independent", "twice", "sum", "scales"])
@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_statsmodels_gives(kind, seed):
    draw = np.random.default_rng(seed)
    X = columns(kind, draw)
    y = X[:, 2] / X[:, 2].std() + draw.normal(size=80)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = sm.OLS(y, X).fit()
    found = fit_least_squares(X, y, 0.9)
    for mine, theirs in (
        (found.coefficients, own.params),
        (found.errors, own.bse),
        (found.t, own.tvalues),
        (found.p, own.pvalues),
        (np.column_stack([found.low, found.high]), own.conf_int(0.1)),
        (found.r2, own.rsquared),
        (found.adjusted_r2, own.rsquared_adj),
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-12)


def test_what_is_fitted_exactly_and_what_does_not_vary():
    X = np.column_stack([np.ones(10), np.arange(10.0)])
    exact = fit_least_squares(X, 2 + 3 * np.arange(10.0), 0.9)
    assert exact.coefficients == pytest.approx([2, 3])
    assert exact.r2 == pytest.approx(1)
    assert (exact.p < 1e-10).all()
    constant = fit_least_squares(X, np.zeros(10), 0.9)
    assert np.isnan(constant.r2)
    assert constant.coefficients == pytest.approx([0, 0])
