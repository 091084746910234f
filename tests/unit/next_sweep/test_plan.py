from dataclasses import replace

import pytest

from panel.data.plain import plain_value
from panel.data.project import Domain
from panel.next_sweep import Excluded
from panel.next_sweep.plan import find_paths, list_regions, list_settings, restore_value, split_budget
from panel.next_sweep.words import write_code, write_comment
from tests.unit.next_sweep.proposals import PLAIN, RICH, line


def planned(*lines, before=False, **changes):
    return {one.name: one for one in list_settings(replace(PLAIN, lines=lines, **changes), before)}


def test_a_parent_stands_before_its_child():
    names = [one.name for one in list_settings(RICH)]
    assert names.index("optimizer.name") < names.index("optimizer.momentum") < names.index("optimizer.nesterov")
    assert sorted(names) == sorted(one.parameter for one in RICH.lines)


def test_parameters_that_wait_for_each_other_do_not_wait_for_ever():
    a = line("a", Domain("categorical", choices=(1, 2), condition=("b", (1,))))
    b = line("b", Domain("categorical", choices=(1, 2), condition=("a", (1,))))
    found = planned(a, b)
    assert list(found) == ["b", "a"] and found["b"].condition is None and found["a"].condition == ("b", (1,))


@pytest.mark.parametrize(
    ("domain", "kind", "low", "high"),
    [
        (Domain("integer", 1.5, 4.5), "integer", 2, 4),
        (Domain("real", 1, 2), "real", 1.0, 2.0),
        (Domain("real", None, 2), "out", 0, 0),
        (Domain("real", 1, float("nan")), "out", 0, 0),
        (Domain("integer", 1.2, 1.8), "out", 0, 0),
        (Domain("categorical"), "out", 0, 0),
    ],
)
def test_limits(domain, kind, low, high):
    one = planned(line("x", domain))["x"]
    assert (one.kind, one.low, one.high) == (kind, low, high)
    assert type(one.low) is type(low)


def test_one_value_is_fixed():
    assert planned(line("x", Domain("real", 2, 2)))["x"].value == 2.0
    assert planned(line("x", Domain("categorical", choices=("a", "a"))))["x"].value == "a"
    assert planned(line("x", Domain("categorical", choices=(1, True))))["x"].choices == (1, True)


def test_conditions_that_are_settled():
    child = line("c", Domain("real", 0, 1, condition=("p", ("a", "b"))))
    choices = Domain("categorical", choices=("a", "b", "c"))
    assert planned(line("p", choices), child)["c"].condition == ("p", ("a", "b"))
    assert planned(line("p", Domain("categorical", choices=("a", "b"))), child)["c"].condition is None
    assert planned(line("p", Domain("categorical", choices=("c", "d"))), child)["c"].kind == "out"
    fixed = line("p", choices, action="fix", value="a")
    assert planned(fixed, child)["c"].condition is None
    assert planned(fixed, child, before=True)["c"].condition == ("p", ("a", "b"))
    assert planned(child)["c"].kind == "real"


@pytest.mark.parametrize(
    ("budget", "explore", "expected"),
    [
        (60, 0.1, (54, 6)),
        (60, 0, (60, 0)),
        (3, 0.1, (2, 1)),
        (1, 0.2, (1, 0)),
        (0, 0, (0, 0)),
        (0, 0.2, (0, 0)),
        (40, 0.15, (34, 6)),
    ],
)
def test_shares(budget, explore, expected):
    assert split_budget(replace(PLAIN, budget=budget, explore=explore)) == expected


def test_names_that_cannot_be_parted_stay_whole():
    assert find_paths(["a", "a.b", "a.b.c", "d.e", ".f", "g."]) == {
        "a": ("a",),
        "a.b": ("a.b",),
        "a.b.c": ("a.b.c",),
        "d.e": ("d", "e"),
        ".f": (".f",),
        "g.": ("g.",),
    }


def test_lists_come_back():
    assert restore_value('[1, [2, "a"]]') == [1, [2, "a"]]
    assert restore_value('{"a": 1}') == {"a": 1}
    for text in ("[1, NaN]", "[1", "1", "[" * 100_000):
        assert restore_value(text) is text


def test_regions_keep_what_is_not_always_met():
    drawn = list_settings(PLAIN)

    def left(*conditions):
        return [
            region.conditions for region in list_regions(replace(PLAIN, excluded=(Excluded(conditions, ""),)), drawn)
        ]

    assert left(("lr", ">", 1e-3), ("layers", "<=", 3)) == [(("lr", ">", 1e-3),)]
    assert left(("lr", ">", 1e-3), ("layers", ">", 3)) == []
    assert left(("lr", ">", 1e-3), ("nobody", ">", 3)) == []
    assert left(("layers", "=", 2)) == [(("layers", "=", 2),)]


def test_regions_of_a_product_keep_what_is_not_always_met():
    drawn = list_settings(PLAIN)
    ends = {setting.name: setting for setting in drawn}
    high = ends["lr"].high * max(ends["layers"].choices or (ends["layers"].high,))
    quantities = {"q": ("lr", "*", "layers")}

    def left(limit):
        region = Excluded((("q", ">", limit),), "", quantities)
        return [one.conditions for one in list_regions(replace(PLAIN, excluded=(region,)), drawn)]

    assert left(high * 0.99) == [(("q", ">", high * 0.99),)]
    assert left(high) == []
    assert Excluded((("q", ">", 1), ("lr", ">", 2)), "", quantities).list_parameters() == ["lr", "layers"]


def test_a_comment_cannot_end():
    for text in ("a\nimport os", "a\r\nb", "a\x0cb", "a\u2028b", "a\x85b", "a\x00b", "a\ud800b"):
        (row,) = write_comment(text)
        assert row.isprintable() and row.startswith("# ")


def test_code_gives_the_value_again():
    import numpy as np

    text = plain_value("a\nb\ud800")
    for value in (
        text,
        1e-5,
        True,
        None,
        [1, {"a": [None]}],
        float("-inf"),
        2**70,
        "\N{ZERO WIDTH SPACE}",
    ):
        assert eval(write_code(value), {}) == value and write_code(value).isprintable()
    assert (
        write_code(np.float64(0.1)) == "0.1" and write_code(np.int64(3)) == "3" and write_code(np.bool_(True)) == "True"
    )
