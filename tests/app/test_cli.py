"""
The command as people call it.

A process of its own takes seconds to import what it needs. So one of each kind is a process: an answer, a report, a
mistake, a server. What else can be asked goes the same way from the command line on, but in the process of the tests.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from panel.cli import main
from panel.command import write_ssh_command
from panel.settings import find_free_port


def test_json_and_print_give_the_same_ranking(sweeplens, ask, table):
    done = sweeplens(table, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    messages = answer["runs"].pop("messages")
    assert messages["left_out"]["failed"]["code"] == "left_out.state"
    assert answer["runs"] == {
        "loaded": 60,
        "used": 54,
        "groups": None,
        "grouped": "",
        "configs": 54,
        "left_out": {"failed": 6},
        "states": {"failed": 6, "finished": 54},
    }
    printed = ask(table, "--print")
    assert printed.exit_code == 0
    order = [row["parameter"] for row in answer["importance"]]
    lines = [line.split()[0] for line in printed.stdout.splitlines() if line.split()[:1] and line.split()[0] in order]
    assert lines[: len(order)] == order


def test_everything_the_page_can_ask(ask, table):
    done = ask(
        table, "--json", "--metric", "val_loss", "--goal", "maximize", "--target-scale", "rank", "--method", "article",
        "--filter", "lr>=0.001", "--filter", "state=finished,failed", "--role", "gpu=ignored", "--seed", "3",
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["target"]["goal"] == "maximize"
    assert answer["target"]["scale"] == "rank"
    assert answer["method"] == "article"
    assert answer["seed"] == 3
    assert "filtered" in answer["runs"]["left_out"]
    assert "failed" not in answer["runs"]["left_out"]
    assert {row["parameter"] for row in answer["importance"]} == {"lr", "opt"}


def test_places_of_columns(ask, table):
    answer = json.loads(ask(table, "--json", "--ignore", "gp*", "--metric-columns", "val_loss").stdout)
    assert {p["parameter"] for p in answer["parameters"]} == {"lr", "opt"}


def test_the_sample_is_what_opens_without_a_source(ask):
    answer = json.loads(ask("--json").stdout)
    assert answer["project"]["name"] == "digits-mlp"
    assert answer["target"]["metric"] == "val_loss"
    assert [row["parameter"] for row in answer["importance"]][:2] == ["optimizer.lr", "optimizer.name"]
    assert {p["parameter"]: p["reason"] for p in answer["parameters"] if p["reason"]} == {
        "dataset": "constant",
        "seed": "seed",
        "lr": "alias",
        "run_name": "identifier",
        "out_dir": "path",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such.csv"], "does not exist"),
        (["{table}", "--metric", "val_los"], "Did you mean 'val_loss'"),
        (["{table}", "--filter", "lrr>1"], "config.lr"),
        (["{table}", "--role", "gpu=king"], "king"),
        (["{table}", "--role", "gpuu=ignored"], "gpu"),
        (["{table}", "--method", "magic"], "forest"),
        (["{table}", "--value", "best"], "needs its history"),
        (["{table}", "--step", "5"], "no values by step"),
        (["{table}", "--config", "nothing*"], "nothing"),
        (["{table}", "--seed", "-1"], "Seed -1"),
        (["{table}", "--filter", "state=finished", "--filter", "state=failed"], "leaves no state"),
        (["{table}", "--cache-size", "-5"], "-5"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(ask, table, arguments, words):
    done = ask(*[a.format(table=table) for a in arguments], "--json")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr


def test_a_process_ends_at_a_mistake_with_one_clear_line_too(sweeplens, table):
    done = sweeplens(table, "--metric", "val_los", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Did you mean 'val_loss'" in done.stderr


def test_too_little_to_explain_is_an_answer_that_claims_nothing(ask, tmp_path):
    file = tmp_path / "few.csv"
    file.write_text("lr,val_loss\n0.1,1\n0.2,2\n")
    answer = json.loads(ask(file, "--json").stdout)
    assert answer["importance"] == []
    assert answer["empty"]["reason"] == "too few runs"
    assert "at least 10" in ask(file, "--print").stdout


def test_a_cache_that_cannot_be_written_is_said_and_does_not_stop_it(ask, table, tmp_path):
    (tmp_path / "file").write_text("x")
    done = ask(table, "--json", cache="file")
    assert done.exit_code == 0
    assert done.stderr.startswith("Warning: The cache folder")
    assert json.loads(done.stdout)["importance"]


def test_the_users_files_are_not_changed(ask, table):
    before = (table.read_bytes(), table.stat().st_mtime_ns, sorted(p.name for p in table.parent.iterdir()))
    assert ask(table, "--json").exit_code == 0
    after = (
        table.read_bytes(),
        table.stat().st_mtime_ns,
        sorted(p.name for p in table.parent.iterdir() if p.name != "cache"),
    )
    assert after == before


def test_help_and_version(sweeplens):
    assert "SOURCE" in sweeplens("--help").stdout


def test_a_known_ranking_is_printed_without_importing_what_only_computing_needs(sweeplens, table, tmp_path):
    sweeplens(table, "--print")
    told = """
import sys
from panel.cli import main
main(sys.argv[1:], standalone_mode=False)
rooms = {name.split(".")[1] for name in sys.modules if name.startswith("panel.")}
print(sorted(rooms & {"checks", "runs", "next_sweep", "figures", "page"} | {"sklearn", "plotly"} & set(sys.modules)))
"""
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", told, str(table), "--print"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_the_next_free_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < find_free_port("127.0.0.1", port) < port + 50


def test_on_a_remote_machine_it_says_how_to_reach_it():
    line = write_ssh_command(8050, {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"})
    assert line.startswith("ssh -N -L 8050:127.0.0.1:8050 ")
    assert line.endswith("@10.0.0.2")
    assert write_ssh_command(8050, {}) == ""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops(tmp_path, table, stop):
    if signal.getsignal(stop) == signal.SIG_IGN:
        pytest.skip("this signal is ignored where the tests run")
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "panel", str(table), "--no-browser", "--port", "0", "--url-prefix", "/lens"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = server.stdout.readline()
        url = line.split()[3]
        assert line.startswith("SweepLens is at http://127.0.0.1:")
        assert url.endswith("/lens/")
        page = urllib.request.urlopen(url, timeout=10).read().decode()
        assert "<title>SweepLens</title>" in page
        bare = url.removesuffix("lens/")
        behind_a_proxy_that_takes_the_path_away = urllib.request.urlopen(bare, timeout=10).read().decode()
        assert "<title>SweepLens</title>" in behind_a_proxy_that_takes_the_path_away
    finally:
        server.send_signal(stop)
        started = time.monotonic()
        assert server.wait(timeout=20) == 0
        assert time.monotonic() - started < 10
    assert server.stderr.read() == ""


def test_a_report_and_the_next_sweep(sweeplens, ask, table, tmp_path):
    done = sweeplens(table, "--report", tmp_path / "out.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(tmp_path / "out.html") in done.stdout
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    done = ask(table, "--next-sweep", "json")
    assert done.exit_code == 0
    proposal = json.loads(done.stdout)
    assert (proposal["metric"], proposal["goal"]) == ("val_loss", "minimize")
    answer = json.loads(ask(table, "--json").stdout)
    assert answer["next_sweep"]["proposal"]["lines"] == proposal["lines"]


def test_a_report_that_cannot_be_written_is_said_before_anything_is_read(ask, tmp_path):
    for place in (tmp_path, tmp_path / "none" / "out.html"):
        done = ask("sample", "--report", place)
        assert done.exit_code == 2
        assert str(place) in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("broken", "words"),
    [("panel.sources.table.load", "could not be read"), ("panel.answers.ranking.compute", "importance failed")],
)
def test_a_fault_of_its_own_is_one_line_that_names_the_source_and_its_trace_is_in_a_log(
    table, tmp_path, monkeypatch, broken, words
):
    def fail(*_: object, **__: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(broken, fail)
    log = tmp_path / "cache" / "logs" / "faults.log"
    done = CliRunner().invoke(main, [str(table), "--print", "--cache-dir", str(tmp_path / "cache")])
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Error: {table}")
    assert done.stderr.endswith(f"{words}: KeyError: 'odd'. This is a fault of SweepLens. The trace is in {log}.\n")
    assert "Traceback" in log.read_text()
    assert "test_cli.py" in log.read_text()
