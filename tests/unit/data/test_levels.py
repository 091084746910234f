import pandas as pd

from panel.data.levels import find_levels


def test_levels_do_not_depend_on_the_order_of_rows():
    a = find_levels(pd.Series(["b", "a", None, "b"]))
    b = find_levels(pd.Series(["a", "b", "b", None]))
    assert list(a.values) == list(b.values) == ["a", "b"]
    assert a.codes.tolist() == [1, 0, -1, 1]


def test_lists_are_sorted_by_their_numbers():
    assert list(find_levels(pd.Series(["[128]", "[64, 32]", "[64]"])).values) == ["[64]", "[64, 32]", "[128]"]
