import json
from dataclasses import replace

import pytest

from panel.data.messages import say
from panel.data.plain import plain_value
from panel.data.project import Domain
from panel.errors import SweepLensError
from panel.next_sweep import json_text
from tests.unit.next_sweep.proposals import ALL, PLAIN, RICH, line


@pytest.mark.parametrize("which", ALL)
def test_it_is_read_again_as_it_was(which):
    text = json_text.write(ALL[which])
    assert json_text.read(text) == ALL[which]
    assert "Infinity" not in text and "NaN" not in text


def test_kinds_of_values_are_kept():
    odd = (1, 1.0, True, None, "1", plain_value("a\ud800"), float("-inf"), 1e-5, 2**70)
    back = json_text.read(json_text.write(replace(PLAIN, lines=(line("x", Domain("categorical", choices=odd)),))))
    assert [(type(v), v) for v in back.lines[0].domain.choices] == [(type(v), v) for v in odd]


def test_it_has_a_version_and_the_reasons():
    data = json.loads(json_text.write(RICH))
    assert data["version"] == 1
    assert [entry["why"] for entry in data["lines"]] == [one.why for one in RICH.lines]
    assert data["excluded"][0]["conditions"][0] == ["optimizer.lr", ">", 0.005]
    assert data["lines"][1]["domain"]["low"] == 3e-4


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', '{"version": 1}', '{"version": 1, "lines": [1]}'])
def test_what_is_no_proposal_is_refused(text):
    with pytest.raises(SweepLensError):
        json_text.read(text)


def test_what_its_words_were_made_of_comes_back():
    why = say("test.why", "About {number} more.", number=30)
    line = replace(RICH.lines[0], why=why)
    back = json_text.read(json_text.write(replace(RICH, lines=(line,), why_budget=why, caveats=(why, "A text."))))
    assert [one.code for one in (back.lines[0].why, back.why_budget, *back.caveats)] == ["test.why"] * 3 + ["text"]
    assert back.why_budget.parts == {"number": 30} and back.caveats == (why, "A text.")
