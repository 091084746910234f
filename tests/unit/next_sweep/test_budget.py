"""How many runs the next sweep has, and why: no more is said to be worth it than the checks and the model found."""

from __future__ import annotations

import pytest

from panel.checks import enough
from panel.checks.base import Finding
from panel.data.messages import NOTHING
from panel.next_sweep.budget import _choose_budget
from panel.next_sweep.region import Region
from panel.next_sweep.words import say_budget


def choose(facts, r2=0.5, moved=False):
    finding = Finding(enough.NAME, enough.QUESTION, "look", NOTHING, facts=facts)
    budget, why = _choose_budget(Region((), facts.configs, 0, r2), 3, [finding], moved)
    return budget, str(why)


@pytest.mark.parametrize(
    ("facts", "r2", "words"),
    [
        (enough.Facts(40, gain=0.2, much=True, more=40), 0.5, "are worth it"),
        (enough.Facts(40, gain=0.2, much=True, more=40), 0.0, "the settings do not tell where it will be"),
        (enough.Facts(40, gain=0.2, much=True, more=40), None, "the settings do not tell where it will be"),
        (enough.Facts(40, gain=0.2, more=40), 0.5, "they gain at most about as much again"),
        (enough.Facts(6, more=34), None, "Of so few configs as yet, little can be told"),
    ],
)
def test_more_runs_are_asked_for_with_the_reason_that_was_found(facts, r2, words):
    budget, why = choose(facts, r2)
    assert budget == facts.more and words in why


def test_half_is_enough_where_more_of_the_same_gains_nothing_unless_a_limit_moves():
    facts = enough.Facts(60, gain=0.0, saturated=True)
    assert choose(facts) == (30, "Half as many as usual: more of the same would hardly do better.")
    assert choose(facts, moved=True)[0] == 60


@pytest.mark.parametrize(
    ("configs", "free", "runs", "words"),
    [
        (60, 200, 60, "No more than so far, though 200 parameters are still searched"),
        (60, 10, 50, "Half as many as usual"),
        (60, 12, 60, "Half as many as usual"),
        (5_000, 3, 500, "Half as many as usual"),
        (10, 1, 10, "As many as the 10 configs so far"),
        (14, 1, 10, "As few as make sense, 10"),
    ],
)
def test_the_number_of_runs_is_what_its_reason_says(configs, free, runs, words):
    facts = enough.Facts(configs, gain=0.0, saturated=True)
    finding = Finding(enough.NAME, enough.QUESTION, "fine", NOTHING, facts=facts)
    budget, why = _choose_budget(Region((), configs, 0, 0.5), free, [finding], False)
    assert budget == runs and str(why).startswith(words)


def test_nothing_to_run_is_no_run():
    assert say_budget(0) == "no run" and say_budget(1) == "1 run"
