"""Configs between two, predicted: on functions that are known, and the path that rests on it."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.next_sweep.between import learn_between
from panel.runs import ablation
from panel.runs.ablation_changes import list_changes, list_used, number_settings
from panel.runs.ablation_record import Asked
from tests.unit.next_sweep.searches import asked, basin, made


def learn(study, first, last):
    names = list_used(study.runs)
    changes = list_changes(study.runs, names, number_settings(study.runs, names), first, last)
    return changes, learn_between(study, changes, first, last)


def path_of(study, baseline="first"):
    return ablation.record(study.runs, Asked(baseline), partial(learn_between, study))


def test_what_lies_between_is_predicted_and_the_true_values_are_in_the_intervals():
    config, loss = basin()
    study = asked(made(config, loss))
    first, last = 0, int(study.configs.best[0])
    changes, learned = learn(study, first, last)
    assert learned.r2 > 0.8
    assert learned.configs == 80
    taken = np.array([[k == one for k in range(len(changes))] for one in range(len(changes))])
    told = learned.predict(np.vstack([np.zeros(len(changes), bool), taken]))
    for place, change in enumerate(changes, start=1):
        (name,) = change.parameters
        at = {key: values[first] for key, values in config.items()}
        then = {**at, name: config[name][last]}
        true = truth(at) - truth(then)
        gain, spread = told.subtract(0, place)
        assert abs(gain - true) < 3 * spread + 0.02, name


def truth(at):
    return (np.log10(at["lr"]) + 2) ** 2 + 0.5 * (np.log2(at["width"]) - 6) ** 2 + 1.5 * (at["optimizer"] != "adam")


def test_the_path_names_what_matters_and_not_what_does_nothing():
    study = asked(made(*basin()))
    found = path_of(study)
    verdict = {step.settings[0].parameter: step.verdict for step in found.steps}
    assert found.believed
    assert verdict["dropout"] in ("small", "noise")
    assert "better" in verdict.values()
    assert sum(step.share for step in found.steps) + found.left_share == pytest.approx(1)
    assert abs(found.left_share) < 0.1
    assert any("Gaussian process" in note for note in found.notes)


def test_the_same_whatever_the_order_of_rows():
    config, loss = basin()
    frame = pd.DataFrame(config)
    shuffled = np.random.default_rng(5).permutation(len(loss))
    ids = [f"run{i}" for i in range(len(loss))]
    created = pd.date_range("2026-01-01", periods=len(loss), freq="min").strftime("%Y-%m-%dT%H:%M:%SZ")
    frame.index, runs = ids, pd.DataFrame({"created": created.to_numpy(object)}, index=ids)
    summary = pd.DataFrame({"m": loss}, index=ids)
    one = path_of(asked(from_frames(frame, summary, runs=runs)))
    other = path_of(asked(from_frames(frame.iloc[shuffled], summary.iloc[shuffled], runs=runs.iloc[shuffled])))
    assert [s.settings for s in one.steps] == [s.settings for s in other.steps]
    assert [s.brought for s in one.steps] == pytest.approx([s.brought for s in other.steps], rel=1e-6)


def test_a_conditional_parameter_is_predicted_with_its_parent():
    draw = np.random.default_rng(1)
    optimizer = draw.choice(["adam", "sgd"], 60)
    momentum = np.where(optimizer == "sgd", draw.random(60), np.nan)
    x = draw.random(60)
    loss = np.where(optimizer == "sgd", 1 - np.nan_to_num(momentum), 1.5) + 0.2 * x + 0.01 * draw.standard_normal(60)
    study = asked(made({"optimizer": optimizer, "momentum": momentum, "x": x}, loss))
    first = int(np.flatnonzero(optimizer == "adam")[0])
    found = ablation.record(study.runs, Asked("run", f"run{first}"), partial(learn_between, study))
    steps = {tuple(s.parameter for s in step.settings): step for step in found.steps}
    assert set(steps) == {("optimizer", "momentum"), ("x",)}
    best = int(found.best.run[3:])
    brought = steps["optimizer", "momentum"].brought
    assert brought == pytest.approx(1.5 - (1 - momentum[best]), abs=0.1)


def test_noise_is_not_believed_and_its_changes_are_one_step():
    config, _ = basin()
    believed = []
    for seed in range(6):
        found = path_of(asked(made(config, np.random.default_rng(seed).random(80))))
        believed.append(found.believed and any(step.verdict == "better" for step in found.steps))
        if not found.believed and len(found.steps) == 1:
            assert "cannot be told" in found.lead
            assert any("predicts next to nothing" in note for note in found.notes)
    assert np.mean(believed) <= 1 / 3


def test_a_run_that_diverged_does_not_drown_the_others():
    config, loss = basin()
    loss[7], loss[8] = 1e9, 1e8
    study = asked(made(config, loss), goal="minimize")
    _, learned = learn(study, 0, int(study.configs.best[0]))
    assert learned.r2 > 0.5


def test_of_few_configs_and_of_equal_losses_nothing_is_learned():
    config, loss = basin(9)
    assert learn(asked(made(config, loss)), 0, 1)[1] is None
    config, loss = basin(20)
    assert learn(asked(made(config, np.ones(20))), 0, 1)[1] is None


def test_of_very_many_configs_it_learns_from_some():
    study = asked(made(*basin(3000)))
    assert path_of(study).believed
