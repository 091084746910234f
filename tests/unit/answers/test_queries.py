import json
from dataclasses import replace

import pytest

from panel import runs
from panel.answers import asking, queries, run_queries, tasks
from panel.errors import QuestionError, SourceError
from panel.importance import METHODS
from panel.question.selection import Selection, Target
from panel.store import loading
from tests.contract.examples import EXAMPLES


@pytest.fixture
def opened(table, folder):
    return loading.load_source(loading.Wanted((str(table),)), folder)


def test_the_answer_has_the_agreed_fields(opened, folder):
    answer = queries.answer(queries.default_selection(opened, folder), "forest", folder)
    assert list(answer) == [
        "schema",
        "project",
        "target",
        "method",
        "level",
        "runs",
        "surrogate",
        "trust",
        "adaptive",
        "empty",
        "importance",
        "groups",
        "pairs",
        "parts",
        "correlation",
        "parameters",
        "notes",
        "skipped",
        "skipped_count",
        "seed",
    ]
    assert answer["schema"] == 1
    assert set(answer["target"]) >= {"metric", "goal", "value", "scale"}
    assert set(answer["runs"]) >= {"loaded", "used", "left_out"}
    assert {"parameter", "importance", "low", "high", "floor", "clear", "raw"} <= set(answer["importance"][0])
    assert {"parameter", "value", "correlation", "low", "high", "p", "n", "spearman", "eta"} <= set(
        answer["correlation"][0]
    )
    assert {"parameter", "kind", "scale", "role", "reason"} <= set(answer["parameters"][0])
    json.dumps(answer, allow_nan=False)


def test_a_likely_target_is_chosen_and_the_sweeps_own_wins(opened, folder):
    assert queries.default_selection(opened, folder).target.metric == "val_loss"
    assert queries.default_selection(opened, folder, metric="val_acc").target.metric == "val_acc"
    sample = loading.load_source(loading.Wanted(("sample",)), folder)
    assert queries.default_selection(sample, folder).target.metric == "val_loss"


def test_an_importance_is_computed_once(opened, folder, monkeypatch):
    selection = queries.default_selection(opened, folder)
    assert queries.cached_importance(selection, "forest", folder) is None
    first = queries.importance_of(selection, "forest", folder)
    monkeypatch.setattr(queries, "compute_importance", lambda *_: pytest.fail("computed twice"))
    assert queries.importance_of(selection, "forest", folder) == first
    assert queries.cached_importance(selection, "forest", folder) == first


def test_another_question_has_another_key(opened, folder):
    a = Selection(opened, Target("val_loss"))
    keys = {
        queries.importance_key(s, m, folder) for s in (a, a.with_target(scale="log")) for m in ("forest", "article")
    }
    assert len(keys) == 4


def test_places_can_be_given_in_the_question(opened, folder):
    selection = Selection(opened, Target("val_loss"), places=(("kind", "ignored"), ("val_acc", "config")))
    names = {p["parameter"] for p in queries.overview(selection, folder)["parameters"]}
    assert names == {"lr", "val_acc"}
    with pytest.raises(SourceError, match="'nothing'"):
        queries.overview(Selection(opened, Target("val_loss"), places=(("nothing", "config"),)), folder)


def test_a_project_that_is_not_there(folder):
    with pytest.raises(SourceError, match="not in the cache"):
        queries.overview(Selection("abc123", Target("loss")), folder)


def test_the_other_studies_of_a_source_are_named(folder):
    example = EXAMPLES["optuna"]
    where = example.origin / example.given
    project_id = loading.load_source(loading.Wanted((str(where),)), folder)
    notes = queries.overview(queries.default_selection(project_id, folder), folder)["notes"]
    first, second = example.parts
    assert f"This is {first!r}, one of 2 in {where}; the other: {second!r}." in notes


def test_methods_are_compared_as_far_as_they_are_computed(opened, folder):
    asked = queries.default_selection(opened, folder)
    assert queries.comparison_of(asked, folder)["methods"] == ()
    queries.importance_of(asked, "forest", folder)
    queries.importance_of(asked, "article", folder)
    found = queries.comparison_of(asked, folder)
    assert found["methods"] == ("forest", "article")
    assert found["missing"] == ["permutation", "fanova", "top", "shap"]
    assert found["concordance"] == 1.0


def test_the_linear_model_is_kept(opened, folder, monkeypatch):
    asked = queries.default_selection(opened, folder)
    first = queries.linear_of(asked, folder)
    assert [row["parameter"] for row in first["rows"]] == ["intercept", "kind", "lr"]
    monkeypatch.setattr(queries.linear, "fit", lambda _: pytest.fail("fitted twice"))
    assert queries.linear_of(asked, folder) == first


def test_which_runs_are_the_best_is_asked_by_one_method_only(opened, folder):
    asked = queries.default_selection(opened, folder)
    other = replace(asked, top=0.3)
    assert queries.importance_key(asked, "forest", folder) == queries.importance_key(other, "forest", folder)
    assert queries.importance_key(asked, "top", folder) != queries.importance_key(other, "top", folder)


def test_several_targets_side_by_side(opened, folder):
    selection = Selection(opened, Target("val_loss"))
    both = ("val_loss", "val_acc")
    assert queries.targets_of(selection, both, "forest", folder)["missing"] == list(both)
    own = queries.importance_of(selection, "forest", folder)
    other = queries.importance_of(queries.of_target(selection, "val_acc"), "forest", folder)
    found = queries.targets_of(selection, both, "forest", folder)
    assert found["missing"] == []
    assert found["methods"] == both
    share = {row["parameter"]: row["importance"] for row in found["rows"]}
    for record, metric in ((own, "val_loss"), (other, "val_acc")):
        for row in record["importance"]:
            assert share[row["parameter"]][metric] == row["importance"]
    assert "targets" in found["words"]


def test_a_large_record_that_came_quickly_is_kept_only_if_a_job_computed_it(opened, folder, monkeypatch):
    selection, called = queries.default_selection(opened, folder), []
    monkeypatch.setattr(asking, "QUICK", 60.0)

    def record_of(size, job=False):
        monkeypatch.setattr(runs, "tell", lambda *_: called.append(size) or {"x": "0" * size})
        monkeypatch.setattr(runs, "asks_roles", lambda *_: False)
        for _ in range(2):
            if job:
                what = {"record": "size", "selection": selection.to_json(), "asked": {"size": size}}
                tasks.work(folder, what, lambda done: None)
            else:
                run_queries.record_of("size", selection, {"size": size}, folder)
        return called.count(size)

    assert record_of(1_000) == 1
    assert record_of(2_000_000) == 2
    assert record_of(2_000_001, job=True) == 1
    monkeypatch.setattr(asking, "QUICK", 0.0)
    assert record_of(2_000_002) == 1, "what took long is kept"


def keys_of(selection, folder):
    """Return the keys of all that is computed for a question."""
    return {
        *(queries.importance_key(selection, m.NAME, folder) for m in METHODS),
        queries.linear_key(selection, folder),
        queries.response_key(selection, ("lr",), folder),
        queries.explanation_key(selection, "0", folder),
        run_queries.record_key("slices", selection, {}, folder),
        run_queries.record_key("isolation", selection, {"parameter": "kind"}, folder),
    }


@pytest.fixture
def seeded(tmp_path, table, folder):
    """A project with a seed beside what is tuned."""
    head, *lines = table.read_text().splitlines()
    file = tmp_path / "seeded.csv"
    file.write_text("\n".join([f"seed,{head}", *(f"{i % 3},{line}" for i, line in enumerate(lines))]) + "\n")
    return loading.load_source(loading.Wanted((str(file),)), folder)


def test_a_role_that_no_model_sees_computes_nothing_again(seeded, folder, monkeypatch):
    plain = queries.default_selection(seeded, folder)
    keys = keys_of(plain, folder)
    first, importance = queries.overview(plain, folder), queries.importance_of(plain, "forest", folder)
    for module, name in ((queries, "compute_importance"), (queries, "correlate"), (asking.design, "build")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("computed again"))
    for role in ("scientific", "nuisance", "fixed", "none"):
        asked = replace(plain, roles=(("kind", role), ("lr", role)))
        assert keys_of(asked, folder) == keys
        assert queries.importance_of(asked, "forest", folder) == importance
        overview = queries.overview(asked, folder)
        found = {p["parameter"]: (p["role"], p["role_reason"], p["default_role"]) for p in overview["parameters"]}
        assert found == {
            "seed": ("seed", "seed", "seed"),
            "lr": (role, "user", "nuisance"),
            "kind": (role, "user", "none"),
        }
        assert {**overview, "parameters": first["parameters"]} == first
        seen = asking.design_of(asked, folder)
        assert {p.name: p.role for p in seen.parameters} == {"seed": "seed", "lr": role, "kind": role}
    assert [p["reason"] for p in overview["parameters"]] == [p["reason"] for p in first["parameters"]]


def test_a_role_that_takes_a_parameter_into_models_or_out_asks_anew(seeded, folder):
    plain = queries.default_selection(seeded, folder)
    out = replace(plain, roles=(("kind", "ignored"),))
    entered = [replace(plain, roles=(("seed", role),)) for role in ("none", "scientific", "nuisance")]
    keys = [frozenset(keys_of(asked, folder)) for asked in (plain, out, *entered)]
    assert len(set(keys)) == 3  # as it is, without the kind, with the seed
    assert not keys[0] & keys[1]
    rows = queries.importance_of(entered[0], "forest", folder)["importance"]
    assert {row["parameter"] for row in rows} == {"lr", "kind", "seed"}
    found = {p["parameter"]: p for p in queries.overview(entered[1], folder)["parameters"]}
    assert (found["seed"]["role"], found["seed"]["words"]) == ("scientific", "scientific: you said so")
    with pytest.raises(QuestionError, match="no parameter 'kin'"):
        queries.importance_of(replace(plain, roles=(("kin", "nuisance"),)), "forest", folder)


def test_which_parameter_is_compared_first_depends_on_roles(seeded, folder):
    plain = queries.default_selection(seeded, folder)
    given = replace(plain, roles=(("lr", "scientific"),))
    assert run_queries.record_of("isolation", plain, {}, folder)["parameter"] == "kind"
    assert run_queries.record_of("isolation", given, {}, folder)["parameter"] == "lr"


def test_what_differs_within_groups_is_out_whatever_its_role(seeded, folder):
    asked = replace(queries.default_selection(seeded, folder), group="config.seed", roles=(("lr", "scientific"),))
    found = {p["parameter"]: p for p in queries.overview(asked, folder)["parameters"]}
    assert (found["lr"]["role"], found["lr"]["reason"]) == ("ignored", "differs")
