"""Conditions that runs must meet: how a person writes them, and which runs do."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ..errors import QuestionError, nearest


@dataclass(frozen=True)
class Condition:
    """
    One condition of the run filter. A run passes if its value is among `values` or lies within the limits.

    Attributes
    ----------
    column
        ``run.NAME``, ``config.NAME`` or ``summary.NAME``.
    values
        The accepted values as text (numbers compare as numbers; the empty text is a missing value); ``None`` for a
        range.
    low, high
        Limits, both included; ``None`` for no limit. Times are ISO 8601 text.
    negated
        Keep the runs that do *not* match.
    """

    column: str
    values: tuple[str, ...] | None = None
    low: float | str | None = None
    high: float | str | None = None
    negated: bool = False

    def words(self) -> str:
        """Say the condition as a person would write it, in the syntax that `parse_condition` reads."""
        name = self.column.removeprefix("config.").removeprefix("summary.").removeprefix("run.")
        if self.values is not None:
            shown = ",".join(value or "missing" for value in self.values)
            return f"{name} {'≠' if self.negated else '='} {shown}"
        if self.low is not None and self.high is not None:
            return f"{'not ' if self.negated else ''}{_short(self.low)} ≤ {name} ≤ {_short(self.high)}"
        limit = f"≥ {_short(self.low)}" if self.low is not None else f"≤ {_short(self.high)}"
        return f"{'not ' if self.negated else ''}{name} {limit}"


def _short(limit: float | str | None) -> str:
    return f"{limit:.6g}" if isinstance(limit, int | float) else str(limit)


_CONDITION = re.compile(r"\s*(?P<name>.+?)\s*(?P<op>>=|<=|!=|==|≥|≤|≠|=|>|<)\s*(?P<rest>.*?)\s*", re.DOTALL)


def parse_condition(text: str, columns: list[str]) -> Condition:
    """
    Read one condition such as ``optimizer.lr>=0.001``, ``state=finished,failed`` or ``val_loss<2``.

    Parameters
    ----------
    text
        A column, one of ``= != >= <= > <``, and a value; with ``=`` and ``!=`` a comma separates several values.
    columns
        All columns that can be filtered by, as ``run.NAME``, ``config.NAME`` and ``summary.NAME``. The prefix may be
        left out in `text`; where a name stands in several places, run comes before config, and config before summary.

    Returns
    -------
    Condition
        Limits are inclusive: ``>`` and ``<`` exclude the limit by moving it to the next number.

    Raises
    ------
    QuestionError
        If the text has no operator, the column does not exist, or a limit is no number and no date.

    Examples
    --------
    >>> condition = parse_condition("lr>=0.001", ["config.lr", "summary.loss"])
    >>> condition.column, condition.low, condition.words()
    ('config.lr', 0.001, 'lr ≥ 0.001')
    """
    match = _CONDITION.fullmatch(text)
    if not match:
        raise QuestionError(
            f"Filter {text!r} has no comparison; write for example 'optimizer.lr>=0.001' or 'state=finished,failed'."
        )
    column = find_column(match["name"], columns, f"Filter {text!r}")
    op, rest = match["op"], match["rest"]
    if op in ("=", "==", "!=", "≠"):
        return Condition(column, values=split_values(rest), negated=op not in ("=", "=="))
    limit = parse_limit(rest, f"Filter {text!r}")
    if isinstance(limit, float) and op in (">", "<"):
        limit = math.nextafter(limit, math.inf if op == ">" else -math.inf)
    return Condition(column, low=limit) if op in (">", ">=", "≥") else Condition(column, high=limit)


def split_values(text: str) -> tuple[str, ...]:
    """Split values at commas, but not within the brackets of a list: ``a,[64, 32]`` is two values."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return tuple(part.strip() for part in parts)


def parse_limit(text: str, where: str) -> float | str:
    """Read a limit: a number, or an ISO 8601 date or time, which stays text; else raise `QuestionError`."""
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        if number != number:
            raise QuestionError(f"{where}: a limit cannot be NaN; give a number or a date such as 2026-01-31.")
        return number
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise QuestionError(f"{where}: the limit {text!r} is neither a number nor a date such as 2026-01-31.") from None
    return text


def find_column(name: str, columns: list[str], where: str) -> str:
    """
    Return the full name of a filterable column; `QuestionError` with the nearest names if there is none.

    Examples
    --------
    >>> find_column("lr", ["run.name", "config.lr"], "Filter")
    'config.lr'
    """
    for candidate in (name, f"run.{name}", f"config.{name}", f"summary.{name}"):
        if candidate in columns:
            return candidate
    raise QuestionError(f"{where}: there is no column {name!r}. {nearest(name, columns)}")


def matches(column: pd.Series, condition: Condition) -> np.ndarray:
    """
    Return where a column meets a condition. A missing value meets none, unless the condition asks for missing values.

    Parameters
    ----------
    column
        A column in plain form.
    condition
        The condition; its `column` is not looked at.

    Returns
    -------
    ndarray of bool
        One for every run.

    Raises
    ------
    QuestionError
        If a limit is a date and the column holds numbers, or the other way round, or the column holds neither.

    Examples
    --------
    >>> matches(pd.Series([0.1, None, 0.3]), Condition("config.lr", low=0.2)).tolist()
    [False, False, True]
    """
    if condition.values is not None:
        wanted = set(condition.values)
        found = column.map(name_value, na_action=None).isin({_canonical(v) for v in wanted}).to_numpy(bool)
        if column.name == "tags":
            tags = column.fillna("").astype("str").str.split(",")
            found = found | np.array([bool(wanted & {t.strip() for t in row}) for row in tags], bool)
        return found != condition.negated
    known: pd.Series = column
    low: Any = condition.low
    high: Any = condition.high
    if column.dtype.kind == "M":
        low, high = (None if limit is None else _moment(limit, condition) for limit in (low, high))
    else:
        known = pd.to_numeric(column.map(lambda v: v if isinstance(v, int | float) else None), errors="coerce")
        if isinstance(low, str) or isinstance(high, str) or (column.notna().any() and not known.notna().any()):
            limit = next(v for v in (low, high) if v is not None)
            wrong = "numbers" if known.notna().any() else "text"
            raise QuestionError(f"Filter: {condition.column} holds {wrong}, so it has no limit {limit!r}.")
    recorded = known.notna().to_numpy(bool)
    above = True if low is None else (known >= low).to_numpy(bool)
    below = True if high is None else (known <= high).to_numpy(bool)
    return ((above & below) != condition.negated) & recorded


def _moment(limit: float | str, condition: Condition) -> pd.Timestamp:
    """Return a limit as a time: ISO 8601 text, or a whole number as a year."""
    text = limit if isinstance(limit, str) else f"{limit:.0f}-01-01"
    try:
        if not re.match(r"\d{4}-", text):
            raise ValueError(text)
        return pd.to_datetime(text, utc=True)
    except ValueError:
        raise QuestionError(
            f"Filter: {condition.column} holds times, and {limit!r} is none; write for example 2026-01-31."
        ) from None


def name_value(value: Any) -> str:
    """
    Return a value as the text by which filters and the page name it; the empty text for a missing value.

    Examples
    --------
    >>> name_value(3.0), name_value(True), name_value(None)
    ('3', 'true', '')
    """
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)


def _canonical(text: str) -> str:
    """Bring what a person typed to the form of `name_value`: ``0.10`` finds 0.1, and ``True`` finds true."""
    if text.lower() in ("true", "false"):
        return text.lower()
    if text == "missing":
        return ""
    if text.startswith("["):
        try:
            return json.dumps(json.loads(text))
        except ValueError:
            return text
    try:
        return name_value(float(text))
    except ValueError:
        return text
