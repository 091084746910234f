"""A database that asks for a password, by command and page: it is read again, and the password is nowhere."""

from __future__ import annotations

import json
import time

import pytest

from panel.page import ids
from tests.app.serving import serve
from tests.app.test_permits import ask_callback, find_defaults, open_source
from tests.services import PASSWORD, SPELLED, name_driver, serve_postgresql

pytestmark = [pytest.mark.heavy, pytest.mark.service("postgresql")]

SECRETS = (PASSWORD, SPELLED)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A study of 30 trials in a PostgreSQL that asks for a password."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with serve_postgresql(tmp_path_factory.mktemp("postgresql")) as found:
        for name in ("first", "ada@corp"):
            study = optuna.create_study(study_name=name, storage=name_driver(found))
            study.optimize(lambda trial: trial.suggest_float("lr", 0, 1) ** 2 + trial.suggest_int("width", 1, 9), 30)
        yield found


@pytest.fixture
def shown(address):
    return address.replace(SPELLED, "***")


def assert_kept_nowhere(folder):
    """Check that no file has the password, nor the name of one."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    for file in files:
        text = file.read_bytes().decode(errors="replace") + str(file)
        assert not any(secret in text for secret in SECRETS), file


@pytest.mark.parametrize("way", [["--print"], ["--json"], ["--next-sweep", "optuna"]])
def test_the_command_answers_and_shows_no_password(sweeplens, address, shown, tmp_path, way):
    done = sweeplens(address, *way)
    assert done.returncode == 0, done.stderr
    assert "first" in done.stdout
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS)
    assert_kept_nowhere(tmp_path / "cache")


def test_the_command_takes_the_address_from_a_variable_as_others_do_not_see_it(sweeplens, address, monkeypatch):
    monkeypatch.setenv("SWEEPLENS_SOURCES", address)
    assert "30 of 30 runs" in sweeplens("--print").stdout


@pytest.mark.parametrize("command", [[], ["check"]])
def test_what_is_wrong_is_one_line_without_a_password(sweeplens, address, tmp_path, command):
    done = sweeplens(*command, address.replace(SPELLED, "wrong-one"), *([] if command else ["--print"]))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "password authentication failed" in done.stderr
    assert "wrong-one" not in done.stderr


def until(look, found):
    """Ask until the answer is one that is waited for."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = look()
        if found(answer):
            return answer
        time.sleep(0.2)
    raise AssertionError(answer)


@pytest.mark.parametrize("name", ["first", "ada@corp"])
def test_the_page_reads_a_study_again_that_has_grown(address, shown, tmp_path, name):
    import optuna

    asked, shown = address if name == "first" else f"{address}#{name}", f"{shown}#{name}"
    with serve(tmp_path / "cache", "--processes", 2, SWEEPLENS_SOURCES=asked, SWEEPLENS_REFRESH="1") as server:
        start = find_defaults(server, "")["projects"][0]
        assert start["source"] == shown
        where = f"/_sweeplens/status?project={start['id']}"
        told = json.loads(server.ask(where).text)
        assert (told["changed"], told["problem"]) == (False, "")
        study = optuna.load_study(study_name=name, storage=name_driver(address))
        trials = len(study.trials) + 5
        study.optimize(lambda trial: trial.suggest_float("lr", 0, 1), 5)
        told = until(lambda: json.loads(server.ask(where).text), lambda told: told["changed"] or told["problem"])
        assert told["problem"] == ""
        asked = {"project": start["id"], "token": told["stamp"]}
        opened = until(
            lambda: ask_callback(server, f"{ids.OPENED}.data", {ids.OPENING: asked}),
            lambda answer: answer.get("state") not in ("queued", "running"),
        )
        question = {"selection": opened["question"]["selection"], "method": "forest"}
        overview = ask_callback(server, "overview.data", {ids.QUESTION: question})
        assert overview["answer"]["runs"]["used"] == trials
        assert not any(secret in json.dumps([opened, overview]) for secret in SECRETS)
        assert [entry["uri"] for entry in find_defaults(server, "")["recent"]] == [shown]
        assert not any(secret in server.stop() for secret in SECRETS)
    assert_kept_nowhere(tmp_path / "cache")


def test_who_opens_the_page_uses_the_password_of_a_root_and_cannot_bend_it(address, shown, tmp_path):
    root = address.rpartition("/")[0]
    plain = shown.replace(":***", "")
    host = plain.partition("@")[2]
    with serve(tmp_path / "cache", "sample", SWEEPLENS_ROOT=f"{root}/") as server:

        def open_(uri):
            answer = open_source(server, "", uri)
            assert not any(secret in json.dumps(answer) for secret in SECRETS)
            return answer.get("error") or answer.get("message") or answer["project"]["uri"]

        for uri in (plain, shown, f"{plain}#first"):
            assert open_(uri).startswith(shown)
        assert 'database "nothing" does not exist' in open_(plain.replace("/postgres", "/nothing"))
        assert "has no part 'second'" in open_(f"{plain}#second")
        assert "has a password in it" in open_(address)
        assert "has a password in it" in open_(address.replace(SPELLED, "wrong"))
        for uri in (
            f"{plain}?host=127.0.0.2",
            f"{plain}?passfile=/etc/passwd",
            plain.replace("127.0.0.1", "127.0.0.2"),
            plain.replace("reader@", "other@"),
            plain.replace("postgresql:", "postgresql+psycopg2:"),
            f"postgresql://reader@127.0.0.2/{host}",
        ):
            assert "lies outside" in open_(uri), uri
        assert not any(secret in server.stop() for secret in SECRETS)
    assert_kept_nowhere(tmp_path / "cache")
