"""The committed constraints: versions alone, of all that pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = ABOUT["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [*map(Requirement, sum(EXTRAS.values(), ABOUT["build-system"]["requires"] + PROJECT["dependencies"]))]


def pinned(python: str) -> dict[str, str]:
    """Return the version of each package on a release of Python."""
    lines = [Requirement(line) for line in LINES]
    here = [line for line in lines if line.marker is None or line.marker.evaluate({"python_full_version": python})]
    found = {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in here}
    assert len(found) == len(here), "one version each"
    return found


def test_a_line_is_a_name_and_a_version():
    assert sorted(LINES, key=lambda line: line.partition("==")[0]) == LINES
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line) for line in LINES)
    assert "://" not in "".join(LINES)


@pytest.mark.parametrize("python", ["3.11.7", "3.12.1", "3.13.0"])
def test_all_that_is_asked_for_has_a_version_that_will_do(python):
    versions = pinned(python)
    for asked in ASKED:
        if asked.name != PROJECT["name"]:
            assert asked.specifier.contains(versions[canonicalize_name(asked.name)]), asked


@pytest.mark.parametrize("name", ["sweeps", "panel"])
def test_what_the_makefile_and_the_tests_install_has_a_version(name):
    assert name in pinned("3.11.7")


def test_the_makefile_builds_with_what_the_project_asks_for():
    assert f"\nBUILD = {' '.join(ABOUT['build-system']['requires'])}\n" in (ROOT / "Makefile").read_text()
