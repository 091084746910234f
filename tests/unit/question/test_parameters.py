from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data.plain import plain_frame
from panel.data.project import Column, Domain, Space
from panel.errors import QuestionError
from panel.question.parameters import describe
from panel.question.relations import by_chance, clear_nulls


def about(config, **more):
    return {p.name: p for p in describe(plain_frame(pd.DataFrame(config)), **more)}


@pytest.fixture
def n():
    return 60


def test_kinds(rng, n):
    found = about(
        {
            "real": rng.random(n),
            "integer": rng.integers(1, 9, n),
            "integer_with_gap": np.where(np.arange(n) < 5, np.nan, rng.integers(1, 9, n)),
            "boolean": rng.random(n) < 0.5,
            "categorical": rng.choice(["a", "b", "c", "d"], n),
            "structured": pd.Series([[64], [64, 32], [128]] * 20),
            "mostly_number": pd.Series([*rng.integers(1, 9, n - 5).tolist(), *["auto"] * 5], dtype=object),
            "words": [f"tune {min(i, 39)}" for i in rng.permutation(n)],
        }
    )
    assert {name: p.kind for name, p in found.items()} == {
        "real": "real",
        "integer": "integer",
        "integer_with_gap": "integer",
        "boolean": "boolean",
        "categorical": "categorical",
        "structured": "structured",
        "mostly_number": "integer",
        "words": "text",
    }


def test_scale_is_log_where_values_are_positive_wide_and_more_even_there(rng, n):
    found = about(
        {
            "lr": 10 ** rng.uniform(-5, 0, n),
            "powers": 2 ** rng.integers(3, 9, n),
            "narrow": rng.uniform(1, 10, n),
            "uniform_from_small": rng.uniform(0.001, 100, n),
            "with_zero": np.where(np.arange(n) == 0, 0, 10 ** rng.uniform(-5, 0, n)),
        }
    )
    assert [found[k].scale for k in found] == ["log", "log", "linear", "linear", "linear"]


def test_the_declared_scale_wins(rng, n):
    space = Space(parameters={"lr": Domain("real", 0, 1, scale="linear"), "x": Domain("real", 0, 1, scale="log")})
    found = about({"lr": 10 ** rng.uniform(-5, 0, n), "x": rng.uniform(1, 2, n)}, space=space)
    assert (found["lr"].scale, found["x"].scale) == ("linear", "log")
    assert found["lr"].scale_reason == "declared by the search space"


def test_roles_and_reasons(rng, n):
    lr = 10 ** rng.uniform(-5, 0, n)
    found = about(
        {
            "lr": lr,
            "seed": rng.integers(0, 5, n),
            "dataset": ["digits"] * n,
            "run_name": [f"run-{i}" for i in range(n)],
            "out_dir": [f"outputs/run-{i}" for i in range(n)],
            "model": rng.choice(["google/vit", "meta/dino"], n),
            "learning_rate": lr,
            "log_lr": np.log(lr),
        }
    )
    assert {name: (p.role, p.reason) for name, p in found.items()} == {
        "lr": ("nuisance", ""),
        "seed": ("seed", "seed"),
        "dataset": ("fixed", "constant"),
        "run_name": ("ignored", "identifier"),
        "out_dir": ("ignored", "path"),
        "model": ("scientific", ""),
        "learning_rate": ("ignored", "alias"),
        "log_lr": ("ignored", "alias"),
    }
    assert {name: p.role_reason for name, p in found.items()} == {
        "lr": "optimizer",
        "seed": "seed",
        "dataset": "constant",
        "run_name": "identifier",
        "out_dir": "path",
        "model": "architecture",
        "learning_rate": "alias",
        "log_lr": "alias",
    }
    assert all(p.default_role == p.role for p in found.values())
    assert found["log_lr"].alias_of == "lr"
    assert found["learning_rate"].words == "alias of lr: the two always change together"


def test_an_alias_may_be_declared_under_its_second_name(rng, n):
    lr = rng.random(n)
    found = about({"lr": lr, "optimizer.lr": lr}, space=Space(parameters={"optimizer.lr": Domain("real", 0, 1)}))
    assert found["lr"].alias_of == "optimizer.lr"


def test_categories_that_change_together_are_aliases(rng, n):
    kind = rng.choice(["a", "b", "c"], n)
    names = {"a": "first", "b": "second", "c": "third"}
    found = about({"kind": kind, "label": [names[k] for k in kind]})
    assert found["label"].alias_of == "kind"


def test_two_columns_agree_by_chance_as_often_as_is_computed(rng):
    for counts, in_order in (([4, 2, 1], False), ([3, 3], False), ([3, 1, 1], True)):
        codes = np.repeat(np.arange(len(counts)), counts)
        agree = 0
        for _ in range(20_000):
            other = rng.permutation(codes)
            pairs = set(zip(codes, other, strict=True))
            agree += np.array_equal(other, codes) if in_order else len(pairs) == len(counts)
        expected = by_chance(np.array(counts), in_order) / (2 if in_order else 1)  # only upwards is tried
        assert agree / 20_000 == pytest.approx(expected, rel=0.15)


def test_sweeps_of_unrelated_columns_have_hardly_ever_an_alias(rng):
    wrong = 0
    for _ in range(300):
        config = {f"p{i}": rng.choice(rng.random(2 + i % 3), 12) for i in range(6)}
        config |= {f"r{i}": np.where(np.arange(12) < 6, np.nan, rng.random(12)) for i in range(4)}
        wrong += any(p.reason == "alias" for p in about(config).values())
    assert wrong <= 1  # more than that 0.3 of 300 have by chance in 4 of 100 tries


def test_an_alias_needs_more_than_a_handful_of_runs(rng, n):
    copy = np.where(np.arange(n) < n - 6, np.nan, rng.random(n))
    assert about({"x": rng.random(n), "a": copy, "b": copy * 2})["b"].reason == ""
    rare = np.arange(n) == 5
    assert about({"x": rng.random(n), "a": rare, "b": ~rare})["b"].reason == ""


@pytest.mark.parametrize("declared", [(), ("lr",), ("lr", "copy")])
def test_a_copy_or_another_way_to_write_it_is_found(rng, declared):
    space = Space(parameters={name: Domain("real", 0, 1) for name in declared})
    lr = 10 ** rng.uniform(-4, -1, 30)
    for copy in (lr, np.log10(lr), 1 / lr, (1e6 * lr).round()):
        found = about({"lr": lr, "copy": copy}, space=space)
        assert (found["lr"].reason, found["copy"].alias_of) == ("", "lr")


def test_declared_parameters_of_few_values_are_no_aliases(n):
    config = {"a": np.arange(n) % 3, "b": np.arange(n) % 3 * 10}
    declared = {name: Domain("categorical", choices=(0, 1, 2)) for name in config}
    assert about(config)["b"].alias_of == "a"
    assert about(config, space=Space(parameters={"a": declared["a"]}))["b"].alias_of == "a"
    assert about(config, space=Space(parameters=declared))["b"].reason == ""


def test_runs_that_failed_are_evidence_against_an_alias(rng, n):
    a = rng.random(n)
    every = pd.DataFrame({"a": np.append(a, 0.5), "b": np.append(2 * a, 0.1)})
    assert about({"a": a, "b": 2 * a})["b"].alias_of == "a"
    assert about({"a": a, "b": 2 * a}, every=every)["b"].reason == ""


def test_different_random_draws_are_no_aliases_even_with_replicates(rng):
    config = {"a": np.repeat(rng.random(20), 10), "b": np.repeat(rng.random(20), 10), "seed": np.tile(range(10), 20)}
    assert all(p.reason != "alias" for p in about(config).values())


def test_conditional_parameters_that_are_recorded_together_are_no_aliases(rng):
    use = np.repeat(np.arange(40) % 2 == 0, 5)
    a, b = (np.where(use, np.repeat(rng.random(40), 5), np.nan) for _ in range(2))
    found = about({"use": use, "a": a, "b": b})
    assert found["b"].reason == ""


def test_roles_of_the_user_win(rng, n):
    found = about({"x": rng.random(n), "seed": rng.integers(0, 3, n)}, roles={"x": "ignored", "seed": "none"})
    assert (found["x"].role, found["x"].reason) == ("ignored", "user")
    assert found["seed"].modelled
    assert (found["x"].role_reason, found["x"].role_words, found["x"].default_role) == ("user", "you said so", "none")


def test_a_role_that_no_model_sees_changes_nothing_but_the_role(rng, n):
    config = {"lr": rng.random(n), "dataset": ["digits"] * n, "note": rng.random(n)}
    plain = about(config)
    given = about(config, roles={"lr": "scientific", "dataset": "nuisance", "note": "fixed"})
    for name, role in (("lr", "scientific"), ("dataset", "nuisance"), ("note", "fixed")):
        assert given[name] == replace(plain[name], role=role, role_reason="user", role_words="you said so")
    assert given["dataset"].reason == "constant"  # it stays hidden, and says why


def test_a_role_for_a_parameter_that_does_not_exist_is_refused():
    with pytest.raises(QuestionError, match="Did you mean 'learning_rate'"):
        about({"learning_rate": [1.0, 2.0]}, roles={"learningrate": "ignored"})


def test_a_condition_is_found_from_the_pattern_of_missing_values(rng, n):
    optimizer = rng.choice(["adam", "sgd", "rmsprop"], n)
    found = about(
        {
            "optimizer": optimizer,
            "momentum": np.where(optimizer == "sgd", rng.random(n), np.nan),
            "decay": np.where(optimizer != "sgd", rng.random(n), np.nan),
            "sometimes": np.where(rng.random(n) < 0.5, rng.random(n), np.nan),
        }
    )
    assert found["momentum"].condition == ("optimizer", ("sgd",))
    assert found["decay"].condition == ("optimizer", ("adam", "rmsprop"))
    assert found["sometimes"].condition is None
    assert found["momentum"].words == "only where optimizer is sgd"


def test_of_several_explanations_the_nearest_name_wins(rng, n):
    use = rng.random(n) < 0.5
    found = about({"a.use": use, "b.use": use, "b.rate": np.where(use, rng.random(n), np.nan)})
    assert found["b.rate"].condition[0] == "b.use"


def test_none_is_a_missing_value_only_where_another_parameter_explains_it(rng, n):
    optimizer = np.array(["adam", "sgd"] * (n // 2))
    momentum = pd.Series([round(float(x), 3) for x in rng.random(n)], dtype=object)
    momentum[optimizer == "adam"] = "None"
    depth = pd.Series([int(x) for x in rng.integers(1, 9, n)], dtype=object)
    depth[rng.random(n) < 0.3] = "None"
    config = clear_nulls(plain_frame(pd.DataFrame({"optimizer": optimizer, "momentum": momentum, "depth": depth})))
    found = about(config)
    assert found["momentum"].condition == ("optimizer", ("sgd",))
    assert found["momentum"].kind == "real"
    assert found["depth"].condition is None
    assert "None" in found["depth"].value_range


def test_an_outcome_among_the_settings_is_found_and_a_good_setting_is_not(rng, n):
    lr = rng.random(n)
    loss = lr**2
    config = {"lr": lr, "best_loss": loss + 1e-6 * rng.normal(size=n), "final_step": rng.integers(5, 50, n)}
    found = about(config, summary=pd.DataFrame({"loss": loss}))
    assert found["best_loss"].reason == "outcome"
    assert "follows loss" in found["best_loss"].words
    assert found["lr"].reason == ""  # it predicts the loss perfectly, and is a setting all the same
    assert found["final_step"].reason == ""


def test_a_column_whose_place_was_guessed_is_watched(rng, n):
    x = rng.random(n)
    guessed = (Column("zeta_q", "config", "zeta_q", "guess"),)
    assert about({"zeta_q": x}, summary=pd.DataFrame({"loss": x * 3}), columns=guessed)["zeta_q"].reason == "outcome"
    assert about({"zeta_q": x}, summary=pd.DataFrame({"loss": x * 3}))["zeta_q"].reason == ""
    said = (Column("zeta_q", "config", "zeta_q", "given", by_user=True),)
    assert about({"zeta_q": x}, summary=pd.DataFrame({"loss": x * 3}), columns=said)["zeta_q"].reason == ""
    assert about({"test/acc": x}, summary=pd.DataFrame({"loss": x * 3}))["test/acc"].reason == "outcome"
    said = (Column("test/acc", "config", "test/acc", "given", by_user=True),)
    assert about({"test/acc": x}, summary=pd.DataFrame({"loss": x * 3}), columns=said)["test/acc"].reason == ""


def test_epochs_that_the_final_epoch_echoes_are_a_setting(rng, n):
    epochs = rng.integers(5, 50, n)
    summary = pd.DataFrame({"epoch": epochs.astype(float)})
    columns = (Column("max_epoch", "config", "max_epoch", "guess"),)
    assert about({"max_epoch": epochs}, summary=summary, columns=columns)["max_epoch"].reason == ""


def test_a_constant_that_is_not_always_recorded_says_so(n):
    found = about({"x": [1.0] * 10 + [np.nan] * (n - 10)})
    assert found["x"].words == "constant: always 1 in the 10 of 60 runs that record it"


def test_a_parameter_never_recorded(n):
    assert about({"x": [np.nan] * n})["x"].words == "never recorded"


def test_what_is_none_in_the_same_runs_does_not_explain_a_null():
    weight = ["None", "balanced"] * 10
    config = clear_nulls(pd.DataFrame({"class_weight": weight, "again": weight}, dtype="str"))
    assert config["class_weight"].tolist() == config["again"].tolist() == weight
