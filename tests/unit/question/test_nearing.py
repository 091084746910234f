"""Whether runs come nearer to the best ones: searches that learn do, random ones do not."""

import numpy as np
import pytest

from panel.question.adaptive import recognise
from panel.question.nearing import measure_nearing


def draw_random(seed, n=80):
    """Return the loss and the settings of a random search: one decides, one is not always active."""
    draw = np.random.default_rng(seed)
    settings = [draw.random(n), draw.random(n), draw.integers(0, 3, n).astype(float), draw.random(n)]
    settings[3][settings[2] == 0] = np.nan
    return (settings[0] - 0.4) ** 2 + 0.02 * draw.normal(size=n), settings


def draw_learning(seed, n=80):
    """Return the same of a search that after ten runs draws about the best so far, on a plateau."""
    draw = np.random.default_rng(seed)
    settings, loss = np.empty((n, 3)), np.empty(n)
    for i in range(n):
        near = settings[np.argmin(loss[:i])] + 0.03 * draw.normal(size=3) if i >= 10 else draw.random(3)
        settings[i] = np.clip(near, 0, 1)
        loss[i] = max(0.0, np.abs(settings[i] - 0.5).max() - 0.2) + 0.05 * draw.normal()
    return loss, list(settings.T)


def ask(loss, settings, **more):
    n = len(loss)
    return recognise(
        loss, np.arange(n, dtype=float), lambda rows: [c[rows] for c in settings], np.arange(n), "", **more
    )


def test_a_random_search_does_not_come_nearer():
    p = np.array([measure_nearing(*draw_random(seed))[1] for seed in range(400)])
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.025)
    assert (p > 0.95).mean() == pytest.approx(0.05, abs=0.025)


def test_random_searches_are_taken_for_adaptive_as_seldom_as_the_levels_say():
    assert sum(bool(ask(*draw_random(seed))) for seed in range(400)) <= 12  # 1.5 % are 6


def test_searches_that_learn_are_recognised_also_where_their_target_does_not_trend():
    told = [ask(*draw_learning(seed)).code for seed in range(40)]
    assert told.count("adaptive.nearing") >= 10
    assert told.count("nothing") <= 10  # by a trend alone half of them are not recognised


def test_the_best_are_the_largest_of_a_target_that_is_maximised():
    loss, settings = draw_learning(next(s for s in range(20) if ask(*draw_learning(s)).code == "adaptive.nearing"))
    assert ask(-loss, settings, goal="maximize") == ask(loss, settings)


def test_a_search_that_turns_away_from_the_best_is_not_one_that_learns():
    loss, settings = draw_learning(1)
    correlation, p = measure_nearing(loss[::-1], [values[::-1] for values in settings])
    assert correlation > 0 and p > 0.5


def test_settings_that_do_not_vary_tell_nothing():
    assert measure_nearing(np.arange(30.0), [np.zeros(30), np.full(30, np.nan)]) is None


def test_a_setting_that_was_only_recorded_later_tells_nothing():
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        lr, strategy = rng.random(36), np.where(np.arange(36) < 12, np.nan, rng.integers(0, 2, 36))
        found = measure_nearing(lr + np.where(np.isnan(strategy), 0.3, 0.0), [lr, strategy])
        alarms += found is not None and found[1] < 0.01
    assert alarms <= 2
