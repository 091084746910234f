"""One suite over all that is told of runs: it is plain JSON, always the same, and never fails on odd projects."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import RECORDS, collect, find, tell


def project_of(n: int, **changes):
    draw = np.random.default_rng(1)
    ids = [f"run {i}" for i in range(n)]
    config = {
        "lr": 10 ** draw.uniform(-4, -1, n),
        "optimizer": draw.choice(["sgd", "adam"], n),
        "width": draw.choice([16.0, 32.0, 64.0], n),
        "seed": draw.integers(0, 3, n),
    }
    config["momentum"] = np.where(config["optimizer"] == "sgd", draw.uniform(0, 1, n), np.nan)
    loss = (np.log10(config["lr"]) + 2) ** 2 + 0.1 * draw.standard_normal(n) + 1
    summary = {"loss": loss, "val_loss": loss + 0.1, "runtime": draw.uniform(1, 2, n)}
    history = pd.DataFrame(
        [(run, step, m, loss[i] + 1 / (1 + step)) for i, run in enumerate(ids) for step in range(3) for m in ("loss",)],
        columns=["run_id", "step", "metric", "value"],
    )
    runs = {"state": np.array(["finished"] * n, dtype=object)}
    for name, value in changes.items():
        frame = config if name in config else runs if name == "state" else summary
        frame[name] = value
    return from_frames(
        pd.DataFrame(config, index=ids),
        pd.DataFrame(summary, index=ids),
        history,
        pd.DataFrame(runs, index=ids),
    )


ODD = {
    "usual": project_of(60),
    "one run": project_of(1),
    "two runs": project_of(2),
    "none succeeded": project_of(20, state="failed"),
    "constant target": project_of(30, loss=1.0),
    "infinite and missing targets": project_of(30, loss=[np.inf, -np.inf, np.nan, 1.0, 2.0] * 6),
    "infinite settings": project_of(30, lr=[np.inf, 0.1, np.nan] * 10),
    "words beside numbers": project_of(30, width=[16, "auto", True] * 10),
    "names as markup": project_of(30, optimizer=["<b>x</b>", "a,b", '"'] * 10),
    "every value its own": project_of(40, optimizer=[f"value {i}" for i in range(40)]),
    "adaptive": replace(project_of(60), space=Space("loss", "minimize", "bayes", {})),
}


NAMES = [teller.NAME for teller in RECORDS]

ASKED = {"run_curves": {"run": "run 0"}}
"""What a record has to be asked, if it tells nothing unasked."""


def told(name, project, goal="minimize"):
    selection = Selection("p", Target("loss", goal=goal))
    return tell(name, collect(project, selection, build(project, selection)), ASKED.get(name, {}))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_plain_json_and_the_same_each_time(name, odd):
    first = json.dumps(told(name, ODD[odd]), allow_nan=False)
    assert json.dumps(told(name, ODD[odd]), allow_nan=False) == first
    assert json.loads(json.dumps(told(name, ODD[odd], "maximize"), allow_nan=False))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_a_record_comes_back_from_its_json(name, odd):
    data = json.loads(json.dumps(told(name, ODD[odd])))
    record = find(name).from_json(data)
    assert record.to_json() == data
    assert find(name).from_json(record.to_json()) == record


@pytest.mark.parametrize("name", sorted({*NAMES} - {"run_curves"}))
def test_where_no_run_succeeded_it_says_so(name):
    record = told(name, ODD["none succeeded"])
    assert record.get("empty") or "failed" in json.dumps(record)


@pytest.mark.parametrize("odd", ODD)
def test_a_run_has_its_curves_whether_it_succeeded_or_not(odd):
    whose = [curve["whose"] for curve in told("run_curves", ODD[odd])["curves"]]
    alone = odd in ("one run", "none succeeded")
    assert whose[0] == "this" and len(whose) == (1 if alone else 2)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_in_vain_is_named(name):
    selection = Selection("p", Target("loss"))
    runs = collect(ODD["usual"], selection, build(ODD["usual"], selection))
    asked = {
        "parameter": "nosuch",
        "parameters": ["nosuch"],
        "metrics": ["nosuch"],
        "x": "nosuch",
        "run": "nosuch",
        "k": "nosuch",
    }
    with pytest.raises(QuestionError, match="nosuch"):
        tell(name, runs, asked)


def test_a_record_that_is_not_there_is_named():
    with pytest.raises(QuestionError, match=r"no record 'isolaton'.*isolation"):
        find("isolaton")


def test_the_adaptive_project_counts_as_adaptive():
    selection = Selection("p", Target("loss", goal="minimize"))
    assert build(ODD["adaptive"], selection).adaptive
