"""Verdicts beside a baseline, of a search that still runs: they change with the evidence."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.sweeps import sound, study
from panel.data.messages import NOTHING, say
from panel.runs import adopt, isolation
from panel.runs.groups import Standing
from panel.runs.judging import BEYOND, SURELY, judge
from panel.runs.matter import Matter
from panel.runs.milestones import FIRST, find_milestone, keep_runs, list_milestones

MATTER = Matter(1.0, 1.0, say("test.matter", "one"))


def standing(**judged):
    return Standing("a", NOTHING, 9, 9, 0, **judged)


def compared(difference, half, p, **before):
    """Return how a group is judged whose difference in loss is known, after it was judged as given."""
    now = standing(rank_difference=difference, rank_half=half, excludes=abs(difference) > half)
    return judge(now, p, MATTER, 0, lambda: [standing(**before)])


def test_what_is_near_a_limit_is_as_it_was_before():
    near = (SURELY + BEYOND) / 2
    assert compared(-3, 2, SURELY).verdict == "better"
    assert compared(3, 2, SURELY).verdict == "worse"
    assert compared(-3, 2, near).verdict == "same"
    assert compared(-3, 2, near, verdict="better").verdict == "better"
    assert compared(-3, 2, near, verdict="worse").verdict == "same"
    assert compared(-3, 2, 2 * BEYOND, verdict="better").verdict == "same"
    assert compared(-3, 4, SURELY, verdict="better").verdict == "same", "its interval holds none"


def test_what_hardly_differs_lies_well_within_what_matters_or_did_before():
    assert compared(0.1, 0.6, 0.5).alike
    assert not compared(0.1, 0.8, 0.5).alike
    assert compared(0.1, 0.8, 0.5, alike=True).alike
    assert not compared(0.1, 1.0, 0.5, alike=True).alike
    assert compared(1.0, 1.7, 0.5).hopeless, "at best better by .7, and perhaps much worse"
    assert not compared(1.0, 1.9, 0.5).hopeless
    assert compared(1.0, 1.9, 0.5, hopeless=True).hopeless
    assert not compared(1.0, 0.9, 0.01, hopeless=True).hopeless, "it is worse in any case"


def test_milestones_are_the_first_runs_and_stay_the_same():
    runs = study(sound(3, runs=60, curves=False)).runs
    sizes = [len(kept) for kept in list_milestones(runs)]
    assert sizes == sorted(sizes) and sizes[-1] == len(find_milestone(runs)) < len(runs)
    then = keep_runs(runs, find_milestone(runs))
    assert then.order.max() < min(set(runs.order) - set(then.order))
    first = keep_runs(runs, np.sort(np.argsort(runs.order)[:FIRST]))
    assert find_milestone(first) is None and list_milestones(first) == []


@pytest.mark.heavy
def test_isolation_and_adopt_seldom_change_while_a_search_runs():
    changes = {"activation": [], "optimizer": [], "isolation": []}
    for seed in range(300, 306):
        whole = study(sound(seed, runs=80, curves=False)).runs
        started = np.argsort(whole.order, kind="stable")
        told = {name: [] for name in changes}
        for n in range(20, 81, 2):
            runs = keep_runs(whole, np.sort(started[:n]))
            told["activation"].append(adopt.record(runs, adopt.Asked("values", "model.activation", "gelu", "tanh")))
            told["optimizer"].append(adopt.record(runs, adopt.Asked("values", "optimizer.name", "adam", "sgd")))
            values = isolation.record(runs, isolation.Asked("model.activation", baseline="gelu")).buckets
            told["isolation"].append(values[-1].verdict)
        for name, records in told.items():
            verdicts = [getattr(record, "verdict", record) for record in records]
            changes[name].append(sum(a != b for a, b in pairwise(verdicts)))
    assert max(changes["activation"]) <= 2 and max(changes["isolation"]) <= 3
    assert max(changes["optimizer"]) <= 6 and sum(changes["optimizer"]) <= 12
    assert all(max(counts) for counts in changes.values()), "nothing was ever told"
