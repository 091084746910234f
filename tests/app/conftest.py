"""What tests of the command share: to call it as a process or in this one, and a table of runs."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from panel.cli import main

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
