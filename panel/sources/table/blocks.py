"""Settings stand on one side of a table, outcomes on the other: which columns of unknown place belong to which side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...question.selection import Place
from .evidence import Evidence

MOSTLY_NEW = 0.8
"""Share of its rows in which a column has another value, if it was measured."""

FEWEST_ROWS = 4
"""With fewer rows than this, how many different values a column has says nothing."""

DIGITS, DIGITS_OF_WHOLE = 3, 4
"""Fewest digits of what was measured; of whole numbers, which are counted and chosen as well."""

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
    if settings and outcomes and max(outcomes) < min(settings):
        inside = [*range(min(outcomes) - 1, -1, -1)], [*range(max(outcomes) + 1, min(settings))]
    elif not outcomes or max(settings, default=-1) < min(outcomes):
        end = min([*outcomes, *(i for i in clocks if i > max(settings, default=-1)), len(names)])
        inside = [*range(end - 1, max(settings, default=-1), -1)], []
    else:
        return []
    typed = [found[names[i]] for i in settings] + [
        found[n] for n in names if n not in placed and found[n].rows and _is_typed(found[n])
    ]
    numeric = [e for e in typed if e.numeric]
    if not numeric:
        return []
    most = max(e.digits for e in numeric)
    block: list[str] = []
    for side in inside:
        for i in side:
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
    return evidence.numeric and evidence.distinct <= evidence.rows / 2 and evidence.digits < DIGITS


def _continues(evidence: Evidence, most: float) -> bool:
    """Say whether a column looks measured beside settings of at most so many digits."""
    if not evidence.numeric or evidence.rows < FEWEST_ROWS or evidence.by_name < 0:
        return False
    fewest = DIGITS_OF_WHOLE if evidence.whole else DIGITS
    return evidence.distinct >= MOSTLY_NEW * evidence.rows and evidence.digits >= max(fewest, most + 1)
