import json
import math
import os
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.data.project import Domain
from panel.errors import SourceError
from panel.sources.smac.space import read_domains
from panel.sources.smac.trials import trial_of
from tests.fixtures.training import configs

FIXTURE = Path(__file__).parent.parent.parent.parent / "fixtures" / "smac" / "runs"


@pytest.fixture
def runs(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "runs")


def history(folder: Path, data: list, configs: dict | None = None, **more: object) -> Path:
    """Write a run history by hand: what older releases wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {"1": {"lr": 0.1}, "2": {"lr": 0.2}} if configs is None else configs
    (folder / "runhistory.json").write_text(json.dumps({"data": data, "configs": known, **more}))
    return folder


def test_every_trial_is_a_run_with_the_settings_that_it_ran_with():
    project = sources.load(str(FIXTURE))
    assert (project.name, project.format) == ("digits", "SMAC3")
    run = "digits/0/1, seed 209652396"
    given = configs()[0]
    row = project.config.loc[run]
    assert row["optimizer.name"] == "sgd"
    assert row["optimizer.lr"] == given["optimizer"]["lr"]
    assert row["optimizer.momentum"] == 0.9
    assert row["layers"] == "32-16"
    assert row["shuffle"] is True or bool(row["shuffle"]) is True
    assert row["seed"] == 209652396
    assert project.config["batch_size"].dtype.kind == "i"
    assert project.config["shuffle"].dtype == bool
    assert project.summary.loc[run, "val_loss"] == 1.6603799683186857
    assert project.summary.loc[run, "val_acc"] == 0.47
    assert project.summary.loc[run, "epochs"] == 4
    assert project.summary.loc[run, "runtime"] == 0.6577162742614746
    assert project.runs.loc[run, "origin"] == "Initial design"
    assert abs(project.runs.loc[run, "created"].timestamp() - 1795261241.6023037) < 1e-6


def test_the_seeds_of_one_scenario_are_one_project_and_another_scenario_is_another():
    project = sources.load(str(FIXTURE))
    assert project.runs["smac_seed"].value_counts().to_dict() == {0: 20, 1: 20}
    assert [p.rpartition("#")[2] for p in project.parts] == ["digits", "epochs"]
    one = sources.load(str(FIXTURE / "digits" / "1"))
    assert (one.name, len(one.runs), one.parts) == ("digits", 20, ())
    both = sources.load(str(FIXTURE / "digits"))
    assert (both.name, len(both.runs), both.parts) == ("digits", 40, ())
    file = sources.load(str(FIXTURE / "digits" / "0" / "runhistory.json"))
    assert (file.name, len(file.runs)) == ("digits", 20)


def test_the_cost_of_a_trial_that_crashed_is_a_stand_in_and_no_outcome():
    project = sources.load(str(FIXTURE))
    crashed = project.runs["state"] == "crashed"
    assert crashed.sum() == 6
    assert project.summary.loc[crashed, "val_loss"].isna().all()
    assert not (project.summary["val_loss"] == 100).any()
    raised = "digits/0/14, seed 209652396"
    assert project.runs.loc[raised, "error"] == "ValueError('hidden_layer_sizes must be > 0, got [0].')"
    assert 0 < project.runs.loc[raised, "runtime"] < 1
    diverged = "digits/0/13, seed 209652396"
    assert project.logged_nan.loc[diverged, "final_loss"]
    assert not project.logged_nan.loc[raised, "final_loss"]
    assert "val_loss" not in project.logged_nan


def test_budgets_several_costs_and_trials_that_are_not_done():
    project = sources.load(f"{FIXTURE}#epochs")
    assert project.runs["state"].value_counts().to_dict() == {"finished": 10, "killed": 1, "running": 1}
    assert project.runs["budget"].value_counts().to_dict() == {4.0: 6, 4 / 3: 6}
    assert any("2 budgets" in note for note in project.notes)
    done = project.runs["state"] == "finished"
    assert project.summary.loc[~done, ["val_loss", "error_rate"]].isna().all(axis=None)
    best = project.runs["tags"] == "incumbent"
    assert project.summary.loc[best, "val_loss"].min() == project.summary["val_loss"].min() == 0.6048478541081133
    assert project.summary.loc["4, budget 4", "error_rate"] == 0.14


def test_the_search_space():
    space = sources.load(str(FIXTURE)).space
    assert (space.metric, space.goal, space.method) == ("val_loss", "minimize", "bayes")
    assert space.parameters["alpha"] == Domain("real", 1e-5, 1e-1, scale="log")
    assert space.parameters["batch_size"] == Domain("integer", 16, 64, scale="linear")
    assert space.parameters["shuffle"] == Domain("categorical", choices=(True, False))
    momentum = Domain("categorical", choices=(0.0, 0.5, 0.9), condition=("optimizer.name", ("sgd",)))
    assert space.parameters["optimizer.momentum"] == momentum
    assert sources.load(f"{FIXTURE}#epochs").space.metric == "val_loss"


def test_the_layouts_of_all_releases():
    smac20 = [3, None, 7, 2.5, 0.25, 1.5, 2, 10.0, 11.5, {"a": 1}]
    smac1 = [[3, None, 7, 0.0], [0.25, 1.5, {"__enum__": "StatusType.MEMOUT"}, 10.0, 11.5, {}]]
    smac0 = [[3, "x", 7], [0.25, 1.5, {"__enum__": "StatusType.SUCCESS"}, {}]]
    assert trial_of(smac20).status == "CRASHED"
    assert {k: getattr(trial_of(smac20), k) for k in ("config_id", "seed", "budget", "cost", "time", "start")} == {
        "config_id": 3, "seed": 7, "budget": 2.5, "cost": 0.25, "time": 1.5, "start": 10.0,
    }  # fmt: skip
    assert (trial_of(smac1).status, trial_of(smac1).budget, trial_of(smac1).time) == ("MEMOUT", None, 1.5)
    assert (trial_of(smac0).status, trial_of(smac0).instance, trial_of(smac0).info) == ("SUCCESS", "x", {})


def test_a_folder_of_smac_1(tmp_path):
    states = ["SUCCESS", "CRASHED", "TIMEOUT", "MEMOUT", "CAPPED", "ABORT", "RUNNING", "NEVER_HEARD_OF"]
    data = [
        [[1, None, i, 0.0], [0.5 + i, 2.0, {"__enum__": f"StatusType.{state}"}, 1.6e9, 1.6e9 + 2, {}]]
        for i, state in enumerate(states)
    ]
    folder = history(tmp_path / "run_2063076045", data)
    (folder / "scenario.txt").write_text("deterministic = False\nrun_obj = quality\nmulti_objectives = error\n")
    (folder / "configspace.pcs").write_text("lr real [1e-4, 1.0] [0.01] log\n")
    project = sources.load(str(tmp_path))
    assert project.runs["state"].tolist() == [
        "finished", "crashed", "killed", "crashed", "killed", "failed", "running", "unknown"
    ]  # fmt: skip
    assert project.summary["error"].dropna().tolist() == [0.5]
    assert project.runs["smac_seed"].unique().tolist() == [2063076045]
    assert "budget" not in project.runs
    assert project.space.parameters["lr"] == Domain("real", 1e-4, 1.0, scale="log")
    assert project.config["seed"].tolist() == list(range(8))


def test_a_config_with_a_seed_of_its_own_keeps_it(tmp_path):
    trial = [1, "adult", 7, None, 0.5, 1.0, 1, 1.6e9, 1.6e9, {}]
    project = sources.load(str(history(tmp_path / "x", [trial], {"1": {"seed": 3, "lr": 0.1}})))
    assert project.config.iloc[0].to_dict() == {"seed": 3, "lr": 0.1, "trial_seed": 7}
    assert project.runs["instance"].tolist() == ["adult"]


def test_nan_and_infinity_as_costs(tmp_path):
    data = [
        {"config_id": 1, "seed": 0, "cost": math.nan, "time": 1.0, "status": 1},
        {"config_id": 2, "seed": 0, "cost": -math.inf, "time": 1.0, "status": 1},
    ]
    project = sources.load(str(history(tmp_path / "x", data)))
    assert project.logged_nan["cost"].tolist() == [True, False]
    assert project.summary["cost"].iloc[1] == -math.inf


def test_scenarios_that_differ_by_more_than_a_seed_are_parts(runs):
    file = runs / "digits" / "1" / "scenario.json"
    scenario = json.loads(file.read_text())
    file.write_text(json.dumps({**scenario, "name": "0" * 32, "crash_cost": 7.0}))
    project = sources.load(str(runs))
    assert sorted(p.rpartition("#")[2] for p in project.parts) == ["digits/0", "digits/1", "epochs"]
    assert len(project.runs) == 20


def test_names_that_smac_makes_up_do_not_part_the_seeds(runs):
    for seed in (0, 1):
        file = runs / "digits" / str(seed) / "scenario.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "name": f"{seed:032x}"}))
    assert len(sources.load(str(runs / "digits")).runs) == 40


def test_a_trial_that_cannot_be_read_costs_itself_alone(tmp_path):
    good = [1, None, 0, None, 0.5, 1.0, 1, 1.6e9, 1.6e9, {}]
    bad = [[9, *good[1:]], good[:4], "trial", None, [*good[:4], [1, 2, 3], *good[5:]]]
    project = sources.load(str(history(tmp_path / "x", [*bad, good])))
    assert project.summary["cost"].tolist() == [0.5]
    assert len(project.skipped) == len(bad)
    assert all("runhistory.json: trial" in why and "\n" not in why for _, why in project.skipped)


@pytest.mark.parametrize(
    "content", [b"", b'{"data": [[1, nu', b"[1, 2]", b'{"data": 3}', b"\xff\xfe\x00", b"[" * 100_000]
)
def test_a_run_history_that_is_none_says_so_and_the_other_seeds_still_load(runs, content):
    file = runs / "digits" / "1" / "runhistory.json"
    file.write_bytes(content)
    project = sources.load(str(runs))
    assert (len(project.runs), project.name) == (20, "digits")
    assert [what for what, _ in project.skipped] == ["digits/1/runhistory.json"]
    assert str(file) in project.skipped[0][1] and "\n" not in project.skipped[0][1]
    with pytest.raises(SourceError, match=r"runhistory\.json") as said:
        sources.load(str(file))
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("name", ["configspace.json", "scenario.json", "intensifier.json", "optimization.json"])
def test_the_runs_load_without_what_lies_beside_them(runs, name):
    for seed in ("0", "1"):
        (runs / "digits" / seed / name).write_text('{"half')
    project = sources.load(str(runs / "digits" / "0"))
    assert len(project.runs) == 20
    said = [] if name in ("intensifier.json", "optimization.json") else [name]
    assert [what for what, why in project.skipped if name in why] == said
    for seed in ("0", "1"):
        (runs / "digits" / seed / name).unlink()
    assert len(sources.load(str(runs / "digits" / "0")).runs) == 20


def test_a_run_history_that_grew_is_read_anew(runs):
    file = runs / "digits" / "0" / "runhistory.json"
    before = sources.stamp(str(runs))
    content = json.loads(file.read_text())
    content["data"].append({**content["data"][0], "seed": 5})
    file.write_text(json.dumps(content))
    os.utime(file, ns=(5, 5))
    assert sources.stamp(str(runs)) != before
    assert len(sources.load(str(runs)).runs) == 41


def test_a_pickle_beside_the_runs_is_not_opened(runs, tmp_path):
    mark = tmp_path / "executed"
    hostile = f"cposix\nsystem\n(S'touch {mark}'\ntR."
    for name in ("model.pkl", "configspace.pcs"):
        (runs / "digits" / "0" / name).write_text(hostile)
    (runs / "digits" / "0" / "configspace.json").unlink()
    (runs / "digits" / "0" / "scenario.txt").write_text(hostile)
    assert len(sources.load(str(runs / "digits" / "0")).runs) == 20
    assert not mark.exists()


def test_another_programs_database_is_none_of_smacs(tmp_path):
    with sqlite3.connect(tmp_path / "runhistory.db") as database:
        database.execute("CREATE TABLE data (x)")
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.load(str(tmp_path))


def space(tmp_path, *conditions, **more):
    parameters = [
        {"type": "categorical", "name": "a", "choices": ["x", "y", "z"], "default": "x"},
        {"type": "uniform_int", "name": "n", "lower": 1, "upper": 4, "log": False},
        {"type": "ordinal", "name": "o", "sequence": ["small", "medium", "large"]},
        {"type": "normal_float", "name": "m", "mu": 0, "sigma": 1, "lower": None, "upper": None},
        {"type": "constant", "name": "c", "value": [1, 2]},
        {"type": "of_the_future", "name": "f"},
        {"type": "uniform_float", "name": "b", "lower": 0.1, "upper": 1, "log": True},
    ]
    file = tmp_path / "configspace.json"
    file.write_text(json.dumps({"hyperparameters": parameters, "conditions": list(conditions), **more}))
    return read_domains(tmp_path)


def test_all_kinds_of_parameters(tmp_path):
    found = space(tmp_path)
    assert found["o"].choices == ("small", "medium", "large")
    assert found["m"] == Domain("real", scale="linear")
    assert found["c"].choices == ("[1, 2]",)
    assert "f" not in found


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"type": "EQ", "parent": "a", "value": "x"}, ("a", ("x",))),
        ({"type": "IN", "parent": "a", "values": ["x", "z"]}, ("a", ("x", "z"))),
        ({"type": "NEQ", "parent": "a", "value": "x"}, ("a", ("y", "z"))),
        ({"type": "GT", "parent": "n", "value": 2}, ("n", (3, 4))),
        ({"type": "LT", "parent": "o", "value": "large"}, ("o", ("small", "medium"))),
        ({"type": "GT", "parent": "m", "value": 0.5}, None),
        ({"type": "GT", "parent": "gone", "value": 0.5}, None),
        (
            {
                "type": "AND",
                "conditions": [
                    {"type": "GT", "parent": "m", "value": 0.5},
                    {"type": "EQ", "parent": "a", "value": "x"},
                ],
            },
            ("a", ("x",)),
        ),
        (
            {
                "type": "OR",
                "conditions": [
                    {"type": "EQ", "parent": "a", "value": "x"},
                    {"type": "EQ", "parent": "a", "value": "y"},
                ],
            },
            ("a", ("x", "y")),
        ),
        (
            {
                "type": "OR",
                "conditions": [{"type": "EQ", "parent": "a", "value": "x"}, {"type": "EQ", "parent": "n", "value": 1}],
            },
            None,
        ),
    ],
)
def test_all_kinds_of_conditions(tmp_path, condition, expected):
    assert space(tmp_path, {"child": "b", **condition})["b"].condition == expected


def test_pcs_files_new_and_old(tmp_path):
    (tmp_path / "configspace.pcs").write_text(
        "# a comment\n"
        "opt categorical {adam, sgd} [adam]\n"
        "size ordinal {s, m, l} [m]\n"
        "lr real [1e-4, 1.0] [0.01] log   # its unit\n"
        "n integer [1, 10] [3]\n"
        "old {yes,no} [yes]\n"
        "older [1, 100] [10]il\n"
        "momentum real [0, 1] [0.9]\n"
        "Conditionals:\n"
        "momentum | opt == sgd && n > 3\n"
        "n | opt in {adam, sgd}\n"
        "Forbidden:\n"
        "{opt=sgd, n=3}\n"
    )
    found = read_domains(tmp_path)
    assert found["opt"].choices == ("adam", "sgd")
    assert found["lr"] == Domain("real", 1e-4, 1.0, scale="log")
    assert found["n"] == Domain("integer", 1, 10, scale="linear", condition=("opt", ("adam", "sgd")))
    assert found["old"].choices == ("yes", "no")
    assert found["older"] == Domain("integer", 1, 100, scale="log")
    assert found["momentum"].condition == ("opt", ("sgd",))


@pytest.mark.parametrize("text", ["nonsense", "a | b ~ c\n", "x real [1] [1]\n"])
def test_a_malformed_pcs_file_is_named(tmp_path, text):
    (tmp_path / "configspace.pcs").write_text(text)
    with pytest.raises(SourceError, match=r"configspace\.pcs is no search space"):
        read_domains(tmp_path)


def test_real_runs_of_smac_2(shared):
    project = sources.load(str(shared / "smac"))
    assert len(project.parts) == 4
    assert project.runs["state"].value_counts().to_dict() == {"running": 252, "finished": 244, "crashed": 2}
    assert project.space.parameters["learning_rate"].condition == ("solver", ("sgd",))
    assert project.config.loc[project.config["solver"] == "lbfgs", "batch_size"].isna().all()
    small = sources.load(str(shared / "smac" / "mlp" / "run_1"))
    best = small.summary["cost"].idxmin()
    assert small.summary.loc[best, "cost"] == 0.18834080717488788
    assert small.runs.loc[best, "tags"] == "incumbent"
    assert small.runs["created"].min() == pd.Timestamp(1690360530.959197, unit="s", tz="UTC").floor("us")


def test_a_larger_scenario_that_cannot_be_read_is_named_first_of_all(tmp_path):
    trial = {"config_id": 1, "instance": None, "seed": 0, "budget": None, "cost": 1.0, "time": 1.0, "status": 1}
    history(tmp_path / "small" / "0", [trial])
    large = history(tmp_path / "large" / "0", [trial] * 50) / "runhistory.json"
    assert sources.load(str(tmp_path)).name == "large/0"
    large.write_bytes(large.read_bytes().rpartition(b'"status"')[0])
    project = sources.load(str(tmp_path))
    assert project.name == "small/0"
    assert project.notes[0] == (
        "large/0 is larger than small/0, but its run history ends in the middle and cannot be read."
    )
