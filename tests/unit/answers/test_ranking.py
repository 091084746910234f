import json
from dataclasses import replace

import pytest

from panel.answers import base, designs, projects, ranking
from panel.answers.base import Answer, get, get_cached, make_key
from panel.answers.comparing import change_target, compare_methods, compare_targets
from panel.answers.defaults import choose_default_selection
from panel.answers.equality import keep_request
from panel.answers.ranking import EXPLANATION, IMPORTANCE, LINEAR, OVERVIEW, RESPONSE, answer_ranking
from panel.answers.registry import ANSWERS, read_request
from panel.answers.runs import RECORDS
from panel.errors import QuestionError, SourceError
from panel.importance import METHODS
from panel.question.selection import Selection, Target
from panel.store import loading
from tests.contract.examples import EXAMPLES


@pytest.fixture
def opened(table, folder):
    return loading.load_source(loading.Wanted((str(table),)), folder)


def test_the_answer_has_the_agreed_fields(opened, folder):
    answer = answer_ranking(choose_default_selection(opened, folder), "forest", folder)
    assert list(answer) == [
        "schema",
        "project",
        "target",
        "taken",
        "spellings",
        "failures",
        "columns",
        "method",
        "level",
        "runs",
        "surrogate",
        "trust",
        "adaptive",
        "empty",
        "importance",
        "decide_failures",
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
    assert answer["notes"] == []
    noted = answer_ranking(choose_default_selection(opened, folder), "top", folder)
    assert noted["notes"] and [note["text"] for note in noted["messages"]["notes"]] == noted["notes"]
    assert set(answer["target"]) >= {"metric", "goal", "value", "scale"}
    assert set(answer["runs"]) >= {"loaded", "used", "left_out"}
    assert {"parameter", "importance", "low", "high", "floor", "clear", "raw"} <= set(answer["importance"][0])
    assert {"parameter", "value", "correlation", "low", "high", "p", "n", "spearman", "eta"} <= set(
        answer["correlation"][0]
    )
    assert {"parameter", "kind", "scale", "role", "reason"} <= set(answer["parameters"][0])
    json.dumps(answer, allow_nan=False)


def test_a_likely_target_is_chosen_and_the_sweeps_own_wins(opened, folder):
    assert choose_default_selection(opened, folder).target.metric == "val_loss"
    assert choose_default_selection(opened, folder, metric="val_acc").target.metric == "val_acc"
    sample = loading.load_source(loading.Wanted(("sample",)), folder)
    assert choose_default_selection(sample, folder).target.metric == "val_loss"


def test_an_importance_is_computed_once(opened, folder, monkeypatch):
    selection = choose_default_selection(opened, folder)
    assert get_cached(IMPORTANCE.make_request(selection, method="forest"), folder) is None
    first = get(IMPORTANCE.make_request(selection, method="forest"), folder)
    monkeypatch.setattr(ranking, "compute", lambda *_: pytest.fail("computed twice"))
    assert get(IMPORTANCE.make_request(selection, method="forest"), folder) == first
    assert get_cached(IMPORTANCE.make_request(selection, method="forest"), folder) == first


def test_another_question_has_another_key(opened, folder):
    a = Selection(opened, Target("val_loss"))
    keys = {
        make_key(IMPORTANCE.make_request(s, method=m), folder)
        for s in (a, a.with_target(scale="log"))
        for m in ("forest", "article")
    }
    assert len(keys) == 4


def test_places_can_be_given_in_the_question(opened, folder):
    selection = Selection(opened, Target("val_loss"), places=(("kind", "ignored"), ("val_acc", "config")))
    names = {p["parameter"] for p in get(OVERVIEW.make_request(selection), folder)["parameters"]}
    assert names == {"lr", "val_acc"}
    with pytest.raises(SourceError, match="'nothing'"):
        get(OVERVIEW.make_request(Selection(opened, Target("val_loss"), places=(("nothing", "config"),))), folder)


def test_a_project_that_is_not_there(folder):
    with pytest.raises(SourceError, match="not in the cache"):
        get(OVERVIEW.make_request(Selection("abc123", Target("loss"))), folder)


def test_the_other_studies_of_a_source_are_named(folder):
    example = EXAMPLES["optuna"]
    where = example.origin / example.given
    project_id = loading.load_source(loading.Wanted((str(where),)), folder)
    notes = get(OVERVIEW.make_request(choose_default_selection(project_id, folder)), folder)["notes"]
    first, second = example.parts
    assert f"This is {first!r}, one of 2 in {where}; the other: {second!r} (6 runs)." == notes[0]
    assert f"All together: {where}#*." == notes[1]


def test_methods_are_compared_as_far_as_they_are_computed(opened, folder):
    asked = choose_default_selection(opened, folder)
    assert compare_methods(asked, folder)["methods"] == []
    get(IMPORTANCE.make_request(asked, method="forest"), folder)
    get(IMPORTANCE.make_request(asked, method="article"), folder)
    found = compare_methods(asked, folder)
    assert found["methods"] == ["forest", "article"]
    assert found["missing"] == ["permutation", "fanova", "gaussian_process", "top", "shap"]
    assert found["concordance"] == 1.0


def test_the_linear_model_is_kept(opened, folder, monkeypatch):
    asked = choose_default_selection(opened, folder)
    first = get(LINEAR.make_request(asked), folder)
    assert [row["parameter"] for row in first["rows"]] == ["intercept", "kind", "lr"]
    monkeypatch.setattr(ranking.linear, "fit", lambda _: pytest.fail("fitted twice"))
    assert get(LINEAR.make_request(asked), folder) == first


def test_which_runs_are_the_best_is_asked_by_one_method_only(opened, folder):
    asked = choose_default_selection(opened, folder)
    other = replace(asked, top=0.3)
    assert make_key(IMPORTANCE.make_request(asked, method="forest"), folder) == make_key(
        IMPORTANCE.make_request(other, method="forest"), folder
    )
    assert make_key(IMPORTANCE.make_request(asked, method="top"), folder) != make_key(
        IMPORTANCE.make_request(other, method="top"), folder
    )


def test_several_targets_side_by_side(opened, folder):
    selection = Selection(opened, Target("val_loss"))
    both = ("val_loss", "val_acc")
    assert compare_targets(selection, both, "forest", folder)["missing"] == list(both)
    own = get(IMPORTANCE.make_request(selection, method="forest"), folder)
    other = get(IMPORTANCE.make_request(change_target(selection, "val_acc"), method="forest"), folder)
    found = compare_targets(selection, both, "forest", folder)
    assert found["missing"] == []
    assert found["methods"] == list(both)
    share = {row["parameter"]: row["importance"] for row in found["rows"]}
    for record, metric in ((own, "val_loss"), (other, "val_acc")):
        for row in record["importance"]:
            assert share[row["parameter"]][metric] == row["importance"]
    assert "targets" in found["words"]


def test_a_large_record_that_came_quickly_is_kept_only_if_a_job_computed_it(opened, folder, monkeypatch):
    selection, called = choose_default_selection(opened, folder), []
    monkeypatch.setattr(base, "QUICK", 60.0)

    def compute(request, folder, progress):
        called.append(request.asked["size"])
        return {"x": "0" * request.asked["size"]}

    sized = Answer("sized", keep_request, compute)

    def record_of(size, job=False):
        for _ in range(2):
            get(sized.make_request(selection, size=size), folder, keep_large=job)
        return called.count(size)

    assert record_of(1_000) == 1
    assert record_of(2_000_000) == 2
    assert record_of(2_000_001, job=True) == 1
    monkeypatch.setattr(base, "QUICK", 0.0)
    assert record_of(2_000_002) == 1, "what took long is kept"


def test_every_answer_has_a_name_of_its_own_and_its_requests_come_back_from_json(opened, folder):
    names = [answer.name for answer in ANSWERS]
    assert len(set(names)) == len(names)
    selection = choose_default_selection(opened, folder)
    for answer in ANSWERS:
        request = answer.make_request(selection, method="forest")
        assert read_request(json.loads(json.dumps(request.to_json()))) == request


def keys_of(selection, folder):
    """Return the keys of all that is computed for a question."""
    return {
        *(make_key(IMPORTANCE.make_request(selection, method=m.NAME), folder) for m in METHODS),
        make_key(LINEAR.make_request(selection), folder),
        make_key(RESPONSE.make_request(selection, parameters=["lr"]), folder),
        make_key(EXPLANATION.make_request(selection, run="0"), folder),
        make_key(RECORDS["slices"].make_request(selection), folder),
        make_key(RECORDS["isolation"].make_request(selection, parameter="kind"), folder),
    }


@pytest.fixture
def seeded(tmp_path, table, folder):
    """A project with a seed beside what is tuned."""
    head, *lines = table.read_text().splitlines()
    file = tmp_path / "seeded.csv"
    file.write_text("\n".join([f"seed,{head}", *(f"{i % 3},{line}" for i, line in enumerate(lines))]) + "\n")
    return loading.load_source(loading.Wanted((str(file),)), folder)


def test_a_role_that_no_model_sees_computes_nothing_again(seeded, folder, monkeypatch):
    plain = choose_default_selection(seeded, folder)
    keys = keys_of(plain, folder)
    first = get(OVERVIEW.make_request(plain), folder)
    importance = get(IMPORTANCE.make_request(plain, method="forest"), folder)
    for module, name in ((ranking, "compute"), (ranking, "describe"), (projects.design, "build")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("computed again"))
    for role in ("scientific", "nuisance", "fixed", "none"):
        asked = replace(plain, roles=(("kind", role), ("lr", role)))
        assert keys_of(asked, folder) == keys
        assert get(IMPORTANCE.make_request(asked, method="forest"), folder) == importance
        overview = get(OVERVIEW.make_request(asked), folder)
        found = {p["parameter"]: (p["role"], p["role_reason"], p["default_role"]) for p in overview["parameters"]}
        assert found == {
            "seed": ("seed", "seed", "seed"),
            "lr": (role, "user", "nuisance"),
            "kind": (role, "user", "none"),
        }
        assert {**overview, "parameters": first["parameters"]} == first
        seen = designs.get_design(asked, folder)
        assert {p.name: p.role for p in seen.parameters} == {"seed": "seed", "lr": role, "kind": role}
    assert [p["reason"] for p in overview["parameters"]] == [p["reason"] for p in first["parameters"]]


def test_a_role_that_takes_a_parameter_into_models_or_out_asks_anew(seeded, folder):
    plain = choose_default_selection(seeded, folder)
    out = replace(plain, roles=(("kind", "ignored"),))
    entered = [replace(plain, roles=(("seed", role),)) for role in ("none", "scientific", "nuisance")]
    keys = [frozenset(keys_of(asked, folder)) for asked in (plain, out, *entered)]
    assert len(set(keys)) == 3  # as it is, without the kind, with the seed
    assert not keys[0] & keys[1]
    rows = get(IMPORTANCE.make_request(entered[0], method="forest"), folder)["importance"]
    assert {row["parameter"] for row in rows} == {"lr", "kind", "seed"}
    found = {p["parameter"]: p for p in get(OVERVIEW.make_request(entered[1]), folder)["parameters"]}
    assert (found["seed"]["role"], found["seed"]["words"]) == ("scientific", "scientific: you said so")
    with pytest.raises(QuestionError, match="no parameter 'kin'"):
        get(IMPORTANCE.make_request(replace(plain, roles=(("kin", "nuisance"),)), method="forest"), folder)


def test_which_parameter_is_compared_first_depends_on_roles(seeded, folder):
    plain = choose_default_selection(seeded, folder)
    given = replace(plain, roles=(("lr", "scientific"),))
    assert get(RECORDS["isolation"].make_request(plain), folder)["parameter"] == "kind"
    assert get(RECORDS["isolation"].make_request(given), folder)["parameter"] == "lr"


def test_what_differs_within_groups_is_out_whatever_its_role(seeded, folder):
    asked = replace(choose_default_selection(seeded, folder), group="config.seed", roles=(("lr", "scientific"),))
    found = {p["parameter"]: p for p in get(OVERVIEW.make_request(asked), folder)["parameters"]}
    assert (found["lr"]["role"], found["lr"]["reason"]) == ("ignored", "differs")
