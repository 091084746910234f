"""One suite over all checks: a finding is plain JSON, always the same, says something, and never fails."""

from __future__ import annotations

import json
from collections import Counter
from typing import get_args

import pytest

from benchmarks.adaptive_sweeps import make_asha, make_tpe
from benchmarks.sweeps import sound, study
from panel.checks import CHECKS, Finding, ask_all
from panel.checks.base import Verdict
from panel.data.messages import Message
from tests.contract.test_records import ODD

NAMES = [module.NAME for module in CHECKS]


def found(module, project, goal="minimize"):
    return module.check(study(project, "loss", goal=goal))


def test_names_and_questions_are_there_once():
    assert len(set(NAMES)) == len(CHECKS)
    assert len({module.QUESTION for module in CHECKS}) == len(CHECKS)
    assert all(module.QUESTION.endswith("?") for module in CHECKS)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("module", CHECKS, ids=NAMES)
def test_a_finding_is_plain_json_and_the_same_each_time(module, odd):
    for goal in ("minimize", "maximize"):
        finding = found(module, ODD[odd], goal)
        assert (finding.check, finding.question) == (module.NAME, module.QUESTION)
        assert finding.verdict in get_args(Verdict)
        assert finding.sentence.endswith(".")
        text = json.dumps(finding.to_json(), allow_nan=False)
        assert json.dumps(found(module, ODD[odd], goal).to_json(), allow_nan=False) == text
        back = Finding.from_json(json.loads(text))
        assert back.to_json() == json.loads(text)
        assert type(back.facts) is type(finding.facts) in (module.Facts, type(None))
        assert all(isinstance(words, Message) for words in (back.sentence, back.advice, back.basis))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("module", CHECKS, ids=NAMES)
def test_what_is_told_follows_from_what_was_measured(module, odd):
    asked = study(ODD[odd], "loss", goal="minimize")
    facts = module.measure(asked)
    assert type(facts) in (module.Facts, type(None))
    again = facts and module.Facts.from_json(json.loads(json.dumps(facts.to_json())))
    told = module.tell(asked, again).to_json()
    assert told == module.check(study(ODD[odd], "loss", goal="minimize")).to_json()


def test_a_finding_of_no_check_is_refused():
    with pytest.raises(ValueError, match="nosuch"):
        Finding.from_json(Finding("nosuch", "?", "fine", "So it is.").to_json())


@pytest.mark.parametrize("module", CHECKS, ids=NAMES)
def test_what_asks_for_something_says_what_to_do_and_shows_it(module):
    for odd in ODD.values():
        finding, few = found(module, odd), len(study(odd, "loss", "minimize").configs) < 10
        if finding.fires:
            assert finding.advice
            assert finding.basis
            assert finding.evidence or few


SWEEPS = 60
"""Sound sweeps that are tried here; all 500 are tried by ``benchmarks.checks``, with the shares in RESULTS.md."""


@pytest.fixture(scope="module")
def verdicts():
    told = {name: Counter() for name in NAMES}
    for seed in range(SWEEPS):
        searched = study(sound(seed))
        for module in CHECKS:
            told[module.NAME][module.check(searched).verdict] += 1
    return told


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_sweep_seldom_alarms(verdicts, name):
    fired = verdicts[name]["act"] + verdicts[name]["look"]
    assert fired <= 4, "4 of 60 are fewer than one in 100 times where 2 in 100 alarm"


ADAPTIVE = 20
"""Sound sweeps of each kind that Optuna made; ``benchmarks.checks`` tries 200."""


@pytest.mark.slow
@pytest.mark.parametrize("make", [make_tpe, make_asha])
def test_a_sound_sweep_that_chose_or_stopped_its_runs_seldom_alarms(make):
    alarms = sum(any(one.fires for one in ask_all(study(make(seed), "value"))) for seed in range(ADAPTIVE))
    assert alarms <= 6, "more than 6 of 20 are one in 400 times where 10 in 100 alarm"
