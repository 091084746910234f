"""Icons, drawn by the stylesheet."""

from __future__ import annotations

from dash import html

from . import hyphenate


def make_icon(name: str) -> html.Span:
    """Return the icon `name`; decoration only, so the button that holds it needs a label."""
    return html.Span(className=f"icon icon-{name}", **hyphenate(aria_hidden="true"))
