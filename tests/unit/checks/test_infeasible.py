import numpy as np
import pandas as pd
import pytest

from benchmarks import sweeps
from benchmarks.power.infeasible import diverging
from panel.checks import Study, infeasible
from panel.checks.regions import Column, Condition, find_region, find_roundest, halve
from panel.data.project import Space, from_frames
from panel.data.statistics import share_interval
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect
from panel.runs.chance import shared_by_chance


def asked(config, loss, space=None, states=None, order=None):
    index = pd.Index([f"r{i:03}" for i in range(len(loss))])
    config = pd.DataFrame(config).set_index(index)
    summary = pd.DataFrame({"val_loss": np.asarray(loss, float)}, index=index)
    runs = None if states is None else pd.DataFrame({"state": states}, index=index)
    if order is not None:
        config, summary = config.iloc[order], summary.iloc[order]
    return sweeps.study(from_frames(config, summary, runs=runs, space=space))


def columns(n=100, seed=0):
    draw = np.random.default_rng(seed)
    lr = 10 ** draw.permutation(np.linspace(-4, 0, n))
    return {"lr": lr, "opt": draw.choice(["adam", "sgd"], n), "drop": draw.random(n)}, draw.random(n)


def test_a_region_is_found_and_counted_on_the_other_half_as_worked_out_by_hand():
    config, loss = columns()
    lost = config["lr"] > 0.3
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss)))
    (region,) = found.facts.regions
    ((name, relation, value),) = region.conditions
    assert (name, relation) == ("lr", ">")
    assert 0.2 < value <= 0.3
    m = int(lost.sum())
    assert region.infeasible_inside + region.infeasible_outside == m - (m + 1) // 2  # of the other half
    inside, k = region.inside, region.infeasible_inside
    assert inside + region.outside == 100 - (m + 1) // 2 - (100 - m + 1) // 2
    every = k + region.infeasible_outside
    assert region.p == pytest.approx(shared_by_chance(k, inside, every, inside + region.outside))
    assert found.verdict == "look"
    assert f"{m} of 100 runs ({m} %)" in found.sentence
    within = config["lr"] > value
    assert (region.all_inside, region.lost) == (within.sum(), (within & lost).sum())
    there, elsewhere = f"{(within & lost).sum()} of {within.sum()}", f"{(~within & lost).sum()} of {(~within).sum()}"
    assert f"{there} configs there, {elsewhere} elsewhere" in found.sentence, "as anybody counts them"
    assert f"other half ({k} of {inside} there, {region.infeasible_outside} of {region.outside} e" in found.basis
    assert found.facts.why == {"no value": m}
    assert found.facts.share == m / 100
    assert found.evidence[0].marks[0].at == value


def constrained(broken, n=200, loss=None, said=True, seed=1):
    draw = np.random.default_rng(seed)
    width, depth = np.round(2 ** draw.uniform(4, 10, n)), draw.integers(1, 13, n)
    index = pd.Index([f"r{i:03}" for i in range(n)])
    config = pd.DataFrame({"width": width, "depth": depth, "lr": draw.random(n)}, index=index)
    lost = broken(width, depth)
    loss = draw.random(n) if loss is None else loss(width, depth)
    summary = pd.DataFrame({"val_loss": loss if said else np.where(lost, np.nan, loss)}, index=index)
    runs = pd.DataFrame({"feasible": ~lost}, index=index) if said else None
    return sweeps.study(from_frames(config, summary, runs=runs)), lost


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize(
    ("broken", "name", "limit"),
    [
        (lambda width, depth: width * depth > 2000, "depth × width", 2000),
        (lambda width, depth: width / 50 + depth > 14, "width", None),  # neither a product nor a plain sum
        (lambda width, depth: width > 300, "width", 300),
    ],
)
def test_a_product_beyond_a_limit_is_found_where_it_tells_most(broken, name, limit, said):
    study, lost = constrained(broken, said=said)
    found = infeasible.check(study)
    region = found.facts.regions[0]
    (parameter, relation, value), *_ = region.conditions
    if limit is not None:
        assert (parameter, relation, region.infeasible_outside) == (name, ">", 0)
        assert value == pytest.approx(limit, rel=0.05)
        assert region.quantities == ({name: tuple(name.replace("×", "*").split())} if "×" in name else {})
        assert f"{name} > " in found.sentence
    assert region.lost >= 0.6 * lost.sum()


def test_a_sum_beyond_a_limit_is_found():
    draw = np.random.default_rng(3)
    x, y = draw.random(200), draw.random(200)
    found = infeasible.check(asked({"x": x, "y": y}, np.where(x + y > 1.3, np.nan, draw.random(200))))
    region = found.facts.regions[0]
    assert region.conditions[0][:2] == ("x + y", ">") and region.conditions[0][2] == pytest.approx(1.3, abs=0.05)


def test_a_constraint_is_no_lack_of_stability():
    study, _ = constrained(lambda width, depth: width * depth > 2000, loss=lambda width, depth: 1 / (width * depth))
    found = infeasible.check(study)
    assert not found.facts.next_to
    assert found.advice.startswith("Leave depth × width > ") and found.advice.endswith(" out of the next sweep.")


def test_two_conditions_are_found_where_both_matter():
    config, loss = columns(240)
    lost = (config["lr"] > 0.01) & (config["opt"] == "sgd")
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss)))
    (region,) = found.facts.regions
    assert {(c[0], c[1]) for c in region.conditions} == {("lr", ">"), ("opt", "=")}
    assert ("opt", "=", "sgd") in region.conditions
    assert region.infeasible_inside == region.inside
    assert "opt = sgd" in found.sentence
    assert len(found.evidence[0].marks) == 1  # a category has no place for a line


def test_a_category_is_found():
    config, loss = columns(80)
    lost = config["opt"] == "sgd"
    found = infeasible.check(asked(config, np.where(lost, np.inf, loss)))
    assert found.facts.regions[0].conditions == (("opt", "=", "sgd"),)
    assert found.verdict == "act"  # about half of the budget is lost
    assert found.facts.why == {"infinite": int(lost.sum())}


def test_two_regions_are_found_one_after_the_other():
    config, loss = columns(400)
    lost = (config["lr"] > 0.3) | (config["drop"] > 0.9)
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss)))
    assert {region.conditions[0][0] for region in found.facts.regions} == {"lr", "drop"}
    assert "1 more region held" in found.sentence


def test_runs_lost_at_random_are_fine_and_explained_by_nothing():
    config, loss = columns(200)
    lost = np.random.default_rng(4).random(200) < 0.15
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss)))
    assert found.verdict == "fine"
    assert found.facts.regions == ()
    assert "no region" in found.sentence


def test_much_lost_at_random_is_to_be_looked_at():
    config, loss = columns(200)
    lost = np.random.default_rng(4).random(200) < 0.4
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss), states=np.where(lost, "crashed", "finished")))
    assert found.verdict == "look"
    assert f"{lost.sum()} crashed" in found.advice


def test_the_best_next_to_the_region_is_a_stability_problem():
    config, _ = columns(150)
    place = np.log10(config["lr"])
    lost = place > -1
    found = infeasible.check(asked(config, np.where(lost, np.nan, -place)))
    assert found.verdict == "act"
    assert found.facts.next_to is True
    assert "warmup" in found.advice
    away = infeasible.check(asked(config, np.where(place > -0.7, np.nan, place)))
    assert away.facts.next_to is False
    assert away.verdict == "look"


def test_none_and_few_infeasible_runs_are_fine():
    config, loss = columns(50)
    assert infeasible.check(asked(config, loss)).sentence == "None of the 50 runs was infeasible."
    loss[:3] = np.nan
    found = infeasible.check(asked(config, loss))
    assert found.verdict == "fine"
    assert "3 configs are too few" in found.sentence


def test_an_adaptive_search_is_never_more_than_looked_at():
    config, loss = columns(100)
    lost = config["lr"] > 0.01
    space = Space("val_loss", "minimize", "bayes", {})
    found = infeasible.check(asked(config, np.where(lost, np.nan, loss), space))
    assert found.verdict == "look"
    assert found.facts.regions[0].p is None
    assert "p ≤" not in found.basis


def test_the_order_of_the_runs_does_not_matter_and_replicates_count_once():
    config, loss = columns(90)
    loss = np.where(config["lr"] > 0.3, np.nan, loss)
    once = infeasible.check(asked(config, loss))
    turned = infeasible.check(asked(config, loss, order=np.random.default_rng(1).permutation(90)))
    assert turned.facts == once.facts
    thrice = {name: np.repeat(values, 3) for name, values in config.items()} | {"seed": np.tile([0, 1, 2], 90)}
    again = infeasible.check(asked(thrice, np.repeat(loss, 3)))
    assert again.facts.configs == 90
    assert again.facts.regions[0].p == once.facts.regions[0].p


def test_the_share_found_on_sweeps_that_diverge():
    found = [infeasible.check(sweeps.study(diverging(seed, 0.8, 100))) for seed in range(2)]
    assert [f.facts.regions[0].conditions[0][:2] for f in found] == [("optimizer.lr", ">")] * 2
    assert [infeasible.check(sweeps.study(diverging(seed, 0.0, 100))).verdict for seed in range(2)] == ["fine"] * 2


def test_odd_projects_are_answered_in_words():
    n = 40
    config = {"mixed": [0.1, "auto"] * 20, "holes": [np.nan, np.inf, -np.inf, 1.0] * 10, "flag": [True, False] * 20}
    config["x"] = np.random.default_rng(1).random(n)
    loss = np.random.default_rng(0).random(n)
    loss[::2] = np.nan
    found = infeasible.check(asked(config, loss))
    assert found.verdict == "act"
    assert found.facts.regions[0].conditions[0][1] == "="
    assert infeasible.check(asked({"a": [1]}, [1.0])).verdict == "fine"
    nothing = infeasible.check(asked(config, np.full(n, np.inf)))
    assert nothing.verdict == "can't tell"
    assert "None of the 40 runs" in nothing.sentence


def test_the_roundest_number_between_two():
    assert find_roundest(0.2871, 0.3124) == 0.3
    assert find_roundest(1.0, 2.0) == 1.0
    assert find_roundest(0.1234, 0.1235) == 0.1234
    assert find_roundest(3.0, np.nextafter(3.0, 4)) == 3.0


def test_a_single_condition_is_kept_where_a_second_adds_nothing():
    draw = np.random.default_rng(3)
    x, y = np.linspace(0, 1, 200), draw.random(200)
    found = find_region({"x": Column("x", False, x), "y": Column("y", False, y)}, x > 0.8, np.ones(200, bool))
    assert found == (Condition("x", ">", pytest.approx(0.8, abs=0.02)),)
    assert find_region({"x": Column("x", False, x)}, np.zeros(200, bool), np.ones(200, bool)) == ()


def test_halves_hold_half_of_each():
    happened = np.arange(50) < 11
    first = halve(happened, 0)
    assert (first[happened].sum(), first[~happened].sum()) == (6, 20)
    assert (halve(happened, 0) == first).all()


def test_the_exact_interval_of_a_share():
    low, high = share_interval(0, 10)
    assert (low, high) == (0.0, pytest.approx(1 - 0.05 ** (1 / 10)))
    assert share_interval(10, 10)[1] == 1.0


def test_one_run_is_one():
    assert infeasible.check(asked({"lr": [0.1]}, [1.0])).sentence == "The only run was feasible."
    config, loss = columns(20)
    loss[3] = np.nan
    assert "1 of 20 runs (5 %) was infeasible; 1 config is too few" in infeasible.check(asked(config, loss)).sentence


def test_failure_as_the_target_is_not_said_to_be_absent():
    config, loss = columns()
    study = asked(config, np.where(config["lr"] > 0.3, np.nan, loss))
    selection = Selection("p", Target("val_loss", value="failing"))
    design = build(study.runs.project, selection)
    found = infeasible.check(Study(collect(study.runs.project, selection, design), design))
    assert found.verdict == "can't tell"
    assert f"{(config['lr'] > 0.3).sum()} of 100 runs did" in found.sentence


@pytest.mark.parametrize("fine", ["adam", False])
def test_a_setting_of_which_all_values_but_one_fail_explains_it(fine):
    draw = np.random.default_rng(5)
    values = ["adam", "lion", "sgd"] if fine == "adam" else [False, True]
    setting, lr = [values[i] for i in draw.integers(0, len(values), 90)], draw.random(90)
    lost = np.array([value != fine for value in setting])
    loss, states = np.where(lost, np.nan, lr), np.where(lost, "failed", "finished")
    found = infeasible.check(asked({"setting": setting, "lr": lr}, loss, states=states))
    assert found.verdict == "act"
    names = {value for region in found.facts.regions for _, _, value in region.conditions}
    assert names == set(values) - {fine}
    assert all(region.lost == region.all_inside for region in found.facts.regions)
    assert sum(region.lost for region in found.facts.regions) == lost.sum()


def test_runs_that_differ_in_what_fails_alone_are_no_repeats_of_each_other():
    lr = np.repeat(np.arange(30) / 30, 3)
    opt = np.tile(["adam", "lion", "sgd"], 30)
    lost = opt != "adam"
    states = np.where(lost, "failed", "finished")
    study = asked({"opt": opt, "lr": lr}, np.where(lost, np.nan, lr), states=states)
    found = infeasible.check(study)
    assert (found.facts.configs, found.facts.infeasible) == (90, 60), "not 30 configs of which two runs in three failed"
    assert {c for region in found.facts.regions for c in region.conditions} == {
        ("opt", "=", "lion"),
        ("opt", "=", "sgd"),
    }
    assert [p.name for p in study.tuned] == ["lr"], "other checks compare what came to a result"
    assert [p.name for p in study.one_sided] == ["opt"]
