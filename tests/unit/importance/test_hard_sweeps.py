"""Sweeps as people have them, with known truth: what is clear, what is named together, what is exact."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.importance import Importance, compute, factorial
from panel.importance.own_effects import find_own_effects
from panel.importance.trust import judge_trust
from panel.question.design import Design, build
from panel.question.selection import Selection, Target


def _ask(config: pd.DataFrame, y: np.ndarray, by_time: bool = False) -> Design:
    frame = config.reset_index(drop=True).set_axis([f"r{i}" for i in range(len(y))])
    runs = None
    if by_time:
        runs = pd.DataFrame({"created": pd.date_range("2026-01-01", periods=len(y), freq="h", tz="UTC")}, frame.index)
    project = from_frames(frame, pd.DataFrame({"loss": y}, frame.index), None, runs)
    return build(project, Selection("", Target("loss", scale="raw")))


def _clear(record: Importance) -> set[str]:
    return {row.parameter for row in record.rows if row.clear}


def test_a_useless_twin_of_a_useful_parameter_is_not_clear() -> None:
    rng = np.random.default_rng(5)
    a = rng.normal(size=300)
    config = pd.DataFrame({"a": a, "twin": 0.6 * a + 0.8 * rng.normal(size=300), "b": rng.random(300)})
    record = compute(_ask(config, np.abs(a - 0.2) + 0.2 * rng.normal(size=300)))
    assert _clear(record) == {"a"}
    assert not record.groups


def test_two_that_cannot_be_told_apart_are_named_together() -> None:
    rng = np.random.default_rng([1, 7])
    a = rng.normal(size=40)
    twin = 0.79 * a + np.sqrt(1 - 0.79**2) * rng.normal(size=40)
    config = pd.DataFrame({"a": a, "twin": twin, "b": rng.random(40)})
    record = compute(_ask(config, a + twin + 3.0 * rng.normal(size=40)))
    assert [set(group.parameters) for group in record.groups] == [{"a", "twin"}]


def test_own_effects_of_an_exact_plane_and_of_nothing() -> None:
    rng = np.random.default_rng(1)
    config = pd.DataFrame(rng.random((60, 4)), columns=list("abcd"))
    tests = find_own_effects(_ask(config, 2 * config["a"].to_numpy() + 0.1 * rng.normal(size=60)), np.arange(60))
    assert tests.clear.tolist() == [True, False, False, False]
    few = find_own_effects(_ask(config[:5], rng.random(5)), np.arange(5))
    assert not few.tested and not few.clear.any()


def test_noise_is_seldom_clear() -> None:
    clear = 0
    for seed in range(30):
        rng = np.random.default_rng([seed, 3])
        config = pd.DataFrame(rng.random((60, 6)), columns=list("abcdef"))
        clear += len(_clear(compute(_ask(config, rng.normal(size=60)))))
    assert clear <= 0.05 * 180


def test_a_complete_factorial_is_exact() -> None:
    rng = np.random.default_rng(2)
    grid = pd.DataFrame([(a, b) for a in (0, 1) for b in "xyz" for _ in range(8)], columns=["a", "b"])
    y = 1.0 * grid["a"] + 0.3 * (grid["b"] == "x") + 0.01 * rng.normal(size=48)
    design = _ask(grid.assign(seed=np.arange(48)), y.to_numpy())
    record, exact = compute(design), factorial.analyse(design)
    assert exact is not None
    shares = {row.parameter: row.importance for row in record.rows}
    assert shares["a"] == pytest.approx(0.25 / (0.25 + 0.02), abs=0.005)
    assert _clear(record) == {"a", "b"}
    assert any(note.code == "importance.factorial" for note in record.notes)
    assert record.surrogate is not None and record.surrogate.explained == pytest.approx(1, abs=0.01)


def test_a_factorial_of_noise_has_nothing_clear_and_an_incomplete_one_is_none() -> None:
    rng = np.random.default_rng(4)
    grid = pd.DataFrame([(a, b) for a in range(3) for b in range(3) for _ in range(6)], columns=["a", "b"])
    design = _ask(grid.assign(seed=np.arange(54)), rng.normal(size=54))
    assert not _clear(compute(design))
    assert factorial.analyse(_ask(grid[:50].iloc[6:].assign(seed=np.arange(44)), rng.normal(size=44))) is None


def test_what_settings_explain_is_not_what_is_predicted() -> None:
    rng = np.random.default_rng(6)
    level = np.repeat(np.arange(6), 10)
    config = pd.DataFrame({"kind": [f"k{k}" for k in level], "seed": np.arange(60)})
    record = compute(_ask(config, rng.normal(size=6)[level] + 0.05 * rng.normal(size=60)))
    trust = judge_trust(record)
    assert trust.words.code == "trust.explains"
    assert "99." in trust.advice


def test_many_values_are_ordered_by_their_target() -> None:
    rng = np.random.default_rng(8)
    which = rng.integers(0, 60, 240)
    config = pd.DataFrame({"model": [f"m{k:02d}" for k in which], "a": rng.random(240)})
    record = compute(_ask(config, rng.normal(size=60)[which] + 0.2 * rng.normal(size=240)))
    assert record.rows[0].parameter == "model" and (record.rows[0].importance or 0) > 0.8
    noise = [_clear(compute(_ask(config, rng.normal(size=240)))) for _ in range(10)]
    assert sum(map(bool, noise)) <= 2


def test_settings_turned_one_at_a_time_are_an_adaptive_search() -> None:
    rng = np.random.default_rng(9)
    best, tried = {"a": 0.5, "b": 0.5, "c": 0.5}, []
    for i in range(60):
        name = "abc"[i // 5 % 3]
        tried.append({**best, name: best[name] + 0.1 * rng.normal()})
        best = tried[-1] if rng.random() < 0.2 else best
    by_hand = _ask(pd.DataFrame(tried), rng.normal(size=60), by_time=True)
    assert by_hand.adaptive.code == "adaptive.by_hand"
    drawn = _ask(pd.DataFrame(rng.random((60, 3)), columns=list("abc")), rng.normal(size=60), by_time=True)
    assert not drawn.adaptive


def test_that_absence_predicts_is_said() -> None:
    rng = np.random.default_rng(10)
    kind = np.array(["x", "y", None], object)[rng.integers(0, 3, 120)]
    y = 0.3 * np.array([k is None for k in kind]) + 0.05 * rng.normal(size=120)
    notes = [note.code for note in compute(_ask(pd.DataFrame({"a": rng.random(120), "kind": kind}), y)).notes]
    assert "importance.absence" in notes
    noise = compute(_ask(pd.DataFrame({"a": rng.random(120), "kind": kind}), rng.normal(size=120)))
    assert "importance.absence" not in [note.code for note in noise.notes]
