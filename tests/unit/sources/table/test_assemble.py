from dataclasses import replace

import pandas as pd

from panel.data.snapshot import open_project, save
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect
from panel.runs.card import tell_card
from panel.sources.common.corrections import Corrections
from panel.sources.common.merging import merge
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


def test_a_number_beyond_all_dates_is_none():
    found = project({"created": [1.7e9, 3.4e306], "lr": [1, 2], "loss": [1, 2]})
    assert found.runs["created"].isna().tolist() == [False, True]


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


def read_losses(cells):
    lr = [0.1 * i for i in range(1, len(cells) + 1)]
    places = Corrections(config=("lr",), metric=("loss",))
    return project({"lr": lr, "loss": pd.Series(cells, dtype="object")}, corrections=places)


def test_a_word_in_place_of_a_metric_says_why_its_run_is_infeasible_and_an_empty_cell_says_nothing():
    found = read_losses([*range(1, 11), "diverged", None, "NaN"])
    selection = Selection("p", Target("loss"))
    design = build(found, selection)
    assert design.left_out == {"'diverged'": 1, "no value": 1, "NaN (diverged)": 1}
    runs = collect(found, selection, design)
    assert [(str(i), why) for i, why in zip(runs.ids, runs.why, strict=True) if why] == [
        ("11", "diverged"),
        ("13", "NaN (diverged)"),
    ]
    assert "12" not in runs.ids
    failing = build(found, Selection("p", Target("loss", value="failing")))
    assert failing.raw.sum() == 2 and len(failing.raw) == 12
    assert tell_card(runs, selection, "11").why == ("Its loss is 'diverged', and no number.",)
    assert tell_card(runs, selection, "12").why == ("It has no value of loss.",)
    assert dict(tell_card(runs, selection, "11").summary)["loss"] == "diverged"


def test_the_words_survive_the_snapshot_and_two_sources(tmp_path):
    found = read_losses([1, 2, "OOM"])
    again = open_project(save(found, tmp_path), tmp_path)
    assert again.words["loss"].fillna("").tolist() == ["", "", "OOM"]
    other = replace(found, source="u.csv", config=found.config + 1)
    merged = merge([found, other], ["a", "b"])
    assert merged.words["loss"].fillna("").tolist() == ["", "", "OOM"] * 2
