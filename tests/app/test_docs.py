"""What the documents say is what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from panel.cli import main
from panel.importance import METHODS
from panel.settings import Settings

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_architecture_names_every_module():
    modules = [path for path in (ROOT / "panel").rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) > 30
    missing = [
        str(path.relative_to(ROOT))
        for path in modules
        if f"`{path.name}`" not in ARCHITECTURE and f"`{path.relative_to(ROOT)}`" not in ARCHITECTURE
    ]
    assert missing == []


def test_architecture_names_nothing_that_is_gone():
    there = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}
    named = {Path(name).name for name in re.findall(r"`([\w/]+\.py)`", ARCHITECTURE)}
    assert named - there == set()


def test_architecture_is_one_page():
    assert len(ARCHITECTURE.split()) < 1000


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_readme_names_every_setting(setting):
    assert f"`SWEEPLENS_{setting.upper()}`" in README


def test_readme_names_every_option():
    options = {name for parameter in main.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = {name for name in options if name.startswith("--")} - {"--version", "--help"}
    assert len(options) > 15
    assert [name for name in sorted(options) if name not in README] == []


def test_readme_starts_with_the_two_commands_and_a_picture():
    assert (
        README.index("make run") < README.index("make test") < README.index("](docs/") < README.index("pip install .")
    )
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size > 10_000


def test_links_lead_to_files():
    for text in (README, ARCHITECTURE):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), target


def test_readme_names_every_method():
    for method in METHODS:
        assert f"`{method.NAME}`" in README
