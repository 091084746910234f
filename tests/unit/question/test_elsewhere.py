"""A setting that is constant among the runs that count had other values in runs that failed: that is said."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.conditions import Condition
from panel.question.design import build
from panel.question.selection import Selection, Target


def make_project(states, optimizers):
    n = len(states)
    config = pd.DataFrame({"lr": np.linspace(0.1, 1, n), "optimizer": optimizers})
    loss = np.where(np.array(states) == "finished", np.linspace(1, 2, n), np.nan)
    return from_frames(config, pd.DataFrame({"loss": loss}), runs=pd.DataFrame({"state": states}))


def tell(project, **asked):
    design = build(project, Selection("p", Target("loss"), **asked))
    return next(str(p.words) for p in design.parameters if p.name == "optimizer")


def test_values_that_occur_in_failed_runs_alone_are_named():
    project = make_project(["finished"] * 12 + ["failed", "crashed"], ["adam"] * 12 + ["sgd", "lion"])
    assert tell(project) == "constant among the runs that count: adam; lion and sgd only in runs that failed"


@pytest.mark.parametrize("state", ["killed", "pruned", "running"])
def test_of_other_states_it_is_said_which(state):
    project = make_project(["finished"] * 12 + ["failed", state], ["adam"] * 12 + ["sgd"] * 2)
    said = tell(project)
    assert said.endswith(f"sgd only in runs that are left out ({' or '.join(sorted(['failed', state]))})")


def test_what_is_the_same_everywhere_is_constant():
    project = make_project(["finished"] * 12 + ["failed"] * 2, ["adam"] * 12 + ["adam", None])
    assert tell(project) == "constant: always adam"


def test_runs_that_a_filter_leaves_out_are_not_meant():
    project = make_project(["finished"] * 24 + ["failed"], ["adam"] * 12 + ["sgd"] * 13)
    only = Condition("config.optimizer", values=("adam",))
    assert tell(project, filters=(only,)) == "constant: always adam"
    assert tell(project, picked=tuple(project.runs.index[:12])) == "constant: always adam"
