"""The card of one run: its config beside the best run's, its summary and history, and why it was left out."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, Output, ctx, dcc, html

from ...answers.base import get
from ...answers.registry import ask
from ...answers.runs import CARD, RECORDS
from ...data.records import Json
from ...figures import curves as figures
from ...question.selection import Selection
from ...runs import run_curves
from .. import ids
from . import Context, answer_with_question, make_side_card, parse, register_in_browser


def layout(context: Context) -> dmc.Drawer:
    """Return the card; ``assets/page/run_card.mjs`` writes what is in it."""
    return make_side_card(
        ids.RUN,
        [
            dcc.Store(id=ids.RUN_ASKED),
            dcc.Store(id=ids.RUN_ANSWER),
            dcc.Store(id=ids.RUN_POLL),
            html.Button(id=ids.RUN_RETRY, className="hidden"),
            html.Div(id=ids.RUN_CONTENT, className="detail-foot"),
        ],
    )


def payload(context: Context, selection: Selection, run: str, anew: bool) -> Json:
    """
    Return what the card shows: its record, and its curves if they were read.

    Parameters
    ----------
    context
        Where results lie, and the jobs.
    selection
        The question.
    run
        Id of the run.
    anew
        Start again what was cancelled or failed.
    """
    card = get(CARD.make_request(selection, run=run), context.folder)
    answer, status = ask(context.jobs, RECORDS["run_curves"].make_request(selection, run=run), anew)
    if answer is None:
        return {**status, "card": card}
    record = run_curves.from_json(answer)
    figure = figures.draw_run(record).to_plotly_json() if record.curves else None
    about = {name: answer[name] for name in ("empty", "metrics", "notes")}
    return {**status, "card": card, "figure": figure, **about}


def register(app: Dash, context: Context) -> None:
    """Register the card's callbacks."""

    @app.callback(
        Output(ids.RUN_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.RUN_ASKED, "data"),
        Input(ids.RUN_POLL, "data"),
        Input(ids.RUN_RETRY, "n_clicks"),
        prevent_initial_call=True,
    )
    def answer(question: Json, run: str | None, _ticks: int, _clicks: int) -> Json | None:
        if not question or not run:
            return None
        about = {"selection": question["selection"], "run": run}
        anew = ctx.triggered_id == ids.RUN_RETRY
        return answer_with_question(about, lambda: payload(context, parse(question)[0], run, anew))

    register_in_browser(app, "run_opened", Input(ids.RUN, "opened"))
    register_in_browser(app, "run_received", Input(ids.RUN_ANSWER, "data"))
