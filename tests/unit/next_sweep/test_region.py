import numpy as np
import pandas as pd
import pytest

from panel.data.project import Domain, Space
from panel.next_sweep.dimensions import draw_configs, list_dimensions
from panel.next_sweep.region import (
    EVIDENCE_UNCLEAR,
    FEWEST,
    Region,
    find_region,
    read_config_losses,
)
from panel.next_sweep.smallest import MASS, find_shortest_interval, find_shortest_run, find_smallest_levels
from panel.next_sweep.surrogate import compute_normal_scores

from .searches import asked, basin, made


@pytest.fixture(scope="module")
def found() -> Region:
    return find_region(asked(made(*basin())))


def part(region: Region, name: str):
    return next(p for p in region.parts if p.name == name)


def test_the_region_holds_the_known_basin_and_is_narrower_than_the_space(found):
    lr = part(found, "lr")
    assert lr.narrowed and lr.low < 0.01 < lr.high and lr.low > 1e-4 and lr.high < 0.3
    assert part(found, "optimizer").levels == ("adam",)
    assert 64 in part(found, "width").levels and not {16, 256} & set(part(found, "width").levels)
    assert found.r2 > 0.5 and not found.why


def test_a_parameter_that_tells_nothing_is_kept_whole(found):
    assert not part(found, "dropout").narrowed and part(found, "dropout").evidence < 1


def test_what_the_ranking_does_not_tell_from_noise_is_narrowed_on_more_evidence_only():
    weak = 0
    for seed in (0, 1, 2, 3):
        rng = np.random.default_rng(seed)
        config = {"lr": 10 ** rng.uniform(-5, -1, 40), "one": rng.random(40), "other": rng.random(40)}
        study = asked(made(config, np.log10(config["lr"]) ** 2 + rng.normal(0, 3, 40)))
        alone, ranked = find_region(study), find_region(study, unclear=("one", "other"))
        for before, after in zip(alone.parts, ranked.parts, strict=True):
            lost = before.narrowed and after.name != "lr" and before.evidence < EVIDENCE_UNCLEAR
            weak += lost
            assert after.narrowed == (before.narrowed and not lost)
    assert weak


def test_each_set_holds_most_of_the_predicted_best(found):
    assert all(p.holds >= MASS for p in found.parts)
    assert 0 < part(found, "lr").covers < 0.6


def test_what_is_best_is_told(found):
    assert part(found, "optimizer").best == "adam" and part(found, "width").best == 64
    assert 0.003 < part(found, "lr").best < 0.03


@pytest.mark.parametrize("seed", range(3))
def test_of_noise_nothing_is_narrowed_and_it_says_so(seed):
    config, _ = basin(60, seed)
    region = find_region(asked(made(config, np.random.default_rng(seed + 10).normal(size=60))))
    assert not any(p.narrowed for p in region.parts)
    assert "narrowing needs" in region.why.sentence


def test_maximising_is_minimising_the_negative(found):
    config, loss = basin()
    other = find_region(asked(made(config, -loss), "maximize"))
    for a, b in zip(other.parts, found.parts, strict=True):
        assert (a.name, a.levels, a.narrowed) == (b.name, b.levels, b.narrowed)
        assert a.levels or (a.low, a.high) == (b.low, b.high)


def test_neither_the_order_of_rows_nor_of_columns_changes_it(found):
    config, loss = basin()
    order = np.random.default_rng(1).permutation(len(loss))
    names = ["dropout", "optimizer", "lr", "width"]
    other = find_region(asked(made({n: np.asarray(config[n])[order] for n in names}, loss[order])))
    for p in found.parts:
        q = part(other, p.name)
        assert (p.levels, p.narrowed, p.covers) == (q.levels, q.narrowed, q.covers)
        assert p.levels or (p.low, p.high) == (q.low, q.high)
    assert [p.name for p in other.parts] == names


def test_replicates_are_one_config_with_their_mean():
    config = {"x": np.repeat(np.arange(20.0), 3), "seed": np.tile([0, 1, 2], 20)}
    loss = np.repeat(np.arange(20.0), 3) + np.tile([-1.0, 0.0, 1.0], 20)
    rows, means, feasible = read_config_losses(asked(made(config, loss)))
    assert len(rows) == 20 and feasible.all()
    assert sorted(means) == pytest.approx(list(range(20)))


def test_infeasible_configs_are_avoided():
    config, loss = basin(120)
    crashed = np.asarray(config["lr"]) > 0.003  # the basin itself
    states = np.where(crashed, "crashed", "finished").tolist()
    region = find_region(asked(made(config, np.where(crashed, np.nan, loss), states=states)))
    assert region.infeasible == crashed.sum() and region.configs == (~crashed).sum()
    assert part(region, "lr").narrowed and part(region, "lr").high < 0.01


def test_cells_that_are_empty_by_chance_take_nothing_from_the_model():
    config, loss = basin(50)
    empty = np.arange(50) % 12 == 0
    whole, holed = (find_region(asked(made(config, values))) for values in (loss, np.where(empty, np.nan, loss)))
    assert holed.infeasible == 5 and holed.r2 > 0.9 * whole.r2
    assert part(holed, "lr").narrowed and part(holed, "lr").low < 0.01 < part(holed, "lr").high


def test_a_value_of_many_configs_that_is_not_told_from_the_best_stays():
    draw = np.random.default_rng(0)
    n = 240
    optimizer, lr = draw.choice(["adam", "lion", "sgd"], n), 10 ** draw.uniform(-4, 0, n)
    loss = (np.log10(lr) + 2) ** 2 + 0.02 * (optimizer == "lion") + 2.0 * (optimizer == "sgd")
    config = {"optimizer": optimizer, "lr": lr}
    many = part(find_region(asked(made(config, loss + draw.normal(0, 0.3, n)))), "optimizer")
    assert set(many.levels) == {"adam", "lion"} and not many.untold
    rows = np.arange(48)
    few = made({"optimizer": optimizer[rows], "lr": lr[rows]}, loss[rows] + 0.3 * (optimizer[rows] == "lion"))
    assert part(find_region(asked(few)), "optimizer").untold == ("lion",)
    held = part(find_region(asked(few), {"optimizer": frozenset({"lion"})}), "optimizer")
    assert "lion" in held.levels and held.held == ("lion",) and not held.untold


def conditional(n: int = 90):
    draw = np.random.default_rng(3)
    use = draw.choice(["a", "b"], n)
    own = draw.uniform(0, 1, n)
    return {"use": use, "own": np.where(use == "a", own, np.nan), "lr": 10 ** draw.uniform(-4, 0, n)}, own, use


def test_a_conditional_parameter_is_narrowed_where_it_is_active():
    config, own, use = conditional()
    region = find_region(
        asked(made(config, np.where(use == "a", (own - 0.3) ** 2, 1.0) + 0.01 * np.log10(config["lr"])))
    )
    assert part(region, "use").levels == ("a",)
    assert part(region, "own").low < 0.3 < part(region, "own").high < 0.8
    assert part(region, "own").dimension.before.condition == ("use", ("a",))


def test_a_conditional_parameter_that_the_best_do_not_have_is_kept_whole():
    config, own, use = conditional()
    region = find_region(asked(made(config, np.where(use == "a", 1 + own, 0.0) + 0.1 * np.log10(config["lr"]) ** 2)))
    assert part(region, "use").levels == ("b",) and not part(region, "own").narrowed


def test_draws_honour_declared_domains_and_conditions():
    config, own, _ = conditional()
    space = Space(
        "m",
        "minimize",
        "random",
        {
            "use": Domain("categorical", choices=("b", "a", "c")),
            "own": Domain("real", 0.0, 2.0, condition=("use", ("a",))),
            "lr": Domain("real", 1e-6, 1.0, scale="log"),
        },
    )
    study = asked(made(config, own, space))
    dimensions = list_dimensions(study, np.arange(90))
    places = draw_configs(dimensions, 4000, np.random.default_rng(0))
    by_name = dict(zip([d.name for d in dimensions], places.T, strict=True))
    assert dimensions[0].levels == ("b", "a", "c")
    assert np.array_equal(np.isnan(by_name["own"]), by_name["use"] != 1)
    assert not np.isnan(by_name["lr"]).any()
    lr = dimensions[2].compute_numbers(by_name["lr"])
    assert lr.min() < 3e-6 and np.median(np.log10(lr)) == pytest.approx(-3, abs=0.2)
    assert dimensions[1].compute_numbers(by_name["own"][by_name["use"] == 1]).max() > 1.9


def test_whole_numbers_stay_whole_and_within_their_limits():
    draw = np.random.default_rng(0)
    layers = draw.integers(1, 31, 80)
    space = Space("m", "minimize", "random", {"layers": Domain("integer", 1, 30)})
    region = find_region(asked(made({"layers": layers, "x": draw.uniform(size=80)}, (layers - 30.0) ** 2, space)))
    layers_part = part(region, "layers")
    assert layers_part.high == 30 and layers_part.low == int(layers_part.low) > 15


@pytest.mark.parametrize(
    ("config", "loss"),
    [
        ({"x": [1.0]}, [1.0]),
        ({"x": np.arange(30.0)}, np.r_[1.0, np.full(29, np.nan)]),
        ({"x": np.arange(30.0)}, np.ones(30)),
        ({"x": np.ones(30)}, np.arange(30.0)),
        ({"x": [1, "auto"] * 15, "y": np.arange(30.0)}, np.arange(30.0)),
        ({"x": [np.inf, 1.0, -np.inf, np.nan, 2.0] * 6, "y": np.arange(30.0)}, np.arange(30.0)),
        ({"x": np.arange(30.0)}, np.r_[np.inf, -np.inf, np.arange(28.0)]),
        ({"x": [True, False, None] * 10, "l": ["[1, 2]", "[3]"] * 15}, np.arange(30.0)),
        ({"x": np.arange(30.0) * 1e300, "y": np.arange(30.0)}, np.arange(30.0)),
    ],
)
def test_odd_projects_are_answered(config, loss):
    region = find_region(asked(made(config, np.asarray(loss, float))))
    assert region.why or region.r2 is not None
    assert all(p.levels or p.low <= p.high for p in region.parts)


def test_few_configs_narrow_nothing():
    config, loss = basin(FEWEST - 1)
    region = find_region(asked(made(config, loss)))
    assert not any(p.narrowed for p in region.parts) and str(FEWEST) in region.why.sentence


def test_the_smallest_sets():
    assert find_smallest_levels(np.array([1, 50, 0, 49])).tolist() == [1, 3]
    assert find_shortest_run(np.array([10, 0, 15, 60, 15])).tolist() == [2, 3, 4]
    assert find_shortest_run(np.array([0, 100, 0])).tolist() == [1]
    places = np.r_[np.linspace(0.4, 0.5, 90), np.linspace(0, 1, 10)]
    low, high = find_shortest_interval(places)
    assert 0.4 <= low < high <= 0.5


def test_normal_scores_are_large_for_a_small_loss_and_the_infeasible_share_the_worst():
    scores = compute_normal_scores(np.array([3.0, 1.0, np.inf, np.inf, 2.0]))
    assert scores.argmax() == 1 and scores[2] == scores[3] == scores.min()
    assert pd.Series(scores).notna().all()


@pytest.mark.parametrize("seed", range(3))
def test_the_best_config_lies_inside(seed):
    config, loss = basin(60, seed)
    loss = loss + np.random.default_rng(seed).normal(0, 1.5, 60)  # the best is often not where the model says
    best = int(loss.argmin())
    for found in find_region(asked(made(config, loss))).parts:
        value = config[found.name][best]
        assert value in found.levels if found.dimension.levels else found.low <= value <= found.high
