"""
The tools for assistants, asked by the SDK's own client of the process that people configure.

A process takes seconds to import what it needs, so all that is asked over one transport is asked of one.
"""

import base64
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import anyio
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from panel.cli import main
from panel.mcp.told import LIMIT

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
NAME = f"model.encoder.{'very_' * 20}long_name_of_a_setting_ä_"
"""What names of settings begin with that are as long as people have them."""

TOOLS = ["open_source", "describe", "rank", "findings", "compare", "propose", "find_runs"]
SAMPLE = [
    ("describe", {}),
    ("rank", {}),
    ("findings", {}),
    ("findings", {"check": "noise"}),
    ("compare", {"parameter": "optimizer.name"}),
    ("compare", {"parameter": "optimizer.name", "a": "adam", "b": "sgd"}),
    ("compare", {"run_a": "mlp-513-s0", "run_b": "r268s0"}),
    ("compare", {"parameter": "batch_size", "a": 16, "b": 64}),
    ("compare", {"parameter": "data.standardize", "a": True, "b": False}),
    ("compare", {"parameter": "model.hidden_sizes", "a": "[64, 32]", "b": "[64]"}),
    ("rank", {"step": 10, "group": "replicates", "roles": {"batch_size": "ignored"}}),
    ("propose", {}),
    ("propose", {"tool": "optuna"}),
    ("find_runs", {}),
    (
        "find_runs",
        {
            "filter": ["optimizer.name=adam", "optimizer.lr<=0.001"],
            "sort": "-val_accuracy",
            "columns": ["optimizer.name", "val_accuracy"],
            "limit": 3,
        },
    ),
    ("describe", {"project": None, "metric": None, "filter": None, "full": None}),
    ("find_runs", {"filter": "state=failed", "columns": ["data.pca"], "sort": None, "limit": None}),
]
WIDE = [
    ("open_source", {"source": "wide.csv"}),
    ("describe", {}),
    ("rank", {}),
    ("findings", {}),
    ("compare", {"parameter": f"{NAME}007"}),
    ("propose", {}),
    ("find_runs", {"filter": f"{NAME}007>=0.5"}),
]
WRONG = [
    ("open_source", {"source": "/etc/passwd"}, r"/etc/passwd lies outside .* --root /etc"),
    ("open_source", {"source": "link.csv"}, "lies outside"),
    ("rank", {"project": "../elsewhere.csv"}, "lies outside"),
    ("open_source", {"source": "missing.csv"}, "missing.csv"),
    ("open_source", {"source": "here\0.csv"}, r"'here\\x00\.csv' has a character that no path can have"),
    (
        "open_source",
        {"source": "http://u:pw@127.0.0.1:1/?key=pw"},
        r"^http://u:\*\*\*@127[^ ]*=\*\*\* lies outside(?!.*pw)",
    ),
    ("open_source", {"source": ["http://u:pw@127.0.0.1:1"]}, r"source: .* not \['http://u:\*\*\*@127"),
    ("open_source", {"source": None}, "source: .* not None"),
    ("rank", {"metric": "loss"}, "no metric 'loss'. Did you mean 'val_loss'\\? There are: 'train_loss'"),
    ("rank", {"method": "forrest"}, "no method 'forrest'. Did you mean 'forest'"),
    ("rank", {"goal": "min"}, "'min' is not known; use one of minimize, maximize"),
    ("rank", {"filter": "optimiser.lr>1"}, "no column 'optimiser.lr'. Did you mean 'config.optimizer.lr'"),
    ("rank", {"metrics": "loss"}, "no argument 'metrics'. Did you mean 'metric'"),
    ("rank", {"roles": {"batch_size": "king"}}, "'king' is not known; use one of"),
    ("rank", {"step": "tenth"}, "step 'tenth' is no step"),
    ("rank", {"full": "perhaps"}, "full: .* not 'perhaps'"),
    ("findings", {"check": "noises"}, "no check 'noises'. Did you mean 'noise'"),
    ("compare", {"parameter": "optimizer.name", "a": "adamw"}, "no value 'adamw' here. Did you mean 'adam'"),
    ("compare", {"run_a": "nobody"}, "no run 'nobody'"),
    ("compare", {}, "Give a parameter"),
    ("propose", {"tool": "hyperopt"}, "'hyperopt'. .*'wandb', 'optuna'"),
    ("find_runs", {"sort": "pca"}, "sort: there is no column 'pca'"),
    ("find_runs", {"limit": 0}, "limit must be 1 to 1,000, not 0"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder that the server is started in, with a wide table and a link that leads out of it."""
    folder = tmp_path_factory.mktemp("mcp")
    rng = np.random.default_rng(1)
    table = pd.DataFrame({f"{NAME}{i:03}": rng.random(60) for i in range(300)})
    table["val_loss"] = 3 * table[f"{NAME}007"] + 0.5 * rng.normal(size=60)
    here = folder / "here"
    here.mkdir()
    table.to_csv(here / "wide.csv", index=False)
    (folder / "elsewhere.csv").write_text("lr,loss\n1,2\n")
    (here / "link.csv").symlink_to(folder / "elsewhere.csv")
    return here


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """This process's: the last digit of a number may depend on which routines BLAS is told to use."""
    return {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path_factory.mktemp("cache")), "PYTHONPATH": str(ROOT)}


def list_files(folder):
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(folder.rglob("*"))}


@pytest.fixture(scope="module")
def talk(place, environment):
    """All that is asked over standard input and output: the tools, answers by number of the question, progress."""
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "panel", "mcp", "sample"], env=environment, cwd=place
    )
    heard: list[tuple[float, float | None]] = []
    took = {}

    async def note(done, total, message):
        heard.append((done, total))

    async def ask():
        async with Client(stdio_client(program)) as client:
            tools = (await client.list_tools()).tools
            wrong = [await client.call_tool(name, given) for name, given, _ in WRONG]
            with anyio.move_on_after(1):
                await client.call_tool("rank", {"method": "gaussian_process", "filter": "epochs>=12"})
            begun = time.perf_counter()
            first = await client.call_tool("rank", {}, progress_callback=note)
            took["after one was left"] = time.perf_counter() - begun
            sample = [await client.call_tool(name, given) for name, given in SAMPLE]
            image = await client.call_tool("rank", {"image": True})
            whole = {
                name: await client.call_tool(name, {**given, "full": True})
                for name, given in (("rank", {}), ("findings", {}), ("propose", {"tool": "wandb"}), ("find_runs", {}))
            }
            wide = [await client.call_tool(name, given) for name, given in WIDE]
            back = await client.call_tool("describe", {"project": "sample"})
            return {
                "tools": tools, "wrong": wrong, "first": first, "sample": sample, "image": image, "whole": whole,
                "wide": wide, "back": back, "heard": heard, "took": took,
            }  # fmt: skip

    before = list_files(place)
    told = anyio.run(ask)
    assert list_files(place) == before, "nothing of the user's is changed"
    return told


@pytest.fixture(scope="module")
def answer(place, environment, talk):
    """What ``--json`` prints, computed anew."""
    done = CliRunner().invoke(main, ["sample", "--json", "--cache-dir", f"{environment['SWEEPLENS_CACHE_DIR']}-anew"])
    assert done.exit_code == 0
    return json.loads(done.stdout)


def read_text(result):
    return result.content[0].text


def test_tools_say_what_they_take(talk):
    assert [tool.name for tool in talk["tools"]] == TOOLS
    for tool in talk["tools"]:
        assert len(tool.description) > 40
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert tool.input_schema.get("required", []) == (["source"] if tool.name == "open_source" else [])
        for name, about in tool.input_schema["properties"].items():
            assert about["description"], (tool.name, name)
            assert "default" in about or name == "source", (tool.name, name)


@pytest.mark.parametrize("n", range(len(SAMPLE)))
def test_each_answer_is_short_and_says_what_it_rests_on_and_where_to_see_it(talk, n):
    result, (name, _) = talk["sample"][n], SAMPLE[n]
    text = read_text(result)
    assert not result.is_error, text
    assert len(text.encode()) <= LIMIT
    assert len(result.content) == 1
    assert text.startswith("digits-mlp (SweepLens folder), source sample\n")
    assert re.search(r"\nSee it: sweeplens sample, then #v=1&project=\w+&content=\w+&of=digits-mlp", text)
    assert name in ("describe", "find_runs") or "\nRests on " in text


@pytest.mark.parametrize("n", range(len(WIDE)))
def test_three_hundred_long_names_keep_it_short(talk, n):
    text = read_text(talk["wide"][n])
    assert not talk["wide"][n].is_error, text
    assert len(text.encode()) <= LIMIT
    assert text.startswith("wide (table), source wide.csv\n")
    assert NAME in text
    assert text.split("\n")[-1].startswith("See it: sweeplens wide.csv")


@pytest.mark.parametrize("n", range(len(WRONG)))
def test_a_mistake_is_one_line_that_says_what_would_be_right(talk, n):
    result, (_, _, words) = talk["wrong"][n], WRONG[n]
    text = read_text(result)
    assert result.is_error, text
    assert re.search(words, text), text
    assert "\n" not in text


def test_numbers_are_those_of_the_command(talk, answer):
    whole = {name: json.loads(result.content[-1].text) for name, result in talk["whole"].items()}
    told_by_all = {**whole["rank"], "checks": whole["findings"], "next_sweep": whole["propose"]}
    assert told_by_all == answer
    text = read_text(talk["first"])
    for row in answer["importance"]:
        assert f"{row['parameter']}: importance {row['importance']:.2f} ({row['low']:.2f} to {row['high']:.2f})" in text
    assert f"R² {answer['surrogate']['oob_r2']:.2f}" in text
    assert "758 of 800 runs" in text
    assert "seed 0" in text


def test_a_sweep_is_written_as_the_command_writes_it(talk, environment):
    command = ["sample", "--next-sweep", "wandb", "--cache-dir", environment["SWEEPLENS_CACHE_DIR"]]
    assert talk["whole"]["propose"].content[1].text == CliRunner().invoke(main, command).stdout


def test_runs_come_as_they_were_asked_for(talk):
    best = json.loads(talk["whole"]["find_runs"].content[-1].text)
    losses = [run["target"] for run in best["runs"]]
    assert len(losses) == 10
    assert losses == sorted(losses)
    names = [(name, bool(given)) for name, given in SAMPLE]
    chosen = read_text(talk["sample"][names.index(("find_runs", True))])
    assert "optimizer.name adam" in chosen
    assert "optimizer.name sgd" not in chosen
    assert read_text(talk["sample"][-1]).count("data.pca") == 10


def test_progress_is_told_and_never_falls(talk):
    shares = [done for done, _ in talk["heard"]]
    assert shares == sorted(shares)
    assert shares
    assert 0 < shares[0] <= shares[-1] <= 1


def test_who_leaves_a_computation_is_answered_at_once(talk):
    assert not talk["first"].is_error
    assert talk["took"]["after one was left"] < 20


def test_another_source_is_asked_about_by_its_name(talk):
    assert read_text(talk["back"]).startswith("digits-mlp")


def test_the_ranking_is_drawn_or_it_says_why_not(talk):
    text = read_text(talk["image"])
    if len(talk["image"].content) == 1:
        assert "No image: " in text
    else:
        assert base64.b64decode(talk["image"].content[1].data).startswith(b"\x89PNG")
    assert len(text.encode()) <= LIMIT


@contextmanager
def serve(place, environment, *options):
    """Serve the page and the tools beside it; give the tools' address."""
    command = [sys.executable, "-m", "panel", "--no-browser", "--mcp", "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=place, env={**environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            page, tools = (re.search(r"http://\S+", process.stdout.readline())[0] for _ in range(2))
            assert tools == f"{page}mcp"
            yield tools
        finally:
            process.terminate()


def call_as(url, host):
    """Return the status of a request that is addressed to a host."""
    headers = {"Host": host, "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    request = urllib.request.Request(url, b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def test_beside_the_page_the_same_is_told_of_its_source_and_foreign_names_are_refused(place, environment, talk):
    async def ask(url, mode):
        async with Client(url, mode=mode) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            asked = [("rank", {}), ("rank", {"project": "sample"}), ("describe", {"project": "wide.csv"})]
            asked += [(name, given) for name, given, _ in WRONG[:3]]
            return tools, [await client.call_tool(name, given) for name, given in asked]

    with serve(place, environment, "sample", "--url-prefix", "/lens/") as url:
        page = url.removesuffix("mcp")
        assert page.endswith("/lens/")
        for mode in ("auto", "legacy"):
            tools, (ranked, named, other, *refused) = anyio.run(ask, url, mode)
            assert tools == TOOLS
            assert read_text(named) == read_text(ranked)
            assert read_text(other).startswith("wide (table), source wide.csv\n")
            text, link = read_text(ranked).rsplit("\n", 1)
            told, command = read_text(talk["first"]).rsplit("\n", 1)
            assert text.split("\n")[1:] == told.split("\n")[1:]
            assert link == f"See it: {page}#{command.partition('#')[2].partition(' ')[0]}"
            for result, (_, _, words) in zip(refused, WRONG, strict=False):
                assert result.is_error
                assert re.search(words, read_text(result))
        port = url.split(":")[2].split("/")[0]
        assert call_as(url, "evil.example.org") == 403
        assert call_as(url, f"localhost.example.org:{port}") == 403
        assert call_as(url, f"127.0.0.1:{port}") == 200
        assert urllib.request.urlopen(page).status == 200


def test_beside_the_page_clients_do_not_cross(place, environment):
    """What one opens is not what others are told about; what they ask at once they are told each."""

    async def ask(url):
        told = {}

        async def describe(client, name, given):
            told[name] = (await client.call_tool("describe", given)).content[0].text

        async with Client(url) as one, Client(url, mode="legacy") as other:
            opened = [await client.call_tool("open_source", {"source": "sample"}) for client in (one, other)]
            async with anyio.create_task_group() as group:
                for i in range(3):
                    group.start_soon(describe, one, f"own {i}", {})
                    group.start_soon(describe, other, f"sample {i}", {"project": "sample"})
        return [read_text(result) for result in opened], told

    with serve(place, environment, "wide.csv") as url:
        opened, told = anyio.run(ask, url)
    for text in opened:
        assert text.startswith("digits-mlp")
        assert "This server does not remember what a client opened: give this source as project each time" in text
    assert len(told) == 6
    for name, text in told.items():
        assert text.startswith("wide (table)" if name.startswith("own") else "digits-mlp")


def test_the_page_without_them_imports_nothing_of_the_sdk(place, environment):
    program = """
import sys
from panel import wsgi
server = wsgi.server
print(sorted({"mcp", "httpx2", "starlette", "uvicorn"} & set(sys.modules)))
print(server.test_client().post("/mcp", json={}, headers={"Host": "localhost"}).status_code)
"""
    for given, status in (("0", "405"), ("1", "406")):
        named = {**environment, "SWEEPLENS_MCP": given, "SWEEPLENS_SOURCES": "sample"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=place, env=named, capture_output=True, text=True, timeout=120
        )
        assert done.stdout.split() == ["[]", status], done.stderr


@pytest.mark.parametrize("arguments", [["mcp"], ["sample", "--mcp", "--no-browser"]], ids=" ".join)
def test_without_the_extra_one_line_says_what_to_install(place, environment, arguments):
    program = "import sys; sys.modules['mcp'] = None; from panel.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'sweeplens[mcp]'" in done.stderr
