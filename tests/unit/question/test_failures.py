"""Failures logged as a number: what is taken as one, and what stays."""

import numpy as np
import pandas as pd
import pytest

import panel as sl
from panel.question.design import build
from panel.question.failures import find_failures
from panel.question.selection import Selection, Target


@pytest.mark.parametrize("value", [999.0, 1e10, 1e6, 3.4028235e38])
@pytest.mark.parametrize("count", [5, 18, 40])
def test_a_loss_far_beyond_the_rest_is_a_failure(rng, value, count):
    loss = 1 + rng.random(200)
    loss[:count] = value
    assert find_failures(loss, "minimize", "val_loss").nonzero()[0].tolist() == list(range(count))


def test_accuracy_zero_and_a_huge_negative_reward_are_failures(rng):
    accuracy, reward = 0.87 + 0.08 * rng.random(200), 200 * rng.normal(size=200)
    accuracy[:7], reward[:7] = 0.0, -1e4
    assert find_failures(accuracy, "maximize", "val_acc").sum() == 7
    assert find_failures(reward, "maximize", "reward").sum() == 7


def test_what_a_guess_scores_and_ties_at_the_good_end_stay(rng):
    accuracy = np.minimum(1.0, 0.9 + 0.12 * rng.random(200))
    accuracy[:40] = 0.1
    assert not find_failures(accuracy, "maximize", "val_acc").any()
    assert not find_failures(np.maximum(rng.normal(size=200), 0), "minimize", "val_loss").any()
    assert not find_failures(np.exp(2 * rng.normal(size=200)), "minimize", "val_loss").any()


@pytest.mark.parametrize(("metric", "value"), [("r2", -10.0), ("rmse", 5000.0), ("reward", -5000.0)])
def test_a_round_number_among_fractions_is_a_failure_of_two_runs_and_not_of_one(rng, metric, value):
    values = rng.random(100)
    values[[7, 9]] = value
    goal = "minimize" if value > 0 else "maximize"
    assert find_failures(values, goal, metric).nonzero()[0].tolist() == [7, 9]
    assert not find_failures(np.delete(values, 7), goal, metric).any()


def test_a_time_limit_far_off_is_a_failure_but_not_the_slowest_of_many(rng):
    seconds = 10 + 40 * rng.random(100)
    seconds[:8] = 3600
    assert find_failures(seconds, "minimize", "solve_time").sum() == 8
    assert not find_failures(np.minimum(60 * rng.gamma(2, 1, 200), 300), "minimize", "train_time").any()


def test_without_a_known_goal_only_what_lies_beyond_all_measure_failed(rng):
    values = rng.random(100)
    values[:2] = 3.1e9, 7.7e8
    assert find_failures(values, "maximize", "reading", guessed=True).nonzero()[0].tolist() == [0, 1]
    values[:2] = 3.1e3, 7.7e2
    assert not find_failures(values, "maximize", "reading", guessed=True).any()


def test_a_loss_is_no_per_cent(rng):
    loss = 1 + rng.random(100)
    loss[:6] = 50.0
    assert find_failures(loss, "minimize", "val_loss").sum() == 6
    assert not find_failures(loss, "minimize", "test_error").any()  # what a guess among two classes gets wrong


def test_an_error_rate_of_1_is_a_failure_and_an_error_like_the_mean_s_is_not(rng):
    error = 0.1 + 0.3 * rng.random(100)
    error[:6] = 1.0
    assert find_failures(error, "minimize", "val_error").sum() == 6
    assert not find_failures(error, "minimize", "val_mse").any()


@pytest.mark.parametrize("metric", ["reward", "success_rate", "val_f1", "mIoU", "r2"])
def test_0_of_a_run_that_learned_nothing_is_a_result(rng, metric):
    values = 0.9 + 0.05 * rng.random(100)
    values[:15] = 0
    assert not find_failures(values, "maximize", metric).any()
    assert find_failures(values, "maximize", "val_acc").sum() == 15


def test_failures_are_left_out_with_their_reason_unless_kept(rng):
    lr = rng.random(60)
    loss = 1 + lr
    loss[:5] = 999.0
    project = sl.from_frames(pd.DataFrame({"lr": lr, "x": rng.random(60)}), pd.DataFrame({"val_loss": loss}))
    left_out = build(project, Selection("", Target("val_loss"))).left_out
    assert {str(reason): n for reason, n in left_out.items()} == {"val_loss = 999: taken as failed": 5}
    assert not build(project, Selection("", Target("val_loss", failures="keep"))).left_out
