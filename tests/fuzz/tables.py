"""Odd tables: what strangers write into columns, in every format that is read."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

Cells = list[Any]

FORMATS = ("runs.csv", "runs.tsv", "semicolons.csv", "runs.jsonl", "runs.parquet")
DELIMITERS = {"runs.csv": ",", "runs.tsv": "\t", "semicolons.csv": ";"}

ROWS = (1, 2, 3, 5, 12, 25, 40)

USUAL = (
    *("lr", "optimizer.lr", "batch_size", "layers", "dropout", "seed", "optimizer", "wd", "x1", "config.lr", "epochs"),
    *("loss", "val_loss", "acc", "val/acc", "score", "value", "summary.loss", "time", "runtime", "rank", "mAP@0.5"),
    *("run_id", "id", "name", "state", "created", "step", "epoch", "metric", "notes", "trial", "params", "run.name"),
    *(
        "",
        " ",
        "Unnamed: 0",
        "学習率",
        "損失",
        "a,b",
        'say "x"',
        "line\nbreak",
        "{}",
        "lr ",
        "LR",
        "\ufeffx",
        "config.",
    ),
)
"""Names that tables have: of settings, of metrics, of what describes a run, and odd ones."""

HUGE = (2**63, -(2**63) - 1, 2**64, 2**70, 10**400, -(10**309), 10**4299, 10**5000)
EXTREME = (1.7e308, -1.7e308, 1e308, 5e-324, -5e-324, 0.0, -0.0, 1e-300, float("nan"), float("inf"), -float("inf"))
WORDS = (
    *("adam", "sgd", "Adam ", "ADAM", "None", "null", "nan", "NaN", "inf", "-inf", "N/A", "#DIV/0!", "true", "False"),
    *("diverged", "OOM", "", " ", "007", "1_000", "1e5", "1e999", "0x10", "+1", ".5", "5.", "1,5", "89%", "1.2min"),
    *("0.9 ± 0.01", "[1,2", "[1, 2]", "(1, 2)", "{'a': 1}", '{"a": {"b": 2}}', "{}", "[]", "[[", "{1, 2}", "[None]"),
    *("<function relu at 0x7f3a>", "<a.B object at 0x10>", "2024-01-01", "2024-01-01T10:00:00Z", "9999-12-31", "=1+1"),
    *('"', "'", 'a"b', "a\nb", "\x00", "\u2028", "ü", "😀", "\ud800", "−1", "１２", "٣", "a" * 300, "<b>&amp;"),
)
DEPTHS = (2, 50, 99, 101, 400, 900, 3000)
LONG = 140_000
"""More characters than Python's ``csv`` lets a cell have unless told otherwise."""


def _nest(depth: int, inside: str = "1") -> str:
    return "[" * depth + inside + "]" * depth


def _pick(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Callable[[random.Random, int], Cells]]:
    """Return a column of a few values, in random order."""
    return st.lists(values, min_size=1, max_size=6).map(
        lambda few: lambda draw, rows: [draw.choice(few) for _ in range(rows)]
    )


def _fill(make: Callable[[random.Random, int], Any]) -> st.SearchStrategy[Callable[[random.Random, int], Cells]]:
    """Return a column of which every cell is made of the row's number."""
    return st.just(lambda draw, rows: [make(draw, row) for row in range(rows)])


NUMBERS = st.one_of(
    st.integers(-10, 300), st.floats(), st.sampled_from(HUGE), st.sampled_from(EXTREME), st.floats(1e-6, 1)
)
ANYTHING = st.one_of(
    NUMBERS,
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.booleans(),
    st.none(),
    st.lists(st.one_of(NUMBERS, st.none(), st.sampled_from(WORDS[:20])), max_size=3),
    st.dictionaries(st.sampled_from(("a", "b", "", "a.b", "lr")), NUMBERS, max_size=2),
)

COLUMNS: st.SearchStrategy[Callable[[random.Random, int], Cells]] = st.one_of(
    _fill(lambda draw, row: 10 ** draw.uniform(-5, 0)),
    _fill(lambda draw, row: draw.gauss(0, 1)),
    _fill(lambda draw, row: draw.randint(1, 8)),
    _fill(lambda draw, row: row),
    _fill(lambda draw, row: 1.5e308 * draw.uniform(-1, 1)),
    _fill(lambda draw, row: 1e-310 * draw.random()),
    _fill(lambda draw, row: 2**70 + row),
    _fill(lambda draw, row: 10**400 + row),
    _fill(lambda draw, row: f"2024-01-{1 + row % 28:02}T10:00:00"),
    _fill(lambda draw, row: draw.choice((0.5, 0.25, None, "failed", float("nan")))),
    _fill(lambda draw, row: f"run-{row}"),
    _pick(st.integers(0, 3)),
    _pick(NUMBERS),
    _pick(st.booleans()),
    _pick(st.none()),
    _pick(st.sampled_from(WORDS)),
    _pick(st.text(max_size=8)),
    _pick(ANYTHING),
    _pick(st.sampled_from(DEPTHS).map(_nest)),
    _pick(st.lists(NUMBERS, max_size=4)),
    _pick(st.sampled_from(("adam", "sgd", None))),
    _pick(st.one_of(st.floats(0, 1), st.none())),
    _pick(st.sampled_from(("x" * LONG, "y"))),
)


@dataclass(frozen=True, repr=False)
class Table:
    """A table: the name of its file, the names of its columns, their cells; and how many of its bytes are there."""

    file: str
    names: list[str]
    columns: list[Cells]
    left: float = 1.0

    def __repr__(self) -> str:
        shown = [f"{n!r}: [{', '.join(map(_show, c))}]" for n, c in zip(self.names, self.columns, strict=True)]
        return f"Table({self.file}, {self.left:.0%} of it, {{{', '.join(shown)}}})"

    def content(self) -> bytes:
        """Return what the file holds."""
        whole = self._write()
        return whole[: round(len(whole) * self.left)]

    def _write(self) -> bytes:
        rows = list(zip(*self.columns, strict=True))
        if self.file in DELIMITERS:
            text = io.StringIO()
            writer = csv.writer(text, delimiter=DELIMITERS[self.file])
            writer.writerows([self.names, *([_as_text(cell) for cell in row] for row in rows)])
            return text.getvalue().encode("utf-8", "surrogatepass")
        if self.file == "runs.jsonl":
            lines = (_as_json(dict(zip(self.names, row, strict=True))) for row in rows)
            return "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"
        file = io.BytesIO()
        pq.write_table(pa.table([_as_arrow(cells) for cells in self.columns], names=self.names), file)
        return file.getvalue()


def _digits(number: int) -> str:
    """Return a whole number's digits, however many; Python's own way refuses more than 4,300."""
    if abs(number) < 10**4000:
        return str(number)
    return ("-" if number < 0 else "") + "1" + "0" * 5000


def _show(cell: Any) -> str:
    text = _as_text(cell) if isinstance(cell, int) else ascii(_as_text(cell))
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)} characters)"


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return _digits(cell)
    try:
        return str(cell)
    except ValueError:
        return "?"


def _as_json(value: Any) -> str:
    """Return JSON text, with numbers of any length, and nested text as what it is nested in."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {_as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_json, value))}]"
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(value)
    return value if isinstance(value, str) and value.startswith("[" * 40) else json.dumps(value)


def _as_arrow(cells: Cells) -> pa.Array:
    """Return an Arrow array of the cells' own type; of text where they have no common one."""
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        texts = [None if cell is None else _as_text(cell) for cell in cells]
        return pa.array([None if t is None else t.encode("utf-8", "replace").decode() for t in texts])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table."""
    names = draw(st.lists(st.one_of(st.sampled_from(USUAL), st.text(max_size=6)), min_size=1, max_size=8))
    names = [name.encode("utf-8", "replace").decode() for name in names]
    rows, arrange = draw(st.sampled_from(ROWS)), random.Random(draw(st.integers(0, 2**16)))
    columns = [draw(COLUMNS)(arrange, rows) for _ in names]
    left = draw(st.sampled_from((1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.5)))
    return Table(draw(st.sampled_from(FORMATS)), names, columns, left)
