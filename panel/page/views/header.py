"""The header: project, rooms, link, export, theme, help."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, html

from .. import ids
from . import Context, helping, register_in_browser
from .icons import make_icon
from .rooms import make_rooms


def layout(context: Context) -> html.Header:
    """Return the header; its list of sources is filled by ``assets/page/sources.mjs``."""
    return html.Header(
        [
            dmc.ActionIcon(
                make_icon("menu"),
                id=ids.SIDEBAR_OPEN,
                variant="default",
                size="lg",
                className="only-narrow",
                **{"aria-label": "Show or hide the parameters"},
            ),
            html.Div(["Sweep", html.Span("Lens")], className="logo"),
            dmc.Select(
                id=ids.PROJECT,
                data=[],
                allowDeselect=False,
                searchable=True,
                openOnFocus=False,  # the focus comes back to it when a source was opened
                maxDropdownHeight=420,
                comboboxProps={"width": "max-content", "position": "bottom-start"},
                className="project",
                **{"aria-label": "Project"},
            ),
            make_rooms(),
            html.Div(className="grow"),
            dmc.Button(
                "Copy link", id=ids.COPY_LINK, variant="default", leftSection=make_icon("link"), className="wide-label"
            ),
            dmc.Menu(
                [
                    dmc.MenuTarget(
                        dmc.Button(
                            "Export", variant="default", leftSection=make_icon("download"), className="wide-label"
                        )
                    ),
                    dmc.MenuDropdown(
                        [
                            dmc.MenuItem("Report as HTML", id=ids.EXPORT_REPORT),
                            dmc.MenuItem("Table as CSV", id=ids.EXPORT_TABLE),
                            dmc.MenuItem("Everything as JSON", id=ids.EXPORT_JSON),
                            dmc.MenuItem("Bars as PNG", id=ids.EXPORT_PNG),
                            dmc.MenuItem("Bars as SVG", id=ids.EXPORT_SVG),
                        ]
                    ),
                ],
                position="bottom-end",
                keepMounted=True,
            ),
            dmc.ActionIcon(
                make_icon("theme"), id=ids.THEME, variant="default", size="lg", **{"aria-label": "Light or dark"}
            ),
            dmc.ActionIcon(
                make_icon("help"), id=ids.HELP, variant="default", size="lg", **{"aria-label": "How to read this"}
            ),
            helping.layout(context),
        ],
        className="header",
    )


def register(app: Dash, context: Context) -> None:
    """Register the header's callbacks."""
    for component, function in (
        (ids.COPY_LINK, "copy_link"),
        (ids.EXPORT_TABLE, "export_table"),
        (ids.EXPORT_PNG, "export_png"),
        (ids.EXPORT_SVG, "export_svg"),
        (ids.THEME, "toggle_theme"),
    ):
        register_in_browser(app, function, Input(component, "n_clicks"))
    helping.register(app, context)
