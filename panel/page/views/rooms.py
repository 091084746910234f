"""The five rooms of the page, each with its views: the ways between them."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from .. import ids
from . import (
    best,
    checks,
    curves,
    footprint,
    history,
    hyphenate,
    interactions,
    linear,
    listing,
    methods,
    next_sweep,
    parallel,
    slices,
    targets,
    tradeoff,
    values,
)
from .tab import Tab

OVERVIEW = "importance"
"""The name of the view that the page opens with, which is no tab: all others stand beside it."""


@dataclass(frozen=True)
class Room:
    """
    A room.

    Attributes
    ----------
    name, label
        By which the page knows it, and what it calls it.
    asks
        What people come for, in words.
    tabs
        Its views, the first of which opens.
    """

    name: str
    label: str
    asks: str
    tabs: tuple[Tab, ...] = ()


ROOMS = (
    Room("overview", "Overview", "What matters, and how far to trust it"),
    Room(
        "parameters",
        "Parameters",
        "How the metric depends on the parameters",
        (interactions, slices, linear, methods, targets),
    ),
    Room("values", "Values", "Which value of a parameter is best, and whether to adopt it", (values,)),
    Room(
        "runs",
        "Runs",
        "The runs themselves, and which are best",
        (history, listing, best, parallel, curves, tradeoff, footprint),
    ),
    Room("decide", "Decide", "Whether the search was any good, and what to run next", (checks, next_sweep)),
)


def make_rooms() -> html.Nav:
    """Return the row of rooms; each opens the view that was last looked at in it."""
    return html.Nav(
        [_make_link(room.label, room, room.tabs[0].NAME if room.tabs else OVERVIEW, room.asks) for room in ROOMS],
        id=ids.ROOMS,
        className="rooms",
        **hyphenate(aria_label="Rooms"),
    )


def make_views() -> html.Nav:
    """Return the row of a room's views; ``assets/page/rooms.mjs`` shows those of the room that is open."""
    return html.Nav(
        [_make_link(tab.LABEL, room, tab.NAME) for room in ROOMS if len(room.tabs) > 1 for tab in room.tabs],
        id=ids.TAB,
        className="views",
        **hyphenate(aria_label="Views of this room"),
    )


def _make_link(label: str, room: Room, tab: str, title: str = "") -> html.A:
    return html.A(label, href="#", title=title, **hyphenate(data_room=room.name, data_tab=tab))
