"""Several sources as one project."""

import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import SourceError
from panel.sources.common.merging import merge, shorten_names
from panel.store import loading

WANDB = "Name,State,Created,ID,lr,momentum,val/loss\n"


def frames(ids, source, **columns):
    config = pd.DataFrame({"lr": [0.1 * (i + 1) for i in range(len(ids))]}, index=ids)
    summary = pd.DataFrame({"loss": [1.0 * (i + 1) for i in range(len(ids))]}, index=ids)
    for name, values in columns.items():
        config[name] = values
    from dataclasses import replace

    return replace(from_frames(config, summary), source=source)


def test_all_runs_are_there_and_say_where_they_come_from():
    a, b = frames(["a1", "a2"], "/x/a.csv"), frames(["b1", "b2", "b3"], "/x/b.db", depth=[1, 2, 3])
    b.summary["loss"] += 10
    merged = merge([a, b], ["ida", "idb"])
    assert list(merged.runs.index) == ["a1", "a2", "b1", "b2", "b3"]
    assert merged.runs["source"].tolist() == ["a.csv"] * 2 + ["b.db"] * 3
    assert merged.config["depth"].tolist()[2:] == [1.0, 2.0, 3.0]
    assert merged.config["depth"].isna().sum() == 2
    assert merged.name == "a.csv + b.db"


def test_the_same_run_twice_is_one_and_keeps_what_either_knows():
    a, b = frames(["r1", "r2"], "/x/a.csv"), frames(["r1", "r2", "r3"], "/x/b.db", depth=[1, 2, 3])
    merged = merge([a, b], ["ida", "idb"])
    assert list(merged.runs.index) == ["r1", "r2", "r3"]
    assert merged.runs["source"].tolist() == ["a.csv, b.db", "a.csv, b.db", "b.db"]
    assert merged.config["depth"].tolist() == [1, 2, 3]
    assert "2 runs in more than one source counted once." in merged.notes


def test_equal_runs_under_other_ids_are_one():
    a, b = frames(["1", "2"], "/x/a.csv"), frames(["u1", "u2"], "/x/b.csv")
    assert list(merge([a, b], ["ida", "idb"]).runs.index) == ["1", "2"]


def test_different_runs_with_one_id_are_two():
    a, b = frames(["1", "2"], "/x/a.csv"), frames(["1", "2"], "/x/b.csv")
    b.summary["loss"] += 10
    merged = merge([a, b], ["ida", "idb"])
    assert list(merged.runs.index) == ["1", "2", "b.csv:1", "b.csv:2"]


def test_runs_without_a_result_are_no_evidence_of_each_other():
    """As trials that wait in two studies: same number, same settings, and nothing else known of them."""
    a, b = frames(["1", "2"], "/x/a.csv"), frames(["1", "2"], "/x/b.csv")
    a.summary["loss"], b.summary["loss"] = float("nan"), float("nan")
    assert len(merge([a, b], ["ida", "idb"]).runs) == 4


def test_duplicates_within_one_source_stay():
    a, b = frames(["1", "2"], "/x/a.csv"), frames(["8", "9"], "/x/b.csv")
    b.config["lr"], b.summary["loss"] = 5.0, 5.0
    assert len(merge([a, b], ["ida", "idb"]).runs) == 4


def test_spaces_are_joined_and_must_not_contradict_each_other():
    from dataclasses import replace

    a = replace(frames(["1"], "/a"), space=Space("loss", "minimize", "random"))
    b = replace(frames(["2"], "/b"), space=Space("loss", "minimize", "grid"))
    assert merge([a, b], ["x", "y"]).space == Space("loss", "minimize", "")
    with pytest.raises(SourceError, match="one by one"):
        merge([a, replace(b, space=Space("loss", "maximize"))], ["x", "y"])
    with pytest.raises(SourceError, match="one by one"):
        merge([a, replace(b, space=Space("acc", goals={"loss": "maximize"}))], ["x", "y"])
    other = replace(b, space=Space("acc", "maximize"))
    assert merge([a, other], ["x", "y"]).space.goals == {"acc": "maximize"}


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["/x/a.csv", "/x/b.csv"], ["a.csv", "b.csv"]),
        (["/x/1/runs.csv", "/x/2/runs.csv"], ["1/runs.csv", "2/runs.csv"]),
        (["/a", "/a"], ["a (1)", "a (2)"]),
    ],
)
def test_names_tell_sources_apart(sources, names):
    assert shorten_names(sources) == names


def test_histories_are_read_from_every_source(tmp_path, folder):
    for name, shift in (("a", 0), ("b", 100)):
        rows = [f"{c},{e},{c + e + shift}" for c in range(5) for e in range(4)]
        (tmp_path / f"{name}.csv").write_text("config.lr,epoch,summary.loss\n" + "\n".join(rows) + "\n")
    wanted = loading.Wanted((str(tmp_path / "a.csv"), str(tmp_path / "b.csv")))
    project = loading.open_project(loading.load_source(wanted, folder), folder)
    assert len(project.runs) == 10
    history = project.history.frame
    assert set(history["run_id"]) == set(project.runs.index)
    last = history[history["step"] == 3].set_index("run_id")["value"]
    assert last[project.runs.index].tolist() == project.summary["loss"].tolist()
    assert loading.load_source(wanted, folder) == loading.load_source(wanted, folder)
    assert loading.read_wanted(loading.load_source(wanted, folder), folder)[0] == wanted


def test_the_same_source_twice_is_one(tmp_path, folder):
    (tmp_path / "a.csv").write_text("config.lr,summary.loss\n1,2\n3,4\n")
    path = str(tmp_path / "a.csv")
    project = loading.open_project(loading.load_source(loading.Wanted((path, path)), folder), folder)
    assert len(project.runs) == 2
