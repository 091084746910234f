"""Databases on real servers: Optuna's and MLflow's, written by themselves, read without a trace or refused in words."""

from __future__ import annotations

import contextlib
import math
import os
import re
import socket
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common import passwords, servers
from panel.sources.common.records import Reading
from panel.sources.common.servers import open_server
from tests.contract.test_sources import frames_equal
from tests.services import (
    HOST,
    PASSWORD,
    SPELLED,
    find_mariadb,
    make_database,
    name_driver,
    open_engine,
    serve_postgresql,
)
from tests.unit.sources.optuna.optuna_files import FIXTURE

pytestmark = pytest.mark.heavy

SERVICES = [pytest.param(name, marks=pytest.mark.service(name)) for name in ("postgresql", "mariadb")]


@pytest.fixture(scope="module", params=SERVICES)
def service(request):
    return request.param


@pytest.fixture(scope="module")
def written(service):
    """A database into which Optuna has copied the studies of the fixture."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with make_database(service) as address:
        for study in ("digits", "loss and accuracy"):
            optuna.copy_study(
                from_study_name=study,
                from_storage=f"sqlite:///{FIXTURE / 'study.db'}",
                to_storage=name_driver(address),
                to_study_name=study,
            )
        yield address


@pytest.fixture
def known(monkeypatch):
    """Have this process know no passwords, and forget those that a test gives."""
    monkeypatch.setattr(passwords, "_KNOWN", {})


def refuse(address: str, **how) -> str:
    with pytest.raises(SourceError) as refused:
        sources.load(address, **how)
    said = str(refused.value)
    assert "\n" not in said
    assert PASSWORD not in said and SPELLED not in said
    return said


def count_rows(address: str) -> dict[str, int]:
    """Return the number of rows of each table."""
    import sqlalchemy

    engine = open_engine(address)
    with engine.connect() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar()
            for table in sqlalchemy.inspect(connection).get_table_names()
        }


# ---- what Optuna writes


def to_seconds(project):
    """Return a project with times to the second, and without what is computed of finer ones."""
    runs, summary = project.runs.drop(columns="runtime"), project.summary.drop(columns="runtime")
    return replace(project, runs=runs.assign(created=runs["created"].dt.floor("s")), summary=summary)


@pytest.mark.parametrize("study", ["digits", "loss and accuracy"])
def test_a_study_is_the_same_as_in_a_file(written, service, study):
    project, file = (sources.load(f"{where}#{study}") for where in (written, str(FIXTURE / "study.db")))
    if service == "mariadb":  # its times are whole seconds
        project, file = map(to_seconds, (project, file))
    frames_equal(project, file)
    assert project.space == file.space
    assert project.history.frame.equals(file.history.frame)
    assert [part.rpartition("#")[2] for part in project.parts] == ["digits", "loss and accuracy"]


@pytest.mark.parametrize("driver", ["", "+own"])
def test_the_driver_of_the_address_is_taken_or_that_of_the_extra(written, service, driver):
    names = {"postgresql": "+psycopg2", "mariadb": "+pymysql"}
    address = written.replace("://", f"{names[service] if driver else ''}://")
    assert sources.load(address).name == "digits"
    if service == "mariadb":
        assert sources.load(written.replace("mysql:", "mariadb:")).name == "digits"


def test_nothing_can_be_written_through_it_and_nothing_is(written):
    before = count_rows(written)
    sources.load(written)
    with pytest.raises(SourceError, match=r"(?i)read.only"), open_server(written, "shown") as database:
        database.query("DELETE FROM trial_params")
    assert count_rows(written) == before


def test_what_is_read_is_of_one_moment(written, service):
    """A trial that is added meanwhile is in none of what one reading sees."""
    import optuna

    with open_server(written, "shown") as database:
        ((before,),) = database.query("SELECT COUNT(*) FROM trials")
        study = optuna.load_study(study_name="loss and accuracy", storage=name_driver(written))
        study.add_trial(optuna.create_trial(values=[0.5, 0.5]))
        assert list(database.query("SELECT COUNT(*) FROM trials")) == [(before,)]
    assert count_rows(written)["trials"] == before + 1


def test_a_study_that_runs_changes_its_stamp_with_all_that_is_logged(service):
    import optuna

    with make_database(service) as address:
        study = optuna.create_study(study_name="live", storage=name_driver(address))
        stamps = [sources.stamp(address)]

        def look() -> None:
            stamps.append(sources.stamp(address))

        trial = study.ask()
        look()
        trial.suggest_float("lr", 0, 1)
        look()
        trial.report(0.5, 1)
        look()
        trial.set_user_attr("gpu", 1)
        look()
        running = Reading()
        assert sources.load(address, running).runs["state"].tolist() == ["running"]
        study.tell(trial, math.inf)
        look()
        project = sources.load(address, Reading(known=running.kept))
        assert project.runs["state"].tolist() == ["finished"]
        assert project.summary["value"].tolist() == [math.inf]
        assert len(set(stamps)) == len(stamps)
        assert sources.stamp(address) == stamps[-1]


# ---- what MLflow writes


def log(uri: str) -> None:
    """Log runs with MLflow: settings, values per step, such as are no numbers, tags, a parent, one that is deleted."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    experiment = client.create_experiment("digits")
    parent = client.create_run(experiment, 1_700_000_000_000, {}, "search").info.run_id
    client.log_param(parent, "data", "digits: 100 %")
    client.set_terminated(parent, end_time=1_700_000_900_000)
    for i in range(14):
        tags = {"mlflow.parentRunId": parent, "mlflow.user": "someone", "team/area": "vision"}
        run = client.create_run(experiment, 1_700_000_000_000 + 1000 * i, tags, f"run-{i:02d}").info.run_id
        client.log_param(run, "optimizer.lr", 10 ** -(i % 5))
        client.log_param(run, "optimizer.name", "ab"[i % 2])
        for step in range(3):
            client.log_metric(run, "val/loss", 1 / (1 + i + step), 1_700_000_000_000 + step, step)
        client.log_metric(run, "odd", [math.nan, math.inf, -math.inf, 1.5][i % 4], 1_700_000_000_000, 0)
        client.set_terminated(run, ["FINISHED", "FAILED", "KILLED"][i % 3], 1_700_000_060_000 + 1000 * i)
    waits = client.create_run(experiment, 1_700_000_100_000, {}, "waits").info.run_id
    gone = client.create_run(experiment, 1_700_000_100_000, {}, "gone").info.run_id
    client.log_metric(waits, "val/loss", 3.0, 1_700_000_100_000, 0)
    client.delete_run(gone)


@pytest.fixture(scope="module")
def logged(service, tmp_path_factory):
    """A database into which MLflow has logged, and a file into which it has logged the same."""
    file = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    with make_database(service) as address:
        for uri in (name_driver(address), f"sqlite:///{file}"):
            log(uri)
        yield address, file


def by_name(frame, project):
    return frame.set_axis(project.runs["name"].tolist()).sort_index(axis=1)


def test_an_experiment_is_the_same_as_in_a_file(logged):
    server, file = (sources.load(str(where)) for where in logged)
    assert server.format == file.format == "MLflow"
    assert (server.name, server.notes) == (file.name, file.notes)
    assert "1 deleted run left out." in server.notes
    assert len(server.runs) == 15
    for frame in ("config", "summary", "logged_nan"):
        ours, expected = (by_name(getattr(project, frame), project) for project in (server, file))
        assert ours.equals(expected), frame
    for column in ("state", "created", "runtime", "user", "tags.team/area"):
        assert server.runs[column].reset_index(drop=True).equals(file.runs[column].reset_index(drop=True))
    histories = []
    for project in (server, file):
        frame = project.history.frame.assign(name=lambda f, p=project: f["run_id"].map(p.runs["name"]))
        histories.append(frame.drop(columns="run_id").sort_values(["name", "metric", "step"], ignore_index=True))
    assert histories[0].equals(histories[1])
    assert len(histories[0]) == 14 * 3 + 14 + 1
    assert server.history.stamp == "", "it is at hand: another process may not know the password"


def test_runs_and_their_histories_are_of_one_moment(service):
    """A run that is logged while an experiment is read is in nothing of it."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    from mlflow import MlflowClient

    with make_database(service) as address:
        client = MlflowClient(tracking_uri=name_driver(address))
        experiment = client.create_experiment("digits")

        def log_run(done: float = 0, what: str = "") -> None:
            run = client.create_run(experiment).info.run_id
            client.log_param(run, "lr", done)
            client.log_metric(run, "loss", 1.0)
            client.log_metric(run, "loss", 0.5, step=1)

        for _ in range(3):
            log_run()
        told = []
        project = sources.load(address, Reading(progress=lambda *how: (told.append(how), log_run(*how))))
        assert len(told) > 3
        assert len(project.runs) == 3
        assert sorted(project.history.frame["run_id"]) == sorted([*project.runs.index] * 2)
        assert len(sources.load(address).runs) == 3 + len(told)


def test_an_experiment_that_grows_changes_its_stamp(logged):
    from mlflow import MlflowClient

    address, _ = logged
    client = MlflowClient(tracking_uri=name_driver(address))
    stamps = [sources.stamp(address)]

    def look() -> None:
        stamps.append(sources.stamp(address))

    experiment = client.get_experiment_by_name("digits").experiment_id
    run = client.create_run(experiment, run_name="live").info.run_id
    look()
    client.log_param(run, "lr", 1)
    look()
    client.log_metric(run, "val/loss", 1.0, 1, 0)
    look()
    client.log_metric(run, "val/loss", 1.0, 1, 1)
    look()
    client.set_tag(run, "team", "a")
    look()
    client.set_terminated(run)
    look()
    client.delete_run(run)
    look()
    assert len(set(stamps)) == len(stamps)
    assert sources.stamp(address) == stamps[-1]


def test_both_trackers_are_told_apart_by_what_is_there(written, logged):
    assert sources.find(written).source.NAME == "optuna"
    assert sources.find(logged[0]).source.NAME == "mlflow"
    assert "is no database of Optuna" in refuse(logged[0], format="optuna")
    assert "Neither a tracking server" in refuse(written, format="mlflow")


# ---- what cannot be read


def test_what_is_not_there_is_said_in_one_sentence(written, service):
    begin, _, _ = written.rpartition("/")
    with socket.create_server((HOST, 0)) as closed:
        port = closed.getsockname()[1]
    away = f"{written.partition('://')[0]}://me:{SPELLED}@{HOST}:{port}/db"
    said = refuse(away)
    assert said.startswith(f"{away.replace(SPELLED, '***')} cannot be read: ")
    assert "refused" in said
    assert "nothing_here" in refuse(f"{begin}/nothing_here").partition(" cannot be read: ")[2]
    assert refuse(f"{written}#digit").startswith(f"{written} has no part 'digit'. Did you mean 'digits'?")
    with make_database(service) as empty:
        assert refuse(empty) == f"{empty} is a database without tables: nothing has been logged into it."
        engine = open_engine(empty)
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE books (id INT)")
        assert refuse(empty) == f"{empty} is a database with the tables books, of no tracker that SweepLens knows."


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "mysql"])
def test_who_never_answers_is_not_waited_for(scheme, known, monkeypatch):
    for how in (servers._LIBPQ, servers._MYSQL):
        for name in {"connect_timeout", "read_timeout"} & set(how):
            monkeypatch.setitem(how, name, 2)
    with socket.create_server((HOST, 0)) as silent:
        begun = time.monotonic()
        said = refuse(f"{scheme}://me:{SPELLED}@{HOST}:{silent.getsockname()[1]}/db")
    assert "timeout" in said or "timed out" in said
    assert time.monotonic() - begun < 30


def test_what_is_locked_is_not_waited_for(written, service, known, monkeypatch):
    monkeypatch.setattr(servers, "PATIENCE", 1)
    lock = {"postgresql": "LOCK TABLE trials IN ACCESS EXCLUSIVE MODE", "mariadb": "LOCK TABLES trials WRITE"}
    engine = open_engine(written).execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.exec_driver_sql(lock[service])
        for look in (sources.stamp, sources.load):
            begun = time.monotonic()
            with pytest.raises(SourceError, match=r"(?i)lock.* timeout.*\. Another program has locked what is read;"):
                look(written)
            assert time.monotonic() - begun < 30
        connection.exec_driver_sql({"postgresql": "ROLLBACK", "mariadb": "UNLOCK TABLES"}[service])
    assert sources.load(written).name == "digits"


SLOW = {
    "postgresql": "SELECT pg_sleep(30)",
    "mariadb": "SELECT COUNT(*) FROM trial_params a, trial_params b, trial_params c, trial_params d, trial_params e",
}
"""Statements that take long."""


def test_a_statement_that_takes_too_long_is_ended(written, service, known, monkeypatch):
    monkeypatch.setitem(servers.LONGEST, {"postgresql": "postgresql", "mariadb": "mysql"}[service], 1)
    begun = time.monotonic()
    with pytest.raises(SourceError, match="A statement took longer than it may"), open_server(written, "it") as found:
        list(found.query(SLOW[service]))
    assert time.monotonic() - begun < 20


@pytest.mark.service("postgresql")
def test_how_long_a_statement_may_take_is_as_it_was_set_for_it(known):
    with (
        make_database("postgresql") as address,
        open_server(f"{address}?options=-c%20statement_timeout%3D7min", "it") as database,
    ):
        assert list(database.query("SHOW statement_timeout")) == [("7min",)]
        assert list(database.query("SHOW lock_timeout")) == [("10s",)]


@pytest.mark.parametrize(
    ("address", "driver", "advice"),
    [
        ("postgresql://me:p@host/db", "psycopg", "pip install 'sweeplens[databases]'."),
        ("mysql://me:p@host/db", "pymysql", "pip install 'sweeplens[databases]'."),
        ("postgresql+pg8000://me:p@host/db", "pg8000", "install it, or leave it out: postgresql://…, which takes pip"),
    ],
)
def test_a_driver_that_is_missing_is_named(address, driver, advice, known, monkeypatch):
    monkeypatch.setitem(sys.modules, driver, None)
    said = refuse(address)
    assert said.startswith(f"{address.replace(':p@', ':***@')} needs the driver {driver}: {advice}")


@pytest.mark.service("mariadb")
def test_an_option_that_the_driver_does_not_know_is_said(known):
    with make_database("mariadb") as address:
        for option in ("nosuch=1", "charset=klingon", "connect_timeout=long"):
            said = refuse(f"{address}?{option}")
            assert said.startswith(
                f"{address}?{option} cannot be read: the driver does not take what stands behind the ?"
            )
        assert "nosuch" in refuse(f"{address}?nosuch=1").partition(" cannot be read: ")[2]


@pytest.mark.service("mariadb")
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address_without_the_name_of_a_database_is_told_where_it_stands(known, slash):
    address = find_mariadb().rstrip("/") + slash
    assert refuse(address) == (
        f"{address} names no database; write its name behind the host: scheme://user@host:port/name."
    )


EXTRA = "postgresql://…, which takes pip install 'sweeplens[databases]'."


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("cockroachdb", "needs SQLAlchemy's dialect cockroachdb: pip install sqlalchemy-cockroachdb psycopg2-binary."),
        ("postgresql+nosuch", f"names the driver nosuch, which SQLAlchemy does not know; leave it out: {EXTRA}"),
        (
            "postgresql+psycopg_async",
            f"names the driver psycopg_async, which is one for asynchronous programs; leave it out: {EXTRA}",
        ),
        (
            "postgresql+asyncpg",
            f"names the driver asyncpg, which is one for asynchronous programs; leave it out: {EXTRA}",
        ),
    ],
)
def test_a_driver_that_cannot_be_used_is_named(scheme, words, known):
    assert refuse(f"{scheme}://me:p@host/db") == f"{scheme}://me:***@host/db {words}"


@pytest.mark.parametrize("rest", ["h:1:2/x", "me:a@b@h/x", "me:a@b/c@h/x"])
def test_what_is_no_address_is_told_what_would_be_one(rest, known):
    assert " is no address of a database; write scheme://user:password@host:port/name" in refuse(f"mysql://{rest}")


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A PostgreSQL that asks for a password."""
    with serve_postgresql(tmp_path_factory.mktemp("postgresql")) as address:
        yield address


@pytest.mark.service("postgresql")
def test_a_wrong_password_is_said_without_it_and_a_right_one_is_known_from_then_on(locked, known):
    import optuna

    shown = locked.replace(SPELLED, "***")
    optuna.create_study(study_name="first", storage=name_driver(locked)).optimize(lambda trial: 1.0, 3)
    for wrong in (locked.replace(SPELLED, "wrong"), shown, shown.replace(":***", "")):
        said = refuse(wrong)
        assert "password" in said.partition(" cannot be read: ")[2]
        assert "wrong@" not in said
        assert said.endswith("Give the password in the address, or where the driver looks for it (as in ~/.pgpass).")
    project = sources.load(locked)
    assert project.source == shown
    refuse(locked.replace(SPELLED, "wrong"))
    assert len(sources.load(shown).runs) == 3, "a wrong one does not take the place of a right one"
    assert len(sources.load(shown.replace(":***", "")).runs) == 3


def list_statements(kind: str) -> list[str]:
    """Return how the documentation makes a user who may only read."""
    page = (Path(__file__).parents[3] / "docs/site/start.md").read_text()
    blocks = [block for block in re.findall(r"```sql\n(.*?)```", page, re.DOTALL) if (kind in block)]
    (block,) = blocks
    return block.strip().splitlines()


@pytest.mark.parametrize("service", SERVICES)
def test_a_user_who_may_only_read_reads(service, locked, known):
    """The user is made as the documentation says."""
    import optuna

    with contextlib.ExitStack() as stack:
        address = locked if service == "postgresql" else stack.enter_context(make_database(service))
        optuna.create_study(study_name="only", storage=name_driver(address)).optimize(lambda trial: 1.0, 3)
        name = f"reader_{uuid.uuid4().hex[:8]}"
        statements = list_statements("IDENTIFIED BY" if service == "mariadb" else "PASSWORD '")
        engine = open_engine(address)
        with engine.connect() as connection:
            stack.callback(lambda: drop_user(address, name))
            for statement in statements:
                statement = re.sub(r"\breader\b", name, statement).replace("'secret'", f"'{PASSWORD}'")
                statement = statement.replace("studies.*", f"{address.rpartition('/')[2]}.*")
                connection.exec_driver_sql(statement.replace("%", "%%"))
        mine = re.sub(r"//[^@]*@", f"//{name}:{SPELLED}@", address)
        assert len(sources.load(f"{mine}#only").runs) == 3
        said = refuse(mine.replace(SPELLED, "wrong"))
        assert re.search("password authentication failed|Access denied", said)


def drop_user(address: str, name: str) -> None:
    engine = open_engine(address)
    with engine.connect() as connection:
        if address.startswith("postgresql"):
            connection.exec_driver_sql(f"DROP OWNED BY {name}")
        connection.exec_driver_sql(f"DROP USER {name}")


@pytest.mark.service("postgresql")
def test_a_password_is_found_where_the_driver_looks(locked, known, tmp_path, monkeypatch):
    import optuna

    optuna.create_study(study_name="second", storage=name_driver(locked)).optimize(lambda trial: 1.0, 2)
    host, _, port = locked.rpartition("@")[2].partition("/")[0].partition(":")
    passwords_file = tmp_path / "pgpass"
    passwords_file.write_text(f"{host}:{port}:*:reader:{PASSWORD.replace(':', chr(92) + ':')}\n")
    passwords_file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords_file))
    plain = locked.replace(f":{SPELLED}", "")
    assert len(sources.load(f"{plain}#second").runs) == 2
    assert sources.load(f"{plain}#second").source.startswith(plain)
