"""What a shell is told to complete: the scripts, and what Bash makes of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from panel.completion import BESIDE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def environment(tmp_path):
    """Return an environment in which the command is called `sweeplens`."""
    program = tmp_path / "bin" / "sweeplens"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m panel "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def folder(tmp_path):
    """Return a folder with files whose names begin like a command's."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "checked runs.csv").touch()
    (folder / "mlruns").mkdir()
    return folder


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(environment, shell):
    asked = {**environment, "_SWEEPLENS_COMPLETE": f"{shell}_source"}
    done = subprocess.run(["sweeplens"], env=asked, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_sweeplens_completion" in done.stdout
    assert f"_SWEEPLENS_COMPLETE={shell}_complete" in done.stdout
    assert (BESIDE in done.stdout) == (shell == "bash")


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["--me"], {"--memory", "--metric", "--merge", "--method", "--metric-columns", "--metrics"}),
        (["--goal", ""], {"minimize", "maximize"}),
        (["ch"], {"check", "checked runs.csv"}),
        (["ml"], {"mlruns"}),
        (["other.csv", "ch"], {"checked runs.csv"}),
        (["--print", "ch"], {"checked runs.csv"}),
        (["--report", "ch"], {"checked runs.csv"}),
        (["check", "ch"], {"checked runs.csv"}),
        (["check", "--fa"], {"--fail-on"}),
        (["check", "--fail-on", ""], {"act", "look"}),
        (["check", "--me"], {"--metric", "--merge", "--metric-columns"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bash_completes(environment, folder, words, completed):
    script = """
eval "$(_SWEEPLENS_COMPLETE=bash_source sweeplens)"
compopt() { :; }  # it works while a key is pressed alone
COMP_WORDS=(sweeplens "$@"); COMP_CWORD=$#
_sweeplens_completion sweeplens
printf '%s\\n' "${COMPREPLY[@]}"
"""
    command = ["bash", "--norc", "-c", script, "bash", *words]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert set(done.stdout.splitlines()) == completed


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_told_of_files_and_commands(environment, folder, shell):
    asked = {
        **environment,
        "_SWEEPLENS_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "sweeplens ch",
        "COMP_CWORD": "ch" if shell == "fish" else "1",
    }
    done = subprocess.run(["sweeplens"], env=asked, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[:1] == ["file,ch" if shell == "fish" else "file"]
    assert "check" in done.stdout
