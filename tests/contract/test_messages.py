"""One suite over every call of `say` in the code: what a translator, or a program that reads codes, can rely on."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest

PANEL = Path(__file__).parents[2] / "panel"


def calls() -> list[tuple[str, ast.Call]]:
    """Return every call of `say`, with where it is."""
    found = []
    for file in sorted(PANEL.rglob("*.py")):
        if file.name == "messages.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                found.append((f"{file.relative_to(PANEL).as_posix()}:{node.lineno}", node))
    return found


CALLS = calls()


def test_there_are_messages():
    assert CALLS


@pytest.mark.parametrize("where, call", CALLS, ids=[where for where, _ in CALLS])
def test_a_call_has_a_code_and_a_template_as_literals_and_a_part_for_each_name(where, call):
    code, template = call.args
    assert isinstance(code, ast.Constant) and re.fullmatch(r"[a-z_0-9]+(\.[a-z_0-9]+)+", code.value), where
    assert isinstance(template, ast.Constant) and isinstance(template.value, str), where
    given = {keyword.arg for keyword in call.keywords}
    if None not in given:
        assert {name for _, name, _, _ in Formatter().parse(template.value) if name is not None} == given, where


def test_one_code_has_one_template():
    templates = defaultdict(set)
    for _, call in CALLS:
        templates[call.args[0].value].add(call.args[1].value)
    assert {code: found for code, found in templates.items() if len(found) > 1} == {}
