"""The dialog that adds or changes one condition of the run filter."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from ...answers import choices
from ...answers.projects import get_project
from ...data.records import Json
from .. import ids
from . import Context, answer_with_question, parse, register_in_browser


def layout(context: Context) -> dmc.Modal:
    """Return the dialog."""
    return dmc.Modal(
        [
            dmc.Select(
                id=ids.FILTER_COLUMN,
                label="Runs by",
                placeholder="a state, a tag, a setting, a metric …",
                searchable=True,
                data=[],
                maxDropdownHeight=300,
                limit=200,
            ),
            html.P(id=ids.FILTER_ABOUT, className="muted filter-about"),
            dmc.MultiSelect(
                id=ids.FILTER_VALUES,
                label="that is one of",
                searchable=True,
                data=[],
                maxDropdownHeight=260,
                limit=200,
                className="hidden",
            ),
            html.Div(
                [
                    dmc.TextInput(id=ids.FILTER_LOW, label="from", placeholder="no limit"),
                    dmc.TextInput(id=ids.FILTER_HIGH, label="to", placeholder="no limit"),
                ],
                id="filter-range",
                className="filter-range hidden",
            ),
            html.Div(id="filter-since", className="filter-since"),
            dmc.Checkbox(id=ids.FILTER_NEGATED, label="leave these out instead", checked=False, mt="sm"),
            dmc.Group(
                [
                    dmc.Button("Select these runs", id=ids.FILTER_SELECT, variant="default"),
                    dmc.Button("Apply", id=ids.FILTER_APPLY),
                ],
                justify="flex-end",
                mt="md",
            ),
            dcc.Store(id=ids.FILTER_FACTS),
            dcc.Store(id=ids.FILTER_EDITED),
        ],
        id=ids.FILTER,
        title="Filter runs",
        opened=False,
        keepMounted=True,
    )


def register(app: Dash, context: Context) -> None:
    """Register the dialog's callbacks; the condition itself is made in the browser."""
    register_in_browser(app, "open_filter", Input(ids.ADD_FILTER, "n_clicks"))
    register_in_browser(
        app,
        "filter_shape",
        Output(ids.FILTER_ABOUT, "children"),
        Output(ids.FILTER_VALUES, "data"),
        Output(ids.FILTER_VALUES, "value"),
        Output(ids.FILTER_LOW, "value"),
        Output(ids.FILTER_HIGH, "value"),
        Output(ids.FILTER_NEGATED, "checked"),
        Input(ids.FILTER_FACTS, "data"),
        State(ids.FILTER_EDITED, "data"),
    )
    for button, function in ((ids.FILTER_APPLY, "apply_filter"), (ids.FILTER_SELECT, "select_filtered")):
        register_in_browser(
            app,
            function,
            Input(button, "n_clicks"),
            State(ids.FILTER_COLUMN, "value"),
            State(ids.FILTER_VALUES, "value"),
            State(ids.FILTER_LOW, "value"),
            State(ids.FILTER_HIGH, "value"),
            State(ids.FILTER_NEGATED, "checked"),
            State(ids.FILTER_FACTS, "data"),
            State(ids.FILTER_EDITED, "data"),
        )

    @app.callback(
        Output(ids.FILTER_COLUMN, "data"),
        Input(ids.FILTER, "opened"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def list_columns(_opened: bool, question: Json) -> list[Json]:
        return choices.list_filterable(get_project(parse(question)[0], context.folder))

    @app.callback(
        Output(ids.FILTER_FACTS, "data"),
        Input(ids.FILTER_COLUMN, "value"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def describe(column: str | None, question: Json) -> Json:
        if not column:
            return {}
        return answer_with_question(
            question,
            lambda: choices.describe_column(get_project(parse(question)[0], context.folder), column),
        )
