import numpy as np
import pandas as pd
import pytest

from panel.data.plain import plain_column, plain_frame, plain_value
from panel.data.project import from_frames
from panel.errors import SourceError


def test_nested_config_is_flattened_and_lists_become_text():
    config = pd.DataFrame({"optimizer": [{"name": "adam", "betas": [0.9, 0.99]}, {"name": "sgd", "momentum": 0.9}]})
    project = from_frames(config, pd.DataFrame({"loss": [1.0, 2.0]}))
    assert list(project.config) == ["optimizer.name", "optimizer.betas", "optimizer.momentum"]
    assert project.config["optimizer.betas"].tolist()[0] == "[0.9, 0.99]"
    assert np.isnan(project.config["optimizer.momentum"].iloc[0])


def test_the_frames_given_are_not_changed():
    config, summary = pd.DataFrame({"a": [{"b": 1}, {"b": 2}]}), pd.DataFrame({"loss": [1, 2]})
    before = config.copy(deep=True)
    from_frames(config, summary)
    pd.testing.assert_frame_equal(config, before)


def test_kinds_of_columns():
    config = pd.DataFrame(
        {
            "whole": [1, 2],
            "real": [0.5, np.nan],
            "flag": [True, False],
            "flag_with_gap": pd.Series([True, None], dtype=object),
            "text": ["a", None],
            "mixed": pd.Series([1, "auto"], dtype=object),
        }
    )
    frame = from_frames(config, pd.DataFrame({"loss": [1, 2]})).config
    assert [frame[c].dtype.kind for c in ("whole", "real", "flag")] == ["i", "f", "b"]
    assert frame["flag_with_gap"].tolist() == [True, None]
    assert frame["mixed"].tolist() == [1, "auto"]
    assert frame["text"].isna().tolist() == [False, True]


def test_run_ids_that_repeat_are_refused():
    config = pd.DataFrame({"a": [1, 2]}, index=["x", "x"])
    with pytest.raises(SourceError, match="'x' stands twice"):
        from_frames(config, config)


def test_frames_of_different_runs_are_refused():
    with pytest.raises(SourceError, match="same run ids"):
        from_frames(pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"loss": [1]}))


def test_summary_may_stand_in_another_order():
    config = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    summary = pd.DataFrame({"loss": [20.0, 10.0]}, index=["y", "x"])
    assert from_frames(config, summary).summary["loss"].tolist() == [10.0, 20.0]


def test_an_unknown_state_is_refused():
    one = pd.DataFrame({"a": [1]})
    with pytest.raises(SourceError, match="'done'"):
        from_frames(one, one, runs=pd.DataFrame({"state": ["done"]}))


def test_history_is_checked():
    one = pd.DataFrame({"a": [1]})
    with pytest.raises(SourceError, match="'metric'"):
        from_frames(one, one, history=pd.DataFrame({"run_id": ["0"], "step": [1], "value": [1.0]}))


def test_metrics_are_those_with_numbers():
    summary = pd.DataFrame({"loss": [1.0, 2.0], "note": ["a", "b"], "empty": [np.nan, np.nan], "ok": [True, False]})
    assert from_frames(pd.DataFrame({"a": [1, 2]}), summary).metrics == ["loss", "ok"]


def test_times_are_utc():
    one = pd.DataFrame({"a": [1]})
    project = from_frames(one, one, runs=pd.DataFrame({"created": ["2026-01-01T00:00:00+02:00"]}))
    assert str(project.runs["created"].iloc[0]) == "2025-12-31 22:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "plain"), [(np.int64(3), 3), ((1, 2), "[1, 2]"), ({3, 1}, "[1, 3]"), (pd.NA, None), (pd.NaT, None)]
)
def test_plain_value(value, plain):
    assert plain_value(value) == plain


def test_a_column_of_huge_integers_does_not_fail():
    column = plain_column([10**30, 1], pd.RangeIndex(2), "x")
    assert float(column.iloc[0]) == 1e30


def test_columns_of_texts_are_taken_as_they_are():
    columns = {"a": ["x", "y"], "b": ["é", "ü"], "c": ["<f at 0x7f12>", "g"], "d": ["x", None]}
    texts = pd.DataFrame(columns, dtype="str")
    plain = plain_frame(texts)
    assert plain["a"].tolist() == ["x", "y"] and plain["a"].name == "a"
    assert plain["b"].tolist() == ["é", "ü"]
    assert plain["c"].tolist() == ["<f>", "g"]
    assert plain["d"].tolist() == ["x", None]
    assert plain.index.tolist() == ["0", "1"]
    assert plain_frame(texts[:0])["a"].dtype == float  # nothing of which to tell what it holds
    nullable = plain_frame(pd.DataFrame({"a": pd.array(["x", "y"], dtype="string")}))["a"]
    assert nullable.dtype == plain["a"].dtype
