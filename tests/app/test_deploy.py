"""
What the documentation says of serving a team: its commands and files, run by an installed wheel.

What a machine here has not, such as a folder ``/data/sweeps``, takes the place of what a page names; nothing else of a
command is changed, but that it listens at a free port.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import site
import stat
import subprocess
import time
import venv
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.app.conftest import run
from tests.app.serving import ROOT, Reply
from tests.app.test_permits import TABLE
from tests.app.test_site import list_blocks
from tests.services import HOST, SPELLED, find_free_port, name_driver, serve_postgresql

pytestmark = pytest.mark.heavy

DEPLOY = ROOT / "docs/deploy"
MARK = "tests/app/test_deploy.py runs it until it answers"
TOKEN = "long-and-secret"
NAME = "sweeps.example.org"


def list_served() -> list[tuple[str, str]]:
    """Return the pages and the commands that serve until they are stopped."""
    pages = ("deploy.md", "reference/access.md")
    served = [(page, block.text) for page in pages for block in list_blocks(page) if block.why == MARK]
    return [(page, re.sub(r"^\$ |^SweepLens is at.*\n", "", text, flags=re.MULTILINE)) for page, text in served]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Install the wheel as the container does, where all it needs is at hand; return the folder of its commands."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv")
    commands, needed = folder / "venv/bin", folder / "needed"
    needed.mkdir()
    for found in (path for place in site.getsitepackages() for path in Path(place).iterdir()):
        if not re.match(r"sweeplens|__editable__", found.name):
            (needed / found.name).symlink_to(found)
    (own,) = (folder / "venv/lib").glob("python*/site-packages")
    (own / "needed.pth").write_text(f"{needed}\n")
    for name in ("pip", "gunicorn"):
        write_script(commands / name, f'exec {commands}/python -m {name} "$@"')
    write_script(commands / "waitress-serve", f'exec {commands}/python -m waitress "$@"')
    to = folder / "install"
    to.mkdir()
    shutil.copy(wheel, to)
    shutil.copy(ROOT / "constraints.txt", to)
    install = next(text for name, text in read_container() if name == "RUN" and text.startswith("pip "))
    run("bash", "-euc", install.replace("/tmp/install", str(to)), env=find_environment(commands))
    where = run(commands / "python", "-c", "import sweeplens; print(sweeplens.__file__)", cwd=folder).stdout
    assert Path(where.strip()).is_relative_to(own)
    return commands


def write_script(file: Path, line: str) -> None:
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def read_container() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile, and what each is given."""
    whole = (DEPLOY / "Containerfile").read_text().replace("\\\n", "")
    return [(name, " ".join(text.split())) for name, _, text in (line.partition(" ") for line in whole.splitlines())]


def find_environment(commands: Path) -> dict[str, str]:
    """Return the variables of somebody who has set none of SweepLens', and whose commands are the installed ones."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SWEEPLENS_", "PYTHONPATH"))}
    return {**kept, "PATH": f"{commands}:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "runs.csv").write_text(TABLE)
    return folder


@dataclass
class Page:
    """A page that is served at a port of this machine."""

    process: subprocess.Popen[str]
    port: int
    prefix: str

    def ask(self, path: str = "", **headers: str) -> Reply:
        connection = HTTPConnection(HOST, self.port, timeout=60)
        try:
            named = {"Host": NAME, **{name.replace("_", "-"): text for name, text in headers.items()}}
            connection.request("GET", f"{self.prefix}{path}", None, named)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read().decode(errors="replace"))
        finally:
            connection.close()

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("readyz").text == "ok\n"
        return False


@contextlib.contextmanager
def serve(command: str, where: Path, environment: dict[str, str], port: int):
    """Run a command of the shell until its page is ready, and stop it as a service is stopped."""
    assert "://" not in command or SPELLED in command
    prefix = (re.search(r"--url-prefix (\S+)", command) or [0, environment.get("SWEEPLENS_URL_PREFIX", "/")])[1]
    process = subprocess.Popen(
        ["bash", "-euc", f"exec env {command}"],
        env={**environment, "SWEEPLENS_CACHE_DIR": environment.get("SWEEPLENS_CACHE_DIR", f"{where}-cache")},
        cwd=where,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    page = Page(process, port, prefix)
    try:
        end = time.monotonic() + 120
        while not page.is_ready():
            assert process.poll() is None and time.monotonic() < end, f"{command}\n{process.communicate()}"
            time.sleep(0.1)
        yield page
    finally:
        process.send_signal(signal.SIGTERM)
        said = "".join(process.communicate(timeout=20))
        assert "Traceback" not in said, said
        assert process.returncode == (-signal.SIGTERM if "waitress-serve" in command else 0), said


def place(command: str, sweeps: Path, port: int) -> str:
    """Return a command of a page that listens at a port, with what is here for what the page names."""
    command = command.strip().replace("/data/sweeps", str(sweeps))
    if "gunicorn" in command:
        assert "-b 0.0.0.0:8050" in command
        return command.replace("8050", str(port))
    if "waitress-serve" in command:
        return command.replace("waitress-serve", f"waitress-serve --port={port}")
    return f"{command} --no-browser --port {port}"


@pytest.mark.parametrize(("page", "command"), [one for one in list_served() if "postgresql" not in one[1]])
def test_a_command_serves_what_its_page_says(page, command, installed, sweeps):
    port = find_free_port()
    with serve(place(command, sweeps, port), sweeps, find_environment(installed), port) as served:
        assert served.ask().status in (401, 403), "nobody comes in who does not say who they are"
        header = re.search(r"--trust-proxy (\S+)", command)
        if header:
            shown = served.ask(**{header[1]: "ada"})
        elif TOKEN in command:
            shown = served.ask(Authorization=f"Bearer {TOKEN}")
        else:
            shown = None  # it makes a token, which stands in what it says
        assert shown is None or (shown.status, "<title>SweepLens</title>" in shown.text) == (200, True)


def test_there_are_commands_to_try():
    tried = " ".join(command for _, command in list_served())
    for word in ("--processes", "gunicorn", "waitress-serve", "--trust-proxy", "postgresql://", "--host 0.0.0.0"):
        assert word in tried


@pytest.mark.service("postgresql")
def test_a_database_is_named_by_a_variable(installed, sweeps, tmp_path):
    import optuna

    (command,) = (command for _, command in list_served() if "postgresql" in command)
    with serve_postgresql(tmp_path / "postgresql") as address:
        optuna.create_study(study_name="first", storage=name_driver(address)).optimize(lambda trial: 1.0, 3)
        host = address.rpartition("@")[2].partition("/")[0]
        command = command.replace("reader:secret@db.example.org/studies", f"reader:{SPELLED}@{host}/postgres")
        command = command.replace("reader@db.example.org", f"reader@{host}")
        port = find_free_port()
        with serve(place(command, sweeps, port), sweeps, find_environment(installed), port) as served:
            assert "first" in served.ask(Host="localhost").text + served.ask("_dash-layout", Host="localhost").text


def test_health_numbers_and_the_access_log_are_as_the_page_says(installed, sweeps):
    port = find_free_port()
    command = place("sweeplens runs.csv --metrics --access-log lines", sweeps, port)
    block = [block for block in list_blocks("deploy.md") if block.why.endswith("runs it beside the page")]
    assert len(block) == 2
    with serve(command, sweeps, find_environment(installed), port) as served:
        for line, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).+\n)*)", "".join(b.text for b in block), re.MULTILINE):
            said = run("bash", "-euc", line.replace("curl", "curl --silent --fail").replace("8050", str(port))).stdout
            assert said == shown or (shown == "…\n" and "sweeplens_requests_total" in said)
        served.ask("?token=nothing", Host="localhost")
        served.process.send_signal(signal.SIGTERM)
        lines = served.process.stderr.read().splitlines()
    (line,) = (line for line in lines if '"/"' in line)
    when, address, user, method, path, status, size, seconds = line.split()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", when)
    assert (address, user, method, path, status) == (HOST, "-", "GET", '"/"', "200")
    assert int(size) > 1000 and float(seconds) < 60


# ---- systemd


def read_unit() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str
    unit.read(DEPLOY / "sweeplens.service")
    return unit


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_reads_the_unit(installed, tmp_path):
    text = (DEPLOY / "sweeplens.service").read_text()
    assert "/opt/sweeplens/bin" in text
    unit = tmp_path / "sweeplens.service"
    unit.write_text(text.replace("/opt/sweeplens/bin", str(installed)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
    assert [line for line in (done.stdout + done.stderr).splitlines() if "sweeplens" in line] == []


def test_the_command_of_the_unit_serves_and_stops(installed, sweeps, tmp_path):
    service = read_unit()["Service"]
    name, _, cache = service["Environment"].partition("=")
    assert (name, cache) == ("SWEEPLENS_CACHE_DIR", f"/var/cache/{service['CacheDirectory']}")
    lines = (DEPLOY / "sweeplens.env").read_text().replace("/data/sweeps", str(sweeps)).splitlines()
    variables = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    environment = {**find_environment(installed), **variables, name: str(tmp_path / "cache")}
    (tmp_path / "cache").mkdir(mode=int(service["CacheDirectoryMode"], 8))
    command = service["ExecStart"]
    assert command.startswith("/opt/sweeplens/bin/sweeplens ")
    port = find_free_port()
    with serve(
        f"{command.replace('/opt/sweeplens/bin', str(installed))} --port {port}", sweeps, environment, port
    ) as page:
        begun = time.monotonic()
        assert page.prefix == "/sweeps/"
        assert page.ask(X_Forwarded_User="ada").status == 200
        assert page.ask().status == 403
        assert list((tmp_path / "cache").iterdir()), "its cache folder is that of the unit"
    assert time.monotonic() - begun < int(service["TimeoutStopSec"])


def test_the_environment_says_what_the_command_behind_a_proxy_does():
    (command,) = {
        block.text.removeprefix("$ ").strip()
        for block in list_blocks("deploy.md")
        if "--trust-proxy X-Forwarded-User" in block.text
    }
    _, named, *options = shlex.split(command)
    variables = dict(re.findall(r"^SWEEPLENS_(\w+)=(.+)$", (DEPLOY / "sweeplens.env").read_text(), re.MULTILINE))
    given = {
        name.removeprefix("--").replace("-", "_").upper(): text
        for name, text in zip(options[::2], options[1::2], strict=True)
    }
    assert variables == {"SOURCES": named, **given}


# ---- the container, which cannot be built here


def test_what_the_container_starts_serves_and_is_healthy(installed, sweeps, tmp_path):
    instructions = dict(read_container())
    variables = dict(part.split("=") for part in instructions["ENV"].split())
    assert variables["SWEEPLENS_ROOT"] == "/data"
    variables |= {"SWEEPLENS_ROOT": str(sweeps), "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
    (told,) = (block.text for block in list_blocks("deploy.md") if "podman run" in block.text)
    words = shlex.split(next(line for line in told.splitlines() if line.startswith("podman run")))
    variables |= dict(word.split("=", 1) for before, word in pairwise(words) if before == "-e")
    given = words[words.index("sweeplens") + 1 :]
    assert given[0] == "/data/runs.csv"
    port = find_free_port()
    command = [*json.loads(instructions["ENTRYPOINT"]), str(sweeps / "runs.csv"), *given[1:], "--port", str(port)]
    environment = {**find_environment(installed), **variables}
    with serve(shlex.join(command), sweeps, environment, port) as page:
        assert page.ask(Authorization=f"Bearer {TOKEN}", Host=HOST).status == 200
        check = instructions["HEALTHCHECK"].removeprefix("CMD ")
        assert instructions["EXPOSE"] == "8050" and ":8050/" in check
        run("bash", "-euc", check.replace("8050", str(port)), env=environment)


def test_the_python_of_the_container_has_wheels():
    (base,) = (text for name, text in read_container() if name == "FROM")
    assert base == "docker.io/library/python:3.13-slim"
    assert "3.13" in (ROOT / "CONTRIBUTING.md").read_text()


# ---- JupyterHub, whose proxy is not here


def test_what_jupyter_starts_lets_in_who_comes_through_it_alone(installed, sweeps):
    """Jupyter-server-proxy is not here: it fills in port and path, and adds a header to each request."""
    config = SimpleNamespace(ServerProxy=SimpleNamespace())
    exec((DEPLOY / "jupyter_server_config.py").read_text(), {"c": config})
    entry = config.ServerProxy.servers["sweeplens"]
    port = find_free_port()
    filled = [word.format(port=port, base_url="/user/ada/") for word in entry["command"]]
    environment = {**find_environment(installed), **entry["environment"]}
    with serve(shlex.join(filled), sweeps, environment, port) as page:
        assert entry["absolute_url"], "the page is told its path, and asked by it"
        assert page.prefix == "/user/ada/sweeplens/"
        hub = entry["environment"]["SWEEPLENS_ALLOWED_HOST"]
        own = {"Host": hub, "Origin": f"https://{hub}", "Sec_Fetch_Site": "same-origin"}
        shown = page.ask(**own, **entry["request_headers_override"])
        assert (shown.status, "<title>SweepLens</title>" in shown.text) == (200, True)
        assert page.ask(**own).status == 401, "another user of the machine"
        assert len(entry["environment"]["SWEEPLENS_TOKEN"]) > 30
