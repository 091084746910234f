"""The parameter manager: search, show and hide, wand, sort. All of it happens in the browser."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from .. import ids
from . import Context, hyphenate, register_in_browser
from .icons import make_icon

SORTS = [
    {"value": "importance", "label": "Importance"},
    {"value": "correlation", "label": "|Corr.|"},
    {"value": "name", "label": "Name"},
    {"value": "source", "label": "Source"},
]

HIDDEN_AT_FIRST = frozenset({"constant", "seed", "identifier", "path", "alias", "outcome"})
"""Reasons of parameters that are hidden when the page opens."""


def layout(context: Context) -> html.Aside:
    """Return the sidebar; its list is drawn by ``assets/page/manager.mjs``."""
    return html.Aside(
        [
            html.Div(
                [
                    html.H2(["Parameters ", html.Span(id=ids.MANAGER_COUNT, className="muted")]),
                    dmc.Button(
                        "Wand",
                        id=ids.WAND,
                        variant="light",
                        size="xs",
                        leftSection=make_icon("wand"),
                        **{"aria-describedby": "wand-help"},
                    ),
                    html.Span(
                        "Hides what cannot or does not clearly matter, and says why. A second click undoes it.",
                        id="wand-help",
                        className="unseen",
                    ),
                ],
                className="sidebar-head",
            ),
            dmc.TextInput(
                id=ids.SEARCH,
                placeholder="Search, or /regex/",
                leftSection=make_icon("search"),
                **{"aria-label": "Search parameters"},
            ),
            dmc.SegmentedControl(
                id=ids.SORT, data=SORTS, fullWidth=True, size="xs", attributes={"root": {"aria-label": "Sort by"}}
            ),
            html.Div(id=ids.MANAGER, className="manager"),
            dmc.Button(
                "Columns and roles",
                id=ids.COLUMNS_OPEN,
                variant="subtle",
                size="xs",
                leftSection=make_icon("columns"),
                className="sidebar-foot",
            ),
            html.Div(
                id="sidebar-edge",
                className="sidebar-edge",
                role="separator",
                tabIndex=0,
                title="Drag, or press the arrow keys, for longer names",
                **hyphenate(
                    aria_label="Width of the list of parameters",
                    aria_orientation="vertical",
                    aria_controls=ids.SIDEBAR,
                    aria_valuenow="296",
                    aria_valuemin="240",
                    aria_valuemax="640",
                ),
            ),
        ],
        id=ids.SIDEBAR,
        className="sidebar",
        **hyphenate(aria_label="Parameters"),
    )


def register(app: Dash, context: Context) -> None:
    """Register the manager's callbacks."""
    for component, prop, function in (
        (ids.WAND, "n_clicks", "wand"),
        (ids.SEARCH, "value", "show_search"),
    ):
        register_in_browser(app, function, Input(component, prop))
    register_in_browser(
        app,
        "toggle_sidebar",
        Output(ids.SIDEBAR, "className"),
        Input(ids.SIDEBAR_OPEN, "n_clicks"),
        State(ids.SIDEBAR, "className"),
    )
