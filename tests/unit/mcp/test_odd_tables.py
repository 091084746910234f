"""Tables that tell little are told about all the same, or a line says what is missing."""

import json

import pytest

from panel.errors import SweepLensError
from panel.mcp.comparing import compare_sides
from panel.mcp.describing import describe_project
from panel.mcp.desk import Asked, Desk
from panel.mcp.finding import tell_findings
from panel.mcp.listing_runs import find_runs
from panel.mcp.proposing import propose_sweep
from panel.mcp.ranking import rank_parameters
from panel.mcp.told import LIMIT, write_text
from panel.settings import Settings

TABLES = {
    "few": "a,b\n1,x\n2,y\n3,z\n",
    "constant": "lr,val_loss\n" + "".join(f"0.1,{i}\n" for i in range(20)),
    "no target": "lr,epoch\n" + "".join(f"{i / 7},{i}\n" for i in range(20)),
    "all diverged": "lr,opt,val_loss\n" + "".join(f"{i},a,nan\n" for i in range(20)),
}


def say_nothing(done, now=""):
    pass


TELLERS = {
    "describe": (describe_project, False),
    "rank": (lambda question: rank_parameters(question, "forest", False, say_nothing), True),
    "findings": (lambda question: tell_findings(question, "", say_nothing), True),
    "compare": (lambda question: compare_sides(question, "lr", "", "", ("", "")), True),
    "propose": (lambda question: propose_sweep(question, "wandb", say_nothing), True),
    "find_runs": (lambda question: find_runs(question, "", (), 3), False),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("tool", TELLERS)
def test_little_is_told_or_a_line_says_why_not(table, tool, tmp_path, folder):
    file = tmp_path / "runs.csv"
    file.write_text(TABLES[table])
    desk = Desk(Settings(sources=(str(file),), cache_dir=folder))
    tell, needs_metric = TELLERS[tool]
    try:
        told = tell(desk.ask(Asked(), say_nothing, needs_metric))
    except SweepLensError as error:
        assert "fault of SweepLens" not in str(error)
        assert needs_metric
        return
    text = write_text(told)
    assert text.startswith("runs (table), source ")
    assert len(text.encode()) <= LIMIT
    json.dumps(told.record, allow_nan=False)


def test_one_check_asks(tmp_path, folder):
    file = tmp_path / "runs.csv"
    file.write_text("lr,opt,val_loss\n" + "".join(f"{i / 7},{'ab'[i % 2]},{i}\n" for i in range(6)))
    desk = Desk(Settings(sources=(str(file),), cache_dir=folder))
    told = tell_findings(desk.ask(Asked(), say_nothing), "", say_nothing)
    assert told.head[-1] == "1 of 12 checks asks for something: enough."


def test_a_comparison_in_words_says_nothing_of_an_axis(tmp_path, folder):
    file = tmp_path / "runs.csv"
    file.write_text("opt,val_loss\n" + "".join(f"{'ab'[i % 2]},{i % 7}.{i}\n" for i in range(40)))
    desk = Desk(Settings(sources=(str(file),), cache_dir=folder))
    told = compare_sides(desk.ask(Asked(), say_nothing), "opt", "", "", ("", ""))
    assert any("The axis of val_loss ends" in note for note in told.record["notes"])
    assert told.rows
    assert "axis" not in write_text(told)


def test_runs_without_a_target_come_in_the_order_of_the_source(tmp_path, folder):
    file = tmp_path / "runs.csv"
    file.write_text(TABLES["no target"])
    desk = Desk(Settings(sources=(str(file),), cache_dir=folder))
    told = find_runs(desk.ask(Asked(), say_nothing, needs_metric=False), "", (), 3)
    assert "in the order of the source" in told.head[-1]
    assert [run["config.lr"] for run in told.record["runs"]] == [0, pytest.approx(1 / 7), pytest.approx(2 / 7)]
