"""A server goes on while another program has locked the database that it reads."""

from __future__ import annotations

import json
import time

import pytest

from tests.app.serving import serve
from tests.app.test_permits import find_defaults
from tests.services import make_database, name_driver, open_engine

pytestmark = [pytest.mark.heavy, pytest.mark.service("postgresql")]


def test_a_locked_table_holds_up_neither_the_page_nor_the_server(tmp_path):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with make_database("postgresql") as address:
        study = optuna.create_study(study_name="first", storage=name_driver(address))
        study.optimize(lambda trial: trial.suggest_float("lr", 0, 1) ** 2 + trial.suggest_int("width", 1, 9), 30)
        engine = open_engine(address).execution_options(isolation_level="REPEATABLE READ")
        with (
            serve(tmp_path / "cache", address, SWEEPLENS_REFRESH="1") as server,
            engine.connect() as connection,
        ):
            project = find_defaults(server, "")["projects"][0]["id"]
            connection.exec_driver_sql("LOCK TABLE studies IN ACCESS EXCLUSIVE MODE")
            begun = time.monotonic()
            for _ in range(12):  # more than the server has threads
                assert find_defaults(server, "")["projects"][0]["id"] == project
                assert server.ask("/healthz").status == 200
                told = json.loads(server.ask(f"/_sweeplens/status?project={project}").text)
                assert "lock timeout" in told["problem"] or told["problem"] == ""
            assert time.monotonic() - begun < 9, "it does not wait until the database gives up"
            while "Another program has locked what is read" not in told["problem"]:
                assert time.monotonic() - begun < 60
                time.sleep(0.2)
                told = json.loads(server.ask(f"/_sweeplens/status?project={project}").text)
            connection.exec_driver_sql("ROLLBACK")
            while told["problem"]:
                assert time.monotonic() - begun < 90
                time.sleep(0.2)
                told = json.loads(server.ask(f"/_sweeplens/status?project={project}").text)
