"""Optuna: what `tests/fixtures/optuna/make.py` logged is found again, and what real studies of all releases hold."""

import json
import math
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.data.project import Domain
from panel.errors import SourceError
from tests.unit.sources.optuna.optuna_files import BOTH, FIXTURE, STARTED, log, write


@pytest.fixture
def journal(tmp_path):
    return Path(shutil.copy(FIXTURE / "journal.log", tmp_path))


@pytest.mark.parametrize("file", BOTH)
def test_the_trials_are_as_the_script_logged_them(file):
    project = sources.load(str(FIXTURE / file))
    assert (project.name, project.format, len(project.runs)) == ("digits", "Optuna", 16)
    kind = "journal" if file.endswith(".log") else "sqlite"
    assert project.storage == (f"{kind}:///{(FIXTURE / file).resolve().as_posix()}", "digits")
    assert project.config.loc["0"].to_dict() == {
        "optimizer.name": "sgd",
        "optimizer.lr": 0.016802,
        "optimizer.momentum": 0.9,
        "layers": "[32, 16]",
        "alpha": 0.00405627,
        "shuffle": True,
        "batch_size": 32,
        "seed": 0,
    }
    assert project.config.dtypes.astype(str)[["shuffle", "batch_size", "seed", "alpha"]].to_list() == [
        "bool",
        "int64",
        "int64",
        "float64",
    ]
    assert project.config["optimizer.momentum"].isna().tolist() == (project.config["optimizer.name"] == "adam").tolist()
    assert project.summary.loc["0", ["val_loss", "val_acc"]].tolist() == [1.6127519503059906, 0.445]
    assert project.summary.loc["11", "val_loss"] == 0.6275085550575981
    assert project.runs.loc["3", "name"] == "Trial 3"
    assert project.runs.loc["0", "user.data"] == "digits"
    assert project.runs["state"].tolist() == [
        *["finished"] * 4, "pruned", "pruned", "finished", "pruned", "finished", "pruned", "pruned", "finished",
        "failed", "failed", "running", "running",
    ]  # fmt: skip
    assert not project.notes and not project.skipped


@pytest.mark.parametrize("file", BOTH)
def test_what_did_not_finish_has_its_last_reported_value(file):
    project = sources.load(str(FIXTURE / file))
    lines = project.history.frame
    last = lines.groupby("run_id")["value"].last()
    assert project.summary.loc["4", "val_loss"] == last["4"] == pytest.approx(2.38693, abs=1e-5)
    assert project.logged_nan["val_loss"].tolist() == [i == 12 for i in range(16)]
    assert math.isnan(project.summary.loc["13", "val_loss"])
    assert project.summary.loc["14", "val_loss"] == 0.5
    assert project.runs.loc["14", "steps"] == 0
    assert pd.isna(project.runs.loc["14", "runtime"])
    assert project.config.loc["15"].equals(project.config.loc["0"]), "it waits with the settings of the first"
    assert pd.isna(project.runs.loc["15", "created"])


@pytest.mark.parametrize("file", BOTH)
def test_reported_values_are_the_history_of_the_objective(file):
    lines = sources.load(str(FIXTURE / file)).history.frame
    first = lines[lines.run_id == "0"]
    assert set(lines["metric"]) == {"val_loss"}
    assert first["step"].tolist() == [0, 1, 2, 3]
    assert first["value"].tolist()[-1] == 1.6127519503059906
    assert lines[lines.run_id == "12"]["value"].isna().tolist() == [True] * 4
    assert lines["run_id"].value_counts().sort_index().to_dict()["4"] == 2


@pytest.mark.parametrize("file", BOTH)
def test_distributions_are_the_search_space(file):
    space = sources.load(str(FIXTURE / file)).space
    assert (space.metric, space.goal, space.method) == ("val_loss", "minimize", "")
    assert space.parameters == {
        "optimizer.name": Domain("categorical", choices=("adam", "sgd")),
        "optimizer.lr": Domain("real", 1e-4, 1e-1, scale="log"),
        "optimizer.momentum": Domain("categorical", choices=(0.0, 0.5, 0.9)),
        "layers": Domain("categorical", choices=("[16]", "[32]", "[32, 16]", "[0]")),
        "alpha": Domain("real", 1e-5, 1e-1, scale="log"),
        "shuffle": Domain("categorical", choices=(True, False)),
        "batch_size": Domain("categorical", choices=(16, 32, 48, 64), scale="linear"),
        "seed": Domain("integer", 0, 2, scale="linear"),
    }


def test_times_are_utc_and_runtime_is_between_them():
    runs = sources.load(str(FIXTURE / "journal.log")).runs
    created = next(
        json.loads(line)["datetime_start"]
        for line in (FIXTURE / "journal.log").read_text().splitlines()
        if '"state":0' in line and '"op_code":6' in line
    )
    assert runs.loc["0", "created"] == pd.Timestamp(created)
    connection = sqlite3.connect(f"file:{FIXTURE / 'study.db'}?mode=ro&immutable=1", uri=True)
    start, end = connection.execute(
        "SELECT datetime_start, datetime_complete FROM trials ORDER BY 1 LIMIT 1 OFFSET 1"
    ).fetchone()
    connection.close()
    runs = sources.load(str(FIXTURE / "study.db")).runs.set_index("created")
    assert runs.loc[pd.Timestamp(start, tz="UTC"), "runtime"] == pytest.approx(
        (pd.Timestamp(end) - pd.Timestamp(start)).total_seconds()
    )


def test_several_objectives_are_several_metrics():
    project = sources.load(f"{FIXTURE / 'study.db'}#loss and accuracy")
    assert project.summary.loc["0", ["values_0", "values_1"]].tolist() == [2.2650598849104373, 0.19]
    assert project.summary["constraints.size"].tolist()[:2] == [-8.0, 8.0]
    assert (project.space.metric, project.space.goal, project.space.method) == ("values_0", "minimize", "evolutionary")
    assert project.space.goals == {"values_0": "minimize", "values_1": "maximize"}
    assert project.notes == ("The study has 2 objectives: values_0 (minimize), values_1 (maximize).",)
    assert not project.history.metrics


def test_a_folder_holds_the_studies_of_all_its_files(tmp_path):
    (tmp_path / "more").mkdir()
    shutil.copy(FIXTURE / "study.db", tmp_path)
    shutil.copy(FIXTURE / "journal.log", tmp_path / "more" / "any.log")
    (tmp_path / "train.log").write_text('{"level": "info"}\n')
    (tmp_path / "notes.db").write_bytes(b"SQLite format 3\x00 and no more")
    project = sources.load(str(tmp_path))
    names = [uri.partition("#")[2] for uri in project.parts]
    assert names == ["more/any.log/digits", "study.db/digits", "study.db/loss and accuracy"]
    assert [what for what, _ in project.skipped] == [str(tmp_path / "notes.db")]
    other = sources.load(f"{tmp_path}#study.db/digits")
    assert other.source != project.source
    assert other.summary["val_loss"].equals(project.summary["val_loss"])
    assert len(other.history.frame) == len(project.history.frame) == 43
    with pytest.raises(SourceError, match="no part 'digits'"):
        sources.load(f"{tmp_path}#digits")


def test_a_journal_is_recognised_by_its_content(journal, tmp_path):
    assert sources.find(str(journal.rename(tmp_path / "anything")))[1].NAME == "optuna"


@pytest.mark.parametrize("text", ["", "{", '{"op": 1}\n', "[1]\n", "op_code\n", '["op_code"]\n'])
def test_what_is_no_journal_is_not_recognised(tmp_path, text):
    with pytest.raises(SourceError, match="is no file of runs"):
        sources.load(write(tmp_path / "x.log", text))


def test_the_name_of_a_study_may_hold_any_letter(tmp_path):
    lines = [log(0, study_name=name, directions=[1]) for name in ("a#b", "c/d", "é 'x\"")]
    trials = [log(4, study_id=i, datetime_start=STARTED) for i in (0, 0, 0, 1, 1, 2)]
    file = write(tmp_path / "j#1.log", *lines, *trials)
    project = sources.load(file)
    assert [uri.removeprefix(f"{file}#") for uri in project.parts] == ["a#b", "c/d", "é 'x\""]
    assert [len(sources.load(uri).runs) for uri in project.parts] == [3, 2, 1]
    assert sources.load(project.parts[1]).name == "c/d"


SINGLE = {
    "0.9.0.a": (4.904856166548656, 5, 5, 74.05761401453037),
    "1.2.0.a": (-1.005166348197295, 2, 0, 5.010359387548286),
    "1.3.0.a": (-3.122333768815162, 2, -5, 38.74896816388349),
    "2.4.0.a": (-1.3269926083306585, 10, -5, 126.76090938256421),
    "3.0.0.c": (2.0803047982367593, 7, 5, 78.32766805356688),
    "3.2.0.a": (-2.4602735870404024, 4, 5, 47.052946123088645),
}


@pytest.mark.parametrize("release", SINGLE)
def test_schemas_of_all_releases(shared, release):
    project = sources.load(f"{shared / 'optuna_misc' / 'old_schemas' / release}.db#single")
    assert (*project.config.iloc[0].tolist(), project.summary["value"].iloc[0]) == SINGLE[release]
    assert (project.space.metric, project.space.goal) == ("value", "minimize")
    assert project.space.parameters["z"] == Domain("categorical", choices=(-5, 0, 5))
    assert project.history.frame[["run_id", "step", "value"]].to_numpy().tolist() == [["0", 0, 0.5]]
    assert "records no time zone" in project.notes[0]


def test_every_study_of_every_old_database(shared):
    files = sorted((shared / "optuna_misc" / "old_schemas").glob("*.db"))
    assert len(files) == 10
    for file in files:
        for uri in sources.load(str(file)).parts:
            if uri.endswith("_empty"):
                continue
            project = sources.load(uri)
            assert not project.skipped
            assert len(project.space.parameters) == project.config.shape[1]
            assert project.summary[list(project.metrics)].notna().all().all()


def test_a_real_study_with_pruned_trials(shared):
    project = sources.load(str(shared / "optuna_misc" / "dashboard_sample_db.sqlite3"))
    assert project.runs["state"].value_counts().to_dict() == {"pruned": 75, "finished": 25}
    assert len(project.history.frame) == 389
    assert (project.config["n_units_l2"].notna() == (project.config["n_layers"] == 3)).all()
    assert project.space.goal == "maximize"


def test_a_real_trial_that_failed(shared):
    project = sources.load(str(shared / "optuna_misc" / "one_failed_trial.db"))
    assert project.runs["state"].tolist() == ["failed"]
    assert project.summary["value"].tolist() == [0.6678571428571428]


def test_numbers_that_are_drawn_by_steps_are_values(tmp_path):
    optuna = pytest.importorskip("optuna")
    url = f"sqlite:///{tmp_path}/study.db"
    study = optuna.create_study(storage=url, sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial):
        kernel = trial.suggest_int("kernel", 1, 7, step=2)
        drop = trial.suggest_float("drop", 0.0, 0.3, step=0.1)
        return kernel + drop + trial.suggest_int("layers", 1, 4) + trial.suggest_float("fine", 0, 1, step=1e-4)

    study.optimize(objective, n_trials=12)
    declared = sources.load(str(tmp_path / "study.db")).space.parameters
    assert declared["kernel"] == Domain("categorical", choices=(1, 3, 5, 7), scale="linear")
    assert declared["drop"].choices == (0.0, 0.1, 0.2, 0.3)
    assert declared["layers"] == Domain("integer", 1, 4, scale="linear")
    assert declared["fine"] == Domain("real", 0, 1, scale="linear")
