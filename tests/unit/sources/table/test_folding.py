import numpy as np
import pandas as pd
import pytest

from panel.sources.table.assemble import assemble


def project(table):
    return assemble(pd.DataFrame(table), name="t", source="t.csv", format="table")


def test_rows_of_one_run_id_become_a_history():
    table = {
        "run_id": ["a", "a", "b", "b", "b"],
        "epoch": [2, 1, 1, 2, 3],
        "lr": [0.1, 0.1, 0.2, 0.2, 0.2],
        "val_loss": [1.0, 2.0, 3.0, np.nan, 2.5],
    }
    found = project(table)
    assert found.runs.index.tolist() == ["a", "b"]
    assert found.config["lr"].tolist() == [0.1, 0.2]
    assert found.summary["val_loss"].tolist() == [1.0, 2.5]
    assert found.summary["epoch"].tolist() == [2, 3]
    lines = found.history.frame
    assert lines[lines.run_id == "b"][["step", "value"]].values.tolist() == [[1.0, 3.0], [3.0, 2.5]]
    assert any("read as 2 runs with a history over 'epoch'" in note for note in found.notes)


def test_rows_of_equal_settings_become_a_history_too(rng):
    table = pd.DataFrame(
        {"uid": [f"u{i}" for i in range(40)], "lr": np.repeat(rng.random(8), 5), "step": np.tile(range(5), 8)}
    )
    table["train f1"] = rng.random(40)
    found = project(table)
    assert len(found.runs) == 8
    assert found.history.metrics == ("train f1",)


def test_seeds_keep_runs_apart():
    grid = [(r, s, b) for r in range(3) for s in range(2) for b in (10, 20)]
    table = pd.DataFrame(grid, columns=["run_id", "seed", "budget"])
    table["hp_config.lr"] = table["run_id"] / 10
    table["performance"] = range(12)
    found = project(table)
    assert len(found.runs) == 6
    assert found.config["seed"].tolist() == [0, 1] * 3
    assert found.runs.index.tolist() == ["1", "2", "3", "4", "5", "6"]  # the source's id is not unique


def test_a_setting_that_changes_during_a_run_is_no_setting():
    table = {"run_id": ["a"] * 3 + ["b"] * 3, "epoch": [1, 2, 3] * 2, "lr": [0.1, 0.05, 0.01] * 2, "loss": range(6)}
    found = project(table)
    assert len(found.runs) == 2
    assert list(found.config) == []
    assert "lr" in found.summary


def test_replicates_without_a_step_are_runs(rng):
    table = {"lr": np.repeat([0.1, 0.2, 0.3], 4), "loss": rng.random(12)}
    assert len(project(table).runs) == 12


def test_a_last_epoch_is_no_step(rng):
    table = {"lr": rng.random(20), "epoch": rng.integers(5, 9, 20), "loss": rng.random(20)}
    found = project(table)
    assert len(found.runs) == 20
    assert found.history.metrics == ()


def test_seed_columns_become_replicates():
    table = {"width": [16, 32], "train_time": [5.0, 9.0], "val_loss_seed0": [1.0, 3.0], "val_loss_seed1": [2.0, np.nan]}
    found = project(table)
    assert found.config.reset_index(drop=True).values.tolist() == [[16, 0], [16, 1], [32, 0]]
    assert list(found.config) == ["width", "seed"]
    assert found.summary["val_loss"].tolist() == [1.0, 2.0, 3.0]
    assert found.summary["train_time"].tolist() == [5.0, 5.0, 9.0]
    assert any("read as 3 runs" in note for note in found.notes)


def test_a_single_seed_column_is_a_metric():
    found = project({"width": [16, 32], "val_loss_seed0": [1.0, 3.0]})
    assert list(found.summary) == ["val_loss_seed0"]


@pytest.mark.parametrize(
    ("file", "runs"), [("misc_csv/hiplot_ml1.csv", 356), ("arlbench/sobol/cc_cartpole_dqn.csv.gz", 2560)]
)
def test_real_tables_with_several_rows_a_run(shared, file, runs):
    from panel.sources import load

    assert len(load(str(shared / file)).runs) == runs
