"""Optuna's journals are replayed as Optuna does, and distributions of every release are understood."""

import pandas as pd
import pytest

from panel import sources
from panel.data.project import Domain
from tests.unit.sources.optuna.optuna_files import ENDED, STARTED, STUDY, TRIAL, done, drawn, log, write


def test_a_journal_is_replayed_as_optuna_does(tmp_path):
    lr = drawn(low=0.1, high=1.0, log=False, step=None)
    project = sources.load(
        write(
            tmp_path / "j",
            STUDY,
            log(0, study_name="s", directions=[1]),  # by another worker, who lost the race
            log(3, study_id=0, system_attr={"study:metric_names": ["acc"]}),
            log(2, study_id=0, user_attr={"about": 1}),
            TRIAL,
            log(5, trial_id=0, param_name="lr", param_value_internal=0.5, distribution=lr),
            log(
                5,
                trial_id=0,
                param_name="lr",
                param_value_internal=1,
                distribution=drawn("CategoricalDistribution", choices=[1, 2]),
            ),
            log(8, trial_id=0, user_attr={"n": 3}),
            log(9, trial_id=0, system_attr={"constraints": [0.5, -1]}),
            log(9, trial_id=0, system_attr={"grid_id": 0}),
            done(0, 0.25),
            log(7, trial_id=0, step=1, intermediate_value=9.0),  # too late
            log(4, study_id=7, datetime_start=STARTED),  # of no study
            log(
                4,
                study_id=0,
                datetime_start=STARTED,
                datetime_complete=ENDED,
                state=2,
                value=None,
                values=None,
                distributions={"lr": lr},
                params={"lr": 0.75},
                user_attrs={"n": 4},
                system_attrs={},
                intermediate_values={"3": 0.5, "10": 0.125},
            ),
            log(4, study_id=0, datetime_start=None, state=4),
            log(6, trial_id=2, state=0, values=None, datetime_start=STARTED),
            log(10, trial_ids=[0]),
        )
    )
    assert project.runs["state"].tolist() == ["finished", "pruned", "running"]
    assert project.runs["runtime"].tolist()[0] == 60.5
    assert project.config["lr"].tolist()[:2] == [0.5, 0.75]
    assert project.summary["acc"].tolist()[:2] == [0.25, 0.125]
    assert project.summary["n"].tolist()[:2] == [3, 4]
    assert project.summary.loc["0", ["constraints.0", "constraints.1"]].tolist() == [0.5, -1]
    assert project.runs["steps"].tolist()[1] == 10
    assert (project.space.goal, project.space.method) == ("maximize", "grid")
    assert project.runs["created"].tolist()[2] == pd.Timestamp(STARTED)
    assert not project.skipped


def test_what_the_user_noted_is_a_metric_if_it_is_a_number_and_no_parameter(tmp_path):
    noted = {"lr": 0.5, "value": 3, "ok": True, "top": {"k": 5, "name": "x"}, "many": [1, 2], "nothing": None}
    lr = drawn(low=0.1, high=1.0)
    project = sources.load(
        write(
            tmp_path / "j",
            STUDY,
            TRIAL,
            log(5, trial_id=0, param_name="lr", param_value_internal=0.5, distribution=lr),
            *(log(8, trial_id=0, user_attr={name: value}) for name, value in noted.items()),
            done(0, 0.25),
        )
    )
    assert project.summary.loc["0", ["value", "top.k"]].tolist() == [0.25, 5]
    assert set(project.metrics) == {"value", "top.k", "runtime"}
    fields = project.runs.loc["0", ["user.lr", "user.value", "user.ok", "user.top.name", "user.many"]].tolist()
    assert fields == [0.5, 3, True, "x", "[1, 2]"]


def test_trials_of_a_deleted_study_are_gone_but_keep_their_numbers(tmp_path):
    file = write(
        tmp_path / "j",
        STUDY,
        TRIAL,
        log(1, study_id=0),
        STUDY.replace('"s"', '"t"'),
        log(4, study_id=1, datetime_start=STARTED),
        done(1, 0.5),
    )
    project = sources.load(file)
    assert (project.name, project.runs.index.tolist(), project.summary["value"].tolist()) == ("t", ["0"], [0.5])


@pytest.mark.parametrize(
    ("name", "attributes", "stored", "value", "domain"),
    [
        ("UniformDistribution", {"low": -1, "high": 2.5}, 0.5, 0.5, Domain("real", -1, 2.5, scale="linear")),
        ("LogUniformDistribution", {"low": 0.1, "high": 2}, 1, 1.0, Domain("real", 0.1, 2, scale="log")),
        (
            "DiscreteUniformDistribution",
            {"low": 0, "high": 6, "q": 2},
            4.0,
            4.0,
            Domain("categorical", choices=(0.0, 2.0, 4.0, 6.0), scale="linear"),
        ),
        ("IntUniformDistribution", {"low": 0, "high": 6}, 4.0, 4, Domain("integer", 0, 6, scale="linear")),
        ("IntLogUniformDistribution", {"low": 1, "high": 6, "step": 1}, 4.0, 4, Domain("integer", 1, 6, scale="log")),
        ("IntDistribution", {"low": 1, "high": 6, "log": True}, 2, 2, Domain("integer", 1, 6, scale="log")),
        ("CategoricalDistribution", {"choices": [True, "x", [1]]}, 0, True, None),
        ("CategoricalDistribution", {"choices": [True, "x", [1]]}, 2.0, "[1]", None),
    ],
)
def test_distributions_of_every_release(tmp_path, name, attributes, stored, value, domain):
    line = log(5, trial_id=0, param_name="p", param_value_internal=stored, distribution=drawn(name, **attributes))
    project = sources.load(write(tmp_path / "j", STUDY, TRIAL, line))
    assert project.config["p"].tolist() == [value]
    assert type(project.config["p"].tolist()[0]) is type(value)
    assert project.space.parameters["p"] == (domain or Domain("categorical", choices=(True, "x", "[1]")))


def test_a_range_that_changed_is_the_widest_and_said(tmp_path):
    ranges = [drawn(low=low, high=high, log=True) for low, high in ((0.1, 0.5), (0.01, 0.2))]
    lines = [
        log(5, trial_id=i, param_name="lr", param_value_internal=0.15, distribution=d) for i, d in enumerate(ranges)
    ]
    project = sources.load(write(tmp_path / "j", STUDY, TRIAL, TRIAL, *lines))
    assert project.space.parameters["lr"] == Domain("real", 0.01, 0.5, scale="log")
    assert project.notes == ("The range changed during the study; the widest is taken: lr.",)
