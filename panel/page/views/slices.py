"""The tab of slices: the target against every visible parameter, one small plot each, and one of them enlarged."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update

from ...answers.base import get
from ...answers.runs import RECORDS
from ...data.records import Json, plain
from ...figures import slices as figures
from ...runs import slices
from ...runs.empty import Empty
from .. import ids
from . import Context, answer_with_question, parse, register_in_browser
from .tab import TabQuestion, no_requests

NAME, LABEL, OF_RUNS = "slices", "Slices", True
requests = no_requests


def layout(context: Context) -> html.Div:
    """Return the stores for the enlarged plot; it is updated apart from the others."""
    return html.Div([dcc.Store(id=ids.SLICE_ASKED), dcc.Store(id=ids.SLICE_ANSWER)])


def payload(context: Context, question: TabQuestion) -> Json:
    """Return a small plot for each of the ``parameters`` asked about; see `tab.Tab`."""
    names = sorted(map(str, question.asked.get("parameters", ())))
    answer = get(RECORDS[NAME].make_request(question.selection, parameters=names), context.folder, keep_large=False)
    return {"state": "done", **_draw(slices.from_json(answer), large=False)}


def _draw(record: slices.SlicesRecord | Empty, large: bool) -> Json:
    """Return the figures, and further facts for the page."""
    if isinstance(record, Empty):
        return record.to_json()
    return {
        "empty": "",
        "record": {
            "metric": record.metric,
            "goal": record.goal,
            "counts": record.counts.to_json(),
            "best": record.best,
            "target": record.target.to_json(),
            "left_out": record.left_out,
        },
        "hover": figures.say_points(record),
        "targets": figures.list_targets(record),
        "slices": {
            one.parameter: {
                "runs": one.runs,
                "drawn": one.drawn,
                "without": plain(one.without),
                "axis": one.axis.to_json(),
                "trend": plain(one.trend),
                "boxes": plain(one.boxes),
                **({"all": plain(one.all)} if large else {}),
                "values": figures.list_beyond_32_bits(record, number),
                "figure": figures.draw_slice(record, number, large).to_plotly_json(),
            }
            for number, one in enumerate(record.slices)
        },
    }


def register(app: Dash, context: Context) -> None:
    """Register the enlarged plot."""

    @app.callback(
        Output(ids.SLICE_ANSWER, "data"),
        Input(ids.SLICE_ASKED, "data"),
        prevent_initial_call=True,
    )
    def answer(asked: Json | None) -> Any:
        if not asked:
            return no_update

        def compute() -> Json:
            selection, _ = parse(asked)
            request = RECORDS[NAME].make_request(selection, enlarged=str(asked["parameter"]))
            record = get(request, context.folder, keep_large=False)
            return _draw(slices.from_json(record), large=True)

        return answer_with_question(asked, compute)

    register_in_browser(app, "slice_received", Input(ids.SLICE_ANSWER, "data"))
