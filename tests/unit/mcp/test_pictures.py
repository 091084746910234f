"""The ranking as a picture of its own: in colours, not in variables that a page would know."""

import json

import pytest

from panel.errors import SettingsError
from panel.figures.bars import draw_bars
from panel.figures.palette import LIGHT
from panel.importance.record import ImportanceRow
from panel.mcp.pictures import draw_ranking, paint

ROWS = [ImportanceRow("lr", 0.7, 0.6, 0.8, 0.1, True), ImportanceRow("useless", 0.3, 0.1, 0.5, 0.4, False)]


def test_a_picture_has_no_variable_of_a_stylesheet():
    figure = paint(draw_bars(ROWS, []))
    assert "var(--" not in json.dumps(figure)
    assert figure["data"][0]["marker"]["color"] == [LIGHT["importance"], LIGHT["unclear"]]


def test_without_a_chrome_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    answer = {"importance": [row.to_json() for row in ROWS], "correlation": []}
    with pytest.raises(SettingsError, match=r"^No image: .*Chrome[^\n]*$"):
        draw_ranking(answer)
