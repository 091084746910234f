"""How a table stands in a text file: what separates its fields, which lines are its names, and what is no row of it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...data.messages import Count, Message, say
from ..common.cells import parse_number
from ..common.texts import WINDOWS, is_windows_text, open_text
from .columns import join_header
from .markdown import has_bars

csv.field_size_limit(2**31 - 1)  # a cell may hold a whole configuration

SEPARATORS = (",", "\t", ";", "|")
"""What separates fields, the commonest first; in files of other endings also blanks."""

BLANKS = " "
"""Stands for any number of blanks between two fields."""

GAPS = "  "
"""Stands for two or more blanks between two fields, so that names may hold single ones."""

BARS = "| |"
"""Stands for a table drawn with bars, as in Markdown."""

HEAD, LONGEST_LINE, TAIL = 1 << 18, 10_000_000, 1 << 16
"""Letters that are looked at for the layout, for one line of names, and bytes at the end for what follows the rows."""

ROWS = 50

_SUMMARY_WORDS = frozenset("total totals sum mean average avg median best std min max".split())


@dataclass(frozen=True)
class Layout:
    """
    How a table stands in a text file.

    Attributes
    ----------
    names
        The names of its columns as written; ``""`` for one that has none.
    separator
        One of `SEPARATORS`, `BLANKS` or `BARS`.
    start
        So many lines come before the first row.
    end
        So many bytes of the file hold the table; 0 for all.
    beside
        The lines that are no part of it.
    surplus
        Whether every row ends with a separator that the line of names lacks.
    consistent
        Share of the rows looked at that have as many fields as there are names.
    rows
        The rows looked at.
    encoding
        How its letters are written; ``""`` for what the file's first bytes tell (see `texts.open_text`).
    """

    names: list[str]
    separator: str
    start: int
    end: int = 0
    beside: tuple[str, ...] = ()
    surplus: bool = False
    consistent: float = 1.0
    rows: tuple[tuple[str, ...], ...] = ()
    encoding: str = ""

    def notes(self) -> list[Message]:
        """Say which lines are left out, and an encoding that was guessed."""
        notes = []
        if self.beside:
            first = self.beside[0] if len(self.beside[0]) <= 60 else f"{self.beside[0][:59]}…"
            lines = Count(len(self.beside), "line")
            notes += [
                say("table.lines_beside", "{lines} beside the table left out: '{first}'.", lines=lines, first=first)
            ]
        if self.encoding:
            notes.append(say("table.windows", "The text is not UTF-8; its letters are read as Windows-1252."))
        return notes


def split_fields(lines: Iterator[str] | Sequence[str], separator: str) -> Iterator[list[str]]:
    """Return the fields of each row; a quoted field may hold separators and line breaks."""
    if separator in (BLANKS, GAPS):
        return (_split_blanks(line, separator) for line in lines)
    return csv.reader(lines, delimiter=separator, strict=False)


def _split_blanks(line: str, separator: str) -> list[str]:
    """Return the fields of a line between blanks; blanks in quotes are no separators."""
    if separator == GAPS:
        return re.split(r"\s{2,}", line.strip()) if line.strip() else []
    return next(csv.reader([" ".join(line.split())], delimiter=" "), [])


def read_layout(path: Path) -> Layout:
    """
    Find out how a table stands in a text file; one that is not UTF-8 at its beginning is tried as Windows-1252.

    Raises
    ------
    OSError, UnicodeDecodeError, SourceError
        If it cannot be read as text.
    """
    try:
        return read_layout_as(path, "")
    except UnicodeDecodeError:
        if not is_windows_text(path):
            raise
        return read_layout_as(path, WINDOWS)


def read_layout_as(path: Path, encoding: str) -> Layout:
    """Find out how a table stands in a text file of an encoding (see `read_layout`)."""
    with open_text(path, encoding=encoding) as file:
        head = file.read(HEAD)
        if len(head) == HEAD:
            head += file.readline(LONGEST_LINE)
    lines = list(io.StringIO(head, newline=""))
    if has_bars(lines):
        return Layout([], BARS, 0, encoding=encoding)
    beside, start = [], 0
    while start < len(lines) and (not lines[start].strip() or _is_comment(lines[start])):
        beside.append(lines[start].strip())
        start += 1
    if start == len(lines):  # nothing but comments: the first is the line of names after all
        beside, start = [], 0
    if start == len(lines):
        return Layout([], ",", 0, encoding=encoding)
    told = re.fullmatch(r"\"?sep=(.)\"?", lines[start].strip())
    separator = told[1] if told else _choose_separator(lines[start:], path)
    start += bool(told)
    title = _count_title(lines[start:], separator)
    beside += [line.strip() for line in lines[start : start + title]]
    start += title
    names, used, rows = _read_names(lines[start:], separator)
    if beside and rows and rows[0] and len(names) > 1 and all(parse_number(name) is not None for name in names):
        commented = next(split_fields([beside[-1].lstrip("#").strip()], separator), [])
        if len(commented) == len(names) and beside[-1].startswith("#"):
            rows = [names, *rows]
            names, used, beside = [name.strip() for name in commented], 0, beside[:-1]
    widths = Counter(len(row) for row in rows if row)
    more = widths and widths.most_common(1)[0] == (len(names) + 1, widths.total())
    surplus = bool(more) and all(not row[-1].strip() for row in rows if row)
    if more and (
        surplus or (separator in (BLANKS, GAPS, "\t") and len(rows) > 1)
    ):  # R leaves the row names without a name
        names = [*names, ""] if surplus else ["", *names]
    fitting = widths[len(names)] / widths.total() if widths else 1.0
    end, after = _find_end(path, len(names), separator, encoding)
    return Layout(
        names,
        separator,
        start + used,
        end,
        (*filter(None, beside), *after),
        surplus,
        fitting,
        tuple(tuple(row) for row in rows if row),
        encoding,
    )


def _is_comment(line: str) -> bool:
    """Say whether a line is a comment; ``#,lr,acc`` is none."""
    text = line.lstrip()
    return text.startswith("#") and text[1:2] not in SEPARATORS


def _choose_separator(lines: list[str], path: Path) -> str:
    """Return what gives the first rows as many fields as the line of names has; of several what gives most."""
    only = path.name.lower().endswith((".csv", ".csv.gz")) and any(s in line for line in lines[:1] for s in SEPARATORS)
    best, chosen = (0.0, 0), ","
    for separator in (*SEPARATORS, *(() if only else (GAPS, BLANKS))):
        try:
            widths = [len(row) for row, _ in zip(split_fields(lines, separator), range(ROWS), strict=False) if row]
        except csv.Error:
            continue
        width, alike = Counter(widths[1:] or widths).most_common(1)[0] if widths else (0, 0)
        share = alike / max(len(widths[1:]), 1)
        own = max(widths[0], width) if widths else 0
        if own < 2 or (separator in (GAPS, BLANKS) and (share < 1 or best[0] >= 0.5 or width < 2)):
            continue
        off = abs(widths[0] - width)
        fits = round(share if not off else 0.8 * share if off == 1 else share / 2, 1)
        if (fits, own) > best:
            best, chosen = (fits, own), separator
    return chosen


def _count_title(lines: list[str], separator: str) -> int:
    """Return how many lines before the names are a title: one field each, then a table of at least three rows."""
    rows = [row for row, _ in zip(split_fields(lines[:ROWS], separator), range(ROWS), strict=False)]
    widths = [len([c for c in row if c.strip()]) for row in rows]
    title = next((i for i, width in enumerate(widths) if width > 1), 0)
    below = [len(row) for row in rows[title:] if row]
    if not title or title > 5 or len(below) < 3 or len(set(below)) > 1 or below[0] < 2:
        return 0
    return title


def _read_names(lines: list[str], separator: str) -> tuple[list[str], int, list[list[str]]]:
    """Return the names of the columns, how many lines they take, and the first rows."""
    ends: list[int] = []
    rows: list[list[str]] = []
    if separator in (BLANKS, GAPS):
        for number, line in enumerate(lines[: 2 * ROWS], 1):
            rows.append(_split_blanks(line, separator))
            ends.append(number)
    else:
        reader = csv.reader(lines, delimiter=separator)
        try:
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
                if len(rows) > ROWS:
                    break
        except csv.Error:
            pass
    there = [i for i, row in enumerate(rows) if row]
    if not there:
        return [], 0, []
    kept = [rows[i] for i in there]
    names, used = join_header(kept)
    return names, ends[there[used - 1]], kept[used:]


def _find_end(path: Path, width: int, separator: str, encoding: str) -> tuple[int, list[str]]:
    """Return where a table ends if lines of another kind follow it, and these lines; 0 if none do."""
    if path.name.lower().endswith(".gz") or width < 2:
        return 0, []
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return 0, []
        file.seek(max(0, size - TAIL))
        tail = file.read()
    lines = tail.split(b"\n")
    block: list[tuple[int, str, list[str]]] = []
    for number in range(len(lines) - 1, 0, -1):
        text = lines[number].decode(encoding or "utf-8", "replace").strip()
        fields = next(iter(split_fields([text], separator)), []) if text else []
        if text.count('"') % 2:  # the end of a field with line breaks
            return 0, []
        if len(fields) == width and not text.startswith("# "):
            break
        block.insert(0, (number, text, fields))
    said = [text for _, text, _ in block if text]
    if not said or not is_beside(*block[0][1:]):
        return 0, []
    return size - len(b"\n".join(lines[block[0][0] :])), said


def is_beside(text: str, fields: list[str]) -> bool:
    """Say whether a line that has not as many fields as a row is none: empty, a comment, prose or a sum."""
    prose = len(fields) == 1 and re.search(r"[^\W\d_]", text) and re.search(r"[\s:=]", text)
    return not text or _is_comment(text) or bool(prose) or fields[0].strip(" :").lower() in _SUMMARY_WORDS
