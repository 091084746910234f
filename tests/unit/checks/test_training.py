"""Which metrics, which runs, and what a single curve tells."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import sweeps
from panel.checks import Study, convergence, late_variance, overfitting, rising, training
from panel.checks.metrics import metrics_of, name_counterpart
from panel.checks.progress import fit_slope, line_of, measure_fall_after, measure_rise, share_of_steps
from panel.data.project import Space
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect

from .curves import ODD, falling, study_of

CHECKS = (overfitting, late_variance, convergence, rising)


@pytest.mark.parametrize(
    ("target", "logged", "validation", "trained", "loss"),
    [
        ("val_loss", ["train_loss", "val_loss"], "val_loss", "train_loss", "train_loss"),
        ("loss", ["loss", "val_loss"], "val_loss", "loss", "loss"),
        ("val_accuracy", ["loss", "accuracy", "val_loss", "val_accuracy"], "val_accuracy", "accuracy", "loss"),
        ("eval_loss", ["loss", "eval_loss"], "eval_loss", "loss", "loss"),
        ("valid/loss", ["train/loss", "valid/loss"], "valid/loss", "train/loss", "train/loss"),
        ("test_loss", ["train_loss", "val_loss", "epoch"], "val_loss", "train_loss", "train_loss"),
        ("val_acc", ["val_acc", "train_loss"], "val_acc", "train_loss", "train_loss"),
        ("train_loss", ["train_loss", "epoch"], "", "train_loss", "train_loss"),
        ("score", ["score", "epoch", "runtime"], "score", "", ""),
        ("reward", ["reward", "train/policy_loss", "train/loss"], "reward", "", ""),
        ("val_loss", ["val_loss", "policy_loss", "d_loss"], "val_loss", "", ""),
        ("val_loss", ["epoch", "runtime"], "", "", ""),
    ],
)
def test_the_metrics_of_training_are_found_by_name(target, logged, validation, trained, loss) -> None:
    study = study_of({run: {name: [2.0, 1.0] for name in logged} for run in "ab"}, target, values={"a": 1.0, "b": 2.0})
    found = metrics_of(study)
    assert (found.validation, found.training, found.loss) == (validation, trained, loss)


def test_a_training_metric_has_its_own_goal() -> None:
    logged = {"val_acc": [0.1, 0.2], "train_loss": [2.0, 1.0]}
    found = metrics_of(study_of({"a": logged, "b": logged}, "val_acc"))
    assert found.goals == {"val_acc": "maximize", "train_loss": "minimize"}


@pytest.mark.parametrize(
    ("metric", "name"), [("val_loss", "train_loss"), ("valid/acc", "train/acc"), ("score", "train_score")]
)
def test_the_counterpart_that_is_missing_is_named(metric: str, name: str) -> None:
    assert name_counterpart(metric) == name


def test_the_best_are_those_that_trained_to_the_full_length() -> None:
    """The two best by their last value were stopped at a third; they tell nothing of how training ends."""
    curves = {f"r{i}": {"val_loss": falling(10 if i < 2 else 30, 0.1 * i)} for i in range(24)}
    told = training.curves_of(
        study_of(
            curves,
            values={f"r{i}": 0.1 * i for i in range(24)},
            config={"x": [1.5] * 24} | {"y": [float(v) for v in np.random.default_rng(0).permutation(24)]},
        )
    )
    assert [f"r{i}" for i in told.best] == [f"r{i}" for i in range(2, 12)]
    assert (told.short, told.longest, told.tuned) == (2, 30.0, "")
    assert "2 better or equal ones stopped before step 27" in told.say_basis()


def test_where_a_parameter_sets_the_length_every_run_is_full() -> None:
    lengths = [10 + 2 * i for i in range(12)]
    curves = {f"r{i}": {"val_loss": falling(n, i)} for i, n in enumerate(lengths)}
    told = training.curves_of(study_of(curves, config={"epochs": lengths}))
    assert list(told.best) == list(range(10))
    assert told.tuned == "epochs"


def test_replicates_are_of_one_config_and_the_best_run_speaks_for_it() -> None:
    curves = {f"r{i}": {"val_loss": falling(20, 1 + 0.1 * (i // 3) + 0.01 * (2 - i % 3))} for i in range(12)}
    told = training.curves_of(study_of(curves, config={"x": [i // 3 for i in range(12)], "seed": [0, 1, 2] * 4}))
    assert told.best == (2, 5, 8, 11)
    assert [sorted(group) for group in told.replicates] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]


def test_few_curves_are_read_however_many_there_are() -> None:
    told = training.curves_of(sweeps.study(sweeps.sound(2, runs=400)))
    assert len({row for row, _ in told.lines}) <= training.CANDIDATES * training.REPLICATES + training.OTHERS
    assert len(told.best) == training.BEST


def test_a_rise_is_told_from_the_smoothed_minimum() -> None:
    x = np.arange(1.0, 101)
    found = measure_rise(line_of(x, np.abs(x - 60), "minimize", False))
    assert found.step == pytest.approx(60.5, abs=3)
    # the last three blocks are the steps 86 to 100; about the minimum fifteen steps are 3.7 from 60 in the mean
    assert found.rise == pytest.approx(33 - 3.7, abs=0.5)
    assert found.sigmas > 10
    assert measure_rise(line_of(x, -x, "minimize", False)).sigmas == 0
    assert measure_rise(line_of(x, -np.abs(x - 60), "maximize", False)).step == found.step


def test_noise_is_no_rise(rng: np.random.Generator) -> None:
    x = np.arange(1.0, 41)
    sigmas = [
        measure_rise(line_of(x, falling(40) + rng.normal(0, 0.02, 40), "minimize", False)).sigmas for _ in range(500)
    ]
    assert np.mean(np.array(sigmas) >= overfitting.SIGMAS) <= 0.01


def test_how_far_a_curve_falls_after_a_step_is_signed(rng: np.random.Generator) -> None:
    x = np.arange(1.0, 101)
    assert measure_fall_after(line_of(x, -x + rng.normal(0, 0.1, 100), "minimize", False), 50) > 10
    assert measure_fall_after(line_of(x, x + rng.normal(0, 0.1, 100), "minimize", False), 50) < -10


@pytest.mark.parametrize("first", [0, 1, 1000])
def test_a_share_of_the_steps_counts_from_before_the_first(first: int) -> None:
    line = line_of(np.arange(10.0) + first, np.ones(10), "minimize", False)
    assert share_of_steps(line, first + 4) == pytest.approx(0.5)
    assert share_of_steps(line, first + 9) == 1


@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_the_slope_of_noise_is_seldom_sure(rng: np.random.Generator, correlation: float) -> None:
    """At the 1 % level: half of ten runs never are by chance at this rate."""
    noise = rng.normal(size=(1500, 40))
    for i in range(1, 40):
        noise[:, i] += correlation * noise[:, i - 1]
    sure = np.mean([fit_slope(np.arange(15.0), row[-15:])[1] >= convergence.SIGMAS for row in noise])
    assert sure <= (0.02 if correlation == 0 else 0.08)


def test_a_slope_is_per_step_and_a_sure_one_is_told(rng: np.random.Generator) -> None:
    x = 1000 + 7 * np.arange(12.0)
    slope, sigmas = fit_slope(x, 5 - 0.3 * x + rng.normal(0, 0.1, 12))
    assert slope == pytest.approx(-0.3, rel=0.01)
    assert sigmas > 5
    assert fit_slope(x, 5 - 0.3 * x)[1] == 30
    assert fit_slope(x, np.full(12, 3.0)) == (pytest.approx(0, abs=1e-12), 0.0)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
@pytest.mark.parametrize("name", list(ODD))
def test_odd_curves_are_answered_in_words(check, name: str) -> None:
    found = check.check(study_of(ODD[name], values={run: 1.0 + i for i, run in enumerate(ODD[name])}))
    assert found.verdict in ("fine", "can't tell")
    assert found.sentence.endswith(".")
    assert "nan" not in found.sentence and "?" not in found.sentence


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_without_a_history_the_sentence_says_what_to_log(check) -> None:
    found = check.check(sweeps.study(sweeps.sound(0, curves=False)))
    assert found.verdict == "can't tell"
    assert "no metric has values per step: log" in found.sentence


@pytest.mark.parametrize("seed", range(3))
def test_sound_sweeps_are_fine_with_small_evidence(seed: int) -> None:
    study = sweeps.study(sweeps.sound(seed))
    for check in CHECKS:
        found = check.check(study)
        assert found.verdict == "fine", found.sentence
        assert sum(len(series.x) for series in found.evidence[0].series) <= 600
        assert found.evidence[0].series[0].y
        found.to_json()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_the_order_of_rows_does_not_matter(check) -> None:
    curves = {f"r{i:02}": {"val_loss": falling(40, 1 + i / 9), "train_loss": falling(40)} for i in range(12)}
    turned = dict(reversed(curves.items()))
    one = check.check(study_of(curves))
    other = check.check(study_of(turned, config={"x": [11.0 - i for i in range(12)]}))
    assert (one.verdict, one.sentence) == (other.verdict, other.sentence)


def test_on_an_adaptive_search_nothing_is_more_than_a_look() -> None:
    up = {
        f"r{i}": {"val_loss": falling() + 3 * np.maximum(0, np.arange(100) - 50) / 50, "train_loss": falling(speed=3)}
        for i in range(24)
    }
    space = Space("val_loss", "minimize", "bayes")
    values = {f"r{i}": 1.0 + i / 50 for i in range(24)}
    assert overfitting.check(study_of(up, values=values)).verdict == "act"
    assert overfitting.check(study_of(up, values=values, space=space)).verdict == "look"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.NAME)
def test_without_a_feasible_run_the_sentence_says_so(check) -> None:
    curves = {run: {"val_loss": falling(), "train_loss": falling()} for run in "abc"}
    found = check.check(study_of(curves, values=dict.fromkeys("abc", np.inf)))
    assert found.verdict == "can't tell"
    assert "No run that counts has a value of val_loss" in found.sentence


def test_whether_runs_fail_has_a_goal_of_its_own() -> None:
    study = study_of({"a": {"val_acc": [0.1, 0.2]}, "b": {"val_acc": [0.3, 0.4]}}, "val_acc")
    failing = Selection("p", Target("val_acc", value="failing"))
    design = build(study.runs.project, failing)
    assert design.target.goal == "minimize"
    assert metrics_of(Study(collect(study.runs.project, failing, design), design)).goals == {"val_acc": "maximize"}
