"""Small tables of experiments: what their values and their order tell where the names tell little."""

import numpy as np
import pandas as pd
import pytest

from panel.sources.table.blocks import find_outcome_block
from panel.sources.table.evidence import weigh_column
from panel.sources.table.places import infer_places


def places(table):
    return {column.name: column.place for column in infer_places(pd.DataFrame(table))[0]}


def measure(rng, n, low=0.3):
    return (low + rng.random(n) / 3).round(5)


def test_what_looks_measured_continues_the_side_of_the_outcomes(rng):
    table = {"bork": [1, 2, 4] * 3, "lr": [0.1, 0.01, 0.001] * 3, "zorb": measure(rng, 9), "val_loss": measure(rng, 9)}
    assert places(table) == {"bork": "config", "lr": "config", "zorb": "metric", "val_loss": "metric"}


def test_outcomes_may_stand_before_the_settings(rng):
    table = {"zorb": measure(rng, 9), "auc": measure(rng, 9), "blip": measure(rng, 9), "depth": [2, 4, 8] * 3}
    assert places(table) == {"zorb": "metric", "auc": "metric", "blip": "metric", "depth": "config"}


def test_drawn_settings_end_the_block(rng):
    table = {"lr": measure(rng, 9), "zorb": measure(rng, 9), "val_loss": measure(rng, 9)}
    assert places(table)["zorb"] == "config"


def test_settings_on_both_sides_make_no_block(rng):
    table = pd.DataFrame({"lr": [0.1, 0.2] * 4, "zorb": measure(rng, 8), "auc": measure(rng, 8), "depth": [1, 2] * 4})
    found = {name: weigh_column(name, table[name]) for name in table}
    known = {"lr": "config", "auc": "metric", "depth": "config"}
    assert find_outcome_block(list(table), found, known) == []


def test_whole_numbers_of_few_digits_do_not_continue_it():
    table = {"depth": [2, 4] * 4, "zorb": [113, 127, 131, 149, 151, 163, 167, 179], "auc": np.linspace(0.7, 0.8123, 8)}
    assert places(table)["zorb"] == "config"


def test_a_time_among_the_conditions_of_a_reaction_was_set(rng):
    table = {
        "temperature_C": [60, 80, 100, 60, 80, 100],
        "time_h": [2, 6, 16, 16, 2, 6],
        "catalyst_mol_pct": [1.0, 2.5, 5.0, 5.0, 1.0, 2.5],
        "yield": [31, 55, 78, 49, 61, 83],
    }
    assert places(table) == {
        "temperature_C": "config",
        "time_h": "config",
        "catalyst_mol_pct": "config",
        "yield": "metric",
    }


def test_a_time_before_the_outcome_of_a_training_was_measured(rng):
    table = {"lr": [0.1, 0.01] * 5, "bs": [16, 32] * 5, "time_h": measure(rng, 10), "val_acc": measure(rng, 10)}
    assert places(table)["time_h"] == "metric"


def test_gains_of_a_loss_beside_its_learning_rate_are_settings(rng):
    names = "lr0 box cls iou_t anchor_t fl_gamma".split()
    table = {"mAP_0.5": measure(rng, 12)} | {name: rng.random(12).round(4) for name in names}
    assert [name for name, place in places(table).items() if place == "config"] == names


def test_a_temperature_that_follows_from_the_settings_was_computed():
    watts, speed = np.repeat([100, 200, 300, 400], 4), np.tile([40, 60, 90, 120], 4)
    table = {"load_W": watts, "speed_rad_s": speed, "chip_temp_K": 293.15 + watts * (0.0612345 + 1.2345 / speed)}
    assert places(table)["chip_temp_K"] == "metric"


def test_a_scaled_learning_rate_of_few_values_stays_a_setting(rng):
    batch, lr = np.repeat([16, 32], 8), np.tile([0.1, 0.01], 8)
    table = {"batch": batch, "lr": lr, "peak_lr": lr * batch / 256, "val_loss": measure(rng, 16)}
    assert places(table)["peak_lr"] == "config"


def test_what_counts_up_to_a_limit_was_counted(rng):
    table = {
        "max_epochs": [50, 100] * 6,
        "lr": [0.1, 0.1, 0.01] * 4,
        "val_loss": measure(rng, 12),
        "total_epochs": rng.integers(9, 40, 12),
    }
    assert places(table)["total_epochs"] == "metric"
    assert places({name: table[name] for name in ("lr", "total_epochs", "val_loss")})["total_epochs"] == "config"


def test_flags_behind_all_outcomes_are_no_settings(rng):
    table = {"mode": list("ab") * 6, "mse": measure(rng, 12), "mae": measure(rng, 12), "zorbed": [0, 1, 1] * 4}
    assert places(table)["zorbed"] == "metric"
    assert places({name: table[name] for name in ("zorbed", "mode", "mse", "mae")})["zorbed"] == "config"


def test_weights_behind_the_outcomes_are_settings(rng):
    stocks = np.array([40, 45, 50, 55, 60, 65, 40, 45, 50, 55, 60, 65])
    table = {"sharpe": rng.random(12), "cagr": rng.random(12), "ws": stocks, "wb": 100 - stocks}
    assert places(table) == {"sharpe": "metric", "cagr": "metric", "ws": "config", "wb": "config"}


def test_an_outcome_put_on_another_scale_is_one(rng):
    table = {"beta": [0.1, 0.2, 0.4] * 4, "drift_kl": measure(rng, 12), "drift_kl_norm": measure(rng, 12)}
    assert places(table)["drift_kl_norm"] == "metric"
    table = {"weight_norm": [0.1, 1.0, 10.0] * 4, "use_norm": [0, 1] * 6, "acc": measure(rng, 12)}
    assert list(places(table).values()) == ["config", "config", "metric"]


@pytest.mark.parametrize("still", [0.0, 101325.0123])
def test_an_outcome_that_did_not_vary_stays_among_the_outcomes(rng, still):
    table = {"depth": [1, 2, 4] * 4, "rmse": measure(rng, 12), "zorb": [still] * 12, "mae": measure(rng, 12)}
    assert places(table)["zorb"] == "metric"


def test_what_follows_from_a_setting_between_outcomes_is_an_outcome(rng):
    bits = np.repeat([2, 4, 8], 4)
    table = {"bits": bits, "seed": [0, 1, 2, 3] * 3, "acc": measure(rng, 12), "traffic": 32 / bits}
    table |= {"size_mb": (bits * 1.2345 + rng.random(12) / 50).round(4)}
    assert places(table)["traffic"] == "metric"


def test_labels_and_marks_are_about_the_run():
    table = {
        "Label": ["base", "wide", "deep", "wild"],
        "depth": [2, 2, 4, 8],
        "F1": [0.7112, 0.7234, 0.7345, 0.7456],
        "Passed?": ["❌", "❌", "✅", "✅"],
    }
    found = places(table)
    assert found["Label"] == "run"
    assert found["Passed?"] == "metric"


def test_a_rate_in_the_midst_of_outcomes_was_measured(rng):
    dropped = np.arange(12) % 4
    table = {
        "accuracy": measure(rng, 12),
        "f1": measure(rng, 12),
        "drop_rate": dropped / 397,
        "rmse": measure(rng, 12),
        "mae": measure(rng, 12),
        "policy": list("abc") * 4,
    }
    assert places(table)["drop_rate"] == "metric"
    assert (
        places({"drop_rate": [0.1, 0.3, 0.5] * 4, "rmse": table["rmse"], "mae": table["mae"]})["drop_rate"] == "config"
    )


def test_numbered_columns_belong_together(rng):
    table = {"n": rng.random(12), "disp_1": rng.random(12), "loss": rng.random(12)}
    table |= {f"disp_{i}": rng.random(12) * i for i in range(2, 7)}
    assert {places(table)[f"disp_{i}"] for i in range(1, 7)} == {"metric"}


def test_what_is_called_actual_came_out(rng):
    table = {"teeth": [18, 20, 24] * 4, "actual_ratio": [8.7619, 8.7391, 8.75] * 4, "stress_mpa": measure(rng, 12)}
    assert places(table)["actual_ratio"] == "metric"


def test_an_outcome_that_nobody_measured_is_no_remark(rng):
    table = {"depth": [1, 2, 4] * 4, "acc": measure(rng, 12), "calibration_error": [None] * 12, "error": [None] * 12}
    assert places(table)["calibration_error"] == "metric"
    assert places(table)["error"] == "run"


def test_the_load_that_was_asked_for_is_the_setting(rng):
    table = {"rps": [1000, 2000, 5000, 7500, 9000], "tps": measure(rng, 5), "p99_ms": measure(rng, 5)}
    assert places(table)["rps"] == "config"
    table = {"rps": measure(rng, 5), "tps": measure(rng, 5), "p99_ms": measure(rng, 5)}
    assert places(table)["rps"] == "metric"


def test_standard_order_of_a_design_is_about_the_run(rng):
    table = {"Std": [6, 2, 1, 4, 3, 5], "Run": range(1, 7), "reflux": [0.5, 2, 3.5] * 2, "duty_kW": measure(rng, 6)}
    assert places(table)["Std"] == "run"
    assert places({"lr": [0.1, 0.2] * 3, "acc": measure(rng, 6), "std": measure(rng, 6)})["std"] == "metric"


def test_a_hit_rate_of_few_values_is_no_threshold():
    table = {
        "chunk": [1, 2, 4] * 3,
        "top": [3, 4, 6] * 3,
        "hit_rate@k": [0.97, 1.0, 1.0] * 3,
        "MRR": [0.89, 0.9, 0.96] * 3,
    }
    assert places(table)["hit_rate@k"] == "metric"


def test_errors_in_words_are_about_the_run(rng):
    table = {"depth": [1, 2, 4] * 3, "acc": measure(rng, 9), "errors": ["exit 1", "exit 1", "exit 2"] * 3}
    assert places(table)["errors"] == "run"
