import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from panel.api import importance
from panel.data.project import from_frames
from panel.importance import article


@pytest.fixture
def frames(rng):
    n = 120
    config = pd.DataFrame(
        {
            "lr": 10 ** rng.uniform(-4, 0, n),
            "optimizer": rng.choice(["adam", "sgd", "rmsprop"], n),
            "momentum": np.where(rng.random(n) < 0.4, np.nan, rng.random(n)),
            "flag": rng.random(n) < 0.5,
            "depth": rng.integers(1, 5, n),
            "kind": rng.choice(["a", "b"], n),
        }
    )
    loss = config["lr"] * 2 + (config["optimizer"] == "sgd") + 0.1 * rng.normal(size=n)
    return config, pd.DataFrame({"loss": loss.where(rng.random(n) > 0.1)})


def by_hand(config, y):
    """The recipe as the article gives it."""
    used = y.notna()
    dummies = pd.get_dummies(config[used])
    filled = dummies.fillna(dummies.mean())
    model = ExtraTreesRegressor(n_estimators=250, random_state=0).fit(filled, y[used])
    return dict(zip(filled.columns, model.feature_importances_, strict=True))


def test_equal_to_scikit_learn_called_by_hand_to_the_last_digit(frames):
    config, summary = frames
    expected = by_hand(config, summary["loss"])
    rows = {
        row.parameter: row.importance for row in importance(from_frames(config, summary), "loss", method="article").rows
    }
    assert rows["lr"] == expected["lr"]
    assert rows["momentum"] == expected["momentum"]
    assert rows["flag"] == expected["flag"]
    optimizer = [expected[f"optimizer_{name}"] for name in ("adam", "rmsprop", "sgd")]
    total = 0.0
    for share in optimizer:
        total += share
    assert rows["optimizer"] == total
    assert rows["kind"] == expected["kind_a"] + expected["kind_b"]


def test_it_takes_the_target_as_logged_unless_told_otherwise(frames):
    config, summary = frames
    summary = summary.assign(loss=np.exp(12 * summary["loss"]))
    project = from_frames(config, summary)
    rows = {row.parameter: row.importance for row in importance(project, "loss", method="article").rows}
    assert rows["lr"] == by_hand(config, summary["loss"])["lr"]
    log = importance(project, "loss", method="article", target_scale="log")
    assert {row.parameter: row.importance for row in log.rows}["lr"] == by_hand(config, np.log(summary["loss"]))["lr"]


def test_it_says_what_it_does_not_say(frames):
    record = importance(from_frames(*frames), "loss", method="article")
    assert record.notes == (article.NOTE,)
    assert all(row.low is row.floor is row.clear is None for row in record.rows)
    assert record.surrogate.oob_r2 is None


def test_an_infinite_setting_is_said(rng):
    config = pd.DataFrame({"x": [np.inf, *rng.random(19)], "z": rng.random(20)})
    record = importance(from_frames(config, pd.DataFrame({"loss": rng.random(20)})), "loss", method="article")
    assert record.rows == ()
    assert record.empty.reason == "infinite setting"


def test_progress_is_reported_and_cancels(frames):
    from panel.question.design import build
    from panel.question.selection import Selection, Target

    seen = []

    class Stop(Exception):
        pass

    def progress(done):
        seen.append(done)
        if done >= 0.4:
            raise Stop

    with pytest.raises(Stop):
        article.compute(build(from_frames(*frames), Selection("p", Target("loss"))), progress)
    assert seen == pytest.approx(np.arange(5) * 0.1)
