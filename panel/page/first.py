"""
The first answer as plain HTML: on the screen before the page's libraries are loaded, and gone when these have drawn it.

It comes with the page where it is known already, else from an address of its own as soon as it is. `assets/first.js`
shows it where the page opens with the usual question, and takes it away.
"""

from __future__ import annotations

import logging
from html import escape

from flask import Flask, Response

from ..answers.base import get, get_cached
from ..answers.ranking import IMPORTANCE, OVERVIEW
from ..answers.registry import ask
from ..data.records import Json
from ..figures.bars import find_reach, write_share
from ..figures.theme import shorten_names
from ..importance.record import ImportanceRow
from ..store.loading import open_project
from .views import Context
from .views.sidebar import HIDDEN_AT_FIRST

log = logging.getLogger(__name__)

MOST_ROWS = 24
"""So many fit on a screen."""

MOST_LETTERS = 28
"""Of a name, in the list and in the table; the page then fits them to the room there is."""

GOALS = {"minimize": "smallest is best", "maximize": "largest is best"}


def draw_known(context: Context) -> str:
    """Return the first answer if it is in the cache, else the empty place for it; nothing if that fails."""
    try:
        source = escape(open_project(context.question.project, context.folder).source)
        overview = get_cached(OVERVIEW.make_request(context.question), context.folder)
        record = get_cached(IMPORTANCE.make_request(context.question, method=context.method), context.folder)
    except Exception:  # the page itself says what is wrong, where there is room for it
        log.info("no first answer", exc_info=True)
        return ""
    state, html = ("done", _draw(overview, record)) if overview and record else ("waiting", "")
    about = f'data-state="{state}" data-source="{source}"'
    return f'<div id="first" class="first" {about} aria-busy="true" hidden>{html}</div>'


def draw_when_known(context: Context) -> tuple[str, bool]:
    """
    Return what is known of the first answer, and whether that is all; begins to compute it.

    Without a ranking it shows correlations, as the page does.
    """
    overview = get(OVERVIEW.make_request(context.question), context.folder)
    if overview["empty"]:
        return "", True
    record, status = ask(context.jobs, IMPORTANCE.make_request(context.question, method=context.method))
    if record is None and status["state"] not in ("queued", "running"):
        return "", True  # why there is none the page says
    return _draw(overview, record), record is not None


def prepare(context: Context) -> None:
    """Begin to compute the first answer, so that it is on its way before a browser asks for it."""
    try:
        draw_when_known(context)
    except Exception:
        log.info("the first answer could not be prepared", exc_info=True)


def register(server: Flask, context: Context) -> None:
    """Register the address at which the page asks for it."""

    @server.get(f"{context.settings.url_prefix}_sweeplens/first")
    def tell() -> Response:
        try:
            html, done = draw_when_known(context)
        except Exception:
            log.info("no first answer", exc_info=True)
            html, done = "", True
        return Response(html, 200 if done else 202, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _draw(overview: Json, record: Json | None) -> str:
    """Return the header, the parameters, the trust line and the table."""
    target, runs = overview["target"], overview["runs"]
    rows = _list_rows(overview, record)
    hidden = len(overview["parameters"]) - len(rows)
    ranked = [] if record is None else [ImportanceRow.from_json(row) for row in record["importance"]]
    scale = max(map(find_reach, ranked), default=0.0)
    names = [p["parameter"] for p in overview["parameters"]]
    short = dict(zip(names, shorten_names(names, MOST_LETTERS), strict=True))
    listed = "".join(f"<li>{escape(short[row['parameter']])}</li>" for row in rows[:MOST_ROWS])
    table = "".join(
        _draw_row(row, short[row["parameter"]], max(scale, 1e-9), record is not None) for row in rows[:MOST_ROWS]
    )
    return (
        '<div class="header"><span class="logo">Sweep<span>Lens</span></span>'
        f'<b class="first-name">{escape(overview["project"]["name"])}</b></div>'
        f'<div class="shell"><div class="sidebar"><div class="sidebar-head"><h2>Parameters<span class="muted">'
        f"{len(rows):,} of {len(rows) + hidden:,}</span></h2></div><ul>{listed}</ul></div><main>"
        f'<div class="question"><span>Explain</span><b>{escape(target["label"])}</b>'
        f"<span>, {GOALS.get(target['goal'], '')}, in</span>"
        f'<b class="runs-used">{runs["used"]:,} of {runs["loaded"]:,} runs</b></div>'
        f'<h1 class="headline">{escape(record["trust"]["headline"]) if record else ""}</h1>'
        f'<div class="card trust"><div class="trust-text">{_draw_trust(record)}</div></div>'
        f'<div class="taken">{escape(overview["taken"]["words"])}</div>'
        '<div class="result"><div class="card table-card"><div class="first-row first-head"><span>Parameter</span>'
        f"<span>Importance</span><span>Correlation</span><span>Runs</span></div>{table}</div>"
        '<div class="card"></div></div></main></div>'
    )


def _list_rows(overview: Json, record: Json | None) -> list[Json]:
    """Return the visible parameters, the most important first, with their rows of both answers."""
    ranked = {row["parameter"]: row for row in (record or {"importance": []})["importance"]}
    own = {row["parameter"]: row for row in overview["correlation"] if row["value"] == ""}
    shown = [
        {**p, "row": ranked.get(p["parameter"]), "own": own.get(p["parameter"])}
        for p in overview["parameters"]
        if p["reason"] not in HIDDEN_AT_FIRST and p["role"] not in ("ignored", "seed")
    ]
    return sorted(shown, key=lambda r: -r["row"]["importance"] if r["row"] and r["row"]["importance"] else 0.0)


def _draw_trust(record: Json | None) -> str:
    if record is None:
        return '<span class="dot busy"></span><b>Computing importance …</b>'
    trust, r2 = record["trust"], record["surrogate"].get("oob_r2")
    measured = "" if r2 is None else f'<span class="r2">{escape(trust["measure"])} {_say_signed(r2).lstrip("+")}</span>'
    return (
        f'<span class="dot {escape(trust["level"])}"></span><b>{escape(trust["words"])}</b>{measured}'
        f'<span class="advice">{escape(trust["advice"])}</span>'
    )


def _draw_row(shown: Json, name: str, scale: float, ranked: bool) -> str:
    row, own = shown["row"], shown["own"]
    clear = "" if row is None or row["clear"] is not False else " unclear"
    runs = own["n"] if own else shown["recorded"]
    return (
        f'<div class="first-row{clear}"><span class="parameter-name">{escape(name)}</span>'
        f"{_draw_importance(row, scale, ranked)}{_draw_correlation(own)}"
        f'<span class="number">{runs:,}</span></div>'
    )


def _draw_importance(row: Json | None, scale: float, ranked: bool) -> str:
    if row is None or row["importance"] is None:
        return '<span class="muted why">not in the model</span>' if ranked else '<span class="waiting"></span>'
    dim = " dim" if row["clear"] is False else ""
    bars = f'<span class="bar{dim}" style="width:{_say_share(row["importance"] / scale)}"></span>'
    if row["low"] is not None:
        low, wide = _say_share(row["low"] / scale), _say_share((row["high"] - row["low"]) / scale)
        bars += f'<span class="whisker" style="left:{low};width:{wide}"></span>'
    if row["floor"] is not None:
        bars += f'<span class="floor" style="left:{_say_share(row["floor"] / scale)}"></span>'
    number = f'<span class="number">{escape(write_share(row["importance"]))}</span>'
    return f'<span class="importance-cell"><span class="track">{bars}</span>{number}</span>'


def _draw_correlation(own: Json | None) -> str:
    if own is None or (own["correlation"] is None and own["eta"] is None):
        return '<span class="muted why">–</span>'
    if own["correlation"] is None:
        return f'<span class="correlation-cell"><span class="track"></span><span>η {own["eta"]:.2f}</span></span>'
    r = own["correlation"]
    side, way = ("left", "positive") if r >= 0 else ("right", "negative")
    bar = f'<span class="bar {way}" style="{side}:50%;width:{_say_share(abs(r) / 2)}"></span>'
    return (
        f'<span class="correlation-cell"><span class="track"><span class="centre"></span>{bar}</span>'
        f'<span class="number">{_say_signed(r)}</span></span>'
    )


def _say_share(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


def _say_signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−") if abs(value) >= 0.005 else "0.00"
