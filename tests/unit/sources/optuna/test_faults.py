"""Optuna: what is torn, locked or hostile is said, and costs no more than it must."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from panel import sources
from panel.errors import SourceError
from tests.contract.test_sources import as_nobody, state_of
from tests.unit.sources.optuna.optuna_files import FIXTURE, STUDY, change, write


@pytest.fixture
def database(tmp_path):
    return Path(shutil.copy(FIXTURE / "study.db", tmp_path))


@pytest.fixture
def journal(tmp_path):
    return Path(shutil.copy(FIXTURE / "journal.log", tmp_path))


def test_torn_lines_of_a_journal_are_counted_and_the_rest_is_read(journal):
    lines = journal.read_text().splitlines(keepends=True)
    lines[40] = lines[40][:30] + "\n"
    lines[60] = "\x00\x00\n"
    lines.insert(62, '{"op_code":99}\n{"op_code":-1}\n[]\n{"op_code":6,"trial_id":"x","state":1}\n')
    project = sources.load(write(journal, *lines, lines[-1][:20]))
    assert len(project.runs) == 16
    assert project.skipped == ((str(journal), "6 lines are no operation of a journal; the first is line 41"),)


def test_a_parameter_that_cannot_be_told_costs_its_trial_alone(database):
    project = sources.load(
        change(
            database,
            "UPDATE trial_params SET param_value = 17 WHERE trial_id = 2 AND param_name = 'layers'",
            'UPDATE trial_params SET distribution_json = \'{"name": "Other"}\' WHERE trial_id = 3'
            " AND param_name = 'alpha'",
            "UPDATE trial_params SET param_value = 'x' WHERE trial_id = 4 AND param_name = 'alpha'",
            "UPDATE trial_values SET value = 'much' WHERE trial_id = 1",
        )
    )
    assert [what for what, _ in project.skipped] == [f"{database}: trial {i}" for i in range(4)]
    assert [why for _, why in project.skipped][:3] == [
        "value 'much' is no number",
        "parameter 'layers': choice 17 of 4 does not exist",
        "parameter 'alpha': '{\"name\": \"Other\"}' is no distribution of Optuna",
    ]
    assert len(project.runs) == 12


def test_an_attribute_that_is_no_json_stays_text(database):
    file = change(database, "UPDATE trial_user_attributes SET value_json = '{\"a\": ' WHERE trial_id = 1")
    assert sources.load(file).runs.loc["0", "user.val_acc"] == '{"a": '


def test_a_locked_database_is_said(database, monkeypatch):
    monkeypatch.setattr("panel.sources.common.databases.PATIENCE", 0.1)
    connection = sqlite3.connect(database)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(SourceError, match=r"study\.db cannot be read: another program has locked it"):
            sources.load(str(database))
    finally:
        connection.close()


def test_a_database_that_is_being_written_is_read_with_what_is_in_its_log(database):
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    before = sources.stamp(str(database))
    connection.execute("UPDATE trial_values SET value = 5 WHERE trial_id = 1")
    connection.commit()
    assert sources.stamp(str(database)) != before
    assert sources.load(str(database)).summary.loc["0", "val_loss"] == 5
    connection.close()


def test_a_table_that_is_missing_is_named(database):
    file = change(database, "DROP TABLE trial_user_attributes")
    with pytest.raises(SourceError, match=r"study\.db cannot be read: no such table: trial_user_attributes"):
        sources.load(file)


def test_another_programs_database_is_not_taken_for_one(tmp_path):
    file = change(tmp_path / "other.db", "CREATE TABLE studies (study_id)", "CREATE TABLE trials (x)")
    with pytest.raises(SourceError, match="of no tracker that SweepLens knows"):
        sources.load(file)


def test_a_study_without_trials_is_said(tmp_path):
    with pytest.raises(SourceError, match="holds no runs of Optuna"):
        sources.load(write(tmp_path / "j", STUDY))


def test_a_journal_that_may_not_be_read_is_said(tmp_path_factory):
    place = Path("/tmp") / f"optuna-{os.getpid()}"
    place.mkdir(mode=0o755)
    try:
        shutil.copy(FIXTURE / "study.db", place)
        (place / "closed.log").write_text(STUDY)
        (place / "closed.log").chmod(0)
        with as_nobody():
            assert len(sources.load(str(place)).runs) == 16
            with pytest.raises(SourceError, match=r"closed\.log"):
                sources.load(str(place / "closed.log"))
    finally:
        shutil.rmtree(place)


def test_nothing_is_unpickled_and_a_missing_database_is_not_made(tmp_path, database):
    trap = tmp_path / "trap"
    pickle = f"cbuiltins\nexec\n(S'open({str(trap)!r}, \"w\")'\ntR."
    quoted = json.dumps(pickle).replace("'", "''")
    change(
        database,
        f"UPDATE trial_user_attributes SET value_json = '{quoted}' WHERE trial_id = 1",
        'UPDATE trial_user_attributes SET value_json = \'__import__("os").mkdir("trap")\' WHERE trial_id = 2',
    )
    (tmp_path / "study.db.snapshot").write_bytes(pickle.encode())
    before = state_of(tmp_path)
    project = sources.load(str(database))
    assert project.runs["user.val_acc"].notna().sum() == 2
    with pytest.raises(SourceError, match="does not exist"):
        sources.load(f"sqlite:///{tmp_path / 'missing.db'}")
    assert not trap.exists()
    assert state_of(tmp_path) == before
