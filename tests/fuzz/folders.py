"""Folders that trackers wrote, damaged: cut, flipped, deleted, emptied, and with odd values in their files."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.contract.examples import EXAMPLES, FIXTURES

GIVEN = {
    **{name: example.origin / example.given for name, example in EXAMPLES.items() if name not in ("native", "table")},
    "mlflow-files": FIXTURES / "mlflow" / "mlruns",
    "optuna-journal": FIXTURES / "optuna" / "journal.log",
}
"""What every tracker wrote: what is opened, beside whatever else lies there."""

HOLE = "a value that is put here"

ODD = (
    *("1" + "0" * 400, "-1" + "0" * 309, str(2**70 + 1), str(2**63), "1" * 5000, "1.7e308", "-1.7e308", "5e-324"),
    *("NaN", "Infinity", "-Infinity", "null", "true", "0", "-1", "1e400", '""', '"text"', '"[1,2"', '"\\ud800"'),
    *("[]", "{}", "[1]", '{"a": 1}', "[null]", '[[1, 2], {"a": []}]', '"None"', '"é\\u0000"', '"2024-13-45"'),
    *(
        "[" * 900 + "]" * 900,
        "[" * 3000 + "]" * 3000,
        '{"a":' * 900 + "1" + "}" * 900,
        '{"a":' * 3000 + "1" + "}" * 3000,
    ),
)
"""JSON texts of values that nobody expects, to be put in the place of others."""

CELLS = (None, "", "text", b"\xff\x00", 1.7e308, -1, 2**62, 0, "NaN", "[" * 3000, '{"a": 1}', "[1,2", "null", "1" * 400)
"""The same for a database."""

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")


@dataclass(frozen=True)
class Change:
    """What happens to one file: which kind of thing, and a seed for where."""

    kind: str
    seed: int


@dataclass(frozen=True)
class Damaged:
    """A tracker's folder and what happens to its files."""

    tracker: str
    changes: tuple[Change, ...]

    def write(self, folder: Path) -> Path:
        """Copy what the tracker wrote into a folder, and damage it; return what is to be opened."""
        given = GIVEN[self.tracker]
        target = folder / given.name
        shutil.copytree(given, target, symlinks=True) if given.is_dir() else shutil.copy(given, target)
        for change in self.changes:
            files = sorted(f for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
            if files:
                draw = random.Random(change.seed)
                KINDS[change.kind](draw.choice(files), draw)
        return target


def _cut(file: Path, draw: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * draw.random())])


def _flip(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(draw.choice((1, 3, 30))):
        if content:
            content[draw.randrange(len(content))] = draw.randrange(256)
    file.write_bytes(bytes(content))


def _delete(file: Path, draw: random.Random) -> None:
    file.unlink()


def _empty(file: Path, draw: random.Random) -> None:
    file.write_bytes(b"")


def _double(file: Path, draw: random.Random) -> None:
    file.write_bytes(file.read_bytes() * 2)


def _replace_by_folder(file: Path, draw: random.Random) -> None:
    file.unlink()
    file.mkdir()


def _replace_whole(file: Path, draw: random.Random) -> None:
    file.write_text(draw.choice(ODD))


def _put_odd(file: Path, draw: random.Random) -> None:
    """Put an odd value in the place of one that is there: in JSON, JSON lines, other text or a database."""
    content = file.read_bytes()
    if content.startswith(b"SQLite format 3"):
        _put_into_database(file, draw)
        return
    try:
        text = content.decode()
    except UnicodeDecodeError:
        _flip(file, draw)
        return
    lines = text.splitlines(keepends=True)
    for put in (_put_into_json, _put_into_line, _put_for_number):
        changed = put(text, lines, draw)
        if changed is not None:
            file.write_text(changed, encoding="utf-8", newline="")
            return


def _put_into_json(text: str, lines: list[str], draw: random.Random) -> str | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    places = list(_places(value))
    if not places:
        return draw.choice(ODD)
    holder, key = draw.choice(places)
    holder[key] = HOLE
    return json.dumps(value).replace(json.dumps(HOLE), draw.choice(ODD))


def _put_into_line(text: str, lines: list[str], draw: random.Random) -> str | None:
    at = draw.randrange(len(lines)) if lines else 0
    if not lines or not lines[at].startswith("{"):
        return None
    changed = _put_into_json(lines[at], [], draw)
    return None if changed is None else "".join([*lines[:at], changed + "\n", *lines[at + 1 :]])


def _put_for_number(text: str, lines: list[str], draw: random.Random) -> str | None:
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = draw.choice(found)
    return text[: match.start()] + draw.choice(ODD) + text[match.end() :]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return all places of values in nested ones: what holds them, and under which key."""
    found: list[tuple[Any, Any]] = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += [(value, key), *_places(inner)]
    return found


def _put_into_database(file: Path, draw: random.Random) -> None:
    try:
        with closing(sqlite3.connect(file)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            filled = [t for t in tables if database.execute(f'SELECT 1 FROM "{t}" LIMIT 1').fetchone()]
            table = draw.choice(filled)
            column = draw.choice([row[1] for row in database.execute(f"PRAGMA table_info('{table}')")])
            rows = [row[0] for row in database.execute(f'SELECT rowid FROM "{table}"')]
            database.execute("PRAGMA ignore_check_constraints = 1")
            database.execute(
                f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (draw.choice(CELLS), draw.choice(rows))
            )
            database.commit()
    except (sqlite3.Error, IndexError, UnicodeDecodeError):  # the schema forbids it, or there is nothing left
        pass


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "odd value": _put_odd,
    "cut": _cut,
    "bytes flipped": _flip,
    "deleted": _delete,
    "emptied": _empty,
    "doubled": _double,
    "a folder instead": _replace_by_folder,
    "all replaced": _replace_whole,
}


def damaged_folders() -> st.SearchStrategy[Damaged]:
    """Draw a damaged folder."""
    kinds = st.one_of(st.just("odd value"), st.sampled_from(list(KINDS)))
    changes = st.builds(Change, kinds, st.integers(0, 2**20))
    return st.builds(Damaged, st.sampled_from(sorted(GIVEN)), st.lists(changes, min_size=1, max_size=4).map(tuple))
