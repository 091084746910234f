"""Hydra's runs: what the fixture's jobs wrote, and what can be wrong with such a folder."""

import json
import math
import os
import pickle
import shutil
from pathlib import Path

import pytest
import yaml

from panel import sources
from panel.data.project import Domain
from panel.errors import SourceError
from panel.sources import find
from panel.sources.common.records import Reading, read_records, write_records
from panel.sources.hydra.space import domain_of, space_of

FIXTURE = Path(__file__).parents[3] / "fixtures" / "hydra" / "multirun"


@pytest.fixture
def multirun(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "multirun")


def job(folder: Path, config: str = "lr: 0.1\n", overrides: str = "[]\n", **files: str) -> Path:
    (folder / ".hydra").mkdir(parents=True)
    (folder / ".hydra" / "config.yaml").write_text(config)
    (folder / ".hydra" / "overrides.yaml").write_text(overrides)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return folder


def test_settings_are_those_that_each_job_got():
    project = sources.load(f"{FIXTURE}#grid")
    assert (project.name, project.format) == ("grid", "Hydra multirun")
    assert project.runs.index.tolist() == list("01234567")
    expected = [(name, lr, layers) for name in ("adam", "sgd") for lr in (0.01, 1e30) for layers in ("[16]", "[0]")]
    config = project.config
    assert list(zip(config["optimizer.name"], config["optimizer.lr"], config["layers"], strict=True)) == expected
    assert config["optimizer"].equals(config["optimizer.name"].rename("optimizer")), "the chosen option of the group"
    assert config["optimizer.momentum"].tolist()[4:] == [0.9] * 4
    assert config["optimizer.momentum"].isna().tolist()[:4] == [True] * 4
    assert config["alpha"].tolist() == [1e-4] * 8
    assert config["shuffle"].dtype == bool
    assert project.runs.loc["5", "name"] == "optimizer=sgd,optimizer.lr=0.01,layers=[0]"


def test_metrics_are_what_the_jobs_wrote_and_returned():
    project = sources.load(f"{FIXTURE}#grid")
    assert project.summary.loc["0", ["val_loss", "val_acc", "return_value"]].tolist() == [
        1.105878513065357,
        0.695,
        1.105878513065357,
    ]
    assert project.summary.loc["0", "test.acc"] == 0.695
    assert project.logged_nan[["val_loss", "return_value"]].loc["6"].all()
    assert project.logged_nan.drop("6").sum(axis=None) == 0
    assert project.runs["state"].tolist() == ["finished", "failed"] * 4
    assert project.runs.loc["1", "error"] == "ValueError: hidden_layer_sizes must be > 0, got [0]."
    lines = project.history.frame
    first = lines[(lines.run_id == "0") & (lines.metric == "val_loss")]
    assert first["step"].tolist() == [1, 2, 3, 4]
    assert first["value"].tolist() == [2.0266775315522443, 1.735022841663711, 1.3909724718136385, 1.105878513065357]


def test_the_space_is_what_was_swept():
    space = sources.load(f"{FIXTURE}#grid").space
    assert (space.metric, space.goal, space.method) == ("", None, "grid")
    assert space.parameters == {
        "optimizer": Domain("categorical", choices=("adam", "sgd")),
        "optimizer.lr": Domain("categorical", choices=(0.01, 1e30)),
        "layers": Domain("categorical", choices=("[16]", "[0]")),
    }
    assert sources.load(f"{FIXTURE}#small").space.parameters["seed"] == Domain("integer", 0, 1)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("1", None),
        ("[1,2]", None),
        ("glob(*)", None),
        ("'a,b'", None),
        ("1,2", Domain("categorical", choices=(1, 2))),
        ("choice('a,b', c, 1.5, true)", Domain("categorical", choices=("a,b", "c", 1.5, True))),
        ("interval(0, 1)", Domain("real", 0, 1)),
        ("int(interval(1, 8))", Domain("integer", 1, 8)),
        ("tag(log, interval(1e-5, 1e-1))", Domain("real", 1e-5, 0.1, (), "log")),
        ("tag(log, int(interval(1, 8)))", Domain("integer", 1, 8, (), "log")),
        ("range(5)", Domain("integer", 0, 4)),
        ("range(1, 6, 2)", Domain("integer", 1, 5)),
        ("range(start=1, stop=3)", Domain("integer", 1, 2)),
        ("range(10, 0, -5)", Domain("integer", 5, 10)),
        ("range(0, 1, 0.25)", Domain("real", 0, 0.75)),
        ("range(0, 1, 0)", None),
        ("range(x)", None),
        ("shuffle(3, 1)", Domain("categorical", choices=(3, 1))),
        ("sort(range(3))", Domain("integer", 0, 2)),
        ("tag()", None),
    ],
)
def test_sweeps_of_overrides(text, domain):
    assert domain_of(text) == domain


def test_an_optimising_sweeper_declares_goal_and_method():
    sweeper = {
        "_target_": "hydra_plugins.hydra_optuna_sweeper.optuna_sweeper.OptunaSweeper",
        "sampler": {"_target_": "optuna.samplers.TPESampler"},
        "direction": "maximize",
        "params": {"x": "interval(0, 1)"},
    }
    space = space_of({"hydra": {"sweeper": sweeper, "overrides": {"task": ["y=1"]}}})
    assert (space.metric, space.goal, space.method) == ("return_value", "maximize", "TPE")
    assert space.parameters == {"x": Domain("real", 0, 1)}
    assert space_of({"hydra": None}) is None


def test_what_the_sweeper_found_is_said(tmp_path):
    job(tmp_path / "m" / "0", metrics__json='{"loss": 1}')
    (tmp_path / "m" / "multirun.yaml").write_text("hydra: {}\n")
    (tmp_path / "m" / "optimization_results.yaml").write_text("name: optuna\nbest_params: {lr: 0.1}\nbest_value: 0.5\n")
    assert sources.load(str(tmp_path / "m")).notes == ("The sweeper optuna found its best value, 0.5, at lr=0.1.",)


def test_runs_without_metrics_are_not_hydras_to_open(tmp_path):
    job(tmp_path / "0", config__json='{"a": 1}', train__log="[2026][x][INFO] - epoch 1\n")
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.load(str(tmp_path))
    assert len(sources.load(str(tmp_path), format="hydra").runs) == 1


def test_what_a_job_returned_is_enough(tmp_path):
    name = "hydra.experimental.callbacks.LogJobReturnCallback"
    line = f"[2026-01-01 00:00:00,000][{name}][INFO] - Succeeded with return value: "
    for i, value in enumerate(["0.5", "nan", "inf", "None", "{'a': 1}"]):
        job(tmp_path / str(i), train__log=line + value + "\n")
    project = sources.load(str(tmp_path))
    assert project.runs["state"].eq("finished").all()
    assert project.summary["return_value"].tolist()[0] == 0.5
    assert project.summary["return_value"].tolist()[2] == math.inf
    assert project.logged_nan["return_value"].tolist() == [False, True, False, False, False]


def test_metrics_below_the_run_and_in_json_lines(tmp_path):
    below = job(tmp_path / "0") / "csv" / "version_0"
    below.mkdir(parents=True)
    (below / "metrics.csv").write_text("epoch,step,train_loss,val_loss\n0,10,3.5,\n0,20,,2.5\n")
    job(tmp_path / "1", metrics__jsonl='{"step": 1, "a": {"b": 1.5}}\n{"step": 2, "a": {"b": NaN}}\n')
    project = sources.load(str(tmp_path))
    assert project.summary.loc["0", ["train_loss", "val_loss"]].tolist() == [3.5, 2.5]
    assert project.runs["steps"].tolist() == [20, 2]
    assert project.logged_nan["a.b"].tolist() == [False, True]
    assert "epoch" not in project.summary


@pytest.mark.parametrize("spelling", ["nan", "NaN", "-nan", "NAN"])
def test_nan_in_every_spelling_of_a_table(tmp_path, spelling):
    job(tmp_path / "0", metrics__csv=f"step,loss,up,down\n1,{spelling},inf,-Infinity\n")
    project = sources.load(str(tmp_path))
    assert project.logged_nan["loss"].all()
    assert project.summary[["up", "down"]].iloc[0].tolist() == [math.inf, -math.inf]


def test_numbers_of_yaml_are_numbers(tmp_path):
    text = (
        "a: 1e-3\nb: 1E5\nc: 1.0e-05\nd: '1e-3'\ne: .inf\nf: .nan\ng: 0x10\nh: ???\ni: 2024-01-01\nj: ${a}\nk: null\n"
    )
    job(tmp_path / "0", config=text, metrics__json='{"loss": 1}')
    config = sources.load(str(tmp_path)).config.iloc[0].to_dict()
    assert config == {
        "a": 1e-3,
        "b": 1e5,
        "c": 1e-5,
        "d": "1e-3",
        "e": math.inf,
        "g": 16,
        "i": "2024-01-01",
        "j": "${a}",
    } | {k: v for k, v in config.items() if k == "f"}


def test_single_runs_are_together(tmp_path):
    for name in ("2026-01-01/10-00-00", "2026-01-02/09-00-00"):
        job(tmp_path / name, metrics__json='{"loss": 1}')
    assert sources.load(str(tmp_path)).runs.index.tolist() == ["2026-01-01/10-00-00", "2026-01-02/09-00-00"]
    assert len(sources.load(str(tmp_path / "2026-01-01" / "10-00-00")).runs) == 1


def test_jobs_are_in_the_order_of_their_numbers(tmp_path):
    for i in range(12):
        job(tmp_path / str(i), metrics__json='{"loss": 1}')
    assert sources.load(str(tmp_path)).runs.index.tolist() == [str(i) for i in range(12)]


HOSTILE = "lr: !!python/object/apply:os.mkdir [{place}]\n"
LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("lr: [1,", "cannot be read as YAML: line"),
        ("- 1\n- 2\n", "holds no settings"),
        ("", "holds no settings"),
        (LAUGHS, "with its aliases it holds more than 200,000 values"),
        ("[" * 50_000, "nest"),
        ("- " * 50_000, "nest"),
        ("? " * 50_000, "nest"),
        ("\n".join(" " * i + "a:" for i in range(2_000)), "nest"),
        ("a: " + "{a: " * 50_000, "nest"),
        (b"lr: \xff\xfe\n", "config.yaml cannot be read as YAML: 'utf-8' codec"),
    ],
)
def test_broken_and_hostile_settings_are_skipped_and_said(multirun, content, why):
    file = multirun / "grid" / "3" / ".hydra" / "config.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    project = sources.load(f"{multirun}#grid")
    assert len(project.runs) == 7
    [(what, said)] = project.skipped
    assert what == "grid/3"
    assert str(file) in said
    assert why in said
    assert "\n" not in said
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


@pytest.mark.parametrize(("content", "why"), [("- [", "cannot be read as YAML"), ("a: 1", "holds no list")])
def test_a_run_stands_without_its_overrides(multirun, content, why):
    file = multirun / "grid" / "3" / ".hydra" / "overrides.yaml"
    file.write_text(content)
    project = sources.load(f"{multirun}#grid")
    assert len(project.runs) == 8
    [(what, said)] = project.skipped
    assert (what, why in said) == (str(file), True)


def test_objects_in_settings_are_never_made(multirun, tmp_path):
    place = tmp_path / "touched"
    text = HOSTILE.replace("{place}", str(place))
    (multirun / "grid" / "3" / ".hydra" / "config.yaml").write_text(text)
    assert len(sources.load(f"{multirun}#grid").runs) == 8
    assert not place.exists()
    yaml.load(text, yaml.UnsafeLoader)
    assert place.exists(), "it would have shown"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("results.json", '{"a": ', "results.json is no JSON"),
        ("metrics.csv", "a,b\n1,2\n1,2,3\n1,2\n", "metrics.csv, line 3, has 3 cells where the first line has 2"),
    ],
)
def test_broken_metrics_are_said(multirun, name, content, why):
    (multirun / "grid" / "0" / name).write_text(content)
    [(what, said)] = sources.load(f"{multirun}#grid").skipped
    assert (what, why in said) == ("grid/0", True)


def test_a_row_that_is_being_written_is_left_out(multirun):
    before = sources.load(f"{multirun}#grid")
    with (multirun / "grid" / "0" / "metrics.csv").open("a") as file:
        file.write("5,0.1,0.9")
    after = sources.load(f"{multirun}#grid")
    assert after.summary.equals(before.summary)


def test_a_broken_multirun_file_costs_the_space_alone(multirun):
    (multirun / "grid" / "multirun.yaml").write_text("hydra: {sweeper: [")
    project = sources.load(f"{multirun}#grid")
    assert len(project.runs) == 8
    assert project.space is None
    assert project.skipped[0][0] == "grid/multirun.yaml"


def test_pickles_are_never_opened(multirun, tmp_path):
    class Hostile:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    for name in ("job_return.pickle", "config.pickle"):
        (multirun / "grid" / "0" / ".hydra" / name).write_bytes(pickle.dumps(Hostile()))
    assert len(sources.load(f"{multirun}#grid").runs) == 8
    assert not (tmp_path / "touched").exists()


def test_only_what_changed_is_read_again(multirun, tmp_path):
    first = Reading()
    before = sources.load(f"{multirun}#grid", first)
    write_records(first.kept, tmp_path / "kept")
    for file in (multirun / "grid").glob("[1-7]/.hydra/config.yaml"):
        times = file.stat()
        file.write_bytes(b"[" * times.st_size)  # it would be skipped if it were read
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    (multirun / "grid" / "0" / "results.json").write_text(json.dumps({"test": {"acc": 0.75}}))
    after = sources.load(f"{multirun}#grid", Reading(known=read_records(tmp_path / "kept")))
    assert not after.skipped
    assert len(after.runs) == len(before.runs)
    assert after.summary.loc["0", "test.acc"] == 0.75


def test_real_lightning_runs_are_not_mistaken_for_hydras(shared):
    _, source, others = find(str(shared / "ray_tune_deepcave"))
    assert "hydra" not in {source.NAME, *(other.NAME for other in others)}


def test_jobs_with_results_in_a_file_of_their_own_name_at_any_depth(tmp_path):
    for lr in (0.1, 0.01):
        for seed in (1, 2):
            folder = job(tmp_path / "out" / f"lr={lr}" / f"seed={seed}", config=f"lr: {lr}\nseed: {seed}\n")
            (folder / "simulation_points.csv").write_text(f"complexity,accuracy\n3,{lr + seed}")
    (tmp_path / "out" / "multirun.yaml").write_text("hydra: {}\n")
    project = sources.load(str(tmp_path))
    assert project.format == "Hydra multirun"
    assert project.config[["lr", "seed"]].to_numpy().tolist() == [[0.01, 1], [0.01, 2], [0.1, 1], [0.1, 2]]
    assert project.summary["accuracy"].tolist() == [1.01, 2.01, 1.1, 2.1]
    assert not project.history.metrics


def test_multiruns_of_one_job_each_are_together(tmp_path):
    for i in range(3):
        job(tmp_path / str(i) / "0", metrics__json='{"loss": 1}')
        (tmp_path / str(i) / "multirun.yaml").write_text("hydra: {}\n")
    project = sources.load(str(tmp_path))
    assert (len(project.runs), project.parts) == (3, ())
