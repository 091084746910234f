"""Rows of a text table that have more or fewer fields than there are names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ...data.messages import Count, Message, say
from ...errors import SourceError
from ..common.texts import open_text
from .layout import BLANKS, GAPS, Layout, is_beside, split_fields


def check_widths(path: Path, layout: Layout) -> list[Message]:
    """
    Say how many rows end early; what they lack is empty.

    A row with too many fields is refused, and so is one with too few where blanks separate them (a cell between may be
    the one that lacks), where it is a remark or a sum, and where no row has as many fields as there are names.

    Raises
    ------
    SourceError
        If a row is refused, or the text is no CSV; the message names the first such line.
    """
    width, least = len(layout.names), len(layout.names) - layout.surplus
    short: list[tuple[int, int]] = []
    full = False
    for line, row in _number_rows(path, layout):
        remark = 0 < len(row) < least and (layout.separator in (BLANKS, GAPS) or is_beside(" ".join(row), row))
        if len(row) > width or remark:
            raise _ragged(path, line, len(row), width)
        full = full or len(row) >= least
        if 0 < len(row) < least:
            short.append((line, len(row)))
    if short and not full:
        raise _ragged(path, *short[0], width)
    if not short:
        return []
    rows = Count(len(short), "line")
    return [
        say(
            "table.short_lines",
            "{rows} with fewer fields than there are names, the first of them line {first}: what lacks at the end is "
            "read as empty.",
            rows=rows,
            first=short[0][0],
        )
    ]


def _ragged(path: Path, line: int, fields: int, width: int) -> SourceError:
    return SourceError(
        f"{path} is ragged: line {line} has {fields} fields, the line of column names has {width}."
        " Every row needs as many fields as there are names."
    )


def _number_rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Return each row's fields and the line of the file on which it ends."""
    line = 0
    with open_text(path, end=layout.end, encoding=layout.encoding) as file:
        for _ in range(layout.start):
            file.readline()
        try:
            if layout.separator in (BLANKS, GAPS):
                for line, row in enumerate(split_fields(file, layout.separator), 1):
                    yield line + layout.start, row
                return
            reader = csv.reader(file, delimiter=layout.separator)
            for row in reader:
                line = reader.line_num
                yield line + layout.start, row
        except csv.Error as error:
            raise SourceError(f"{path}, line {line + layout.start + 1}, cannot be read as CSV: {error}.") from error
