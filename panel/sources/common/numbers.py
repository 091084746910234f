"""
Numbers as people write them: decimal commas, per cent, ``±``, thousands, durations, units; a whole column alike.

Plain numbers are read cell by cell (`cells.parse_number`). This is for columns of text in which most cells are another
spelling, and all the same one: then ``1,234`` is not two things in two rows.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from ...data.names import split_words
from .cells import MOST_WORDS, NAN, NO_VALUE, parse_cell, parse_number

SPREAD = " ±"
"""What the name of the column that holds another one's spread ends with."""

LOOKED_AT = 1000
"""So many cells of a column, evenly spread, tell how its numbers are written."""

LONGEST = 80
"""A longer cell is no number."""

MOST_OTHERS = 0.2
"""Share of a column's cells that may be something else, if these are more than a few different words."""

Commas = Literal["decimal", "thousands", "list", "either", "none"]

_SPACES = " \u00a0\u2009\u202f"
_EXPONENT = r"(?:[eE][-+]?\d+)?"
_FORMATS = {
    "plain": rf"[-+−]?(?!0\d)(?:\d+(?:\.\d*)?|\.\d+){_EXPONENT}",
    "decimal": rf"[-+−]?(?!0\d)(?:\d{{1,3}}(?:[.'’{_SPACES}]\d{{3}})+|\d+)(?:,\d+)?{_EXPONENT}",
    "thousands": rf"[-+−]?(?!0)(?:\d{{1,3}}(?:[,'’_{_SPACES}]\d{{3}})+|\d+)(?:\.\d+)?",
}
"""Ways to write a number: with a decimal point, with a decimal comma, and with thousands set apart."""

_UNIT = r"%|[A-Za-zµμ°€$£][A-Za-zµμ°²³0-9/^]{0,11}"
_SIGN = r"(?:±|\+/-|\+-|\\pm)"


def _pattern(number: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:[$€£]\s*)?(?P<value>{number})\s*(?P<unit>{_UNIT})?\s*"
        rf"(?:{_SIGN}\s*(?P<spread>{number})|\s\(\s*{_SIGN}?\s*(?P<inner>{number})\s*%?\)"
        rf"|[\[(]\s*{number}\s*[,;–-]\s*{number}\s*[\])])?\s*(?P<after>{_UNIT})?\s*[*†‡]*"
    )


_PATTERNS = {name: _pattern(number) for name, number in _FORMATS.items()}

_SECONDS = {
    **dict.fromkeys(("ns",), 1e-9),
    **dict.fromkeys(("us", "µs", "μs"), 1e-6),
    **dict.fromkeys(("ms", "msec"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "m"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys("秒 초 秒钟 秒間 sek sekunde sekunden seconde secondes segundo segundos secondi".split(), 1.0),
    **dict.fromkeys("分 분 分钟 分鐘 分間 minuten minute minutos minuti".split(), 60.0),
    **dict.fromkeys("時間 小时 小時 时 時 시간 std stunde stunden heure heures hora horas ore".split(), 3600.0),
    **dict.fromkeys("天 日 일 tage jours días".split(), 86400.0),
}
"""Units of time, and how many seconds each is."""
_BYTES = {f"{p}{b}": 1024.0**i for i, p in enumerate(("", "K", "M", "G", "T")) for b in ("B", "iB")}
_FACTORS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "b": 1e9, "T": 1e12}
_SHORT = frozenset(
    "x px bit bits W kW J kJ V A m cm mm km g kg mg Hz kHz MHz GHz dB °C C K USD EUR € $ £ fps it pt".split()
)
_AS_THEY_ARE = frozenset({"ns", "us", "µs", "μs", "ms", "msec", "m", "h", "d"})
_CLOCK_WORDS = frozenset("time runtime duration elapsed wall walltime wallclock dauer zeit durée".split())
_MOMENT_WORDS = frozenset("start started end ended created at date datetime timestamp updated finished begin".split())
_POINTS_WORDS = frozenset("score scores points point rating grade marks".split())
_POINTS = re.compile(r"(\d+(?:\.\d+)?)\s*[分点點점]")
_LIST_WORDS = frozenset("hidden layers sizes dims units arch betas kernel shape steps milestones sizes widths".split())

_NO_DIGIT = re.compile(r"\D*")
_COMMAS = re.compile(rf"[-+−]?(\d+(?:[.'’{_SPACES}]\d{{3}})*)((?:,\d+)+)(\.\d)?")
_PART = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({'|'.join(sorted(_SECONDS, key=len, reverse=True))})\.?\s*,?\s*", re.I)
_HOURS = re.compile(r"(\d{1,4})\s?[hH]\s?([0-5]\d)")
"""``3h05`` and ``3 h 05``, as French writes it."""
_CLOCK = re.compile(r"(?:(\d+) days?,?\s+\+?)?(\d{1,4}):([0-5]\d)(?::([0-5]\d(?:[.,]\d+)?))?")


@dataclass(frozen=True)
class Spelled:
    """
    A column whose numbers were written another way.

    Attributes
    ----------
    values
        Its cells: numbers, and what else stood there as `cells.parse_cell` reads it.
    spread
        The numbers after ``±`` or in brackets; ``None`` if there are none.
    text, value, unit
        An example: as it stood there, as it was read, and its unit.
    """

    values: list[object]
    spread: np.ndarray | None
    text: str
    value: float
    unit: str


@dataclass(frozen=True)
class _Number:
    value: float
    spread: float = math.nan
    unit: str = ""


Read = Callable[[str], _Number | None]


def count_cells(column: pd.Series) -> Counter[str]:
    """Return how often which cells stand in a column of text, of some spread over it; none if none has a digit."""
    cells = column.iloc[:: max(1, len(column) // LOOKED_AT)].tolist()
    if not any(isinstance(cell, str) and not _NO_DIGIT.fullmatch(cell) for cell in cells):
        return Counter()
    return Counter(cell.strip() for cell in cells if isinstance(cell, str) and cell.strip())


def read_commas(cells: Iterable[str]) -> Commas:
    """
    Return what the commas in a column's cells are, as far as these tell.

    ``0,897`` has a decimal comma, ``1,234,567`` separates thousands, ``64,32,16`` is a list, and ``1,234`` is either.
    """
    found: set[Commas] = set()
    for text in cells:
        cell = _COMMAS.match(text) if "," in text and len(text) <= LONGEST else None
        if cell is None:
            continue
        whole, groups = cell[1], cell[2][1:].split(",")
        if len(groups) > 1 or cell[3]:
            found.add("thousands" if all(len(g) == 3 for g in groups) and len(whole) <= 3 else "list")
        elif len(groups[0]) != 3 or whole == "0" or len(whole) > 3:
            found.add("decimal")
        else:
            found.add("either")
    order: tuple[Commas, ...] = ("list", "thousands", "decimal", "either")
    first: Commas = next((kind for kind in order if kind in found), "none")
    return "list" if first == "thousands" and "decimal" in found else first


def has_decimal_commas(name: str, cells: Iterable[str], quoted: bool) -> bool:
    """Say whether a column leaves no doubt; where commas separate the fields too (`quoted`) only ``0,…`` does."""
    if read_commas(cells) != "decimal" or set(split_words(name)) & _LIST_WORDS:
        return False
    return not quoted or any(re.match(r"[-+−]?0,\d", text) for text in cells)


def read_spelled(column: pd.Series, cells: Counter[str], decimal_commas: bool) -> Spelled | None:
    """
    Read a column of text whose numbers are written another way.

    Parameters
    ----------
    column
        Text, with NaN for empty cells.
    cells
        Some of its cells, as `count_cells` returns them.
    decimal_commas
        Whether another column of the table has decimal commas, or this one for certain.

    Returns
    -------
    Spelled or None
        ``None`` if its cells are plain numbers, or no numbers at all.
    """
    odd = [text for text in cells if parse_number(text) is None and not _NO_DIGIT.fullmatch(text)]
    if not odd:
        return None
    counts = Counter({text: n for text, n in cells.items() if text.lower() not in NO_VALUE and text != NAN})
    name = frozenset(split_words(str(column.name)))
    formats = _formats(counts, name, decimal_commas)
    ways: list[tuple[int, Read, tuple[dict[str, float], str]]] = []
    points = bool(name & _POINTS_WORDS)  # 85分 is a time, or a score in points
    durations: list[Read] = [_read_points] if points else [_read_duration]
    readers: list[Read] = [*(partial(_read_number, f) for f in formats), *durations]
    for read in readers:
        numbers = {text: read(text) for text in counts}
        others = sum(counts[text] for text, number in numbers.items() if number is None)
        scale = _scale_of({n.unit for n in numbers.values() if n is not None and n.unit}, name)
        if scale is not None and any(numbers[text] for text in odd) and _are_enough(counts, numbers):
            ways.append((others, read, scale))
    if not ways:
        return None
    _, read, scale = min(ways, key=lambda way: way[0])
    return _spread_out(column, read, *scale)


def _formats(cells: Iterable[str], name: frozenset[str], decimal_commas: bool) -> tuple[str, ...]:
    commas = read_commas(cells)
    if commas == "none":
        return ("plain", "thousands")
    if commas == "list" or (name & _LIST_WORDS and commas != "thousands") or (commas == "either" and _are_sizes(cells)):
        return ()
    if commas == "decimal":
        return ("decimal",) if decimal_commas else ()
    return ("decimal",) if commas == "either" and decimal_commas else ("thousands",)


def _are_sizes(cells: Iterable[str]) -> bool:
    """Say whether cells such as ``256,128`` are lists of powers of two."""
    parts = [int(part) for text in cells for part in re.findall(r"\d+", text)]
    return all(part and part & (part - 1) == 0 for part in parts)


def _to_float(text: str, format: str) -> float:
    text = re.sub(rf"['’_{_SPACES}]", "", text.replace("−", "-"))
    if format == "decimal":
        text = text.replace(".", "").replace(",", ".") if "," in text or text.count(".") > 1 else text
    return float(text.replace(",", ""))


def _read_number(format: str, text: str) -> _Number | None:
    found = _PATTERNS[format].fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    spread = found["spread"] or found["inner"]
    return _Number(
        _to_float(found["value"], format),
        _to_float(spread, format) if spread else math.nan,
        found["unit"] or found["after"] or "",
    )


def _read_duration(text: str) -> _Number | None:
    """Return a time such as ``3h 20m``, ``1:02:03`` or ``0 days 00:14:21.37`` in seconds."""
    if len(text) > LONGEST:
        return None
    clock = _CLOCK.fullmatch(text)
    if clock:
        days, first, second, third = (float((part or "0").replace(",", ".")) for part in clock.groups())
        if clock[4] is None:
            return _Number(60 * first + second, unit="m:s")
        return _Number(86400 * days + 3600 * first + 60 * second + third, unit="h:m:s")
    hours = _HOURS.fullmatch(text)
    if hours:
        return _Number(3600 * float(hours[1]) + 60 * float(hours[2]), unit="h:m:s")
    parts, end = 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != end:
            return None
        parts, end = parts + float(part[1].replace(",", ".")) * _SECONDS[part[2].lower()], part.end()
    return _Number(parts, unit="h:m:s") if end and end == len(text) else None


def _read_points(text: str) -> _Number | None:
    """Return a score such as ``85分``."""
    found = _POINTS.fullmatch(text)
    return _Number(float(found[1]), unit="pt") if found else None


def _are_enough(counts: Counter[str], numbers: dict[str, _Number | None]) -> bool:
    """Say whether most cells are numbers, and what else stands there is little."""
    total = sum(counts.values())
    others = [text for text, number in numbers.items() if number is None]
    rest = sum(counts[text] for text in others)
    return rest < total / 2 and (len(others) <= MOST_WORDS or rest <= MOST_OTHERS * total)


def _scale_of(found: set[str], name: frozenset[str]) -> tuple[dict[str, float], str] | None:
    """
    Return by what numbers of each unit are multiplied, and the unit that they have then.

    ``None`` if they are no measures of one kind.
    """
    clock = bool(name & _CLOCK_WORDS)
    if found & {"m:s", "h:m:s"}:
        day = ("m:s" in found or name & _MOMENT_WORDS) and not clock  # a time of the day
        return None if day else (dict.fromkeys(found, 1.0), "s")
    if not found:
        return {"": 1.0}, ""
    if len(found) == 1:
        unit = next(iter(found))
        lower = unit.lower()
        if lower in _SECONDS and (clock or lower not in _AS_THEY_ARE):
            return {unit: _SECONDS[lower]}, "s"
        if unit in _FACTORS:
            return {unit: _FACTORS[unit]}, ""
        known = unit == "%" or unit in _SHORT or lower in _SECONDS or unit in _BYTES
        word = "/" in unit or (len(unit) > 2 and unit.isalpha())
        return ({unit: 1.0}, unit) if known or word else None
    if all(unit.lower() in _SECONDS for unit in found):
        return {unit: _SECONDS[unit.lower()] for unit in found}, "s"
    if found <= _FACTORS.keys():
        return {unit: _FACTORS[unit] for unit in found}, ""
    if found <= _BYTES.keys():
        smallest = min(found, key=lambda unit: (_BYTES[unit], unit))
        return {unit: _BYTES[unit] / _BYTES[smallest] for unit in found}, smallest
    return None


def _spread_out(column: pd.Series, read: Read, factors: dict[str, float], unit: str) -> Spelled:
    """Read every cell of a column; one that does not fit stays what it is."""
    codes, uniques = pd.factorize(column)
    values: list[object] = []
    spreads: list[float] = []
    example: tuple[str, float] | None = None
    for cell in uniques:
        text = cell.strip() if isinstance(cell, str) else cell
        number = read(text) if isinstance(text, str) else None
        factor = None if number is None else factors.get(number.unit, 1.0 if not number.unit else None)
        if number is None or factor is None:
            values.append(parse_cell(text) if isinstance(text, str) else text)
            spreads.append(math.nan)
            continue
        value = number.value * factor
        plain = parse_number(text)
        values.append(plain if plain is not None and value == plain else value)
        spreads.append(number.spread * factor)
        if example is None and plain is None:
            example = (text, value)
    text, value = example or ("", math.nan)
    spread = np.array([*spreads, math.nan])[codes] if np.isfinite(spreads).any() else None
    return Spelled([values[c] if c >= 0 else None for c in codes], spread, text, value, unit)
