"""What a notebook shows of a result: HTML that stands alone, light and dark, of at most about 40 lines a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any

MOST_ROWS = 40
"""Rows of a table that are shown; the others are counted."""

LONGEST = 60
"""Letters of a name that are shown; the whole is there where one points."""

STYLE = (
    ".sweeplens{font:13px/1.45 var(--font);color:var(--ink);background:var(--card);padding:10px 14px;"
    "border:1px solid var(--line);border-radius:8px;max-width:920px;overflow-x:auto}"
    ".sweeplens h4{margin:0 0 4px;font-size:15px;font-weight:600;line-height:1.3}.sweeplens p{margin:2px 0}"
    ".sweeplens .muted{color:var(--muted)}"
    ".sweeplens tr{background:none!important}"
    ".sweeplens table{table-layout:auto;font:inherit;color:var(--ink);border-collapse:collapse;margin:8px 0;"
    "width:100%}"
    ".sweeplens th,.sweeplens td{text-align:left!important;padding:3px 10px 3px 0;border:0;background:none;"
    "color:inherit;border-bottom:1px solid var(--line-soft);vertical-align:top;white-space:normal}"
    ".sweeplens th{color:var(--muted);font-weight:500}"
    ".sweeplens .n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".sweeplens .bar{position:relative;width:160px;height:14px}.sweeplens .bar *{position:absolute;display:block}"
    ".sweeplens .bar b{top:2px;height:10px;background:var(--importance)}"
    ".sweeplens .bar b.unclear{background:var(--unclear)}"
    ".sweeplens .bar i{top:6px;height:1px;background:var(--ink)}.sweeplens .bar s{top:0;width:1px;height:14px;"
    "background:var(--muted)}"
    ".sweeplens .v{font-weight:600;white-space:nowrap}.sweeplens .v-act{color:var(--verdict-act)}"
    ".sweeplens .v-look{color:var(--negative)}.sweeplens .v-fine{color:var(--positive-ink)}"
)

DARK_WHERE = (
    "@media (prefers-color-scheme:dark){{.sweeplens{{{dark}}}}}"
    "[data-jp-theme-light=false] .sweeplens,.vscode-dark .sweeplens,[theme=dark] .sweeplens,.dark .sweeplens{{{dark}}}"
    "[data-jp-theme-light=true] .sweeplens,.vscode-light .sweeplens{{{light}}}"
)
"""Where it is dark: where the system is, unless JupyterLab or VS Code say what they are."""


@lru_cache(maxsize=1)
def _write_style() -> str:
    from ..figures.palette import DARK, FONT, LIGHT, PAGE_DARK, PAGE_LIGHT

    def write(colours: dict[str, str]) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours.items() if f"var(--{name})" in STYLE)

    light, dark = write({**LIGHT, **PAGE_LIGHT}), write({**DARK, **PAGE_DARK})
    return f"<style>.sweeplens{{--font:{FONT};{light}}}{DARK_WHERE.format(light=light, dark=dark)}{STYLE}</style>"


def write_box(title: str, *parts: str) -> str:
    """Return a result as HTML: a title, which is text, and parts, which are HTML."""
    return f'{_write_style()}<div class="sweeplens"><h4>{escape(title)}</h4>{"".join(parts)}</div>'


def write_paragraph(text: object, muted: bool = False) -> str:
    """Return text as a paragraph; nothing if it is empty."""
    return f"<p{' class=muted' if muted else ''}>{escape(str(text))}</p>" if str(text) else ""


def write_notes(notes: Iterable[object]) -> str:
    """Return notes, one a paragraph."""
    return "".join(write_paragraph(note, muted=True) for note in notes)


def write_name(name: str) -> str:
    """Return a name, cut in its middle if it is long."""
    half = (LONGEST - 1) // 2
    shown = name if len(name) <= LONGEST else f"{name[:half]}…{name[-half:]}"
    return f'<span title="{escape(name)}">{escape(shown)}</span>'


def write_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = (), more: str = ""
) -> str:
    """
    Return a table.

    Parameters
    ----------
    heads
        Heads of the columns, as text.
    rows
        Cells, as HTML; of more rows than `MOST_ROWS` the first are shown.
    numbers
        Columns that hold numbers, which stand at the right.
    more
        What is said after the number of rows that are not shown.
    """
    right = set(numbers)

    def line(tag: str, cells: Iterable[str]) -> str:
        written = (f"<{tag}{' class=n' if i in right else ''}>{cell}</{tag}>" for i, cell in enumerate(cells))
        return f"<tr>{''.join(written)}</tr>"

    body = "".join(line("td", row) for row in rows[:MOST_ROWS])
    left = len(rows) - MOST_ROWS
    rest = write_paragraph(f"and {left:,} more{more}", muted=True) if left > 0 else ""
    return f"<table><thead>{line('th', map(escape, heads))}</thead><tbody>{body}</tbody></table>{rest}"


def write_bar(row: dict[str, Any], largest: float) -> str:
    """Return the importance of a row of a ranking as a bar with its interval and its noise floor."""

    def place(share: float) -> str:
        return f"{100 * min(max(share, 0.0) / largest, 1.0):.1f}%"

    share = row["importance"] or 0.0
    kind = ' class="unclear"' if row["clear"] is False else ""
    parts = [f'<b{kind} style="left:0;width:{place(share)}"></b>']
    if row["low"] is not None:
        parts.append(f'<i style="left:{place(row["low"])};width:{place(row["high"] - row["low"])}"></i>')
    if row["floor"] is not None and share:
        parts.append(f'<s style="left:{place(row["floor"])}"></s>')
    return f'<div class="bar">{"".join(parts)}</div>'
