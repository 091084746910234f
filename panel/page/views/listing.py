"""The tab that lists all runs: ``assets/views/listing.mjs`` asks for rows block by block, sorted and filtered here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
from dash import Dash, html
from flask import Response, jsonify, request

from ...access.permits import check_asked, keep_picked, read_selection
from ...answers.listing import find_outlined, get_listing, mark_selected, order_rows
from ...answers.projects import get_project
from ...data.records import Json
from ...errors import QuestionError
from ...question.selection import Selection, filter_runs
from ...runs import listing
from ...store import picks
from .. import ids
from ..bodies import read_object
from . import Context, answer_with_question, hyphenate
from .tab import TabQuestion, no_requests

NAME, LABEL, OF_RUNS = "runs", "All runs", True
requests = no_requests

MOST_ROWS = 1_000
"""Most rows of one answer."""

LARGEST_BODY = 64_000_000
"""Bytes of the largest request: a list of the ids of a million runs takes less."""


def layout(context: Context) -> html.Section:
    """Return the table; what stands above it is drawn by ``assets/views/listing.mjs``."""
    return html.Section(
        [
            html.Div(id="runs-head", className="runs-head"),
            dag.AgGrid(
                id=ids.RUNS_TABLE,
                rowModelType="infinite",
                columnDefs=[],
                getRowId="params.data.id",
                defaultColDef={"resizable": True, "sortable": True},
                dashGridOptions={
                    "theme": {"function": "sweeplensTheme(themeQuartz)"},
                    "rowSelection": {"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False},
                    "selectionColumnDef": {"pinned": "left", "width": 44, "suppressHeaderMenuButton": True},
                    "cacheBlockSize": 100,
                    "maxConcurrentDatasourceRequests": 2,
                    "maxBlocksInCache": 50,
                    "blockLoadDebounceMillis": 30,
                    "infiniteInitialRowCount": 1,
                    "rowHeight": 34,
                    "headerHeight": 38,
                    "animateRows": False,
                    "enableBrowserTooltips": True,
                    "tooltipShowDelay": 400,
                    "multiSortKey": "ctrl",
                    "localeText": {"noRowsToShow": "No run matches. Clear the filters above."},
                },
                style={"height": "100%"},
            ),
        ],
        className="card table-card runs-card",
        **hyphenate(aria_label="All runs of the project"),
    )


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the columns, and how many runs there are; see `tab.Tab`."""
    table = get_listing(question.selection, context.folder)
    columns = [{"id": c.id, "label": c.label, "group": c.group, "kind": c.kind} for c in table.columns.values()]
    record = {"columns": columns, "runs": len(table.ids), "counted": table.counted, "goal": table.goal}
    return {"state": "done", "record": record}


def register(app: Dash, context: Context) -> None:
    """
    Register the addresses of rows, of the table as a file, and of sets of runs that the server finds.

    They are no callbacks, because a callback has one answer under way at a time, and a table that is scrolled asks for
    several blocks. A request must be JSON, which no page elsewhere may send.
    """
    prefix = f"{context.settings.url_prefix}_sweeplens/runs"

    def add(name: str, function: Any) -> None:
        def view() -> Any:
            if (request.content_length or 0) > LARGEST_BODY:
                return jsonify(error=f"A request of more than {LARGEST_BODY // 10**6} MB is not answered."), 413
            asked = read_object()
            if name != "csv":
                return jsonify(answer_with_question(None, lambda: function(context, asked)))
            reply = answer_with_question(None, lambda: function(context, asked))
            return jsonify(reply) if "error" in reply else Response(reply["csv"], mimetype="text/csv")

        app.server.add_url_rule(f"{prefix}/{name}", f"runs_{name}", view, methods=["POST"])

    for name, function in (("rows", get_rows), ("csv", write_table), ("select", select_runs)):
        add(name, function)


def get_rows(context: Context, asked: Json) -> Json:
    """
    Return a block of rows.

    ``asked`` has the ``selection``, ``sort`` and ``filters`` (see `runs.listing`), the ``columns`` wanted by id,
    ``start`` and ``end`` of the block, which runs are ``selected``, and whether ``only`` these are to be listed. If the
    selected runs are not known here, a ``note`` says so, and the rows come unselected.
    """
    selection, found, order = _find_rows(context, asked)
    block = order[_slice_rows(asked)]
    note, chosen = "", [False] * len(block)
    try:
        chosen = mark_selected(selection, _read_runs(asked.get("selected")), context.folder)[block].tolist()
    except QuestionError as error:
        note = str(error)
    numbers = {name: i for i, name in enumerate(found.columns)}
    values = {f"c{numbers[c.id]}": listing.list_cells(c, block) for c in _read_columns(found, asked)}
    left_out = (found.columns[listing.LEFT_OUT].values[block] != "").tolist()
    lines = [
        {"id": run, "selected": chosen[i], "out": left_out[i], **{key: cells[i] for key, cells in values.items()}}
        for i, run in enumerate(found.ids[block])
    ]
    return {"rows": lines, "count": len(order), "note": note}


def write_table(context: Context, asked: Json) -> dict[str, str]:
    """Return all rows that match as CSV. ``asked`` is as for `get_rows`."""
    _, found, order = _find_rows(context, asked)
    return {"csv": "\ufeff" + listing.write_csv(found, [c.id for c in _read_columns(found, asked)], order)}


def select_runs(context: Context, asked: Json) -> Json:
    """
    Return a set of runs: ids, or a fingerprint if they are many.

    ``asked`` has the ``selection`` and one of: ``rows``, a question as for `get_rows`, for all runs that match;
    ``outline`` in a trade-off, with ``xs`` and ``ys``, and what the trade-off was ``asked``; ``change``, with the
    runs to ``add`` to those ``selected`` and to ``remove`` from them. With none of these, the runs that pass filter
    and states.
    """
    selection = read_selection(asked.get("selection"))
    if "rows" in asked:
        _, found, order = _find_rows(context, {**asked["rows"], "selection": asked["selection"]})
        runs = found.ids[order]
    elif "outline" in asked:
        outline = asked["outline"]
        xs, ys = (list(map(float, outline[key])) for key in ("xs", "ys"))
        runs = find_outlined(selection, outline.get("asked", {}), xs, ys, context.folder)
    elif "change" in asked:
        chosen = _read_runs(asked.get("selected")) or ()
        before = picks.read_runs(chosen, context.folder) if isinstance(chosen, str) else chosen
        change = asked["change"]
        runs = (set(before) | set(map(str, change["add"]))) - set(map(str, change["remove"]))
    else:
        project = get_project(selection, context.folder)
        keep, _ = filter_runs(project, replace(selection, picked=None))
        runs = project.runs.index[keep]
    return {"runs": keep_picked(runs, context.folder)}


def _find_rows(context: Context, asked: Json) -> tuple[Selection, listing.Listing, Any]:
    selection = read_selection(asked.get("selection"))
    sort = tuple((str(name), str(way)) for name, way in asked.get("sort", ()))
    filters = asked.get("filters") or {}
    if not isinstance(filters, dict):
        raise QuestionError("The filters of the table cannot be read; clear them.")
    only = _read_runs(asked.get("selected")) or () if asked.get("only") else None
    return (
        selection,
        get_listing(selection, context.folder),
        order_rows(selection, sort, filters, context.folder, only),
    )


def _slice_rows(asked: Json) -> slice:
    """Return the slice of rows asked for: at most `MOST_ROWS`, empty if it ends before it starts."""
    start, end = asked.get("start", 0), asked.get("end")
    if any(isinstance(n, bool) or not isinstance(n, int) for n in (start, 0 if end is None else end)):
        raise QuestionError("Which rows are asked for cannot be read; load the page again.")
    start = max(0, start)
    most = start + MOST_ROWS
    return slice(start, most if end is None else min(max(start, end), most))


def _read_columns(found: listing.Listing, asked: Json) -> list[listing.Column]:
    """Return the columns asked for, each once."""
    names = asked.get("columns") or []
    if not isinstance(names, list):
        raise QuestionError("The columns of the table cannot be read; load the page again.")
    return list({column.id: column for column in map(found.column, names)}.values())


def _read_runs(chosen: Any) -> tuple[str, ...] | str | None:
    check_asked(picked=chosen)
    return chosen if chosen is None or isinstance(chosen, str) else tuple(map(str, chosen))
