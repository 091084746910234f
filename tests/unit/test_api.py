import numpy as np
import pandas as pd
import pytest

import panel as sl


def test_the_functions_of_a_notebook(sweep):
    project = sweep(80)
    record = sl.importance(project, "loss")
    assert isinstance(record, sl.Importance)
    frame = record.to_frame()
    assert list(frame["parameter"])[:1] == ["lr"]
    assert {"importance", "low", "high", "floor", "clear", "raw"} <= set(frame)
    rows = sl.correlation(project, "loss").to_frame()
    assert {"parameter", "value", "correlation", "p", "n", "spearman", "eta"} <= set(rows)


def test_the_functions_stay_functions_when_their_modules_are_imported():
    import panel.importance
    import panel.importance.correlation

    assert callable(sl.importance)
    assert callable(sl.correlation)
    assert panel.importance is sl.importance


@pytest.mark.parametrize(
    "runs",
    ["lr<0.01", lambda p: (p.config["lr"] < 0.01).to_numpy(), lambda p: list(p.config.index[p.config["lr"] < 0.01])],
)
def test_runs_as_a_condition_as_booleans_or_as_ids(sweep, runs):
    project = sweep(200)
    n = int((project.config["lr"] < 0.01).sum())
    record = sl.importance(project, "loss", runs=runs(project) if callable(runs) else runs)
    assert record.surrogate.runs == n


def test_a_mask_of_the_wrong_length_is_refused(sweep):
    with pytest.raises(sl.SweepLensError, match="3 entries"):
        sl.importance(sweep(20), "loss", runs=np.array([True, False, True]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "forrest"}, "Did you mean 'forest'"),
        ({"goal": "up"}, "Goal 'up'"),
        ({"target_scale": "cube"}, "Target scale 'cube'"),
        ({"value": "best"}, "needs its history"),
    ],
)
def test_wrong_arguments_say_what_would_be_right(sweep, arguments, words):
    with pytest.raises(sl.SweepLensError, match=words):
        sl.importance(sweep(20), "loss", **arguments)


def test_load_takes_places(tmp_path):
    pd.DataFrame({"a": range(12), "b": range(12), "c": range(12)}).to_csv(tmp_path / "x.csv", index=False)
    project = sl.load(tmp_path / "x.csv", config=["a"], metric_columns=["b"], ignore=["c"])
    assert (list(project.config), list(project.summary)) == (["a"], ["b"])


def test_what_the_checks_find_and_what_to_run_next(sweep):
    project = sweep(120)
    found = sl.findings(project, "loss")
    assert {f.verdict for f in found} <= {"act", "look", "fine", "can't tell"}
    assert len(found) == 12
    lines = {line.parameter: line for line in sl.propose(project, "loss").lines}
    assert lines["lr"].action in ("narrow", "widen")
    with pytest.raises(sl.SweepLensError, match="None of 120 runs is usable"):
        sl.propose(project, "loss", runs="lr>1e9")


def test_a_fault_of_its_own_names_the_source_and_keeps_the_exception(tmp_path, monkeypatch):
    (tmp_path / "x.csv").write_text("a,loss\n1,2\n")
    monkeypatch.setattr("panel.sources.table.load", lambda *_: 1 // 0)
    with pytest.raises(sl.SweepLensError, match=r"x\.csv could not be read: ZeroDivisionError") as told:
        sl.load(tmp_path / "x.csv")
    assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_whether_runs_fail_needs_no_metric_where_all_failed():
    rows = [{"lr": 0.1 * i, "optimizer": "ab"[i % 2], "loss": None, "state": "failed"} for i in range(1, 31)]
    project = sl.load(rows)
    said = "Every one of the 30 runs failed: there is nothing to explain."
    ranking = sl.importance(project, value="failing")
    assert ranking.empty.words == said and not ranking.rows
    for ask in (sl.findings, sl.compare, sl.propose):
        with pytest.raises(sl.SweepLensError, match=said):
            ask(project, value="failing")
    with pytest.raises(sl.SweepLensError, match="perhaps because all failed"):
        sl.importance(project)
