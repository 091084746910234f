import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.conditions import Condition, matches, name_value, parse_condition
from panel.question.selection import Selection, Target, filter_runs

COLUMNS = [
    "run.state",
    "run.created",
    "config.optimizer.lr",
    "config.optimizer.name",
    "summary.val_loss",
    "config.val_loss",
]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("state=finished,failed", Condition("run.state", values=("finished", "failed"))),
        ("optimizer.lr>=0.001", Condition("config.optimizer.lr", low=0.001)),
        ("optimizer.lr <= 1e-1", Condition("config.optimizer.lr", high=0.1)),
        ("summary.val_loss<2", Condition("summary.val_loss", high=np.nextafter(2.0, -np.inf))),
        ("val_loss>0", Condition("config.val_loss", low=np.nextafter(0.0, np.inf))),
        ("optimizer.name!=sgd", Condition("config.optimizer.name", values=("sgd",), negated=True)),
        ("created>=2026-01-31", Condition("run.created", low="2026-01-31")),
    ],
)
def test_parse_condition(text, condition):
    assert parse_condition(text, COLUMNS) == condition


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("optimizer.lr", "no comparison"),
        ("optimizr.lr>1", "Did you mean 'config.optimizer.lr'"),
        ("optimizer.lr>high", "neither a number nor a date"),
        ("optimizer.lr>nan", "cannot be NaN"),
    ],
)
def test_a_filter_that_cannot_be_read_says_why(text, words):
    with pytest.raises(QuestionError, match=words):
        parse_condition(text, COLUMNS)


def test_nothing_in_a_filter_is_evaluated():
    condition = parse_condition("optimizer.name=__import__('os').system('x')", COLUMNS)
    assert condition.values == ("__import__('os').system('x')",)


def test_selection_survives_json_and_keys_equal_questions_equally():
    selection = Selection(
        "abc",
        Target("loss", "minimize", "best", "log"),
        states=("finished", "failed"),
        filters=(Condition("config.lr", low=0.1), Condition("run.state", values=("a",), negated=True)),
        picked=("1", "2"),
        roles=(("gpu", "ignored"), ("a", "seed")),
        places=(("x", "metric"),),
        seed=3,
    )
    again = Selection.from_json(json.loads(json.dumps(selection.to_json())))
    assert again == selection
    assert hash(again) == hash(selection)
    assert again.key("m") == selection.key("m") != selection.key("other")


def test_the_order_in_which_states_roles_and_places_were_given_does_not_matter():
    a = Selection("p", states=("failed", "finished"), roles=(("a", "seed"), ("b", "ignored")))
    b = Selection("p", states=("finished", "failed"), roles=(("b", "ignored"), ("a", "seed")))
    assert a == b
    assert a.key() == b.key()


@pytest.mark.parametrize(
    "change",
    [
        {"target": {"metric": "l", "goal": "biggest"}},
        {"target": {"metric": "l", "scale": "cubic"}},
        {"target": {"metric": "l", "nonsense": 1}},
        {"roles": [["a", "king"]]},
        {"places": [["a", "nowhere"]]},
        {"filters": [{"colum": "x"}]},
        {"seed": "many"},
        {"seed": -1},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(change):
    with pytest.raises(QuestionError):
        Selection.from_json({"project": "p", **change})


def test_matches_numbers_text_missing_and_booleans():
    numbers = pd.Series([1.0, 0.1, np.nan], name="x")
    assert matches(numbers, Condition("c", values=("0.10",))).tolist() == [False, True, False]
    assert matches(numbers, Condition("c", values=("",))).tolist() == [False, False, True]
    assert matches(numbers, Condition("c", low=0.5)).tolist() == [True, False, False]
    assert matches(numbers, Condition("c", low=0.5, negated=True)).tolist() == [False, True, False]
    mixed = pd.Series([1, "auto", True, None], dtype=object, name="x")
    assert matches(mixed, Condition("c", values=("True", "auto"))).tolist() == [False, True, True, False]
    assert matches(mixed, Condition("c", high=5)).tolist()[:2] == [True, False]


def test_limits_fit_what_a_column_holds():
    created = pd.Series(pd.to_datetime(["2025-12-31", "2026-06-01", None], utc=True), name="created")
    assert matches(created, Condition("run.created", low=2026.0)).tolist() == [False, True, False]
    assert matches(created, Condition("run.created", high="2026-01-01")).tolist() == [True, False, False]
    with pytest.raises(QuestionError, match="holds times"):
        matches(created, Condition("run.created", low=20270101.0))
    with pytest.raises(QuestionError, match="holds numbers"):
        matches(pd.Series([1.0, 2.0]), Condition("config.lr", low="2026-01-01"))
    with pytest.raises(QuestionError, match="holds text"):
        matches(pd.Series(["adam", "sgd"]), Condition("config.optimizer", low=3.0))


def test_a_list_is_one_value():
    condition = parse_condition("config.optimizer.name=[64,32], adam", COLUMNS)
    assert condition.values == ("[64,32]", "adam")
    column = pd.Series(["[64, 32]", "[64]", "adam"])
    assert matches(column, condition).tolist() == [True, False, True]
    assert parse_condition("config.optimizer.name==adam", COLUMNS).values == ("adam",)


def test_matches_tags_one_by_one():
    tags = pd.Series(["base, big", "small", None], name="tags")
    assert matches(tags, Condition("run.tags", values=("big",))).tolist() == [True, False, False]


def test_matches_times():
    times = pd.Series(pd.to_datetime(["2026-01-01", "2026-03-01"], utc=True), name="created")
    assert matches(times, Condition("run.created", low="2026-02-01")).tolist() == [False, True]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (np.nan, ""), (True, "true"), (3.0, "3"), (0.1, "0.1"), (1e-5, "1e-05"), ("x", "x")]
)
def test_value_text(value, text):
    assert name_value(value) == text


def test_every_run_that_is_left_out_is_counted_once():
    config = pd.DataFrame({"lr": [0.1, 0.2, 0.3, 0.4, 0.5]})
    runs = pd.DataFrame({"state": ["finished", "failed", "finished", "crashed", "unknown"]})
    project = from_frames(config, pd.DataFrame({"loss": range(5)}), runs=runs)
    selection = Selection("p", filters=(Condition("config.lr", low=0.2),), picked=("2",))
    keep, left_out = filter_runs(project, selection)
    assert keep.tolist() == [False, False, True, False, False]
    assert left_out == {"failed": 1, "crashed": 1, "filtered": 1, "not picked": 1}


def test_a_filter_on_an_unknown_column_names_the_nearest():
    project = from_frames(pd.DataFrame({"lr": [1.0]}), pd.DataFrame({"loss": [1.0]}))
    with pytest.raises(QuestionError, match=r"config\.lr"):
        filter_runs(project, Selection("p", filters=(Condition("config.lrr", low=1),)))


def test_words_of_a_condition():
    assert Condition("config.lr", low=0.001).words() == "lr ≥ 0.001"
    assert Condition("config.lr", low=0.001, high=1.0).words() == "0.001 ≤ lr ≤ 1"
    assert Condition("run.state", values=("failed", ""), negated=True).words() == "state ≠ failed,missing"
