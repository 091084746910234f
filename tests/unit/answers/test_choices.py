"""What the dialogs offer of a project."""

import pandas as pd
import pytest

from panel import sources
from panel.answers import choices
from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.design import build
from panel.question.selection import Selection, Target


@pytest.fixture
def project(tmp_path):
    table = tmp_path / "runs.csv"
    rows = "\n".join(f"{0.001 * (i + 1)},{'ab'[i % 2]},{i % 7 / 7},{i % 5 / 5}" for i in range(40))
    table.write_text(f"lr,kind,val_loss,val_acc\n{rows}\n")
    return sources.load(str(table))


def test_every_column_is_listed_with_its_place(project):
    parameters = [p.to_json() for p in build(project, Selection("x", Target("val_loss"))).parameters]
    rows, note = choices.list_columns(project, parameters)
    assert note == ""
    assert [(r["column"], r["place"], r["role"]) for r in rows] == [
        ("lr", "config", "nuisance"),
        ("kind", "config", "none"),
        ("val_loss", "metric", ""),
        ("val_acc", "metric", ""),
    ]
    assert rows[0]["values"].count(",") == 2
    assert rows[0]["place_changes"] and rows[0]["role_changes"] and not rows[2]["role_changes"]


def test_facts_for_the_filter(project):
    assert choices.describe_column(project, "config.lr")["kind"] == "range"
    kind = choices.describe_column(project, "config.kind")
    assert kind["kind"] == "values"
    assert {v["value"] for v in kind["values"]} == {"a", "b"}
    with pytest.raises(QuestionError, match=r"config\.kin"):
        choices.describe_column(project, "config.kin")


def test_what_runs_can_be_filtered_and_grouped_by(project):
    groups = {g["group"]: [i["label"] for i in g["items"]] for g in choices.list_filterable(project)}
    assert groups["Settings"] == ["lr", "kind"]
    assert [g["value"] for g in choices.list_groupable(project)] == ["config.kind"]


def test_times_to_begin_with_are_a_week_and_the_start_of_the_last_sweep():
    days = pd.Series([1, 2, 20, 21, 28, 30], index=[f"r{i}" for i in range(6)])
    runs = pd.DataFrame(
        {"created": [f"2026-03-{day:02}T10:00:00Z" for day in days], "sweep": ["a", "a", "b", "b", "b", None]},
        index=days.index,
    )
    made = from_frames(pd.DataFrame({"lr": days / 10}), pd.DataFrame({"loss": days / 30}), runs=runs)
    times = made.column("run.created")
    assert choices.list_since(made, times) == [
        {"label": "7 days before the newest run", "low": "2026-03-23T10:00:00Z"},
        {"label": "the start of the last sweep, b", "low": "2026-03-20T10:00:00Z"},
    ]
    assert choices.list_since(made, times.tail(1)) == [], "nothing lies before"
    assert choices.list_since(made, times.iloc[:0]) == []
    assert choices.describe_column(made, "run.created")["since"]
