"""One line of a proposal for each parameter: kept, narrowed, widened or fixed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import Finding, Study, boundary
from ..checks.limits import Side
from ..data.levels import find_levels
from ..data.messages import NOTHING, Count, Message, Number, join, say
from ..data.project import Domain
from ..data.statistics import short
from ..importance import ImportanceRow
from ..question.conditions import name_value
from ..question.parameters import Parameter
from ..question.roles import DATA
from .base import Line
from .dimensions import make_plain
from .region import Part, Region

ENOUGH_TO_FIX = 200
"""
With fewer configs than this nothing is fixed for being unimportant: after 60 that cost more wins than it gained on a
grid whose dropouts matter only among the best.
"""

UNIMPORTANT = 0.03
"""A parameter is fixed as unimportant only if the upper limit of its importance is below this too."""

UNTOLD = -0.7
"""With less evidence than this, half as likely, the configs tell that a parameter hardly matters."""

STRONG = 3.0
"""With less evidence than this, 20 times as likely, what a parameter is narrowed by is said to be maybe chance."""

MOST_TIMES = 1_000
"""Of what is more likely than this it is not said how much."""

SHOWN = 5
"""Most values or names that are listed."""


@dataclass(frozen=True)
class Move:
    """A limit that should move by the boundary check: to where, and how likely the finding is by chance."""

    side: Side
    limit: float
    to: float
    p: float | None


def list_moves(findings: Sequence[Finding]) -> dict[str, list[Move]]:
    """Return the limits that should move, by parameter."""
    moves: dict[str, list[Move]] = {}
    for finding in findings:
        if finding.fires and isinstance(finding.facts, boundary.Facts):
            for fact in finding.facts.limits:
                if fact.move_to is not None and np.isfinite(fact.move_to):
                    move = Move(fact.side, fact.limit, fact.move_to, fact.p)
                    moves.setdefault(fact.parameter, []).append(move)
    return moves


def make_line(part: Part, region: Region, moves: Sequence[Move], row: ImportanceRow | None) -> Line:
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
        Its row in the ranking; ``None`` if there is none.
    """
    d, before = part.dimension, part.dimension.before
    value = _shorten_number(part.best, before) if not d.levels else part.best
    if d.parameter.role == "fixed":
        value = part.of_best if d.levels else _shorten_number(part.of_best, before)
        why = say("next.fixed", "You said it is fixed; the best config has {value}.", value=format_value(value))
        return Line(d.name, "fix", before, before, value, why)
    if d.parameter.role_reason == DATA.reason:
        why = say("next.data", "It says on which data a run was: no value of it is better.")
        return Line(d.name, "keep", before, before, None, why)
    if is_question(d.parameter):
        why = say("next.question", "You said it is scientific: its effect is the question, so all its values stay.")
        return Line(d.name, "keep", before, before, None, why)
    domain, why = (narrow(part), _say_why_narrow(part)) if part.narrowed else (before, _say_why_keep(part, region))
    moved = [] if not d.ordered else [m for m in moves if _widens(m, before)]
    if moved:
        wider = domain
        for move in moved:
            wider = widen(wider, move, before)
        moving = say(
            "next.at_limit", "The best runs lie at its limit: {moves}.", moves=join(map(_say_move, moved), " and ")
        )
        return Line(d.name, "widen", wider, before, None, join([moving, why]) if part.narrowed else moving)
    if part.narrowed and _is_single(domain):
        only = domain.choices[0] if domain.choices else domain.low
        return Line(d.name, "fix", before, before, only, why)
    parents = {other.dimension.before.condition[0] for other in region.parts if other.dimension.before.condition}
    untold = part.evidence is not None and part.evidence < 0 and region.configs >= ENOUGH_TO_FIX and not part.held
    if part.of_best is not None:
        value = part.of_best if d.levels else _shorten_number(part.of_best, before)
    if untold and d.name not in parents and row is not None and _is_unimportant(row):
        why = say(
            "next.unimportant",
            "Its importance, {share}, does not stand out from noise, and the configs do not tell where it is best; "
            "the best config has about {value}. It may matter beyond where this sweep looked.",
            share=Number(100 * (row.importance or 0.0), 0, "fixed", "%"),
            value=format_value(value),
        )
        return Line(d.name, "fix", before, before, value, why)
    return Line(d.name, "narrow" if part.narrowed else "keep", domain, before, None, why)


def is_question(parameter: Parameter) -> bool:
    """Say whether the user said that a parameter is scientific: its values are then not the data's to choose."""
    return parameter.role == "scientific" and parameter.role_reason == "user"


def _is_unimportant(row: ImportanceRow) -> bool:
    return row.clear is False and (row.high is None or row.high < UNIMPORTANT)


def narrow(part: Part) -> Domain:
    """Return the domain of a narrowed parameter: limits rounded outward, but within the old domain."""
    before = part.dimension.before
    if part.dimension.levels:
        return replace(before, choices=part.levels)
    low, high = round_outward(part.low, part.high, part.dimension.log)
    if before.kind == "integer":
        low, high = int(np.round(part.low)), int(np.round(part.high))
    low, high = max(low, before.low or 0), min(high, before.high or 0)
    return replace(before, low=low, high=high)


def _shorten_number(value: float, before: Domain) -> float:
    """Return a value of a range as a short number that still lies in the range."""
    if before.kind == "integer":
        return round(value)
    return float(min(max(float(f"{value:.3g}"), before.low or 0.0), before.high or 0.0))


def round_outward(low: float, high: float, log: bool) -> tuple[float, float]:
    """
    Return limits rounded outward to two or three digits of each limit (log scale) or of their distance (linear).

    Examples
    --------
    >>> round_outward(0.0019027, 0.028484, True)
    (0.0019, 0.029)
    >>> round_outward(0.2113, 0.5142, False)
    (0.21, 0.52)
    """
    steps = [low, high] if log else [high - low] * 2
    if not min(steps) > 0:
        return low, high
    unit_low, unit_high = (10.0 ** (np.floor(np.log10(s)) - 1) for s in steps)
    down, up = np.floor(low / unit_low + 1e-9) * unit_low, np.ceil(high / unit_high - 1e-9) * unit_high
    return float(f"{down:.12g}"), float(f"{up:.12g}")


def _is_single(domain: Domain) -> bool:
    return len(domain.choices) == 1 if domain.choices else domain.low == domain.high


def _widens(move: Move, before: Domain) -> bool:
    """Say whether a move goes beyond the old domain, and its scale allows that."""
    ends = before.choices or (before.low, before.high)
    if before.scale == "log" and move.to <= 0:
        return False
    return move.to < min(ends) if move.side == "low" else move.to > max(ends)


def widen(domain: Domain, move: Move, before: Domain) -> Domain:
    """Return a domain with a limit moved; levels in between are added."""
    whole = domain.kind == "integer" or (before.choices and all(isinstance(c, int) for c in before.choices))
    to = round(move.to) if whole else float(f"{move.to:.12g}")
    if not domain.choices:
        return replace(domain, low=to) if move.side == "low" else replace(domain, high=to)
    low, high = min(domain.choices), max(domain.choices)
    between = [c for c in before.choices if (c < low if move.side == "low" else c > high)]
    return replace(domain, choices=tuple(sorted({*domain.choices, *between, to})))


def _say_move(move: Move) -> Message:
    at, to = Number(move.limit, 4, "short"), Number(move.to, 4, "short")
    if move.side == "low":
        moving = say("next.move_lower", "move the lower one from {at} to {to}", at=at, to=to)
    else:
        moving = say("next.move_upper", "move the upper one from {at} to {to}", at=at, to=to)
    if move.p is None:
        return moving
    return say("next.move_by_chance", "{moving} (p = {p})", moving=moving, p=Number(move.p, 2, "short"))


def format_value(value: Any) -> str:
    """Return a value as text, numbers with three digits."""
    return short(value, 3) if isinstance(value, int | float) and not isinstance(value, bool) else name_value(value)


def _say_why_narrow(part: Part) -> Message:
    """Say where the best lie, and why that is believed of a parameter that the ranking does not tell from noise."""
    found = _say_where_best(part)
    return join([found, _say_unclear(part.evidence)]) if part.unclear and part.evidence is not None else found


def _say_unclear(evidence: float) -> Message:
    chance = say("next.may_be_chance", ", which may be chance") if evidence < STRONG else NOTHING
    return say(
        "next.unclear",
        "The ranking does not tell it from noise; by a smooth model of the configs it is {times} times as likely that "
        "it matters as that it does not{chance}.",
        times=_count_times(evidence),
        chance=chance,
    )


def _count_times(evidence: float) -> Message | Number:
    """Return how many times as likely the logarithm of a ratio says, with two digits; nobody needs more than 1,000."""
    if evidence > np.log(MOST_TIMES):
        return say("next.many_times", "more than {most}", most=Number(MOST_TIMES, 0, "fixed"))
    return Number(float(np.exp(evidence)), 2, "short")


def _say_where_best(part: Part) -> Message:
    d = part.dimension
    holds, covers = (Number(100 * share, 0, "fixed", "%") for share in (part.holds, part.covers))
    if d.levels:
        values = _list_values(tuple(v for v in part.levels if v not in part.held))
        found = say(
            "next.best_have_values",
            "{holds} of the predicted best have {values}: {n} of {of} values.",
            holds=holds,
            values=values,
            n=Number(len(part.levels) - len(part.held), style="short"),
            of=Number(len(d.levels), style="short"),
        )
        more = [*([_say_held(part)] if part.held else []), *([_say_untold(part)] if part.untold else [])]
        return join([found, *more]) if more else found
    domain = narrow(part)
    if _is_single(domain):
        return say(
            "next.best_have_value",
            "{holds} of the predicted best have {value}, as {covers} of where this sweep looked.",
            holds=holds,
            value=format_value(domain.low),
            covers=covers,
        )
    low, high = format_value(domain.low), format_value(domain.high)
    if d.log:
        return say(
            "next.best_lie_log",
            "{holds} of the predicted best lie from {low} to {high}: {covers} of where this sweep looked on the log "
            "scale.",
            holds=holds,
            low=low,
            high=high,
            covers=covers,
        )
    return say(
        "next.best_lie",
        "{holds} of the predicted best lie from {low} to {high}: {covers} of where this sweep looked.",
        holds=holds,
        low=low,
        high=high,
        covers=covers,
    )


def _list_values(values: Sequence[Any]) -> Message:
    listed = join(map(format_value, values[:SHOWN]), ", ")
    return say("next.and_other_values", "{values}…", values=listed) if len(values) > SHOWN else listed


def _say_held(part: Part) -> Message:
    return say(
        "next.held",
        "Not left out: {values}. These runs do not tell the difference to the best value, or a check wants more.",
        values=_list_values(part.held),
    )


def _say_untold(part: Part) -> Message:
    return say(
        "next.untold",
        "Compared alone, as in Compare values, {values} cannot be told from the best value: too few configs have it. "
        "The model takes the other parameters into account, and so tells more.",
        values=_list_values(part.untold),
    )


def _say_why_keep(part: Part, region: Region) -> Message:
    if region.why:
        return say("next.nothing_narrowed", "Nothing is narrowed: {why}.", why=region.why.clause)
    if part.held:
        return _say_held(part)
    if part.dimension.before.condition is not None and part.covers == 1.0:
        return say(
            "next.hardly_active",
            "The predicted best are hardly ever where it is active ({parent}), so they say nothing of it.",
            parent=part.dimension.before.condition[0],
        )
    if part.evidence is not None and part.evidence < UNTOLD:
        return say(
            "next.hardly_matters",
            "A smooth model of the configs sees nothing to narrow it by: that it does not matter is {times} times as "
            "likely there as that it does.",
            times=Number(float(np.exp(-part.evidence)), 2, "short"),
        )
    if part.evidence is not None and part.evidence < part.needed:
        if part.unclear:
            return say(
                "next.unclear_keep",
                "Neither the ranking nor a smooth model of the configs tells it from noise well enough to narrow it.",
            )
        return say(
            "next.no_evidence",
            "A smooth model of the configs sees too little to narrow it by: that it matters is only {times} times as "
            "likely there as that it does not. Its range is narrowed from {needed} times on.",
            times=_count_times(part.evidence),
            needed=_count_times(part.needed),
        )
    return say(
        "next.spread",
        "The predicted best are spread over {share} of its values: too many to leave any out.",
        share=Number(100 * part.covers, 0, "fixed", "%"),
    )


def make_constant_line(study: Study, parameter: Parameter) -> Line:
    """Return the line of a parameter that had one value in all runs, or in all that did not fail."""
    column = study.runs.column(parameter.name)
    values = make_plain(find_levels(column[study.runs.feasible]).values) or make_plain(find_levels(column).values)
    domain = Domain("categorical", choices=(values[0],))
    if parameter.name in study.runs.one_sided:
        why = _say_others_failed(study, parameter.name, values[0])
    else:
        why = say("next.constant", "Always {value} so far: 1 value tried.", value=format_value(values[0]))
    return Line(parameter.name, "fix", domain, domain, values[0], why)


def _say_others_failed(study: Study, name: str, value: Any) -> Message:
    """Say that every run with another value of a parameter than this one was infeasible."""
    column = study.runs.column(name)
    others = [other for other in make_plain(find_levels(column).values) if name_value(other) != name_value(value)]
    failed = study.runs.is_elsewhere(name)
    return say(
        "next.others_failed",
        "Only {value} came to a result: every run with another value ({others}) was infeasible, {configs}.",
        value=format_value(value),
        others=_list_values(others),
        configs=Count(len(np.unique(study.number[failed])), "config"),
    )
