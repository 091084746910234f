import numpy as np
import pandas as pd
import pytest

from panel.answers.taken import describe_taken, list_all_columns
from panel.data.project import from_frames
from panel.question.selection import Target
from panel.sources.table.assemble import assemble


@pytest.fixture
def table(rng):
    frame = pd.DataFrame({"lr": rng.random(40), "foo": rng.random(40), "value": rng.random(40)})
    return assemble(frame, name="t", source="t.csv", format="table")


def test_what_was_guessed_is_said(table):
    taken = describe_taken(table, Target("value"), "value")
    assert (taken.settings, taken.metrics) == (2, 1)
    assert taken.guesses == ("foo", "value")
    assert (taken.target_by, taken.goal_by) == ("guess", "guess")
    assert str(taken.words).startswith("Read as 2 settings and 1 metric; explained: value (a guess), ")
    assert str(taken.words).endswith("Guessed: foo and value.")


def test_what_the_user_said_is_no_guess(table):
    taken = describe_taken(table, Target("value", goal="maximize"), "value")
    assert taken.goal_by == "you"
    assert "larger is better (as you chose)" in taken.words


def test_a_name_tells_the_goal(rng):
    project = from_frames(
        pd.DataFrame({"lr": rng.random(9)}), pd.DataFrame({"val_acc": rng.random(9), "val_loss": rng.random(9)})
    )
    taken = describe_taken(project, Target("val_loss"), "val_loss")
    assert (taken.target_by, taken.goal_by, taken.guesses) == ("name", "name", ())
    assert describe_taken(project, Target("val_acc"), "val_acc").target_by == "you"


def test_without_a_target_it_says_what_was_read(rng):
    project = from_frames(pd.DataFrame({"lr": rng.random(9)}), pd.DataFrame({"epoch": np.arange(9)}))
    taken = describe_taken(project, Target(), "")
    assert taken.words == "Read as 1 setting and 1 metric."


def test_every_column_of_a_source_is_listed(table, rng):
    assert [c.name for c in list_all_columns(table)] == ["lr", "foo", "value"]
    project = from_frames(pd.DataFrame({"lr": rng.random(9)}), pd.DataFrame({"loss": rng.random(9)}))
    assert {("config", "lr"), ("metric", "loss")} <= {(c.place, c.name) for c in list_all_columns(project)}
