"""Files of results: which they are, and what they hold."""

import json
import math

import pytest

from panel.errors import SourceError
from panel.sources.common.results import (
    choose_results,
    find_counters,
    join_results,
    names_settings_file,
    read_results,
    results_of,
)
from panel.sources.common.spelled import read_name


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("config.json", True),
        ("train_args.yaml", True),
        ("eval_config.json", True),
        ("opt_2.yaml", True),
        ("results.json", False),
        ("config_results.json", False),
        ("metrics.csv", False),
    ],
)
def test_files_of_settings_by_name(name, settings):
    assert names_settings_file(name) == settings


def test_likely_names_come_first_and_other_things_never():
    assert choose_results(["labels.csv", "a.json", "train_log.csv", "x.txt"]) == ["train_log.csv"]
    assert choose_results(["labels.csv", "a.json", "predictions.csv", "tokenizer.json"]) == ["a.json"]
    assert choose_results(["progress.txt", "config.json"]) == ["progress.txt"]


def test_results_lie_in_the_runs_folder_or_below_it():
    files = ["a/metrics.json", "a/b/c/metrics.csv", "b/logs/metrics.json", "b/pictures/metrics.json", "metrics.json"]
    assert results_of(files, ["a", "b"]) == {
        "a": ["a/metrics.json", "a/b/c/metrics.csv"],
        "b": ["b/logs/metrics.json"],
    }


def write(tmp_path, name, content):
    file = tmp_path / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@pytest.mark.parametrize(
    ("name", "content", "final", "rows"),
    [
        ("m.json", {"loss": 1.5, "test": {"acc": 0.5}, "tags": ["a"]}, {"loss": 1.5, "test.acc": 0.5}, []),
        ("m.json", {"loss": [2, 1], "epochs": 2}, {"epochs": 2}, [(1.0, {"loss": 2}), (2.0, {"loss": 1})]),
        (
            "m.json",
            {"epoch": [5, 10], "loss": [2, 1], "per_class": [1, 2]},
            {},
            [(5.0, {"loss": 2}), (10.0, {"loss": 1})],
        ),
        ("m.json", [{"epoch": 3, "loss": 2}, {"epoch": 4, "loss": 1}], {}, [(3.0, {"loss": 2}), (4.0, {"loss": 1})]),
        ("m.json", {"1": {"loss": 2}, "10": {"loss": 1}}, {}, [(1.0, {"loss": 2}), (10.0, {"loss": 1})]),
        ("m.json", '{"iter": 1, "loss": 2}\n{"iter": 2, "loss": 1}\n', {}, [(1.0, {"loss": 2}), (2.0, {"loss": 1})]),
        ("m.jsonl", '{"step": 1, "a": {"b": 2}}\n{"step": 2, "a', {}, [(1.0, {"a.b": 2})]),
        ("m.csv", "lr_used,acc\n0.1,0.5\n", {"lr_used": 0.1, "acc": 0.5}, []),
        ("m.csv", "lr_used,acc\n0.1,0.5", {"lr_used": 0.1, "acc": 0.5}, []),
        ("m.csv", "  epoch,   loss \n  0,  2.5\n 1,1.5\n", {}, [(0.0, {"loss": 2.5}), (1.0, {"loss": 1.5})]),
        ("m.csv", "loss\n2\n1\n", {}, [(1.0, {"loss": 2}), (2.0, {"loss": 1})]),
        (
            "m.csv",
            '#{"t_start": 1}\nr,l\n1.5,20\n2.5,21\n',
            {},
            [(1.0, {"r": 1.5, "l": 20}), (2.0, {"r": 2.5, "l": 21})],
        ),
        ("m.csv", "time/total_timesteps;x\n100;1\n200;2\n", {}, [(100.0, {"x": 1}), (200.0, {"x": 2})]),
        ("progress.txt", "Epoch\tReturn\n0\t1.5\n1\t2\n", {}, [(0.0, {"Return": 1.5}), (1.0, {"Return": 2})]),
        ("m.csv", "lr,loss\n1,2\n3,4\n", {}, []),  # a table of runs is no log of one
        ("m.json", [1, 2], {}, []),
        ("m.json", "3", {}, []),
    ],
)
def test_what_files_hold(tmp_path, name, content, final, rows):
    results = read_results(write(tmp_path, name, content))
    assert results.final == final
    assert results.rows == rows


def test_numbers_that_are_none(tmp_path):
    results = read_results(write(tmp_path, "m.csv", "epoch,a,b,c\n1,nan,inf,\n2,NaN,-inf,x\n"))
    assert math.isnan(results.summary["a"])
    assert (results.summary["b"], results.summary["c"]) == (-math.inf, "x")
    assert results.curves == ("a", "b")
    assert results.last_step == 2


def test_a_file_named_for_a_part_of_the_data_names_its_metrics(tmp_path):
    parts = [
        read_results(write(tmp_path, "train_log.csv", "epoch,loss\n1,2\n2,1\n")),
        read_results(write(tmp_path, "val_log.csv", "epoch,loss,val_acc\n1,3,0.5\n2,2,0.6\n")),
    ]
    assert join_results(parts).summary == {"train/loss": 1, "val/loss": 2, "val_acc": 0.6}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("m.csv", "a,b\n1,2\n1\n1,2\n", r"m\.csv, line 3, has 1 cells where the first line has 2"),
        ("m.json", '{"a": 1', "is no JSON"),
        ("m.json", "[" * 100_000, "is nested too deeply|is no JSON"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, content, why):
    with pytest.raises(SourceError, match=why):
        read_results(write(tmp_path, name, content))


def test_what_counts_is_found_the_finest_first():
    assert find_counters(["loss", "epoch", "train/global_step", "Epoch time"]) == ["train/global_step", "epoch"]


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("lr=0.1,bs=32", {"lr": 0.1, "bs": 32}),
        ("a/optimizer.lr=1e-3/seed=1", {"optimizer.lr": 1e-3, "seed": 1}),
        ("log_lr=0.1_batch_size=8", {"lr": 0.1, "batch_size": 8}),
        ("opt=adam-lr=0.1", {"opt": "adam", "lr": 0.1}),
        ("a=b=c", {"a": "b=c"}),
        ("plain", {}),
    ],
)
def test_settings_in_names(path, settings):
    assert read_name(path) == settings
