"""What tests of the command share: to call it as a process or in this one, and a table of runs."""

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from panel.cli import main

ROOT = Path(__file__).parents[2]
PARTS = ("panel", "assets", "docs", "sample_data", "pyproject.toml", "README.md", "LICENSE")
"""What a wheel is made from."""

QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings of which Python says nothing where nobody asks."""


@pytest.fixture
def sweeplens(tmp_path):
    """Call the command as a process of its own."""

    def call(*arguments, **more):
        environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
        command = [sys.executable, "-m", "panel", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, **more)

    return call


@pytest.fixture
def ask(tmp_path):
    """Call the command in this process; Python must not have warned of anything, as it would on standard error."""

    def call(*arguments: object, cache: str | Path = "cache") -> Result:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("default")
            for kind in QUIET:
                warnings.simplefilter("ignore", kind)
            done = CliRunner().invoke(main, [*map(str, arguments), "--cache-dir", str(tmp_path / cache)])
        assert [str(warning.message) for warning in heard] == []
        return done

    return call


@pytest.fixture
def table(tmp_path, rng):
    file = tmp_path / "runs.csv"
    lines = ["lr,opt,gpu,state,val_loss"]
    for i in range(60):
        lr = 10 ** rng.uniform(-4, 0)
        lines.append(
            f"{lr:.6g},{'ab'[i % 2]},{i % 3},{'failed' if i % 10 == 0 else 'finished'},{(lr - 0.1) ** 2 + 0.1:.8g}"
        )
    file.write_text("\n".join(lines) + "\n")
    return file


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command; show what it said if it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """Copy what a wheel is made from: building leaves files behind."""
    folder = tmp_path_factory.mktemp("source")
    for part in PARTS:
        whole = ROOT / part
        if whole.is_dir():
            shutil.copytree(whole, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, folder / part)
    return folder


@pytest.fixture(scope="session")
def wheel(source, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source)
    (file,) = folder.glob("*.whl")
    return file
