"""MLflow's database and folder: the same runs were logged into both, so both must give what was logged."""

import json
import math
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.mlflow.runs import Experiment, Logged, history_of, label_experiments, metric_value, run_of
from tests.fixtures.training import configs

FIXTURE = Path(__file__).parent.parent.parent.parent / "fixtures" / "mlflow"
LOGGED = json.loads((FIXTURE / "logged.json").read_text())
RUNS = {name: run for name, run in LOGGED["digits"].items() if name != "search"}  # that has no result of its own
STATES = {"FINISHED": "finished", "FAILED": "failed", "KILLED": "killed", "RUNNING": "running", "SCHEDULED": "running"}


@pytest.fixture(params=["mlflow.db", "mlruns"])
def store(request, tmp_path):
    """A copy of what MLflow wrote."""
    return copy(request.param, tmp_path)


@pytest.fixture
def mlruns(tmp_path):
    return copy("mlruns", tmp_path)


def copy(name, to):
    whole = FIXTURE / name
    return Path(shutil.copytree(whole, to / name) if whole.is_dir() else shutil.copy(whole, to / name))


def by_name(project, frame):
    return getattr(project, frame).set_axis(project.runs["name"])


def experiment_folder(mlruns, name="digits"):
    return next(m.parent for m in mlruns.glob("*/meta.yaml") if f"name: {name}" in m.read_text())


def run_folder(mlruns, name):
    return next(m.parent for m in mlruns.glob("*/*/meta.yaml") if f"run_name: {name}\n" in m.read_text())


# ---- what was logged ----


def test_every_run_but_the_deleted_one_has_its_name_and_state(store):
    project = sources.load(str(store))
    assert dict(zip(project.runs["name"], project.runs["state"], strict=True)) == {
        name: STATES[run["status"]] for name, run in RUNS.items()
    }
    assert not {"deleted", "search"} & set(project.runs["name"])
    assert project.notes == (
        "1 deleted run left out.",
        "1 run only collects others and is left out; those below have its settings.",
    )
    assert (project.name, project.format, project.space) == ("digits", "MLflow", None)


def test_settings_are_nested_and_typed_as_they_were_before_mlflow_made_them_text(store):
    config = by_name(sources.load(str(store)), "config")
    for i, expected in enumerate(configs()):
        row = config.loc[f"run-{i:02d}"]
        assert row["optimizer.name"] == expected["optimizer"]["name"]
        assert row["optimizer.lr"] == expected["optimizer"]["lr"]
        assert row["layers"] == json.dumps(expected["layers"])
        assert row["shuffle"] is expected["shuffle"]
        assert (row["alpha"], row["batch_size"], row["seed"]) == tuple(
            expected[n] for n in ("alpha", "batch_size", "seed")
        )
        momentum = expected["optimizer"].get("momentum")
        assert math.isnan(row["optimizer.momentum"]) if momentum is None else row["optimizer.momentum"] == momentum
    assert config["optimizer.lr"].dtype == "float64"


def test_the_summary_is_the_last_value_of_every_metric(store):
    summary = by_name(sources.load(str(store)), "summary")
    for name, run in RUNS.items():
        for metric in ("val_loss", "val_acc", "best/val_acc", "grad_norm", "margin"):
            values = run["metrics"].get(metric, [math.nan])
            np.testing.assert_equal(summary.loc[name, metric], values[-1])
    assert summary.loc["run-12", "grad_norm"] == math.inf
    assert summary.loc["run-12", "margin"] == -math.inf


def test_nan_that_was_logged_is_told_from_nothing(store):
    project = sources.load(str(store))
    logged = project.logged_nan["val_loss"].set_axis(project.runs["name"])
    assert logged[logged].index.tolist() == ["run-12"]
    assert by_name(project, "summary")["val_loss"].isna().sum() == 2  # that, and the failed one


def test_values_per_step_are_all_that_were_logged(store):
    project = sources.load(str(store))
    assert set(project.history.metrics) == {"val_loss", "val_acc", "best/val_acc", "grad_norm", "margin"}
    frame = project.history.frame.assign(name=project.history.frame["run_id"].map(project.runs["name"]))
    found = {key: list(zip(g["step"], g["value"], strict=True)) for key, g in frame.groupby(["name", "metric"])}
    expected = {
        (name, metric): list(enumerate(values))
        for name, run in RUNS.items()
        for metric, values in run["metrics"].items()
    }
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        np.testing.assert_equal(found[key], values)


def test_what_else_describes_a_run_is_kept(store):
    runs = by_name(sources.load(str(store)), "runs")
    for name, run in RUNS.items():
        row = runs.loc[name]
        assert row["source"] == "make.py"
        assert pd.isna(row["parent"]) is ("parent" not in run)
        for tag in ("stage", "team/area"):
            assert row[f"tags.{tag}"] == run["tags"][tag] if run["tags"] else pd.isna(row[f"tags.{tag}"])
    assert runs["parent"].nunique() == 1
    assert run_of(Logged("a", tags={"mlflow.note.content": "a note"})).fields == {"notes": "a note"}
    assert runs.loc["run-00", "user"] == "someone"
    assert not [name for name in runs if "mlflow." in name]
    assert runs["created"].is_monotonic_increasing
    assert runs.loc["run-00", "steps"] == 3
    assert runs.loc["run-00", "runtime"] > 0
    assert pd.isna(runs.loc["running", "runtime"])


def test_every_experiment_is_a_project_and_a_deleted_one_is_none(store):
    project = sources.load(f"{store}#seeds")
    assert project.parts == (f"{store}#digits", f"{store}#seeds")
    assert project.name == "seeds"
    assert project.notes == ()
    assert project.config["model/layers"].tolist() == [json.dumps(configs()[0]["layers"])] * 4
    assert project.config["optimizer.lr"].tolist() == [configs()[0]["optimizer"]["lr"]] * 4
    assert project.config["seed"].tolist() == [0, 1, 2, 3]
    assert "steps" not in project.runs
    frame = project.history.frame
    for run, name in project.runs["name"].items():  # they were logged without a step
        values = frame[frame["run_id"] == run]
        assert values["step"].tolist() == [0, 1, 2]
        assert values["value"].tolist() == LOGGED["seeds"][name]["metrics"]["val_loss"]


def test_database_and_folder_give_the_same(tmp_path):
    one, other = (sources.load(str(copy(name, tmp_path))) for name in ("mlflow.db", "mlruns"))
    for frame in ("config", "summary"):
        a, b = (by_name(p, frame).drop(columns="runtime", errors="ignore") for p in (one, other))
        pd.testing.assert_frame_equal(a.sort_index(axis=1), b.sort_index(axis=1))
    assert set(one.runs) == set(other.runs)


def test_a_folder_in_which_mlflow_was_started_is_opened(store):
    assert len(sources.load(str(store.parent)).runs) == len(RUNS)


def test_one_experiment_of_a_folder_is_opened(mlruns):
    project = sources.load(str(experiment_folder(mlruns, "seeds")))
    assert len(project.runs) == 4
    assert len(project.history.frame) == 12


def test_an_address_of_sqlalchemy_is_a_path(tmp_path):
    assert len(sources.load(f"sqlite:///{copy('mlflow.db', tmp_path)}").runs) == len(RUNS)


def test_a_folder_with_nothing_but_artifacts_is_no_source(tmp_path):
    (tmp_path / "mlruns" / "1" / "5f1" / "artifacts").mkdir(parents=True)
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.load(str(tmp_path / "mlruns"))


# ---- spellings ----


@pytest.mark.parametrize(
    ("value", "is_nan", "expected"),
    [
        (0.0, 1, math.nan),
        (None, 0, math.nan),
        ("NaN", False, math.nan),
        (1.7976931348623157e308, 0, math.inf),
        (-1.7976931348623157e308, 0, -math.inf),
        ("-Infinity", False, -math.inf),
        ("inf", False, math.inf),
        (0.25, 0, 0.25),
        ("much", 0, math.nan),
    ],
)
def test_a_value_is_read_in_every_spelling(value, is_nan, expected):
    np.testing.assert_equal(metric_value(value, is_nan), expected)


def test_text_becomes_what_it_spells():
    texts = {"a": "1e-3", "b": "True", "c": "[1, 2]", "d": "007", "e": "nan", "f": "", "g": "{'x': {'y': None}}"}
    config = run_of(Logged("r", params={**texts, "h": "__import__('os')"})).config
    assert config["a"] == 0.001
    assert config["b"] is True
    assert config["c"] == [1, 2]
    assert config["d"] == "007"
    assert not {"e", "f"} & set(config)  # not known
    assert config["g"] == {"x": {"y": None}}
    assert config["h"] == "__import__('os')"


@pytest.mark.parametrize("time", [None, "", "soon", math.inf, 1e300, [1]])
def test_a_time_that_is_none_is_not_known(time):
    run = run_of(Logged("r", start=time, end=5.0, status="?"))
    assert (run.created, run.runtime if time != "" else None, run.state) == (None, None, "unknown")


def test_experiments_are_told_apart_whatever_they_are_called():
    found = label_experiments(
        [Experiment("1", "a", 2), Experiment("2", "a", 3), Experiment("3", "b#c", 9), Experiment("4", "d", 1)]
    )
    assert {name: e.id for name, e in found.items()} == {"b c (3)": "3", "a (2)": "2", "a (1)": "1", "d": "4"}


def test_of_several_values_at_one_step_the_last_counts():
    frame = history_of([("r", 1, "m", 0.5, 20), ("r", 1, "m", 0.4, 30), ("r", 2, "m", 0.3, 40), ("r", 1, "m", 9, 10)])
    assert frame.to_dict("list") == {"run_id": ["r", "r"], "step": [1, 2], "metric": ["m", "m"], "value": [0.4, 0.3]}
    assert history_of([]).empty


# ---- older releases ----


def test_a_database_of_before_1_0_is_read(tmp_path):
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(
            "CREATE TABLE experiments (experiment_id INTEGER, name TEXT);"
            "CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time INT, end_time INT,"
            " experiment_id INT);"
            "CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);"
            "CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);"
            "CREATE TABLE metrics (key TEXT, value FLOAT, timestamp INT, run_uuid TEXT);"
            "INSERT INTO experiments VALUES (7, 'old');"
            "INSERT INTO runs VALUES ('a', '', 'FINISHED', 1000, 3500, 7), ('b', NULL, NULL, NULL, NULL, 7);"
            "INSERT INTO params VALUES ('lr', '0.1', 'a'), ('lr', NULL, 'b');"
            "INSERT INTO tags VALUES ('mlflow.runName', 'first', 'a');"
            "INSERT INTO metrics VALUES ('loss', 0.2, 2000, 'a'), ('loss', 0.3, 1000, 'a');"
        )
    project = sources.load(str(file))
    assert project.runs["name"].tolist() == ["b", "first"]
    assert project.runs["state"].tolist() == ["unknown", "finished"]
    assert project.runs.loc["a", "created"] == pd.Timestamp(1, unit="s", tz="UTC")
    assert project.runs.loc["a", "runtime"] == 2.5
    assert project.config.loc["a", "lr"] == 0.1
    assert project.summary.loc["a", "loss"] == 0.2
    assert project.history.frame["value"].tolist() == [0.3, 0.2]


def test_a_folder_of_before_1_0_is_read(tmp_path):
    run = tmp_path / "mlruns" / "0" / "5f1"
    for kind in ("params", "metrics/val", "tags", "artifacts"):
        (run / kind).mkdir(parents=True)
    (run.parent / "meta.yaml").write_text("artifact_location: /x\nexperiment_id: 0\nname: Default\n")
    (run / "meta.yaml").write_text(
        "artifact_uri: /x\nend_time: 1550000002500\nexperiment_id: 0\nname: first\nrun_uuid: 5f1\n"
        "source_name: train.py\nstart_time: 1550000000000\nstatus: 3\ntags: []\nuser_id: me\n"
    )
    (run / "params" / "lr").write_text("0.1")
    (run / "metrics" / "val" / "loss").write_text("1550000001 0.5\n1550000002 nan\n")
    project = sources.load(str(tmp_path / "mlruns"))
    row = project.runs.iloc[0]
    assert (row["name"], row["state"], row["user"], row["source"], row["runtime"]) == (
        *("first", "finished", "me", "train.py"),
        2.5,
    )
    assert project.name == "mlruns"
    assert project.config["lr"].tolist() == [0.1]
    assert project.logged_nan["val/loss"].tolist() == [True]
    np.testing.assert_equal(project.history.frame["value"].tolist(), [0.5, math.nan])


def test_real_databases_of_older_releases_are_read(shared):
    project = sources.load(str(shared / "mlflow_sqlite" / "rf_hyperopt_118runs.db"))
    assert project.name == "random-forest-hyperopt"
    assert len(project.runs) == 106
    assert len(project.parts) == 3
    assert set(project.config) >= {"max_depth", "min_samples_leaf", "min_samples_split", "n_estimators"}
    assert project.config["max_depth"].dtype.kind in "if"
    assert Counter(project.runs["state"]) == {"finished": 105, "failed": 1}
    both = project.config.join(project.summary["rmse"])
    assert both.duplicated().sum() == 55
    assert project.history.frame["metric"].unique().tolist() == ["rmse"]
