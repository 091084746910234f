"""The cards beneath the ranking: what the other rooms found, in a few words each, and the way there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, dcc, html

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...answers.study import CHECKS, NEXT_SWEEP
from ...checks import FIRES
from ...data.messages import Names
from ...data.records import Json
from ...data.statistics import short
from ...errors import SweepLensError, describe_fault
from ...next_sweep import Proposal
from ...next_sweep.words import say_repeat
from ...question.selection import Selection
from ...runs import best, history
from .. import ids
from . import Context, answer_with_question, parse, register_in_browser
from .sparkline import draw_small

log = logging.getLogger(__name__)

FINDINGS, NAMED = 2, 3
"""So many findings and parameters that the next sweep changes are shown at most."""


def layout(context: Context) -> html.Div:
    """Return the place of the cards, which the page's scripts fill."""
    return html.Div(
        [
            dcc.Store(id=ids.CARDS_ASKED),
            dcc.Store(id=ids.CARDS_POLL),
            dcc.Store(id=ids.CARDS_ANSWER),
            html.Div(id=ids.CARDS, className="cards"),
        ]
    )


def describe_cards(context: Context, selection: Selection) -> Json:
    """
    Return what is known of each card by its name, and the ``state`` of the computation.

    They are computed one after the other, because the next sweep rests on the checks.
    """
    cards: Json = {}
    for name, (request, shorten) in CARDS.items():
        try:
            record, status = ask(context.jobs, request(selection))
            if record is None and status["state"] in ("queued", "running"):
                return {"state": status["state"], "cards": cards}
            cards[name] = {"failed": status.get("message", "")} if record is None else shorten(record)
        except SweepLensError as error:  # one card that fails does not take the others with it
            cards[name] = {"failed": str(error)}
        except Exception as error:
            log.exception("a card could not be drawn")
            cards[name] = {"failed": describe_fault("This card could not be drawn", error)}
    return {"state": "done", "cards": cards}


def _shorten_best(answer: Json) -> Json:
    record = best.from_json(answer)
    if not isinstance(record, best.BestRecord):
        return {"empty": answer["empty"]}
    return {
        "target": record.target,
        "runs": [{"run": r.run, "name": r.name, "target": r.target, "config": r.config} for r in record.runs],
        "rows": [
            {"parameter": r.parameter, "value": _say_value(r), "others": _say_others(r, record.k)} for r in record.rows
        ],
    }


def _say_value(row: best.Row) -> str:
    """Say what the best run has of a parameter."""
    try:
        return short(float(row.values[0])) if row.numeric else row.values[0]
    except ValueError:
        return row.values[0]


def _say_others(row: best.Row, k: int) -> str:
    """Say what the best runs have of a parameter."""
    if row.kind == "category":
        return f"{row.usual} in {sum(row.agree)} of {k}" if row.usual is not None else ""
    return f"{short(row.low, 2)} to {short(row.high, 2)}" if row.low is not None and row.high is not None else ""


def _shorten_checks(answer: Json) -> Json:
    asking = sorted((f for f in answer["findings"] if f["verdict"] in FIRES), key=lambda f: FIRES.index(f["verdict"]))
    shown = [{name: f[name] for name in ("check", "verdict", "question", "sentence")} for f in asking[:FINDINGS]]
    untold = sum(f["verdict"] == "can't tell" for f in answer["findings"])
    return {"asked": len(answer["findings"]), "asking": len(asking), "untold": untold, "findings": shown}


def _shorten_next(answer: Json) -> Json:
    if answer["empty"]:
        return {"empty": answer["empty"]}
    proposal = Proposal.from_json(answer["proposal"])
    changed = [line.parameter for line in proposal.lines if line.action in ("narrow", "widen")]
    return {
        "budget": proposal.budget,
        "why": str(proposal.why_budget),
        "stop": str(proposal.stop),
        "changed": changed[:NAMED],
        "more": max(0, len(changed) - NAMED),
        "repeat": _say_repeats(proposal),
    }


def _say_repeats(proposal: Proposal) -> str:
    """Say which configs to repeat, beside the sweep."""
    if len(proposal.repeats) < 2:
        return "".join(map(say_repeat, proposal.repeats))
    names = Names(tuple(r.name for r in proposal.repeats), NAMED).to_words()
    return f"{names}: {sum(r.times for r in proposal.repeats)} more runs in all, each with other seeds"


def _shorten_history(answer: Json) -> Json:
    record = history.from_json(answer)
    if not isinstance(record, history.HistoryRecord) or not record.parts[0].best:
        return {"empty": answer.get("empty") or answer["lead"]}
    return {"lead": str(record.lead), **draw_small(record)}


CARDS: dict[str, tuple[Callable[[Selection], Request], Callable[[Json], Json]]] = {
    "history": (RECORDS[history.NAME].make_request, _shorten_history),
    "best": (RECORDS[best.NAME].make_request, _shorten_best),
    "checks": (CHECKS.make_request, _shorten_checks),
    "next": (NEXT_SWEEP.make_request, _shorten_next),
}
"""What each card asks, and what it shows of the answer; in the order in which they are computed."""


def register(app: Dash, context: Context) -> None:
    """Register the cards' callbacks."""

    @app.callback(
        Output(ids.CARDS_ANSWER, "data"),
        Input(ids.CARDS_ASKED, "data"),
        Input(ids.CARDS_POLL, "data"),
        prevent_initial_call=True,
    )
    def answer(question: Json, _ticks: int) -> Any:
        return answer_with_question(question, lambda: describe_cards(context, parse(question)[0]))

    register_in_browser(app, "cards_received", Input(ids.CARDS_ANSWER, "data"))
