import numpy as np
import pandas as pd
import pytest

from panel.data.levels import code_values, find_begins, find_levels, find_values
from panel.question.parameters import describe


def test_levels_do_not_depend_on_the_order_of_rows():
    a = find_levels(pd.Series(["b", "a", None, "b"]))
    b = find_levels(pd.Series(["a", "b", "b", None]))
    assert list(a.values) == list(b.values) == ["a", "b"]
    assert a.codes.tolist() == [1, 0, -1, 1]


def test_lists_are_sorted_by_their_numbers():
    assert list(find_levels(pd.Series(["[128]", "[64, 32]", "[64]"])).values) == ["[64]", "[64, 32]", "[128]"]


def test_text_that_looks_like_a_list_and_is_none_is_a_category():
    texts = ["[1, 2", "[a, b]", "[1, 2] or [3]", "[" * 3000 + "]" * 3000, f"[{10**400}]", "[1]"]
    found = find_levels(pd.Series(texts, dtype="str"))
    assert sorted(found.values) == sorted(texts)
    config = pd.DataFrame({"x": [*texts, *texts]})
    parameter = describe(config)[0]
    assert parameter.kind == "categorical"
    assert describe(pd.DataFrame({"x": ["[1]", "[2, 3]"] * 6}))[0].kind == "structured"


COLUMNS = {
    "ties": pd.Series([2.5, 1.0, 2.5, 1.0]),
    "gaps": pd.Series([np.nan, 3.0, np.nan, -1.0]),
    "infinite": pd.Series([np.inf, 0.0, -np.inf, np.nan]),
    "whole": pd.Series([3, 3, -7, 2**62]),
    "booleans": pd.Series([True, False, True, True]),
    "texts": pd.Series(["b", "a", "é", "b"], dtype="str"),
    "lists": pd.Series(["[10]", "[9, 1]", "[9]", None]),
    "mixed": pd.Series([2, "auto", None, 1.5], dtype=object),
    "switches": pd.Series([True, None, False, None], dtype=object),
    "huge": pd.Series([2**62, -(2**62), "a", 2**62], dtype=object),
    "missing": pd.Series([np.nan] * 4),
    "nothing": pd.Series([None] * 4, dtype=object),
    "empty": pd.Series([], dtype=float),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_values_are_those_of_the_levels_whichever_run_has_them(name):
    column = COLUMNS[name]
    coded, found = find_levels(column), find_values(column)
    assert found.list_first(100) == list(coded.values)
    assert found.list_first(2) == list(coded.values[:2])
    assert found.list_first_words(2) == [coded.values[i] for i in np.flatnonzero(~coded.numeric)][:2]
    assert found.recorded == int(column.notna().sum())
    assert found.recorded_numbers == coded.counts[coded.numeric].sum()
    assert sorted(found.numbers) == [coded.values[i] for i in np.flatnonzero(coded.numeric)]
    again = code_values(column, found)
    assert again.codes.tolist() == coded.codes.tolist()
    assert list(again.values) == list(coded.values)


def test_known_values():
    assert find_values(COLUMNS["infinite"]).values.tolist() == [-np.inf, 0.0, np.inf]
    assert find_values(COLUMNS["ties"]).ordered.tolist() == [1.0, 1.0, 2.5, 2.5]
    assert find_values(COLUMNS["whole"]).values.tolist() == [-7, 3, 2**62]
    assert find_values(COLUMNS["lists"]).list_first(3) == ["[9]", "[9, 1]", "[10]"]
    assert str(find_values(pd.Series([-0.0, 0.0, -0.0])).values[0]) == "0.0"


def test_where_another_value_begins():
    assert find_begins(np.array([1, 1, 2, 5, 5])).tolist() == [True, False, True, True, False]
    assert find_begins(np.empty(0)).tolist() == []
