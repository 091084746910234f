"""How strongly the name and the values of a column say that it is an outcome or a setting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.laboratory import CAME_OUT
from ...data.messages import Count, Message, say
from ...data.names import (
    OUTCOME,
    begins_as_setting,
    find_head,
    is_seed,
    names_outcome,
    names_setting,
    names_setting_surely,
    split_leaf,
    split_words,
)
from ...data.vocabulary import (
    AGGREGATES,
    CLOCK_UNITS,
    CLOCKS,
    CORE,
    GENERIC,
    MARKS,
    MEMORY_UNITS,
    NEITHER,
    OUTCOME_FIRST,
    PERCENTILES,
    RESOURCES,
    SETTING,
    SPLITS,
    STORED,
    SUMMED,
    SUMS,
)
from ..common.cells import NAN

LOOKED_AT = 20_000
"""Rows of which the values are weighed."""

SURE, LIKELY = 2.5, 1.0
"""From which weight on a name or a column is sure, or likely."""

_LOGGED = frozenset("metrics metric collection rollout losses charts summary perf stats".split())
"""Before a slash these words make a logged metric of any name."""

FEWEST_TO_CHOOSE = 8
"""With fewer rows than this, that a value comes again says nothing."""

FEWEST_FOR_VALUES = 8
"""With fewer rows than this, how many different values a column has says nothing."""


_NUMBERED = re.compile(r"(?i)(?P<stem>(?:.*[\W_])?p)(?P<number>\d{1,4})")

FEWEST_IN_SERIES = 4
"""So many numbers one after the other are numbering: of percentiles no table has ``p96, p97, p98, p99``."""


@dataclass(frozen=True)
class Evidence:
    """
    What a column's name and values tell.

    Attributes
    ----------
    by_name
        How strongly its name is that of an outcome (positive) or of a setting (negative).
    reason
        What in its name says so.
    numeric
        Whether it holds numbers, words beside them left aside.
    lists
        Whether it holds lists.
    flags
        Whether it holds true and false.
    distinct
        How many different values it has.
    rows
        How many rows have a value.
    measured
        Whether its values look measured rather than chosen: with many digits, another one in nearly every row.
    binary
        Whether its numbers are 0 and 1.
    size
        The median size of its numbers.
    chosen
        Whether its values look chosen: few, each in several rows, with few digits.
    clock
        Whether it counts time or resources.
    core
        Whether its name is that of an outcome in any table.
    summary
        Whether its name says how several values were put together, and not of what.
    generic
        Whether its name is one that anything may have, such as ``value``.
    digits
        Significant digits of a typical value; 0 without numbers.
    digits_most
        Significant digits of the value with the most.
    counted
        Whether its values are whole numbers from 0 on with few gaps, as something counted has.
    whole
        Whether its numbers are whole.
    stepped
        Whether its values are round numbers that come again, as people write a range of settings.
    """

    by_name: float
    reason: Message
    numeric: bool
    lists: bool
    flags: bool
    distinct: int
    rows: int
    measured: bool
    binary: bool
    size: float
    chosen: bool
    clock: bool
    core: bool
    generic: bool
    summary: bool
    digits: float
    digits_most: float
    counted: bool
    whole: bool
    stepped: bool


def weigh_column(name: str, column: pd.Series, numbered: bool = False) -> Evidence:
    """Weigh the name and the values of a column; see `weigh_name` for ``numbered``."""
    by_name, reason = weigh_name(name, numbered)
    sample = column.iloc[:LOOKED_AT].dropna()
    if column.dtype.kind not in "ifb":
        sample = sample[[v != NAN for v in sample]]
    flags = column.dtype.kind == "b" or (len(sample) > 0 and all(isinstance(v, bool) or v in MARKS for v in sample))
    numbers = _read_numbers(sample)
    numeric = not flags and len(numbers) > 0.5 * len(sample) and len(numbers) > 0
    distinct = len(np.unique(numbers)) if numeric else int(sample.astype("str").nunique())
    last = set(find_head(name)[-1:])
    digits = _count_digits(numbers) if numeric else 0.0
    return Evidence(
        by_name=by_name,
        reason=reason,
        numeric=numeric,
        lists=not numeric and len(sample) > 0 and bool(sample.astype("str").str.startswith("[").mean() > 0.9),
        flags=flags,
        distinct=distinct,
        rows=len(sample),
        measured=numeric and _look_measured(numbers, distinct, digits),
        binary=numeric and bool(np.isin(numbers, (0, 1)).all()),
        size=float(np.median(np.abs(numbers))) if numeric else 0.0,
        chosen=numeric and _look_chosen(numbers, distinct, digits),
        clock=bool(last & (CLOCKS | RESOURCES)) or "time" in split_words(name),
        core=bool(last & CORE),
        generic=" ".join(split_words(name)) in GENERIC,
        digits=digits,
        digits_most=_count_digits(numbers, most=True) if numeric else 0.0,
        counted=numeric and _look_counted(numbers, distinct),
        whole=numeric and bool((numbers[np.isfinite(numbers)] % 1 == 0).all()),
        stepped=numeric and _look_stepped(numbers, distinct),
        summary=bool(split_words(name)) and set(split_words(name)) <= AGGREGATES | SPLITS.keys(),
    )


def weigh_name(name: str, numbered: bool = False) -> tuple[float, Message]:
    """
    Weigh a column's name.

    Parameters
    ----------
    name
        The name.
    numbered
        Whether a ``p50`` in it is one of a series, and no percentile; `find_numbered` tells.

    Returns
    -------
    float
        From 2.5 on it is surely that of an outcome, from 1 on likely; the negative of that for a setting.
    Message
        The word that says so.
    """
    words, head = split_words(name), find_head(name)
    if begins_as_setting(name):
        return -SURE, say("place.begins_as_setting", "'{word} …' names a setting", word=split_leaf(name)[0])
    if is_seed(name):
        return -SURE, _say_setting(words[-1])
    if words and set(words) <= AGGREGATES | SPLITS.keys() | {"std", "sd"}:
        return 1.5, say("place.aggregate", "names what several values come to")
    if set(words) & MEMORY_UNITS and words[-2:-1] == ["size"] and set(words[:-2]) <= STORED:
        return 1.5, _say_outcome("size")
    if set(words) & PERCENTILES and not numbered:
        return 1.5, say("place.percentile", "is a percentile")
    if _is_summed_up(words):
        return 1.2, say("place.begins_as_outcome", "begins with '{word}'", word=words[0])
    if names_outcome(name):
        return SURE, _say_outcome(head[-1] if head else name)
    if "/" in name and (split_words(name.split("/")[0])[-1:] or [""])[0] in SPLITS.keys() | _LOGGED:
        return 1.5, say("place.logged", "is written as logged metrics are")
    if len(words) > 1 and words[0] in CAME_OUT:
        return 1.2, say("place.begins_as_outcome", "begins with '{word}'", word=words[0])
    if names_setting(name):
        weak = not names_setting_surely(name)
        return -1.5 if weak else -SURE, _say_setting(head[-1])
    if re.search(r"(?:^|[._ /-])(?:val|test|valid|train|eval)(?:idation|ing)?[._ /]", name.lower()):
        return 1.5, say("place.split", "its name says on which data it was measured")
    if len(words) > 1 and words[0] in OUTCOME_FIRST:
        return 1.2, say("place.begins_as_outcome", "begins with '{word}'", word=words[0])
    if words[-1:] and words[-1] in CLOCK_UNITS and len(words) > 1:
        return 1.5, say("place.clock_unit", "ends with a unit of time")
    inside = [w for w in words if w in OUTCOME | SETTING]
    if inside and inside[-1] in SETTING:
        return -0.8, _say_setting(inside[-1])
    if re.fullmatch(r"[\w.-]+(/[^<>/]+)+", name):
        return 1.2, say("place.slash", "has a slash, as logged metrics do")
    if inside:
        return 0.4 if inside[-1] in NEITHER else 0.8, _say_outcome(inside[-1])
    if "." in name:
        return -0.8, say("place.nested", "is a nested key")
    return 0.0, say("place.no_evidence", "no evidence")


def find_numbered(names: Iterable[str]) -> set[str]:
    """
    Return the names in which ``p50`` is one of a series, as in ``p0, p1, p2, …``: numbering, and no percentile.

    Examples
    --------
    >>> sorted(find_numbered([f"p{i}" for i in range(49, 53)])), find_numbered(["p50", "p90", "p95", "p99"])
    (['p49', 'p50', 'p51', 'p52'], set())
    """
    series: dict[str, dict[int, str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(name)
        if match:
            series.setdefault(match["stem"], {})[int(match["number"])] = name
    found: set[str] = set()
    for members in series.values():
        for first in members:
            run = [members.get(first + i) for i in range(FEWEST_IN_SERIES)]
            found |= set() if None in run else {name for name in run if name}
    return found


def _is_summed_up(words: list[str]) -> bool:
    """Say whether a name is that of a total or a mean of what is used or counted: ``total_power``."""
    counted = bool(set(words[-1:]) & (RESOURCES | SUMMED)) or bool(set(words[-2:-1]) & RESOURCES)
    return counted and len(words) > 1 and (words[0] in SUMS or (len(words) > 2 and words[-2] in SUMS - {"total"}))


def describe_values(evidence: Evidence) -> Message:
    """Say what a column's values look like."""
    if evidence.flags:
        return say("place.true_false", "holds true and false")
    if not evidence.numeric:
        return say("place.holds_text", "holds text")
    if evidence.measured:
        return say("place.measured", "its values look measured")
    return say("place.few_values", "has {values}", values=Count(evidence.distinct, "different value"))


def _say_outcome(word: str) -> Message:
    return say("place.names_outcome", "'{word}' names an outcome", word=word)


def _say_setting(word: str) -> Message:
    return say("place.names_setting", "'{word}' names a setting", word=word)


def _read_numbers(known: pd.Series) -> np.ndarray:
    if known.dtype.kind in "if":
        return known.to_numpy(float)
    return np.array([float(v) for v in known if isinstance(v, int | float) and not isinstance(v, bool)], float)


def _look_measured(values: np.ndarray, distinct: int, digits: float) -> bool:
    """Say whether nearly every value is another one and written with more digits than people type."""
    if len(values) < FEWEST_FOR_VALUES or distinct < 0.8 * len(values):
        return False
    return digits >= 4


def _look_chosen(values: np.ndarray, distinct: int, digits: float) -> bool:
    """Say whether few values come again and again, with few digits or powers of two."""
    if len(values) < FEWEST_TO_CHOOSE or distinct > min(8, len(values) // 4) or not np.isfinite(values).all():
        return False
    doubled = bool((values > 0).all()) and bool((np.log2(values) % 1 == 0).all())
    return doubled or digits <= 2


def _look_counted(values: np.ndarray, distinct: int) -> bool:
    """Say whether these are whole numbers from 0 on, and most of those below the largest are among them."""
    finite = values[np.isfinite(values)]
    if distinct < 3 or not len(finite) or finite.min() != 0 or (finite % 1 != 0).any():
        return False
    return distinct >= 0.6 * (finite.max() + 1)


def _look_stepped(values: np.ndarray, distinct: int) -> bool:
    """Say whether these are whole multiples of five, each about twice or more often."""
    if len(values) < FEWEST_TO_CHOOSE or distinct < 3 or distinct > 0.6 * len(values):
        return False
    return bool(np.isfinite(values).all() and (values % 5 == 0).all())


def _count_digits(values: np.ndarray, sample: int = 200, most: bool = False) -> float:
    """Significant digits of a typical value, or the most: what was typed in has few, what was measured has many."""
    finite = values[np.isfinite(values)][:sample]
    if not len(finite):
        return 0.0
    counts = [len(repr(abs(v)).split("e")[0].replace(".", "").strip("0")) for v in finite.tolist()]
    return float(max(counts) if most else np.median(counts))
