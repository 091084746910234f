"""Optuna: what `tests/fixtures/optuna/make.py` logged is found again, and what is torn, locked or hostile is said."""

import json
import math
import os
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.errors import SourceError
from panel.project import Domain
from panel.sources.optuna_database import open_server
from panel.sources.records import Reading
from tests.contract.test_sources import as_nobody, frames_equal, state_of

FIXTURE = Path(__file__).parents[2] / "fixtures" / "optuna"
BOTH = ("study.db", "journal.log")


@pytest.fixture
def database(tmp_path):
    return Path(shutil.copy(FIXTURE / "study.db", tmp_path))


@pytest.fixture
def journal(tmp_path):
    return Path(shutil.copy(FIXTURE / "journal.log", tmp_path))


def change(database, *statements):
    connection = sqlite3.connect(database)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return str(database)


def log(op_code, **fields):
    return json.dumps({"op_code": op_code, "worker_id": "w", **fields}, separators=(",", ":")) + "\n"


def drawn(name="FloatDistribution", **attributes):
    return json.dumps({"name": name, "attributes": attributes})


def write(file, *lines):
    file.write_text("".join(lines))
    return str(file)


STARTED = "2026-01-02T03:04:05.000001+00:00"
ENDED = "2026-01-02T03:05:05.500001+00:00"
STUDY = log(0, study_name="s", directions=[2])
TRIAL = log(4, study_id=0, datetime_start=STARTED)


def done(trial, *values, state=1):
    return log(6, trial_id=trial, state=state, values=list(values) or None, datetime_complete=ENDED)


# What was logged


@pytest.mark.parametrize("file", BOTH)
def test_the_trials_are_as_the_script_logged_them(file):
    project = sources.load(str(FIXTURE / file))
    assert (project.name, project.format, len(project.runs)) == ("digits", "Optuna", 16)
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
        "batch_size": Domain("integer", 16, 64, scale="linear"),
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


# The journal's operations


def test_a_journal_is_replayed_as_optuna_does(tmp_path):
    lr = drawn(low=0.1, high=1.0, log=False, step=None)
    project = sources.load(
        write(
            tmp_path / "j",
            STUDY,
            log(0, study_name="s", directions=[1]),  # by another worker, who lost the race
            log(3, study_id=0, system_attr={"study:metric_names": ["acc"]}),
            log(2, study_id=0, user_attr={"about": 1}),
            TRIAL,
            log(5, trial_id=0, param_name="lr", param_value_internal=0.5, distribution=lr),
            log(
                5,
                trial_id=0,
                param_name="lr",
                param_value_internal=1,
                distribution=drawn("CategoricalDistribution", choices=[1, 2]),
            ),
            log(8, trial_id=0, user_attr={"n": 3}),
            log(9, trial_id=0, system_attr={"constraints": [0.5, -1]}),
            log(9, trial_id=0, system_attr={"grid_id": 0}),
            done(0, 0.25),
            log(7, trial_id=0, step=1, intermediate_value=9.0),  # too late
            log(4, study_id=7, datetime_start=STARTED),  # of no study
            log(
                4,
                study_id=0,
                datetime_start=STARTED,
                datetime_complete=ENDED,
                state=2,
                value=None,
                values=None,
                distributions={"lr": lr},
                params={"lr": 0.75},
                user_attrs={"n": 4},
                system_attrs={},
                intermediate_values={"3": 0.5, "10": 0.125},
            ),
            log(4, study_id=0, datetime_start=None, state=4),
            log(6, trial_id=2, state=0, values=None, datetime_start=STARTED),
            log(10, trial_ids=[0]),
        )
    )
    assert project.runs["state"].tolist() == ["finished", "pruned", "running"]
    assert project.runs["runtime"].tolist()[0] == 60.5
    assert project.config["lr"].tolist()[:2] == [0.5, 0.75]
    assert project.summary["acc"].tolist()[:2] == [0.25, 0.125]
    assert project.summary["n"].tolist()[:2] == [3, 4]
    assert project.summary.loc["0", ["constraints.0", "constraints.1"]].tolist() == [0.5, -1]
    assert project.runs["steps"].tolist()[1] == 10
    assert (project.space.goal, project.space.method) == ("maximize", "grid")
    assert project.runs["created"].tolist()[2] == pd.Timestamp(STARTED)
    assert not project.skipped


def test_trials_of_a_deleted_study_are_gone_but_keep_their_numbers(tmp_path):
    file = write(
        tmp_path / "j",
        STUDY,
        TRIAL,
        log(1, study_id=0),
        STUDY.replace('"s"', '"t"'),
        log(4, study_id=1, datetime_start=STARTED),
        done(1, 0.5),
    )
    project = sources.load(file)
    assert (project.name, project.runs.index.tolist(), project.summary["value"].tolist()) == ("t", ["0"], [0.5])


@pytest.mark.parametrize(
    ("name", "attributes", "stored", "value", "domain"),
    [
        ("UniformDistribution", {"low": -1, "high": 2.5}, 0.5, 0.5, Domain("real", -1, 2.5, scale="linear")),
        ("LogUniformDistribution", {"low": 0.1, "high": 2}, 1, 1.0, Domain("real", 0.1, 2, scale="log")),
        ("DiscreteUniformDistribution", {"low": 0, "high": 6, "q": 2}, 4.0, 4.0, Domain("real", 0, 6, scale="linear")),
        ("IntUniformDistribution", {"low": 0, "high": 6}, 4.0, 4, Domain("integer", 0, 6, scale="linear")),
        ("IntLogUniformDistribution", {"low": 1, "high": 6, "step": 1}, 4.0, 4, Domain("integer", 1, 6, scale="log")),
        ("IntDistribution", {"low": 1, "high": 6, "log": True}, 2, 2, Domain("integer", 1, 6, scale="log")),
        ("CategoricalDistribution", {"choices": [True, "x", [1]]}, 0, True, None),
        ("CategoricalDistribution", {"choices": [True, "x", [1]]}, 2.0, "[1]", None),
    ],
)
def test_distributions_of_every_release(tmp_path, name, attributes, stored, value, domain):
    line = log(5, trial_id=0, param_name="p", param_value_internal=stored, distribution=drawn(name, **attributes))
    project = sources.load(write(tmp_path / "j", STUDY, TRIAL, line))
    assert project.config["p"].tolist() == [value]
    assert type(project.config["p"].tolist()[0]) is type(value)
    assert project.space.parameters["p"] == (domain or Domain("categorical", choices=(True, "x", "[1]")))


def test_a_range_that_changed_is_the_widest_and_said(tmp_path):
    ranges = [drawn(low=low, high=high, log=True) for low, high in ((0.1, 0.5), (0.01, 0.2))]
    lines = [
        log(5, trial_id=i, param_name="lr", param_value_internal=0.15, distribution=d) for i, d in enumerate(ranges)
    ]
    project = sources.load(write(tmp_path / "j", STUDY, TRIAL, TRIAL, *lines))
    assert project.space.parameters["lr"] == Domain("real", 0.01, 0.5, scale="log")
    assert project.notes == ("The range changed during the study; the widest is taken: lr.",)


# Values that are no numbers


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


# Reading again


def keys(reading):
    return {key for key, _ in reading.kept.items()}


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


# What cannot be read


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
    monkeypatch.setattr("panel.sources.databases.PATIENCE", 0.1)
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


# Databases on servers


def test_a_database_is_read_through_sqlalchemy_as_it_is_directly(database):
    pytest.importorskip("sqlalchemy")
    with open_server(f"sqlite:///{database}", "shown") as opened:
        study = opened.studies[0]
        trials = opened.trials(study)
        opened.complete(study, trials)
        stamp = opened.stamp
        assert study.objectives == ("val_loss",)
        assert trials[0].values == {0: 1.6127519503059906}
        assert len(list(opened.reported(study))) == 43
        assert dict(opened.distributions(study)).keys() == sources.load(str(database)).space.parameters.keys()
    change(database, "INSERT INTO trial_intermediate_values VALUES (1000, 15, 1, 0.5, 'FINITE')")
    with open_server(f"sqlite:///{database}", "shown") as opened:
        assert opened.stamp != stamp


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql+nothing://me:secret@host/db", "is no address of a database"),
        ("postgresql://me:sec/secret@ret@host:no/db", "is no address of a database"),
        ("postgresql+asyncmy://me:secret@host/db", "is no address of a database"),
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
        open_server(f"sqlite:///{file}", "shown"),
    ):
        pass
    assert state_of(tmp_path) == before


def test_without_sqlalchemy_the_way_to_get_it_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    with pytest.raises(SourceError, match=r"host/db needs SQLAlchemy: pip install 'sweeplens\[optuna\]'"):
        sources.load("mysql+pymysql://me:secret@host/db")


# Real studies of other people


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
