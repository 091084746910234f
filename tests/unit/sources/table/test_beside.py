"""What a column is where its own name does not tell: by what it depends on, and by what stands beside it."""

import numpy as np
import pandas as pd
import pytest

from panel.answers.defaults import choose_default_target
from panel.sources.table.assemble import assemble
from panel.sources.table.dependence import measure_dependence


def read(frame):
    return assemble(pd.DataFrame(frame), name="t", source="t.csv", format="table")


def place_of(project, name):
    return next(c.place for c in project.columns if c.name == name)


def grid(rng, n=60):
    return {"encut": rng.choice([30, 40, 50], n), "sigma0": rng.choice([0.01, 0.02], n), "lr": rng.random(n).round(3)}


def test_what_depends_on_settings_of_unknown_names_is_an_outcome(rng):
    frame = grid(rng)
    frame |= {"pressing": frame["encut"] / 7 + rng.normal(0, 0.3, 60), "val_loss": rng.random(60)}
    assert place_of(read(frame), "pressing") == "metric"


def test_what_depends_on_several_settings_a_little_is_an_outcome(rng):
    settings = {f"w{i}": rng.choice([0, 1], 80) for i in range(5)}
    wobble = sum(settings.values()) + rng.normal(0, 0.9, 80)
    columns = [pd.Series(v) for v in settings.values()]
    assert measure_dependence(pd.Series(wobble), columns) > measure_dependence(pd.Series(wobble), columns[:1]) + 0.1
    assert measure_dependence(pd.Series(rng.random(80)), columns) == 0


def test_an_outcome_that_follows_from_continuous_settings_of_unknown_names(rng):
    frame = {"aoa": rng.uniform(-2, 12, 60).round(1), "sweepback": rng.uniform(0, 35, 60).round(1)}
    frame |= {"qq": (0.1 * frame["aoa"] + rng.normal(0, 0.01, 60)).round(4), "rmse": rng.random(60)}
    found = read(frame)
    assert list(found.config) == ["aoa", "sweepback"]
    assert list(found.summary) == ["qq", "rmse"]


@pytest.mark.parametrize("name", ["kappa", "page_cost", "match_iou"])
def test_a_setting_called_as_an_outcome_that_depends_on_none(rng, name):
    frame = {"lr": rng.random(60), name: rng.uniform(1, 4, 60).round(1), "mode": rng.choice(["a", "b"], 60)}
    frame["mota"] = frame["lr"] + rng.normal(0, 0.05, 60)
    project = read(frame)
    assert place_of(project, name) == "config"
    assert choose_default_target(project).metric == "mota"


def test_an_outcome_among_the_settings_that_depends_on_them_stays_one(rng):
    lr = rng.random(60)
    frame = {"lr": lr, "kappa": (lr + rng.normal(0, 0.05, 60)).round(2), "depth": rng.integers(1, 9, 60), "f1": lr}
    assert place_of(read(frame), "kappa") == "metric"


def test_what_is_counted_behind_the_outcomes_is_one(rng):
    frame = {"lr": rng.random(40), "tps": rng.random(40), "aborted": rng.integers(0, 4, 40)}
    assert place_of(read(frame), "aborted") == "metric"


def test_what_follows_from_the_settings_behind_an_outcome_is_one(rng):
    bits = rng.choice([2, 4, 8], 40)
    frame = {"w_bits": bits, "lr": rng.random(40), "acc": rng.random(40), "weight_cr": 32 / bits}
    assert place_of(read(frame), "weight_cr") == "metric"


def test_the_name_of_a_part_that_a_setting_weighs(rng):
    frame = {"lambda_travel": [1.0, 2.0, 5.0, 1.0] * 4, "lambda_rest": [1.0, 1.0, 2.0, 9.0] * 4}
    frame |= {"z_travel": rng.integers(30, 400, 16), "z_rest": rng.integers(0, 120, 16), "workload_std": rng.random(16)}
    assert {"z_travel", "z_rest"} <= set(read(frame).summary)


def test_a_sibling_of_an_outcome_is_one(rng):
    frame = {"level": rng.choice([0.1, 0.3, 0.5], 20), "forget_qprob": rng.random(20), "forget_rouge": rng.random(20)}
    assert place_of(read(frame), "forget_qprob") == "metric"


def test_a_lone_cell_of_a_confusion_matrix_is_a_name_that_says_nothing(rng):
    frame = {"tn": rng.choice([4, 8, 16], 40), "ti": rng.choice([4, 8], 40), "time_ms": rng.random(40)}
    project = read(frame)
    assert place_of(project, "tn") == "config"
    assert choose_default_target(project).metric == "time_ms"
    counts = {"lr": rng.random(40), "tn": rng.integers(0, 90, 40), "fp": rng.integers(0, 90, 40)}
    assert place_of(read(counts | {"f1": rng.random(40)}), "tn") == "metric"


def test_outcomes_that_stand_before_all_settings(rng):
    frame = {"final_error": rng.random(40), "oscillations": np.repeat([0, 970], 20), "cost": rng.random(40)}
    assert place_of(read(frame | {"Kp": np.geomspace(0.01, 100, 40)}), "oscillations") == "metric"


def test_a_constant_behind_an_outcome_is_no_setting_that_follows(rng):
    frame = {"lr": rng.random(20), "rmse": rng.random(20), "zorb": rng.random(20), "n_folds": [5] * 20}
    assert place_of(read(frame), "zorb") == "metric"


def test_an_empty_column_says_nothing_of_its_neighbours(rng):
    frame = {"lr": rng.random(20), "rmse": rng.random(20), "n_trades": [70, 78] * 10, "oos": [None] * 20}
    project = read(frame | {"error": [None] * 20})
    assert place_of(project, "n_trades") == "metric"
    assert place_of(project, "error") == "run"
