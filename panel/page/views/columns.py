"""The dialog on columns and roles: the place of each column, how sure it is, and each parameter's role."""

from __future__ import annotations

from typing import get_args

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from ...answers import choices
from ...answers.base import get
from ...answers.projects import get_project
from ...answers.ranking import OVERVIEW
from ...data.records import Json
from ...question.selection import Place, Role
from .. import ids
from . import Context, parse, register_in_browser
from .icons import make_icon


def layout(context: Context) -> dmc.Modal:
    """Return the dialog."""
    return dmc.Modal(
        [
            html.P(
                "A setting in the wrong place cannot be seen; an outcome among the settings would rank first. "
                "Change a place or a role by clicking it.",
                className="muted",
            ),
            dmc.TextInput(
                id=ids.COLUMNS_SEARCH,
                placeholder="Search columns",
                leftSection=make_icon("search"),
                my="sm",
                **{"aria-label": "Search columns"},
            ),
            dag.AgGrid(
                id=ids.COLUMNS_TABLE,
                columnDefs=[
                    {"field": "column", "headerName": "Column", "flex": 3, "minWidth": 150, "tooltipField": "column"},
                    _make_choice("place", "Place", get_args(Place)),
                    {"field": "sure", "headerName": "How sure", "width": 96},
                    {"field": "why", "headerName": "Why", "flex": 4, "minWidth": 160, "tooltipField": "why"},
                    {**_make_choice("role", "Role", get_args(Role)), "tooltipField": "role_why"},
                    {"field": "values", "headerName": "Values", "flex": 4, "minWidth": 140, "tooltipField": "values"},
                ],
                eventListeners={"cellEditingStarted": ["sweeplensOpenChoices()"]},
                rowData=[],
                getRowId="params.data.id",
                defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": True},
                dashGridOptions={
                    "theme": {"function": "sweeplensTheme(themeQuartz)"},
                    "singleClickEdit": True,
                    "stopEditingWhenCellsLoseFocus": True,
                    "rowHeight": 34,
                    "headerHeight": 36,
                    "enableBrowserTooltips": True,
                },
                style={"height": "min(58vh, 560px)"},
            ),
            dmc.Group(
                [
                    html.Span(id=ids.COLUMNS_NOTE, className="muted"),
                    dmc.Button("Apply", id=ids.COLUMNS_APPLY),
                ],
                justify="space-between",
                mt="md",
            ),
        ],
        id=ids.COLUMNS,
        title="Columns and roles",
        size="min(1100px, 96vw)",
        opened=False,
        keepMounted=True,
    )


def _make_choice(field: str, name: str, values: tuple[str, ...]) -> Json:
    return {
        "field": field,
        "headerName": name,
        "width": 116,
        "editable": {"function": f"sweeplensEditable(params, '{field}')"},
        "cellEditor": "agSelectCellEditor",
        "cellEditorParams": {"values": list(values)},
        "cellClass": "choice",
    }


def register(app: Dash, context: Context) -> None:
    """Register the dialog's callbacks."""
    for opener in (ids.COLUMNS_OPEN, ids.COLUMNS_OPEN_2):
        register_in_browser(app, "open_columns", Input(opener, "n_clicks"))
    register_in_browser(app, "apply_columns", Input(ids.COLUMNS_APPLY, "n_clicks"), State(ids.COLUMNS_TABLE, "id"))

    register_in_browser(app, "search_columns", Input(ids.COLUMNS_SEARCH, "value"))
    register_in_browser(app, "remember_columns", Input(ids.COLUMNS_TABLE, "rowData"))

    @app.callback(
        Output(ids.COLUMNS_TABLE, "rowData"),
        Output(ids.COLUMNS_NOTE, "children"),
        Input(ids.COLUMNS, "opened"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def list_rows(_opened: bool, question: Json) -> tuple[list[Json], str]:
        selection, _ = parse(question)
        parameters = get(OVERVIEW.make_request(selection), context.folder)["parameters"]
        return choices.list_columns(get_project(selection, context.folder), parameters)
