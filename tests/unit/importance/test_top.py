import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.importance import PedAnovaImportanceEvaluator

from panel.api import importance
from panel.data.project import Domain, Space, from_frames
from panel.importance import top

pytestmark = pytest.mark.heavy

optuna.logging.set_verbosity(optuna.logging.ERROR)


def optunas(frame, y, distributions, active=None):
    """PED-ANOVA by Optuna of the same runs; ``active`` says which parameters a run records."""
    study = optuna.create_study()
    for i, (_, row) in enumerate(frame.iterrows()):
        params = {k: v for k, v in row.items() if active is None or active(k, row)}
        study.add_trial(
            optuna.create_trial(params=params, distributions={k: distributions[k] for k in params}, value=float(y[i]))
        )
    return PedAnovaImportanceEvaluator().evaluate(study)


def test_of_a_declared_space_it_is_what_optuna_computes(rng):
    n = 300
    frame = pd.DataFrame({"x": rng.random(n), "lr": 10 ** rng.uniform(-4, 0, n), "kind": rng.choice(list("abc"), n)})
    y = (frame["x"] - 0.3).abs() + 0.3 * (frame["kind"] == "b") + 0.1 * rng.random(n)
    own = optunas(
        frame,
        y,
        {
            "x": optuna.distributions.FloatDistribution(0, 1),
            "lr": optuna.distributions.FloatDistribution(1e-4, 1, log=True),
            "kind": optuna.distributions.CategoricalDistribution(("a", "b", "c")),
        },
    )
    space = Space("y", "minimize", "random", {"x": Domain("real", 0, 1), "lr": Domain("real", 1e-4, 1, scale="log")})
    record = importance(from_frames(frame, pd.DataFrame({"y": y}), space=space), "y", method="top")
    for row in record.rows:
        assert row.raw == pytest.approx(own[row.parameter], rel=1e-9)


def test_conditional_parameters_are_weighed_as_optuna_does(rng):
    n = 300
    use = rng.choice(["a", "b"], n)
    frame = pd.DataFrame({"use": use, "child": rng.random(n), "other": rng.random(n)})
    y = np.where(use == "a", frame["child"], 1.0) + 0.05 * rng.random(n)
    own = optunas(
        frame,
        y,
        {
            "use": optuna.distributions.CategoricalDistribution(("a", "b")),
            "child": optuna.distributions.FloatDistribution(0, 1),
            "other": optuna.distributions.FloatDistribution(0, 1),
        },
        lambda name, row: name != "child" or row["use"] == "a",
    )
    mine = frame.assign(child=np.where(use == "a", frame["child"], np.nan))
    space = Space("y", "minimize", "random", {"child": Domain("real", 0, 1), "other": Domain("real", 0, 1)})
    record = importance(from_frames(mine, pd.DataFrame({"y": y}), space=space), "y", method="top")
    assert {row.parameter: row.raw for row in record.rows} == pytest.approx(own, rel=1e-9)


def test_what_matters_among_the_good_runs_is_another_thing_than_what_matters_overall(rng):
    """``x`` decides whether a run is any good; among the good ones ``z`` decides."""
    n = 2000
    x, z = rng.random(n), rng.random(n)
    y = np.where(x < 0.5, 10.0, 0.0) + z
    frame = pd.DataFrame({"x": x, "z": z})
    project = from_frames(frame, pd.DataFrame({"loss": y}))
    overall = {r.parameter: r.importance for r in importance(project, "loss", target_scale="raw").rows}
    near = {r.parameter: r.importance for r in importance(project, "loss", method="top", top=0.05).rows}
    assert overall["x"] > 0.9
    assert near["z"] > 0.7


def test_the_goal_decides_which_runs_are_the_best(rng):
    x = rng.random(400)
    project = from_frames(pd.DataFrame({"x": x, "z": rng.random(400)}), pd.DataFrame({"score": np.minimum(x, 0.5)}))
    most = importance(project, "score", goal="maximize", method="top")
    least = importance(project, "score", goal="minimize", method="top")
    assert least.surrogate.best == 40
    assert most.surrogate.best > 150, "equal values are all among the best"


def test_noise_is_not_clear():
    kept = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(rng.random((200, 4)), columns=list("abcd"))
        y = frame["a"] + 0.3 * rng.normal(size=200)
        record = importance(from_frames(frame, pd.DataFrame({"y": y})), "y", method="top", seed=seed)
        rows = {row.parameter: row for row in record.rows}
        assert rows["a"].clear
        kept += [rows[name].clear for name in "bcd"]
    assert np.mean(kept) <= 0.1


@pytest.mark.parametrize("share", [0, 1, 1.5, -0.1])
def test_a_share_that_is_none_is_refused(share, sweep):
    from panel.errors import QuestionError

    with pytest.raises(QuestionError, match="is no share"):
        importance(sweep(50), "loss", method="top", top=share)


def test_a_density_adds_up_to_one(rng):
    for ordered in (True, False):
        for counts in (np.zeros(7, int), np.array([0, 5, 0]), rng.integers(0, 9, 50)):
            assert top.estimate_density(counts, ordered).sum() == pytest.approx(1.0)
