"""The question bar: metric, goal, value, scale, method, and the run filter's chips."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from ...answers.base import get
from ...answers.ranking import OVERVIEW
from ...data.records import Json
from .. import ids
from . import Context, answering, in_browser, parse
from .icons import icon

GOALS = [{"value": "minimize", "label": "minimise"}, {"value": "maximize", "label": "maximise"}]
VALUES = [
    {"value": "last", "label": "last value"},
    {"value": "best", "label": "best value"},
    {"value": "min", "label": "smallest value"},
    {"value": "max", "label": "largest value"},
    {"value": "failing", "label": "whether it fails"},
]
SCALES = [
    {"value": "auto", "label": "scale by rule"},
    {"value": "raw", "label": "raw scale"},
    {"value": "log", "label": "log scale"},
    {"value": "rank", "label": "rank scale"},
]

CONTROLS = (
    (ids.METRIC, "metric"),
    (ids.GOAL, "goal"),
    (ids.VALUE, "value"),
    (ids.SCALE, "scale"),
    (ids.GROUP, "group"),
    (ids.METHOD, "method"),
    (ids.TOP, "top"),
)
"""Controls, and the field of the question that each sets."""


def _select(component: str, data: list[dict[str, str]], label: str, width: int, **more: Any) -> dmc.Select:
    return dmc.Select(
        id=component,
        data=data,
        w=width,
        allowDeselect=False,
        comboboxProps={"width": "max-content", "position": "bottom-start"},
        **{"aria-label": label},
        **more,
    )


def layout(context: Context) -> html.Div:
    """Return the question bar."""
    return html.Div(
        [
            html.Span("Importance with respect to", className="muted ask"),
            _select(ids.METRIC, [], "Metric", 176, searchable=True, className="metric", maxDropdownHeight=360),
            _select(ids.GOAL, GOALS, "Goal", 110),
            _select(ids.VALUE, VALUES, "Which value of the metric counts", 140),
            _select(ids.SCALE, SCALES, "Scale of the metric", 122),
            html.Div(className="grow"),
            html.Div(id=ids.CHIPS, className="chips"),
            dmc.Button("Filter", id=ids.ADD_FILTER, variant="default", leftSection=icon("filter")),
            html.Span(id=ids.RUNS_USED, className="runs-used"),
        ],
        className="question",
    )


def register(app: Dash, context: Context) -> None:
    """Register the question bar's callbacks, and the one that answers what can be answered at once."""
    for component, field in CONTROLS:
        in_browser(app, f"ask_{field}", Input(component, "value"))
        in_browser(
            app,
            f"{field}_of",
            Output(component, "value"),
            Input(ids.QUESTION, "data"),
            Input(ids.OVERVIEW, "data"),
            initially=True,
        )
    for function, component, prop in (
        ("metrics_of", ids.METRIC, "data"),
        ("values_of", ids.VALUE, "data"),
        ("scales_of", ids.SCALE, "data"),
        ("groups_of", ids.GROUP, "data"),
        ("runs_used", ids.RUNS_USED, "children"),
    ):
        in_browser(app, function, Output(component, prop), Input(ids.OVERVIEW, "data"), initially=True)
    in_browser(
        app,
        "draw_chips",
        Input(ids.QUESTION, "data"),
        Input(ids.OVERVIEW, "data"),
        State(ids.CHIPS, "id"),
        initially=True,
    )

    @app.callback(Output(ids.OVERVIEW, "data"), Input(ids.QUESTION, "data"), prevent_initial_call=True)
    def overview(question: Json) -> Json:
        return answering(question, lambda: {"answer": get(OVERVIEW.about(parse(question)[0]), context.folder)})
