"""Settings stand on one side of a table, outcomes on the other: which columns of unknown place belong to which side."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence

import pandas as pd

from ...data.names import begins_as_setting
from ...question.selection import Place
from .evidence import LIKELY, SURE, Evidence

MOSTLY_NEW = 0.8
"""Share of its rows in which a column has another value, if it was measured."""

FEWEST_ROWS = 4
"""With fewer rows than this, how many different values a column has says nothing."""

DIGITS, DIGITS_OF_WHOLE = 3, 4
"""Fewest digits of what was measured; of whole numbers, which are counted and chosen as well."""

ALIKE = 10
"""The largest factor between the sizes of columns that are of one kind."""

FEWEST_AROUND = 2
"""Fewest outcomes on each side of what stands in their midst."""

COMPUTED = 6
"""Digits that nobody types."""

FEWEST_KNOWN = 2
"""Fewest settings in numbers, known or looking typed, beside which a column may look measured."""

Found = Mapping[str, Evidence]


def find_outcome_block(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return the columns of unknown place that continue the block of outcomes towards the settings.

    Only where all known settings stand on one side of all known outcomes. A column belongs to the outcomes as long as
    it has another value in nearly every row, in more digits than any setting is written with.

    Parameters
    ----------
    names, found
        The columns of open place in their order, and what each tells.
    placed
        The columns of known place.
    """
    settings = [i for i, n in enumerate(names) if placed.get(n) == "config" and found[n].distinct > 1]
    outcomes = [i for i, n in enumerate(names) if placed.get(n) == "metric" and not found[n].clock]
    clocks = [i for i, n in enumerate(names) if placed.get(n) == "metric" and found[n].clock]
    last = max(settings, default=-1)
    known = [found[names[i]] for i in settings] + [found[n] for n in names if n not in placed and _is_typed(found[n])]
    digits = [e.digits for e in known if e.numeric]
    most = max(digits, default=0)
    if settings and outcomes and max(outcomes) < min(settings):
        apart = _walk(range(min(outcomes) - 1, -1, -1), names, found, placed, 0)
        return apart + _walk(range(max(outcomes) + 1, min(settings)), names, found, placed, most)
    if len(digits) < FEWEST_KNOWN or (outcomes and last > min(outcomes)):
        return []
    end = min([*outcomes, *(i for i in clocks if i > last), len(names)])
    behind = _walk(range(end - 1, last, -1), names, found, placed, most)
    if behind or outcomes:
        return behind
    return _walk(range(min(settings, default=len(names))), names, found, placed, most)


def _walk(order: Iterable[int], names: Sequence[str], found: Found, placed: Container[str], most: float) -> list[str]:
    """Return the columns of unknown place that look measured, until one does not."""
    block: list[str] = []
    for i in order:
        if names[i] in placed:
            break
        if found[names[i]].distinct == 1:
            continue
        if not _continues(found[names[i]], most):
            break
        block.append(names[i])
    return block


def find_enclosed(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return columns called as settings are that stand in the midst of outcomes, and have their digits: ``drop_rate``.

    Only where all other settings stand on one side of all outcomes.
    """
    outcomes = [i for i, n in enumerate(names) if placed.get(n) == "metric" and not found[n].clock]
    enclosed = [
        i
        for i, n in enumerate(names)
        if placed.get(n) == "config"
        and found[n].numeric
        and found[n].digits_most >= COMPUTED
        and sum(j < i for j in outcomes) >= FEWEST_AROUND <= sum(j > i for j in outcomes)
        and not begins_as_setting(n)
    ]
    rest = [i for i, n in enumerate(names) if placed.get(n) == "config" and i not in enclosed and found[n].distinct > 1]
    if not outcomes or not rest or min(outcomes) < min(rest) <= max(outcomes) or len(enclosed) > len(rest):
        return []
    return [names[i] for i in enclosed] if max(rest) < min(outcomes) or min(rest) > max(outcomes) else []


def find_axis(table: pd.DataFrame, names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return the first column of a table without any setting if it goes in steps: requests per second that were asked for.

    Its name is that of an outcome, but every other outcome has more digits than people type.
    """
    if any(place == "config" and found[n].distinct > 1 for n, place in placed.items()):
        return []
    metrics = [n for n in names if placed.get(n) == "metric" and found[n].distinct > 1 and not found[n].clock]
    if len(metrics) < FEWEST_KNOWN or metrics[0] != names[0]:
        return []
    axis, *rest = metrics
    evidence = found[axis]
    steps = evidence.digits_most < DIGITS and evidence.distinct == evidence.rows >= FEWEST_ROWS
    rising = bool(table[axis].is_monotonic_increasing or table[axis].is_monotonic_decreasing)
    return [axis] if steps and rising and all(found[n].digits > DIGITS for n in rest) else []


def find_family(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """Return columns taken for settings that are numbered as outcomes are: ``disp_1`` before ``disp_2`` and on."""
    families: dict[str, list[str]] = {}
    for name in names:
        stem = re.sub(r"[_ .-]?\d+$", "", name)
        if stem and stem != name and found[name].numeric:
            families.setdefault(stem, []).append(name)
    odd: list[str] = []
    for family in families.values():
        settings = [n for n in family if placed.get(n) == "config"]
        measured = sum(placed.get(n) == "metric" for n in family)
        if measured > FEWEST_AROUND and len(settings) < measured / 2:
            odd += [n for n in settings if found[n].by_name > -1.0]
    return odd


def _is_typed(evidence: Evidence) -> bool:
    """Say whether a column has few values in few digits."""
    few = evidence.rows > 0 and evidence.distinct <= evidence.rows / 2
    return evidence.numeric and few and evidence.digits < DIGITS


def _continues(evidence: Evidence, most: float) -> bool:
    """Say whether a column looks measured beside settings of at most so many digits."""
    if not evidence.numeric or evidence.rows < FEWEST_ROWS or evidence.by_name < 0:
        return False
    fewest = DIGITS_OF_WHOLE if evidence.whole else DIGITS
    return evidence.distinct >= MOSTLY_NEW * evidence.rows and evidence.digits >= max(fewest, most + 1)


def find_scores(names: list[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """Return columns of numbers of one size where all settings are words: methods against benchmarks."""
    settings = [n for n, place in placed.items() if place == "config"]
    free = [n for n in names if n not in placed and found[n].numeric]
    if len(free) < 3 or not settings or any(found[n].numeric for n in settings):
        return []
    varied = all(found[n].distinct > 0.3 * found[n].rows for n in free)
    sizes = [found[n].size for n in free]
    return free if varied and 0 < max(sizes) <= ALIKE * min(sizes) else []


def find_only_outcome(names: list[str], found: Found, placed: Mapping[str, Place]) -> str:
    """Return the likeliest outcome where no name is one: a generic name, else the last column of varying numbers."""
    timed = "metric" in placed.values()
    free = [
        n
        for n in names
        if n not in placed
        and found[n].numeric
        and found[n].distinct > 1
        and not (timed and found[n].by_name <= -LIKELY)
    ]
    generic = [n for n in free if found[n].generic]
    if generic:
        return generic[-1]
    if free:
        return free[-1]
    weak = [n for n in names if n in placed and placed[n] == "config" and found[n].by_name > -SURE and found[n].numeric]
    varying = [n for n in weak if found[n].distinct > 2 and not timed]
    return varying[-1] if varying and varying[-1] == names[-1] else ""
