"""
Adding a method, a check or a tracker takes one file, and one line where the registry names it.

Toys of each are added to a copy of the checkout; the contract suites and the tests of the documents then pass there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
TOYS = Path(__file__).parent / "toys"

REGISTRIES = {
    "method": ("panel/importance", "METHODS: tuple[Method, ...] = (", "test_importance_methods.py"),
    "check": ("panel/checks", "CHECKS: tuple[Check, ...] = (", "test_checks.py"),
    "tracker": ("panel/sources", "SOURCES: tuple[Source, ...] = (", "test_sources.py"),
}
"""The folder, where the registry begins, and the contract suite."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Copy the checkout, and add the toys to it."""
    place = tmp_path_factory.mktemp("copy") / "main"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "runs.parquet")
    shutil.copytree(ROOT, place, ignore=left_out)
    for kind, (folder, registry, _) in REGISTRIES.items():
        shutil.copy(TOYS / f"toy_{kind}.py", place / folder / "toy.py")
        names = place / folder / "__init__.py"
        text = names.read_text(encoding="utf-8")
        assert text.count(registry) == 1
        text = text.replace("\nfrom . import ", "\nfrom . import toy\nfrom . import ", 1)
        end = text.index(")", text.index(registry) + len(registry))
        text = f"{text[:end].rstrip().rstrip(',')}, toy{text[end:]}"
        names.write_text(text, encoding="utf-8")
    shutil.copytree(TOYS / "fixture", place / "tests/fixtures/toy")
    run(place, "-m", "tools.lists")
    return place


def run(place: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=place, env=environment, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def held(copy) -> ElementTree.Element:
    """What the contract suites say of the toys, all in one process."""
    suites = [f"tests/contract/{suite}" for *_, suite in REGISTRIES.values()]
    run(copy, "-m", "pytest", "-q", "-k", "toy", "-p", "no:cacheprovider", "--junitxml", "held.xml", *suites)
    return ElementTree.parse(copy / "held.xml").getroot()


@pytest.mark.parametrize("kind", REGISTRIES)
def test_the_contract_suite_holds_a_toy(held, kind):
    suite = REGISTRIES[kind][2].removesuffix(".py")
    cases = [case for case in held.iter("testcase") if case.get("classname", "").startswith(f"tests.contract.{suite}")]
    assert cases
    assert [case.get("name") for case in cases if len(case)] == [], "neither skipped nor failed"


def test_the_documents_name_the_toys(copy):
    said = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/app/test_docs.py")
    assert " passed" in said
    named = {"docs/site/methods.md": "toy method", "docs/site/checks.md": "Is there a toy?", "README.md": "Toy tracker"}
    for document, words in named.items():
        assert words in (copy / document).read_text(encoding="utf-8")
