"""MLflow's database and folder when they are torn, locked, hostile, or being written."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common import databases
from panel.sources.common.records import Reading
from tests.contract.test_sources import as_nobody
from tests.unit.sources.mlflow.test_reader import LOGGED, RUNS, copy, experiment_folder, run_folder

ALL = len(RUNS)


@pytest.fixture
def mlruns(tmp_path):
    return copy("mlruns", tmp_path)


@pytest.fixture
def database(tmp_path):
    return copy("mlflow.db", tmp_path)


def refused(uri, **how):
    with pytest.raises(SourceError) as error:
        sources.load(str(uri), **how)
    assert "\n" not in str(error.value)
    return str(error.value)


def but(project, name):
    """Say what was skipped, after checking that all other runs are there."""
    assert set(project.runs["name"]) == set(RUNS) - {name}
    ((what, why),) = project.skipped
    assert "\n" not in why
    return what, why


# ---- the database ----


def test_a_locked_database_is_said_to_be(database, monkeypatch):
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "another program has locked it" in refused(database)
    assert len(sources.load(str(database)).runs) == ALL


@pytest.mark.parametrize("left", [0, 10, 4096, 500_000])
def test_a_torn_database_is_named(database, left):
    database.write_bytes(database.read_bytes()[:left])
    assert str(database) in refused(database)


def test_tables_of_the_same_names_that_are_not_mlflows_are_named(tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other, other:
        for table in ("experiments", "runs", "params", "metrics", "tags"):
            other.execute(f"CREATE TABLE {table} (a, b)")
    assert str(file) in refused(file)
    assert "no such column" in refused(file) or "cannot join" in refused(file)


def test_a_database_without_runs_says_so(database):
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("DELETE FROM runs")
    assert refused(database) == f"{database} holds no runs of MLflow."


def test_an_experiment_whose_runs_are_all_deleted_is_left_out(database):
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE runs SET lifecycle_stage = 'deleted' WHERE experiment_id = 1")
    project = sources.load(str(database))
    assert (project.name, len(project.runs), project.parts) == ("seeds", 4, ())


def test_a_database_that_grows_while_it_is_read_changes_its_stamp(database):
    before = sources.stamp(str(database))
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE runs SET status = 'FINISHED' WHERE name = 'running'")
        assert sources.stamp(str(database)) != before
        states = sources.load(str(database)).runs.set_index("name")["state"]
        assert states["running"] == "finished"


def test_what_is_missing_is_not_created(tmp_path):
    missing = tmp_path / "mlflow.db"
    for uri in (missing, f"sqlite:///{missing}", tmp_path / "mlruns"):
        assert "does not exist" in refused(uri)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["mssql+pyodbc", "oracle"])
def test_another_database_is_read_through_its_server_and_its_password_is_not_shown(scheme):
    said = refused(f"{scheme}://me:secret@host/db", format="mlflow")
    assert "tracking server" in said
    assert "secret" not in said


def test_another_format_than_it_is_in_is_named(tmp_path):
    (tmp_path / "runs.csv").write_text("lr,loss\n1,2\n")
    assert str(tmp_path / "runs.csv") in refused(tmp_path / "runs.csv", format="mlflow")


# ---- the folder ----


def test_a_hostile_tag_is_never_followed(mlruns, tmp_path):
    victim = tmp_path / "victim"
    meta = run_folder(mlruns, "run-03") / "meta.yaml"
    meta.write_text(f"name: !!python/object/apply:os.system ['touch {victim}']\n{meta.read_text()}")
    assert len(sources.load(str(mlruns)).runs) == ALL
    assert not victim.exists()


def test_a_hostile_name_of_an_experiment_is_never_followed(mlruns, tmp_path):
    victim = tmp_path / "victim"
    meta = experiment_folder(mlruns) / "meta.yaml"
    meta.write_text(f"artifact_location: x\nname: !!python/object/apply:os.system ['touch {victim}']\n")
    project = sources.load(str(mlruns))
    assert (project.name, len(project.runs)) == (f"touch {victim}", ALL), "what stands behind the tag is a text"
    assert not victim.exists()


def test_a_bomb_of_aliases_is_not_unfolded(mlruns):
    meta = run_folder(mlruns, "run-03") / "meta.yaml"
    levels = [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    bomb = "\n".join(["a: &a [x, x]", *levels, "run_name: *i", "start_time: *i"])
    meta.write_text(bomb + "\n")
    _what, why = but(sources.load(str(mlruns)), "run-03")
    assert str(meta) in why
    assert "with its aliases it holds more than" in why


@pytest.mark.parametrize("content", [b"", b"run_name: [", b"just a word", b"\xff\xfe\x00", b"- a\n- b\n"])
def test_a_torn_description_costs_its_own_run(mlruns, content):
    meta = run_folder(mlruns, "run-03") / "meta.yaml"
    meta.write_bytes(content)
    assert str(meta) in but(sources.load(str(mlruns)), "run-03")[1]


def test_a_half_written_run_costs_nothing_else(mlruns):
    (experiment_folder(mlruns) / "5f1" / "params").mkdir(parents=True)
    project = sources.load(str(mlruns))
    ((what, why),) = project.skipped
    assert what.endswith("5f1")
    assert "meta.yaml cannot be opened" in why
    assert len(project.runs) == ALL


def test_the_line_that_is_being_written_does_not_count(mlruns):
    with (run_folder(mlruns, "run-03") / "metrics" / "val_loss").open("a") as metric:
        metric.write("1795260852283 0.")
    project = sources.load(str(mlruns))
    assert not project.skipped
    values = project.summary.set_axis(project.runs["name"])["val_loss"]
    assert values["run-03"] == LOGGED["digits"]["run-03"]["metrics"]["val_loss"][-1]
    assert len(project.history.frame) == len(sources.load(str(copy("mlflow.db", mlruns.parent))).history.frame)


@pytest.mark.parametrize("line", ["soon 0.1 3", "1795260852283 low 3", "1795260852283", "1 2 three"])
def test_a_line_that_is_no_value_is_named_and_costs_its_own_run(mlruns, line):
    file = run_folder(mlruns, "run-03") / "metrics" / "val_loss"
    file.write_text(f"{file.read_text()}{line}\n")
    project = sources.load(str(mlruns))
    assert f"{file}, line 5, is no time, value and step" in but(project, "run-03")[1]
    assert project.history.frame["run_id"].isin(project.runs.index).all()


@pytest.mark.parametrize(("spelling", "value"), [("inf", "inf"), ("-Infinity", "-inf"), ("NaN", "nan"), ("nan", "nan")])
def test_a_number_is_read_in_every_spelling(mlruns, spelling, value):
    file = run_folder(mlruns, "run-03") / "metrics" / "val_loss"
    file.write_text(f"1 0.5 0\n2 {spelling} 1\n")
    project = sources.load(str(mlruns))
    assert str(project.summary.set_axis(project.runs["name"]).loc["run-03", "val_loss"]) == value


def test_a_value_of_a_dataset_is_read(mlruns):
    (run_folder(mlruns, "run-03") / "metrics" / "val_loss").write_text("5 0.5 7 digits 0a1b\n6 0.25 6\n")
    project = sources.load(str(mlruns))
    assert project.summary.set_axis(project.runs["name"]).loc["run-03", ["val_loss", "steps"]].tolist() == [0.5, 7]


def test_what_is_not_utf8_is_read_as_far_as_it_goes(mlruns):
    (run_folder(mlruns, "run-03") / "params" / "alpha").write_bytes(b"caf\xe9")
    project = sources.load(str(mlruns))
    assert project.config.set_axis(project.runs["name"]).loc["run-03", "alpha"] == "caf\ufffd"


@pytest.mark.parametrize("which", ["meta.yaml", "params/alpha", "metrics", "."])
def test_what_may_not_be_read_costs_its_own_run(which):
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        mlruns = copy("mlruns", Path(place))
        closed = run_folder(mlruns, "run-03") / which
        closed.chmod(0)
        try:
            with as_nobody():
                _, why = but(sources.load(str(mlruns)), "run-03")
        finally:
            closed.chmod(0o755)
        assert "Permission denied" in why
        assert str(closed) in why


@pytest.mark.parametrize("name", ["mlflow.db", "mlruns"])
def test_a_store_that_may_not_be_read_is_said_to_be(name):
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        store = copy(name, Path(place))
        store.chmod(0)
        try:
            with as_nobody():
                assert refused(store) == f"{store} cannot be opened: Permission denied."
        finally:
            store.chmod(0o755)


def test_links_are_not_followed(mlruns):
    experiment = experiment_folder(mlruns)
    (experiment / "again").symlink_to(run_folder(mlruns, "run-03"), target_is_directory=True)
    (mlruns / "twice").symlink_to(experiment, target_is_directory=True)
    (run_folder(mlruns, "run-04") / "params" / "up").symlink_to(mlruns, target_is_directory=True)
    project = sources.load(str(mlruns))
    assert len(project.runs) == ALL
    assert len(project.parts) == 2


# ---- reading again ----


def changed(mlruns, change):
    """Return the names of the runs that are read anew after a change."""
    first = Reading()
    sources.load(str(mlruns), first)
    marked = {key: (stamp, replace(run, name="known")) for key, (stamp, run) in first.kept.items()}
    before = sources.stamp(str(mlruns))
    change()
    assert sources.stamp(str(mlruns)) != before
    return set(sources.load(str(mlruns), Reading(known=marked)).runs["name"]) - {"known"}


def test_only_a_run_that_changed_is_read_again(mlruns):
    run = run_folder(mlruns, "running")

    def log():
        with (run / "metrics" / "val_loss").open("a") as metric:
            metric.write("1795260852283 0.25 2\n")

    assert changed(mlruns, log) == {"running"}
    project = sources.load(str(mlruns))
    assert project.summary.set_axis(project.runs["name"]).loc["running", "val_loss"] == 0.25


def test_a_tag_that_is_written_over_is_seen(mlruns):
    tag = run_folder(mlruns, "run-03") / "tags" / "team" / "area"
    assert changed(mlruns, lambda: tag.write_text("speech")) == {"run-03"}


def test_new_and_deleted_runs_are_seen(mlruns):
    run, meta = run_folder(mlruns, "run-03"), run_folder(mlruns, "run-04") / "meta.yaml"

    def change():
        shutil.copytree(run, run.with_name("5f1"))
        meta.write_text(meta.read_text().replace("lifecycle_stage: active", "lifecycle_stage: deleted"))

    assert changed(mlruns, change) == {"run-03"}
    project = sources.load(str(mlruns))
    assert project.notes[0] == "2 deleted runs left out."
    assert len(project.runs) == ALL
