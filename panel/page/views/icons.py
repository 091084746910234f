"""Icons, drawn by the stylesheet."""

from __future__ import annotations

from dash import html

from . import hyphenated


def icon(name: str) -> html.Span:
    """Return the icon `name`; decoration only, so the button that holds it needs a label."""
    return html.Span(className=f"icon icon-{name}", **hyphenated(aria_hidden="true"))
