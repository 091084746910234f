"""The help: its options in groups, the other commands, and that nothing is imported for it."""

import os
import re
import subprocess
import sys
from importlib import import_module

import click
import pytest

from panel import cli
from panel.options import HELP, Option

HEADINGS = ["Answers", "Question", "Reading", "Page", "Machine", HELP, "Other commands"]

LIGHT = {"answers", "cli", "completion", "data", "errors", "gate", "options", "settings", "starting"}
"""Rooms and modules of the package that a help may import."""


def test_options_stand_in_groups_in_the_order_of_declaration(sweeplens):
    text = sweeplens("--help").stdout
    assert text.startswith("Usage: sweeplens [OPTIONS] [SOURCE]...\n")
    assert re.findall(r"^(\S.*):$", text, re.MULTILINE) == HEADINGS
    listed = re.findall(r"^  (?:-h, )?(--[a-z-]+)", text, re.MULTILINE)
    shown = [p for p in cli.main.params if isinstance(p, click.Option) and not p.hidden]
    assert listed == [*(p.opts[0] for p in shown), "--help"]


def test_other_commands_are_named_with_what_they_do(sweeplens):
    listed = sweeplens("-h").stdout.partition("Other commands:\n")[2]
    for name, other in cli.OTHERS.items():
        assert f"  sweeplens {name} " in listed
        assert other.words in " ".join(listed.split())


def test_every_option_of_its_own_has_a_heading():
    for parameter in cli.main.params:
        if isinstance(parameter, click.Option) and parameter.name != "version":
            assert isinstance(parameter, Option)
            assert parameter.heading in HEADINGS


@pytest.mark.parametrize("name", cli.OTHERS)
def test_another_command_says_its_own_name(sweeplens, name):
    done = sweeplens(name, "--help")
    assert done.stdout.startswith(f"Usage: sweeplens {name} ")
    assert isinstance(import_module(cli.OTHERS[name].module, "panel").main, click.Command)


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"]], ids=" ".join)
def test_help_imports_nothing_that_takes_long(arguments):
    told = """
import sys
from panel.cli import main
main(sys.argv[1:], prog_name="sweeplens", standalone_mode=False)
print(sorted({name.split(".")[1] for name in sys.modules if name.startswith("panel.")}))
print(sorted({"numpy", "pandas", "sklearn", "dash", "plotly", "cachelib", "msgspec"} & set(sys.modules)))
"""
    environment = {name: value for name, value in os.environ.items() if name != "_SWEEPLENS_COMPLETE"}
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments], capture_output=True, text=True, env=environment, timeout=60
    )
    *_, own, others = done.stdout.splitlines()
    assert set(re.findall(r"\w+", own)) <= LIGHT
    assert others == "[]"
