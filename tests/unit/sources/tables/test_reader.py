"""Several tables of one kind: in a folder, by a pattern, and given together."""

import json
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.errors import SourceError
from panel.settings import Settings
from panel.sources.common.given import given_files
from panel.sources.tables import reader as tables
from panel.sources.tables.kinds import group_alike, name_tables
from panel.sources.tables.logs import is_log
from panel.store import loading
from panel.store.roots import is_allowed


def write_runs(file: Path, shift: int = 0, n: int = 6, more: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"0.{i + shift:02},{16 * (1 + i % 2)},{(i + shift) / 7:.5f}{',1' if more else ''}" for i in range(1, n + 1)]
    file.write_text("\n".join([f"lr,batch_size,val_loss{more}", *rows]) + "\n")
    return file


def write_log(file: Path, low: float, lr: str = "0.1") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{epoch},{lr},{low + 1 / epoch:.5f}" for epoch in range(1, 5)]
    file.write_text("\n".join(["epoch,lr,val_loss", *rows]) + "\n")
    return file


def opened(folder, *uris):
    wanted = loading.Wanted(tuple(map(str, uris)))
    project_id = loading.load_source(wanted, folder)
    assert loading.find_change(project_id, folder) == ("", "")
    assert loading.load_source(wanted, folder) == project_id
    return loading.open_project(project_id, folder)


def test_a_folder_of_tables_is_one_project(tmp_path, folder):
    for i in range(3):
        write_runs(tmp_path / "runs" / f"part{i}.csv", 10 * i, more=",acc" if i == 2 else "")
    project = opened(folder, tmp_path / "runs")
    assert (project.format, project.name, len(project.runs)) == ("tables of one kind", "runs", 18)
    assert list(project.config) == ["lr", "batch_size"]
    assert project.runs["source"].tolist() == ["part0"] * 6 + ["part1"] * 6 + ["part2"] * 6
    assert project.summary["acc"].isna().sum() == 12
    assert "3 tables were read as one." in project.notes
    assert project.table is not None, "its columns can be placed anew"


def test_what_was_not_read_is_said_first(tmp_path):
    for i in range(3):
        write_runs(tmp_path / f"part{i}.csv", 10 * i)
    (tmp_path / "people.csv").write_text("name,age\na,1\n")
    notes = sources.load(str(tmp_path)).notes
    assert notes[1] == (
        "Not read, because their columns are others than those of the 3 tables that were: people.csv. "
        "Give one of them by itself."
    )


@pytest.mark.parametrize("several", ["pattern", "each", "lines"])
def test_a_pattern_and_several_files(tmp_path, folder, several):
    files = [write_runs(tmp_path / "runs" / f"r{i}.csv", 10 * i) for i in range(3)]
    write_runs(tmp_path / "runs" / "other.csv", 90)
    given = {"pattern": [tmp_path / "runs" / "r*.csv"], "each": files, "lines": ["\n".join(map(str, files))]}
    project = opened(folder, *given[several])
    assert len(project.runs) == 18
    assert set(project.runs["source"]) == {"r0", "r1", "r2"}
    assert project.name == "r0.csv and 2 more"


def test_a_file_that_a_pattern_comes_to_match_is_a_change(tmp_path, folder):
    for i in range(2):
        write_runs(tmp_path / "runs" / f"r{i}.csv", 10 * i)
    project_id = loading.load_source(loading.Wanted((str(tmp_path / "runs" / "*.csv"),)), folder)
    write_runs(tmp_path / "runs" / "r2.csv", 20)
    assert loading.find_change(project_id, folder)[0]


def test_a_pattern_of_other_sources_reads_each(tmp_path, folder):
    for name in ("a", "b"):
        for i in range(2):
            run = tmp_path / name / str(i)
            run.mkdir(parents=True)
            (run / "config.json").write_text(json.dumps({"lr": i, "set": name}))
            (run / "metrics.json").write_text(json.dumps({"loss": i}))
    project = opened(folder, tmp_path / "[ab]")
    assert project.runs["source"].tolist() == ["a", "a", "b", "b"]


def test_a_row_in_two_tables_is_one_run(tmp_path):
    write_runs(tmp_path / "a.csv")
    write_runs(tmp_path / "b.csv", 4)
    project = sources.load(str(tmp_path))
    assert len(project.runs) == 10
    assert "2 runs in more than one table counted once." in project.notes


def test_rows_of_one_table_are_never_taken_for_each_other(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(f"lr,val_loss,set\n0.1,1,{name}\n0.1,1,{name}\n0.2,2,{name}\n")
    assert len(sources.load(str(tmp_path)).runs) == 6


def test_steps_are_folded_within_each_table(tmp_path):
    for shift, name in enumerate("ab"):
        rows = [f"{lr},{epoch},{lr + epoch + 0.5 * shift}" for lr in (1, 2, 3) for epoch in range(4)]
        (tmp_path / f"{name}.csv").write_text("config.lr,epoch,summary.loss\n" + "\n".join(rows) + "\n")
    project = sources.load(str(tmp_path))
    assert project.runs["source"].tolist() == ["a"] * 3 + ["b"] * 3
    assert project.summary["loss"].tolist() == [4, 5, 6, 4.5, 5.5, 6.5]
    assert len(project.history.frame.query("metric == 'loss'")) == 24


def test_json_objects_are_a_run_each(tmp_path):
    for i in range(5):
        (tmp_path / f"exp_lr={0.1 * (i + 1):.1f}.json").write_text(json.dumps({"model": {"depth": i}, "acc": 0.1 * i}))
    project = sources.load(str(tmp_path))
    assert len(project.runs) == 5
    assert project.config["lr"].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert project.summary["acc"].tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def test_logs_are_a_run_each_named_for_the_file(tmp_path, folder):
    for i in range(4):
        write_log(tmp_path / "logs" / f"seed={i}.csv", i, lr=f"0.{i + 1}")
    project = opened(folder, tmp_path / "logs")
    assert project.format == "logs of a run each"
    assert project.runs.index.tolist() == [f"seed={i}" for i in range(4)]
    assert project.config["lr"].tolist() == [0.1, 0.2, 0.3, 0.4], "a setting that is constant in each"
    assert project.config["seed"].tolist() == [0, 1, 2, 3]
    assert project.summary["val_loss"].tolist() == [0.25, 1.25, 2.25, 3.25]
    assert project.history.metrics == ("val_loss",)
    assert len(project.history.frame.query("metric == 'val_loss'")) == 16


def test_logs_of_one_name_are_named_for_their_folders(tmp_path):
    for i in range(3):
        write_log(tmp_path / f"run{i}" / "train.csv", i)
    (tmp_path / "run1" / "train.csv").write_text("epoch,lr,val_loss\n1,0.1\n2,0.1,1\n3,0.1,1\n")
    project = sources.load(str(tmp_path))
    assert project.runs.index.tolist() == ["run0", "run2"]
    assert [what for what, _ in project.skipped] == ["run1/train.csv"]


def test_a_schedule_in_one_log_is_a_setting_in_none(tmp_path):
    write_log(tmp_path / "a.csv", 1)
    (tmp_path / "b.csv").write_text("epoch,lr,val_loss\n1,0.3,3\n2,0.2,2\n3,0.1,1\n")
    project = sources.load(str(tmp_path))
    assert "lr" not in project.config
    assert project.summary["lr"].tolist() == [0.1, 0.1]


@pytest.mark.parametrize(
    ("columns", "log"),
    [
        ({"epoch": [1, 2, 3], "loss": [3, 2, 1]}, True),
        ({"epoch": [1, 1, 2, 2], "phase": ["a", "b", "a", "b"], "loss": [3, 2, 1, 0]}, True),
        ({"epoch": [*range(20)], "lr": [0.1 * i for i in range(10)] * 2, "loss": [1] * 20}, True),
        ({"iteration": [1, 2, 3, 4], "lr": [0.1, 0.5, 0.2, 0.9], "loss": [3, 2, 1, 0]}, False),
        ({"epochs": [5, 10, 20], "loss": [3, 2, 1]}, False),
        ({"epoch": [3, 1, 2], "loss": [3, 2, 1]}, False),
        ({"epoch": [1], "loss": [3]}, False),
        ({"step": [1, 2, 3, 4, 5], "model": ["a", "b", "c", "d", "e"], "acc": [1, 2, 3, 4, 5]}, False),
    ],
)
def test_what_is_one_runs_log(columns, log):
    assert is_log(pd.DataFrame(columns).to_dict("records")) == log


def test_tables_of_different_kinds_are_refused_with_what_was_seen(tmp_path):
    write_log(tmp_path / "a_log.csv", 1)
    (tmp_path / "people.csv").write_text("name,city\na,b\nc,d\n")
    write_runs(tmp_path / "runs_of_mine.csv").rename(tmp_path / "z.csv")
    with pytest.raises(SourceError) as error:
        sources.load(str(tmp_path))
    assert str(error.value).endswith(
        "(in it: 3 .csv; its tables are of different kinds, so they are not read together), but it holds z.csv: "
        "give that."
    )


def test_a_refusal_points_to_no_log(tmp_path):
    write_log(tmp_path / "train" / "log.csv", 1)
    with pytest.raises(SourceError, match=r"is no folder of runs that SweepLens can read \(in it: 1 \.csv\)\. Give"):
        sources.load(str(tmp_path))


def test_tables_that_differ_are_merged_when_each_is_named(tmp_path, folder):
    write_runs(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("depth,width,acc\n" + "".join(f"{i},{i % 3},0.{i}\n" for i in range(1, 8)))
    project = opened(folder, tmp_path / "a.csv", tmp_path / "b.csv")
    assert set(project.runs["source"]) == {"a.csv", "b.csv"}
    assert len(project.runs) == 13


def test_several_files_are_allowed_only_if_each_is(tmp_path, folder):
    inside, outside = write_runs(tmp_path / "in" / "a.csv"), write_runs(tmp_path / "out" / "b.csv")
    settings = Settings(root=(str(tmp_path / "in"),))
    assert is_allowed(f"{inside}\n{inside}", settings, folder)
    assert not is_allowed(f"{inside}\n{outside}", settings, folder)
    assert is_allowed(f"{tmp_path}/in/*.csv", settings, folder)
    assert not is_allowed(f"{tmp_path}/in/../out/*.csv", settings, folder)


def test_a_pattern_that_matches_nothing_does_not_exist(tmp_path):
    with pytest.raises(SourceError, match="does not exist"):
        sources.find(f"{tmp_path}/*.csv")


def test_names_tell_tables_apart():
    assert name_tables(["a/log.csv", "b/log.csv"]) == {"a/log.csv": "a", "b/log.csv": "b"}
    assert name_tables(["a.csv", "a.json"]) == {"a.csv": "a.csv", "a.json": "a.json"}
    assert group_alike({"x": frozenset("ab"), "y": frozenset("abc"), "z": frozenset("q"), "e": frozenset()}) == [
        ["x", "y"],
        ["z"],
    ]


def test_files_far_apart_have_one_folder(tmp_path):
    a, b = write_runs(tmp_path / "x" / "r.csv"), write_runs(tmp_path / "y" / "r.csv", 10)
    given = given_files([str(a), str(b)])
    assert (given.path, given.only) == (tmp_path, ("x/r.csv", "y/r.csv"))
    assert tables.recognises(given)
    assert set(sources.load(f"{a}\n{b}").runs["source"]) == {"x", "y"}
