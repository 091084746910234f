"""The card of a run: its rank, what sets it apart, and why it was left out."""

import json

import numpy as np
import pytest

from panel.errors import QuestionError
from panel.question.conditions import Condition
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect
from panel.runs.card import OtherRun, tell_card


@pytest.fixture
def card_of(project):
    def card_of(run, **about):
        selection = Selection("p", Target("loss"), **about)
        return tell_card(collect(project, selection, build(project, selection)), selection, run)

    return card_of


def test_rank_neighbours_and_target(project, card_of):
    loss = project.summary["loss"].replace(np.inf, np.nan).dropna().sort_values()
    found = card_of(loss.index[6])
    assert (found.rank, found.of, found.why) == (7, 106, ())
    assert (found.before, found.after) == (loss.index[5], loss.index[7])
    assert found.target == loss.iloc[6]
    json.dumps(found.to_json(), allow_nan=False)


def test_equal_runs_have_equal_ranks(project, card_of):
    best = project.summary["loss"].idxmin()
    project.summary.loc["run50", "loss"] = project.summary.loc[best, "loss"]
    assert card_of("run50").rank == card_of(best).rank == 1


def test_config_stands_beside_that_of_the_best_run(project, card_of):
    best = project.summary["loss"].idxmin()
    found = card_of("run0")
    assert found.other == OtherRun(best, best, "best run")
    for line in found.config:
        mine, theirs = project.config.loc["run0", line.parameter], project.config.loc[best, line.parameter]
        assert line.same == (mine == theirs or (mine != mine and theirs != theirs))
    momentum = next(line for line in found.config if line.parameter == "momentum")
    assert momentum.absent == "inactive"
    assert card_of(best).other.words == "second best run"


@pytest.mark.parametrize(
    ("mine", "theirs", "cells"),
    [
        (2000001.0, 2000003.0, ("2000001", "2000003")),
        (0.10000001, 0.10000002, ("0.10000001", "0.10000002")),
        (0.123456789, 0.5, ("0.123457", "0.5")),
        (1e16, 2e16, ("1e+16", "2e+16")),
        (0.3, 0.3, ("0.3", "0.3")),
    ],
)
def test_settings_that_differ_are_written_so_that_they_do(project, card_of, mine, theirs, cells):
    best = project.summary["loss"].idxmin()
    project.config.loc["run0", "lr"], project.config.loc[best, "lr"] = mine, theirs
    line = next(line for line in card_of("run0").config if line.parameter == "lr")
    assert (line.value, line.other) == cells
    assert line.same == (mine == theirs)


@pytest.mark.parametrize(
    ("run", "about", "words"),
    [
        ("run9", {}, ["Its state is failed, and failed runs do not count.", "It has no finite value of loss either."]),
        ("run4", {}, ["Its loss is infinite: it diverged."]),
        ("run3", {}, ["It has no value of loss."]),
        ("run0", {"filters": (Condition("config.layers", values=("9",)),)}, ["The filter layers = 9 leaves it out."]),
        (
            "run0",
            {"picked": ("run1",)},
            ["It is not among the selected runs, and importance is computed on these only."],
        ),
    ],
)
def test_it_says_why_a_run_is_left_out(card_of, run, about, words):
    found = card_of(run, **about)
    assert found.why == tuple(words)
    assert (found.rank is None) == ("picked" not in about)


def test_a_logged_nan_is_said(project, card_of):
    project.logged_nan["loss"] = project.runs.index == "run3"
    found = card_of("run3")
    assert found.why == ("Its loss is NaN: it diverged.",)
    assert ("loss", "NaN") in found.summary


def test_an_unknown_run_is_named(card_of):
    with pytest.raises(QuestionError, match="no run 'run999'"):
        card_of("run999")
