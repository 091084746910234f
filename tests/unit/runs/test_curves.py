"""Curves: which runs, which metrics, coloured by what."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.figures.curves import doubles, floats
from panel.runs import curves, run_curves


def record(runs, asked):
    return curves.record(runs, curves.Asked.from_json(asked))


def curves_of_run(runs, asked):
    return run_curves.record(runs, run_curves.Asked.from_json(asked))


@pytest.fixture
def curved(project):
    """The project with curves of two losses in ten steps, of all runs but the best; run 5 logs NaN once."""
    loss = project.summary["loss"].to_numpy()
    shape = np.where(np.isfinite(loss), loss, 9.0)[:, None] * (1 + 1 / np.arange(1, 11))
    lines = [
        (f"run{i}", step + 1, name, (0.9 if name == "train_loss" else 1) * shape[i, step])
        for i in range(120)
        for step in range(10)
        for name in ("train_loss", "loss", "val_loss", "epoch")
    ]
    frame = pd.DataFrame(lines, columns=["run_id", "step", "metric", "value"])
    frame = frame[frame["metric"] != "loss"]
    frame.loc[frame["metric"] == "epoch", "value"] = frame["step"] // 2
    frame.loc[(frame["run_id"] == "run5") & (frame["step"] == 3) & (frame["metric"] == "val_loss"), "value"] = np.nan
    summary = project.summary.rename(columns={"loss": "val_loss"})
    return from_frames(project.config, summary, frame, project.runs)


@pytest.fixture
def runs(curved, collected):
    return collected(curved, "val_loss")


def test_the_best_runs_are_drawn_with_training_beside_validation(runs):
    found = record(runs, {})
    assert found.metrics == ("val_loss", "train_loss")
    assert [run.id for run in found.runs] == [str(runs.ids[i]) for i in runs.best_first[:10]]
    (group,) = found.groups
    assert [m.side for m in group.metrics] == ["validation", "train"]
    assert len(group.curves) == 20
    first = group.curves[0]
    assert doubles(first.x).tolist() == list(range(1, 11))
    assert floats(first.y)[-1] == pytest.approx(1.1 * runs.target[runs.best_first[0]])
    assert found.said == "the 10 best of 106 runs"
    assert curves.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found


def test_all_runs_are_thinned_and_hold_the_best_and_the_failed(runs):
    found = record(runs, {"which": "all"})
    ids = [run.id for run in found.runs]
    assert len(ids) == len(set(ids)) == 100
    assert ids[:10] == [str(runs.ids[i]) for i in runs.best_first[:10]]
    assert any(run.why == "failed" for run in found.runs)
    assert found.said.startswith("100 of 120 runs")
    assert record(runs, {"which": "all"}) == found


def test_selected_runs_come_by_their_ids_and_gaps_are_counted(runs):
    found = record(runs, {"which": "selected", "runs": ["run5", "run9", "no such run"]})
    assert [(run.id, run.why) for run in found.runs] == [("run5", ""), ("run9", "failed")]
    assert found.colour.of == (0, -1)
    assert found.notes == ("1 curve holds NaN or infinite values, drawn as gaps.",)
    assert "No runs are selected" in record(runs, {"which": "selected"}).empty


def logging(curved, *names):
    """Return the project with the history of ``val_loss`` under other names."""
    frame = curved.history.frame
    own = frame[frame["metric"] == "val_loss"]
    lines = pd.concat([own.assign(metric=name) for name in names])
    return from_frames(curved.config, curved.summary, lines, curved.runs)


WEIGHTED = json.dumps({"accuracy": 1, "val_loss": 2})


@pytest.mark.parametrize(
    ("metric", "logged", "drawn", "note"),
    [
        ("val_loss", ["loss", "val_loss"], ["val_loss", "loss"], ""),
        ("val_loss", ["acc", "loss"], ["loss"], "val_loss has no history; this is loss."),
        ("accuracy", ["epoch", "acc"], ["acc"], "accuracy has no history; this is acc."),
        (WEIGHTED, ["accuracy", "val_loss"], ["val_loss"], "ranks) is a mean of ranks and has no history; this is "
         "val_loss, which weighs most."),
        (WEIGHTED, ["loss", "accuracy"], ["accuracy"], "which weighs most of those with a history."),
        (WEIGHTED, ["epoch", "loss"], ["loss"], "(ranks) has no history; this is loss."),
    ],
)  # fmt: skip
def test_what_is_drawn_unasked_is_the_target_or_says_that_it_is_not(curved, collected, metric, logged, drawn, note):
    runs = collected(logging(curved, *logged), metric)
    found, card = record(runs, {}), curves_of_run(runs, {"run": "run0"})
    assert found.metrics == card.metrics == tuple(drawn)
    assert card.metric == drawn[0]
    told = [said for said in found.notes if "history" in said]
    assert list(card.notes) == told and len(told) == bool(note)
    assert not note or told[0].endswith(note)


def test_a_run_without_a_curve_says_of_what(curved, collected):
    lines = logging(curved, "loss").history.frame
    lines = lines[lines["run_id"] != "run0"]
    project = from_frames(curved.config, curved.summary, lines, curved.runs)
    empty = curves_of_run(collected(project, "val_loss"), {"run": "run0"}).empty
    assert empty == "This run has no history of loss. val_loss has no history; this is loss."


def test_neighbouring_steps_stay_apart(curved, collected):
    curved.history.frame["step"] += 123_456_788
    runs = collected(curved, "val_loss")
    steps = list(range(123_456_789, 123_456_799))
    assert doubles(record(runs, {}).groups[0].curves[0].x).tolist() == steps
    assert doubles(curves_of_run(runs, {"run": "run0"}).curves[0].x).tolist() == steps


def test_values_lie_along_the_epoch(runs):
    found = record(runs, {"x": "epoch", "metrics": ["val_loss"]})
    assert found.xs == ("step", "epoch")
    assert doubles(found.groups[0].curves[0].x).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]


def test_metrics_of_their_own_kind_have_their_own_axis(runs):
    assert len(record(runs, {"metrics": ["val_loss", "epoch"]}).groups) == 2


def test_colours_are_classes_of_the_target_a_number_or_words(runs):
    by_target = record(runs, {"which": "all"}).colour
    classes = [k for k in by_target.of if k >= 0]
    assert classes == sorted(classes) and set(classes) == set(range(7))
    lr = record(runs, {"which": "all", "colour": "lr"})
    values = runs.project.config["lr"][[run.id for run in lr.runs]].to_numpy()
    edges = np.logspace(*np.log10([values.min(), values.max()]), 8)
    assert list(lr.colour.of) == np.clip(np.searchsorted(edges, values, side="right") - 1, 0, 6).tolist()
    words = record(runs, {"which": "all", "colour": "optimizer"})
    assert words.colour.words == ("adam", "sgd")
    inactive = record(runs, {"which": "all", "colour": "momentum"}).colour
    assert inactive.none[0] == "inactive" and -1 in inactive.of


def test_equal_targets_have_one_colour(curved, collected):
    curved.summary["val_loss"] = 0.5
    colour = record(collected(curved, "val_loss"), {"which": "all"}).colour
    assert colour.words == ("0.5",) and set(colour.of) == {0, -1}
    curved.summary["val_loss"] = np.where(np.arange(120) < 90, 0.1, np.arange(120.0))
    runs = collected(curved, "val_loss")
    found = record(runs, {"which": "all"})
    targets = [run.target for run in found.runs]
    shades = {pair for pair in zip(targets, found.colour.of, strict=True) if pair[1] >= 0}
    assert len(shades) == len({value for value, _ in shades}), "each value has one shade"
    assert found.colour.words[0] == "0.1" and len(found.colour.words) > 2


def test_targets_that_differ_little_are_told_apart(curved, collected):
    curved.summary["val_loss"] = np.where(np.arange(120) % 2, 0.500001, 0.500002)
    assert record(collected(curved, "val_loss"), {"which": "all"}).colour.words == ("0.500001", "0.500002")


def test_values_that_no_log_scale_holds_are_called_what_they_are(curved, collected):
    lr = curved.config["lr"].to_numpy()
    changed = np.select([np.arange(120) == k for k in range(4)], [np.inf, 0.0, -1.0, np.nan], lr)
    curved.config["lr"] = changed
    runs = collected(curved, "val_loss")
    runs = replace(runs, parameters={**runs.parameters, "lr": replace(runs.parameters["lr"], scale="log")})
    found = record(runs, {"which": "selected", "runs": [f"run{i}" for i in range(5)], "colour": "lr"})
    colour = found.colour
    words = {r.id: colour.none[-1 - k] for r, k in zip(found.runs, colour.of, strict=True) if k < 0}
    assert words == {"run0": "infinite", "run1": "0 or less", "run2": "0 or less", "run3": "not recorded"}


def test_many_values_share_a_class(curved, collected):
    curved.config["word"] = [f"w{i % 12:02d}" for i in range(120)]
    colour = record(collected(curved, "val_loss"), {"which": "all", "colour": "word"}).colour
    assert colour.words[-1] == "4 other values" and len(colour.words) == 9


def test_wrong_names_are_named(runs):
    for asked in ({"metrics": ["val_los"]}, {"x": "epo"}, {"colour": "lrr"}, {"which": "worst"}):
        with pytest.raises(QuestionError):
            record(runs, asked)


def test_nothing_to_draw_says_why(project, curved, collected):
    found = record(collected(project), {})
    assert "This project has no history" in found.empty and found.groups == ()
    assert curves.from_json(found.to_json()) == found
    frame = curved.history.frame
    others = from_frames(curved.config, curved.summary, frame.assign(run_id="gone"), curved.runs)
    for asked, words in (({"which": "all"}, "No run has a"), ({"which": "selected", "runs": ["run1"]}, "None of the")):
        assert record(collected(others, "val_loss"), asked).empty.startswith(words)
    curved.summary["val_loss"] = np.nan
    curved.summary.loc["run0", "val_loss"] = np.inf
    found = record(collected(curved, "val_loss"), {})
    assert "No run that counts" in found.empty and found.available == ("train_loss", "val_loss", "epoch")


def test_a_run_is_drawn_beside_the_best_one_even_if_it_does_not_count(runs):
    best, second = (str(runs.ids[i]) for i in runs.best_first[:2])
    found = curves_of_run(runs, {"run": "run9"})
    assert {(c.run, c.whose) for c in found.curves} == {("run9", "this"), (best, "best")}
    found = curves_of_run(runs, {"run": best})
    assert {(c.run, c.whose) for c in found.curves} == {(best, "this"), (second, "second")}
