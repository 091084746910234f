"""Which metrics belong together, what curves are drawn along, and with fewer points the same shape."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.figures.curves import doubles, floats
from panel.runs.histories import MOST_POINTS, along, joined, means, pack_curve, partner, read, thinned

NAN = np.nan


@pytest.mark.parametrize(
    ("name", "names", "other"),
    [
        ("val_loss", ["train_loss", "val_loss", "val_accuracy"], "train_loss"),
        ("train_loss", ["train_loss", "val_loss", "val_accuracy"], "val_loss"),
        ("train/loss", ["val/acc", "val/loss", "train/loss"], "val/loss"),
        ("loss", ["loss", "val_loss", "acc", "val_acc"], "val_loss"),
        ("val_loss", ["loss", "val_loss"], "loss"),
        ("eval_loss", ["loss", "train_loss", "eval_loss"], "train_loss"),
        ("trainLoss", ["trainLoss", "valLoss"], "valLoss"),
        ("train_loss_epoch", ["train_loss_step", "train_loss_epoch", "val_loss"], "val_loss"),
        ("Loss/train", ["Loss/test", "Loss/valid", "Loss/train"], "Loss/valid"),
        ("loss", ["loss", "accuracy"], None),
        ("val_loss", ["val_loss", "test_loss"], None),
        ("train", ["train", "val"], None),
    ],
)
def test_a_metric_is_paired_with_the_same_one_on_the_other_data(name, names, other):
    assert partner(name, names) == other


def test_epochs_and_times_can_be_drawn_along_and_losses_cannot():
    names = [
        "val_loss",
        "epoch",
        "trainer/global_step",
        "_timestamp",
        "time_total_s",
        "train_loss_epoch",
        "time_per_step",
    ]
    assert along(names) == {
        "epoch": "epoch",
        "trainer/global_step": "epoch",
        "_timestamp": "time",
        "time_total_s": "time",
    }


def test_curves_are_read_in_order_and_the_last_value_of_a_step_counts():
    history = pd.DataFrame(
        [
            ("b", 2, "loss", 0.2),
            ("b", 1, "loss", 0.9),
            ("b", 1, "loss", 0.5),
            ("a", 1, "loss", 7.0),
            ("b", 1, "acc", 1.0),
        ],
        columns=["run_id", "step", "metric", "value"],
    )
    frame = pd.DataFrame({"x": [1, 2]}, index=["a", "b"])
    project = from_frames(frame, frame.rename(columns={"x": "loss"}), history)
    found = read(project, ["b"], ["loss"])
    assert list(found) == [("b", "loss")]
    assert [part.tolist() for part in found["b", "loss"]] == [[1, 2], [0.5, 0.2]]
    assert read(project, ["b"], []) == {}


def test_values_are_joined_with_the_epoch_of_their_step():
    curve = (np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.9, 0.8, 0.7, 0.6]))
    epoch = (np.array([1.0, 3.0, 4.0]), np.array([0.0, 1.0, NAN]))
    (x, y), missing = joined(curve, epoch, "epoch")
    assert (x.tolist(), y.tolist(), missing) == ([0.0, 1.0], [0.9, 0.7], 2)
    assert joined(curve, (np.empty(0), np.empty(0)), "epoch")[1] == 4


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_date_becomes_seconds_since_the_start_and_a_plain_time_stays(unit):
    curve = (np.array([1.0, 2.0]), np.array([0.9, 0.8]))
    dates = (curve[0], np.array([1.7e9, 1.7e9 + 60]) * unit)
    assert joined(curve, dates, "time")[0][0].tolist() == [0, 60]
    assert joined(curve, (curve[0], np.array([5.0, 9.0])), "time")[0][0].tolist() == [5, 9]


def test_thinning_keeps_the_ends_the_extremes_and_a_gap():
    values = np.random.default_rng(0).standard_normal(100_000)
    values[[5, 54_321, 99_000]] = [-50, 40, NAN]
    keep = thinned(values)
    assert len(keep) <= MOST_POINTS
    assert np.all(np.diff(keep) > 0)
    assert {0, 5, 54_321, 99_000, 99_999} <= set(keep)


def test_means_are_those_of_all_values_and_not_of_the_extremes():
    values = np.random.default_rng(0).lognormal(size=21_000)
    x, y = means((np.arange(21_000.0), values))
    assert y == pytest.approx(values.reshape(MOST_POINTS, 70).mean(axis=1))
    assert x == pytest.approx(np.arange(MOST_POINTS) * 70 + 34.5)
    x, y = means((np.arange(1001.0), 3 * np.arange(1001.0)))
    assert len(x) == MOST_POINTS and y == pytest.approx(3 * x), "a line stays a line, however it is cut"


def test_gaps_count_for_nothing_in_means():
    values = np.array([1.0, NAN, 5.0, 9.0, NAN, np.inf])
    x, y = means((np.arange(6.0), values), 3)
    assert x.tolist() == [0, 2.5, 4.5]
    assert y.tolist()[:2] == [1, 7] and np.isnan(y[2])


def test_only_a_curve_with_fewer_points_has_means():
    assert pack_curve((np.arange(300.0), np.zeros(300))).mean_x is None
    curve = pack_curve((np.arange(301.0), np.full(301, 4e38)))
    assert curve.n == 301 and np.isnan(floats(curve.mean_y)).all() and len(doubles(curve.mean_x)) == 300


def test_short_curves_stay_whole():
    assert thinned(np.full(MOST_POINTS, NAN)).tolist() == list(range(MOST_POINTS))
    assert len(thinned(np.full(1000, NAN))) <= MOST_POINTS
