"""Folders of Hugging Face's Trainer: what the fixture's runs logged, and what can be wrong with such a folder."""

import json
import math
import os
import pickle
import shutil
from pathlib import Path

import pytest

from panel import sources
from panel.sources.common.records import Reading, read_records, write_records

FIXTURE = Path(__file__).parents[2] / "fixtures" / "huggingface" / "runs"


@pytest.fixture
def runs(tmp_path):
    return shutil.copytree(FIXTURE, tmp_path / "runs")


def state(folder: Path, *log: dict, **entries: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "trainer_state.json"
    file.write_text(json.dumps({"log_history": list(log), "global_step": 2, "max_steps": 4, **entries}))
    return file


def test_a_search_gives_the_settings_it_tried():
    project = sources.load(str(FIXTURE))
    assert project.format == "Hugging Face Trainer"
    searched = project.config.filter(like="search", axis=0)
    tried = set(zip(searched["learning_rate"], searched["per_device_train_batch_size"], strict=True))
    assert tried == {(rate, size) for rate in (1e-3, 1e-2, 1e30) for size in (16, 32)}
    assert (searched["train_batch_size"] == searched["per_device_train_batch_size"]).all()
    assert project.config["num_train_epochs"].eq(2).all()
    assert project.config["model.hidden_size"].eq(8).all()
    assert project.config["model.architectures"].iloc[0] == '["BertForSequenceClassification"]'


def test_a_model_card_gives_the_settings_of_its_run():
    alone = sources.load(str(FIXTURE)).config.loc["alone"]
    assert alone[["learning_rate", "seed", "num_epochs", "lr_scheduler_type"]].tolist() == [0.003, 42, 2, "linear"]


def test_the_last_values_are_those_that_the_trainer_logged():
    project = sources.load(str(FIXTURE))
    first = project.summary.loc["search/run-0"]
    assert first[["eval_loss", "eval_accuracy", "loss"]].tolist() == [
        0.6573022603988647,
        0.84375,
        0.6725285649299622,
    ]
    assert project.runs.loc["search/run-0", "steps"] == 8
    assert project.runs.loc["alone", "runtime"] == 4.4065
    assert project.summary.loc["alone", ["train_loss", "best_metric"]].tolist() == [0.6902151852846146, 0.625]
    assert not {"epoch", "step", "learning_rate", "train_runtime"} & set(project.summary)
    diverged = project.config["learning_rate"] == 1e30
    assert (project.logged_nan["eval_loss"] == diverged).all()


def test_a_loss_that_was_not_finite_is_no_loss_of_zero():
    project = sources.load(str(FIXTURE))
    assert '"loss": 0.0' in (FIXTURE / "search" / "run-2" / "checkpoint-8" / "trainer_state.json").read_text()
    assert project.logged_nan["loss"].sum() == 2
    assert project.notes[0].startswith("In 2 of 8 runs the last loss is NaN")
    lines = project.history.frame
    assert not (lines[lines.metric == "loss"]["value"] == 0).any()


def test_a_true_loss_of_zero_stays(tmp_path):
    state(tmp_path / "r", {"step": 1, "loss": 0.0, "grad_norm": 0.0})
    project = sources.load(str(tmp_path / "r"))
    assert project.summary["loss"].tolist() == [0]
    assert not project.notes


def test_curves_with_the_schedule():
    lines = sources.load(str(FIXTURE)).history.frame.set_index(["run_id", "metric"])
    rate = lines.loc[[("search/run-0", "learning_rate")]]
    assert rate["step"].tolist() == [2, 4, 6, 8]
    assert rate["value"].tolist() == [0.00875, 0.00625, 0.00375, 0.00125]
    assert lines.loc[[("search/run-0", "eval_loss")]]["value"].tolist() == [0.6782305240631104, 0.6573022603988647]


def test_a_run_that_ended_early_without_a_word_is_not_called_finished():
    runs = sources.load(str(FIXTURE)).runs
    assert runs.loc["stopped", "state"] == "unknown"
    assert runs.drop("stopped")["state"].eq("finished").all()


def test_a_run_that_was_stopped_on_purpose_is_finished(tmp_path):
    control = {"TrainerControl": {"args": {"should_training_stop": True}}}
    state(tmp_path / "r", {"step": 2, "loss": 1.0}, stateful_callbacks=control)
    assert sources.load(str(tmp_path)).runs["state"].tolist() == ["finished"]


def test_the_newest_state_counts(tmp_path):
    for step in (2, 9, 10):
        state(tmp_path / "a" / f"checkpoint-{step}", {"step": step, "loss": float(step)}, global_step=step)
    state(tmp_path / "b" / "checkpoint-4", {"step": 4, "loss": 4.0}, global_step=4)
    state(tmp_path / "b", {"step": 2, "loss": 2.0}, global_step=2)
    state(tmp_path / "c" / "checkpoint-2", {"step": 2, "loss": 2.0}, global_step=2)
    state(tmp_path / "c", {"step": 4, "loss": 4.5}, global_step=4)
    project = sources.load(str(tmp_path))
    assert project.summary["loss"].to_dict() == {"a": 10, "b": 4, "c": 4.5}
    assert len(sources.load(str(tmp_path / "a")).runs) == 1
    assert len(sources.load(str(tmp_path / "a" / "checkpoint-9")).runs) == 1


def test_runs_are_in_the_order_of_their_numbers(tmp_path):
    for i in range(12):
        state(tmp_path / f"run-{i}", {"step": 1, "loss": 1.0}, trial_name=f"trial {i}")
    assert sources.load(str(tmp_path)).runs["name"].tolist() == [f"trial {i}" for i in range(12)]


def test_arguments_adapters_and_results_beside_the_state(tmp_path):
    state(tmp_path / "r", {"step": 1, "eval_loss": 1.5}, trial_params={"learning_rate": 0.5})
    (tmp_path / "r" / "args.json").write_text('{"learning_rate": 0.1, "lora": {"on": true}}')
    (tmp_path / "r" / "adapter_config.json").write_text(
        '{"r": 8, "target_modules": ["q", "v"], "id2label": {"0": "a"}}'
    )
    (tmp_path / "r" / "all_results.json").write_text('{"eval_loss": 9, "test_acc": 0.25, "epoch": 1}')
    project = sources.load(str(tmp_path))
    assert project.config.iloc[0].to_dict() == {
        "max_steps": 4,
        "learning_rate": 0.5,
        "lora.on": True,
        "adapter.r": 8,
        "adapter.target_modules": '["q", "v"]',
    }
    assert project.summary[["eval_loss", "test_acc"]].iloc[0].tolist() == [1.5, 0.25]
    assert "test_acc" not in project.history.metrics


@pytest.mark.parametrize("log", [None, 3, [1, None], [{"loss": 1.0}], [{"step": "x", "loss": "y"}]])
def test_a_log_of_another_shape_is_still_a_run(tmp_path, log):
    (tmp_path / "trainer_state.json").write_text(json.dumps({"log_history": log, "stateful_callbacks": []}))
    project = sources.load(str(tmp_path))
    assert len(project.runs) == 1
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


def test_nan_and_infinity(tmp_path):
    state(tmp_path / "r", {"step": 1, "loss": math.nan, "up": math.inf, "down": -math.inf})
    project = sources.load(str(tmp_path))
    assert project.logged_nan["loss"].all()
    assert project.summary[["up", "down"]].iloc[0].tolist() == [math.inf, -math.inf]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("checkpoint-8/trainer_state.json", "", "is no JSON"),
        ("checkpoint-8/trainer_state.json", '{"log_history": [{"lo', "is no JSON"),
        ("checkpoint-8/trainer_state.json", "[]", "holds no JSON object"),
    ],
)
def test_a_broken_run_is_skipped_and_said(runs, name, content, why):
    file = runs / "search" / "run-0" / name
    file.write_text(content)
    project = sources.load(str(runs))
    assert len(project.runs) == 7
    [(what, said)] = project.skipped
    assert what == "search/run-0"
    assert str(file) in said
    assert why in said
    assert "\n" not in said


@pytest.mark.parametrize(("name", "content"), [("checkpoint-8/config.json", "{"), ("all_results.json", "[]")])
def test_a_run_stands_without_a_broken_file_beside_it(runs, name, content):
    file = runs / "search" / "run-0" / name
    file.write_text(content)
    first = Reading()
    project = sources.load(str(runs), first)
    assert len(project.runs) == 8
    assert project.config.loc["search/run-0", "learning_rate"] > 0
    [(what, said)] = project.skipped
    assert what == str(file)
    assert what in said
    again = sources.load(str(runs), Reading(known=first.kept))
    assert again.skipped == project.skipped


def test_pickles_are_never_opened(runs, tmp_path):
    class Hostile:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    for name in ("training_args.bin", "checkpoint-8/training_args.bin", "checkpoint-8/optimizer.pt"):
        (runs / "search" / "run-0" / name).write_bytes(pickle.dumps(Hostile()))
    assert len(sources.load(str(runs)).runs) == 8
    assert not (tmp_path / "touched").exists()


def test_only_what_changed_is_read_again(runs, tmp_path):
    first = Reading()
    before = sources.load(str(runs), first)
    write_records(first.kept, tmp_path / "kept")
    for file in runs.rglob("trainer_state.json"):
        times = file.stat()
        file.write_bytes(b"x" * times.st_size)  # it would be skipped if it were read
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    state(runs / "search" / "run-0" / "checkpoint-12", {"step": 12, "loss": 0.125}, global_step=12)
    after = sources.load(str(runs), Reading(known=read_records(tmp_path / "kept")))
    assert not after.skipped
    assert len(after.runs) == len(before.runs)
    assert after.summary.loc["search/run-0", "loss"] == 0.125
