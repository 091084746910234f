import json
import math
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common import databases
from panel.sources.common.records import Reading
from tests.contract.test_sources import as_nobody
from tests.fixtures.training import EPOCHS, configs

FIXTURE = Path(__file__).parent.parent.parent.parent / "fixtures" / "trackio" / "runs"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "runs")


@pytest.fixture
def file(folder):
    return folder / "other.db"


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)


def run_named(project, name):
    return project.runs.index[project.runs["name"] == name][0]


def test_every_run_has_the_settings_and_the_last_values_that_it_logged():
    project = sources.load(str(FIXTURE))
    assert (project.name, project.format) == ("digits", "Trackio")
    for number, given in enumerate(configs()):
        run = run_named(project, f"run-{number}")
        row = project.config.loc[run]
        assert row["optimizer.name"] == given["optimizer"]["name"]
        assert row["optimizer.lr"] == given["optimizer"]["lr"]
        assert row["layers"] == json.dumps(given["layers"])
        assert row["seed"] == given["seed"]
        assert bool(row["shuffle"]) == given["shuffle"]
    assert project.config["batch_size"].dtype.kind == "i"
    assert project.config["shuffle"].dtype == bool
    assert set(project.config) == {
        "optimizer.name", "optimizer.lr", "optimizer.momentum", "layers", "alpha", "shuffle", "batch_size", "seed",
    }  # fmt: skip
    last = run_named(project, "run-11")
    assert project.summary.loc[last, "val_loss"] == 0.6275085550575981
    assert project.summary.loc[last, "val_acc"] == 0.825
    assert project.summary.loc[last, "steps"] == EPOCHS
    assert project.runs["group"].tolist() == ["group-0", "group-1"] * 7
    assert set(project.runs["state"]) == {"unknown"}
    assert project.runs["created"].is_monotonic_increasing
    assert (project.runs["runtime"] >= 0).all()


def test_nan_and_infinity_that_were_logged():
    project = sources.load(str(FIXTURE))
    diverged, failed = run_named(project, "run-12"), run_named(project, "run-13")
    assert project.logged_nan.loc[diverged, "val_loss"]
    assert not project.logged_nan.loc[failed, "val_loss"]
    assert project.summary.loc[run_named(project, "run-1"), "train/margin"] == -math.inf
    assert project.summary["train/margin"].dtype.kind == "f"


def test_tables_and_system_metrics_are_no_metrics():
    project = sources.load(str(FIXTURE))
    assert set(project.summary) == {
        "started", "resolution.width", "resolution.height", "val_loss", "val_acc", "train/margin", "runtime", "steps",
    }  # fmt: skip


def test_the_values_per_step():
    project = sources.load(str(FIXTURE))
    frame = project.history.frame
    assert set(frame["run_id"]) == set(project.runs.index)
    first = run_named(project, "run-0")
    curve = frame[(frame["run_id"] == first) & (frame["metric"] == "val_acc")]
    assert curve["step"].tolist() == [1, 2, 3, 4]
    assert curve["value"].tolist() == [0.225, 0.285, 0.36, 0.445]
    lost = frame[(frame["run_id"] == run_named(project, "run-12")) & (frame["metric"] == "val_loss")]
    assert lost["value"].isna().all() and len(lost) == EPOCHS


def test_of_two_values_at_one_step_the_last_counts(file):
    project = sources.load(str(file))
    run = run_named(project, "run-0")
    change(
        file,
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) "
        f"VALUES ('{run}', '2099-01-01T00:00:00+00:00', 'run-0', 4, '{{\"val_acc\": 0.75}}')",
    )
    project = sources.load(str(file))
    frame = project.history.frame
    at = frame[(frame["run_id"] == run) & (frame["metric"] == "val_acc") & (frame["step"] == 4)]
    assert at["value"].tolist() == [0.75]
    assert project.summary.loc[run, "val_acc"] == 0.75


def test_a_folder_of_several_projects(folder):
    project = sources.load(str(folder))
    assert [p.rpartition("#")[2] for p in project.parts] == ["digits", "other"]
    other = sources.load(f"{folder}#other")
    assert (other.name, len(other.runs)) == ("other", 3)
    assert set(other.history.frame["run_id"]) == set(other.runs.index)
    alone = sources.load(str(folder / "other.db"))
    assert (alone.name, alone.parts) == ("other", ())
    assert sources.load(f"sqlite:///{folder / 'other.db'}").name == "other"


def test_only_runs_that_changed_are_read_again(file):
    first = Reading()
    before = sources.load(str(file), first)
    run = run_named(before, "run-1")
    change(
        file,
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) "
        f"VALUES ('{run}', '2099-01-01T00:00:00+00:00', 'run-1', 5, '{{\"val_acc\": \"Infinity\"}}')",
    )
    again = Reading(known=first.kept)
    after = sources.load(str(file), again)
    assert after.summary.loc[run, "val_acc"] == math.inf
    unchanged = [key for key in again.kept if again.kept[key] is first.kept[key]]
    assert len(unchanged) == 2
    change(file, f"UPDATE configs SET run_name = 'renamed' WHERE run_id = '{run}'")
    renamed = sources.load(str(file), Reading(known=again.kept))
    assert renamed.runs.loc[run, "name"] == "renamed"


def test_releases_that_knew_runs_by_their_names(tmp_path):
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT)"
        )
        database.execute(
            "CREATE TABLE configs (id INTEGER PRIMARY KEY, run_name TEXT, config TEXT, created_at TEXT, "
            "UNIQUE(run_name))"
        )
        database.execute("INSERT INTO configs VALUES (1, 'a', '{\"lr\": 0.1}', '2025-09-01T00:00:00+00:00')")
        for step in (0, 1):
            cell = json.dumps({"loss": 1.0 / (step + 1)})
            row = (f"2025-09-01T00:00:0{step}+00:00", "a", step, cell)
            database.execute("INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)", row)
        database.execute(
            "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('', 'b', 0, '{\"loss\": 3}')"
        )
    project = sources.load(str(file))
    assert project.runs.index.tolist() == ["b", "a"]
    assert project.summary["loss"].to_dict() == {"a": 0.5, "b": 3.0}
    assert project.config["lr"].to_dict()["a"] == 0.1
    assert len(project.history.frame) == 3
    change(file, "DROP TABLE configs")
    assert sorted(sources.load(str(file)).runs.index) == ["a", "b"]


@pytest.mark.parametrize("cell", ["{", "[1]", "3", "null", "\x00\x01", "[" * 5_000])
def test_a_row_that_is_no_json_costs_its_own_run(file, cell):
    run = run_named(sources.load(str(file)), "run-1")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE metrics SET metrics = ? WHERE run_id = ? AND step = 2", (cell, run))
    project = sources.load(str(file))
    assert len(project.runs) == 2
    assert [(str(file) in why, "run-1" in why, "\n" in why) for _, why in project.skipped] == [(True, True, False)]
    assert run not in set(project.history.frame["run_id"])


def test_a_pickle_in_a_cell_is_not_opened(file, tmp_path):
    mark = tmp_path / "executed"
    with closing(sqlite3.connect(file)) as database, database:
        hostile = f"cposix\nsystem\n(S'touch {mark}'\ntR.".encode()
        database.execute("UPDATE configs SET config = ? WHERE run_name = 'run-0'", (hostile,))
    assert len(sources.load(str(file)).runs) == 2
    assert not mark.exists()


def test_a_torn_file_is_named_and_the_other_projects_open(folder):
    file = folder / "other.db"
    file.write_bytes(file.read_bytes()[:2000])
    project = sources.load(str(folder))
    assert (project.name, len(project.runs)) == ("digits", 14)
    assert [what for what, _ in project.skipped] == ["other.db"]
    with pytest.raises(SourceError, match=r"other\.db") as said:
        sources.load(str(file))
    assert "\n" not in str(said.value)


def test_a_file_that_may_not_be_read_is_named(folder):
    for path in (folder, *folder.parents):
        if "pytest" in str(path):
            path.chmod(0o755)
    (folder / "other.db").chmod(0)
    with as_nobody():
        project = sources.load(str(folder))
    assert project.name == "digits"
    assert "cannot be opened" in project.skipped[0][1]


def test_a_locked_file_says_so(file, monkeypatch):
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceError, match=r"other\.db.*locked"):
            sources.load(str(file))
        writer.execute("ROLLBACK")
    assert len(sources.load(str(file)).runs) == 3


def test_what_a_writer_has_not_merged_yet_is_read_too(file):
    before = sources.stamp(str(file))
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute(
            "INSERT INTO configs (run_id, run_name, config, created_at) VALUES ('new', 'new', '{\"lr\": 1}', '')"
        )
        writer.commit()
        assert file.with_name("other.db-wal").stat().st_size > 0
        assert "new" in sources.load(str(file)).runs.index
        assert sources.stamp(str(file)) != before


def test_a_file_that_grew_between_two_looks(file):
    project = sources.load(str(file))
    change(
        file,
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) "
        "VALUES ('late', '2099-01-01T00:00:00+00:00', 'late', 0, '{\"val_acc\": 1}')",
    )
    assert "late" in set(project.history.frame["run_id"])
    assert "late" in sources.load(str(file)).runs.index


def test_other_programs_tables_named_metrics_are_not_trackios(tmp_path):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        database.execute("CREATE TABLE metrics (key TEXT, value REAL, timestamp INTEGER, run_uuid TEXT, step INTEGER)")
        database.execute("CREATE TABLE configs (x)")
    assert "trackio" not in [s.NAME for s in sources.SOURCES if s.recognises(sources.locate(str(tmp_path)))]


LINE = {
    "v": 1, "kind": "metric", "project": "my demo", "run": "a", "run_id": "1", "metrics": {"loss": 1.5}, "step": 0,
    "timestamp": "2026-11-21T12:08:09+00:00", "config": {"lr": 0.1, "_Group": "g"}, "log_id": "x",
}  # fmt: skip


def waiting(folder: Path, *lines: object) -> Path:
    """Write what Trackio logs on a network file system, in the layout of release 0.43."""
    place = folder / "inbox" / "80d94b816158440d"
    place.mkdir(parents=True)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (place / "00000000.jsonl").write_text("\n".join(texts) + "\n")
    return place / "00000000.jsonl"


def test_what_waits_in_the_inbox_is_read_without_a_database(tmp_path):
    later = {**LINE, "metrics": {"loss": "NaN"}, "step": 1, "config": None}
    waiting(tmp_path, LINE, later, {**LINE, "kind": "alert"}, {**LINE, "kind": "system_metric", "metrics": {"cpu": 1}})
    before = sorted(tmp_path.rglob("*"))
    project = sources.load(str(tmp_path))
    assert (project.name, project.runs.index.tolist()) == ("mydemo", ["1"])
    assert project.logged_nan["loss"].tolist() == [True]
    assert project.config["lr"].tolist() == [0.1]
    assert project.runs["group"].tolist() == ["g"]
    assert project.history.frame["step"].tolist() == [0, 1]
    assert sorted(tmp_path.rglob("*")) == before


def test_what_waits_in_the_inbox_joins_the_database(folder):
    project = sources.load(f"{folder}#other")
    run = run_named(project, "run-0")
    before, values = sources.stamp(f"{folder}#other"), len(project.history.frame)
    line = {
        **LINE,
        "project": "other",
        "run_id": run,
        "run": "run-0",
        "step": 9,
        "metrics": {"val_acc": 2},
        "config": None,
    }
    line["timestamp"] = "2099-01-01T00:00:00+00:00"
    waiting(folder, line, {**line, "run_id": "new", "run": "new"}, LINE)
    after = sources.load(f"{folder}#other")
    assert len(after.runs) == 4
    assert after.summary.loc[run, "val_acc"] == 2
    assert after.summary.loc[run, "val_loss"] == project.summary.loc[run, "val_loss"]
    assert len(after.history.frame) == values + 2
    assert [p.rpartition("#")[2] for p in after.parts] == ["digits", "other", "mydemo"]
    assert sources.stamp(f"{folder}#other") != before


def test_a_half_written_line_in_the_inbox_is_named(tmp_path):
    file = waiting(tmp_path, LINE, '{"v": 1, "kind"')
    project = sources.load(str(tmp_path))
    assert len(project.runs) == 1
    assert str(file) in project.skipped[0][1]
