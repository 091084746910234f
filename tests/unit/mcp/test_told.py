"""What a tool tells is kept short without losing what it rests on."""

import pytest

from panel.mcp.told import LIMIT, Told, count_bytes, cut, write_text


def test_what_fits_is_told_as_it_is():
    told = Told(["a project"], ["1. lr"], ["a note"], ["the end"])
    assert write_text(told) == "a project\n1. lr\na note\nthe end"


@pytest.mark.parametrize("letter", ["x", "ä", "好", "🙂"])
@pytest.mark.parametrize("length", [20, 300, 3_000])
def test_the_limit_is_one_of_bytes(letter, length):
    line = letter * length
    text = write_text(Told([line] * 3, [line] * 200, [line] * 20, [line] * 2))
    assert count_bytes(text) <= LIMIT
    assert text.encode().decode() == text


def test_rows_and_notes_that_are_left_out_are_counted():
    text = write_text(Told(["head"], [f"row {i} {'x' * 90}" for i in range(100)], ["n" * 100] * 10, ["the end"]))
    lines = text.split("\n")
    told = [line for line in lines if line.startswith("row")]
    assert f"({100 - len(told)} more rows: full=true gives all)" in lines
    assert any(line.endswith("more notes: full=true gives all)") for line in lines)
    assert told == [f"row {i} {'x' * 90}" for i in range(len(told))]
    assert len(told) >= 10
    assert (lines[0], lines[-1]) == ("head", "the end")


def test_a_name_that_breaks_lines_stays_on_its_own():
    assert write_text(Told(["a\nb\x1b[31m"], [], [], [])).count("\n") == 0


def test_a_text_is_cut_between_letters():
    assert cut("ääää", 8) == "ääää"
    assert cut("ääää", 7) == "ää…"


def test_a_link_is_never_cut():
    link = f"See it: http://127.0.0.1:8050/#{'x' * 900}"
    text = write_text(Told(["h" * 700] * 3, ["r" * 90] * 100, ["n" * 700] * 3, ["e" * 700], link=link))
    assert text.split("\n")[-1] == link
    assert count_bytes(text) <= LIMIT
