"""What the user changes in a proposal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panel.data.project import Domain
from panel.errors import QuestionError
from panel.next_sweep import Line, Proposal
from panel.next_sweep.editing import WHY, apply_changes

LR = Domain("real", 1e-5, 1e-1, scale="log")
LAYERS = Domain("integer", 1, 6)
WIDTH = Domain("categorical", choices=(32, 64, True, "auto"))


@pytest.fixture
def proposal():
    lines = (
        Line("lr", "narrow", Domain("real", 1e-4, 1e-2, scale="log"), LR, None, "the best lie there"),
        Line("layers", "keep", LAYERS, LAYERS, None, "open"),
        Line("width", "fix", WIDTH, WIDTH, 64, "no effect"),
    )
    return Proposal("p", "loss", "minimize", "quasi-random", "exploring", 40, "as many", 0.15, lines)


def line(proposal, name, **change):
    return next(li for li in apply_changes(proposal, {"lines": {name: change}}).lines if li.parameter == name)


def test_nothing_changed_is_the_same(proposal):
    assert apply_changes(proposal, {}) == proposal


def test_limits(proposal):
    assert line(proposal, "lr", low="0.0005").domain == Domain("real", 5e-4, 1e-2, scale="log")
    widened = line(proposal, "lr", high=1.0)
    assert (widened.action, widened.domain.low, widened.domain.high, widened.why) == ("widen", 1e-4, 1.0, WHY)
    layers = line(proposal, "layers", low="2", high=4)
    assert (layers.action, layers.domain) == ("narrow", Domain("integer", 2, 4))
    assert type(layers.domain.low) is int
    assert line(proposal, "lr", whole=True).action == "keep"


def test_values_keep_their_kind(proposal):
    assert line(proposal, "width", choices=["auto", "true"]).domain.choices == (True, "auto")
    assert line(proposal, "width", value="32").value == 32
    assert line(proposal, "lr", value="3e-4").value == 3e-4
    assert line(proposal, "layers", value="3").value == 3


def test_budget_and_method(proposal):
    changed = apply_changes(proposal, {"budget": "12", "method": "bayesian"})
    assert (changed.budget, changed.method, changed.why_budget) == (12, "bayesian", WHY)


def test_a_space_of_which_nothing_was_left_gets_runs_when_it_changes(proposal):
    done = replace(proposal, budget=0)
    assert apply_changes(done, {}).budget == 0
    changed = apply_changes(done, {"lines": {"lr": {"high": 1.0}}})
    assert changed.budget == 20 and "You changed the space" in changed.why_budget
    fixed = {"lr": {"value": 0.01}, "layers": {"low": 1, "high": 3}}
    assert apply_changes(done, {"lines": fixed}).budget == 3
    assert apply_changes(done, {"lines": fixed, "budget": 5}).budget == 5


def test_nothing_is_explored_outside_where_nothing_is_narrowed(proposal):
    whole = {name: {"whole": True} for name in ("lr", "width")}
    assert apply_changes(proposal, {"lines": whole}).explore == 0
    assert apply_changes(proposal, {"lines": {"lr": {"whole": True}}}).explore == 0.15


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines": {"lrr": {"low": 1}}}, "no parameter 'lrr'"),
        ({"lines": {"lr": {"low": "x"}}}, "lower limit of lr must be a number, not 'x'"),
        ({"lines": {"lr": {"low": "nan"}}}, "must be a number"),
        ({"lines": {"lr": {"low": 1}}}, "must be below the upper one, 0.01"),
        ({"lines": {"lr": {"low": -1}}}, "positive, not -1"),
        ({"lines": {"lr": {"low": -1e308, "high": 1e308}}}, "no number is as large"),
        ({"lines": {"layers": {"low": 1.5}}}, "whole numbers, not 1.5"),
        ({"lines": {"width": {"choices": ["31"]}}}, "no value '31'"),
        ({"lines": {"width": {"choices": []}}}, "at least one value"),
        ({"lines": {"width": {"value": "x"}}}, "no value 'x'"),
        ({"lines": {"lr": 3}}, "not 3"),
        ({"lines": [1]}, "Start over"),
        ({"budget": 0}, "from 1 to 1,000,000, not 0"),
        ({"budget": 1.5}, "not 1.5"),
        ({"method": "luck"}, "'luck' is not known"),
    ],
)
def test_what_cannot_be_says_what_is_wrong(proposal, changes, words):
    with pytest.raises(QuestionError, match=words):
        apply_changes(proposal, changes)


def test_a_value_that_a_moved_limit_adds_can_be_kept_and_taken_away():
    before = Domain("categorical", choices=(800, 1000))
    moved = Line("width", "widen", Domain("categorical", choices=(600, 800, 1000)), before, None, WHY)
    proposal = Proposal("", "m", "minimize", "random", WHY, 10, WHY, 0.0, (moved,))
    (kept,) = apply_changes(proposal, {"lines": {"width": {"choices": ["600", "1000"]}}}).lines
    assert kept.domain.choices == (600, 1000) and kept.action == "widen"
    (left,) = apply_changes(proposal, {"lines": {"width": {"choices": ["800"]}}}).lines
    assert left.domain.choices == (800,) and left.action == "narrow"
