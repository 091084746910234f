"""Names and values of thousands of letters are cut in all that is told, and the numbers stay."""

import re

import pytest

from panel.mcp.comparing import compare_sides
from panel.mcp.describing import describe_project
from panel.mcp.desk import Asked, Desk
from panel.mcp.finding import tell_findings
from panel.mcp.listing_runs import find_runs
from panel.mcp.proposing import propose_sweep
from panel.mcp.ranking import rank_parameters
from panel.mcp.told import LIMIT, LONGEST_NAME, count_bytes, shorten_long, write_text
from panel.settings import Settings

LETTERS = ("x", "ä", "好", "🙂")


def say_nothing(done, now=""):
    pass


@pytest.fixture
def make_question(tmp_path, folder, rng):
    """Ask about a table whose names and values have 2,500 letters."""

    def make(letter):
        first, second, metric = (f"{name}_{letter * 2_500}_{name}" for name in ("first", "second", "loss"))
        values = [f"{value} {letter * 2_500} {value}" for value in ("one", "two")]
        rows = [f"{first},{second},opt,{metric}"]
        for i in range(60):
            x = rng.random()
            rows.append(f"{x:.6f},{rng.random():.6f},{values[i % 2]},{(x - 0.5) ** 2 + i % 2:.6f}")
        file = tmp_path / "runs.csv"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        desk = Desk(Settings(sources=(str(file),), cache_dir=folder))
        return desk.ask(Asked(metric=metric), say_nothing), first, values

    return make


@pytest.mark.parametrize("letter", LETTERS)
def test_numbers_stay_behind_long_names(make_question, letter):
    question, first, _ = make_question(letter)
    text = write_text(rank_parameters(question, "forest", False, say_nothing))
    assert count_bytes(text) <= LIMIT
    assert len(re.findall(r"^\d\. .*: importance \d\.\d\d \(\d\.\d\d to \d\.\d\d\), .*, 60 runs$", text, re.M)) == 3
    assert re.search(r"^Trust: .*R² \d\.\d\d\)", text, re.M)
    assert re.search(r"^\d\. first_[^ ]*…[^ ]*_first: importance", text, re.M)
    assert first not in text


@pytest.mark.parametrize("letter", LETTERS)
def test_long_values_are_cut_and_their_difference_stays(make_question, letter):
    question, _, values = make_question(letter)
    two = write_text(compare_sides(question, "opt", *values, ("", "")))
    assert re.search(
        r"^opt = one .*….* one is [\d.]+ better than opt = two .*….* two \([\d.]+ to [\d.]+; positive is", two, re.M
    )
    every = write_text(compare_sides(question, "opt", "", "", ("", "")))
    standing = r"^opt = (?:one|two) .* is expected at [\d.-]+ \([\d.-]+ to [\d.-]+\); it has \d+ configs"
    assert len(re.findall(standing, every, re.M)) == 2


@pytest.mark.parametrize("letter", LETTERS)
def test_no_tool_tells_a_whole_long_name(make_question, letter):
    question, *_ = make_question(letter)
    for told in (
        describe_project(question),
        tell_findings(question, "", say_nothing),
        tell_findings(question, "boundary", say_nothing),
        propose_sweep(question, "", say_nothing),
        find_runs(question, "", (), 2),
    ):
        text = write_text(told)
        assert count_bytes(text) <= LIMIT
        assert letter * LONGEST_NAME not in text
    assert len(re.findall(r"^\d\. .*: loss_[^ ]*…[^ ]*_loss [\d.e-]+, ", text, re.M)) == 2


@pytest.mark.parametrize("letter", LETTERS)
def test_names_that_are_shortened_can_be_told_apart(letter):
    names = [f"{'a' * 1_000}{letter * 500}{i}{'b' * 1_000}" for i in range(20)]
    short = shorten_long([*names, "lr"])
    assert len(set(short.values())) == len(short) == 20
    assert all(count_bytes(name) <= LONGEST_NAME for name in short.values())
