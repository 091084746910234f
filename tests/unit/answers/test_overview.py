import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.answers.overview import Overview, describe
from panel.data.project import Space, from_frames
from panel.question.conditions import Condition
from panel.question.design import build
from panel.question.parameter import see_roles_in_json
from panel.question.selection import Selection, Target


@pytest.fixture
def project(rng):
    lr = 10 ** rng.uniform(-4, -1, 60)
    config = pd.DataFrame({"lr": lr, "optimizer": rng.choice(["adam", "sgd"], 60), "seed": np.arange(60) % 3})
    summary = pd.DataFrame({"loss": np.log10(lr) ** 2 + rng.normal(0, 0.1, 60)})
    summary.loc[4, "loss"] = np.nan
    runs = pd.DataFrame({"state": ["failed", *["finished"] * 59]})
    return from_frames(config, summary, runs=runs)


def ask(project, **asked):
    selection = Selection("id", Target("loss"), **asked)
    return describe(project, build(project, selection), selection)


def test_it_is_plain_json_with_what_its_sentences_are_made_of_beside_them(project):
    data = ask(project, filters=(Condition("config.optimizer", ("adam",)),)).to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert list(data["runs"]["left_out"])[:2] == ["failed", "filtered"]
    codes = {words: reason["code"] for words, reason in data["runs"]["messages"]["left_out"].items()}
    assert (codes["failed"], codes["filtered"]) == ("left_out.state", "left_out.filtered")
    parameter = next(p for p in data["parameters"] if p["parameter"] == "seed")
    assert parameter["words"] == "seed: 3 values, runs that differ only in it are replicates"
    assert parameter["messages"]["words"]["parts"]["distinct"]["value"] == 3
    assert data["target"]["messages"]["scale_reason"]["code"].startswith("scale.")


def test_a_text_that_says_nothing_has_no_message(project):
    lr = next(p for p in ask(project).to_json()["parameters"] if p["parameter"] == "lr")
    assert lr["words"] == "" and "words" not in lr["messages"]


def test_why_nothing_can_be_computed_and_why_a_search_is_adaptive(project):
    few = ask(project, picked=("1", "2", "3")).to_json()
    assert few["empty"]["reason"] == "too few runs"
    said = "Only 3 of 60 runs are usable; importance and checks need at least 10 runs. Left out: 1 failed"
    assert few["empty"]["words"].startswith(said)
    assert few["adaptive"] is None
    adaptive = ask(replace(project, space=Space("loss", None, "bayes"))).to_json()["adaptive"]
    assert adaptive["reason"] == "its method is bayes"
    assert adaptive["messages"]["reason"]["parts"] == {"method": "bayes"}


def test_the_other_parts_of_a_source_are_named(project):
    def note(*names, source="file.db#a", runs=None):
        parts = tuple(f"file.db#{name}" for name in names)
        return ask(replace(project, source=source, parts=parts, part_runs=runs or (None,) * len(parts))).notes

    every = "All together: file.db#*."
    assert note() == ()
    assert note("a", "b") == ("This is 'a', one of 2 in file.db; the other: 'b'.", every)
    assert note("a", "b", "c") == ("This is 'a', one of 3 in file.db; the others: 'b', 'c'.", every)
    assert note(*"abcdef") == ("This is 'a', one of 6 in file.db; the others: 'b', 'c', 'd' and 2 more.", every)
    assert note("a", "b", runs=(9, 0)) == ("This is 'a', one of 2 in file.db; the other: 'b' (0 runs).",)
    assert note("a", "b", source="file.db#*", runs=(9, 1)) == ("All 2 in file.db together: 'a' (9 runs), 'b' (1 run).",)


def test_roles_that_models_do_not_see_are_seen_in_json(project):
    parameters = ask(project).to_json()["parameters"]
    seen = see_roles_in_json(parameters, {"lr": "scientific"})
    assert [p["role"] for p in seen] == ["scientific", "scientific", "seed"]
    assert seen[0]["messages"]["role_words"]["code"] == "role.user"
    assert seen == list(ask(project, roles=(("lr", "scientific"),)).to_json()["parameters"])


def test_a_record_comes_back(project):
    data = ask(project).to_json()
    back = Overview.from_json(json.loads(json.dumps(data)))
    assert back.to_json() == data
    assert back == ask(project)
