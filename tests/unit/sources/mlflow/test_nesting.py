"""Nested runs: what children have from their parents, and which parents are no runs."""

import sqlite3
from contextlib import closing

import pytest

from panel import sources
from panel.sources.common.records import Reading, Run
from panel.sources.mlflow.nesting import give_settings_of_parents

from .test_reader import copy


def child(id, parent="p", **more):
    return Run(id, **{"config": {"lr": 0.1}, "summary": {"val_loss": 0.5}, "fields": {"parent": parent}, **more})


def given(*runs):
    return {run.id: run for run in give_settings_of_parents(runs, Reading())}


def test_children_have_what_their_parents_set_and_they_did_not():
    top = Run("top", config={"dataset": "digits", "lr": 9})
    found = given(top, Run("p", config={"model": "cnn"}, fields={"parent": "top"}), child("a"), child("b"))
    assert list(found) == ["a", "b"]
    assert list(found["a"].config.items()) == [("dataset", "digits"), ("lr", 0.1), ("model", "cnn")]


def test_settings_of_a_search_are_none_of_its_models():
    search = {"cv": 3, "n_iter": 60, "param_distributions": "{}", "best_C": 1.5, "estimator": "SVC()", "dataset": "d"}
    found = given(Run("p", config=search, summary={"best_cv_score": 0.9}), child("a"), child("b"))
    assert found["a"].config == {"estimator": "SVC()", "dataset": "d", "lr": 0.1}
    by_hand = given(Run("p", config={"cv": 3, "best_lr": 0.1}), child("a"), child("b"))
    assert by_hand["a"].config == {"cv": 3, "lr": 0.1}  # a setting of theirs, as far as anyone knows


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        ({}, False),
        ({"best_val_loss": 0.4}, False),
        ({"system/cpu": 4.0, "val_loss": 0.5}, False),  # that of its best child
        ({"val_loss": 0.45}, True),  # such as the mean over folds
    ],
)
def test_a_parent_is_a_run_if_it_has_a_result_that_no_child_has(summary, kept):
    assert ("p" in given(Run("p", summary=summary), child("a"), child("b"))) is kept


def test_a_run_with_steps_below_it_stays():
    steps = [child("a", summary={"rows": 10.0}), child("b", summary={"seconds": 3.0})]
    assert "p" in given(Run("p", config={"lr": 0.1}, summary={"val_loss": 0.5}), *steps)
    assert "p" in given(Run("p"), child("a", summary={}))  # nothing has a result yet


def test_runs_that_are_their_own_parents_end_nothing():
    assert set(given(child("a", "b"), child("b", "a"))) <= {"a", "b"}


@pytest.mark.parametrize("name", ["mlflow.db"])
def test_settings_that_a_database_holds_of_a_parent_are_read(tmp_path, name):
    store = copy(name, tmp_path)
    with closing(sqlite3.connect(store)) as database, database:
        parent = database.execute("SELECT DISTINCT value FROM tags WHERE key = 'mlflow.parentRunId'").fetchone()[0]
        database.execute("INSERT INTO params (run_uuid, key, value) VALUES (?, 'model', 'mlp')", (parent,))
    project = sources.load(str(store))
    assert parent not in project.runs.index
    below = project.runs["parent"].notna()
    assert set(project.config["model"][below]) == {"mlp"} and project.config["model"][~below].isna().all()
