import math

import pandas as pd
import pytest

from panel.sources.common.numbers import count_cells, has_decimal_commas, read_commas, read_spelled


def spelled(cells, name="x", quoted=False):
    column = pd.Series(cells, name=name, dtype="str")
    some = count_cells(column)
    return read_spelled(column, some, has_decimal_commas(name, some, quoted))


@pytest.mark.parametrize(
    ("cells", "values", "unit"),
    [
        (["89.7%", "73 %"], [89.7, 73], "%"),
        (["0,897", "1,5", "2"], [0.897, 1.5, 2], ""),
        (["1.234,5 €", "12,3 €"], [1234.5, 12.3], "€"),
        (["1,234,567", "12,000"], [1234567, 12000], ""),
        (["1,234", "2,500"], [1234, 2500], ""),
        (["1 234,5", "12 000,1"], [1234.5, 12000.1], ""),
        (["12_000", "1_500"], [12000, 1500], ""),
        (["33.8s", "1.2min", "2.0h"], [33.8, 72, 7200], "s"),
        (["3h 20m", "45m", "1h"], [12000, 2700, 3600], "s"),
        (["0:07:21", "1:02:03"], [441, 3723], "s"),
        (["4分", "12分30秒", "1時間"], [240, 750, 3600], "s"),
        (["3 Std. 2 Min.", "5 Min."], [10920, 300], "s"),
        (["3 h 05", "12h30"], [11100, 45000], "s"),
        (["12분", "1시간 2분"], [720, 3720], "s"),
        (["0 days 00:00:09.5", "1 days 00:00:00"], [9.5, 86400], "s"),
        (["128 MB", "1 GB"], [128, 1024], "MB"),
        (["12.3ms", "4ms"], [12.3, 4], "ms"),
        (["125M", "1.5B"], [125e6, 1.5e9], ""),
        (["4bit", "8bit"], [4, 8], "bit"),
        (["−0.5", "0.25"], [-0.5, 0.25], ""),
        (["0.89*", "0.87"], [0.89, 0.87], ""),
        (["0.89 [0.88, 0.90]", "0.7 [0.6, 0.8]"], [0.89, 0.7], ""),
    ],
)
def test_numbers_written_another_way(cells, values, unit):
    read = spelled(cells)
    assert read.values == pytest.approx(values)
    assert read.unit == unit


@pytest.mark.parametrize(
    "cells",
    [
        ["1.2.3", "1.2.4"],
        ["2024-01-01", "2024-02-01"],
        ["007", "008"],
        ["64,32,16", "128,64"],
        ["256,128", "512,256"],
        ["3x3", "5x5"],
        ["1a", "2a"],
        ["scale", "auto", "0.1"],
        ["5", "10", "None"],
        ["1e-3", "2e-4"],
        ["12:30", "01:05"],
        ["#DIV/0!", "0.5", "0.6"],
        ["v1", "v2"],
    ],
)
def test_what_is_no_number_or_a_plain_one_stays(cells):
    assert spelled(cells) is None


def test_what_a_time_is_depends_on_the_name():
    assert spelled(["14:02:03", "15:00:00"], "start") is None
    assert spelled(["12:30", "01:05"], "runtime").values == [750, 65]
    assert spelled(["64,32", "128,64"], "hidden") is None


@pytest.mark.parametrize("sign", ["0.897 ± 0.012", "0.897 +/- 0.012", "0.897 (0.012)", "0.897±0.012"])
def test_a_spread_stands_beside_its_value(sign):
    read = spelled([sign, "0.7", "failed", None])
    assert read.values == [0.897, 0.7, "failed", None]
    assert read.spread[0] == 0.012
    assert all(math.isnan(s) for s in read.spread[1:])


def test_one_odd_cell_changes_none_of_the_others():
    assert spelled(["89.7%", "n/a", "80.1%", "about half", "70%"]).values == [89.7, "n/a", 80.1, "about half", 70]


def test_commas_are_told_apart():
    commas = {"0,897": "decimal", "1,234,567": "thousands", "64,32,16": "list", "1,234": "either", "1.5": "none"}
    assert {cell: read_commas([cell]) for cell in commas} == commas


def test_between_commas_a_quoted_decimal_comma_needs_a_zero_before_it():
    assert spelled(["64,5", "1,5"], quoted=True) is None
    assert spelled(["0,5", "1,5"], quoted=True).values == [0.5, 1.5]


def test_points_of_a_score_are_no_minutes():
    column = pd.Series(["85分", "90分"], name="得分", dtype="str")
    read = read_spelled(column, count_cells(column), False)
    assert (read.values, read.unit) == ([85, 90], "pt")
