"""Two servers, each with a cache folder of its own, that share results and loaded projects."""

from __future__ import annotations

import json
import re
import time

import pytest

from panel.answers.defaults import choose_default_selection
from panel.store import loading
from panel.store.cache import prepare
from panel.store.places import Places, use_places
from tests.app.serving import Server, serve
from tests.services import Redis

pytestmark = pytest.mark.service("redis-server")

JSON = {"Content_Type": "application/json"}
HEADER = "X-Forwarded-User"
LONG = 120.0


@pytest.fixture
def redis(tmp_path):
    redis = Redis(tmp_path / "redis", "secret")
    yield redis
    redis.kill()


def ask_first(server: Server) -> str:
    """Return the first answer, as soon as it is whole."""
    end = time.monotonic() + LONG
    while (reply := server.ask("/_sweeplens/first")).status != 200:
        assert time.monotonic() < end, "there is no answer"
        time.sleep(0.1)
    assert "importance-cell" in reply.text
    return reply.text


def ask_notice(server: Server) -> str:
    return json.loads(server.ask("/_sweeplens/status").text)["notice"]


def list_computed(cache) -> list[str]:
    """Return the jobs that were done with a cache folder, but for the first, which only imports."""
    return sorted(path.stem for path in (cache / "jobs").glob("*.json") if path.stem != "warm")


def test_what_one_server_computed_the_other_one_does_not(redis, table, tmp_path):
    redis.start()
    one, two = tmp_path / "one", tmp_path / "two"
    with serve(one, table, SWEEPLENS_RESULTS=redis.address) as server:
        told = ask_first(server)
        assert len(list_computed(one)) == 1
        with serve(two, table, SWEEPLENS_RESULTS=redis.address) as other:
            assert ask_first(other) == told
            assert ask_notice(server) == ask_notice(other) == ""
            assert server.stop() == other.stop() == ""
    assert list_computed(two) == []
    assert list((two / "results").iterdir()) == []


def test_a_server_whose_redis_is_killed_computes_on_says_so_and_uses_it_again(redis, table, tmp_path):
    with serve(tmp_path / "one", table, SWEEPLENS_RESULTS=redis.address) as server:
        shown = f"Redis at redis://***@127.0.0.1:{redis.port}/0 cannot be used (ConnectionError: "
        told = ask_first(server)
        assert ask_notice(server).startswith(shown)
        redis.start()
        end = time.monotonic() + 30
        while ask_notice(server):
            assert time.monotonic() < end, "it is back"
            time.sleep(0.2)
        assert ask_first(server) == told
        redis.kill()
        begun = time.monotonic()
        assert ask_first(server) == told
        assert time.monotonic() - begun < 5
        assert ask_notice(server).startswith(shown)
        said = server.stop()
    assert said.startswith(f"Warning: {shown}")
    assert len(said.splitlines()) == 1
    assert "secret" not in said
    redis.start()
    with serve(tmp_path / "two", table, SWEEPLENS_RESULTS=redis.address) as server:
        assert ask_first(server) == told
    assert list_computed(tmp_path / "two") == []


def test_who_does_not_sit_at_the_machine_is_told_what_is_away_not_where(redis, table, tmp_path):
    away = {"SWEEPLENS_RESULTS": redis.address, "SWEEPLENS_SNAPSHOTS": str(table / "below")}
    with serve(tmp_path / "one", table, "--trust-proxy", HEADER, **away) as server:
        told = server.ask("/_sweeplens/status", X_Forwarded_User="ada")
    assert json.loads(told.text)["notice"] == (
        "Redis cannot be used: until it can, results are kept in the cache folder alone. The place for loaded projects "
        "cannot be used: until it can, other machines cannot open what is read here, nor this one what is read there."
    )


@pytest.mark.parametrize(
    ("variable", "address", "words"),
    [
        ("SWEEPLENS_RESULTS", "http://me:secret@h/0", "is 'http://***@h/0', which is no address of a Redis; use one"),
        ("SWEEPLENS_SNAPSHOTS", "nosuch://me:secret@h", "is 'nosuch://***@h', which names no place that is known; use"),
    ],
)
@pytest.mark.parametrize("command", [[], ["check"]])
def test_a_wrong_address_is_one_line_at_the_start(sweeplens, monkeypatch, variable, address, words, command):
    monkeypatch.setenv(variable, address)
    done = sweeplens(*command, "sample")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {variable} {words}")
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr


def test_a_place_for_projects_that_is_away_is_one_line_and_the_answer_comes(sweeplens, monkeypatch, table, tmp_path):
    monkeypatch.setenv("SWEEPLENS_SNAPSHOTS", str(table / "below"))
    done = sweeplens(table, "--print")
    assert done.returncode == 0
    assert "importance" in done.stdout
    assert re.fullmatch(
        r"Warning: The place for loaded projects, .+, cannot be used \(NotADirectoryError: .+\n", done.stderr
    )


def test_who_may_see_a_project_that_another_server_read_its_own_rule_says(tmp_path):
    """The id of a project is no key to it: not to one of another server either."""
    place, uploads = str(tmp_path / "shared"), tmp_path / "one" / "uploads"
    for name in ("inside", "outside"):
        (tmp_path / name).mkdir()
        rows = "".join(f"{run},{run * run}\n" for run in range(40))
        (tmp_path / name / "runs.csv").write_text(f"config.lr_{name},summary.loss\n{rows}")
    one = prepare(tmp_path / "one")[0]
    use_places(one, Places(snapshots=place))
    uploads.mkdir()
    (uploads / "mine.csv").write_text((tmp_path / "outside" / "runs.csv").read_text().replace("outside", "uploaded"))
    files = {
        "inside": tmp_path / "inside/runs.csv",
        "outside": tmp_path / "outside/runs.csv",
        "mine": uploads / "mine.csv",
    }
    asked = {
        name: choose_default_selection(loading.load_source(loading.Wanted((str(file),)), one), one)
        for name, file in files.items()
    }
    arguments = ("sample", "--root", tmp_path / "inside", "--trust-proxy", HEADER)
    with serve(tmp_path / "two", *arguments, cwd=tmp_path / "inside", SWEEPLENS_SNAPSHOTS=place) as server:
        seen = {}
        for name, question in asked.items():
            body = json.dumps({"selection": question.to_json(), "method": "forest", "start": 0, "end": 10})
            seen[name] = server.ask("/_sweeplens/runs/rows", "POST", body, X_Forwarded_User="ada", **JSON)
    assert json.loads(seen["inside"].text)["rows"]
    for name in ("outside", "mine"):
        assert "not in the cache" in json.loads(seen[name].text)["error"]
        assert "lr_" not in seen[name].text
