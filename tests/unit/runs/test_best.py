"""The best runs beside the rest."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.figures.curves import doubles, floats
from panel.runs import best
from panel.runs.best import Asked
from panel.runs.chance import apart_by_chance, shared_by_chance


def record(runs, asked):
    return best.record(runs, Asked.from_json(asked))


def row(found, name):
    return next(row for row in found.rows if row.parameter == name)


@pytest.mark.parametrize(
    ("hits", "drawn", "holders", "total"), [(10, 10, 40, 100), (3, 5, 4, 9), (0, 5, 4, 9), (6, 9, 7, 10)]
)
def test_a_shared_value_has_the_hypergeometric_tail(hits, drawn, holders, total):
    assert shared_by_chance(hits, drawn, holders, total) == pytest.approx(
        stats.hypergeom.sf(hits - 1, total, holders, drawn)
    )
    table = [[hits, drawn - hits], [holders - hits, total - drawn - holders + hits]]
    assert shared_by_chance(hits, drawn, holders, total) == pytest.approx(
        stats.fisher_exact(table, alternative="greater").pvalue
    )


def test_numbers_at_random_are_apart_as_often_as_said_and_close_ones_more():
    rng = np.random.default_rng(0)
    every = rng.random(400)
    p = np.array([apart_by_chance(rng.choice(every, 10, replace=False), every)[1] for _ in range(1000)])
    for level in (0.01, 0.05, 0.1):
        assert 0.4 * level <= (p <= level).mean() <= 1.4 * level + 0.005
    middle = np.sort(every)[150:270:12]
    assert apart_by_chance(middle, every)[1] < 0.001
    assert apart_by_chance(every, every) == (0.0, 1.0)


def test_the_best_agree_in_what_makes_them_good(project, collected):
    found = record(collected(project), {})
    loss = project.summary["loss"].replace(np.inf, np.nan).drop("run3")
    first = loss.nsmallest(10)
    assert [run.run for run in found.runs] == list(first.index)
    assert [run.target for run in found.runs] == list(first)
    assert (found.k, found.feasible, found.rest) == (10, 106, 96)
    lr = row(found, "lr")
    assert found.rows[0].parameter == "lr"
    assert lr.beyond
    assert (lr.low, lr.high) == (project.config["lr"][first.index].min(), project.config["lr"][first.index].max())
    assert not row(found, "layers").beyond
    optimizer = row(found, "optimizer")
    assert optimizer.values == tuple(project.config["optimizer"][first.index])
    assert optimizer.usual == "adam"
    assert "inactive" in row(found, "momentum").values
    assert any(text.startswith("The 10 best have lr from") for text in found.sentences)
    json.dumps(found.to_json(), allow_nan=False)


def test_a_category_that_all_of_the_best_share_is_said(collected):
    draw = np.random.default_rng(2)
    kind = draw.choice(["a", "b", "c"], 300)
    loss = draw.random(300) + (kind != "a")
    config = pd.DataFrame({"kind": kind, "x": draw.random(300)}, index=[f"r{i}" for i in range(300)])
    project = from_frames(config, pd.DataFrame({"loss": loss}, index=config.index))
    found = record(collected(project), {"k": 10})
    rest = round(100 * (np.sum(kind == "a") - 10) / 290)
    assert found.sentences == (f"All 10 best have kind = a ({rest} % of the rest do).",)
    assert [row.beyond for row in found.rows] == [True, False]
    with_b = draw.random(300) + (kind == "b")
    project = from_frames(config, pd.DataFrame({"loss": with_b}, index=config.index))
    assert record(collected(project), {"k": 30}).sentences[0].startswith("None of the 30 best has kind = b")


def test_false_alarms_are_rare(collected):
    alarms = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        config = pd.DataFrame({f"x{i}": draw.random(80) for i in range(4)})
        config["kind"] = draw.choice(["a", "b", "c"], 80)
        config["depth"] = draw.integers(1, 5, 80)
        project = from_frames(config, pd.DataFrame({"loss": draw.standard_normal(80)}, index=config.index))
        alarms += any(row.beyond for row in record(collected(project), {}).rows)
    assert alarms <= 11, "10 % of 60, with room for chance"


def test_replicates_are_named_and_count_once(collected):
    x = np.repeat(np.linspace(0, 1, 20), 4)
    config = pd.DataFrame({"x": x, "seed": np.tile(range(4), 20)}, index=[f"r{i}" for i in range(80)])
    project = from_frames(config, pd.DataFrame({"loss": x}, index=config.index))
    found = record(collected(project), {"k": 10})
    assert [run.config for run in found.runs] == [1] * 4 + [2] * 4 + [3] * 2
    assert (found.best_configs, found.configs, found.rest) == (3, 20, 17)
    assert "10 best runs are 3 configs" in found.notes[0]
    assert [row.parameter for row in found.rows] == ["x"]


def test_chance_is_not_judged_in_an_adaptive_search(project, collected):
    searched = from_frames(
        project.config, project.summary, runs=project.runs, space=Space("loss", "minimize", "tpe", {})
    )
    found = record(collected(searched), {})
    assert all(row.p is None and row.corrected is None and not row.beyond for row in found.rows)
    assert found.rows[0].parameter == "lr", "the order stays"
    assert "chance is not judged" in found.notes[-1]


def test_curves_of_the_best_are_thinned_and_keep_their_extremes(collected):
    n, steps = 12, 1000
    draw = np.random.default_rng(0)
    config = pd.DataFrame({"x": draw.random(n)}, index=[f"r{i}" for i in range(n)])
    lines = pd.DataFrame(
        {
            "run_id": np.repeat(config.index, steps),
            "step": np.tile(np.arange(steps), n)[::-1],
            "metric": "loss",
            "value": draw.random(n * steps),
        }
    )
    lines.loc[5, "value"] = np.nan
    project = from_frames(config, pd.DataFrame({"loss": draw.random(n)}, index=config.index), lines)
    found = record(collected(project), {"k": 3})
    assert [curve.rank for curve in found.curves] == [1, 2, 3]
    assert found.notes[-1].startswith("3 curves are drawn with fewer points")
    for curve in found.curves:
        own = lines[(lines["run_id"] == curve.run) & lines["value"].notna()]
        x, y = doubles(curve.x), floats(curve.y)
        assert len(x) == len(y) <= 300 and curve.n == steps
        assert np.all(np.diff(x) > 0)
        ends = [own["value"].min(), own["value"].max()]
        assert [np.nanmin(y), np.nanmax(y)] == pytest.approx(ends, rel=1e-6)


def test_a_curve_of_the_best_has_gaps_and_one_value_a_step(collected):
    config = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=["a", "b", "c"])
    lines = pd.DataFrame(
        [
            ("a", 1, 0.9),
            ("a", 2, 0.8),
            ("a", 2, 0.7),
            ("a", 3, np.nan),
            ("a", 4, 0.5),
            ("b", 1, np.nan),
            ("c", 1, 4e38),
        ],
        columns=["run_id", "step", "value"],
    ).assign(metric="loss")
    project = from_frames(config, pd.DataFrame({"loss": [0.1, 0.2, 0.3]}, index=config.index), lines)
    (curve,) = record(collected(project), {}).curves
    assert curve.run == "a"
    assert doubles(curve.x).tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(floats(curve.y), [0.9, 0.7, np.nan, 0.5], rtol=1e-6)


def test_few_runs_and_wrong_numbers(project, collected):
    one = from_frames(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"loss": [0.5]}))
    found = record(collected(one), {})
    assert (found.k, found.rows, found.curves) == (1, (), ())
    none = from_frames(pd.DataFrame({"a": [1.0, 2.0]}), pd.DataFrame({"loss": [np.nan, np.inf]}))
    assert "finite" in record(collected(none), {}).empty
    for k in (0, 51, "ten", True):
        with pytest.raises(QuestionError, match=str(k)):
            record(collected(project), {"k": k})


def test_whole_numbers_keep_their_digits_and_equal_values_agree(collected):
    draw = np.random.default_rng(0)
    width = 256 + 64 * draw.permutation(600)
    step = draw.choice([0.1 + 0.2, 65536.0, -0.5], 600)
    config = pd.DataFrame({"width": width, "step": step, "x": draw.random(600)}, index=[f"r{i}" for i in range(600)])
    loss = width / 1e3 + 50 * (step > 1)
    found = record(collected(from_frames(config, pd.DataFrame({"loss": loss}, index=config.index))), {})
    first = config.loc[[run.run for run in found.runs]]
    low, high = first["width"].min(), first["width"].max()
    assert high > 1000
    assert any(f"have width from {low} to {high} (" in text for text in found.sentences)
    steps = row(found, "step")
    assert [float(text) for text in steps.values] == list(first["step"])
    assert steps.usual in ("0.3", "−0.5")
    assert steps.agree == tuple(first["step"] == {"0.3": 0.1 + 0.2, "−0.5": -0.5}[steps.usual])
    assert steps.numeric
    assert row(found, "width").kind != "category"
