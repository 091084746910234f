"""Runs along many axes: what the page unpacks is what was logged."""

import base64
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.question.conditions import Condition
from panel.runs import parallel
from panel.runs.parallel import Asked


def record(runs, asked):
    return parallel.record(runs, Asked.from_json(asked))


def unpacked(packed):
    planes = np.frombuffer(base64.b64decode(packed), np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<f4").ravel()


@pytest.fixture
def axis_of(collected, project):
    def axis_of(name, **more):
        return record(collected(more.pop("of", project), **more), {"parameters": [name]}).axes[0]

    return axis_of


def test_numbers_are_as_recorded(project, axis_of):
    lr = axis_of("lr")
    assert np.array_equal(unpacked(lr.values), project.config["lr"].to_numpy(np.float32))
    assert (lr.kind, lr.scale, lr.labels, lr.whole) == ("number", "log", (), False)
    assert (lr.low, lr.high) == (unpacked(lr.values).min(), unpacked(lr.values).max())
    assert axis_of("layers").whole is True


def test_categories_are_places_among_their_labels(project, axis_of):
    optimizer = axis_of("optimizer")
    assert optimizer.labels == ("adam", "sgd")
    assert [optimizer.labels[int(v)] for v in unpacked(optimizer.values)] == list(project.config["optimizer"])


def test_inactive_is_told_from_not_recorded(project, collected):
    lost = np.flatnonzero(project.config["optimizer"] == "sgd")[:2]
    project.config.iloc[lost, list(project.config).index("momentum")] = np.nan
    runs = collected(project)
    momentum = runs.parameters["momentum"]
    runs.parameters["momentum"] = replace(momentum, condition=("optimizer", ("sgd",)))  # as a search space declares it
    axis = record(runs, {"parameters": ["momentum"]}).axes[0]
    assert axis.absent == "inactive"
    assert axis.unrecorded == tuple(lost)
    runs.parameters["momentum"] = replace(momentum, condition=None)
    axis = record(runs, {"parameters": ["momentum"]}).axes[0]
    assert (axis.absent, axis.unrecorded) == ("not recorded", ())


def test_nan_is_told_from_not_recorded(project, axis_of):
    nan = pd.DataFrame({"lr": np.arange(120) % 50 == 7}, index=project.runs.index)
    lr = project.config["lr"].where(np.arange(120) % 50 > 7)
    holed = replace(project, config=project.config.assign(lr=lr), nan_settings=nan)
    assert axis_of("lr", of=holed).nan == (7, 57, 107)
    assert np.isnan(unpacked(axis_of("lr", of=holed).values)).sum() == 8 * 3
    assert axis_of("lr").nan == ()


def test_the_target_says_why_a_run_is_infeasible(project, collected):
    told = record(collected(project), {})
    target = told.target
    values, codes = unpacked(target.values), unpacked(target.code)
    reasons = [target.why[int(c)] if c >= 0 else "" for c in codes]
    assert reasons[4] == "infinite"
    assert reasons[9] == "failed"
    assert reasons.count("") == told.feasible == 106
    loss = project.summary["loss"].to_numpy()
    assert told.best == np.nanargmin(loss)
    assert np.array_equal(values[codes < 0], loss[codes < 0].astype(np.float32))
    assert target.high == values[codes < 0].max()
    assert parallel.from_json(json.loads(json.dumps(told.to_json(), allow_nan=False))) == told


def test_infinity_and_what_32_bits_cannot_hold_stay_apart(collected):
    ids = [f"r{i}" for i in range(6)]
    x = [1e-60, 1.0, 1e60, np.inf, -np.inf, np.nan]
    project = from_frames(pd.DataFrame({"x": x}, index=ids), pd.DataFrame({"loss": np.arange(6.0)}, index=ids))
    axis = record(collected(project), {"parameters": ["x"]}).axes[0]
    values = unpacked(axis.values)
    assert values[0] > 0
    assert np.isfinite(values[2])
    assert list(values[3:5]) == [np.inf, -np.inf]
    assert np.isnan(values[5])
    assert 0 < axis.low < 1 < axis.high < np.inf


def test_all_modelled_parameters_that_vary_unless_asked_and_no_unknown_ones(project, collected):
    project.config["constant"] = 1
    runs = collected(project)
    assert [a.parameter for a in record(runs, {}).axes] == ["lr", "optimizer", "momentum", "layers"]
    assert [a.parameter for a in record(runs, {"parameters": ["constant", "lr"]}).axes] == ["constant", "lr"]
    assert record(runs, {"parameters": []}).axes == ()
    with pytest.raises(QuestionError, match="no parameter 'lrr'"):
        record(runs, {"parameters": ["lrr"]})
    with pytest.raises(QuestionError, match="list of names"):
        record(runs, {"parameters": "lr"})


def test_what_does_not_fit_is_named(project, collected, monkeypatch):
    monkeypatch.setattr(parallel, "MOST_VALUES", 250)
    told = record(collected(project), {"parameters": ["layers", "lr", "optimizer"]})
    assert [a.parameter for a in told.axes] == ["layers", "lr"]
    assert told.left_out == ("optimizer",)


def test_few_runs_do_not_make_room_for_more_axes_than_are_drawn(project, collected, monkeypatch):
    monkeypatch.setattr(parallel, "MOST_AXES", 3)
    for asked in ({}, {"parameters": ["lr", "optimizer", "momentum", "layers"]}):
        told = record(collected(project), asked)
        assert [a.parameter for a in told.axes] == ["lr", "optimizer", "momentum"]
        assert told.left_out == ("layers",)


def test_no_feasible_run_and_no_run_at_all(project, collected):
    told = record(collected(project, filters=(Condition("config.optimizer", values=("none",)),)), {})
    assert "No run is left" in told.empty
    assert list(told.to_json()) == ["empty", "messages"]
    assert parallel.from_json(told.to_json()) == told
    project.summary["loss"] = np.inf
    told = record(collected(project), {})
    assert (told.feasible, told.best, told.target.low) == (0, None, None)
    assert len(told.axes) == 4
