"""Runs that the target does not judge: of another task, or breaking a constraint."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.another_task import find_unasked
from panel.question.constraints import find_breaking
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect


def two_tasks(n=40, **more):
    rng = np.random.default_rng(0)
    first = np.arange(n) < n // 2
    config = pd.DataFrame({"lr": rng.random(n), "task": np.where(first, "a", "b")})
    scores = rng.random(n)
    summary = {"loss_a": np.where(first, scores, np.nan), "loss_b": np.where(first, np.nan, scores), "steps": 9.0}
    return from_frames(config, pd.DataFrame({**summary, **more.pop("summary", {})}), **more)


def ask(project, metric="loss_a", **target):
    selection = Selection("p", Target(metric, **target))
    design = build(project, selection)
    return design, collect(project, selection, design)


def test_a_run_of_another_task_is_not_infeasible_and_says_so():
    design, runs = ask(two_tasks())
    assert design.left_out == {"never asked for this metric": 20}
    assert len(runs) == 20 and runs.feasible.all()


@pytest.mark.parametrize("metric", ["loss_a", '{"loss_a": 1, "steps": 1}'])
def test_every_metric_of_a_weighted_target_is_asked_for(metric):
    assert find_unasked(two_tasks(), metric).sum() == 20


def test_what_all_runs_record_tells_no_task():
    project = two_tasks(summary={"loss_b": np.nan, "train_loss": 0.5})
    assert not find_unasked(project, "loss_a").any()
    assert ask(project)[0].left_out == {"no value": 20}


def test_runs_that_did_not_end_and_one_with_a_word_of_its_own_are_no_task():
    states = pd.DataFrame({"state": ["finished"] * 20 + ["failed"] * 20})
    assert not find_unasked(two_tasks(runs=states), "loss_a").any()
    alone = np.where(np.arange(40) == 30, 1.0, np.nan)
    assert not find_unasked(two_tasks(summary={"loss_b": np.nan, "error_code": alone}), "loss_a").any()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("feasible", [True] * 30 + [False] * 10),
        ("is_feasible", [1] * 30 + [0] * 10),
        ("Infeasible", ["false"] * 30 + ["true"] * 10),
    ],
)
@pytest.mark.parametrize("place", ["runs", "summary"])
def test_a_column_that_says_feasible_makes_runs_infeasible(place, name, values):
    rng = np.random.default_rng(0)
    config, loss = pd.DataFrame({"x": rng.random(40)}), pd.DataFrame({"loss": rng.random(40)})
    said = pd.DataFrame({name: values})
    frames = {"summary": loss, "runs": said} if place == "runs" else {"summary": loss.join(said)}
    project = from_frames(config, **frames)
    assert find_breaking(project).tolist() == [False] * 30 + [True] * 10
    design, runs = ask(project, "loss")
    assert design.left_out == {"breaking a constraint": 10}
    assert list(runs.why[30:]) == ["breaks a constraint"] * 10 and np.isinf(runs.loss[30:]).all()
    failing, _ = ask(project, "loss", value="failing")
    assert failing.raw.sum() == 10 and not failing.left_out


def test_a_number_called_feasible_says_nothing():
    config, summary = pd.DataFrame({"x": range(9)}), pd.DataFrame({"loss": range(9), "feasible": range(9)})
    assert not find_breaking(from_frames(config, summary)).any()
