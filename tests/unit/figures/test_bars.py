import pytest

from panel.figures.bars import draw_bars, write_share
from panel.figures.palette import COLOURS, DARK, LIGHT
from panel.figures.theme import escape, shorten
from panel.importance import ImportanceRow
from panel.importance.correlation import CorrelationRow


@pytest.fixture
def figure():
    importance = [
        ImportanceRow("lr", 0.8, low=0.7, high=0.95, floor=0.1, clear=True),
        ImportanceRow("<b>evil</b>", 0.1, low=0.0, high=0.2, floor=0.1, clear=False),
        ImportanceRow("constant", 0.0, low=0.0, high=0.0, floor=0.0, clear=False),
    ]
    correlation = [
        CorrelationRow("lr", "", -0.5, None, None, None, 9),
        CorrelationRow("<b>evil</b>", "", None, None, None, None, 9, eta=0.3),
        CorrelationRow("<b>evil</b>", "a", 0.9, None, None, None, 9),
    ]
    return draw_bars(importance, correlation)


def test_every_trace_has_one_entry_a_row(figure):
    assert [trace.name for trace in figure.data] == [
        "importance",
        "noise floor",
        "correlation",
        "correlation ratio",
        "share",
    ]
    assert all(len(trace.x) == len(trace.y) == 3 for trace in figure.data)


def test_it_draws_the_records_numbers(figure):
    importance, floors, correlation, ratio, numbers = figure.data
    assert importance.x == (0.8, 0.1, 0.0)
    assert importance.error_x.array == pytest.approx((0.15, 0.1, 0.0))
    assert importance.error_x.arrayminus == pytest.approx((0.1, 0.1, 0.0))
    assert importance.marker.color == (COLOURS["importance"], COLOURS["unclear"], COLOURS["unclear"])
    assert floors.x == (0.1, 0.1, None)
    assert correlation.x == (-0.5, None, None)
    assert correlation.text == ("−0.50", "", "")
    assert ratio.text == ("", "η 0.30", "")
    assert [text.strip() for text in numbers.text] == ["0.80", "0.10", "0.00"]
    assert [write_share(v) for v in (0.0, None, 1e-9, 0.0049, 0.0051)] == ["0.00", "0.00", "< 0.01", "< 0.01", "0.01"]
    assert numbers.x == (0.95, 0.2, 0.0)  # beyond the whisker and the tick


def test_names_from_data_are_never_markup(figure):
    assert figure.layout.yaxis.ticktext[1] == "&lt;b&gt;evil&lt;/b&gt;"
    assert escape("a & <i>") == "a &amp; &lt;i&gt;"


def test_an_empty_record_draws_an_empty_figure():
    assert len(draw_bars([], []).data[0].x) == 0


def test_long_names_keep_both_ends():
    name = "model.encoder.sequence_mixer.transposed.dimension"
    assert len(shorten(name)) == 26
    assert shorten(name).startswith("model.enc")
    assert shorten(name).endswith("dimension")
    assert shorten("short") == "short"


def test_every_colour_of_light_has_one_in_dark():
    assert set(LIGHT) == set(DARK)
