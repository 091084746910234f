"""What to run next, and the same written for a tool."""

from __future__ import annotations

from ..answers.base import get
from ..answers.printing import say_target
from ..answers.study import NEXT_SWEEP, get_proposal
from ..next_sweep import Line, Proposal, find_writer
from ..next_sweep.base import Action
from ..next_sweep.words import DONE, say_budget, say_domain, say_region, say_repeat, say_value
from .desk import Question, Tell
from .links import write_address, write_link
from .told import Told, count_bytes
from .words import count, get_overview, keep_said, list_names, say_project


def propose_sweep(question: Question, tool: str, tell: Tell) -> Told:
    """
    Tell what to run next.

    Parameters
    ----------
    question
        The question.
    tool
        For which it is written, too; empty for none.
    tell
        Called with the share that is done.

    Raises
    ------
    QuestionError
        If there is no such tool, or nothing can be proposed.
    """
    writer = find_writer(tool) if tool else None
    proposal = get_proposal(question.selection, question.folder, tell)
    overview = get_overview(question)
    file = writer.write(proposal) if writer else ""
    address = write_address(question.selection, overview["project"], tab="next")
    note = f"The file for {tool} has {count_bytes(file):,} bytes: it comes with full=true." if file else ""
    return Told(
        head=keep_said(
            [
                say_project(question, overview),
                f"Target: {say_target(overview['target'])}.",
                proposal.stop,
                f"{say_budget(proposal.budget).capitalize()}: {proposal.why_budget}",
                f"Search: {proposal.method}. {proposal.why_method}",
                note,
            ]
        ),
        rows=[
            *_say_changes(proposal, "narrow", "widen"),
            *(f"Leave out {say_region(region)}" for region in proposal.excluded),
            *(f"Repeat {say_repeat(repeat)}" for repeat in proposal.repeats),
            *_say_changes(proposal, "fix", "omit"),
            *_say_changes(proposal, "keep"),
        ],
        notes=keep_said(proposal.caveats),
        end=(
            f"Rests on {count(overview['runs']['configs'], 'config')}, the findings and the forest's ranking, seed "
            f"{question.selection.seed}.",
        ),
        link=write_link(question, address),
        names=[*list_names(overview), *(say_value(line.value) for line in proposal.lines if line.action == "fix")],
        record=get(NEXT_SWEEP.make_request(question.selection), question.folder),
        file=file,
    )


def _say_changes(proposal: Proposal, *actions: Action) -> list[str]:
    return [_say_change(line) for line in proposal.lines if line.action in actions]


def _say_change(line: Line) -> str:
    """Return where the next sweep looks along a parameter, and why."""
    before = f" (was {say_domain(line.before)})" if line.action in ("narrow", "widen") else ""
    if line.action == "fix":
        where = f" at {say_value(line.value)}"
    else:
        where = "" if line.action == "omit" else f", {say_domain(line.domain)}{before}"
    return f"{line.parameter}: {DONE[line.action]}{where}. {line.why}"
