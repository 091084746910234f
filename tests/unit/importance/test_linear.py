import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from panel.data.project import Space, from_frames
from panel.importance import linear
from panel.question.design import build
from panel.question.selection import Selection, Target


def fitted(frame, y, space=None):
    project = from_frames(frame, pd.DataFrame({"y": np.asarray(y)}, index=frame.index), space=space)
    return linear.fit(build(project, Selection("p", Target("y", "minimize", scale="raw"))))


@pytest.fixture
def frame(rng):
    n = 150
    return pd.DataFrame(
        {
            "lr": rng.random(n),
            "width": rng.integers(8, 256, n),
            "bias": rng.random(n) < 0.5,
            "kind": rng.choice(["adam", "sgd", "rms"], n, p=[0.5, 0.3, 0.2]),
        }
    )


def test_it_is_what_statsmodels_gives_by_hand(frame, rng):
    y = 2 * frame["lr"] - 0.01 * frame["width"] + (frame["kind"] == "sgd") + rng.normal(size=len(frame))
    model = fitted(frame, y)
    by_hand = pd.DataFrame(
        {
            ("intercept", ""): 1.0,
            ("bias", ""): frame["bias"].astype(float),
            ("kind", "rms"): (frame["kind"] == "rms").astype(float),
            ("kind", "sgd"): (frame["kind"] == "sgd").astype(float),
            ("lr", ""): frame["lr"],
            ("width", ""): frame["width"].astype(float),
        }
    )
    own = sm.OLS(y.to_numpy(), by_hand.to_numpy()).fit()
    assert [(row.parameter, row.value) for row in model.rows] == list(by_hand)
    for name, theirs in (("coefficient", own.params), ("error", own.bse), ("t", own.tvalues), ("p", own.pvalues)):
        np.testing.assert_allclose([getattr(row, name) for row in model.rows], theirs, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose([[row.low, row.high] for row in model.rows], own.conf_int(0.1), rtol=1e-8, atol=1e-10)
    assert model.r2 == pytest.approx(own.rsquared)
    assert model.adjusted_r2 == pytest.approx(own.rsquared_adj)
    assert model.references == {"kind": "adam"}
    assert model.collinear == ()
    scaled = sm.OLS(y / y.std(ddof=0), sm.add_constant(frame["lr"] / frame["lr"].std(ddof=0))).fit()
    assert fitted(frame[["lr"]], y).rows[1].standardised == pytest.approx(scaled.params["lr"])


def test_parameters_that_go_together_are_named(frame, rng):
    twin = frame.assign(twin=frame["lr"] * 3 + 0.01 * rng.random(len(frame)))
    model = fitted(twin, frame["lr"] + rng.normal(size=len(frame)))
    assert model.collinear == (("lr", "twin"),)
    assert model.condition > 100
    assert any("lr and twin cannot be told apart" in note for note in model.notes)


def test_a_sum_of_others_is_named_whole(rng):
    frame = pd.DataFrame({"a": rng.random(80), "b": rng.random(80), "other": rng.random(80)})
    model = fitted(frame.assign(sum=frame["a"] + frame["b"]), frame["a"] + rng.normal(size=80))
    assert model.collinear == (("a", "b", "sum"),)
    assert model.condition is None, "infinite"
    assert all(row.coefficient is not None for row in model.rows)


def test_a_conditional_parameters_coefficient_is_its_slope_where_it_is_active(rng):
    use = rng.choice(["a", "b"], 300)
    child = rng.random(300)
    frame = pd.DataFrame({"use": use, "child": np.where(use == "a", child, np.nan)})
    model = fitted(frame, np.where(use == "a", 5 * child, 1.0) + 0.01 * rng.normal(size=300))
    assert model.rows[1].parameter == "child"
    assert model.rows[1].coefficient == pytest.approx(5.0, abs=0.02)
    assert any("child" in note and "where it is recorded" in note for note in model.notes)


def test_what_does_not_enter_is_said(frame, rng):
    many = frame.assign(tag=[f"t{i % 40}" for i in range(len(frame))], constant=3)
    model = fitted(many, frame["lr"] + rng.normal(size=len(frame)))
    assert model.left_out == {"tag": "it has 40 values, more than 20", "constant": "it does not vary"}


def test_more_coefficients_than_runs_is_said(rng):
    frame = pd.DataFrame(rng.random((20, 25)), columns=[f"x{i}" for i in range(25)])
    model = fitted(frame, rng.random(20))
    assert model.rows == ()
    assert model.empty.reason == "too few runs"
    assert "26 coefficients" in model.empty.words


def test_p_values_are_withheld_in_an_adaptive_search(frame, rng):
    model = fitted(frame, frame["lr"] + rng.normal(size=len(frame)), Space("y", "minimize", "bayes"))
    assert all(row.p is None for row in model.rows)
    assert all(row.error > 0 for row in model.rows)
    assert any("adaptive" in note for note in model.notes)


def test_replicates_are_no_independent_runs_and_it_says_so(frame, rng):
    twice = pd.concat([frame, frame], ignore_index=True)
    model = fitted(twice, twice["lr"] + rng.normal(size=len(twice)))
    assert any("only 150 configs" in note for note in model.notes)


def test_a_record_becomes_a_frame_and_json(frame, rng):
    import json

    model = fitted(frame, frame["lr"] + rng.normal(size=len(frame)))
    assert len(model.to_frame()) == 6
    data = json.loads(json.dumps(model.to_json(), allow_nan=False))
    assert data["runs"] == 150
    assert linear.Linear.from_json(data) == model
