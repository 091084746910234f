"""What can go wrong between the real W&B client and a server, and what the client leaves behind."""

import os
import pty
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from panel import sources
from panel.errors import Cancelled, SourceError
from panel.sources.wandb import api as wandb_api
from panel.sources.wandb.client import Address, address_of
from panel.store import loading
from tests.fixtures.wandb_server import KEY, URI, Fault

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[4]
IDS = [*(f"digits{i:02}" for i in range(14)), "digits99"]


# What goes wrong


@pytest.mark.parametrize(
    "fault",
    [
        Fault("Runs", status=500),
        Fault("Runs", status=502, skip=1),
        Fault("Runs", status=429, after="1"),
        Fault("Runs", drop=True, skip=1),
        Fault("Runs", drop=True, times=2),
        Fault("Runs", slow=1.5),
        Fault("GetSweep", status=500),
        Fault("Viewer", status=503),
    ],
    ids=lambda fault: f"{fault.operation}-{fault.status}-{fault.drop}",
)
def test_what_passes_is_got_over(server, fault):
    server.faults.append(fault)
    assert len(sources.load(URI).runs) == 15
    assert fault.times == 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("Runs", status=500), "answers with HTTP 500"),
        (Fault("Runs", status=429, after="1"), "too many requests"),
        (Fault("Runs", drop=True), "cannot be reached"),
        (Fault("Runs", status=403, message="permission\ndenied"), "may not see it"),
        (Fault("Runs", status=400, message="what\nis this"), "answers with HTTP 400"),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_what_stays_wrong_is_said_in_one_line_and_what_was_read_is_kept(server, small_pages, fault, said, folder):
    fault.skip, fault.times = 7, 999  # after the stamp, the list and one or two requests for whole runs
    server.faults.append(fault)
    wanted = loading.Wanted((URI,))
    with pytest.raises(SourceError, match=said) as caught:
        loading.load_source(wanted, folder)
    assert "\n" not in str(caught.value) and KEY not in str(caught.value)
    server.faults.clear()
    before = {id for ids in server.asked_for() for id in ids}
    server.asked.clear()
    project = loading.open_project(loading.load_source(wanted, folder), folder)
    assert list(project.runs.index) == IDS
    later = {id for ids in server.asked_for() for id in ids}
    assert before and len(later) < 15


def test_a_reading_that_is_left_is_taken_up_where_it_was(server, small_pages, folder):
    def leave(done, what):
        if "6 of 15" in what:
            raise Cancelled("cancelled")

    wanted = loading.Wanted((URI,))
    with pytest.raises(Cancelled):
        loading.load_source(wanted, folder, leave)
    server.asked.clear()
    loading.load_source(wanted, folder)
    assert sum(map(len, server.asked_for())) == 9


def test_a_history_that_cannot_be_read_is_said_in_one_line(server):
    project = sources.load(URI)
    server.faults.append(Fault("HistoryPage", status=500, times=999))
    with pytest.raises(SourceError, match="HTTP 500") as caught:
        _ = project.history.frame
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("broken", [{"config": '{"a": '}, {"raw": "[1"}, {"raw": "[1, 2]"}, {"tags": 5}])
def test_a_run_that_the_client_cannot_read_costs_no_other(server, small_pages, broken):
    server.runs["digits04"] |= broken
    project = sources.load(URI)
    assert list(project.runs.index) == [id for id in IDS if id != "digits04"]
    assert [what for what, _ in project.skipped if "digits04" in what] and len(project.skipped) == 1


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("wandb://tests/nothing", "wandb://tests/nothing is not there"),
        ("wandb://nobody/digits", "wandb://nobody/digits is not there"),
        (f"{URI}/sweeps/none", "has no sweep 'none'"),
    ],
)
def test_what_is_not_there_is_said(server, uri, said):
    with pytest.raises(SourceError, match=said):
        sources.load(uri)


def test_a_group_without_runs_holds_none(server):
    with pytest.raises(SourceError, match="holds no runs"):
        sources.load(f"{URI}/groups/none")
    assert sources.stamp(f"{URI}/groups/none")


def test_a_key_that_is_refused_is_not_shown(server, monkeypatch):
    wrong = "f" * 40
    monkeypatch.setenv("WANDB_API_KEY", wrong)
    with pytest.raises(SourceError, match=r"does not accept the key.*`wandb login`") as caught:
        sources.load(URI)
    assert wrong not in str(caught.value) and "\n" not in str(caught.value)


def test_a_server_that_is_away_is_said_in_one_line(server, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("WANDB_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(SourceError, match="cannot be reached") as caught:
            sources.load(URI)
    assert "\n" not in str(caught.value)


def test_without_a_key_it_says_what_to_do_and_asks_for_none_even_at_a_terminal(server, monkeypatch):
    monkeypatch.delenv("WANDB_API_KEY")
    program = f"from panel import sources\nsources.load({URI!r})"
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            timeout=60,
        )
        shown = os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 1
    assert f"{URI} needs a key. Run `wandb login`, or set WANDB_API_KEY." in shown
    assert "API key:" not in shown and "Enter" not in shown
    assert not server.asked


def test_without_the_package_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(SourceError, match=r"needs the wandb package: pip install 'sweeplens\[wandb\]'"):
        sources.load(URI)


def test_a_sweep_that_would_run_code_does_not(server, tmp_path):
    trap = tmp_path / "trap"
    server.sweeps["sweep001"]["config"] = f'method: !!python/object/apply:os.system ["touch {trap}"]'
    project = sources.load(URI)
    assert len(project.runs) == 15
    assert project.space is None
    assert "The search space of sweep sweep001 cannot be read" in project.notes[0] and "\n" not in project.notes[0]
    assert not trap.exists()


# What it leaves behind


def test_nothing_is_left_behind(server, tmp_path, folder):
    before = dict(os.environ)
    loading.load_source(loading.Wanted((URI,)), folder)
    _ = sources.load(URI).history.frame
    assert dict(os.environ) == before
    assert list((tmp_path / "home").rglob("*")) == []
    children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True).stdout
    assert "wandb" not in children
    kept = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    assert kept and not any(KEY.encode() in content for content in kept)


def test_a_client_that_the_user_has_set_up_goes_on(server):
    import wandb

    try:
        theirs = wandb.setup()
        sources.load(URI)
        assert wandb.setup() is theirs
        assert len(wandb.Api().runs("tests/digits")) == 15
    finally:
        wandb.teardown()


# Addresses


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("wandb://me/mine", Address("me", "mine")),
        ("wandb://me/mine/sweeps/ab12", Address("me", "mine", sweep="ab12")),
        ("https://wandb.ai/me/mine", Address("me", "mine", public=True)),
        ("https://wandb.ai/me/mine/workspace?nw=nwuser", Address("me", "mine", public=True)),
        ("https://wandb.ai/me/mine/table", Address("me", "mine", public=True)),
        ("https://wandb.ai/me/mine/runs/1x2y", Address("me", "mine", public=True)),
        ("https://wandb.ai/me/my%20own/sweeps/ab12/table", Address("me", "my own", sweep="ab12", public=True)),
        ("https://wandb.ai/me/mine/groups/a%2Fb/workspace", Address("me", "mine", group="a/b", public=True)),
        ("https://forge.coreweave.com/wandb/me/mine/sweeps/ab12", Address("me", "mine", sweep="ab12", public=True)),
        ("https://wandb.lab.example/base/me/mine", Address("me", "mine")),
        ("https://app.lab.example/me/mine", None),
        ("https://wandb.ai/me", None),
        ("https://wandb.ai.example/me/mine", None),
        ("https://example.org/me/mine", None),
        ("http://localhost:5000/me/mine", None),
        ("wandb://me", None),
    ],
)
def test_what_an_address_stands_for(uri, wanted, monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.lab.example/base")
    monkeypatch.delenv("WANDB_APP_URL", raising=False)
    assert address_of(uri) == wanted
    assert wandb_api.recognises(sources.locate(uri)) == (wanted is not None)


def test_the_pages_of_a_dedicated_server_may_have_another_host_than_its_api(monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "https://api.lab.example")
    assert address_of("https://app.lab.example/me/mine") == Address("me", "mine")
    assert address_of("https://lab.example/me/mine") == Address("me", "mine")
