"""The header: project, rooms, link, export, theme, help."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html

from ...importance import METHODS
from .. import ids
from . import Context, register_in_browser
from .icons import make_icon
from .rooms import make_rooms


def layout(context: Context) -> html.Header:
    """Return the header; its list of sources is filled by ``assets/sources.js``."""
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
            write_help(),
        ],
        className="header",
    )


def write_help() -> dmc.Drawer:
    """Return the text on how to read the two numbers, and on what they do not say."""
    return dmc.Drawer(
        html.Div(
            [
                html.H3("Importance"),
                html.P(
                    "How useful a parameter was to a random forest that predicts the metric from all parameters: its "
                    "share of the splits' gain. It sees curves and interactions. The whiskers are its 90 % interval: "
                    "where the same search, run again, would put it nine times in ten."
                ),
                html.P(
                    "The dotted tick is the parameter's own noise floor: the part of its bar that does not hold on "
                    "runs the forest has not seen, and what a shuffled copy of the parameter reaches there by chance. "
                    "A parameter is clear, and its bar blue, if it passes its tick or has an effect of its own: a "
                    "curve of its values explains something that curves of all others leave. Only the latter counts in "
                    "an adaptive search, and for parameters that go along with each other. A grey bar means nothing. "
                    "With few runs even useless parameters get a share; it shrinks as runs are added."
                ),
                html.H3("Other methods"),
                html.P("Each asks another question, so they may differ."),
                html.Ul(
                    [
                        html.Li(f"{m.WORDS[0].upper()}{m.WORDS[1:]}: {m.QUESTION[0].lower()}{m.QUESTION[1:]}")
                        for m in METHODS[1:]
                    ]
                ),
                html.P(
                    "The Gaussian process needs far fewer runs than a forest where the metric follows smooth curves; "
                    "of categories that act together the forest knows more. Its R² is of configs left out one by one."
                ),
                html.P("Kendall's W tells how far the orders agree, from 0 to 1."),
                html.H3("A parameter's card"),
                html.P(
                    "A click on a name shows its values, and the metric against it. The blue curve is what a forest "
                    "predicts on average if only this parameter changes; thin lines do so for single configs: "
                    "where they cross, it depends on others. The band is how far the curve would move with other runs."
                ),
                html.H3("The runs behind the numbers"),
                html.P(
                    "Parallel, Slices, Isolation, Curves, Best runs, Runs and Trade-off show the runs themselves, "
                    "failed ones too. Runs that are brushed, boxed, lassoed or ticked in one of them are selected "
                    "everywhere. The switch beside the chip computes importance on the selected runs alone. Among the "
                    "best runs what matters may differ: a parameter that all of them agree on no longer varies there, "
                    "so it cannot matter there."
                ),
                html.P(
                    "Isolation asks what a value is worth once everything else is tuned. A value tried more often has "
                    "a better best run by luck alone, so the best of equally many configs is compared: what "
                    "one would expect of so many, drawn at random from those tried, with a 90 % interval."
                ),
                html.H3("Correlation"),
                html.P(
                    "Pearson's r with the metric as logged, from −1 to +1: one straight line and nothing else. Right "
                    "and green: the metric is larger where the parameter is larger. Left and orange: smaller. Beyond "
                    "±0.7 it is called strong. Outliers can make or break it: compare with the rank correlation, or "
                    "with r on the parameters' own scales. Of a categorical each value has its own; η tells how much "
                    "all of them together explain."
                ),
                html.H3("The two disagree on purpose"),
                html.P(
                    "High importance with little correlation: a curve with an optimum inside, or an effect that "
                    "depends on another parameter. High correlation with little importance: another parameter tells "
                    "the same."
                ),
                html.H3("What they do not say"),
                html.Ul(
                    [
                        html.Li("Association is not cause: a parameter can stand in for one that was changed with it."),
                        html.Li("They speak of the ranges that were tried, and of nothing beyond."),
                        html.Li("A ranking is worth what its model is worth: see the R² above the table."),
                        html.Li(
                            "Parameters held constant cannot matter here: all that is said holds for their value only."
                        ),
                    ]
                ),
            ],
            className="help",
        ),
        id=ids.HELP_TEXT,
        title="How to read this",
        position="right",
        size="md",
        opened=False,
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
    register_in_browser(app, "open_dialog", Output(ids.HELP_TEXT, "opened"), Input(ids.HELP, "n_clicks"))
