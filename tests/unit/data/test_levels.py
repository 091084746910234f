import pandas as pd

from panel.data.levels import find_levels
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
