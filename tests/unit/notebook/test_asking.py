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
        ({"runs": ["abc"]}, sl.SweepLensError, "'abc', which is neither the id of a run nor a condition"),
        ({"runs": 3}, sl.SweepLensError, "give a condition, ids, or one boolean a run"),
        ({"runs": lambda frame: None}, sl.SweepLensError, "give a condition, ids, or one boolean a run"),
        ({"seed": 1.5}, sl.SweepLensError, "seed is 1.5; give a whole number"),
        ({"top": "a"}, sl.SweepLensError, "top is 'a'"),
        ({"roles": "seed"}, sl.SweepLensError, "a mapping from names to roles"),
        ({"merge": 3}, sl.SweepLensError, "names of settings"),
        ({"keep_failures": "no"}, sl.SweepLensError, "True or False"),
    ],
)
def test_a_wrong_argument_says_what_would_be_right(sweep, asked, error, words):
    with pytest.raises(error, match=words):
        read_question(sweep(30), "loss", asked)


def test_a_mask_goes_by_its_index_and_one_of_other_runs_is_refused(sweep):
    project = sweep(60)
    low = project.config["lr"] < project.config["lr"].median()
    wanted = set(low.index[low])
    for runs in (low, low.sort_values(), lambda frame: frame.sort_values("loss")["lr"] < frame["lr"].median()):
        assert set(read_question(project, "loss", {"runs": runs})[1].picked) == wanted
    assert set(read_question(project, "loss", {"runs": low.to_numpy()})[1].picked) == wanted
    with pytest.raises(sl.SweepLensError, match="another index"):
        read_question(project, "loss", {"runs": low.rename(lambda run: f"x{run}")})


def test_an_id_that_is_not_there_is_named_beside_one_that_is(sweep):
    project = sweep(30)
    good = project.runs.index[0]
    with pytest.raises(sl.SweepLensError, match="'lr<1', which is neither"):
        read_question(project, "loss", {"runs": [good, "lr<1"]})


def test_a_target_says_itself_what_arguments_would(sweep):
    with pytest.raises(sl.SweepLensError, match="goal is given beside a Target"):
        read_question(sweep(30), sl.Target("loss"), {"goal": "maximize"})


@pytest.mark.parametrize("function", ASKING[:5], ids=lambda f: f.__name__)
def test_what_is_no_project_is_named(function):
    with pytest.raises(sl.SweepLensError, match="The project is a str"):
        function("runs.csv")


def test_where_every_run_failed_it_says_so():
    project = sl.load([{"lr": i / 9, "loss": float("nan")} for i in range(9)])
    with pytest.raises(sl.SweepLensError, match="No run has a number of one"):
        sl.importance(project)


def test_the_frame_that_a_function_is_given_has_settings_metrics_and_what_describes_runs(sweep):
    assert {"lr", "loss", "state", "name"} <= set(make_frame(sweep(5)))


@pytest.mark.parametrize("name", sl.__all__)
def test_every_public_name_has_an_example_that_is_run(name):
    assert ">>> import panel as sl" in getattr(sl, name).__doc__
    assert inspect.getmodule(getattr(sl, name)).__name__ in WITH_EXAMPLES
