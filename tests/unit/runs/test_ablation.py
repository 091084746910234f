"""The path from a baseline to the best config: on grids, where it is known exactly, and where little is."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.runs import ablation
from panel.runs.ablation_record import AblationRecord, Asked, Learned
from panel.runs.ablation_walk import Predictions
from panel.runs.empty import Empty


def learn_nothing(changes, first, last):
    return None


def grid(loss, names="abc", repeats=1, **more):
    """A project of all configs of parameters with the values 0 and 1; the first run is the one with none."""
    configs = [
        dict(zip(names, values, strict=True)) for values in itertools.product((0, 1), repeat=len(names))
    ] * repeats
    ids = [f"r{i}" for i in range(len(configs))]
    losses = [loss(**config) for config in configs]
    return from_frames(pd.DataFrame(configs, index=ids), pd.DataFrame({"loss": losses}, index=ids), **more)


def told(runs, learn=learn_nothing, **asked):
    found = ablation.record(runs, Asked.from_json(asked), learn)
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert ablation.from_json(data).to_json() == data
    return found


def steps_of(found):
    return [tuple(setting.parameter for setting in step.settings) for step in found.steps]


def test_on_a_grid_of_an_additive_function_each_change_brings_its_own_effect(collected):
    found = told(collected(grid(lambda a, b, c: 10 - 1 * a - 3 * b - 0.5 * c), scale="raw"))
    assert steps_of(found) == [("b",), ("a",), ("c",)]
    assert [step.brought for step in found.steps] == pytest.approx([3, 1, 0.5])
    assert [step.share for step in found.steps] == pytest.approx([3 / 4.5, 1 / 4.5, 0.5 / 4.5])
    assert [(step.before, step.after) for step in found.steps] == [(10, 7), (7, 6), (6, 5.5)]
    assert {step.how for step in found.steps} == {"run"}
    assert (found.baseline.run, found.best.run) == ("r0", "r7")
    assert found.brought == pytest.approx(4.5)
    assert found.left == pytest.approx(0)


def test_where_two_act_together_the_order_is_greedy(collected):
    # b alone is worth most; a is worth something only after c
    table = {(0, 0, 0): 10, (1, 0, 0): 9, (0, 1, 0): 8, (0, 0, 1): 9.5, (1, 1, 0): 8.5, (1, 0, 1): 7, (0, 1, 1): 7.5}
    found = told(collected(grid(lambda a, b, c: table.get((a, b, c), 5.0)), scale="raw"))
    assert steps_of(found) == [("b",), ("c",), ("a",)]
    assert [step.brought for step in found.steps] == pytest.approx([2, 0.5, 2.5])


def test_a_change_that_makes_it_worse_comes_last_and_is_said_to_cost(collected):
    # the best has all three; c costs unless both others are there
    found = told(collected(grid(lambda a, b, c: 10 - 2 * a - 2 * b + c - 4 * a * b * c, repeats=2), scale="raw"))
    assert [step.brought for step in found.steps][:2] == pytest.approx([2, 2])
    assert sum(step.brought for step in found.steps) == pytest.approx(found.brought)


def test_the_larger_may_be_the_better(collected):
    found = told(collected(grid(lambda a, b, c: 1 + a + 3 * b), goal="maximize", scale="raw"))
    assert steps_of(found) == [("b",), ("a",)]
    assert [step.brought for step in found.steps] == pytest.approx([3, 1])
    assert found.best.target == 5


def test_in_log_the_shares_are_of_ratios(collected):
    found = told(collected(grid(lambda a, b, c: 1000 / 10**a / 100**b), scale="log"))
    assert found.log
    assert [step.share for step in found.steps] == pytest.approx([2 / 3, 1 / 3])
    assert [step.brought for step in found.steps] == pytest.approx([990, 9])
    assert any("by ratios" in note for note in found.notes)


def test_repeats_say_how_sure_a_step_is(collected):
    draw = np.random.default_rng(0)
    found = told(
        collected(grid(lambda a, b, c: 10 - 3 * a - 0.02 * b + 0.3 * draw.standard_normal(), repeats=10), scale="raw")
    )
    verdict = {names[0]: step.verdict for names, step in zip(steps_of(found), found.steps, strict=True)}
    assert verdict["a"] == "better"
    assert set(verdict.values()) <= {"better", "noise"}
    assert found.baseline.runs == 10
    a = found.steps[0]
    assert a.low < 3 < a.high
    assert a.high - a.low == pytest.approx(2 * 1.6694 * 0.3 * np.sqrt(2 / 10), rel=0.25)


def test_a_step_within_noise_is_in_nine_of_ten_intervals(collected):
    """Of a change without effect, between two configs that were not chosen for their target."""
    inside = []
    for seed in range(60):
        draw = np.random.default_rng(seed)
        noise = iter(draw.standard_normal(48))
        runs = collected(grid(lambda a, b, c, noise=noise: 10 - 5 * a - 5 * b + next(noise), repeats=6), scale="raw")
        found = told(runs)
        inside += [
            s.low <= 5 <= s.high for s, names in zip(found.steps, steps_of(found), strict=True) if names != ("c",)
        ]
    assert np.mean(inside) > 0.8


def conditional(momentum_matters=2.0):
    """Optimizer a or b; momentum is there with b only; and depth."""
    rows = [
        {"optimizer": optimizer, "momentum": momentum, "depth": depth}
        for optimizer, momentum, depth in itertools.product("ab", (0.1, 0.9), (1, 2))
        if optimizer == "b" or momentum == 0.1
    ] * 2
    config = pd.DataFrame(rows, index=[f"r{i}" for i in range(len(rows))])
    loss = 10.0 - (config["optimizer"] == "b") - momentum_matters * (config["momentum"] == 0.9) - 0.5 * config["depth"]
    config.loc[config["optimizer"] == "a", "momentum"] = np.nan
    return from_frames(config, pd.DataFrame({"loss": loss}))


def test_a_parameter_changes_together_with_what_hangs_on_it(collected):
    found = told(collected(conditional(), scale="raw"), run="r0")
    assert steps_of(found) == [("optimizer", "momentum"), ("depth",)]
    first = found.steps[0]
    assert [(s.before, s.after) for s in first.settings] == [("a", "b"), ("inactive", "0.9")]
    assert first.brought == pytest.approx(3)
    assert not first.together
    assert first.words.startswith("optimizer with momentum brought 3")


def test_where_both_have_it_a_conditional_parameter_changes_alone(collected):
    found = told(collected(conditional(), scale="raw"), run="r2")
    assert steps_of(found) == [("momentum",), ("depth",)]


def test_the_baseline_may_be_the_best(collected):
    found = told(collected(grid(lambda a, b, c: a + b + c), scale="raw"))
    assert found.steps == () and found.brought == 0
    assert found.lead == "The baseline, r0, is the best config already: no other has a better loss than 0."


def test_a_run_of_equal_configs_and_none_of_parameters_has_no_path(collected):
    config = pd.DataFrame({"lr": [0.1] * 12}, index=[f"r{i}" for i in range(12)])
    found = told(collected(from_frames(config, pd.DataFrame({"loss": np.arange(12.0)}, index=config.index))))
    assert found.steps == ()
    assert found.baseline.runs == 12


def test_failed_runs_are_no_baseline_and_a_config_that_failed_is_passed_last(collected):
    state = ["finished"] * 8
    state[0] = state[2] = "failed"  # 000 and 010
    project = grid(lambda a, b, c: 10 - a - 5 * b - c)
    runs = project.runs.assign(state=state)
    project = from_frames(project.config, project.summary, runs=runs)
    kept = collected(project, scale="raw")
    with pytest.raises(QuestionError, match="r0 has no finite loss"):
        told(kept, run="r0")
    with pytest.raises(QuestionError, match="no run 'nosuch'"):
        told(kept, run="nosuch")
    found = told(kept, baseline="first")
    assert found.baseline.run == "r1"
    assert steps_of(found) == [("b",), ("a",)]
    assert found.best.run == "r7"


def test_where_nothing_tells_of_changes_singly_they_are_one_step(collected):
    config = pd.DataFrame({"a": [0, 1, 1], "b": [0, 0, 1], "c": [0, 0, 1]}, index=["r0", "r1", "r2"])
    project = from_frames(config, pd.DataFrame({"loss": [3.0, 2.0, 0.5]}, index=config.index))
    found = told(collected(project, scale="raw"), baseline="first")
    assert steps_of(found) == [("a",), ("b", "c")]
    assert [step.together for step in found.steps] == [False, True]
    assert [step.brought for step in found.steps] == pytest.approx([1, 1.5])
    assert {step.verdict for step in found.steps} == {"unknown"}
    assert any("too few configs" in note for note in found.notes)


def test_where_no_run_tells_the_model_does_and_its_step_is_of_two_predictions(collected):
    config = pd.DataFrame({"a": [0, 1], "b": [0, 1]}, index=["r0", "r1"])
    project = from_frames(config, pd.DataFrame({"loss": [3.0, 1.0]}, index=config.index))

    def learn(changes, first, last):
        assert [change.parameters for change in changes] == [("a",), ("b",)]

        def predict(taken):
            return Predictions(2.8 - taken @ [1.2, 0.3], 0.01 * (np.eye(len(taken)) + 1))

        return Learned(predict, 0.8, 0.1, 40)

    found = told(collected(project, scale="raw"), learn)
    assert steps_of(found) == [("a",), ("b",)]
    assert [step.how for step in found.steps] == ["predicted", "predicted"]
    assert [(step.before, step.after) for step in found.steps] == [
        (2.8, pytest.approx(1.6)),
        (pytest.approx(1.6), pytest.approx(1.3)),
    ]
    assert found.left == pytest.approx(2 - 1.5)
    assert found.steps[1].mean == 1.0
    assert found.lead == (
        "From the baseline (loss 3) to the best config (1): a brought 60 % of it and b 15 %. 25 % of it no change "
        "explains: luck of the two, or what the model does not see."
    )
    unsure = told(collected(project, scale="raw"), lambda *asked: Learned(lambda taken: None, 0.05, 0.1, 40))
    assert steps_of(unsure) == [("a", "b")]
    assert "cannot be told" in unsure.lead


def test_an_adaptive_search_starts_from_its_first_run_and_says_so(collected):
    project = grid(lambda a, b, c: 10 - a - 3 * b, space=Space("loss", "minimize", "bayes", {}), repeats=3)
    found = told(collected(project, scale="raw"))
    assert found.asked == "first"
    assert any("The search chose these runs" in note for note in found.notes)


def test_without_a_finished_run_it_says_why(collected, project):
    failed = from_frames(project.config, project.summary, runs=project.runs.assign(state="failed"))
    assert isinstance(told(collected(failed)), Empty)


def test_the_order_of_runs_and_columns_does_not_matter(collected, project):
    found = told(collected(project))
    assert isinstance(found, AblationRecord)
    assert found.parameters == 4
    turned = from_frames(project.config.iloc[:, ::-1], project.summary, runs=project.runs)
    assert told(collected(turned)).steps == found.steps
