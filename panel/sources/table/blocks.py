"""Settings stand on one side of a table, outcomes on the other: which columns of unknown place belong to which side."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from ...question.selection import Place
from .evidence import Evidence

MOSTLY_NEW = 0.8
"""Share of its rows in which a column has another value, if it was measured."""

FEWEST_ROWS = 4
"""With fewer rows than this, how many different values a column has says nothing."""

DIGITS, DIGITS_OF_WHOLE = 3, 4
"""Fewest digits of what was measured; of whole numbers, which are counted and chosen as well."""

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
