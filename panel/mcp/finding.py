"""Whether the search was any good: what the checks found."""

from __future__ import annotations

from typing import get_args

from ..answers.base import get
from ..answers.printing import say_target
from ..answers.study import CHECKS
from ..checks import CHECKS as ASKED
from ..checks import FIRES
from ..checks.base import Verdict
from ..data.records import Json
from ..errors import QuestionError, nearest
from .desk import Question, Tell
from .links import write_address, write_link
from .told import Told
from .words import count, get_overview, keep_said, list_names, say_project

NAMES = tuple(check.NAME for check in ASKED)


def tell_findings(question: Question, check: str, tell: Tell) -> Told:
    """
    Tell what the checks found: all that ask for something, or everything about one check.

    Raises
    ------
    QuestionError
        If there is no such check.
    """
    if check and check not in NAMES:
        raise QuestionError(f"There is no check {check!r}. {nearest(check, list(NAMES), len(NAMES))}")
    overview = get_overview(question)
    answer = get(CHECKS.make_request(question.selection), question.folder, tell)
    findings = [f for f in answer["findings"] if check in ("", f["check"])]
    fire = [f["check"] for f in findings if f["verdict"] in FIRES]
    named = f": {', '.join(fire)}" if fire else ""
    asking = f"{len(fire)} of {len(findings)} checks {'asks' if len(fire) == 1 else 'ask'} for something{named}."
    address = write_address(question.selection, overview["project"], tab="checks")
    return Told(
        head=(
            say_project(question, overview),
            f"Target: {say_target(overview['target'])}.",
            *([] if check else [asking]),
        ),
        rows=_say_whole(findings[0]) if check else _say_all(findings),
        notes=keep_said(answer["caveats"]),
        end=(
            f"Rests on {count(answer['configs'], 'config')} in {count(answer['runs'], 'run')}, infeasible ones among "
            f"them, seed "
            f"{question.selection.seed}." + ("" if check else " check=NAME says what a finding rests on."),
        ),
        link=write_link(question, address),
        names=list_names(overview),
        record={**answer, "findings": findings},
    )


def _say_all(findings: list[Json]) -> list[str]:
    """Return the findings, those first that ask for something; of the others their names before their sentences."""
    order = {verdict: [f for f in findings if f["verdict"] == verdict] for verdict in get_args(Verdict)}
    firing = [f for verdict in FIRES for f in order[verdict]]
    quiet = [(verdict, found) for verdict, found in order.items() if found and verdict not in FIRES]
    return [
        *(f"{f['verdict']} – {f['check']}: {' '.join(keep_said([f['sentence'], f['advice']]))}" for f in firing),
        *(f"{verdict}: {', '.join(f['check'] for f in found)}." for verdict, found in quiet),
        *(f"{f['check']}: {f['sentence']}" for _, found in quiet for f in found),
    ]


def _say_whole(finding: Json) -> list[str]:
    basis = f"Rests on {finding['basis']}" if finding["basis"] else ""
    first = f"{finding['verdict']} – {finding['question']}"
    return keep_said([first, finding["sentence"], finding["advice"], basis])
