import json

import pandas as pd
import pytest

from panel.errors import SourceError
from panel.sources import load, sample_path
from panel.sources.native import read_space


@pytest.fixture
def copy(tmp_path):
    import shutil

    return shutil.copytree(sample_path(), tmp_path / "project")


def test_the_sample_project_holds_what_real_projects_hold():
    project = load("sample")
    assert (project.name, project.format) == ("digits-mlp", "SweepLens folder")
    assert len(project.runs) >= 400
    assert project.runs["state"].value_counts()["failed"] > 0
    assert project.logged_nan["val_loss"].any()
    assert {
        "optimizer.name",
        "optimizer.lr",
        "optimizer.momentum",
        "model.hidden_sizes",
        "seed",
        "lr",
        "run_name",
        "out_dir",
    } <= set(project.config)
    sgd = project.config["optimizer.name"] == "sgd"
    assert (project.config["optimizer.momentum"].notna() == sgd).all()
    assert project.config["model.activation"].nunique() == 4
    assert project.space.metric == "val_loss"
    assert project.space.parameters["optimizer.lr"].scale == "log"
    assert project.space.parameters["optimizer.momentum"].condition == ("optimizer.name", ("sgd",))
    assert {"val_loss", "val_accuracy", "runtime"} <= set(project.metrics)
    size = sum(f.stat().st_size for f in sample_path().iterdir())
    assert size <= 1_000_000


def test_the_samples_curves_end_where_its_summary_says():
    project = load("sample")
    lines = project.history.frame
    last = lines[lines.metric == "val_accuracy"].sort_values("step").groupby("run_id")["value"].last()
    both = project.summary["val_accuracy"].dropna()
    assert (last.reindex(both.index) - both).abs().max() < 1e-5


def test_its_history_is_read_only_when_it_is_needed(copy):
    project = load(str(copy))
    (copy / "history.parquet").unlink()
    assert "val_loss" in project.history.metrics
    with pytest.raises(SourceError, match=r"history\.parquet"):
        _ = project.history.frame


def test_runs_parquet_and_no_history(copy):
    pd.read_csv(copy / "runs.csv").to_parquet(copy / "runs.parquet")
    for name in ("runs.csv", "history.parquet", "space.json"):
        (copy / name).unlink()
    project = load(str(copy))
    assert len(project.runs) == len(load("sample").runs)
    assert project.history.metrics == ()
    assert project.space is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": {"x": {"type": "float"}}}, "'x' has type 'float'"),
        ({"parameters": {"x": {"type": "real", "scale": "ln"}}}, "scale 'ln'"),
        ({"goal": "up"}, "goal 'up'"),
        ([1, 2], "no search space"),
    ],
)
def test_a_malformed_search_space_says_what_is_wrong(tmp_path, change, words):
    file = tmp_path / "space.json"
    file.write_text(json.dumps(change))
    with pytest.raises(SourceError, match=words):
        read_space(file)


def test_a_malformed_history(copy):
    pd.DataFrame({"run": [1]}).to_parquet(copy / "history.parquet")
    with pytest.raises(SourceError, match="history"):
        load(str(copy))
