"""Ray Tune's folders: what the fixture's script logged, and what can be wrong with such a folder."""

import json
import math
import os
import pickle
import shutil
from pathlib import Path

import pytest

from panel import sources
from panel.data.project import Domain
from panel.errors import SourceError
from panel.sources.common.records import Reading, read_records, write_records
from tests.fixtures.training import configs

FIXTURE = Path(__file__).parents[3] / "fixtures" / "ray-tune" / "results"


@pytest.fixture
def results(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "results")


def trial(folder: Path, *results: dict, params: dict | None = None) -> Path:
    """Write a trial as Ray does; every result is a line."""
    folder.mkdir(parents=True)
    (folder / "params.json").write_text(json.dumps(params or {"lr": 0.1}))
    (folder / "result.json").write_text("".join(json.dumps(r) + "\n" for r in results))
    return folder


def test_it_finds_what_the_sweep_was_given():
    project = sources.load(f"{FIXTURE}#sweep")
    wanted = configs(5)
    assert (project.name, project.format) == ("sweep", "Ray Tune")
    assert len(project.config) == 5
    by_lr = project.config.set_index("optimizer.lr")
    for config in wanted:
        found = by_lr.loc[config["optimizer"]["lr"]]
        assert found["optimizer.name"] == config["optimizer"]["name"]
        assert json.loads(found["layers"]) == config["layers"]
        assert found["batch_size"] == config["batch_size"]
        assert found["shuffle"] == config["shuffle"]
        assert math.isnan(found["optimizer.momentum"]) == ("momentum" not in config["optimizer"])
    assert project.config["shuffle"].dtype == bool
    assert project.config["seed"].dtype == "int64"


def test_it_finds_what_the_sweep_reported():
    project = sources.load(f"{FIXTURE}#sweep")
    lr = project.config["optimizer.lr"]
    failed, diverged = lr.index[lr == configs(5)[-1]["optimizer"]["lr"]][0], lr.index[lr == 1e30][0]
    assert project.runs.loc[failed, "state"] == "failed"
    assert project.runs.loc[failed, "error"] == "ValueError: hidden_layer_sizes must be > 0, got [0]."
    assert (project.runs.drop(failed)["state"] == "finished").all()
    assert project.logged_nan["val_loss"].to_dict() == {run: run == diverged for run in project.runs.index}
    assert project.summary.loc[diverged, "best.val_loss"] == math.inf
    first = lr.index[lr == configs(5)[0]["optimizer"]["lr"]][0]
    assert project.summary.loc[first, "val_loss"] == 1.6127519503059906
    assert project.summary.loc[first, "val_acc"] == 0.445
    assert project.runs.loc[first, ["steps", "host"]].tolist() == [4, "example"]
    assert 0 < project.runs.loc[first, "runtime"] < 60
    assert project.runs["created"].dt.year.eq(2026).all()
    assert project.runs["created"].is_monotonic_increasing
    assert set(project.summary) == {"val_loss", "val_acc", "best.val_loss", "runtime", "steps"}


def test_curves_end_where_the_summary_says():
    project = sources.load(f"{FIXTURE}#sweep")
    lines = project.history.frame
    last = lines[lines.metric == "val_acc"].sort_values("step").groupby("run_id")["value"].last()
    assert (last == project.summary["val_acc"].dropna().reindex(last.index)).all()
    assert lines[lines.metric == "val_loss"]["value"].isna().sum() == 4


def test_trials_that_ended_early_are_said():
    project = sources.load(f"{FIXTURE}#short")
    assert project.space.metric == "val_loss"
    assert sorted(project.runs["steps"]) == [1, 1, 4]
    assert "2 of 3 trials ended earlier" in project.notes[0]
    assert list(project.config) == ["lr", "seed"]


def test_without_the_experiments_state_errors_and_results_tell_the_states(results):
    for file in results.rglob("experiment_state-*"):
        file.unlink()
    trial(results / "sweep" / "cut", {"val_loss": 1.0, "training_iteration": 1, "done": False})
    trial(results / "sweep" / "done", {"val_loss": 1.0, "training_iteration": 1, "done": True})
    runs = sources.load(f"{results}#sweep").runs
    assert runs["state"].value_counts().to_dict() == {"unknown": 5, "failed": 1, "finished": 1}
    assert runs.loc["done", "state"] == "finished"


def test_a_trial_that_was_tried_again_is_what_the_experiment_says(results):
    folder = next(f.parent for f in sorted((results / "sweep").glob("*/progress.csv")))
    (folder / "error.txt").write_text("Failure # 1\nRuntimeError: node lost\n")
    assert sources.load(f"{results}#sweep").runs["state"].value_counts()["finished"] == 4


def test_an_old_experiment_lists_its_trials_as_texts(tmp_path):
    for name in ("A", "B"):
        trial(tmp_path / "e" / f"f_{name}", {"loss": 1.0, "training_iteration": 3, "trial_id": name})
    state = {
        "trial_id": "A",
        "status": "TERMINATED",
        "start_time": 1.6e9,
        "logdir": "/home/else/e/f_A",
        "config": {"status": "x"},
    }
    file = tmp_path / "e" / "experiment_state-2021-01-01_00-00-00.json"
    file.write_text(json.dumps({"checkpoints": [json.dumps(state, indent=2)], "runner_data": {"_metric": "loss"}}))
    project = sources.load(str(tmp_path / "e"))
    assert project.runs["state"].to_dict() == {"A": "finished", "B": "unknown"}
    assert project.runs.loc["A", "created"].year == 2020
    assert project.space.metric == "loss"


def test_one_trial_alone_is_a_project(results):
    folder = next(f.parent for f in sorted((results / "sweep").glob("*/progress.csv")))
    assert len(sources.load(str(folder)).runs) == 1


def test_progress_csv_is_read_where_there_is_no_result_json(results):
    whole = sources.load(f"{results}#sweep")
    for file in results.rglob("result.json"):
        file.unlink()
    table = sources.load(f"{results}#sweep")
    assert table.summary.drop(columns=["runtime", "steps"]).equals(
        whole.summary.drop(columns=["runtime", "steps"]).reindex(table.summary.index)
    )
    assert table.logged_nan["val_loss"].sum() == 1
    assert len(table.history.frame) == len(whole.history.frame)


@pytest.mark.parametrize("spelling", ["NaN", '"null"'])
def test_nan_in_every_spelling_of_json(tmp_path, spelling):
    folder = trial(tmp_path / "e" / "t")
    (folder / "result.json").write_text(f'{{"loss": {spelling}, "up": Infinity, "down": -Infinity, "none": null}}\n')
    project = sources.load(str(tmp_path / "e"))
    assert project.logged_nan["loss"].all()
    assert project.summary[["up", "down"]].iloc[0].tolist() == [math.inf, -math.inf]
    assert "none" not in project.summary


def test_nan_in_every_spelling_of_a_table(tmp_path):
    folder = trial(tmp_path / "e" / "t")
    (folder / "result.json").unlink()
    (folder / "progress.csv").write_text("a,b,c,d,x/y,config/lr\nnan,NaN,inf,-inf,1.5,0.1\n")
    project = sources.load(str(tmp_path / "e"))
    assert project.logged_nan[["a", "b"]].all(axis=None)
    assert project.summary[["c", "d", "x.y"]].iloc[0].tolist() == [math.inf, -math.inf, 1.5]
    assert list(project.config) == ["lr"]


def test_a_metric_without_a_name_and_objects_as_text(tmp_path):
    trial(tmp_path / "e" / "t", {"_metric": 3, "training_iteration": 1}, params={"f": "<function <lambda> at 0x7f>"})
    project = sources.load(str(tmp_path / "e"))
    assert project.summary["_metric"].tolist() == [3]
    assert project.config["f"].tolist() == ["<function <lambda>>"]


def test_of_an_iteration_that_was_repeated_the_later_counts(tmp_path):
    lines = [{"loss": v, "training_iteration": s} for s, v in ((1, 5.0), (2, 4.0), (2, 3.0), (3, 2.0))]
    trial(tmp_path / "e" / "t", *lines)
    frame = sources.load(str(tmp_path / "e")).history.frame
    assert frame["step"].tolist() == [1, 2, 3]
    assert frame["value"].tolist() == [5, 3, 2]


def test_two_trials_of_one_id_are_two_runs(tmp_path):
    for name in ("one", "two"):
        trial(tmp_path / "e" / name, {"loss": 1.0, "trial_id": "same", "training_iteration": 1})
    project = sources.load(str(tmp_path / "e"))
    assert project.runs.index.tolist() == ["same", "same (two)"]
    assert set(project.history.frame["run_id"]) == set(project.runs.index)


def test_a_result_that_is_being_written_is_left_out(results):
    file = sorted((results / "sweep").glob("*/result.json"))[0]
    whole = sources.load(f"{results}#sweep")
    with file.open("a") as lines:
        lines.write('{"val_loss": 0.1, "val_a')
    assert sources.load(f"{results}#sweep").summary.equals(whole.summary)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("params.json", '{"lr": ', "params.json is no JSON"),
        ("params.json", "[1]", "params.json holds no JSON object"),
        ("params.json", b"\xff\xfe\x00", "params.json is no "),
        ("params.json", "[" * 100_000, "params.json is no JSON of settings: it is nested too deeply"),
        ("result.json", '{"a": 1}\nbroken\n{"a": 2}\n', "result.json, line 2, is no JSON"),
        ("result.json", '{"a": 1}\n[1]\n', "result.json, line 2, holds no JSON object"),
    ],
)
def test_a_broken_trial_is_skipped_and_said(results, name, content, why):
    file = sorted((results / "sweep").glob(f"*/{name}"))[0]
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    project = sources.load(f"{results}#sweep")
    assert len(project.runs) == 4
    [(what, said)] = project.skipped
    assert what.startswith("sweep/run_")
    assert str(file) in said
    assert why in said
    assert "\n" not in said
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


def test_a_ragged_table_is_said(results):
    file = sorted((results / "sweep").glob("*/progress.csv"))[0]
    (file.parent / "result.json").unlink()
    file.write_text("a,b\n1,2,3\n4,5\n")
    [(_, said)] = sources.load(f"{results}#sweep").skipped
    assert said == f"{file}, line 2, has 3 cells where the first line has 2."


@pytest.mark.parametrize(
    "content", ['{"trial_data": [[', "[]", '{"trial_data": 3}', '{"trial_data": [1, [null]]}', '{"checkpoints": ["{"]}']
)
def test_a_broken_state_of_the_experiment_costs_no_trial(results, content):
    file = next((results / "sweep").glob("experiment_state-*"))
    file.write_text(content)
    project = sources.load(f"{results}#sweep")
    assert len(project.runs) == 5
    assert project.runs["state"].value_counts()["failed"] == 1


def test_a_folder_without_trials_says_so(results):
    for folder in (results / "sweep").glob("run_*"):
        shutil.rmtree(folder)
    with pytest.raises(SourceError, match="holds no runs of Ray Tune"):
        sources.load(f"{results / 'sweep'}")


def test_the_declared_space_and_goal_come_out_of_ray_s_pickles():
    space = sources.load(f"{FIXTURE}#drawn").space
    assert (space.metric, space.goal, space.method) == ("val_loss", "maximize", "random or grid")
    assert dict(space.parameters) == {
        "lr": Domain("real", 1e-5, 1e-1, scale="log"),
        "dropout": Domain("real", 0, 0.5, scale="linear"),
        "momentum": Domain("real", 0, 1, scale="linear"),
        "layers": Domain("integer", 1, 8, scale="linear"),
        "width": Domain("integer", 8, 511, scale="log"),
        "steps": Domain("integer", 10, 50, scale="linear"),
        "noise": Domain("real"),
        "optimizer.name": Domain("categorical", choices=("sgd", "adam")),
        "optimizer.betas": Domain("categorical", choices=("[0.9, 0.99]", "[0.8, 0.9]")),
        "batch_size": Domain("categorical", choices=(16, 32)),
    }
    assert set(sources.load(f"{FIXTURE}#short").space.parameters) == {"lr", "seed"}


@pytest.mark.parametrize("content", [b"", b"junk", b"\x80\x05.", pickle.dumps([1])[:-3], b"h\x07."])
def test_a_pickle_that_cannot_be_read_costs_the_space_only(results, content):
    (results / "drawn" / "tuner.pkl").write_bytes(content)
    project = sources.load(f"{results}#drawn")
    assert len(project.runs) == 2
    assert project.space.goal is None
    assert project.space.parameters
    [(name, why)] = project.skipped
    assert name == "drawn/tuner.pkl"
    assert "is no pickle that can be read" in why


def test_pickles_are_never_unpickled(results, tmp_path):
    class Hostile:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    hostile = pickle.dumps(Hostile())
    folder = sorted((results / "sweep").glob("run_*"))[0]
    for name in ("params.pkl", "error.pkl", "../tuner.pkl", "../basic-variant-state-2026.json"):
        (folder / name).write_bytes(hostile)
    state = next((results / "sweep").glob("experiment_state-*"))
    data = json.loads(state.read_text())
    data["runner_data"]["_stopper"] = {"_type": "CLOUDPICKLE_FALLBACK", "value": hostile.hex()}
    state.write_text(json.dumps(data))
    project = sources.load(f"{results}#sweep")
    assert len(project.runs) == 5
    assert len(project.history.frame)
    assert not (tmp_path / "touched").exists()
    pickle.loads(hostile)
    assert (tmp_path / "touched").exists(), "it would have shown"


def test_only_what_changed_is_read_again(results, tmp_path):
    first = Reading()
    sources.load(f"{results}#sweep", first)
    write_records(first.kept, tmp_path / "kept")
    file = sorted((results / "sweep").glob("*/result.json"))[0]
    with file.open("a") as lines:
        lines.write('{"val_loss": 0.125, "training_iteration": 9, "trial_id": "x"}\n')
    for untouched in (results / "sweep").glob("*/params.json"):
        if untouched.parent != file.parent:
            times = untouched.stat()
            untouched.write_bytes(b"x" * times.st_size)  # it would be skipped if it were read
            os.utime(untouched, ns=(times.st_atime_ns, times.st_mtime_ns))
    project = sources.load(f"{results}#sweep", Reading(known=read_records(tmp_path / "kept")))
    assert len(project.runs) == 5
    assert not project.skipped
    assert 0.125 in project.summary["val_loss"].tolist()


def test_a_changed_status_is_seen_without_a_change_of_the_trial(results):
    first = Reading()
    sources.load(f"{results}#sweep", first)
    state = next((results / "sweep").glob("experiment_state-*"))
    state.write_text(state.read_text().replace(r"\"status\": \"TERMINATED\"", r"\"status\": \"RUNNING\""))
    runs = sources.load(f"{results}#sweep", Reading(known=first.kept)).runs
    assert runs["state"].value_counts().to_dict() == {"running": 4, "failed": 1}


def test_real_experiments(shared):
    project = sources.load(str(shared / "ray_tune_deepcave"))
    assert [uri.rpartition("#")[2] for uri in project.parts] == ["run_1", "run_2", "run_3"]
    assert project.runs["state"].eq("finished").all()
    assert len(project.runs) == 81
    assert project.space.method == "random or grid"
    assert list(project.config) == ["alpha", "beta", "gamma"]
    assert project.space.parameters["alpha"] == Domain("categorical", choices=(0.2, 0.3, 0.4))
    assert project.config.nunique().max() == 3
    assert set(sources.load(project.parts[2]).config["optimizer"]) == {"rmsprop", "adam"}
