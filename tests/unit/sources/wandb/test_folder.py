import json
import math
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common.records import Reading, read_records, write_records
from panel.sources.common.safe_yaml import read_yaml
from panel.sources.wandb.log import read_log
from tests.contract.test_sources import as_nobody
from tests.unit.sources.wandb.wandb_writing import ended, history, run, summary, write, write_files

DIGITS = Path(__file__).parent.parent.parent.parent / "fixtures" / "wandb-folder" / "digits"


@pytest.fixture(scope="module")
def digits():
    return sources.load(str(DIGITS))


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(DIGITS, tmp_path / "digits"))


def log_of(folder: Path, number: int) -> Path:
    return sorted(folder.glob(f"wandb/offline-run-*/run-digits-{number:02d}.wandb"))[-1]


def refreshed(source: Path, before: Reading, tmp_path: Path):
    """Read a source again, as after a restart."""
    write_records(before.kept, tmp_path / "records")
    again = Reading(known=read_records(tmp_path / "records"))
    return sources.load(str(source), again), again


# What was logged


def test_settings_are_nested_and_typed(digits):
    assert digits.config.loc["digits-01"].dropna().to_dict() == {
        "optimizer.name": "adam",
        "optimizer.lr": 0.00885,
        "layers": "[16]",
        "alpha": 0.00002837,
        "shuffle": True,
        "batch_size": 16,
        "seed": 1,
    }
    assert digits.config["shuffle"].dtype == bool
    assert digits.config["seed"].dtype == "int64"
    sgd = digits.config["optimizer.name"] == "sgd"
    assert (digits.config["optimizer.momentum"].notna() == sgd).all()


def test_outcomes_are_what_w_and_b_says_at_the_end(digits):
    last = digits.summary.loc["digits-01"]
    assert (last["val_loss"], last["val_acc"]) == (0.6300462292512541, 0.82)
    assert (last["epoch.number"], last["epoch.half"]) == (3, 1.5)
    assert last["peak.max"] == 0  # not the last value, -3: define_metric asked for the highest
    assert last["inverse"] == math.inf
    assert digits.summary.loc["digits-02", "inverse"] == 0.5
    assert digits.logged_nan.index[digits.logged_nan["val_loss"]].tolist() == ["digits-12"]
    assert set(digits.summary) == {
        *("val_loss", "val_acc", "epoch.number", "epoch.half", "peak.max", "inverse"),
        *("runtime", "steps"),
    }


def test_what_a_run_was(digits):
    one = digits.runs.loc["digits-00"]
    assert (one["name"], one["state"], one["notes"]) == ("run 0", "finished", "the first")
    assert (one["group"], one["job_type"], one["project"], one["host"]) == ("sgd", "training", "digits", "host")
    assert (one["tags"], digits.runs.loc["digits-01", "tags"]) == ("digits,conditional", "digits")
    assert str(one["created"]).startswith("2026-11-21 11:59:49")
    assert (one["steps"], digits.runs.loc["digits-13", "state"]) == (3, "failed")
    assert (digits.runs["runtime"] > 0).all()
    assert digits.runs.index.tolist() == [f"digits-{i:02d}" for i in range(15)]
    assert (digits.name, digits.format) == ("digits", "Weights & Biases folder")


def test_values_per_step(digits):
    frame = digits.history.frame
    assert set(frame["metric"]) == {"val_loss", "val_acc", "epoch.number", "epoch.half", "peak"}

    def curve(id, metric):
        of_run = frame[(frame["run_id"] == id) & (frame["metric"] == metric)]
        return dict(zip(of_run["step"], of_run["value"], strict=True))

    assert curve("digits-01", "val_loss") == {
        0: 1.4758794224517056,
        1: 0.9181720979616591,
        2: 0.7215542094825921,
        3: 0.6300462292512541,
    }
    assert curve("digits-02", "peak") == {0: 0, 1: -1, 2: -2, 3: -3}
    assert list(curve("digits-12", "val_acc").values()) == [0.1] * 4
    assert np.isnan(list(curve("digits-12", "val_loss").values())).all()
    assert curve("digits-13", "val_loss") == {}


def test_a_run_that_was_resumed_is_one_run(digits):
    frame = digits.history.frame
    first = frame[(frame["run_id"] == "digits-00") & (frame["metric"] == "val_acc")]
    assert dict(zip(first["step"], first["value"], strict=True)) == {0: 0.225, 1: 0.285, 2: 0.36, 3: 0.445}
    begun = next(DIGITS.glob("wandb/*_115949-digits-00"))
    alone = sources.load(str(begun))
    assert (alone.runs.loc["digits-00", "state"], alone.runs.loc["digits-00", "steps"]) == ("failed", 1)


def test_a_killed_run_keeps_what_it_logged(digits):
    assert digits.runs.loc["digits-14", ["state", "steps"]].tolist() == ["crashed", 2]
    assert digits.summary.loc["digits-14", "val_loss"] == 1.8625567182255758
    assert digits.history.frame.groupby("run_id")["step"].max()["digits-14"] == 2


@pytest.mark.parametrize(
    ("given", "runs", "name"),
    [
        (".", 15, "digits"),
        ("wandb", 15, "digits"),
        ("wandb/latest-run", 1, "digits"),
        ("wandb/offline-run-20261121_120006-digits-01", 1, "digits"),
        ("wandb/offline-run-20261121_120006-digits-01/run-digits-01.wandb", 1, "digits"),
    ],
)
def test_what_can_be_given(given, runs, name, digits):
    project = sources.load(str(DIGITS / given))
    assert (len(project.runs), project.name) == (runs, name)
    id = project.runs.index[0]
    assert project.config.loc[id].dropna().to_dict() == digits.config.loc[id].dropna().to_dict()
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


def test_the_search_space_lies_beside(digits, copy):
    space = digits.space
    assert (space.metric, space.goal, space.method) == ("val_loss", "minimize", "random")
    assert (space.parameters["optimizer.lr"].low, space.parameters["optimizer.lr"].scale) == (1e-4, "log")
    assert sources.load(str(copy / "wandb")).space == space
    (copy / "other.yml").write_text("parameters: {seed: {min: 0, max: 9}}")
    both = sources.load(str(copy))
    assert both.space is None
    assert any("other.yml" in note and "sweep.yaml" in note for note in both.notes)


@pytest.mark.parametrize(
    "text",
    ["parameters: {width: {value: 3}}", "parameters: [", "parameters: !!python/name:os.system ''", "- parameters"],
)
def test_other_yaml_beside_is_no_search_space(copy, text):
    (copy / "sweep.yaml").write_text(text)
    project = sources.load(str(copy))
    assert (project.space, len(project.runs)) == (None, 15)


# Read again


def test_a_refresh_reads_only_what_changed(copy, tmp_path):
    first = Reading()
    sources.load(str(copy), first)
    old, log = log_of(copy, 3).read_bytes(), log_of(copy, 3)
    before = sources.stamp(str(copy))
    log.write_bytes(old[:2000])
    assert sources.stamp(str(copy)) != before
    project, again = refreshed(copy, first, tmp_path)
    assert [key for key in again.kept if again.kept[key] is not again.known.get(key)] == [
        str(log.parent.relative_to(copy))
    ]
    assert project.runs.loc["digits-03", "state"] == "running" or project.runs.loc["digits-03", "steps"] < 3


def test_a_log_that_grew_gives_the_new_records(tmp_path):
    wandb = tmp_path / "wandb"
    log = write(wandb, "one", run(lr=0.1), history(0, loss=2.0))
    first = Reading()
    assert sources.load(str(wandb), first).summary.loc["one", "loss"] == 2.0
    whole = log.read_bytes()
    grown = write(tmp_path / "aside", "one", run(lr=0.1), history(0, loss=2.0), history(1, loss=1.0)).read_bytes()
    assert grown.startswith(whole)
    for size in range(len(whole), len(grown)):
        log.write_bytes(grown[:size])
        assert read_log(log).summary == {"loss": 2.0, "_step": 0}
        assert read_log(log).damaged == 0
    log.write_bytes(grown)
    assert refreshed(wandb, first, tmp_path)[0].summary.loc["one", "loss"] == 1.0


def test_a_run_is_running_until_its_log_has_not_grown_for_a_while(tmp_path):
    log = write(tmp_path / "wandb", "one", run(start=time.time(), lr=0.1))
    first = Reading()
    assert sources.load(str(tmp_path), first).runs.loc["one", "state"] == "running"
    long_ago = time.time() - 3600
    os.utime(log, (long_ago, long_ago))
    assert refreshed(tmp_path, first, tmp_path)[0].runs.loc["one", "state"] == "crashed"


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (ended, "finished"),
        (lambda: ended(3), "failed"),
        (lambda: ended(255), "killed"),
        (lambda: ended(-1), "failed"),
        (lambda: ended(0, not_complete=True), "crashed"),
    ],
)
def test_how_a_run_ended(tmp_path, end, state):
    write(tmp_path, "one", run(lr=0.1), end())
    assert sources.load(str(tmp_path)).runs.loc["one", "state"] == state


# What is wrong with it


def test_a_damaged_log_gives_all_whole_records(tmp_path):
    steps = [history(step, loss=step / 2, noise="x" * 900) for step in range(200)]
    log = write(tmp_path, "one", run(lr=0.1), *steps, summary(best=7), ended())
    content = bytearray(log.read_bytes())
    content[40_000] ^= 1
    log.write_bytes(content)
    first = Reading()
    project = sources.load(str(tmp_path), first)
    assert project.summary.loc["one", "best"] == 7
    assert project.runs.loc["one", ["state", "damaged"]].tolist() == ["finished", 1]
    curve = project.history.frame
    lost = set(range(200)) - set(curve["step"])
    assert 5 < len(lost) < 40
    assert (curve["value"] == curve["step"] / 2).all()
    assert "The logs of 1 run are damaged" in project.notes[0]
    assert refreshed(tmp_path, first, tmp_path)[0].notes == project.notes


@pytest.mark.parametrize("size", [0, 1, 6, 7, 13, 100])
def test_a_log_with_nothing_in_it_is_said(copy, size):
    log = log_of(copy, 3)
    log.write_bytes(log.read_bytes()[:size])
    project = sources.load(str(copy))
    assert len(project.runs) == 14
    assert [(Path(what).name, "holds neither settings nor outcomes yet" in why) for what, why in project.skipped] == [
        (log.parent.name, True)
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GIF89a and more", "is no log of W&B: it starts with b'GIF89a"),
        (b":W&B\xe1\xbe\x01" + bytes(100), "is a log of W&B of a kind that SweepLens does not know"),
    ],
)
def test_what_is_no_log_is_said(copy, content, why):
    log_of(copy, 3).write_bytes(content)
    project = sources.load(str(copy))
    assert len(project.runs) == 14
    assert "run-digits-03.wandb" in project.skipped[0][1] and why in project.skipped[0][1]
    assert len(set(project.history.frame["run_id"])) == 13
    with pytest.raises(SourceError, match="holds no runs of Weights & Biases folder") as error:
        sources.load(str(log_of(copy, 3)))
    assert why in str(error.value) and "\n" not in str(error.value)


def test_records_of_zeros_and_of_rubbish_are_left_out(tmp_path):
    log = write(tmp_path, "one", run(lr=0.1), b"\xff\xff\xff", b"\x12\x7f", b"\x1a\x03\x0a\x09x", summary(loss=1))
    log.write_bytes(log.read_bytes() + bytes(5000))
    found = read_log(log)
    assert (found.summary, found.config, found.damaged) == ({"loss": 1}, {"lr": 0.1}, 3)


def test_a_log_that_may_not_be_read_is_said():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        copy = Path(shutil.copytree(DIGITS, Path(place) / "digits"))
        log_of(copy, 3).chmod(0)
        with as_nobody():
            project = sources.load(str(copy))
        assert len(project.runs) == 14
        assert "run-digits-03.wandb cannot be opened: Permission denied" in project.skipped[0][1]


def test_a_copy_of_the_newest_run_is_no_run_of_its_own(copy):
    latest = copy / "wandb" / "latest-run"
    if latest.is_symlink():
        latest.unlink()
        shutil.copytree(log_of(copy, 14).parent, latest)
    assert len(sources.load(str(copy)).runs) == 15
    (copy / "wandb" / "round").symlink_to(copy, target_is_directory=True)
    assert len(sources.load(str(copy)).runs) == 15


def test_one_id_in_two_places_is_two_runs(tmp_path):
    for place, loss in (("a", 1.0), ("b", 2.0)):
        write(tmp_path / place / "wandb", "one", run(lr=0.1), history(0, loss=loss))
    project = sources.load(str(tmp_path))
    assert project.summary["loss"].to_dict() == {"one": 1.0, "b/wandb/one": 2.0}
    frame = project.history.frame
    assert dict(zip(frame["run_id"], frame["value"], strict=True)) == {"one": 1.0, "b/wandb/one": 2.0}


def test_a_step_that_was_logged_again_after_resuming_counts_once(tmp_path):
    write(tmp_path, "one", run(lr=0.1), *[history(s, loss=s) for s in range(4)], ended(1), date="20240101_000000")
    write(tmp_path, "one", run(lr=0.1), *[history(s, loss=-s) for s in (3, 4)], ended(0), date="20240102_000000")
    project = sources.load(str(tmp_path))
    frame = project.history.frame
    assert dict(zip(frame["step"], frame["value"], strict=True)) == {0: 0, 1: 1, 2: 2, 3: -3, 4: -4}
    assert not frame.duplicated(["run_id", "step", "metric"]).any()
    assert project.runs.loc["one", "state"] == "finished"


# Online runs: files without a log


def test_files_without_a_log(tmp_path):
    write_files(
        tmp_path / "wandb",
        "a-b",
        config="wandb_version: 1\n\n_wandb:\n  desc: null\n  value:\n    t:\n      4: 3.7\n"
        "lr:\n  desc: null\n  value: 5e-05\nmodel:\n  value:\n    widths: [1, 2]\n    bias: true\n"
        "label:\n  value: '1e3'\n",
        summary='{"loss": NaN, "top": "NaN", "most": "Infinity", "least": -Infinity, "_runtime": 7.5, "_step": 3, '
        '"_timestamp": 1, "_wandb": {"runtime": 9}, "img": {"_type": "image-file", "size": 3}, "f1": {"max": 0.5}}',
        metadata='{"startedAt": "2024-01-01T10:00:00.5Z", "host": "h", "username": "me", "state": "running"}',
    )
    project = sources.load(str(tmp_path))
    assert project.config.loc["a-b"].to_dict() == {
        "lr": 5e-05,
        "model.widths": "[1, 2]",
        "model.bias": True,
        "label": "1e3",
    }
    assert project.logged_nan.loc["a-b"].to_dict() == {"loss": True, "top": True}
    assert project.summary.loc["a-b", ["most", "least", "f1.max"]].tolist() == [math.inf, -math.inf, 0.5]
    assert set(project.summary) == {"loss", "top", "most", "least", "f1.max", "runtime", "steps"}
    one = project.runs.loc["a-b"]
    assert (one["state"], one["runtime"], one["steps"], one["host"], one["user"]) == ("unknown", 9, 3, "h", "me")
    assert one["created"] == pd.Timestamp("2024-01-01T10:00:00.5Z")
    assert project.history.metrics == ()


def test_runs_of_releases_before_0_10_have_their_files_outside(tmp_path):
    folder = tmp_path / "wandb" / "run-20190101_120000-old"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("lr:\n  desc: null\n  value: 0.1\n")
    (folder / "wandb-summary.json").write_text('{"loss": 1.5}')
    (folder / "wandb-metadata.json").write_text('{"state": "killed"}')
    (tmp_path / "run-1").mkdir()
    (tmp_path / "run-1" / "config.yaml").write_text("of another program")
    project = sources.load(str(tmp_path))
    assert project.runs["state"].to_dict() == {"old": "killed"}
    assert project.runs.loc["old", "created"] == pd.Timestamp("2019-01-01T12:00:00Z")
    assert (project.config.loc["old", "lr"], project.summary.loc["old", "loss"]) == (0.1, 1.5)


@pytest.mark.parametrize(
    ("files", "named", "why"),
    [
        ({"config": "lr: {value: 1"}, "config.yaml", "cannot be read as YAML: line 2"),
        ({"config": "- lr\n"}, "config.yaml", "holds no settings by name"),
        ({"config": "lr: {value: 1}", "summary": '{"loss": 1'}, "wandb-summary.json", "is no JSON"),
        ({"config": "lr: {value: 1}", "summary": "[1]"}, "wandb-summary.json", "holds no JSON object"),
        ({"config": "", "summary": "{}"}, "config.yaml", "holds neither settings nor outcomes yet"),
    ],
)
def test_a_broken_file_costs_its_own_run(copy, files, named, why):
    write_files(copy / "wandb", "broken", **files)
    project = sources.load(str(copy))
    assert len(project.runs) == 15
    (what, said), *rest = project.skipped
    assert not rest and "broken" in what and named in said and why in said and "\n" not in said


def test_a_broken_file_costs_nothing_where_the_log_has_the_same(tmp_path):
    log = write(tmp_path, "one", run(lr=0.1), history(0, loss=1.0), ended())
    (log.parent / "files").mkdir()
    (log.parent / "files" / "config.yaml").write_text("lr: {value: 0.")
    (log.parent / "files" / "wandb-summary.json").write_text('{"lo')
    (log.parent / "files" / "wandb-metadata.json").write_text("{")
    project = sources.load(str(tmp_path))
    assert (project.config.loc["one", "lr"], project.summary.loc["one", "loss"]) == (0.1, 1.0)
    assert project.skipped == ()


def test_nothing_in_a_file_is_ever_executed(copy, tmp_path):
    made = tmp_path / "made"
    write_files(
        copy / "wandb",
        "evil",
        config=f"lr: !!python/object/apply:pathlib.Path.touch\n  - !!python/object/apply:pathlib.Path [{made}]\n",
    )
    project = sources.load(str(copy))
    assert not made.exists()
    assert len(project.runs) == 16, "the tag's own text is the value"


def test_a_project_of_many_w_and_b_projects_says_so(tmp_path):
    for name in ("one", "two"):
        begun = run(lr=0.1)
        begun.run.project = name
        write(tmp_path, name, begun, ended())
    project = sources.load(str(tmp_path))
    assert project.runs["project"].to_dict() == {"one": "one", "two": "two"}
    assert any("one, two" in note for note in project.notes)
    assert project.name == tmp_path.name


# Real runs of other people


def test_real_online_runs(shared):
    folder = shared / "wandb_dir_eurosat"
    project = sources.load(str(folder))
    assert project.runs["state"].value_counts().to_dict() == {
        "unknown": 23,
        "finished": 7,
        "killed": 4,
        "failed": 3,
        "crashed": 3,
    }
    assert project.skipped == ()
    assert (project.space.method, project.space.metric, project.space.goal) == (
        "bayes",
        "epoch/val_accuracy",
        "maximize",
    )
    assert project.space.parameters["lr"].choices == (0.0005, 0.0001, 5e-05)
    assert project.config["lr"].dropna().isin(project.space.parameters["lr"].choices).all()
    assert {"j7dn9ab7", "nj1oqnlo", "eoee41a6"} == set(project.runs["sweep"].dropna())
    lines = project.history.frame
    assert (lines["metric"] == "epoch/loss").sum() == 252
    last = lines[lines["metric"] == "epoch/val_accuracy"].groupby("run_id")["value"].last()
    assert (project.summary.loc[last.index, "epoch/val_accuracy"] == last).all()


def test_a_real_log_says_the_same_as_the_files_beside_it(shared):
    compared = 0
    for log in sorted((shared / "wandb_dir_eurosat").rglob("*.wandb")):
        found, files = read_log(log), log.parent / "files"
        if (files / "wandb-summary.json").exists():
            assert found.summary == json.loads((files / "wandb-summary.json").read_text())
        if (files / "config.yaml").exists():
            written = {name: entry["value"] for name, entry in read_yaml(files / "config.yaml").items()}
            assert {**found.config, "_wandb": 0} == {**written, "_wandb": 0}
            compared += 1
    assert compared == 12


def test_real_runs_without_settings_or_outcomes(shared):
    empty = sources.load(str(shared / "wandb_dir_misc" / "empty_config_33runs"))
    assert empty.config.shape == (33, 0)
    offline = sources.load(str(shared / "wandb_dir_misc" / "sdk_offline_asset"))
    assert offline.runs["state"].to_dict() == {"g9dvvkua": "finished"}
