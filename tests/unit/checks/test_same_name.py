"""Two parameters of one name: best regions and ranges that differ, both ways, and odd projects."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.power.same_name import shifted
from benchmarks.sweeps import sound, study
from panel.checks import same_name
from panel.checks.base import Evidence
from panel.checks.best_places import _quartiles, chance_of
from panel.data.project import Space, from_frames
from panel.figures.evidence import draw_evidence


def pair(found, parameter="lr", parent="optimizer"):
    return next(p for p in found.facts.pairs if (p.parameter, p.parent) == (parameter, parent))


def test_a_best_learning_rate_that_depends_on_the_optimizer_is_found():
    found = same_name.check(study(shifted(1, 2.0, 200)))
    assert found.verdict == "look"
    assert "best lr depends on optimizer" in found.sentence
    own = pair(found)
    assert own.p < 0.003
    assert own.best["adam"][1] == pytest.approx(1e-4, rel=1.5)
    assert own.best["sgd"][1] == pytest.approx(1e-2, rel=1.5)
    assert own.differs == "best"
    assert "adam.lr and sgd.lr" in found.advice
    assert pair(found, "dropout").differs == ""


def test_a_best_learning_rate_that_does_not_is_left_alone():
    found = same_name.check(study(shifted(1, 0.0, 200)))
    assert found.verdict == "fine"
    assert pair(found).p > 0.003
    assert "4 pairs" in found.sentence


def test_ranges_apart_are_two_parameters():
    draw = np.random.default_rng(0)
    name = np.tile(["adam", "sgd"], 50)
    lr = 10 ** np.where(name == "adam", draw.uniform(-5, -3, 100), draw.uniform(-2.5, 0, 100))
    found = same_name.check(
        study(
            from_frames(pd.DataFrame({"optimizer": name, "lr": lr}), pd.DataFrame({"val_loss": draw.normal(size=100)}))
        )
    )
    assert found.verdict == "look"
    assert pair(found).overlap == 0
    assert pair(found).ranges["adam"] == pytest.approx([lr[::2].min(), lr[::2].max()])
    assert "two parameters of one name" in found.sentence


def test_two_columns_under_two_values_are_two_parameters_already():
    project = shifted(1, 2.0, 120)
    config = project.config.drop(columns="lr")
    for value in ("adam", "sgd"):
        config[f"{value}.lr"] = project.config["lr"].where(config["optimizer"] == value)
    found = same_name.check(study(from_frames(config, project.summary)))
    assert found.verdict == "fine"
    own = pair(found)
    assert own.separate
    assert set(own.columns) == {"adam.lr", "sgd.lr"}
    assert own.p < 0.003
    assert "adam.lr and sgd.lr are 2 parameters already" in found.sentence


def test_a_test_of_equal_groups_is_right_as_often_as_it_says():
    draw = np.random.default_rng(3)
    p = [chance_of(draw.permutation(40) + 1.0, np.repeat([0, 1, 2], [10, 14, 16]), 0, 0.2) for _ in range(400)]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.045)
    assert np.mean(np.array(p) <= 0.01) <= 0.025


def test_quartiles_are_those_of_numpy():
    values = np.random.default_rng(0).random(11)
    assert _quartiles(values) == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))


def test_groups_apart_have_a_small_chance():
    assert chance_of(np.arange(1.0, 25), np.repeat([0, 1], 12), 0) <= 1e-3
    assert chance_of(np.ones(24), np.repeat([0, 1], 12), 0) == 1


def test_an_adaptive_search_is_not_tested():
    project = shifted(1, 2.0, 200)
    found = same_name.check(study(from_frames(project.config, project.summary, space=Space(method="bayes"))))
    assert found.verdict == "can't tell"
    assert pair(found).p is None
    assert "random search" in found.advice


def test_too_few_configs_say_how_many_are_needed():
    found = same_name.check(study(shifted(0, 2.0, 20)))
    assert found.verdict == "can't tell"
    assert "20 feasible configs" in found.sentence
    assert "16 configs" in found.advice


def test_sound_sweeps_are_left_alone():
    assert [same_name.check(study(sound(i, curves=False))).fires for i in range(8)] == [False] * 8


def test_it_does_not_depend_on_the_order_of_runs():
    project = shifted(4, 1.0, 80)
    back = project.config.index[::-1]
    other = from_frames(project.config.loc[back], project.summary.loc[back])
    assert same_name.check(study(project)).sentence == same_name.check(study(other)).sentence


@pytest.mark.parametrize(
    "config",
    [
        {"lr": [0.1]},
        {"optimizer": ["a", "b", None, "a"] * 10, "lr": [np.nan, np.inf, 1.0, "x"] * 10},
        {"optimizer": ["a", "b"] * 40, "lr": [1.0, np.inf] * 40},
        {"optimizer": ["a", "b"] * 40, "lr": [0.0, -1.0, 5.0, 1e308] * 20},
    ],
)
@pytest.mark.parametrize("loss", [1.0, np.inf])
def test_odd_projects_get_words(config, loss):
    n = len(next(iter(config.values())))
    found = same_name.check(study(from_frames(pd.DataFrame(config), pd.DataFrame({"val_loss": [loss] * n}))))
    assert found.verdict in ("fine", "can't tell")
    assert found.sentence.endswith(".")


def test_its_evidence_can_be_drawn():
    found = same_name.check(study(shifted(1, 2.0, 200)))
    assert found.evidence
    for shown in found.to_json()["evidence"]:
        drawn = draw_evidence(Evidence.from_json(shown))
        assert len(drawn.data) == 2
        assert sum(len(trace.x) for trace in drawn.data) <= 600
