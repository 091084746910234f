"""Runs that were stopped early are recognised, and compared at one step; others are left as they are."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.importance import compute
from panel.question.design import build
from panel.question.lengths import read_curves
from panel.question.selection import Selection, Target

LAST = 81


def make_curves(seed=0, n=120):
    rng = np.random.default_rng(seed)
    config = pd.DataFrame({"lr": 10 ** rng.uniform(-4, -1, n), "wd": 10 ** rng.uniform(-5, -1, n)})
    final = 0.5 + 0.075 * (np.log10(config["wd"].to_numpy()) + 3) ** 2
    speed = 6 * (config["lr"].to_numpy() / 1e-2) ** 0.25
    steps = np.arange(1, LAST + 1)
    curves = final[:, None] + 2 * np.exp(-speed[:, None] * steps / 40) + 0.01 * rng.normal(size=(n, LAST))
    return config.set_axis([f"r{i}" for i in range(n)]), curves


def make_project(config, curves, stop, **more):
    frames = [
        pd.DataFrame({"run_id": name, "step": np.arange(1, end + 1), "metric": "val_loss", "value": curve[:end]})
        for name, curve, end in zip(config.index, curves, stop, strict=True)
    ]
    summary = pd.DataFrame({"val_loss": curves[np.arange(len(stop)), stop - 1]}, index=config.index)
    return from_frames(config, summary, pd.concat(frames), **more)


def stop_by_rungs(curves):
    stop, alive = np.full(len(curves), 3), np.arange(len(curves))
    for rung, longer in ((3, 9), (9, 27), (27, 81)):
        alive = alive[np.argsort(curves[alive, rung - 1])[: len(alive) // 3]]
        stop[alive] = longer
    return stop


def ask(project, **target):
    return build(project, Selection("p", Target("val_loss", **target)))


def test_successive_halving_is_ranked_at_its_first_rung_and_says_so():
    config, curves = make_curves()
    project = make_project(config, curves, stop_by_rungs(curves))
    design = ask(project)
    assert design.label == "val_loss at step 3" and len(design.y) == 120
    assert [note.code for note in design.notes] == ["stopping.at_step", "stopping.few_at_end"]
    assert sorted(design.raw) == sorted(curves[:, 2])
    assert compute(design).notes[:2] == design.notes


def test_another_step_leaves_out_what_does_not_reach_it():
    config, curves = make_curves()
    design = ask(make_project(config, curves, stop_by_rungs(curves)), step=9)
    assert design.left_out == {"do not reach step 9": 80} and len(design.y) == 40


def test_last_values_of_unequal_lengths_are_compared_only_when_asked_and_with_a_note():
    config, curves = make_curves()
    design = ask(make_project(config, curves, stop_by_rungs(curves)), step="last")
    assert design.label == "val_loss" and len(design.y) == 120
    assert [note.code for note in design.notes] == ["stopping.unequal"]


def test_pruned_runs_count_at_a_step_that_they_reached():
    config, curves = make_curves()
    stop = stop_by_rungs(curves)
    runs = pd.DataFrame({"state": np.where(stop < LAST, "pruned", "finished")}, index=config.index)
    assert len(ask(make_project(config, curves, stop, runs=runs)).y) == 120


@pytest.mark.parametrize("seed", range(5))
def test_full_length_with_a_few_shorter_ones_has_no_note(seed):
    config, curves = make_curves(seed, 60)
    stop = np.full(60, LAST)
    stop[:3] = 20
    design = ask(make_project(config, curves, stop))
    assert not design.notes and not design.steps and design.label == "val_loss"


def test_lengths_that_are_a_setting_are_no_stopping():
    config, curves = make_curves()
    epochs = np.random.default_rng(1).integers(10, LAST, len(config))
    assert not ask(make_project(config.assign(epochs=epochs), curves, epochs)).notes


@pytest.mark.parametrize("batches", [False, True])
def test_lengths_that_follow_settings_to_a_step_are_no_stopping(batches):
    config, curves = make_curves()
    rng = np.random.default_rng(2)
    epochs, batch = rng.integers(10, LAST, len(config)), rng.choice([1, 2, 4], len(config)) if batches else 1
    stop = np.maximum(epochs // batch, 1) - (0 if batches else rng.integers(0, 2, len(config)))
    assert not ask(make_project(config.assign(epochs=epochs, batch_size=batch), curves, stop)).notes


def test_runs_that_log_more_seldom_are_not_short():
    config, curves = make_curves()
    project = make_project(config, curves, np.full(len(config), LAST))
    history = project.history.frame
    every = history["run_id"].map(dict(zip(config.index, [1, 1, 30] * 40, strict=True)))
    assert not ask(from_frames(config, project.summary, history[history["step"] % every == 0])).notes


def test_another_setting_that_leads_at_the_end_is_told():
    config, curves = make_curves()
    stop = np.full(len(config), LAST)
    stop[np.argsort(-curves[:, 26])[:50]] = 27
    codes = {note.code: note for note in ask(make_project(config, curves, stop)).notes}
    assert list(codes) == ["stopping.at_step", "stopping.leader_changes"]
    assert str(codes["stopping.leader_changes"]).startswith("lr matters most at step 27, and wd at step 81")


@pytest.mark.parametrize("declared", ["", "hyperband"])
def test_what_the_sweep_declares_counts_where_lengths_are_not_known(declared):
    config, curves = make_curves()
    summary = pd.DataFrame({"val_loss": curves[:, -1]}, index=config.index)
    notes = ask(from_frames(config, summary, space=Space("val_loss", "minimize", "random", stops=declared))).notes
    assert [note.code for note in notes] == (["stopping.declared"] if declared else [])
    whole = make_project(config, curves, np.full(len(config), LAST), space=Space(stops=declared))
    assert not ask(whole).notes


def test_a_recorded_best_epoch_tells_that_runs_ended_by_themselves():
    config, curves = make_curves()
    epoch = np.random.default_rng(3).integers(12, LAST, len(config))
    summary = pd.DataFrame({"val_loss": curves[:, -1], "epoch": epoch}, index=config.index)
    assert [note.code for note in ask(from_frames(config, summary)).notes] == ["stopping.recorded"]
    assert not ask(from_frames(config, summary.assign(best_epoch=epoch - 10))).notes


def test_a_history_is_read_once():
    config, curves = make_curves()
    project = make_project(config, curves, stop_by_rungs(curves))
    ask(project)
    assert read_curves(project, "val_loss") is read_curves(project, "val_loss")


def test_pruned_runs_without_history_are_told():
    config, curves = make_curves()
    runs = pd.DataFrame({"state": ["pruned"] * 80 + ["finished"] * 40}, index=config.index)
    project = from_frames(config, pd.DataFrame({"val_loss": curves[:, -1]}, index=config.index), runs=runs)
    assert [note.code for note in ask(project).notes] == ["stopping.left_out"]


@pytest.mark.parametrize(
    ("stop", "step", "said"),
    [
        (np.full(120, LAST), 500, "No run gets beyond step 81. 120 of 120 runs reach step 81"),
        (np.r_[np.full(20, LAST), np.full(100, 9)], 500, "No run gets beyond step 81. 120 of 120 runs reach step 9"),
        (np.r_[np.full(5, LAST), np.full(95, 27), np.full(20, 9)], 60, "100 of 120 runs reach step 27"),
    ],
)
def test_a_step_beyond_the_runs_is_told_with_the_last_that_most_reach(stop, step, said):
    config, curves = make_curves()
    empty = ask(make_project(config, curves, stop), step=step).empty
    assert empty.reason == "too few runs" and said in empty.words
    most = said.rpartition(" ")[2]
    assert f"with --step {most}, or by the last value of each, with --step last." in empty.words
    assert ("No run gets beyond" in empty.words) == ("No run" in said)


def test_a_step_that_most_reach_is_not_blamed():
    config, curves = make_curves()
    project = make_project(config, curves, np.full(120, LAST))
    few = build(project, Selection("p", Target("val_loss", step=27), picked=tuple(config.index[:5])))
    assert few.empty.reason == "too few runs" and "--step" not in few.empty.words


def test_as_logged_only_runs_that_count_are_compared():
    config, curves = make_curves()
    stop = np.where(np.arange(120) < 80, 9, LAST)
    states = pd.DataFrame({"state": np.where(stop < LAST, "pruned", "finished")}, index=config.index)
    design = ask(make_project(config, curves, stop, runs=states), step="last")
    assert [note.code for note in design.notes] == ["stopping.left_out"] and len(design.y) == 40
    stop[80:100] = 27
    [note] = ask(make_project(config, curves, stop, runs=states), step="last").notes
    assert note.code == "stopping.unequal" and str(note).startswith("20 of 40 runs stopped early")
