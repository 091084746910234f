"""The runs of a question as columns."""

import numpy as np
import pandas as pd
import pytest

from panel.errors import QuestionError
from panel.question.conditions import Condition
from panel.runs.base import natural


def test_infeasible_runs_are_there_and_say_why(project, collected):
    runs = collected(project)
    assert len(runs) == 120
    assert (runs.why == "failed").sum() == 12
    assert runs.why[4] == "infinite"
    assert runs.why[3] in ("NaN (diverged)", "no value")
    assert runs.feasible.sum() == 120 - 12 - 2


def test_the_best_come_first(project, collected):
    for goal, best in (("minimize", np.nanmin), ("maximize", np.nanmax)):
        runs = collected(project, goal=goal)
        target = runs.target[runs.best_first]
        assert target[0] == best(runs.target[runs.feasible])
        assert len(target) == runs.feasible.sum()
        assert np.all(np.diff(target if goal == "minimize" else -target) >= 0)


def test_numbers_and_categories_have_axes(project, collected):
    runs = collected(project)
    lr, optimizer, momentum = (runs.axis(name) for name in ("lr", "optimizer", "momentum"))
    assert (lr.kind, lr.scale) == ("number", "log")
    assert np.allclose(lr.values, project.config["lr"])
    assert optimizer.labels == ("adam", "sgd")
    assert optimizer.texts(np.array([0, 1])) == list(project.config["optimizer"][:2])
    assert momentum.absent == "inactive"
    assert np.array_equal(np.isnan(momentum.values), project.config["optimizer"] == "adam")


def test_words_and_numbers_in_one_column_are_categories_with_numbers_first(project, collected):
    project.config["width"] = ["auto", 100, 20, 5] * 30
    assert collected(project).axis("width").labels == ("5", "20", "100", "auto")


def test_true_is_not_one(project, collected):
    project.config["flag"] = pd.Series([True, 1, None, "1.0"] * 30, index=project.config.index, dtype=object)
    axis = collected(project).axis("flag")
    assert axis.labels == ("1", "1.0", "true")
    assert axis.texts(np.arange(4)) == ["true", "1", "", "1.0"]


def test_a_filter_leaves_runs_out_and_an_unknown_parameter_is_named(project, collected):
    runs = collected(project, filters=(Condition("config.optimizer", values=("sgd",)),))
    assert set(runs.column("optimizer")) == {"sgd"}
    assert runs.known(["lr", "optimizer", "lr"]) == ["lr", "optimizer"]
    with pytest.raises(QuestionError, match="no parameter 'lrr'"):
        runs.known(["lrr"])


def test_numbers_as_text_are_exact(project, collected):
    project.config["seed"] = np.arange(2147483647, 2147483647 + 120)
    project.config["x"] = np.arange(120) / 7
    runs = collected(project)
    assert runs.axis("seed").texts(np.array([0, 1])) == ["2147483647", "2147483648"]
    assert runs.axis("x").texts(np.array([3])) == [repr(3 / 7)]


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_labels_are_ordered_as_people_order_them(order):
    labels = ["-inf", "-1", "2", "10", "inf", "nan", "run-2", "run-10", "Run-11"]
    assert sorted(labels[order], key=natural) == labels
