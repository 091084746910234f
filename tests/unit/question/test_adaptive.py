import itertools

import numpy as np
import pytest

from panel.question.adaptive import recognise, recognise_each


def ask(y, columns, order=None, method="", config_id=None):
    n = len(y)
    return recognise(
        np.asarray(y, float),
        np.arange(n, dtype=float) if order is None else order,
        lambda rows: [np.asarray(c, float)[rows] for c in columns],
        np.arange(n) if config_id is None else config_id,
        method,
    )


@pytest.mark.parametrize("method", ["bayes", "TPESampler", "hyperband", "pbt", "Bayesian optimisation", "CmaEsSampler"])
def test_a_method_that_adapts_says_so(method, rng):
    assert method in ask(rng.normal(size=30), [rng.random(30)], method=method)


@pytest.mark.parametrize("method", ["random", "grid", "RandomSampler", "sobol"])
def test_a_planned_method_is_believed(method, rng):
    y = np.linspace(3, 0, 60) + 0.1 * rng.normal(size=60)
    assert ask(y, [rng.random(60)], method=method) == ""


def test_a_trend_is_recognised(rng):
    y = np.linspace(3, 0, 60) + rng.normal(size=60)
    assert "trends with the order" in ask(y, [rng.random(60)])


def test_the_order_of_the_runs_counts_not_that_of_the_rows(rng):
    y = np.linspace(3, 0, 60) + rng.normal(size=60)
    shuffled = rng.permutation(60)
    assert "trends" in ask(y[shuffled], [rng.random(60)], order=shuffled.astype(float))


def test_random_searches_are_not_adaptive():
    alarms = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.random((50, 2))
        alarms += bool(ask(x[:, 0] + 0.3 * rng.normal(size=50), x.T))
    assert alarms <= 6  # p < .01 in 200 trials


def test_a_grid_in_the_order_of_its_loops_is_not_adaptive():
    grid = np.array(list(itertools.product(range(5), range(4), range(3))), float)
    assert ask(grid[:, 0] * 2 + grid[:, 1], grid.T) == ""


def test_a_table_sorted_by_the_target_is_not_adaptive(rng):
    assert ask(np.sort(rng.normal(size=80)), [rng.random(80)]) == ""


def test_too_few_configurations_are_never_adaptive(rng):
    assert ask(np.linspace(3, 0, 19), [rng.random(19)]) == ""


def test_replicates_count_once(rng):
    configs = np.repeat(np.arange(10), 20)
    assert ask(np.linspace(1, 0, 200) + 0.3 * rng.normal(size=200), [rng.random(200)], config_id=configs) == ""


def ask_each(y, columns, sources):
    return recognise_each(
        np.asarray(y, float),
        np.arange(len(y), dtype=float),
        lambda rows: [np.asarray(c, float)[rows] for c in columns],
        np.arange(len(y)),
        "",
        "minimize",
        np.asarray(sources),
    )


def test_sources_named_one_after_the_other_are_no_trend(rng):
    y = np.concatenate([rng.normal(3, 1, 60), rng.normal(0, 1, 60)])
    settings, sources = [rng.random(120)], np.repeat([0, 1], 60)
    assert "trends" in ask(y, settings), "as one source it would be"
    assert ask_each(y, settings, sources) == ""


def test_one_source_that_trends_makes_the_whole_adaptive(rng):
    y = np.concatenate([rng.normal(0, 1, 60), np.linspace(3, 0, 60) + 0.5 * rng.normal(size=60)])
    assert "trends" in ask_each(y, [rng.random(120)], np.repeat([0, 1], 60))


def test_a_table_for_each_run_is_one_search(rng):
    y = np.linspace(3, 0, 60) + 0.5 * rng.normal(size=60)
    assert "trends" in ask_each(y, [rng.random(60)], np.arange(60))
