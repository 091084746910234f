"""The path to the best config on odd projects: plain JSON, always the same, and never an error."""

import json
from functools import partial

import pytest

from panel.checks import Study
from panel.next_sweep.between import learn_between
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import ablation, collect
from panel.runs.ablation_record import Asked
from tests.contract.test_records import ODD


def told(project, goal, baseline):
    selection = Selection("p", Target("loss", goal=goal))
    design = build(project, selection)
    study = Study(collect(project, selection, design), design)
    return ablation.record(study.runs, Asked(baseline), partial(learn_between, study))


@pytest.mark.parametrize("baseline", [None, "first"])
@pytest.mark.parametrize("goal", ["minimize", "maximize"])
@pytest.mark.parametrize("odd", ODD)
def test_it_is_plain_json_and_the_same_each_time(odd, goal, baseline):
    first = json.dumps(told(ODD[odd], goal, baseline).to_json(), allow_nan=False)
    assert json.dumps(told(ODD[odd], goal, baseline).to_json(), allow_nan=False) == first
    data = json.loads(first)
    assert ablation.from_json(data).to_json() == data


@pytest.mark.parametrize("odd", ODD)
def test_the_parts_add_up_to_the_whole(odd):
    found = told(ODD[odd], "minimize", "first")
    if odd == "none succeeded":
        assert found.empty.startswith("No run that counts is left, only 20 failed runs.")
        return
    assert found.lead.endswith(".")
    if found.steps:
        assert sum(step.share for step in found.steps) + found.left_share == pytest.approx(1)
