import json
from dataclasses import replace

import numpy as np
import pytest

from panel.checks import Finding, Study, boundary, enough, infeasible
from panel.checks.trials import RegionFact
from panel.data.project import Domain, Space
from panel.importance import Importance, ImportanceRow
from panel.next_sweep import Proposal, propose
from panel.next_sweep.base import Excluded, Line
from panel.next_sweep.lines import round_outward
from panel.next_sweep.plan import list_settings, split_budget
from panel.next_sweep.trimming import trim_lines
from panel.next_sweep.words import say_line
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect

from .searches import asked, basin, made

SPACE = Space(
    "m",
    "minimize",
    "random",
    {
        "lr": Domain("real", 1e-6, 1.0, scale="log"),
        "width": Domain("categorical", choices=(256, 128, 64, 32, 16)),
        "optimizer": Domain("categorical", choices=("sgd", "adam", "rmsprop", "lion")),
        "dropout": Domain("real", 0.0, 0.7, scale="linear"),
    },
)


def study(space: Space | None = SPACE, n: int = 80, **more):
    config, loss = basin(n)
    more_columns = {"seed": np.arange(n), "epochs": 10, "dropout2": config["dropout"]}
    return asked(made(config | more_columns, loss, space), **more)


def limit(parameter: str, side: str, at: float, to: float, p: float) -> boundary.LimitFact:
    return boundary.LimitFact(
        parameter, side, at, True, 8, 8, share_all=0.1, p=p, move_to=to, infeasible=0, there=9, beyond=0, inner=at
    )


def region(*conditions) -> RegionFact:
    return RegionFact(conditions, 9, 8, 50, 1, p=0.001, all_inside=17, lost=15, next_to=False)


def found(check, verdict="act", **facts) -> Finding:
    return Finding(check.NAME, check.QUESTION, verdict, "Something is so.", facts=check.Facts(**facts))


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return propose(study(), [])


def line(proposal: Proposal, name: str):
    return next(one for one in proposal.lines if one.parameter == name)


def test_every_parameter_has_a_line_with_a_number_and_what_is_no_parameter_has_none(proposal):
    assert {one.parameter for one in proposal.lines} == {"lr", "width", "optimizer", "dropout", "epochs"}
    assert all(any(c.isdigit() for c in one.why) for one in proposal.lines)
    said = " ".join(proposal.caveats)
    assert "seed has no best value" in said and "dropout2 (alias)" in said and "epochs = 10" in said


def test_the_important_ones_are_narrowed_to_where_the_good_runs_are(proposal):
    lr = line(proposal, "lr")
    assert lr.action == "narrow" and lr.domain.low < 0.01 < lr.domain.high < 0.3
    assert (lr.domain.kind, lr.domain.scale) == ("real", "log") and lr.before == SPACE.parameters["lr"]
    assert (line(proposal, "optimizer").action, line(proposal, "optimizer").value) == ("fix", "adam")
    width = line(proposal, "width")
    assert width.value == 64 if width.action == "fix" else 64 in width.domain.choices
    assert (
        line(proposal, "dropout").action == "keep" and line(proposal, "dropout").domain == SPACE.parameters["dropout"]
    )


def test_limits_are_short_and_values_plain(proposal):
    lr = line(proposal, "lr").domain
    assert all(float(f"{v:.2g}") == v and type(v) is float for v in (lr.low, lr.high))
    assert type(line(proposal, "epochs").value) is int
    json.dumps(proposal.to_json(), allow_nan=False)


def test_a_constant_stays_fixed(proposal):
    assert (line(proposal, "epochs").action, line(proposal, "epochs").value) == ("fix", 10)
    assert line(proposal, "epochs").domain.choices == (10,)


def test_it_is_settled_when_a_model_predicts_well_and_no_limit_moves(proposal):
    assert proposal.method == "bayesian" and proposal.explore == 0.1
    assert proposal.budget == 80 and "80" in proposal.why_budget
    assert (proposal.metric, proposal.goal) == ("m", "minimize")


def test_limits_move_where_the_boundary_check_says_so():
    limits = [
        limit("dropout", "high", 0.7, 0.9, 0.001),
        limit("width", "low", 16, 8, 0.002),
        limit("lr", "low", 1e-6, 1e-3, 0.01),  # no move outward
        limit("gone", "low", 1, 0, 0.01),
    ]
    made = propose(study(), [found(boundary, limits=limits)])
    dropout = line(made, "dropout")
    assert (dropout.action, dropout.domain.low, dropout.domain.high) == ("widen", 0.0, 0.9)
    assert "0.7" in dropout.why and "0.9" in dropout.why
    width = line(made, "width")
    assert width.action == "widen" and {8, 16, 32, 64} <= set(width.domain.choices)
    assert line(made, "lr").action == "narrow" and line(made, "lr").domain.low > 1e-4
    assert made.method == "quasi-random" and made.explore == 0.2


def test_a_check_that_does_not_fire_moves_nothing():
    limits = [limit("dropout", "high", 0.7, 0.9, 0.3)]
    made = propose(study(), [found(boundary, "fine", limits=limits)])
    assert line(made, "dropout").action == "keep"


def test_only_what_is_surely_unimportant_is_fixed_and_only_if_importance_is_known():
    def rows(**own):
        given = {"importance": 0.02, "low": 0.0, "high": 0.025, "clear": False} | own
        others = [ImportanceRow(n, 0.3, high=0.4, clear=True) for n in ("lr", "width", "optimizer")]
        return Importance("forest", (*others, ImportanceRow("dropout", **given)))

    many = study(n=220)
    fixed = propose(many, [], rows())
    dropout = line(fixed, "dropout")
    assert dropout.action == "fix" and 0 <= dropout.value <= 0.7 and "2 %" in dropout.why
    assert fixed.lines[-2].parameter == "dropout"
    assert line(propose(many, [], rows(clear=True)), "dropout").action == "keep"
    assert line(propose(many, [], rows(high=0.5)), "dropout").action == "keep"
    assert line(propose(study(), [], rows()), "dropout").action == "keep"  # too few configs to be sure


def test_infeasible_regions_are_left_out_where_the_new_space_meets_them():
    regions = [
        region(("lr", ">", 0.1), ("dropout", "<=", 0.2)),
        region(("optimizer", "=", "sgd")),  # the proposal has adam alone
    ]
    made = propose(study(), [found(infeasible, share=0.2, regions=regions)])
    assert [one.conditions for one in made.excluded] == [(("lr", ">", 0.1), ("dropout", "<=", 0.2))]
    assert made.excluded[0].why == "Something is so."


def test_the_next_space_keeps_to_a_product_that_has_a_limit():
    product = {"lr × dropout": ("lr", "*", "dropout")}
    narrow = line(propose(study(), []), "lr").domain
    limit = narrow.low * 0.5 * line(propose(study(), []), "dropout").domain.high
    beyond = replace(region(("lr × dropout", ">", limit)), quantities=product)
    made = propose(study(), [found(infeasible, share=0.2, regions=[beyond])])
    assert made.excluded[0].quantities == product
    assert Proposal.from_json(made.to_json()) == made
    far = replace(region(("lr × dropout", ">", 1e6)), quantities=product)
    assert not propose(study(), [found(infeasible, share=0.2, regions=[far])]).excluded


@pytest.mark.parametrize(
    ("sign", "relation", "limit", "one", "other"),
    [("*", ">", 2000, (16, 250), (8, 12)), ("*", "<=", 600, (51, 1024), (8, 12)), ("+", ">", 20, (16, 12), (8, 4))],
)
def test_ranges_are_cut_where_all_beyond_is_excluded(sign, relation, limit, one, other):
    lines = [
        Line("width", "keep", Domain("integer", 16, 1024), Domain("integer", 16, 1024), None, "Why."),
        Line("depth", "narrow", Domain("integer", 8, 12), Domain("integer", 1, 12), None, "Why."),
    ]
    there = Excluded((("q", relation, limit),), "", {"q": ("width", sign, "depth")})
    width, depth = trim_lines(lines, [there])
    if one[0] > one[1]:  # nothing at all is allowed: as it was
        assert [width, depth] == lines
        return
    assert (width.domain.low, width.domain.high, width.action) == (*one, "narrow")
    assert (depth.domain.low, depth.domain.high) == other
    assert width.why.startswith("Why. Cut at ")


def test_the_budget_follows_whether_more_is_worth_it(proposal):
    assert propose(study(), [found(enough, configs=80, saturated=True)]).budget < proposal.budget
    assert propose(study(), [found(enough, configs=80, more=120)]).budget == 120


def test_noise_proposes_the_old_space():
    config, _ = basin(60)
    made_of = propose(asked(made(config, np.random.default_rng(5).normal(size=60), SPACE)), [])
    assert all(one.action == "keep" and one.domain == one.before for one in made_of.lines)
    assert made_of.explore == 0 and made_of.method == "quasi-random"
    assert any("Nothing is narrowed" in said for said in made_of.caveats)


def test_without_a_declared_space_it_stays_within_what_was_observed():
    config, _ = basin()
    made_of = propose(study(None), [])
    for one in made_of.lines:
        if one.before.low is not None:
            values = np.asarray(config[one.parameter])
            assert values.min() <= one.domain.low < one.domain.high <= values.max()
    assert line(made_of, "width").before.choices == (16, 32, 64, 128, 256)


def test_a_parameter_that_the_user_fixed_gets_the_best_configs_value():
    config, loss = basin()
    width = line(propose(study(roles=(("width", "fixed"),)), []), "width")
    assert (width.action, width.value) == ("fix", config["width"][loss.argmin()])


def test_few_combinations_are_tried_one_by_one():
    draw = np.random.default_rng(0)
    config = {"a": draw.choice(["x", "y", "z"], 60), "b": draw.choice([1, 2, 4], 60), "seed": np.arange(60)}
    made_of = propose(asked(made(config, draw.normal(size=60))), [])
    assert made_of.method == "grid" and made_of.budget <= 9


@pytest.mark.parametrize("n", [1, 2, 12])
def test_small_projects_are_answered(n):
    config, loss = basin(n)
    made_of = propose(asked(made(config, loss)), [])
    assert not any(one.action == "narrow" for one in made_of.lines) and made_of.budget >= 1
    assert made_of.why_method and made_of.why_budget and made_of.caveats


@pytest.mark.parametrize(
    ("low", "high", "log", "expected"),
    [
        (0.0019027, 0.028484, True, (0.0019, 0.029)),
        (0.2113, 0.5142, False, (0.21, 0.52)),
        (1001.23, 1002.34, False, (1001.2, 1002.4)),
        (-0.35, 0.0, False, (-0.35, 0.0)),
        (3e-5, 3e-5, True, (3e-5, 3e-5)),
        (2.0, 2.0, False, (2.0, 2.0)),
    ],
)
def test_limits_are_rounded_outward(low, high, log, expected):
    assert round_outward(low, high, log) == expected
    assert round_outward(low, high, log)[0] <= low and round_outward(low, high, log)[1] >= high


def test_a_dataset_is_not_chosen_however_much_it_matters():
    config, loss = basin(80)
    dataset = np.random.default_rng(1).choice(["cifar", "mnist"], 80)
    made_of = {"lr": config["lr"], "dataset": dataset}
    proposal = propose(asked(made(made_of, loss + 20 * (dataset == "cifar"))), [])
    assert line(proposal, "dataset").action == "keep"
    assert "on which data" in line(proposal, "dataset").why
    alike = propose(asked(made(made_of, loss)), [])
    assert line(proposal, "lr") == line(alike, "lr"), "the easier dataset does not decide what is good"


def test_what_exists_only_with_a_value_that_is_left_out_says_so():
    draw = np.random.default_rng(2)
    config, _ = basin(120)
    momentum = np.where(config["optimizer"] == "sgd", draw.uniform(0, 0.9, 120), np.nan)
    loss = 5 * (config["optimizer"] != "adam") + np.nan_to_num(momentum) + draw.normal(0, 0.05, 120)
    searched = {"optimizer": config["optimizer"], "momentum": momentum, "lr": config["lr"]}
    proposal = propose(asked(made(searched, loss)), [])
    assert line(proposal, "optimizer").value == "adam"
    child = line(proposal, "momentum")
    assert child.action == "omit" and "momentum" not in {s.name for s in list_settings(proposal) if s.kind != "out"}
    assert child.why == "It exists only where optimizer is sgd, which is left out."


@pytest.mark.parametrize("every", [True, False])
def test_a_grid_says_how_much_of_it_was_run_already(every):
    a, b, c = (values.ravel() for values in np.meshgrid(range(3), range(3), range(8)))
    rows = slice(None) if every else np.flatnonzero((a != 0) | (b != 2))
    loss = 4.0 * np.abs(c - 3) + np.random.default_rng(0).normal(0, 0.5, len(a))
    config = {"a": ["xyz"[i] for i in a[rows]], "b": ["pqr"[i] for i in b[rows]], "c": c[rows] * 1.5}
    proposal = propose(asked(made(config, loss[rows])), [])
    assert proposal.method == "grid"
    assert ("Every config of the grid was run already." in proposal.why_method) == every
    assert every or "run already" in proposal.why_budget
    assert every or {one.action for one in proposal.lines} == {"keep", "fix"}


def test_a_grid_is_tried_in_full_beside_the_runs_that_explore():
    a, b = (values.ravel() for values in np.meshgrid(range(4), range(9)))
    some = np.flatnonzero((a != 0) | (b != 4))  # one of the best was not tried
    config, loss = {"a": ["wxyz"[i] for i in a[some]], "b": 1.5 * b[some]}, a + np.abs(b - 4.0)
    proposal = propose(asked(made(config, loss[some])), [])
    left = np.prod([len(one.domain.choices) for one in proposal.lines if one.action != "fix"], dtype=int)
    inside, outside = split_budget(proposal)
    assert proposal.method == "grid" and proposal.explore > 0
    assert inside == left and outside > 0
    assert f"{outside} more in the old space" in proposal.why_budget


def test_without_a_model_none_is_said_to_predict():
    config, loss = basin(12)
    assert "predicts" not in propose(asked(made(config, loss)), []).why_method
    assert "12 configs" in propose(asked(made(config, loss)), []).why_method


def test_the_budget_is_not_halved_where_a_limit_moves():
    config, loss = basin(80)
    move = limit("lr", "high", 1.0, 10.0, 0.001)
    findings = [
        found(enough, "fine", configs=80, saturated=True),
        found(boundary, limits=[move]),
    ]
    study = asked(made(config, loss))
    assert propose(study, findings[:1]).budget == 40
    assert propose(study, findings).budget == 80


def test_one_parameter_is_no_parameters():
    config, loss = basin(5)
    said = propose(asked(made({"lr": config["lr"]}, loss)), []).why_budget
    assert "one parameter" in said and "1 parameters" not in said


def test_of_many_numbers_an_infinite_one_is_no_limit_and_of_a_few_a_choice():
    config, loss = basin(80)
    decay = np.r_[[np.inf, -np.inf], np.geomspace(1e-6, 1e-2, 78)]
    clip = np.resize([0.1, 1.0, np.inf], 80)
    proposal = propose(asked(made({"lr": config["lr"], "decay": decay, "clip": clip}, loss)), [])
    before = line(proposal, "decay").before
    assert (before.kind, before.low, before.high) == ("real", pytest.approx(1e-6), pytest.approx(1e-2))
    assert set(line(proposal, "clip").before.choices) == {0.1, 1.0, np.inf}


def test_what_is_optimised_is_what_was_asked():
    config, loss = basin(80)
    project = made(config, np.where(config["lr"] > 0.1, np.nan, loss))
    for target, metric in (
        (Target("m", value="failing"), "failing m"),
        (Target('{"m": 1}', goal="minimize"), "1 m (ranks)"),
    ):
        selection = Selection("p", target)
        design = build(project, selection)
        proposal = propose(Study(collect(project, selection, design), design), [])
        assert proposal.metric == metric
        assert any("report" in caveat for caveat in proposal.caveats)


def test_one_value_that_is_left_is_told_as_one():
    draw = np.random.default_rng(0)
    layers = draw.integers(1, 6, 120)
    proposal = propose(asked(made({"layers": layers, "x": draw.random(120)}, 3.0 * layers)), [])
    assert (line(proposal, "layers").action, line(proposal, "layers").value) == ("fix", 1)
    assert "have 1, as" in line(proposal, "layers").why


def test_a_parameter_that_the_user_calls_scientific_is_neither_narrowed_nor_fixed():
    project = made(*basin())
    roles = (("optimizer", "scientific"), ("lr", "scientific"))
    given = {line.parameter: line for line in propose(asked(project, roles=roles), []).lines}
    assert given["optimizer"].action == given["lr"].action == "keep"
    assert given["optimizer"].domain == given["optimizer"].before and "scientific" in given["optimizer"].why
    assert given["width"].action in ("narrow", "fix")


def test_other_objectives_and_unset_settings_are_said():
    config, loss = basin(60)
    momentum = np.where(np.arange(60) % 3 == 0, np.nan, np.random.default_rng(0).uniform(0, 1, 60))
    space = Space("m", "minimize", "random", {}, {"m": "minimize", "latency": "minimize"})
    said = " ".join(propose(asked(made(config | {"momentum": momentum}, loss, space)), []).caveats)
    assert "It is about m alone: latency may get worse." in said
    assert "Some runs have no momentum" in said
    assert "Some runs have no" not in " ".join(propose(study(), []).caveats)


def test_no_range_is_narrowed_to_a_sliver():
    x = np.random.default_rng(1).uniform(0, 1, 60)
    noise = 0.01 * np.random.default_rng(2).normal(size=60)
    domain = line(propose(asked(made({"x": x, "y": x[::-1]}, (x - 0.3) ** 2 + noise)), []), "x").domain
    assert domain.high - domain.low >= 0.15 * (x.max() - x.min()) and domain.low < 0.3 < domain.high


def test_what_was_tried_but_failed_is_not_called_untried():
    config, loss = basin(90)
    lost = config["optimizer"] != "adam"
    states = np.where(lost, "failed", "finished").tolist()
    study_ = asked(made(config, np.where(lost, np.nan, loss), states=states))
    found_ = propose(study_, [infeasible.check(study_)])
    one = line(found_, "optimizer")
    assert (one.action, one.value, one.before.choices) == ("fix", "adam", ("adam",))
    assert one.why == (
        f"Only adam came to a result: every run with another value (rmsprop, sgd) was infeasible, {lost.sum()} configs."
    )
    assert found_.excluded == (), "no line meets what fails any more"
    assert say_line(one) == f"optimizer: fixed. {one.why}", "and not: was one of adam"


def test_the_value_of_what_failed_is_not_the_one_that_is_fixed():
    config, loss = basin(40)
    lost = np.arange(40) < 5
    config["activation"] = np.where(lost, "a", "relu")
    study_ = asked(made(config, np.where(lost, np.nan, loss), states=np.where(lost, "crashed", "finished").tolist()))
    assert line(propose(study_, []), "activation").value == "relu", "not the first by the alphabet"


def test_failures_at_values_that_are_left_out_do_not_tell_where_the_others_fail(monkeypatch):
    config, loss = basin(240)
    failing = (np.arange(240) % 8 > 0) & (config["lr"] > 1e-3)  # by itself lr seems to decide what fails
    config["optimizer"] = np.where(failing, "sgd", "adam")
    states = np.where(failing, "failed", "finished")
    asked_of = []

    def find_feasible(dimensions, feasible, candidates, rng):
        asked_of.append(([len(d.place) for d in dimensions], feasible))
        return np.ones(len(candidates), bool)

    monkeypatch.setattr("panel.next_sweep.region.find_feasible", find_feasible)
    propose(asked(made(config, np.where(failing, np.nan, loss), SPACE, states.tolist())), [])
    [(sizes, feasible)] = asked_of
    assert feasible.all() and set(sizes) == {len(feasible)} == {(~failing).sum()}


def test_what_is_narrowed_though_the_ranking_does_not_tell_it_from_noise_says_so():
    rows = [ImportanceRow(name, 0.25, clear=name != "width") for name in ("lr", "width", "optimizer", "dropout")]
    asking = study()
    proposal = propose(asking, [], Importance("forest", tuple(rows)))
    assert "The ranking does not tell it from noise" in line(proposal, "width").why
    assert "ranking" not in line(proposal, "lr").why
