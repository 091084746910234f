import numpy as np
import pandas as pd
import pytest

from benchmarks import sweeps
from benchmarks.power.leaks import leaking, predicted
from panel.checks import leaks
from panel.data.project import Space, from_frames
from panel.data.statistics import p_value, spearman


def asked(extra=None, metrics=None, n=60, seed=0, space=None, loss=None, roles=None):
    """Ask about three settings, of which the first explains half of the target, and what is added."""
    draw = np.random.default_rng(seed)
    config = {"lr": 10 ** draw.uniform(-4, 0, n), "dropout": draw.random(n), "width": draw.integers(16, 512, n)}
    loss = np.log10(config["lr"]) + draw.normal(0, 1, n) if loss is None else loss
    index = pd.Index([f"r{i:03}" for i in range(n)])
    config = pd.DataFrame(config | (extra(loss, draw) if extra else {}), index=index)
    summary = pd.DataFrame({"val_loss": loss} | (metrics(loss, draw) if metrics else {}), index=index)
    more = {} if roles is None else {"roles": roles}
    return sweeps.study(from_frames(config, summary, space=space), **more)


def test_a_sweep_without_leaks_is_fine():
    found = leaks.check(asked())
    assert found.verdict == "fine"
    assert found.sentence == "None of the 3 parameters that vary gives val_loss away."


def test_a_parameter_that_is_the_target_is_acted_on():
    found = leaks.check(asked(lambda loss, draw: {"other.qux": 3 * loss + 1}))
    assert found.verdict == "act"
    (fact,) = found.facts.followers
    assert (fact.parameter, fact.metric, fact.n) == ("other.qux", "val_loss", 60)
    assert fact.correlation == pytest.approx(1)
    assert "other.qux" in found.sentence
    assert "over 60 configs" in found.sentence
    assert "other.qux" in found.advice
    assert len(found.evidence[0].series[0].x) == 60


def test_a_parameter_that_is_another_metric_turned_round_is_acted_on():
    found = leaks.check(
        asked(
            lambda loss, draw: {"other.qux": -np.sort(draw.random(60))},
            lambda loss, draw: {"test_acc": np.arange(60.0)},
        )
    )
    (fact,) = found.facts.followers
    assert (fact.metric, fact.correlation) == ("test_acc", pytest.approx(-1))


def test_a_strong_setting_is_no_leak():
    draw = np.random.default_rng(0)
    lr = 10 ** draw.uniform(-4, 0, 60)
    loss = np.log10(lr) + 0.02 * draw.normal(size=60)
    assert spearman(lr, loss) > leaks.NEARLY
    assert leaks.check(asked(lambda loss, draw: {"optimizer.lr": lr}, loss=loss)).verdict == "fine"


def test_what_the_search_space_declares_or_the_user_says_is_a_setting():
    space = Space("val_loss", "minimize", "random", sweeps.SPACE | {"thing": sweeps.SPACE["dropout"]})
    assert leaks.check(asked(lambda loss, draw: {"thing": loss}, space=space)).verdict == "fine"
    assert leaks.check(asked(lambda loss, draw: {"thing": loss}, roles=(("thing", "nuisance"),))).verdict == "fine"
    assert leaks.check(asked(lambda loss, draw: {"thing": loss})).verdict == "act"


def test_what_settings_determine_by_nature_is_no_leak():
    metrics = leaks.check(
        asked(
            lambda loss, draw: {"thing": np.arange(60) ** 2}, lambda loss, draw: {"train_seconds": np.arange(60) / 3.0}
        )
    )
    assert metrics.verdict == "fine"


def test_an_outcome_that_is_left_out_already_is_said():
    found = leaks.check(asked(lambda loss, draw: {"best_loss": loss + 0.01 * draw.normal(size=60)}))
    assert found.verdict == "look"
    (fact,) = found.facts.guarded
    assert fact.parameter == "best_loss"
    assert found.facts.followers == ()
    assert "1 column among the parameters (best_loss) is an outcome" in found.sentence


def test_an_identifier_whose_order_predicts_the_target_is_looked_at():
    space = Space("val_loss", "minimize", "random", {})

    def stamp(loss, draw):
        return {"timestamp": 1000 + np.argsort(np.argsort(loss + draw.normal(size=60)))}

    study = asked(stamp, space=space)
    found = leaks.check(study)
    assert found.verdict == "look"
    (fact,) = found.facts.identifiers
    r = spearman(study.runs.column("timestamp").to_numpy(), study.runs.target)
    assert fact.correlation == pytest.approx(r)
    assert fact.p == pytest.approx(p_value(r, 60))
    assert "timestamp is an identifier" in found.sentence


def test_identifiers_that_tell_nothing_are_passed_over():
    def names(loss, draw):
        return {"run_id": [f"x{i}" for i in draw.permutation(60)], "out_path": [f"/a/b/{i}" for i in range(60)]}

    study = asked(names)
    assert {study.runs.parameters[p].role for p in ("run_id", "out_path")} == {"ignored"}
    assert leaks.check(study).verdict == "fine"


def test_a_name_made_of_settings_is_no_leak():
    draw = np.random.default_rng(6)
    layers = draw.integers(1, 5, 60)
    loss = layers + draw.normal(size=60)
    names = [f"net{a}_{b}" for a, b in zip(layers, draw.permutation(60), strict=True)]
    study = asked(lambda loss, draw: {"layers": layers, "save_name": names}, loss=loss)
    assert study.runs.parameters["save_name"].role == "ignored"
    assert leaks.check(study).verdict == "fine"
    assert leaks.check(asked(lambda loss, draw: {"save_name": names}, loss=loss)).verdict == "look"


def test_a_counter_on_a_grid_is_no_leak():
    draw = np.random.default_rng(6)
    layers = np.repeat([1, 2, 3, 4], 15)
    loss = layers + draw.normal(size=60)
    space = Space("val_loss", "minimize", "grid", {})
    study = asked(lambda loss, draw: {"layers": layers, "trial_id": np.arange(60)}, loss=loss, space=space)
    assert study.runs.parameters["trial_id"].role == "ignored"
    assert leaks.check(study).verdict == "fine"


def test_a_counter_on_an_adaptive_search_is_no_leak():
    draw = np.random.default_rng(5)
    loss = -np.arange(60) / 10 + draw.normal(size=60)
    study = asked(lambda loss, draw: {"trial_id": np.arange(60)}, loss=loss)
    assert study.adaptive
    assert study.runs.parameters["trial_id"].role == "ignored"
    assert leaks.check(study).verdict == "fine"


def test_a_counter_on_a_declared_random_search_is_looked_at():
    draw = np.random.default_rng(5)
    loss = -np.arange(60) / 10 + 3 * draw.normal(size=60)
    space = Space("val_loss", "minimize", "random", {})
    found = leaks.check(asked(lambda loss, draw: {"trial_id": np.arange(60)}, loss=loss, space=space))
    assert found.verdict == "look"


def test_a_leak_on_an_adaptive_search_is_looked_at():
    space = Space("val_loss", "minimize", "bayes", {})
    found = leaks.check(asked(lambda loss, draw: {"other.qux": loss}, space=space))
    assert found.verdict == "look"


def test_a_metric_that_orders_the_runs_as_the_target_does_is_said_but_no_alarm():
    found = leaks.check(
        asked(metrics=lambda loss, draw: {"perplexity": np.exp(loss), "train_loss": loss + draw.normal(size=60) / 50})
    )
    assert found.verdict == "fine"
    assert found.facts.same_metrics == (leaks.SameMetric("perplexity", 1, 60),)
    assert "perplexity orders the runs exactly as val_loss does, which matters for trade-offs only" in found.sentence


def test_power_at_the_ends():
    assert leaks.check(sweeps.study(leaking(1, 0.0))).verdict == "act"
    assert leaks.check(sweeps.study(leaking(1, 1.0))).verdict == "fine"
    assert leaks.check(sweeps.study(predicted(2, 0.9))).fires
    assert not leaks.check(sweeps.study(predicted(2, 0.0))).fires


def test_odd_projects_are_answered_in_words():
    assert leaks.check(asked(n=1)).verdict == "can't tell"
    assert "run 15 more" in leaks.check(asked(n=5)).sentence
    assert leaks.check(asked(loss=np.ones(60))).verdict == "can't tell"
    assert leaks.check(asked(loss=np.full(60, np.inf))).verdict == "can't tell"
    odd = leaks.check(
        asked(lambda loss, draw: {"mixed": [0.1, "auto"] * 30, "holes": [np.nan, np.inf, -np.inf, 1.0] * 15})
    )
    assert odd.verdict == "fine"
