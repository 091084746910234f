"""The overview: what matters and how far to trust it, the table, the bar panel."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html

from ...answers.base import Request, get
from ...answers.ranking import IMPORTANCE, OVERVIEW
from ...answers.registry import ask, cancel
from ...data.records import Json
from ...figures.bars import draw_bars
from ...importance import METHODS, Importance, list_installed
from ...importance.correlation import CorrelationRow
from ...question.selection import Selection
from .. import ids
from . import Context, answer_with_question, cards, hyphenate, make_progress_bar, parse, register_in_browser
from .icons import make_icon


def describe_methods() -> list[Json]:
    """Return what the page needs to know of the methods, the default one first; see `importance.Method`."""
    there = list_installed()
    return [
        {
            "value": m.NAME,
            "label": m.WORDS if m in there else f"{m.WORDS} (needs sweeplens[{m.NEEDS}])",
            "disabled": m not in there,
            "asks": sorted(m.ASKS),
        }
        for m in METHODS
    ]


METHOD_CHOICES = [{key: method[key] for key in ("value", "label", "disabled")} for method in describe_methods()]

TOP_CHOICES = [{"value": str(share), "label": f"the best {share:.0%}"} for share in (0.05, 0.1, 0.2, 0.33, 0.5)]

COEFFICIENTS = [
    {"value": "correlation", "label": "r"},
    {"value": "spearman", "label": "rank"},
    {"value": "scaled", "label": "own scale"},
]


def layout(context: Context) -> html.Div:
    """Return the tab."""
    return html.Div(
        [
            html.H1(id=ids.HEADLINE, className="headline"),
            html.Div(
                [
                    html.Div(id=ids.TRUST, className="trust-text", role="status"),
                    html.Div(
                        [
                            _make_small_select(ids.METHOD, METHOD_CHOICES, "Method"),
                            html.Div(
                                _make_small_select(ids.TOP, TOP_CHOICES, "Which runs count as the best"), id="top-row"
                            ),
                            _make_small_select(ids.GROUP, [], "Runs that count as one", searchable=True),
                        ],
                        className="trust-controls",
                    ),
                ],
                className="card trust",
            ),
            html.Div(
                [
                    make_progress_bar(ids.PROGRESS),
                    dmc.Button("Cancel", id=ids.CANCEL, variant="default", size="compact-sm"),
                ],
                id="progress-row",
                className="progress-row hidden",
            ),
            html.Div(id=ids.TAKEN, className="taken"),
            html.Div(id=ids.NOTES, className="notes"),
            html.Div(
                [
                    html.Section(
                        dag.AgGrid(
                            id=ids.TABLE,
                            columnDefs=_list_columns(),
                            getRowId="params.data.id",
                            defaultColDef={
                                "resizable": True,
                                "sortable": False,
                                "suppressMovable": True,
                                "suppressHeaderMenuButton": True,
                            },
                            dashGridOptions=_list_options(),
                            eventListeners={
                                "bodyScrollEnd": ["sweeplensScrolled(params)"],
                                "cellKeyDown": ["sweeplensKey(params)"],
                                "columnResized": ["sweeplensResized(params)"],
                            },
                            className="table",
                            style={"height": "100%"},
                        ),
                        className="card table-card",
                        **hyphenate(aria_label="Importance and correlation of every visible parameter"),
                    ),
                    html.Section(
                        [
                            html.Div(
                                [
                                    html.H3("Importance and correlation"),
                                    dmc.SegmentedControl(id=ids.COEFFICIENT, data=COEFFICIENTS, size="xs"),
                                ],
                                className="bars-head",
                            ),
                            html.Div(
                                [
                                    html.Span("Sort by"),
                                    html.Button("importance", className="sort-by", **hyphenate(data_sort="importance")),
                                    html.Button(
                                        "correlation", className="sort-by", **hyphenate(data_sort="correlation")
                                    ),
                                ],
                                className="bars-sort",
                            ),
                            dmc.Collapse(  # opened when the table is painted: Plotly's code takes a second to start
                                dcc.Graph(
                                    id=ids.BARS,
                                    figure={"data": [], "layout": {}},
                                    config={"displayModeBar": False, "responsive": True},
                                ),
                                id=ids.BARS_PLACE,
                                opened=False,
                                keepMounted=False,
                                transitionDuration=0,
                                className="bars-body",
                                tabIndex=0,  # it scrolls, so a keyboard must reach it
                            ),
                            html.P(id="bars-summary", className="bars-summary muted"),
                        ],
                        className="card bars-card",
                        **hyphenate(aria_label="Bars of importance and correlation"),
                    ),
                ],
                id=ids.RESULT,
                className="result",
            ),
            _make_empty_message(),
            cards.layout(context),
        ],
        id="importance-pane",
        className="tab-body",
    )


def _make_small_select(component: str, data: list[Json], label: str, **more: Any) -> dmc.Select:
    return dmc.Select(
        id=component,
        data=data,
        w=150,
        size="xs",
        allowDeselect=False,
        maxDropdownHeight=360,
        comboboxProps={"width": "max-content", "position": "bottom-end"},
        **{"aria-label": label},
        **more,
    )


def _make_empty_message() -> html.Div:
    """Return what is shown in place of a result: why there is none, and buttons that may help."""
    return html.Div(
        [
            html.H3(id="empty-title"),
            html.P(id="empty-words"),
            html.Div(
                [
                    dmc.Button("Compute again", id=ids.RETRY, variant="light", leftSection=make_icon("retry")),
                    dmc.Button(
                        "Columns and roles", id=ids.COLUMNS_OPEN_2, variant="light", leftSection=make_icon("columns")
                    ),
                    dmc.Button("Do not group", id=ids.UNGROUP, variant="light"),
                    dmc.Button("Clear the filter", id=ids.CLEAR_FILTER, variant="light"),
                    dmc.Button("Count runs of every state", id=ids.ALL_STATES, variant="light"),
                    dmc.Button("Start over", id=ids.START_OVER, variant="light"),
                ],
                className="ways-out",
            ),
        ],
        id=ids.EMPTY,
        className="card empty hidden",
        role="alert",
    )


def _list_columns() -> list[Json]:
    """
    Return the table's columns.

    The page gives the rows their order, so to the grid none is sortable. The columns have no field, so that a row that
    changes is drawn anew even where the number in a cell stays.
    """
    return [
        {
            "colId": "parameter",
            "headerName": "Parameter",
            "cellRenderer": "SweeplensParameter",
            "flex": 8,
            "minWidth": 170,
            **_list_sorts("name"),
        },
        {
            "colId": "importance",
            "headerName": "Importance",
            "cellRenderer": "SweeplensImportance",
            "flex": 6,
            "minWidth": 140,
            "headerTooltip": "Share by the method chosen, 90 % interval, and the parameter's own noise floor",
            **_list_sorts("importance"),
        },
        {
            "colId": "correlation",
            "headerName": "Correlation",
            "cellRenderer": "SweeplensCorrelation",
            "flex": 5,
            "minWidth": 130,
            "headerTooltip": "With the metric as logged, from −1 to +1",
            **_list_sorts("correlation"),
        },
        {
            "field": "n",
            "headerName": "Runs",
            "type": "rightAligned",
            "width": 84,
            "maxWidth": 100,
            "valueFormatter": {"function": "sweeplensCount(params)"},
        },
    ]


def _list_sorts(sort: str) -> Json:
    return {"headerComponent": "SweeplensHeader", "headerComponentParams": {"sort": sort}}


def _list_options() -> Json:
    return {
        "theme": {"function": "sweeplensTheme(themeQuartz)"},
        "getRowHeight": {"function": "sweeplensRowHeight(params)"},
        "headerHeight": 38,
        "animateRows": False,
        "rowBuffer": 4,
        "suppressColumnVirtualisation": True,
        "tabToNextCell": {"function": "sweeplensLeave()"},
        "tabToNextHeader": {"function": "sweeplensLeave()"},
        "tooltipShowDelay": 400,
        "localeText": {"noRowsToShow": "All parameters are hidden. Show some in the list of parameters."},
        "rowClassRules": {
            "value-row": "params.data.level === 1",
            "unclear": "params.data.imp && params.data.imp.clear === false",
        },
    }


def ask_each(context: Context, requests: list[tuple[str, Request]], anew: bool) -> Json:
    """
    Return the progress of several requests, each given with a label.

    One that fails does not keep the others waiting; ``failed`` says why, by its words.
    """
    failed: dict[str, str] = {}
    for done, (words, request) in enumerate(requests):
        record, status = ask(context.jobs, request, anew)
        if record is None and status["state"] == "failed":
            failed[words] = status["message"]
        elif record is None:
            share = (done + status.get("done", 0.0)) / len(requests)
            return {**status, "done": share, "message": status.get("message") or words, "failed": failed}
    return {"state": "done", "failed": failed}


def payload(context: Context, selection: Selection, method: str, anew: bool) -> Json:
    """Return the importance and its figure if computed, else the progress; `anew` is for `registry.ask`."""
    record, status = ask(context.jobs, IMPORTANCE.make_request(selection, method=method), anew)
    if record is None:
        return status
    correlation = get(OVERVIEW.make_request(selection), context.folder)["correlation"]
    rows = [CorrelationRow.from_json(row) for row in correlation if not row["value"]]  # of thousands of values none
    figure = draw_bars(Importance.from_json(record).rows, rows)
    return {**status, "record": record, "figure": figure.to_plotly_json()}


def register(app: Dash, context: Context) -> None:
    """Register the tab's callbacks."""

    @app.callback(
        Output(ids.IMPORTANCE, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.POLL, "data"),
        Input(ids.RETRY, "n_clicks"),
        prevent_initial_call=True,
    )
    def answer(question: Json, _ticks: int, _clicks: int) -> Json:
        anew = ctx.triggered_id == ids.RETRY
        return answer_with_question(question, lambda: payload(context, *parse(question), anew=anew))

    @app.callback(
        Output(ids.CANCEL, "disabled"),
        Input(ids.CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def stop(_clicks: int, question: Json) -> bool:
        selection, method = parse(question)
        cancel(context.jobs, IMPORTANCE.make_request(selection, method=method))
        return False

    for component, function in (
        (ids.UNGROUP, "ungroup"),
        (ids.CLEAR_FILTER, "clear_filter"),
        (ids.ALL_STATES, "all_states"),
        (ids.START_OVER, "start_over"),
    ):
        register_in_browser(app, function, Input(component, "n_clicks"))
    register_in_browser(
        app,
        "received",
        Output(ids.PROGRESS, "value"),
        Input(ids.QUESTION, "data"),
        Input(ids.OVERVIEW, "data"),
        Input(ids.IMPORTANCE, "data"),
        initially=True,
    )
    cards.register(app, context)
    register_in_browser(app, "bar_clicked", Input(ids.BARS, "clickData"))
    register_in_browser(app, "show_coefficient", Input(ids.COEFFICIENT, "value"))
