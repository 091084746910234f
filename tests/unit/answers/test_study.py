"""Cached answers about a search as a whole, and the report made of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from panel.answers.base import get, make_key
from panel.answers.defaults import choose_default_selection
from panel.answers.everything import answer_everything, answer_study
from panel.answers.registry import work
from panel.answers.report import write_report
from panel.answers.study import CHECKS as FINDINGS
from panel.answers.study import NEXT_SWEEP, get_proposal
from panel.checks import CHECKS
from panel.errors import QuestionError
from panel.next_sweep import Proposal
from panel.next_sweep.words import say_repeat
from panel.question.selection import Target
from panel.store import loading

HOSTILE = "<i>drop <script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def asked(tmp_path_factory, folder):
    rng = np.random.default_rng(3)
    file = tmp_path_factory.mktemp("runs") / "runs.csv"
    lines = [f'lr,"{HOSTILE}",kind,state,val_loss']
    for i in range(60):
        lr, state = 10 ** rng.uniform(-4, 0), "failed" if i % 15 == 0 else "finished"
        loss = (np.log10(lr) + 2) ** 2 + 0.1 * rng.random()
        lines.append(f"{lr:.6g},{rng.random():.6f},{rng.choice(['a', HOSTILE])},{state},{loss:.8f}")
    file.write_text("\n".join(lines) + "\n")
    project = loading.load_source(loading.Wanted((str(file),)), folder)
    return choose_default_selection(project, folder)


def test_every_check_answers_once_whoever_asks(asked, folder):
    shares = []
    told = get(FINDINGS.make_request(asked), folder, shares.append)
    assert [finding["check"] for finding in told["findings"]] == [module.NAME for module in CHECKS]
    assert shares == sorted(shares)
    assert shares[0] == 0
    job = FINDINGS.make_request(asked).to_json()
    assert work(folder, job, pytest.fail) == told, "it is kept: nothing is computed, and no progress reported"


def test_what_is_picked_or_grouped_does_not_change_what_is_checked(asked, folder):
    same = replace(asked, picked=("1",), group="replicates")
    assert make_key(FINDINGS.make_request(same), folder) == make_key(FINDINGS.make_request(asked), folder)
    assert make_key(NEXT_SWEEP.make_request(asked), folder) != make_key(FINDINGS.make_request(asked), folder)
    other_role = replace(asked, roles=(("lr", "scientific"),))
    assert make_key(FINDINGS.make_request(other_role), folder) != make_key(FINDINGS.make_request(asked), folder)


def test_the_proposal_is_the_same_through_the_cache(asked, folder):
    proposal = get_proposal(asked, folder)
    assert isinstance(proposal, Proposal)
    assert proposal == Proposal.from_json(get(NEXT_SWEEP.make_request(asked), folder)["proposal"])
    assert {line.parameter for line in proposal.lines} == {"lr", HOSTILE, "kind"}


def test_without_a_metric_there_is_nothing_to_check(asked, folder):
    none = replace(asked, target=Target(""))
    assert answer_study(none, folder) == {"checks": None, "next_sweep": None}
    with pytest.raises(QuestionError, match="No metric"):
        get_proposal(none, folder)


@pytest.fixture(scope="module")
def page(asked, folder):
    return write_report(asked, "forest", folder)


def test_the_report_holds_the_numbers_of_the_json(asked, folder, page):
    data = json.loads(re.search(r"id='data'>(.*?)</script>", page, re.S).group(1))
    whole = answer_everything(asked, "forest", folder)
    assert data == json.loads(json.dumps(whole))
    first = whole["importance"][0]
    assert f"<th scope='row'>{first['parameter']}</th><td class=''>{first['importance']:.3f}</td>" in page
    for finding in whole["checks"]["findings"]:
        assert escape(finding["sentence"]) in page
    for line in whole["next_sweep"]["proposal"]["lines"]:
        assert escape(line["why"]) in page
    repeats = Proposal.from_json(whole["next_sweep"]["proposal"]).repeats
    assert repeats
    for repeat in repeats:
        assert escape(f"Beside it, repeat {say_repeat(repeat)}.") in page


def test_the_report_needs_no_network_and_takes_names_as_text(page):
    assert len(page.encode()) < 6e6
    own = page.replace(re.search(r"<script>(/\*\*.*?)</script>", page, re.S).group(1), "")  # all but Plotly itself
    assert len(own) < 1e6
    assert not re.findall(r"(?:src|href)=(?!['\"]?#)", own)
    assert HOSTILE not in own
    assert "&lt;i&gt;drop &lt;script&gt;" in own


def test_a_question_without_an_answer_has_a_report_that_says_so(asked, folder):
    made = write_report(replace(asked, target=Target("")), "forest", folder)
    assert "Choose above what to explain." in made
    assert "Checks need a metric." in made
