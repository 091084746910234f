"""The tab of slices: the target against every visible parameter, one small plot each, and one of them enlarged."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update

from ...answers.base import get
from ...answers.runs import RECORDS
from ...figures import slices as figures
from .. import ids
from . import Context, answering, in_browser, parse
from .tab import TabQuestion, no_requests

NAME, LABEL, OF_RUNS = "slices", "Slices", True
requests = no_requests

TOLD = ("metric", "goal", "counts", "best", "target", "left_out")
"""What the page is told of a record beside its figures."""


def layout(context: Context) -> html.Div:
    """Return where the enlarged plot is asked for and answered, apart from the others, which stay as they are."""
    return html.Div([dcc.Store(id=ids.SLICE_ASKED), dcc.Store(id=ids.SLICE_ANSWER)])


def payload(context: Context, question: TabQuestion) -> dict[str, Any]:
    """Return a small plot for each of the ``parameters`` asked about; see `tab.Tab`."""
    names = sorted(map(str, question.asked.get("parameters", ())))
    record = get(RECORDS[NAME].about(question.selection, parameters=names), context.folder, keep_large=False)
    return {"state": "done", **_drawn(record, large=False)}


def _drawn(record: dict[str, Any], large: bool) -> dict[str, Any]:
    if record["empty"]:
        return {"empty": record["empty"]}
    return {
        "empty": "",
        "record": {key: record[key] for key in TOLD},
        "hover": figures.hover(record),
        "targets": figures.exact(record),
        "slices": {
            found["parameter"]: {
                **{key: found[key] for key in ("runs", "drawn", "without", "axis", "trend", "boxes")},
                **({"all": found["all"]} if large else {}),
                "values": figures.beyond_32_bits(record, number),
                "figure": figures.plot(record, number, large).to_plotly_json(),
            }
            for number, found in enumerate(record["slices"])
        },
    }


def register(app: Dash, context: Context) -> None:
    """Register the enlarged plot."""

    @app.callback(
        Output(ids.SLICE_ANSWER, "data"),
        Input(ids.SLICE_ASKED, "data"),
        prevent_initial_call=True,
    )
    def enlarged(asked: dict[str, Any] | None) -> Any:
        if not asked:
            return no_update

        def compute() -> dict[str, Any]:
            selection, _ = parse({"selection": asked["selection"]})
            request = RECORDS[NAME].about(selection, enlarged=str(asked["parameter"]))
            record = get(request, context.folder, keep_large=False)
            return _drawn(record, large=True)

        return answering(asked, compute)

    in_browser(app, "slice_received", Input(ids.SLICE_ANSWER, "data"))
