import pytest

from panel.importance import ImportanceRow
from panel.importance.comparison import Comparison, compare, measure_concordance


def rows(**shares):
    return [ImportanceRow(n, v, clear=None if v is None else v > 0.1) for n, v in shares.items()]


def test_concordance_of_published_rankings():
    """Siegel and Castellan's example: three managers rank six applicants, W = .162."""
    places = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert measure_concordance(places) == pytest.approx(0.162, abs=5e-4)


def test_concordance_is_one_for_equal_orders_and_zero_for_opposite_ones():
    assert measure_concordance([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == pytest.approx(1.0)
    assert measure_concordance([[1, 2, 3], [3, 2, 1]]) == pytest.approx(0.0)
    assert measure_concordance([[1, 2.5, 2.5], [1, 2.5, 2.5]]) == pytest.approx(1.0)
    assert measure_concordance([[1, 2, 3]]) is None
    assert measure_concordance([[1], [1]]) is None
    assert measure_concordance([[1.5, 1.5], [1.5, 1.5]]) is None


def test_what_all_agree_on_is_said():
    found = compare({"forest": rows(lr=0.8, a=0.15, b=0.05), "fanova": rows(a=0.2, lr=0.75, b=0.05)})
    assert [row.parameter for row in found.rows] == ["lr", "a", "b"]
    assert found.rows[0].rank == {"forest": 1, "fanova": 1}
    assert found.concordance == pytest.approx(1.0)
    assert "The 2 methods agree" in found.words
    assert "all put lr first" in found.words
    assert "finds b clear" in found.words
    assert Comparison.from_json(found.to_json()) == found


def test_none_is_clear_is_said_in_short():
    shares = rows(a=0.1, b=0.05, c=0.08)
    assert "none that can tell finds any parameter clear." in compare({"forest": shares, "fanova": shares}).words


def test_a_constant_is_no_parameter_to_agree_on():
    found = compare({"forest": rows(lr=0.9, a=0.1, constant=0.0), "fanova": rows(lr=0.5, a=0.5, constant=0.0)})
    assert [row.parameter for row in found.rows] == ["lr", "a"]
    assert "constant" not in found.words


def test_disagreement_is_said():
    found = compare({"forest": rows(lr=0.6, a=0.4), "top": rows(lr=0.4, a=0.6)})
    assert "do not agree" in found.words
    assert "first is a or lr" in found.words


def test_what_a_method_cannot_tell_is_never_a_tie():
    found = compare({"forest": rows(a=0.5, b=0.5), "top": rows(a=0.9, b=None)})
    b = next(row for row in found.rows if row.parameter == "b")
    assert b.rank == {"forest": 1.5, "top": None}
    assert b.importance["top"] is None
    assert compare({"forest": rows(a=1.0), "top": []}).methods == ("forest",)
    assert compare({}).concordance is None
