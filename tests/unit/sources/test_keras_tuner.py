"""Keras Tuner's projects: what the fixture's script logged, and what can be wrong with such a folder."""

import json
import math
import os
import shutil
from pathlib import Path

import pytest

from panel import sources
from panel.data.project import Domain
from panel.errors import SourceError
from panel.sources.common.records import Reading, read_records, write_records
from tests.fixtures.training import configs

FIXTURE = Path(__file__).parents[2] / "fixtures" / "keras-tuner" / "projects"


@pytest.fixture
def projects(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "projects")


def trial(folder: Path, **entries: object) -> Path:
    folder.mkdir(parents=True)
    whole = {"hyperparameters": {"space": [], "values": {"lr": 0.1}}, "metrics": {"metrics": {}}, "status": "COMPLETED"}
    file = folder / "trial.json"
    file.write_text(json.dumps(whole | entries))
    return file


def observed(*values: tuple[float, list], direction: str = "min") -> dict:
    return {"metrics": {"loss": {"direction": direction, "observations": [{"step": s, "value": v} for s, v in values]}}}


def test_every_execution_is_a_run_with_the_settings_of_its_trial():
    project = sources.load(str(FIXTURE))
    assert (project.name, project.format) == ("digits", "Keras Tuner")
    for i, config in enumerate(configs(10)[:9]):
        for execution in (0, 1):
            found = project.config.loc[f"{i:02}:{execution}"]
            assert found["optimizer.lr"] == config["optimizer"]["lr"]
            assert found["layers"] == ",".join(map(str, config["layers"]))
            assert found["shuffle"] == config["shuffle"]
            assert math.isnan(found["optimizer.momentum"]) == ("momentum" not in config["optimizer"])
            assert project.runs.loc[f"{i:02}:{execution}", "execution"] == execution
    assert "execution" not in project.config
    assert project.config["batch_size"].dtype == "int64"


def test_the_last_values_of_every_execution():
    project = sources.load(str(FIXTURE))
    assert project.summary.loc[["00:0", "00:1"], "val_loss"].tolist() == [1.6127519503059906, 1.6727291833434919]
    assert project.summary.loc[["00:0", "00:1"], "val_acc"].tolist() == [0.445, 0.5]
    assert project.runs["steps"].dropna().eq(3).all()
    assert project.logged_nan["val_loss"].to_dict() == {run: run[:2] == "08" for run in project.runs.index}
    assert project.runs.loc["09", ["state", "error"]].tolist() == [
        "failed",
        "ValueError: hidden_layer_sizes must be > 0, got [0].",
    ]
    assert project.runs.loc[["08:0", "08:1"], "state"].eq("failed").all(), "Keras Tuner fails a NaN objective"
    lines = project.history.frame.set_index(["run_id", "metric", "step"])["value"].sort_index()
    assert lines["00:1", "val_loss"].tolist() == [
        2.2231788448298766,
        2.0976948610941544,
        1.9224791115724604,
        1.6727291833434919,
    ]


def test_the_declared_space_its_objective_and_conditions():
    space = sources.load(str(FIXTURE)).space
    assert (space.metric, space.goal) == ("val_loss", "minimize")
    assert space.parameters["optimizer.lr"] == Domain("real", 1e-4, 0.1, (), "log")
    assert space.parameters["optimizer.momentum"] == Domain("real", 0, 0.9, (), "linear", ("optimizer.name", ("sgd",)))
    assert space.parameters["batch_size"] == Domain("integer", 16, 64, (), "log")
    assert space.parameters["layers"] == Domain("categorical", choices=("16", "32", "32,16"))
    assert space.parameters["shuffle"].choices == (False, True)
    assert space.parameters["epochs"].choices == (4,)


def test_a_trial_with_one_value_is_one_run():
    project = sources.load(f"{FIXTURE}#small")
    assert project.runs.index.tolist() == ["0", "1", "2"]
    assert project.summary["default_objective"].tolist()[0] == 1.887604008660978
    assert project.space.metric == "default_objective"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("COMPLETED", "finished"),
        ("INVALID", "failed"),
        ("STOPPED", "killed"),
        ("RUNNING", "running"),
        ("new", "unknown"),
    ],
)
def test_states(tmp_path, status, state):
    trial(tmp_path / "p" / "trial_7", status=status)
    assert sources.load(str(tmp_path / "p")).runs["state"].to_dict() == {"7": state}


def test_executions_that_stopped_at_different_steps(tmp_path):
    trial(tmp_path / "p" / "trial_7", metrics=observed((0, [3.0, 4.0]), (1, [2.0])))
    project = sources.load(str(tmp_path / "p"))
    assert project.summary["loss"].to_dict() == {"7:0": 2, "7:1": 4}
    assert len(project.history.frame) == 3


def test_nan_infinity_and_values_without_a_list(tmp_path):
    trial(tmp_path / "p" / "trial_0", metrics=observed((0, [math.nan])))
    trial(tmp_path / "p" / "trial_1", metrics=observed((0, math.inf)))
    trial(tmp_path / "p" / "trial_2", metrics=observed((0, ["text"]), (1, [None])))
    project = sources.load(str(tmp_path / "p"))
    assert project.logged_nan["loss"].tolist() == [True, False, False]
    assert project.summary["loss"].tolist()[1] == math.inf


def test_hyperbands_own_entries_are_fields_of_the_run(tmp_path):
    values = {"lr": 0.1, "tuner/epochs": 3, "tuner/bracket": 2, "tuner/round": 1, "tuner/trial_id": "0004"}
    trial(tmp_path / "p" / "trial_5", hyperparameters={"values": values})
    (tmp_path / "p" / "oracle.json").write_text(
        json.dumps(
            {
                "hyperband_iterations": 1,
                "hyperparameters": {"space": [{"class_name": "Fixed", "config": {"name": "a", "value": 1}}]},
            }
        )
    )
    project = sources.load(str(tmp_path / "p"))
    assert list(project.config) == ["lr", "tuner/epochs"]
    assert project.runs.loc["5", ["bracket", "round", "parent"]].tolist() == [2, 1, "0004"]
    assert project.space.method == "hyperband"


def test_trials_stand_in_the_order_in_which_they_were_started(tmp_path):
    for name in "123":
        trial(tmp_path / "p" / f"trial_{name}")
    (tmp_path / "p" / "oracle.json").write_text('{"start_order": ["3", "1"]}')
    assert sources.load(str(tmp_path / "p")).runs.index.tolist() == ["3", "1", "2"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is no JSON"),
        ('{"trial_id": "01", "hyper', "is no JSON"),
        ("[]", "holds no JSON object"),
        ("\0", "is no JSON"),
    ],
)
def test_a_broken_trial_is_skipped_and_said(projects, content, why):
    file = projects / "digits" / "trial_01" / "trial.json"
    file.write_text(content)
    project = sources.load(f"{projects}#digits")
    assert len(project.runs) == 17
    [(what, said)] = project.skipped
    assert what == "digits/trial_01/trial.json"
    assert str(file) in said
    assert why in said
    assert "\n" not in said
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


@pytest.mark.parametrize(
    "entries", [{"metrics": []}, {"metrics": {"metrics": {"a": 3}}}, {"hyperparameters": None}, {"score": "x"}]
)
def test_a_trial_of_another_shape_is_still_a_run(tmp_path, entries):
    trial(tmp_path / "p" / "trial_0", **entries)
    assert len(sources.load(str(tmp_path / "p")).runs) == 1


@pytest.mark.parametrize(
    "content", ["", '{"hyperparameters": {"space": [{"class_name": "Fl', '{"hyperparameters": {"space": [1, {}]}}']
)
def test_a_broken_oracle_costs_the_space_alone(projects, content):
    (projects / "digits" / "oracle.json").write_text(content)
    project = sources.load(f"{projects}#digits")
    assert len(project.runs) == 19
    assert not project.space.parameters
    assert project.space.metric == "val_loss"


def test_an_oracle_without_trials_says_so(tmp_path):
    (tmp_path / "oracle.json").write_text("{}")
    with pytest.raises(SourceError, match="holds no runs of Keras Tuner"):
        sources.load(str(tmp_path))


def test_only_what_changed_is_read_again(projects, tmp_path):
    first = Reading()
    before = sources.load(f"{projects}#digits", first)
    write_records(first.kept, tmp_path / "kept")
    for file in sorted((projects / "digits").glob("*/trial.json"))[1:]:
        times = file.stat()
        file.write_bytes(b"x" * times.st_size)  # it would be skipped if it were read
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    changed = projects / "digits" / "trial_00" / "trial.json"
    changed.write_text(changed.read_text().replace("1.6127519503059906", "1.5"))
    after = sources.load(f"{projects}#digits", Reading(known=read_records(tmp_path / "kept")))
    assert not after.skipped
    assert len(after.runs) == len(before.runs)
    assert after.summary.loc["00:0", "val_loss"] == 1.5
