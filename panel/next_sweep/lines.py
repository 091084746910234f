"""One line of a proposal for each parameter: kept, narrowed, widened or fixed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import Finding, Study, boundary
from ..checks.limits import Side
from ..data.levels import levels
from ..data.project import Domain
from ..data.statistics import short
from ..question.parameters import Parameter
from ..question.roles import DATA
from ..question.selection import value_text
from .base import Line
from .dimensions import plain_values
from .region import EVIDENCE, Part, Region

ENOUGH_TO_FIX = 200
"""
With fewer configs than this nothing is fixed for being unimportant: after 60 that cost more wins than it gained on a
grid whose dropouts matter only among the best.
"""

UNIMPORTANT = 0.03
"""A parameter is fixed as unimportant only if the upper limit of its importance is below this too."""

SHOWN = 5
"""So many values or names are told."""


@dataclass(frozen=True)
class Move:
    """A limit that the boundary check says should move, to where, and how likely its finding is by chance."""

    side: Side
    limit: float
    to: float
    p: float | None


def moves_of(findings: Sequence[Finding]) -> dict[str, list[Move]]:
    """Return the limits that should move, by parameter."""
    moves: dict[str, list[Move]] = {}
    for finding in findings:
        if finding.fires and isinstance(finding.facts, boundary.Facts):
            for fact in finding.facts.limits:
                if fact.move_to is not None and np.isfinite(fact.move_to):
                    move = Move(fact.side, fact.limit, fact.move_to, fact.p)
                    moves.setdefault(fact.parameter, []).append(move)
    return moves


def line_of(part: Part, region: Region, moves: Sequence[Move], row: Mapping[str, Any] | None) -> Line:
    """
    Return the line of a parameter that varied.

    Parameters
    ----------
    part
        Where the good runs are along it.
    region
        The same of all.
    moves
        Its limits that should move; those that do not move outward are put aside.
    row
        Its row in an importance record as JSON; ``None`` if there is none.
    """
    d, before = part.dimension, part.dimension.before
    value = _plain_number(part.best, before) if not d.levels else part.best
    if d.parameter.role == "fixed":
        value = part.of_best if d.levels else _plain_number(part.of_best, before)
        return Line(d.name, "fix", before, before, value, f"You said it is fixed; the best config has {text(value)}.")
    if d.parameter.role_reason == DATA.reason:
        return Line(d.name, "keep", before, before, None, "It says on which data a run was: no value of it is better.")
    domain, why = (_narrowed(part), _why_narrow(part)) if part.narrowed else (before, _why_keep(part, region))
    moved = [] if not d.ordered else [m for m in moves if _widens(m, before)]
    if moved:
        wider = domain
        for move in moved:
            wider = _widened(wider, move, before)
        sides = " and ".join(f"{_words(m)}" for m in moved)
        more = f" {why}" if part.narrowed else ""
        return Line(d.name, "widen", wider, before, None, f"The best runs lie at its limit: {sides}.{more}")
    if part.narrowed and _single(domain):
        only = domain.choices[0] if domain.choices else domain.low
        return Line(d.name, "fix", before, before, only, why)
    parents = {other.dimension.before.condition[0] for other in region.parts if other.dimension.before.condition}
    untold = part.evidence is not None and part.evidence < 0 and region.configs >= ENOUGH_TO_FIX
    if untold and d.name not in parents and row is not None and _unimportant(row):
        share = f"{100 * (row.get('importance') or 0.0):.0f} %"
        why = (
            f"Its importance, {share}, does not stand out from noise, and the configs do not tell where it is best; "
            f"most of the predicted best have about {text(value)}. It may matter beyond where this sweep looked."
        )
        return Line(d.name, "fix", before, before, value, why)
    return Line(d.name, "narrow" if part.narrowed else "keep", domain, before, None, why)


def _unimportant(row: Mapping[str, Any]) -> bool:
    high = row.get("high")
    return row.get("clear") is False and (high is None or high < UNIMPORTANT)


def _narrowed(part: Part) -> Domain:
    """Return the domain of a narrowed parameter, limits rounded outward, never beyond where the search looked."""
    before = part.dimension.before
    if part.dimension.levels:
        return replace(before, choices=part.levels)
    low, high = rounded(part.low, part.high, part.dimension.log)
    if before.kind == "integer":
        low, high = int(np.round(part.low)), int(np.round(part.high))
    low, high = max(low, before.low or 0), min(high, before.high or 0)
    return replace(before, low=low, high=high)


def _plain_number(value: float, before: Domain) -> float:
    """Return a value along a range as a short plain number within the range."""
    if before.kind == "integer":
        return round(value)
    return float(min(max(float(f"{value:.3g}"), before.low or 0.0), before.high or 0.0))


def rounded(low: float, high: float, log: bool) -> tuple[float, float]:
    """
    Return limits rounded outward to two or three digits: of each limit on a log scale, else of the distance.

    Examples
    --------
    >>> rounded(0.0019027, 0.028484, True)
    (0.0019, 0.029)
    >>> rounded(0.2113, 0.5142, False)
    (0.21, 0.52)
    """
    steps = [low, high] if log else [high - low] * 2
    if not min(steps) > 0:
        return low, high
    unit_low, unit_high = (10.0 ** (np.floor(np.log10(s)) - 1) for s in steps)
    down, up = np.floor(low / unit_low + 1e-9) * unit_low, np.ceil(high / unit_high - 1e-9) * unit_high
    return float(f"{down:.12g}"), float(f"{up:.12g}")


def _single(domain: Domain) -> bool:
    return len(domain.choices) == 1 if domain.choices else domain.low == domain.high


def _widens(move: Move, before: Domain) -> bool:
    """Say whether a move goes beyond where the search looked, to where its scale reaches."""
    ends = before.choices or (before.low, before.high)
    if before.scale == "log" and move.to <= 0:
        return False
    return move.to < min(ends) if move.side == "low" else move.to > max(ends)


def _widened(domain: Domain, move: Move, before: Domain) -> Domain:
    """Return a domain that reaches to where a limit moves; of levels with all that lie between."""
    whole = domain.kind == "integer" or (before.choices and all(isinstance(c, int) for c in before.choices))
    to = round(move.to) if whole else float(f"{move.to:.12g}")
    if not domain.choices:
        return replace(domain, low=to) if move.side == "low" else replace(domain, high=to)
    low, high = min(domain.choices), max(domain.choices)
    between = [c for c in before.choices if (c < low if move.side == "low" else c > high)]
    return replace(domain, choices=tuple(sorted({*domain.choices, *between, to})))


def _words(move: Move) -> str:
    chance = "" if move.p is None else f" (p = {short(move.p, 2)})"
    which = "lower" if move.side == "low" else "upper"
    return f"move the {which} one from {short(move.limit)} to {short(move.to)}{chance}"


def text(value: Any) -> str:
    """Return a value as words: a number in three digits."""
    return short(value, 3) if isinstance(value, int | float) and not isinstance(value, bool) else value_text(value)


def _why_narrow(part: Part) -> str:
    d = part.dimension
    if d.levels:
        values = ", ".join(text(v) for v in part.levels[:SHOWN]) + ("…" if len(part.levels) > SHOWN else "")
        return (
            f"{100 * part.holds:.0f} % of the predicted best have {values}: {len(part.levels)} of "
            f"{len(d.levels)} values."
        )
    domain = _narrowed(part)
    if _single(domain):
        held, covered = f"{100 * part.holds:.0f} %", f"{100 * part.covers:.0f} %"
        return f"{held} of the predicted best have {text(domain.low)}, as {covered} of where this sweep looked."
    scale = " on the log scale" if d.log else ""
    return (
        f"{100 * part.holds:.0f} % of the predicted best lie from {text(domain.low)} to {text(domain.high)}: "
        f"{100 * part.covers:.0f} % of where this sweep looked{scale}."
    )


def _why_keep(part: Part, region: Region) -> str:
    if region.why:
        return f"Nothing is narrowed: {region.why[0].lower()}{region.why[1:]}"
    if part.dimension.before.condition is not None and part.covers == 1.0:
        parent = part.dimension.before.condition[0]
        return f"The predicted best are hardly ever where it is active ({parent}), so they say nothing of it."
    if part.evidence is not None and part.evidence < EVIDENCE:
        return (
            f"The configs do not tell whether it matters: they are {short(float(np.exp(part.evidence)), 2)} times as "
            f"likely if it does, and narrowing needs {short(float(np.exp(EVIDENCE)), 2)}."
        )
    return f"The predicted best are spread over {100 * part.covers:.0f} % of its values: too many to leave any out."


def constant_line(study: Study, parameter: Parameter) -> Line:
    """Return the line of a parameter that always had the same value."""
    value = plain_values(levels(study.runs.column(parameter.name)).values)[0]
    domain = Domain("categorical", choices=(value,))
    return Line(parameter.name, "fix", domain, domain, value, f"Always {text(value)} so far: 1 value tried.")
