"""Whether values were compared fairly: known numbers, known ranges, both ways, and odd projects."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.power.fairness import fewer, narrow
from benchmarks.sweeps import sound, study
from panel.checks import fairness
from panel.checks.base import Evidence
from panel.checks.spreads import find_lack
from panel.data.project import Space, from_frames
from panel.figures.evidence import draw_evidence


def swept(counts, lr=None, seed=0, **more):
    """Return a random search with so many configs of each value of `optimizer`."""
    draw = np.random.default_rng(seed)
    name = np.repeat([f"v{i}" for i in range(len(counts))], counts)
    config = pd.DataFrame({"optimizer": name, "lr": 10 ** draw.uniform(-5, -1, len(name))})
    if lr is not None:
        config["lr"] = lr(config, draw)
    config["dropout"] = draw.uniform(0, 0.5, len(name))
    loss = draw.normal(size=len(name))
    order = draw.permutation(len(name))
    config = config.iloc[order].reset_index(drop=True)
    return study(from_frames(config, pd.DataFrame({"val_loss": loss}), **more))


def only(finding):
    return finding.facts.parameters[0]


def test_equal_numbers_over_the_same_range_are_fair():
    found = fairness.check(swept([40, 40, 40]))
    assert found.verdict == "fine"
    assert "40 configs" in found.sentence
    assert only(found).counts == {"v0": 40, "v1": 40, "v2": 40}
    assert only(found).uneven == ()


def test_a_value_that_got_few_configs_is_named_with_how_many_more_to_run():
    found = fairness.check(swept([60, 5, 50]))
    assert found.verdict == "act"
    assert "optimizer = v1 with only 5 configs" in found.sentence
    assert "60" in found.sentence
    assert found.advice.startswith("Run 55 more with optimizer = v1")
    assert (only(found).smallest, only(found).largest) == ("v1", "v0")
    assert list(found.evidence[0].series[0].y) == [60, 5, 50]


def test_less_than_half_is_a_look_and_more_than_half_is_not():
    assert fairness.check(swept([80, 30])).verdict == "look"
    assert fairness.check(swept([300, 180])).verdict == "fine"  # unequal beyond chance, but not much


def test_unequal_numbers_that_chance_explains_are_fair():
    assert fairness.check(swept([9, 4, 8])).verdict == "fine"


def test_configs_count_not_runs():
    config = pd.DataFrame({"optimizer": ["a"] * 20 + ["b"] * 60, "lr": [*range(20), *np.repeat(np.arange(20), 3)]})
    config["seed"] = np.arange(80)
    found = fairness.check(study(from_frames(config, pd.DataFrame({"val_loss": np.random.default_rng(0).random(80)}))))
    assert only(found).counts == {"a": 20, "b": 20}
    assert found.verdict == "fine"


def test_a_value_tried_in_a_part_of_the_range_is_told_where_it_lacks_configs():
    def half(config, draw):
        place = draw.uniform(0, 1, len(config))
        return 10 ** np.where(config["optimizer"] == "v1", -3 + 2 * place, -5 + 4 * place)

    found = fairness.check(swept([60, 40], half))
    assert found.verdict == "look"
    low = next(u for u in only(found).uneven if u.value == "v1")
    assert low.nuisance == "lr"
    assert low.have <= 2
    assert low.lacks[0] < 1e-4
    assert low.lacks[1] < 2e-3
    assert 15 <= low.more <= 25  # half of 40
    assert only(found).overlap["lr"] == pytest.approx(0.5, abs=0.08)
    assert only(found).uneven[0] is low  # not v0, which has its configs where v1 has none
    assert "with optimizer = v1" in found.sentence
    assert f"Run about {low.more} more with optimizer = v1" in found.advice
    assert len(found.evidence) == 1
    assert found.evidence[0].x.log


def test_a_value_kept_at_one_setting_in_the_middle_is_found():
    found = fairness.check(
        swept(
            [60, 12], lambda config, draw: np.where(config["optimizer"] == "v1", 1e-3, 10 ** draw.uniform(-5, -1, 72))
        )
    )
    assert {u.value for u in only(found).uneven} >= {"v1"}
    assert only(found).overlap["lr"] == 0


def test_what_a_value_lacks():
    at, own, others = np.arange(1.0, 5), np.array([0, 0, 4, 8]), np.array([4, 8, 12, 16])
    ahead = own / 8 - others / 16
    assert find_lack(at, own, others, ahead) == ((1.0, 2.0), 0, 4)


def test_a_parameter_that_exists_for_one_value_only_is_not_compared():
    found = fairness.check(study(sound(3, curves=False)))
    assert "optimizer.momentum" not in found.facts.parameters[0].overlap
    assert "optimizer.lr" in found.facts.parameters[0].overlap


def test_an_adaptive_search_is_at_most_looked_at_and_not_tested():
    found = fairness.check(swept([60, 5], space=Space(method="bayes")))
    assert found.verdict == "look"
    assert only(found).p is None
    assert "no tests" in found.basis
    assert fairness.check(swept([35, 30], space=Space(method="bayes"))).verdict == "fine"


def test_of_an_adaptive_search_a_fine_says_from_where_on_it_would_ask():
    found = fairness.check(swept([45, 15], space=Space(method="tpe")))
    assert found.verdict == "fine"
    assert "with 15 to 45 configs" in found.sentence
    assert "where one has less than 25 % of the configs of another, and here the fewest are 33 %" in found.sentence
    assert "too few is less than 25 %" in found.basis
    beyond = fairness.check(swept([49, 12], space=Space(method="tpe")))
    assert beyond.verdict != "fine" and only(beyond).ratio < 0.25
    assert "25 %" not in fairness.check(swept([30, 30], space=Space(method="tpe"))).sentence
    assert "too few is also less than 50 %" in fairness.check(swept([30, 30])).basis


def test_with_too_few_configs_the_parameter_with_fewest_values_says_how_many_are_enough():
    project = from_frames(
        pd.DataFrame({"layers": np.tile([1, 2, 3, 4], 2), "kind": np.repeat(["a", "b"], 4)}),
        pd.DataFrame({"val_loss": np.random.default_rng(1).random(8)}),
    )
    found = fairness.check(study(project, roles=(("layers", "scientific"), ("kind", "scientific"))))
    assert found.sentence.startswith("8 configs over the 2 values of kind")
    assert found.advice.startswith("Run at least 10 configs")


def test_roles_decide_what_is_compared():
    project = from_frames(
        pd.DataFrame({"layers": np.tile([1, 2, 3], 30), "kind": np.repeat(["a", "b"], [80, 10]), "lr": np.arange(90)}),
        pd.DataFrame({"val_loss": np.random.default_rng(1).random(90)}),
    )
    asked = study(project, roles=(("layers", "scientific"), ("kind", "nuisance")))
    assert [p.name for p in fairness.choose_compared(asked)] == ["layers"]
    assert fairness.check(asked).facts.parameters[0].counts == {"1": 30, "2": 30, "3": 30}


@pytest.mark.parametrize(("spoil", "size", "fires"), [(fewer, 0.1, True), (narrow, 0.3, True), (narrow, 1.0, False)])
def test_a_spoilt_sweep_is_found_and_a_sound_one_is_not(spoil, size, fires):
    assert fairness.check(study(spoil(2, size))).fires == fires


def test_it_does_not_depend_on_the_order_of_runs():
    project = fewer(1, 0.2)
    back = project.config.index[::-1]
    other = from_frames(project.config.loc[back], project.summary.loc[back], None, project.runs.loc[back])
    one = from_frames(project.config, project.summary, None, project.runs)
    assert fairness.check(study(one)).sentence == fairness.check(study(other)).sentence


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"lr": [0.1]}, "No parameter"),
        ({"optimizer": ["a", "b"], "lr": [1.0, 2.0]}, "2 configs"),
        ({"optimizer": ["a", "b", None, "a"], "lr": [np.nan, np.inf, 1.0, "x"]}, "configs"),
        ({"optimizer": [True, False, "x", 3]}, "configs"),
    ],
)
@pytest.mark.parametrize("loss", [1.0, np.inf])
def test_odd_projects_get_words(config, says, loss):
    n = len(next(iter(config.values())))
    found = fairness.check(study(from_frames(pd.DataFrame(config), pd.DataFrame({"val_loss": [loss] * n}))))
    assert found.verdict == "can't tell"
    assert says in found.sentence
    assert found.advice


def test_its_evidence_can_be_drawn():
    for finding in (fairness.check(swept([60, 5])), fairness.check(study(narrow(0, 0.3)))):
        assert finding.evidence
        for shown in finding.to_json()["evidence"]:
            assert len(draw_evidence(Evidence.from_json(shown)).data)


def test_what_a_sweep_of_this_size_cannot_have_is_not_asked_for():
    config = pd.DataFrame({"layers": np.arange(1, 13), "lr": np.random.default_rng(0).random(12)})
    project = from_frames(config, pd.DataFrame({"val_loss": np.random.default_rng(1).random(12)}))
    found = fairness.check(study(project, roles=(("layers", "scientific"),)))
    assert found.verdict == "can't tell" and "Compare fewer values of layers" in found.advice


def test_what_an_adaptive_search_left_for_its_results_is_no_alarm():
    asked = swept([60, 5], space=Space(method="bayes"))
    worse = asked.runs.project.config["optimizer"].eq("v1").to_numpy() * 5.0
    loss = asked.runs.project.summary.assign(val_loss=lambda s: s["val_loss"] + worse)
    project = from_frames(asked.runs.project.config, loss, space=Space(method="bayes"))
    found = fairness.check(study(project))
    assert found.verdict == "can't tell" and only(found).unequal and only(found).explained
    assert "after worse results" in found.sentence and "search all its values alike" in found.advice


def test_a_value_without_any_of_the_best_was_left_for_a_reason():
    """Its mean rank is that of the others, but TPE draws the values of the best tenth."""
    config = pd.DataFrame({"optimizer": ["v1"] * 4 + ["v0"] * 60, "lr": np.random.default_rng(0).random(64)})
    loss = np.r_[[40.5, 41.5, 42.5, 43.5], np.delete(np.arange(10.0, 74), [31, 32, 33, 34])]
    found = fairness.check(study(from_frames(config, pd.DataFrame({"val_loss": loss}), space=Space(method="tpe"))))
    assert found.verdict == "can't tell" and only(found).explained
    loss[0] = 9  # the best of all
    found = fairness.check(study(from_frames(config, pd.DataFrame({"val_loss": loss}), space=Space(method="tpe"))))
    assert found.verdict == "look" and not only(found).explained


def test_an_adaptive_search_that_stopped_runs_went_by_results_at_other_steps():
    """One in four runs goes on to the end, so that all are compared where the others were stopped."""
    draw = np.random.default_rng(0)
    config = pd.DataFrame({"optimizer": ["v1"] * 6 + ["v0"] * 74, "lr": draw.random(80)})
    config.index = pd.Index([f"r{i}" for i in range(80)])
    curves = {
        run: [(0.8 if i < 6 else 1) + draw.normal() / 10 for _ in range(27 if i % 4 == 0 else 3)]
        for i, run in enumerate(config.index)
    }
    history = pd.DataFrame(
        [(run, step, "val_loss", v) for run, values in curves.items() for step, v in enumerate(values, 1)],
        columns=["run_id", "step", "metric", "value"],
    )
    summary = pd.DataFrame({"val_loss": [values[-1] for values in curves.values()]}, index=config.index)
    states = pd.DataFrame(
        {"state": ["finished" if len(c) > 3 else "pruned" for c in curves.values()]}, index=config.index
    )
    asked = study(from_frames(config, summary, history, states, space=Space(method="tpe")))
    assert asked.design.steps
    found = fairness.check(asked)
    assert only(found).unequal and not only(found).explained
    assert found.verdict == "can't tell" and "at other steps" in found.sentence
