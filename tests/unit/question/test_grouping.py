"""Groups of runs with known answers."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.design import build
from panel.question.grouping import average_groups, find_common_settings, group_runs
from panel.question.parameters import describe
from panel.question.selection import Selection, Target


@pytest.fixture
def project():
    """Twelve configurations with three seeds each; the team has four configurations each."""
    config = pd.DataFrame({"lr": np.repeat(np.arange(12.0), 3), "seed": np.tile([1, 2, 3], 12), "batch": 8})
    loss = np.repeat(np.arange(12.0), 3) * 10 + np.tile([-1.0, 0.0, 4.0], 12)
    runs = pd.DataFrame({"group": np.repeat(["a", "b", "c"], 12)})
    runs.loc[35, "group"] = None
    return from_frames(config, pd.DataFrame({"loss": loss}), runs=runs)


def design(project, group, **target):
    return build(project, Selection("", Target("loss", "minimize", scale="raw", **target), group=group))


def test_replicates_are_one_run_whose_target_is_their_mean(project):
    d = design(project, "replicates")
    assert sorted(d.y) == [10.0 * i + 1 for i in range(12)]
    assert d.runs_used == 36
    assert d.grouped == "equal settings but seeds"
    assert d.n_configs == 12
    assert d.empty is None


def test_without_groups_every_run_is_its_own(project):
    d = design(project, "")
    assert len(d.y) == d.runs_used == 36
    assert d.grouped == ""


def test_too_few_groups_say_that_it_is_the_grouping(project):
    d = design(project, "run.group")
    reason, words = d.empty.reason, d.empty.words
    assert reason == "too few groups"
    assert "empty because of the grouping" in words
    assert "only 3 groups" in words
    assert d.left_out == {"without group": 1}


def test_what_differs_within_groups_does_not_enter_the_model(project):
    by_name = {p.name: p for p in design(project, "run.group").parameters}
    assert by_name["lr"].words == "differs within groups"
    assert not by_name["lr"].modelled
    assert by_name["batch"].reason == "constant"


def test_a_column_that_does_not_exist(project):
    with pytest.raises(QuestionError, match=r"Group by: there is no column 'run\.nothing'"):
        design(project, "run.nothing")


def test_the_parts_alone(project):
    groups = group_runs(project, project.config, describe(project.config), "config.lr")
    assert groups.count == 12
    assert groups.first.tolist() == list(range(0, 36, 3))
    settings, differing = find_common_settings(groups, project.config)
    assert differing == {"seed"}
    assert settings["lr"].tolist() == list(range(12))
    assert average_groups(groups, np.tile([1.0, 2.0, 6.0], 12)).tolist() == [3.0] * 12


def test_the_order_of_rows_does_not_matter(project):
    shuffled = np.random.default_rng(0).permutation(36)
    other = from_frames(project.config.iloc[shuffled], project.summary.iloc[shuffled], runs=project.runs.iloc[shuffled])
    a, b = design(project, "replicates"), design(other, "replicates")
    assert a.y.tolist() == b.y.tolist()
    assert a.config_id.tolist() == b.config_id.tolist()
