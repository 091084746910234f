import numpy as np
import pandas as pd
import pytest

from benchmarks import sweeps
from benchmarks.power.boundary import at_limit
from panel.checks import boundary
from panel.checks.limits import find_limits, move_limit
from panel.data.project import Domain, Space, from_frames
from panel.question.parameters import Parameter
from panel.runs.chance import shared_by_chance


def asked(config, loss, space=None, states=None):
    index = pd.Index([f"r{i}" for i in range(len(loss))])
    config = pd.DataFrame(config).set_index(index)
    summary = pd.DataFrame({"val_loss": np.asarray(loss, float)}, index=index)
    runs = None if states is None else pd.DataFrame({"state": states}, index=index)
    return sweeps.study(from_frames(config, summary, runs=runs, space=space))


def spread(n=60, seed=0):
    """Two parameters over their ranges; the first is the settings' place from 0 to 1, in random order."""
    draw = np.random.default_rng(seed)
    return draw.permutation(np.linspace(0, 1, n)), draw.random(n)


def test_the_hypergeometric_probability_and_the_move_are_those_worked_out_by_hand():
    place, other = spread()
    found = boundary.check(asked({"size": 10 + 90 * place, "other": other + 5}, -place))
    assert found.verdict == "act"
    (limit,) = found.facts.limits
    assert (limit.parameter, limit.side, limit.limit, limit.declared) == ("size", "high", 100.0, False)
    # the best 6 of 60 are the 6 outermost, all in the outer tenth, which is one of two bands
    assert (limit.best, limit.k, limit.share_all) == (6, 6, 0.1)
    tested = found.facts.tested
    assert tested == 4
    assert limit.p == pytest.approx(tested * 2 * shared_by_chance(6, 6, 6, 60))
    assert limit.move_to == pytest.approx(109.0)  # the best huddle in less than a tenth of the range of 90
    assert "6 of the 6 best" in found.sentence
    assert "from 100 to 109" in found.advice
    assert found.evidence[0].marks[0].at == 100.0


def test_a_parameter_whose_best_lie_within_has_no_finding():
    place, other = spread()
    found = boundary.check(asked({"size": 10 + 90 * place, "other": other + 5}, (place - 0.5) ** 2))
    assert found.verdict == "fine"
    assert found.facts.limits == ()


def test_a_limit_is_no_finding_where_the_search_looked_more_often_too():
    draw = np.random.default_rng(1)
    size = np.where(draw.random(100) < 0.9, 100 - draw.random(100), draw.uniform(10, 100, 100))
    found = boundary.check(asked({"size": size, "other": 5 + draw.random(100)}, draw.random(100)))
    assert found.verdict == "fine"


def test_a_declared_limit_far_from_what_was_tried_is_no_boundary():
    place, other = spread()
    columns = {"size": 10 + 90 * place, "other": other + 5}
    far = Space("val_loss", "minimize", "random", {"size": Domain("real", 1, 1000)})
    assert boundary.check(asked(columns, -place, far)).verdict == "fine"
    near = Space("val_loss", "minimize", "random", {"size": Domain("real", 1, 101)})
    (limit,) = boundary.check(asked(columns, -place, near)).facts.limits
    assert (limit.limit, limit.declared) == (101, True)


def test_a_log_limit_moves_by_a_decade():
    place, other = spread()
    (limit,) = boundary.check(asked({"lr": 10 ** (-5 + 4 * place), "other": other}, place)).facts.limits
    assert limit.side == "low"
    assert limit.move_to == pytest.approx(1e-6)


def test_the_edge_value_of_few_values_fires_and_moves_by_one_step():
    draw = np.random.default_rng(2)
    width = np.repeat([32, 64, 128, 256], 20)
    loss = -np.log2(width) + draw.normal(0, 0.1, 80)
    (limit,) = boundary.check(asked({"width": width, "other": draw.random(80)}, loss)).facts.limits
    assert (limit.limit, limit.best, limit.share_all, limit.move_to) == (256, 8, 0.25, 512)


def test_the_best_on_all_of_few_values_alike_are_fine():
    draw = np.random.default_rng(2)
    width = np.repeat([32, 64, 128], 30)
    assert boundary.check(asked({"width": width, "other": draw.random(90)}, draw.random(90))).verdict == "fine"


REAL = Parameter("x", "real", recorded=100)


def sides(parameter, values, domain=None):
    return {limit.side for limit in find_limits(parameter, domain, np.asarray(values, float))}


@pytest.mark.parametrize(
    ("parameter", "values", "can"),
    [
        (REAL, np.linspace(0, 5, 50), {"high"}),
        (REAL, np.linspace(-1, 5, 50), {"low", "high"}),
        (Parameter("layers", "integer", recorded=100), [1, 2, 3, 4], {"high"}),
        (Parameter("layers", "integer", recorded=100), [2, 3, 4], {"low", "high"}),
        (Parameter("use_bias", "integer", recorded=100), [0, 1], set()),
        (Parameter("mix", "real", recorded=100), np.linspace(0, 1, 50), set()),
        (Parameter("dropout", "real", recorded=100), np.linspace(0.1, 1, 50), {"low"}),
        (Parameter("dropout", "real", recorded=100), np.linspace(0.004, 0.996, 200), set()),
        (Parameter("momentum", "real", recorded=100), np.linspace(0.5, 0.99, 200), {"low", "high"}),
        (REAL, np.linspace(0.004, 5, 200), {"high"}),
        (REAL, [3.0], set()),
        (REAL, [np.nan, np.inf], set()),
    ],
)
def test_only_limits_that_make_sense_can_move(parameter, values, can):
    assert sides(parameter, values) == can


@pytest.mark.parametrize(
    ("parameter", "values", "side", "huddle", "to"),
    [
        (Parameter("dropout", "real", recorded=100), np.linspace(0, 0.6, 61), "high", 0.1, 0.66),
        (Parameter("momentum", "real", recorded=100), np.linspace(0, 0.98, 99), "high", 0.5, 0.99),
        (REAL, np.linspace(0.1, 5.1, 99), "low", 0.3, 0.0),
        (REAL, np.linspace(0, 10, 99), "high", 0.25, 12.5),
        (REAL, np.linspace(0, 10, 99), "high", 0.99, 15.0),
        (Parameter("layers", "integer", recorded=100), [2, 3, 4, 5], "low", 0.1, 1.0),
        (Parameter("layers", "integer", recorded=100), [1, 2, 3, 4, 5], "high", 0.1, 6.0),
        (Parameter("units", "integer", recorded=100), [8, 16, 32], "low", 0.1, 4.0),
        (Parameter("n", "integer", recorded=100), range(5, 105), "low", 0.5, 1.0),
        (Parameter("lr", "real", "log", recorded=100), np.geomspace(1e-4, 1e-1, 60), "high", 0.1, 1.0),
        (Parameter("lr", "real", "log", recorded=100), np.geomspace(1, 4, 60), "high", 0.5, 8.0),
    ],
)
def test_how_far_a_limit_moves(parameter, values, side, huddle, to):
    (limit,) = [x for x in find_limits(parameter, None, np.asarray(values, float)) if x.side == side]
    assert move_limit(parameter, limit, huddle) == pytest.approx(to)


def test_a_limit_with_infeasible_runs_beyond_is_not_moved():
    place, other = spread(90)
    loss = np.where(place > 0.8, np.nan, -place)
    found = boundary.check(asked({"lr": 10 ** (-4 + 3 * place), "other": other}, loss))
    (limit,) = found.facts.limits
    assert found.verdict == "look"
    assert limit.move_to is None
    assert limit.beyond == (place > 0.8).sum()
    assert limit.limit == pytest.approx(10 ** (-4 + 3 * place[place <= 0.8].max()))
    assert f"all {limit.beyond} configs beyond" in found.advice


def test_an_adaptive_search_is_never_more_than_looked_at_and_has_no_p_value():
    place, other = spread()
    space = Space("val_loss", "minimize", "bayes", {})
    found = boundary.check(asked({"size": 10 + 90 * place, "other": other + 5}, -place, space))
    assert found.verdict == "look"
    assert found.facts.limits[0].p is None
    assert "chance is not judged" in found.basis


@pytest.mark.parametrize("seed", range(8))
def test_the_sentence_is_about_the_limit_that_fires_or_one_near_which_the_best_are(seed):
    draw = np.random.default_rng(seed)
    columns = {"size": draw.uniform(10, 100, 60), "depth": draw.uniform(1, 9, 60), "width": draw.uniform(0.1, 5, 60)}
    loss = np.abs(columns["size"] - 50) - 4 * columns["depth"] + draw.random(60)
    found = boundary.check(asked(columns, loss, Space("val_loss", "minimize", "bayes", {})))
    if found.verdict == "look":
        assert found.facts.limits[0].parameter in str(found.sentence)
    assert " 0 of " not in str(found.sentence)
    assert not str(found.sentence).startswith("0 of")


def test_replicates_count_once():
    place, other = spread(24)
    columns = {"size": 10 + 90 * place, "other": other + 5}
    once = boundary.check(asked(columns, -place))
    thrice = {name: np.repeat(values, 3) for name, values in columns.items()} | {"seed": np.tile([0, 1, 2], 24)}
    again = boundary.check(asked(thrice, np.repeat(-place, 3)))
    assert again.facts == once.facts


def test_the_order_of_the_runs_does_not_matter():
    project = at_limit(4, 0.5, 60)
    turned = from_frames(project.config[::-1], project.summary[::-1], runs=project.runs[["state"]], space=project.space)
    assert boundary.check(sweeps.study(turned)).facts == boundary.check(sweeps.study(project)).facts


def test_a_best_learning_rate_beyond_its_limit_is_found_and_one_far_within_is_not():
    found = [boundary.check(sweeps.study(at_limit(seed, 0.5, 60))) for seed in (1, 2)]
    assert [f.facts.limits[0].parameter for f in found] == ["optimizer.lr"] * 2
    assert not any(boundary.check(sweeps.study(at_limit(seed, -2, 60))).fires for seed in (1, 2))


@pytest.mark.parametrize("seed", range(3))
def test_sound_sweeps_are_answered_and_fine(seed):
    assert boundary.check(sweeps.study(sweeps.sound(seed, curves=False))).verdict == "fine"


def test_odd_projects_are_answered_in_words():
    n = 40
    place, other = spread(n)
    odd = {"mixed": [0.1, "auto"] * 20, "holes": [np.nan, np.inf, -np.inf, 1.0] * 10, "a": place, "b": other}
    assert boundary.check(asked({"a": [1]}, [1.0])).verdict == "can't tell"
    assert "19 more" in boundary.check(asked({"a": [1]}, [1.0])).sentence
    assert boundary.check(asked({"a": place}, np.full(n, np.inf))).verdict == "can't tell"
    assert boundary.check(asked({"a": place}, np.ones(n))).verdict == "can't tell"
    assert boundary.check(asked(odd, -place)).verdict in ("fine", "look", "act")
    assert boundary.check(asked({"c": ["x", "y"] * 20, "d": ["p", "q", "r", "s"] * 10}, other)).verdict in (
        "fine",
        "can't tell",
    )


@pytest.mark.parametrize("name", ["dropout", "momentum", "label_smoothing"])
def test_a_share_on_a_log_scale_stays_one(name):
    parameter = Parameter(name, "real", "log", recorded=100)
    (high,) = (one for one in find_limits(parameter, None, np.geomspace(0.001, 0.5, 60)) if one.side == "high")
    assert move_limit(parameter, high, 0.1) == pytest.approx(0.75)


def test_one_config_is_one():
    assert boundary.check(asked({"lr": [0.1]}, [1.0])).sentence.startswith("There is 1 feasible config,")


def test_limits_that_move_are_told_in_one_sentence():
    draw = np.random.default_rng(0)
    config = pd.DataFrame({name: draw.random(3000) * 10 for name in ("width_mult", "warmup", "depth_mult")})
    loss = 100 - config.sum(axis=1).to_numpy()
    found = boundary.check(asked(config, loss))
    assert len(found.facts.limits) == 3
    assert found.advice.count("Next sweep:") == 1 and found.advice.count("raise the upper limit of") == 3


@pytest.mark.parametrize("name", ["validation_split", "num_nodes_total", "eval_steps"])
def test_what_is_no_choice_is_not_moved(name):
    draw = np.random.default_rng(0)
    config = pd.DataFrame({name: 1 + draw.random(200) * 10, "lr": draw.random(200)})
    loss = 100 - config[name].to_numpy()
    found = boundary.check(asked(config, loss))
    assert not any(limit.parameter == name for limit in found.facts.limits)
