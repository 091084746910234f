"""The card of one or two parameters: facts, values against the target, and what the forest predicts."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html

from ...answers.base import get_cached
from ...answers.ranking import EXPLANATION, IMPORTANCE, RESPONSE
from ...answers.registry import ask, cancel
from ...data.records import Json
from ...figures import response as figures
from ...importance import list_installed, shapley
from ...importance.response_record import Response
from ...question.selection import Selection
from .. import ids
from . import Context, answer_with_question, hyphenate, make_side_card, parse, register_in_browser
from .interactions import PAIRS_BY

MOST_PAIRS = 8
"""Interactions of a parameter that its card lists."""

NOTHING: Json = {"data": [], "layout": {}}


def layout(context: Context) -> dmc.Drawer:
    """Return the card; ``assets/page/details.mjs`` writes what is in it, and gives figures the colours of the theme."""
    return make_side_card(
        ids.DETAIL,
        [
            dcc.Store(id=ids.DETAIL_ASKED, data=[]),
            dcc.Store(id=ids.DETAIL_ANSWER),
            dcc.Store(id=ids.DETAIL_POLL),
            dcc.Store(id=ids.DETAIL_RUN),
            dcc.Store(id=ids.DETAIL_RUN_ANSWER),
            dcc.Store(id=ids.DETAIL_RUN_POLL),
            html.Div(id=ids.DETAIL_HEAD, className="detail-head"),
            _make_graph(ids.DETAIL_SURFACE, "Predicted target for both parameters, with runs"),
            _make_graph(ids.DETAIL_DISTRIBUTION, "How many runs have which value"),
            _make_graph(ids.DETAIL_CURVE, "Target against the parameter, and what the forest predicts"),
            _make_graph(ids.DETAIL_CURVE_2, "Target against the second parameter, and what the forest predicts"),
            html.Div(id="detail-explanation", className="detail-foot"),
            html.Div(id=ids.DETAIL_FOOT, className="detail-foot"),
            html.Button(id=ids.DETAIL_RETRY, className="hidden"),
            html.Button(id=ids.DETAIL_CANCEL, className="hidden"),
        ],
    )


def _make_graph(component: str, label: str) -> html.Div:
    graph = dcc.Graph(id=component, figure=NOTHING, config={"displayModeBar": False, "responsive": True})
    tools = html.Div(id=f"{component}-tools", className="detail-tools")
    return html.Div(
        [tools, graph],
        id=f"{component}-place",
        className="detail-graph hidden",
        role="group",
        **hyphenate(aria_label=label),
    )


def payload(context: Context, selection: Selection, parameters: tuple[str, ...], anew: bool) -> Json:
    """
    Return what is computed already of what a card shows.

    Parameters
    ----------
    context
        Where results lie, and the jobs.
    selection
        The question.
    parameters
        One parameter, or two.
    anew
        Start again what was cancelled or failed.
    """
    record, status = ask(context.jobs, RESPONSE.make_request(selection, parameters=list(parameters)), anew)
    known = {**status, **get_importances(context, selection, parameters)}
    if record is None or record["empty"]:
        return {**known, "empty": record["empty"] if record else ""}
    response = Response.from_json(record)
    curves = [figures.draw_curve(response, i).to_plotly_json() for i in range(len(parameters))]
    return {
        **known,
        "empty": "",
        "notes": record["notes"],
        "surrogate": record["surrogate"],
        "scale": record["scale"],
        "curves": curves,
        "surface": figures.draw_surface(response, response.surface).to_plotly_json() if response.surface else None,
        "distribution": figures.draw_distribution(response.axes[0]).to_plotly_json() if len(parameters) == 1 else None,
    }


def get_importances(context: Context, selection: Selection, parameters: tuple[str, ...]) -> Json:
    """
    Return the importance of parameters by all methods that are in the cache.

    Returns
    -------
    dict
        ``methods``: of the first parameter, by method, its row or ``None`` if it was not computed yet; ``pairs``: the
        largest interactions in which all of the parameters take part, ``None`` if these were not computed.
    """
    records = {
        m.NAME: get_cached(IMPORTANCE.make_request(selection, method=m.NAME), context.folder) for m in list_installed()
    }
    rows: dict[str, Json | None] = {
        name: next((row for row in record["importance"] if row["parameter"] == parameters[0]), {})
        if record is not None
        else None
        for name, record in records.items()
    }
    pair_record = records[PAIRS_BY]
    pairs = (
        [pair for pair in pair_record["pairs"] if set(parameters) <= set(pair["parameters"])] if pair_record else None
    )
    return {"methods": rows, "pairs": pairs[:MOST_PAIRS] if pairs is not None else None}


def ask_explanation(context: Context, selection: Selection, run: str, anew: bool) -> Json:
    """Return a run's SHAP values if they are computed, else their progress."""
    shapley.import_explainer()
    record, status = ask(context.jobs, EXPLANATION.make_request(selection, run=run), anew)
    return {**status, "record": record}


def register(app: Dash, context: Context) -> None:
    """Register the card's callbacks."""

    @app.callback(
        Output(ids.DETAIL_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.DETAIL_ASKED, "data"),
        Input(ids.DETAIL_POLL, "data"),
        Input(ids.DETAIL_RETRY, "n_clicks"),
        prevent_initial_call=True,
    )
    def answer(question: Json, asked: list[str], _ticks: int, _clicks: int) -> Json | None:
        if not question or not asked:
            return None
        anew = ctx.triggered_id == ids.DETAIL_RETRY
        about = {"selection": question["selection"], "parameters": asked}
        return answer_with_question(about, lambda: payload(context, parse(question)[0], tuple(asked), anew))

    @app.callback(
        Output(ids.DETAIL_CANCEL, "disabled"),
        Input(ids.DETAIL_CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        State(ids.DETAIL_ASKED, "data"),
        prevent_initial_call=True,
    )
    def stop(_clicks: int, question: Json, asked: list[str]) -> bool:
        cancel(context.jobs, RESPONSE.make_request(parse(question)[0], parameters=asked))
        return False

    @app.callback(
        Output(ids.DETAIL_RUN_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.DETAIL_RUN, "data"),
        Input(ids.DETAIL_RUN_POLL, "data"),
        prevent_initial_call=True,
    )
    def explain(question: Json, run: str | None, _ticks: int) -> Json | None:
        if not question or not run:
            return None
        about = {"selection": question["selection"], "run": run}
        anew = ctx.triggered_id == ids.DETAIL_RUN
        return answer_with_question(about, lambda: ask_explanation(context, parse(question)[0], run, anew))

    for graph in (ids.DETAIL_SURFACE, ids.DETAIL_CURVE, ids.DETAIL_CURVE_2):
        register_in_browser(app, "detail_clicked", Input(graph, "clickData"))
    register_in_browser(app, "explanation_received", Input(ids.DETAIL_RUN_ANSWER, "data"))
    register_in_browser(app, "detail_opened", Input(ids.DETAIL, "opened"))
    register_in_browser(app, "detail_received", Input(ids.DETAIL_ANSWER, "data"))
