"""The question, one sentence of choices: metric, goal, value, scale, and the run filter's chips."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from ...answers.base import get
from ...answers.ranking import OVERVIEW
from ...data.records import Json
from .. import ids
from . import Context, answer_with_question, parse, register_in_browser
from .icons import make_icon

GOALS = [{"value": "minimize", "label": "smallest is best"}, {"value": "maximize", "label": "largest is best"}]
VALUES = [
    {"value": "last", "label": "last value"},
    {"value": "best", "label": "best value"},
    {"value": "min", "label": "smallest value"},
    {"value": "max", "label": "largest value"},
    {"value": "failing", "label": "whether it fails"},
]
SCALES = [
    {"value": "auto", "label": "scale (auto)"},
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


def _make_choice(component: str, data: list[dict[str, str]], label: str, **more: Any) -> dmc.Select:
    """Return a choice within the sentence, as wide as what is chosen."""
    return dmc.Select(
        id=component,
        data=data,
        variant="unstyled",
        allowDeselect=False,
        comboboxProps={"width": "max-content", "position": "bottom-start"},
        className="asked",
        attributes={"root": {"title": label}},
        **{"aria-label": label},
        **more,
    )


def layout(context: Context) -> html.Div:
    """Return the question as a sentence."""
    return html.Div(
        [
            html.Span("Explain"),
            _make_choice(ids.METRIC, [], "Metric that is explained", searchable=True, maxDropdownHeight=360),
            html.Span(","),
            _make_choice(ids.GOAL, GOALS, "Whether small or large values are good"),
            html.Span(","),
            _make_choice(ids.VALUE, VALUES, "Which value of the metric counts"),
            html.Span(", on a"),
            _make_choice(ids.SCALE, SCALES, "Scale on which the metric is compared"),
            html.Span(", in"),
            html.B(id=ids.RUNS_USED, className="runs-used", title="Runs that count, of all that were read"),
            html.Div(id=ids.CHIPS, className="chips"),
            dmc.Button(
                "Filter", id=ids.ADD_FILTER, variant="subtle", size="compact-sm", leftSection=make_icon("filter")
            ),
        ],
        className="question",
    )


def register(app: Dash, context: Context) -> None:
    """Register the question bar's callbacks, and the one that answers what can be answered at once."""
    for component, field in CONTROLS:
        register_in_browser(app, f"ask_{field}", Input(component, "value"))
        register_in_browser(
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
        register_in_browser(app, function, Output(component, prop), Input(ids.OVERVIEW, "data"), initially=True)
    register_in_browser(
        app,
        "draw_chips",
        Input(ids.QUESTION, "data"),
        Input(ids.OVERVIEW, "data"),
        State(ids.CHIPS, "id"),
        initially=True,
    )

    @app.callback(Output(ids.OVERVIEW, "data"), Input(ids.QUESTION, "data"), prevent_initial_call=True)
    def answer(question: Json) -> Json:
        return answer_with_question(
            question, lambda: {"answer": get(OVERVIEW.make_request(parse(question)[0]), context.folder)}
        )
