"""The wheel: what is in it, and that it runs in an empty environment beside HoloViz Panel, whose package is `panel`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from panel.settings import find_free_port
from tests.app.conftest import run

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """Make an empty environment: not even pip is in it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    return folder / "bin" / "python"


def install(python: Path, *what: object) -> None:
    """Install into an environment; of its thousands of modules Python compiles later those that are imported."""
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile", *what)


def test_what_the_wheel_holds(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith("sweeplens-")
    assert {name.split("/")[0].split("-")[0] for name in names} == {"sweeplens", wheel.name.split("-")[0]}
    assert not any(name.startswith("panel/") for name in names)
    own = {str(path.relative_to(ROOT / "panel")) for path in (ROOT / "panel").rglob("*.py")}
    assert {f"sweeplens/{name}" for name in own} <= set(names)
    for folder in ("assets", "sample_data/digits-mlp"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file():
                read_by_the_page = not file.name.endswith(".d.ts")  # those are for the check of types alone
                assert (f"sweeplens/{file.relative_to(ROOT)}" in names) == read_by_the_page
    files = [path for ending in ("md", "png") for path in (ROOT / "docs/site").rglob(f"*.{ending}")]
    assert {f"sweeplens/docs/{path.relative_to(ROOT / 'docs/site')}" for path in files} <= set(names)


def start_and_ask(python: Path, cache: Path, elsewhere: Path) -> None:
    """Start the installed command on the sample, and look at its page."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(elsewhere), "SWEEPLENS_CACHE_DIR": str(cache)}
    command = [str(python.parent / "sweeplens"), "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=elsewhere
    )
    try:
        url = process.stdout.readline().split()[3]
        page = urlopen(url).read().decode()
        assert "<title>SweepLens</title>" in page
        for asset in ("style.css", "main.mjs"):
            name = next(part for part in page.split('"') if f"assets/{asset}" in part)
            assert len(urlopen(url.rstrip("/") + name).read()) > 1000
        assert b">Reading the numbers<" in urlopen(f"{url}documentation/reading.md").read()
        assert urlopen(f"{url}documentation/pictures/overview.png").read().startswith(b"\x89PNG")
    finally:
        process.terminate()
        process.communicate(timeout=30)


def start_holoviz_panel(python: Path, folder: Path) -> None:
    """Start HoloViz Panel in the same environment, and look at its page."""
    (folder / "holoviz.py").write_text("import panel as pn\npn.Column('# HoloViz').servable(title='HoloViz')\n")
    port = find_free_port("127.0.0.1", 5006)
    command = [python, "-m", "panel", "serve", "holoviz.py", "--port", port]
    process = subprocess.Popen(list(map(str, command)), cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        while "Bokeh app running" not in (line := process.stderr.readline()):
            assert line, "HoloViz Panel did not start"
        assert "<title>HoloViz</title>" in urlopen(f"http://127.0.0.1:{port}/holoviz").read().decode()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.timeout(900)
def test_it_runs_in_an_empty_environment_beside_panel(wheel, python, tmp_path):
    install(python, wheel, "panel")
    start_holoviz_panel(python, tmp_path)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
    done = run(python.parent / "sweeplens", "sample", "--json", env=environment, cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["importance"][0]["parameter"] == "optimizer.lr"
    start_and_ask(python, tmp_path / "cache", tmp_path)
    asked = ("check", "sample", "--only", "leaks")
    checked = run(python, "-m", "sweeplens", *asked, env=environment, cwd=tmp_path)
    assert checked.stdout.endswith("\n\nNo failure in 1 check.\n")
    assert run(python, "-m", "sweeplens", "--help", cwd=tmp_path).stdout.startswith("Usage: sweeplens [OPTIONS]")
    served = "from sweeplens.wsgi import server; print(server.test_client().get('/', headers={'Host': 'localhost'}))"
    assert "200 OK" in run(python, "-c", served, env=environment, cwd=tmp_path).stdout


@pytest.mark.timeout(900)
def test_it_runs_when_installed_editable(source, python, tmp_path):
    install(python, "--force-reinstall", "--no-deps", "-e", source)
    where = run(python, "-c", "import sweeplens; print(sweeplens.__file__)", cwd=tmp_path).stdout.strip()
    assert Path(where) == source / "panel" / "__init__.py"
    start_and_ask(python, tmp_path / "cache", tmp_path)
