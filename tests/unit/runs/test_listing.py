"""The table of all runs: order, filters, cells, CSV."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.conditions import Condition
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import listing


def listed(project, metric="loss", **more):
    selection = Selection("p", Target(metric, **{k: more.pop(k) for k in ("goal", "value") if k in more}), **more)
    found = listing.judge_runs(project, selection, build(project, selection))
    return listing.join_columns(project.runs.index.to_numpy(object), listing.read_columns(project), found)


@pytest.fixture
def small():
    """Six runs: `a` and `f` lack a loss, `e` failed, `d` diverged to infinity; words, numbers and times."""
    ids = list("abcdef")
    config = pd.DataFrame(
        {
            "lr": [0.1, 0.01, np.nan, 0.5, 0.2, 0.3],
            "name": ["x.y", "X+Y", "axy", None, "=1+1", "-3"],
            "width": ["auto", 100, 20, 5, None, "auto"],
            "big": [2**60, 2**60 + 1, 1, 2, 3, 4],
            "on": [True, False, True, True, False, True],
        },
        index=ids,
    )
    summary = pd.DataFrame(
        {"loss": [np.nan, 2.0, 1.0, np.inf, 0.5, np.nan], "acc": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}, ids
    )
    runs = pd.DataFrame(
        {
            "name": ["run-10", "run-2", "run-1", "run-3", "run-20", "Run-4"],
            "state": ["finished"] * 4 + ["failed", "finished"],
            "created": ["2026-01-31T23:59:00Z", "2026-02-01T00:00:00Z", None, "2026-02-02T12:00:00Z", None, None],
        },
        index=ids,
    )
    return from_frames(config, summary, runs=runs)


def order(found, *sort):
    return "".join(found.ids[listing.order_runs(found, sort)])


def passing(found, **filters):
    return "".join(found.ids[listing.match_filters(found, {k.replace("__", "."): v for k, v in filters.items()})])


def test_the_best_come_first_and_what_is_left_out_says_why(small):
    found = listed(small)
    assert order(found)[:2] == "cb"
    assert dict(zip(found.ids, found.columns["left out"].values, strict=True)) == {
        "a": "no value", "b": "", "c": "", "d": "infinite", "e": "failed", "f": "no value",
    }  # fmt: skip
    assert found.counted == 2
    assert order(listed(small, goal="maximize"))[:2] == "bc"
    filtered = listed(small, filters=(Condition("config.lr", high=0.05),))
    assert filtered.columns["left out"].values[2] == "filtered"


def test_missing_values_come_last_in_both_directions(small):
    found = listed(small)
    assert order(found, ("config.lr", "asc")) == "baefdc"
    assert order(found, ("config.lr", "desc")) == "dfeabc"
    assert order(found, ("target", "asc"))[:4] == "ecbd"
    assert set(order(found, ("target", "desc"))[-2:]) == {"a", "f"}
    assert order(found, ("run.created", "desc"))[:3] == "dba"
    assert set(order(found, ("run.created", "asc"))[-3:]) == set("cef")


def test_words_are_sorted_by_the_numbers_in_them(small):
    found = listed(small)
    assert order(found, ("run.name", "asc")) == "cbdfae"
    assert order(found, ("config.width", "asc")).startswith("dcb")
    assert order(found, ("config.on", "asc"), ("config.lr", "desc")) == "ebdfac"


@pytest.mark.parametrize(
    ("model", "runs"),
    [
        ({"type": "contains", "filter": "x.y"}, "a"),  # no pattern: the point is a point
        ({"type": "contains", "filter": "+"}, "be"),
        ({"type": "contains", "filter": "XY"}, "c"),
        ({"type": "equals", "filter": "x+y"}, "b"),
        ({"type": "startsWith", "filter": "x"}, "ab"),
        ({"type": "endsWith", "filter": "Y"}, "abc"),
        ({"type": "notContains", "filter": "y"}, "def"),
        ({"type": "blank"}, "d"),
        ({"type": "notBlank"}, "abcef"),
        (
            {
                "operator": "OR",
                "conditions": [{"type": "equals", "filter": "axy"}, {"type": "startsWith", "filter": "-"}],
            },
            "cf",
        ),
    ],
)
def test_text_is_filtered_as_text(small, model, runs):
    assert passing(listed(small), config__name=model) == runs


@pytest.mark.parametrize(
    ("model", "runs"),
    [
        ({"type": "equals", "filter": 0.1}, "a"),
        ({"type": "notEqual", "filter": 0.1}, "bdef"),
        ({"type": "greaterThan", "filter": 0.2}, "df"),
        ({"type": "greaterThanOrEqual", "filter": 0.2}, "def"),
        ({"type": "lessThan", "filter": 0.1}, "b"),
        ({"type": "inRange", "filter": 0.1, "filterTo": 0.3}, "aef"),
        ({"type": "blank"}, "c"),
        (
            {
                "operator": "AND",
                "conditions": [{"type": "greaterThan", "filter": 0.1}, {"type": "lessThan", "filter": 0.5}],
            },
            "ef",
        ),
    ],
)
def test_numbers_are_filtered_as_numbers_and_a_missing_one_meets_nothing(small, model, runs):
    assert passing(listed(small), config__lr=model) == runs


def test_days_are_filtered_in_utc_and_filters_of_columns_add_up(small):
    found = listed(small)
    assert passing(found, run__created={"type": "equals", "dateFrom": "2026-01-31 00:00:00", "dateTo": None}) == "a"
    since = {"type": "greaterThan", "dateFrom": "2026-01-31 00:00:00"}
    assert passing(found, run__created=since) == "bd"
    assert passing(found, run__created=since, config__lr={"type": "lessThan", "filter": 0.4}) == "b"


@pytest.mark.parametrize("model", [{}, {"type": "pattern"}, {"type": "equals", "filter": "x"}, {"type": "inRange"}, 3])
def test_a_filter_that_cannot_be_read_names_its_column(small, model):
    with pytest.raises(QuestionError, match="'lr' cannot be read"):
        listing.match_filters(listed(small), {"config.lr": model})
    with pytest.raises(QuestionError, match=r"no column 'config\.lrr'.*config\.lr"):
        listing.match_filters(listed(small), {"config.lrr": {"type": "blank"}})
    with pytest.raises(QuestionError, match="no column"):
        listing.order_runs(listed(small), [("lr", "asc")])


def test_cells_are_json_and_whole_numbers_stay_whole(small):
    found = listed(small)
    rows = np.arange(6)
    assert listing.list_cells(found.columns["target"], rows) == [None, 2.0, 1.0, "Infinity", 0.5, None]
    assert listing.list_cells(found.columns["config.big"], rows)[:2] == [str(2**60), str(2**60 + 1)]
    assert listing.list_cells(found.columns["run.created"], rows)[:3] == [
        "2026-01-31T23:59:00Z",
        "2026-02-01T00:00:00Z",
        None,
    ]
    assert listing.list_cells(found.columns["config.on"], rows)[:2] == ["true", "false"]


def test_csv_is_exact_and_no_text_is_a_formula(small):
    small.config["lr"] = [1 / 3, 1e-300, np.nan, 5, 2, 3]
    small.config["loss"] = ["@a", "\tb", 'say "so"', "two\nlines", "ä", "+1"]
    found = listed(small)
    columns = ["target", "config.loss", "config.lr", "config.name"]
    text = listing.write_csv(found, columns, listing.order_runs(found, [("run.name", "asc")]))
    read = list(csv.reader(io.StringIO(text)))
    assert read[0] == ["id", "target", "config.loss", "lr", "name"], "two columns of one name have their full ones"
    by_id = {row[0]: row[1:] for row in read[1:]}
    assert float(by_id["a"][2]) == 1 / 3
    assert by_id["b"] == ["2", "'\tb", "1e-300", "X+Y"]
    assert by_id["a"][:2] == ["", "'@a"]
    assert by_id["d"] == ["Infinity", "two\nlines", "5", ""]
    assert by_id["e"][3] == "'=1+1"
    assert (by_id["f"][1], by_id["f"][3]) == ("+1", "-3"), "numbers stay numbers"


def test_without_metric_or_runs_there_is_still_a_table(small):
    found = listed(small, metric="")
    assert "target" not in found.columns
    assert found.counted == 5
    assert order(found) == "abcdfe"
    assert listed(small, value="failing").columns["target"].label == "loss (failing)"
