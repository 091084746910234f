import math

import numpy as np
import pandas as pd
import pytest

from panel.data.plain import plain_column
from panel.sources.common.cells import (
    NAN,
    as_config,
    as_metric,
    is_recorded,
    numbers_of,
    parse_cell,
    parse_column,
    parse_number,
    read_metric,
    share_of_numbers,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("  ", None),
        ("1", 1),
        ("-3", -3),
        ("1.50", 1.5),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("Infinity", math.inf),
        ("-inf", -math.inf),
        ("NaN", NAN),
        ("nan", NAN),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("None", "None"),
        ("[64, 32]", [64, 32]),
        ("['a', 'b']", ["a", "b"]),
        ("(0.9, 0.99)", (0.9, 0.99)),
        ('{"a": {"b": 1}}', {"a": {"b": 1}}),
        ("{'a': None}", {"a": None}),
        ("[dock,angora]", "[dock,angora]"),
        ("[1, 2", "[1, 2"),
        ("2026-01-31", "2026-01-31"),
        ("=cmd()", "=cmd()"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_parse_cell(text, value):
    assert parse_cell(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "[__import__('os').system('touch /tmp/evil')]",
        "(lambda: 1)()",
        "[x for x in ().__class__.__bases__]",
        "[" * 200 + "]" * 200,
        "[" * 5000 + "]" * 5000,
        "{" + "'a': {" * 3000 + "}" * 3001,
    ],
)
def test_hostile_cells_stay_text(text):
    assert parse_cell(text) == text


def test_numbers_are_exact():
    assert parse_number("12345678901234567890") == 12345678901234567890
    assert parse_number("0.1") == 0.1


def test_nested_cells_become_nested_columns():
    column = pd.Series(
        ['{"name": "adam", "betas": [0.9, 0.99]}', '{"name": "sgd"}', np.nan], name="optimizer", dtype="str"
    )
    columns = parse_column(column)
    assert list(columns) == ["optimizer.name", "optimizer.betas"]
    assert columns["optimizer.betas"].tolist()[0] == "[0.9, 0.99]"
    assert columns["optimizer.name"].isna().tolist() == [False, False, True]


def test_lists_become_json_text_however_they_were_written():
    column = pd.Series(["[64, 32]", "(64, 32)", "['a']"], name="x", dtype="str")
    assert parse_column(column)["x"].tolist() == ["[64, 32]", "[64, 32]", '["a"]']


def test_a_column_of_numbers_with_words_keeps_both():
    column = parse_column(pd.Series(["1", "2.5", "auto", np.nan], name="x", dtype="str"))["x"]
    assert column.tolist() == [1, 2.5, "auto", None]


def test_whole_numbers_stay_whole():
    assert parse_column(pd.Series(["1", "2"], name="x", dtype="str"))["x"].dtype == "int64"


def test_a_metric_tells_a_logged_nan_from_a_gap():
    column = parse_column(pd.Series(["1.5", "NaN", np.nan, "inf", "None"], name="x", dtype="str"))["x"]
    numbers, nan = as_metric(column)
    assert nan.tolist() == [False, True, False, False, False]
    assert np.isnan(numbers.to_numpy()).tolist() == [False, True, True, False, True]
    assert numbers.iloc[3] == math.inf


def test_a_metric_with_words_stays_text():
    column, nan = as_metric(pd.Series(["a", NAN], name="x", dtype="str"))
    assert column.tolist() == ["a", NAN]
    assert not nan.any()


def test_a_setting_that_is_nan_is_missing():
    column, nan = as_config(pd.Series(["a", NAN, None], name="x", dtype="str"))
    assert column.isna().tolist() == [False, True, True]
    assert nan.tolist() == [False, True, False]


def test_numbers_too_large_for_an_integer_stay_apart():
    texts = [str(10**30 + i * 10**28) for i in range(60)]
    assert parse_column(pd.Series(texts, name="x", dtype="str"))["x"].nunique() == 60
    near = [str(2**63 + i) for i in range(60)]
    column = parse_column(pd.Series(near, name="x", dtype="str"))["x"]
    assert column.tolist() == near
    unsigned = pd.Series(np.array([2**63 + i for i in range(5)], "uint64"), name="x")
    assert parse_column(unsigned)["x"].nunique() == 5


def test_a_word_among_the_numbers_of_a_metric_voids_only_its_own_cell():
    column = pd.Series([0.9, "diverged", 0.8, "#N/A", "-", NAN, None, 0.7], name="acc", dtype="object")
    read = read_metric(column)
    assert read.values.isna().tolist() == [False, True, False, True, True, True, True, False]
    assert read.words.tolist() == ["", "diverged", "", "#N/A", "", "", "", ""]
    assert read.nan.tolist() == [False] * 5 + [True] + [False] * 2
    assert is_recorded(column).tolist() == [True, True, True, True, False, True, False, True]


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        ([1, *["failed"] * 9], True),
        ([1.5, 2.5, 3.5, 4.5, *"abcd"], True),
        ([1, 2, *"abcdef"], False),
        ([*"abc"], False),
    ],
)
def test_many_different_words_are_no_metric_unless_numbers_are_as_many(cells, numeric):
    assert (read_metric(pd.Series(cells, dtype="object")).values.dtype == "float64") is numeric


def test_how_numeric_a_column_is():
    assert share_of_numbers(pd.Series([5, 10, "None", None], dtype="object")) == 1.0
    assert share_of_numbers(pd.Series(["scale", 0.1, "auto", 1], dtype="object")) == 0.5
    assert share_of_numbers(pd.Series(["a"], dtype="str")) == share_of_numbers(pd.Series([True])) == 0.0
    assert numbers_of(pd.Series([5, "x", True, None], dtype="object")).fillna(-1).tolist() == [5, -1, -1, -1]


def test_a_setting_keeps_its_words():
    assert as_config(pd.Series([5, "None", "auto"], dtype="object"))[0].tolist() == [5, "None", "auto"]


def test_whole_numbers_beyond_all_floats_are_infinite_and_large_ones_stay_apart():
    digits = ["1" + "0" * 400, "-1" + "0" * 400, "3"]
    assert parse_column(pd.Series(digits, name="x", dtype="str"))["x"].tolist() == [math.inf, -math.inf, 3]
    near = plain_column([None, *(2**70 + i for i in range(5))], pd.RangeIndex(6), "x")
    assert near.nunique() == 5


@pytest.mark.timeout(20)
def test_long_cells_cost_no_more_than_their_length():
    for text in ("9" * 200_000 + "%", "1." + "0" * 200_000 + "x", "[" * 200_000):
        assert parse_number(text) is None
