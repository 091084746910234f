"""Tables drawn with bars: Markdown's, with or without bars at both ends, and those that programs print in a frame."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

LOOKED_AT = 400

_RULE = re.compile(r"[\s|+:=_-]*-{1,}[\s|+:=_-]*|[\s|+:=_-]*={2,}[\s|+:=_-]*")
_DRAWN = str.maketrans({"│": "|", "┃": "|", "║": "|", "┆": "|"})
_FRAME = re.compile(r"[\s─━═╌┄┈╴│┃║┆|┌┐└┘├┤┬┴┼╭╮╰╯╒╕╘╛╞╡╤╧╪┏┓┗┛┡┩┳┻╇╋┠┨┯┷┿╂╃╄╅╆╈╉╊╔╗╚╝╠╣╦╩╬]+")


def has_bars(lines: Sequence[str]) -> bool:
    """Say whether lines hold a table drawn with bars; a ``|`` between fields alone does not make one."""
    some = [line.translate(_DRAWN).strip() for line in lines[:LOOKED_AT]]
    for above, below in itertools.pairwise(some):
        if "|" in above and is_rule(below) and ("|" in below or "+" in below):
            return True
    framed = [len(line) > 2 and line.startswith("|") and line.endswith("|") for line in some if line]
    return len(framed) > 1 and all(framed)


def is_rule(line: str) -> bool:
    """Say whether a line only draws: ``|---|:--:|`` or ``+----+``."""
    line = line.strip()
    return bool(_RULE.fullmatch(line)) or (bool(line) and bool(_FRAME.fullmatch(line)) and not set(line) <= set("| "))


def split_tables(lines: Iterable[str]) -> list[list[list[str]]]:
    """
    Return the tables drawn with bars in a text, each as its rows of cells, the names of the columns first.

    A row has as many cells as there are names: those that lack are empty, those that are too many are left out.
    """
    tables: list[list[list[str]]] = [[]]
    for line in lines:
        text = line.translate(_DRAWN).strip()
        if is_rule(text):
            continue
        if "|" in text:
            tables[-1].append(_split_cells(text))
        elif tables[-1]:
            tables.append([])
    fitted = []
    for rows in tables:
        if len(rows) > 1 and len(rows[0]) > 1:
            width = len(rows[0])
            fitted.append([[*row, *[""] * width][:width] for row in rows])
    return fitted


def _split_cells(text: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", text)
    if text.startswith("|"):
        cells = cells[1:]
    if text.endswith("|") and not text.endswith("\\|"):
        cells = cells[:-1]
    return [_clean(cell.replace("\\|", "|")) for cell in cells]


def _clean(cell: str) -> str:
    """Return a cell without what makes it bold, slanted or code."""
    cell = re.sub(r"<br\s*/?>|&nbsp;", " ", cell).strip()
    for mark in ("***", "**", "__", "`", "*", "~~"):
        if len(cell) > 2 * len(mark) and cell.startswith(mark) and cell.endswith(mark):
            cell = cell[len(mark) : -len(mark)].strip()
    return cell
