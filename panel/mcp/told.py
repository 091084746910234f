"""What a tool tells, and how it is kept short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..answers.printing import clean
from ..data.records import Json
from ..figures.theme import shorten_names

LIMIT = 2_000
"""Bytes of the text that is told unless all of it is asked for."""

LONGEST = 320
"""Bytes of a line at which it is cut if the whole text is too long."""

LONGEST_ROW = 640
"""The same of a row, and of a line at the end."""

LONGEST_LINK = 1_000
"""The same of an address of the page, which is never cut: it would lead elsewhere."""

LONGEST_NAME = 160
"""Bytes that a name, or a value that is a text, has at most: a row has room for two of them and its numbers."""

KEPT_FOR_NOTES = 400
"""Bytes that rows leave to notes."""


@dataclass(frozen=True)
class Told:
    """
    What a tool tells, as lines of text and as a record.

    Attributes
    ----------
    head
        What it is about, and the answer in a sentence.
    rows
        The answer in detail, the most important first.
    notes
        Caveats, the most important first.
    end
        What it rests on.
    link
        Where to see it, which stands last; empty if nowhere.
    names
        Names and values that the lines are about: where one is very long, its middle is left out of all but the link.
    record
        All of it, as plain JSON.
    file
        A text for a tool, given whole or not at all; empty if there is none.
    image
        A figure as PNG; ``None`` if there is none.
    """

    head: Sequence[str]
    rows: Sequence[str]
    notes: Sequence[str]
    end: Sequence[str]
    link: str = ""
    names: Sequence[str] = ()
    record: Json = field(default_factory=dict)
    file: str = ""
    image: bytes | None = None


def write_text(told: Told, limit: int = LIMIT) -> str:
    """
    Return the lines as one text of at most `limit` bytes.

    What there is no room for is counted: rows first, then notes. A line that stays is cut only if it is very long
    though its names were shortened: what a row says of a name stands behind it.
    """
    short = shorten_long(told.names)
    head, rows, notes, end = (
        [_use_short(clean(line), short) for line in lines] for lines in (told.head, told.rows, told.notes, told.end)
    )
    link = [clean(told.link)] if told.link else []
    whole = "\n".join((*head, *rows, *notes, *end, *link))
    if count_bytes(whole) <= limit:
        return whole
    head, notes = ([cut(line, LONGEST) for line in lines] for lines in (head, notes))
    rows, end = ([cut(line, LONGEST_ROW) for line in lines] for lines in (rows, end))
    limit -= measure(link)
    head = take(head, limit - measure(end), "more lines")
    room = limit - measure(head) - measure(end)
    wanted = min(KEPT_FOR_NOTES, measure(notes))
    rows = take(rows, room - wanted, "more rows")
    notes = take(notes, room - measure(rows), "more notes")
    return "\n".join((cut("\n".join((*head, *rows, *notes, *end)), limit), *link))


def shorten_long(names: Iterable[str]) -> dict[str, str]:
    """
    Return what stands for those names that are very long, in which their middles are left out.

    Names that are alike but for their middles can still be told apart.
    """
    long = sorted({name for name in map(clean, names) if count_bytes(name) > LONGEST_NAME}, key=lambda n: (-len(n), n))
    widest = max((-(-count_bytes(name) // len(name)) for name in long), default=1)
    return dict(zip(long, shorten_names(long, LONGEST_NAME // max(widest, 2)), strict=True)) if long else {}


def _use_short(line: str, short: Mapping[str, str]) -> str:
    for name, shown in short.items():
        line = line.replace(name, shown)
    return line


def take(lines: Sequence[str], room: int, what: str) -> list[str]:
    """Return as many lines as fit into `room` bytes, and how many are left out."""
    if measure(lines) <= room:
        return list(lines)
    room -= measure([_count_left(len(lines), what)])
    taken = 0
    while measure(lines[: taken + 1]) <= room:
        taken += 1
    return [*lines[:taken], _count_left(len(lines) - taken, what)]


def measure(lines: Sequence[str]) -> int:
    """Return how many bytes lines take, each with its end."""
    return sum(count_bytes(line) + 1 for line in lines)


def _count_left(n: int, what: str) -> str:
    return f"({n:,} {what}: full=true gives all)"


def count_bytes(text: str) -> int:
    """Return how many bytes a text has in UTF-8."""
    return len(text.encode())


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` bytes, with an ellipsis where it is cut."""
    raw = text.encode()
    return text if len(raw) <= most else f"{raw[: most - 3].decode(errors='ignore')}…"
