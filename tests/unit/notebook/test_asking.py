"""The arguments that all functions of a notebook take."""

import inspect

import pytest

import panel as sl
from panel.answers.defaults import choose_default_target
from panel.notebook.asking import USUAL, make_frame, read_question
from tests.app.test_doctests import WITH_EXAMPLES

ASKING = (sl.importance, sl.correlation, sl.findings, sl.propose, sl.compare, sl.report, sl.show, sl.watch)


@pytest.mark.parametrize("function", ASKING, ids=lambda f: f.__name__)
def test_every_function_shows_the_same_arguments_with_their_defaults_and_says_what_they_mean(function):
    shown = inspect.signature(function).parameters
    assert {name: shown[name].default for name in USUAL} == USUAL
    assert all(f"\n{name}\n" in function.__doc__ for name in USUAL)
    assert "{asked}" not in function.__doc__


def test_the_target_is_by_default_the_one_that_the_command_chooses(sweep):
    project = sweep(30)
    assert read_question(project, "", {})[1].target == choose_default_target(project)
    assert sl.importance(project).answer["target"]["metric"] == choose_default_target(project).metric


@pytest.mark.parametrize(
    "runs",
    [
        "lr<0.01",
        ["lr<0.01", "lr>0"],
        lambda frame: frame["lr"] < 0.01,
    ],
)
def test_runs_by_conditions_and_by_a_function(sweep, runs):
    project = sweep(200)
    n = int((project.config["lr"] < 0.01).sum())
    assert sl.importance(project, "loss", runs=runs).surrogate.runs == n


def test_a_condition_on_the_state_says_which_states_count(sweep):
    assert read_question(sweep(30), "loss", {"runs": "state=failed"})[1].states == ("failed",)
    assert "failed" not in read_question(sweep(30), "loss", {"runs": "state!=failed"})[1].states


def test_roles_groups_and_spellings_are_those_of_the_command(sweep):
    project, selection = read_question(
        sweep(30), "loss", {"roles": {"lr": "ignored"}, "group": "replicates", "keep_failures": True, "seed": 3}
    )
    assert (selection.roles, selection.group, selection.seed) == ((("lr", "ignored"),), "replicates", 3)
    assert selection.target.failures == "keep"
    assert "lr" not in {row.parameter for row in sl.importance(project, "loss", roles={"lr": "ignored"}).rows}


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"gole": "minimize"}, TypeError, "Did you mean 'goal'"),
        ({"roles": {"lr": "ignore"}}, sl.SweepLensError, "Role of 'lr'"),
        ({"group": "nothing"}, sl.SweepLensError, "group"),
        ({"merge": "nothing"}, sl.SweepLensError, "there is no such setting"),
        ({"runs": "nothing=1"}, sl.SweepLensError, "nothing"),
    ],
)
def test_a_wrong_argument_says_what_would_be_right(sweep, asked, error, words):
    with pytest.raises(error, match=words):
        read_question(sweep(30), "loss", asked)


def test_the_frame_that_a_function_is_given_has_settings_metrics_and_what_describes_runs(sweep):
    assert {"lr", "loss", "state", "name"} <= set(make_frame(sweep(5)))


@pytest.mark.parametrize("name", sl.__all__)
def test_every_public_name_has_an_example_that_is_run(name):
    assert ">>> import panel as sl" in getattr(sl, name).__doc__
    assert inspect.getmodule(getattr(sl, name)).__name__ in WITH_EXAMPLES
