"""
The documentation's site: what its pages say can be done is done, its links lead somewhere, and it works from disk; the
pages that the wheel has are tried, too.

Every block of ``console`` whose lines begin with ``$ sweeplens`` is run, and every block of ``python``; the blocks of a
page share their names. What stands beneath a command, or in a block of ``text`` beneath one of ``python``, is what it
prints; ``…`` stands for what is left out. A command that would open the page is asked to print. What is marked
``<!-- no-run: why -->`` is not run.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import numpy as np
import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import sync_playwright
from waitress.server import create_server

import panel
from panel.checks import CHECKS
from panel.cli import OTHERS, main
from panel.importance import METHODS
from panel.next_sweep import WRITERS
from panel.notebook.asking import USUAL
from panel.page import documents
from panel.settings import Settings
from panel.sources import SOURCES
from tests.browser.conftest import FLAGS
from tests.chromium import present
from tools import pictures

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/site"
FIXTURES = ROOT / "tests/fixtures"

FENCE = re.compile(
    r"^(?:<!-- no-run: (?P<why>[^\n]+) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)

ANSWERED = {"--print", "--json", "--next-sweep", "--report"}
"""Options with which the command opens no browser."""

PLACED = {
    "wandb": "wandb-folder/digits/wandb",
    "mlflow.db": "mlflow/mlflow.db",
    "mlruns": "mlflow/mlruns",
    "study.db": "optuna/study.db",
    "journal.log": "optuna/journal.log",
    "ray_results": "ray-tune/results",
    "runs": "tensorboard/logs/sweep",
    "lightning_logs": "lightning/logs/lightning_logs",
    "keras_tuner": "keras-tuner/projects",
    "smac3_output": "smac/runs/digits",
    "multirun": "hydra/multirun",
    "outputs": "huggingface/runs",
    "trackio": "trackio/runs",
    "sacred": "folders/runs/sacred",
    "logs": "tables/logs",
    "experiment.csv": "hiplot/sweep.csv",
}
"""What the pages' commands open, and the fixture that lies there."""


NUMERIC = ("numpy", "pandas", "scikit-learn", "scipy")


def is_pinned() -> bool:
    """Say whether the releases that compute are those of constraints.txt: others may differ in a last digit."""
    pins = re.findall(r"^[\w-]+==[^\s;]+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    return {f"{name}=={version(name)}" for name in NUMERIC} <= set(pins)


@dataclass(frozen=True)
class Block:
    """A block of code on a page: its kind, its text, and why it is not run, if so."""

    kind: str
    text: str
    why: str


def read(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def list_pages() -> list[str]:
    return sorted(path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*.md"))


def list_blocks(page: str) -> list[Block]:
    return [Block(found["kind"], found["text"], found["why"] or "") for found in FENCE.finditer(read(page))]


def pages_with(kind: str) -> list[str]:
    return [page for page in list_pages() if any(block.kind == kind and not block.why for block in list_blocks(page))]


def assert_said(shown: str, said: str) -> None:
    """Check that what a page shows is what was said, but for what ``…`` leaves out."""
    if not shown.strip() or not is_pinned():
        return
    lines = ["(?:.*\n)*?" if line == "…" else f"{re.escape(line).replace('…', '.*')}\n" for line in shown.splitlines()]
    assert re.fullmatch("".join(lines) + "\n*", f"{said.rstrip()}\n"), f"shown:\n{shown}\nsaid:\n{said}"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Make a folder with what the pages' commands open."""
    folder = tmp_path_factory.mktemp("place")
    for name, source in PLACED.items():
        copy = shutil.copytree if (FIXTURES / source).is_dir() else shutil.copy
        copy(FIXTURES / source, folder / name)
    rng = np.random.default_rng(0)
    rows = [(10 ** rng.uniform(-4, 0), "ab"[i % 2], i % 3) for i in range(60)]
    table = [f"{lr:.6g},{opt},{gpu},{(np.log10(lr) + 2) ** 2 + 0.1:.6g}" for lr, opt, gpu in rows]
    (folder / "runs.csv").write_text("\n".join(["lr,optimizer,gpu,val_loss", *table]) + "\n")
    (folder / "few.csv").write_text("lr,width,loss\n0.1,32,0.9\n0.01,64,0.5\n0.001,32,0.8\n")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def there(place, cache, monkeypatch) -> Path:
    """Go to that folder, where `import sweeplens` is the checkout's package."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("SWEEPLENS_CACHE_DIR", str(cache))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setitem(sys.modules, "sweeplens", panel)
    return place


def run_command(line: str) -> str:
    """Run a command as a page shows it; return what it prints."""
    name, *arguments = shlex.split(line)
    assert name == "sweeplens", line
    asks = arguments and arguments[0] in OTHERS
    if not asks and not ANSWERED & set(arguments):
        arguments.append("--print")
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in ((0, 1) if asks else (0,)), f"{line}\n{done.output}\n{done.exception!r}"
    assert "Nothing could be read" not in done.output
    return done.stdout


@pytest.mark.parametrize("page", pages_with("console"))
def test_commands_do_what_the_page_shows(page, there):
    for block in list_blocks(page):
        if block.kind != "console" or block.why:
            continue
        before, *commands = re.split(r"^\$ (.+)\n", block.text, flags=re.MULTILINE)
        assert not before
        for line, shown in zip(commands[::2], commands[1::2], strict=True):
            assert_said(shown, run_command(line))


@pytest.mark.parametrize("page", pages_with("python"))
def test_snippets_do_what_the_page_shows(page, there):
    names: dict[str, object] = {"__name__": "snippet"}
    said = ""
    for block in list_blocks(page):
        if block.kind == "python" and not block.why:
            with contextlib.redirect_stdout(io.StringIO()) as heard:
                exec(compile(block.text, page, "exec"), names)
            said = heard.getvalue()
        elif block.kind == "text":
            assert_said(block.text, said)


def test_what_is_not_run_says_why():
    for page in list_pages():
        marks = re.findall(r"<!-- no-run", read(page))
        assert len(marks) == sum(bool(block.why) for block in list_blocks(page)), page


@pytest.mark.parametrize(("page", "module"), [("methods.md", METHODS), ("checks.md", CHECKS)])
def test_every_method_and_check_has_a_section(page, module):
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", read(page), re.MULTILINE | re.DOTALL))
    for one in module:
        assert one.NAME in sections, f"{page} has no section {one.NAME}"
        for part in ("When it is wrong", "Source"):
            assert f"**{part}.**" in sections[one.NAME], f"{one.NAME}: {part}"


def test_every_option_is_documented():
    text = read("reference/command.md")
    commands = (main, *(import_module(other.module, "panel").main for other in OTHERS.values()))
    shown = [p for command in commands for p in command.params if not getattr(p, "hidden", False)]
    options = {name for p in shown for name in (*p.opts, *p.secondary_opts) if name.startswith("--")}
    assert len(options) > 30
    assert [name for name in sorted(options) if name not in text] == []
    assert [other for other in OTHERS if f"## sweeplens {other}\n" not in text] == []
    assert [writer.NAME for writer in WRITERS if f"`{writer.NAME}`" not in text] == []


def test_every_setting_is_documented():
    text = read("reference/settings.md")
    names = [f"SWEEPLENS_{name.upper()}" for name in Settings.__dataclass_fields__]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_public_name_and_argument_is_documented():
    text = read("reference/python.md")
    assert [name for name in panel.__all__ if f"### {name}\n" not in text] == []
    assert [name for name in USUAL if f"- `{name}`: " not in text] == []


def test_every_source_is_documented():
    text = read("reference/sources.md")
    assert [source.NAME for source in SOURCES if f"`{source.NAME}`" not in text] == []


def test_pictures_are_those_of_the_script_and_small():
    taken = {"overview", "notebook", *pictures.VIEWS}
    assert {file.stem for file in pictures.FOLDER.iterdir()} == taken
    for file in pictures.FOLDER.iterdir():
        assert file.read_bytes().startswith(b"\x89PNG")
        assert 10_000 < file.stat().st_size < 200_000, file


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Build the site, of which no warning may come."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(PAGES, folder / "docs/site")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build/site"


class Links(HTMLParser):
    """Reads where a page leads, and what it can be led to."""

    def __init__(self, text: str):
        super().__init__()
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.anchors.add(given["id"])
        self.leads += [given[name] for name in ("href", "src") if given.get(name) and given.get("rel") != "canonical"]


def test_links_lead_somewhere(site):
    read_of = {file: Links(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}
    assert len(read_of) >= len(list_pages())
    wrong = defaultdict(list)
    for file, links in read_of.items():
        for lead in links.leads if file.name != "404.html" else ():
            parts = urlsplit(lead)
            if parts.scheme or parts.netloc:
                if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc):
                    wrong[file.name].append(lead)
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            anchors = read_of[target].anchors if target in read_of else None
            if not target.is_file() or (
                parts.fragment and anchors is not None and unquote(parts.fragment) not in anchors
            ):
                wrong[file.name].append(lead)
    assert not wrong


def test_it_works_from_disk_with_its_search(site):
    heard: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=present() or None, args=FLAGS)
        page = chromium.new_page()
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.on("request", lambda r: heard.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)
        for name in list_pages():
            page.goto((site / name).with_suffix(".html").as_uri())
            assert page.locator("h1").inner_text().strip()
        page.goto((site / "index.html").as_uri())
        page.keyboard.press("/")
        page.keyboard.type("noise floor", delay=20)
        page.get_by_text(re.compile(r"^\d+ results?$")).wait_for(timeout=20_000)
        page.get_by_role("option", name="Noise floor").first.click()
        page.wait_for_url("**/reading.html*")
        chromium.close()
    assert heard == []


@pytest.fixture
def documented(tmp_path, monkeypatch) -> Flask:
    """A server of the documentation as an installed wheel has it."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for pattern in about["package-data"]["sweeplens.docs"]:
        for file in PAGES.glob(pattern):
            copy = tmp_path / "docs" / file.relative_to(PAGES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    monkeypatch.setattr(documents, "find_folder", lambda: tmp_path / "docs")
    server = Flask("documented")
    documents.register(server, Settings())
    return server


def test_links_of_an_installed_wheel_lead_somewhere(documented):
    client, seen, wrong = documented.test_client(), {}, []
    waiting = [f"/{documents.write_link()}"]
    while waiting:
        here = waiting.pop()
        answer = client.get(here)
        assert answer.status_code == 200, here
        seen[here] = Links(answer.text) if answer.mimetype == "text/html" else None
        if seen[here] is None:
            assert answer.data.startswith(b"\x89PNG"), here
            continue
        assert "<script" not in answer.text
        for lead in (urljoin(here, lead) for lead in seen[here].leads):
            target = lead.partition("#")[0]
            if not urlsplit(lead).scheme and target not in (*seen, *waiting):
                waiting.append(target)
    assert {name.removeprefix(f"/{documents.ADDRESS}") for name in seen} == {
        *list_pages(), *(f"pictures/{picture.name}" for picture in pictures.FOLDER.iterdir())
    }  # fmt: skip
    for here, links in seen.items():
        for lead in (urljoin(here, lead) for lead in (links.leads if links else ())):
            target, _, anchor = lead.partition("#")
            if anchor and not urlsplit(lead).scheme and unquote(anchor) not in seen[target].anchors:
                wrong.append((here, lead))
    assert not wrong


@pytest.fixture
def served(documented):
    server = create_server(documented, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}/{documents.ADDRESS}"
    server.close()


def test_pages_of_an_installed_wheel_are_readable_in_both_themes_and_on_a_phone(served):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=present() or None, args=FLAGS)
        page, heard, grounds = chromium.new_page(), [], set()
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: None if r.url.startswith((served, "data:")) else heard.append(r.url))
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                for name in list_pages():
                    page.goto(f"{served}{name}")
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
                    assert page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth > 0)"), name
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.goto(f"{served}reading.md")
        page.get_by_text("Documentation of SweepLens").click()
        page.get_by_role("link", name="assistants", exact=True).click()
        page.get_by_text("On this page").click()
        page.get_by_role("link", name="Beside the page").first.click()
        assert page.url == f"{served}reference/assistants.md#beside-the-page"
        chromium.close()
    assert len(grounds) == 2
    assert heard == []
