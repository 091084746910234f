import pandas as pd

from panel.sources.common.corrections import Corrections
from panel.sources.table.assemble import assemble


def project(table, **more):
    return assemble(pd.DataFrame(table), name="t", source="t.csv", format="table", **more)


def test_ids_states_and_times():
    found = project(
        {
            "trial_id": ["x", "y", "z"],
            "status": ["SUCCESS", "TrialState.FAIL", "melted"],
            "created": [1.7e9, 1.7e9 + 60, 1.7e9 + 120],
            "lr": [0.1, 0.2, 0.3],
            "loss": [1, 2, 3],
        }
    )
    assert found.runs.index.tolist() == ["x", "y", "z"]
    assert found.runs["state"].tolist() == ["finished", "failed", "unknown"]
    assert any("'melted'" in note for note in found.notes)
    assert found.runs["created"].iloc[0].year == 2023


def test_ids_that_repeat_become_row_numbers():
    found = project({"Name": ["a", "a"], "id": ["x", "x"], "lr": [1, 2], "loss": [1, 2]})
    assert found.runs.index.tolist() == ["1", "2"]
    assert found.runs["name"].tolist() == ["a", "a"]


def test_seconds_since_the_start_are_no_dates():
    found = project({"start_time": [0.0, 1.5], "lr": [1, 2], "loss": [1, 2]})
    assert "created" not in found.runs
    assert found.runs["started"].tolist() == [0.0, 1.5]


def test_a_logged_nan_is_remembered():
    found = project({"config.lr": [1, 2, 3], "summary.loss": [1.5, "NaN", None]})
    assert found.logged_nan["loss"].tolist() == [False, True, False]


def test_columns_can_be_put_elsewhere():
    table = {"config.a": [1, 2], "config.b": [3, 4], "summary.loss": [5, 6]}
    found = project(table, corrections=Corrections(metric=("config.b",), ignored=("config.a",)))
    assert list(found.config) == []
    assert list(found.summary) == ["b", "loss"]
    assert [c.place for c in found.columns] == ["ignored", "metric", "metric"]


def test_the_table_is_kept_as_it_was_read():
    table = pd.DataFrame({"width": [1, 2], "acc_seed0": [1.0, 2.0], "acc_seed1": [1.0, 2.0]})
    assert project(table).table().equals(table)
