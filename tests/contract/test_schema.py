"""What ``--json`` prints is what its schema says, whatever the project and the question."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from panel.answers.defaults import choose_default_selection
from panel.answers.everything import answer_everything
from panel.data.project import Domain, Space, from_frames
from panel.data.snapshot import save
from panel.importance import METHODS, list_installed
from panel.question.conditions import Condition
from panel.question.selection import Selection, Target
from panel.store import loading
from tests.contract.examples import EXAMPLES
from tools import script_types
from tools.schema import FILE, make_schema, write_schema

QUESTIONS = {
    "weighted": lambda asked: asked.with_target(metric='{"loss": 2, "acc": 1}'),
    "constant": lambda asked: asked.with_target(metric="same"),
    "failing": lambda asked: asked.with_target(value="failing"),
    "no metric": lambda asked: asked.with_target(metric=""),
    "grouped": lambda asked: replace(asked, group="replicates"),
    "too few": lambda asked: replace(asked, filters=(Condition("config.lr", low=0.05, high=0.06),)),
    "roles": lambda asked: replace(asked, roles=(("lr", "scientific"), ("flag", "ignored"))),
}


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


@pytest.fixture
def check(validator, folder):
    """Validate the answer to a question, and return it as another program reads it."""

    def validate(asked, method="article"):
        answer = json.loads(json.dumps(answer_everything(asked, method, folder), allow_nan=False))
        wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer)]
        assert wrong == []
        return answer

    return validate


@pytest.fixture
def odd(rng):
    """A project with settings of every kind, and metrics that are not finite, constant or no numbers."""
    n = 60
    optimizer = rng.choice(["adam", "sgd"], n)
    config = pd.DataFrame(
        {
            "lr": 10 ** rng.uniform(-4, -1, n),
            "optimizer": optimizer,
            "momentum": np.where(optimizer == "sgd", rng.random(n), np.nan),
            "layers": [[64, 32], [128]] * (n // 2),
            "mixed": [1, "auto", None] * (n // 3),
            "flag": rng.random(n) < 0.5,
            "seed": np.arange(n) % 3,
            "data": "digits",
            "folder": [f"/runs/{i}" for i in range(n)],
            "run_id": [f"x{i}z" for i in range(n)],
        }
    )
    config["lr_again"] = config["lr"] * 2
    loss = np.log10(config["lr"]) ** 2 + rng.normal(0, 0.1, n)
    config["final_loss"] = loss * 1.1
    summary = pd.DataFrame({"loss": loss, "acc": -loss, "same": 5.0, "text": "a"})
    summary.loc[3:4, "loss"] = [np.nan, np.inf]
    runs = pd.DataFrame({"state": ["failed", "crashed", *["finished"] * (n - 2)]})
    return from_frames(config, summary, runs=runs)


def test_the_types_of_the_pages_scripts_are_those_of_the_records():
    assert script_types.FILE.read_text(encoding="utf-8") == script_types.write_types(), "run make schema"


def test_the_schema_is_current():
    assert FILE.read_text(encoding="utf-8") == write_schema(make_schema()), "run python -m tools.schema"


def test_the_schema_is_one(validator):
    Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize("method", [m.NAME for m in METHODS])
def test_every_method(check, odd, folder, method):
    if method not in {m.NAME for m in list_installed()}:
        pytest.skip("not installed")
    answer = check(Selection(save(odd, folder), Target("loss")), method)
    assert answer["method"] == method
    assert bool(answer["pairs"]) == (method == "fanova")
    assert answer["checks"]["findings"] and answer["next_sweep"]["proposal"]["lines"]


def test_the_sample(check, folder):
    sample = loading.load_source(loading.Wanted(("sample",)), folder)
    answer = check(choose_default_selection(sample, folder), "forest")
    assert any(finding["evidence"] for finding in answer["checks"]["findings"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_odd_questions(check, odd, folder, name):
    answer = check(QUESTIONS[name](Selection(save(odd, folder), Target("loss"))))
    assert (answer["checks"] is None) == (name == "no metric")
    assert (answer["empty"] is None) == (name not in ("no metric", "too few", "constant"))


@pytest.mark.parametrize("name", ["optuna", "wandb", "smac", "ray", "mlflow"])
def test_sources(check, folder, name):
    example = next(e for key, e in EXAMPLES.items() if key.startswith(name))
    found = loading.load_source(loading.Wanted((str(example.origin / example.given),)), folder)
    check(choose_default_selection(found, folder))


def test_projects_with_little_in_them(check, odd, folder):
    for summary in (odd.summary[["text"]], odd.summary[[]]):
        assert (
            check(Selection(save(from_frames(odd.config, summary), folder), Target()))["empty"]["reason"] == "no metric"
        )
    constant = from_frames(odd.config[["data"]], odd.summary)
    assert check(Selection(save(constant, folder), Target("loss")))["empty"]["reason"] == "no varying parameter"


def test_a_space_without_limits_and_an_adaptive_search(check, odd, folder):
    domains = {
        "lr": Domain("real", 0.0, float("inf"), scale="log"),
        "optimizer": Domain("categorical", choices=("adam",)),
    }
    project = replace(odd, space=Space("loss", "minimize", "bayes", domains))
    assert check(Selection(save(project, folder), Target("loss")))["adaptive"]["reason"] == "its method is bayes"


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("project",),
        ("target",),
        ("runs",),
        ("trust",),
        ("surrogate",),
        ("importance", 0),
        ("correlation", 0),
        ("parameters", 0),
        ("parameters", 0, "messages"),
        ("checks",),
        ("checks", "findings", 0),
        ("next_sweep",),
        ("next_sweep", "proposal"),
        ("next_sweep", "proposal", "lines", 0),
        ("next_sweep", "proposal", "lines", 0, "domain"),
    ],
    ids=lambda path: ".".join(map(str, path)) or "answer",
)
def test_a_new_key_and_one_that_is_gone_are_noticed(validator, whole, path):
    answer = copy.deepcopy(whole)
    place = answer
    for step in path:
        place = place[step]
    place["new"] = 1
    assert not validator.is_valid(answer)
    del place["new"]
    assert validator.is_valid(answer)
    if path[-1:] not in (("surrogate",), ("messages",)):
        del place[next(iter(place))]
        assert not validator.is_valid(answer)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    from panel.store.cache import prepare

    folder = prepare(tmp_path_factory.mktemp("schema") / "cache")[0]
    asked = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    return json.loads(json.dumps(answer_everything(asked, "article", folder)))
