"""What the documents say is what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from panel.importance import METHODS
from panel.page.views import Context, helping
from panel.settings import Settings
from panel.store.jobs import Jobs
from tools import lists

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")

INNER = {"tests", "lint", "sample", "clean"}
"""Targets of the Makefile that other targets call, or that explain themselves."""


@pytest.mark.parametrize("name", lists.DOCUMENTS)
def test_lists_are_what_the_code_has(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- (\w+): made by make lists -->", text)) <= set(lists.LISTS)
    assert lists.renew(text) == text, "run `make lists`"


def test_every_list_is_in_a_document():
    texts = "".join((ROOT / name).read_text(encoding="utf-8") for name in lists.DOCUMENTS)
    assert all(f"<!-- {name}: made by make lists -->" in texts for name in lists.LISTS)


def test_every_room_says_what_it_is_for():
    for file in (ROOT / "panel").rglob("__init__.py"):
        assert lists.read_purpose(file.parent), file


def test_documents_name_no_file_that_is_gone():
    there = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}
    for text in (ARCHITECTURE, CONTRIBUTING, GLOSSARY):
        assert {Path(name).name for name in re.findall(r"`([\w/]+\.py)`", text)} - there - {
            "NAME.py",
            "make.py",
        } == set()


def test_contributing_names_every_command():
    commands = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) - INNER
    assert {command for command in commands if f"make {command}" not in CONTRIBUTING} == set()


@pytest.mark.parametrize("token", ["", "secret"])
def test_help_names_every_method_and_where_a_session_is_ended(tmp_path, token):
    settings = Settings(cache_dir=tmp_path, token=token, url_prefix="/lens")
    text = str(helping.layout(Context(tmp_path, Jobs(tmp_path), None, "forest", settings)))
    for method in METHODS:
        assert method.WORDS[1:] in text
    assert ("href='/lens/_sweeplens/sign-out'" in text) == bool(token)


def test_readme_starts_with_the_two_commands_and_a_picture():
    assert (
        README.index("make run") < README.index("make test") < README.index("](docs/") < README.index("pip install .")
    )
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size > 10_000


def test_links_lead_to_files():
    for text in (README, ARCHITECTURE, CONTRIBUTING):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), target


def test_every_dependency_says_what_it_is_for():
    listed = re.findall(r"`([^`]+)`", CONTRIBUTING.partition("what for\n")[2].partition("\n## ")[0])
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    needed = {re.match(r"[\w-]+", entry)[0] for entry in asked}
    assert needed == set(listed)
