"""Optuna's databases: on servers, read again, and with numbers that are none."""

import math
import shutil
from pathlib import Path

import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common.given import Given
from panel.sources.common.records import Reading
from panel.sources.common.servers import open_server
from panel.sources.optuna import reader as optuna
from panel.sources.optuna.database import read_storage
from tests.contract.test_sources import frames_equal, state_of
from tests.unit.sources.optuna.optuna_files import BOTH, ENDED, FIXTURE, STUDY, TRIAL, change, log, write


@pytest.fixture
def database(tmp_path):
    return Path(shutil.copy(FIXTURE / "study.db", tmp_path))


@pytest.fixture
def journal(tmp_path):
    return Path(shutil.copy(FIXTURE / "journal.log", tmp_path))


@pytest.mark.parametrize("spelling", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_journal_spells_what_is_no_number(tmp_path, spelling):
    line = log(7, trial_id=0, step=0, intermediate_value=0.125).replace("0.125", spelling)
    project = sources.load(write(tmp_path / "j", STUDY, TRIAL, line))
    value, expected = project.summary["value"].tolist()[0], float(spelling)
    assert value == expected or (math.isnan(value) and project.logged_nan["value"].all() and math.isnan(expected))


@pytest.mark.parametrize(("kind", "value"), [("INF_POS", math.inf), ("INF_NEG", -math.inf)])
def test_a_database_keeps_infinity_beside_the_number(database, kind, value):
    file = change(
        database,
        f"UPDATE trial_values SET value = NULL, value_type = '{kind}' WHERE trial_id = 1",
        f"UPDATE trial_intermediate_values SET intermediate_value = NULL, intermediate_value_type = '{kind}'"
        " WHERE trial_id = 15",
    )
    project = sources.load(file)
    assert project.summary.loc[["0", "14"], "val_loss"].tolist() == [value, value]
    assert project.history.frame.query("run_id == '14'")["value"].tolist() == [value]


def test_before_release_3_infinity_was_a_number_and_nan_was_empty(database):
    file = change(
        database,
        "ALTER TABLE trial_intermediate_values RENAME TO old",
        "CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER PRIMARY KEY, trial_id INTEGER,"
        " step INTEGER, intermediate_value FLOAT)",
        "INSERT INTO trial_intermediate_values VALUES (1, 15, 0, 9e999), (2, 15, 1, NULL), (3, 1, 0, -9e999)",
    )
    project = sources.load(file)
    assert project.logged_nan.loc["14", "val_loss"]
    assert project.history.frame["value"].tolist()[:2] == [-math.inf, math.inf]


@pytest.mark.parametrize("file", BOTH)
def test_only_finished_trials_are_kept(file):
    reading = Reading()
    sources.load(str(FIXTURE / file), reading)
    assert len(reading.kept) == 14


def test_a_trial_that_ends_is_read_again_and_others_are_not(database):
    first = Reading()
    sources.load(str(database), first)
    change(
        database,
        "UPDATE trials SET state = 'COMPLETE', datetime_complete = '2026-12-01 00:00:00.5' WHERE trial_id = 15",
        "INSERT INTO trial_values VALUES (100, 15, 0, 0.25, 'FINITE')",
        "UPDATE trial_params SET param_value = 0.5 WHERE trial_id < 14 AND param_name = 'alpha'",  # nothing does this
    )
    again = Reading(known=first.kept)
    project = sources.load(str(database), again)
    assert project.summary.loc["14", "val_loss"] == 0.25
    assert project.runs.loc["14", "state"] == "finished"
    assert len(again.kept) == 15
    assert project.config.loc["0", "alpha"] == 0.00405627, "what is known is not read"


def test_another_study_under_the_same_numbers_is_read_anew(database):
    first = Reading()
    sources.load(str(database), first)
    change(
        database,
        "UPDATE trials SET datetime_complete = '2027-01-01 00:00:00.5' WHERE trial_id = 1",
        "UPDATE trial_values SET value = 7 WHERE trial_id = 1",
    )
    assert sources.load(str(database), Reading(known=first.kept)).summary.loc["0", "val_loss"] == 7


def test_new_names_of_the_metrics_reach_the_runs_that_are_known(database):
    first = Reading()
    sources.load(str(database), first)
    change(database, "UPDATE study_system_attributes SET value_json = '[\"loss\"]'")
    project = sources.load(str(database), Reading(known=first.kept))
    assert "loss" in project.metrics and "val_loss" not in project.metrics


def test_a_journal_that_grows_is_read_on(journal):
    first = Reading()
    before = sources.load(str(journal), first)
    stamp = sources.stamp(str(journal))
    with journal.open("a") as file:
        file.write(
            log(6, trial_id=14, state=1, values=[0.25], datetime_complete=ENDED) + TRIAL.replace(":0", ":1") + '{"op_c'
        )
    assert sources.stamp(str(journal)) != stamp
    after = sources.load(str(journal), Reading(known=first.kept))
    assert after.summary.loc["14", "val_loss"] == 0.25
    assert len(after.runs) == len(before.runs) + 1
    assert not after.skipped
    frames_equal(after, sources.load(str(journal)))


def test_numbers_that_stand_twice_are_told_apart(database):
    project = sources.load(change(database, "UPDATE trials SET number = 3 WHERE trial_id = 5"))
    assert project.runs.index.tolist()[3:5] == ["3", "3 (5)"]
    assert project.history.frame.query("run_id == '3 (5)'")["value"].tolist()[-1] == pytest.approx(2.38693, abs=1e-5)


def test_a_database_is_read_through_sqlalchemy_as_it_is_directly(database):
    pytest.importorskip("sqlalchemy")
    with open_server(f"sqlite:///{database}", "shown") as server:
        opened = read_storage(server, "shown")
        study = opened.studies[0]
        trials = opened.trials(study)
        opened.complete(study, trials)
        stamp = opened.stamp
        assert study.objectives == ("val_loss",)
        assert trials[0].values == {0: 1.6127519503059906}
        assert len(list(opened.reported_values(study))) == 43
        assert dict(opened.distributions(study)).keys() == sources.load(str(database)).space.parameters.keys()
    change(database, "INSERT INTO trial_intermediate_values VALUES (1000, 15, 1, 0.5, 'FINITE')")
    with open_server(f"sqlite:///{database}", "shown") as server:
        assert read_storage(server, "shown").stamp != stamp


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql+nothing://me:secret@host/db", "names the driver nothing, which SQLAlchemy does not know"),
        ("postgresql://me:sec/secret@ret@host:no/db", "is no address of a database"),
        ("postgresql+asyncmy://me:secret@host/db", "names the driver asyncmy, which SQLAlchemy does not know"),
    ],
)
def test_an_address_that_is_wrong_is_said_without_its_password(address, says):
    pytest.importorskip("sqlalchemy")
    with pytest.raises(SourceError, match=says) as caught:
        sources.load(address)
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith("postgresql")


def test_a_database_of_another_program_is_refused_and_not_filled(tmp_path):
    pytest.importorskip("sqlalchemy")
    file = tmp_path / "other.db"
    change(file, "CREATE TABLE things (x)")
    before = state_of(tmp_path)
    with (
        pytest.raises(SourceError, match="shown is no database of Optuna: it has no table studies"),
        open_server(f"sqlite:///{file}", "shown") as server,
    ):
        read_storage(server, "shown")
    assert state_of(tmp_path) == before


def test_without_sqlalchemy_the_way_to_get_it_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    with pytest.raises(SourceError, match=r"host/db needs SQLAlchemy: pip install 'sweeplens\[databases\]'"):
        sources.load("mysql+pymysql://me:secret@host/db")


def test_a_server_gives_the_project_that_the_file_gives(database):
    pytest.importorskip("sqlalchemy")
    given = Given(f"sqlite:///{database}", None)
    project, direct = optuna.load(given, Reading()), sources.load(str(database))
    frames_equal(project, direct)
    assert project.space == direct.space
    assert list(optuna.parts(given)) == ["digits", "loss and accuracy"]
    assert optuna.stamp(given) == optuna.stamp(given)
    both = sources._load_together(given.with_part("*"), optuna, list(optuna.parts(given)), Reading())
    change(database, "DROP TABLE trial_intermediate_values")
    assert len(project.history.frame) == 43, "it is at hand: another process may not know the password"
    assert (len(both.history.frame), both.history.stamp) == (43, "")
