"""
Whether the best runs are at a boundary of the search space.

The best k configs, the best tenth, lie near a limit more often than all configs do: by the hypergeometric
distribution, so that a limit near which the search looked more often is no finding. Near is the outer tenth or fifth of
the range, or of a few values the edge value. It is no boundary if the best get fewer towards the limit.

What counts as near is relative to where *all* configs are, infeasible ones too; where the feasible ones end before
because all runs beyond are infeasible, that end is looked at instead, and it cannot simply be moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..data.messages import say
from ..data.records import Record
from ..question.parameters import Parameter
from ..runs.base import Axis
from ..runs.bestof import holm
from ..runs.chance import shared_by_chance
from .advisable import keep_sensible
from .base import Evidence, Finding, Mark, Study
from .boundary_words import say_advice, say_answer, say_basis, say_equal, say_mark, say_none_can_move, say_title
from .limits import Limit, Side, find_limits, move_limit
from .scatter import draw_target
from .shared_words import say_too_few

NAME = "boundary"
QUESTION = "Are the best runs at a boundary of the search space?"

SHARE, LEAST_BEST, MOST_BEST = 0.1, 6, 50
"""The best are this share of the configs, and at least and at most so many."""

FEWEST = 20
"""With fewer configs it cannot be told."""

FEWEST_WITH = 4
"""So many of the best have a value of the parameter, at least: less say nothing of where the best are."""

BANDS = (0.1, 0.2)
"""Near is the outermost of these shares of the range."""

FEW_LEVELS = 5
"""Of so many different values, or fewer, near is the edge value alone."""

LOOK, ACT = 0.02, 0.002
"""Corrected p-values from which a limit fires."""

MANY = 1 / 3
"""At least this share of the best lies near a limit that fires."""

REACH = 0.8
"""So far as this share of the best lies from the limit, so far they huddle."""

HUDDLE = 0.9
"""
On an adaptive search at least this share of the best lies in the outer tenth: of 0.8 TPE alarms where it is sound.

It huddles on one of a few values, too, if these make no difference; there the edge value must be more frequent than
among all configs.
"""

BLOCKED, FEWEST_BLOCKED = 0.5, 3
"""A limit is blocked if at least this share of the configs near or beyond is infeasible, and at least so many."""

DRAWN = 4


@dataclass(frozen=True)
class LimitFact:
    """
    A limit at which the best configs lie.

    Attributes
    ----------
    parameter, side
        Of which parameter, and whether it is the ``low`` or the ``high`` one.
    limit
        Where it is.
    declared
        Whether the search space declares it.
    best, k
        How many of the best `k` with a value are near.
    share_all
        Share of all feasible configs that is near.
    p
        After Holm's correction; ``None`` on an adaptive search.
    move_to
        Where the limit is to move; ``None`` if infeasible runs lie beyond.
    infeasible, there
        How many of the configs `there`, near the limit, are infeasible.
    beyond
        How many infeasible ones are beyond it.
    inner
        Where being near begins: the value farthest from the limit that counts as near; the limit itself where only that
        value does.
    """

    parameter: str
    side: Side
    limit: float
    declared: bool
    best: int
    k: int
    share_all: float
    p: float | None
    move_to: float | None
    infeasible: int
    there: int
    beyond: int
    inner: float


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    limits
        Those that fired, from the clearest.
    tested
        How many limits were tested.
    """

    limits: tuple[LimitFact, ...] = ()
    tested: int = 0


@dataclass(frozen=True)
class Near:
    """How many configs are near a limit: between it and ``inner``, which is the limit where only that counts."""

    parameter: Parameter
    axis: Axis
    limit: Limit
    best: int
    k: int
    share_all: float
    chance: float
    huddle: float
    infeasible: int
    there: int
    beyond: int
    blocked: bool
    inner: float
    corrected: float = 1.0


def check(study: Study) -> Finding:
    """Look whether the best configs lie at a limit that can move."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Count the best configs at every limit that can move."""
    tested = study.compute_once(_test_limits)
    fired = [near for near in tested if _fires(near, study.adaptive)]
    return Facts(tuple(_fact_of(near, study.adaptive) for near in fired), len(tested))


def _test_limits(study: Study) -> list[Near]:
    """Return how many configs are near each limit that can move, from the clearest; none if it cannot be told."""
    k = count_best(study) if len(study.configs) >= FEWEST else 0
    numbers = [p for p in keep_sensible(study.tuned) if p.kind in ("real", "integer")] if k else []
    nears = [near for p in numbers for near in _count_near(study, p, k)]
    corrected = holm([near.chance for near in nears])
    nears = [replace(near, corrected=p) for near, p in zip(nears, corrected, strict=True)]
    return sorted(nears, key=lambda near: (near.chance, near.parameter.name, near.limit.side))


def tell(study: Study, facts: Facts) -> Finding:
    """Say whether the best configs lie at a limit that can move."""
    n = len(study.configs)
    if n < FEWEST:
        sentence = say("boundary.too_few", "{too_few}.", too_few=say_too_few(n, FEWEST))
        return Finding(NAME, QUESTION, "can't tell", sentence, facts=facts)
    k = count_best(study)
    if not k:
        return Finding(NAME, QUESTION, "can't tell", say_equal(study), facts=facts)
    tested = study.compute_once(_test_limits)
    if not tested:
        return Finding(NAME, QUESTION, "fine", say_none_can_move(len(keep_sensible(study.tuned))), facts=facts)
    fired = [near for near in tested if _fires(near, study.adaptive)]
    clearest = (fired or tested)[0]
    if not clearest.best:
        clearest = max(tested, key=lambda near: near.best / near.k)
    act = any(limit.p is not None and limit.p <= ACT and limit.move_to is not None for limit in facts.limits)
    return Finding(
        NAME,
        QUESTION,
        "act" if act else "look" if fired else "fine",
        say_answer(clearest, len(fired), len(tested), k),
        say_advice(fired, facts.limits),
        say_basis(study, k, len(tested), HUDDLE, BANDS, LOOK),
        tuple(_draw(study, near, k) for near in (fired or tested[:1])[:DRAWN]),
        facts,
    )


def count_best(study: Study) -> int:
    """Return how many configs are the best, those equal to the last of them too; 0 if they are no small part of all."""
    loss = study.configs.loss
    k = min(MOST_BEST, max(LEAST_BEST, round(SHARE * len(loss))))
    if len(loss) <= k:
        return 0
    k = int(np.searchsorted(loss, loss[k - 1], "right"))
    return k if k <= len(loss) / 3 else 0


def _count_near(study: Study, parameter: Parameter, k: int) -> list[Near]:
    """Count the configs near each limit of a parameter that can move."""
    axis = study.runs.axis(parameter.name)
    if axis.kind != "number":
        return []
    domain = study.space.parameters.get(parameter.name) if study.space else None
    values = axis.values[study.configs.best]
    has = np.isfinite(values)
    if has[:k].sum() < FEWEST_WITH or has.sum() == has[:k].sum():
        return []
    lost = _values_lost(study, axis.values)
    every = np.concatenate([values[has], lost])
    best, rest = values[:k][has[:k]], values[k:][has[k:]]
    nears = []
    for limit in find_limits(parameter, domain, every):
        limit, beyond = _find_feasible_end(limit, values[has], lost)
        near = _count(parameter, axis, limit, best, rest, lost, beyond, BANDS[:1] if study.adaptive else BANDS)
        nears.append(near)
    return nears


def _values_lost(study: Study, values: np.ndarray) -> np.ndarray:
    """Return the finite values of the configs that have no feasible run."""
    lost = np.flatnonzero(~np.isin(study.number, study.number[study.configs.best]))
    first = lost[np.unique(study.number[lost], return_index=True)[1]]
    return values[first][np.isfinite(values[first])]


def _find_feasible_end(limit: Limit, feasible: np.ndarray, lost: np.ndarray) -> tuple[Limit, int]:
    """Return where the feasible configs end, and how many are beyond, if all are infeasible there; else the limit."""
    end = float(feasible.min() if limit.side == "low" else feasible.max())
    beyond = int((lost < end).sum() if limit.side == "low" else (lost > end).sum())
    if beyond < FEWEST_BLOCKED or end == limit.other or (limit.log and end <= 0):
        return limit, 0
    span = float(abs(np.log(limit.other / end)) if limit.log else abs(limit.other - end))
    inside = tuple(v for v in limit.levels if (v >= end if limit.side == "low" else v <= end))
    return replace(limit, at=end, declared=False, span=span, levels=inside), beyond


def _count(
    parameter: Parameter,
    axis: Axis,
    limit: Limit,
    best: np.ndarray,
    rest: np.ndarray,
    lost: np.ndarray,
    beyond: int,
    outer: tuple[float, ...],
) -> Near:
    """Count in that of the bands in which it is least likely that so many of the best lie."""
    mine, others, gone = (limit.away(values) for values in (best, rest, lost))
    edge = 1e-9
    bands = [edge, *(outer[1:] if len(limit.levels) > FEW_LEVELS else ())] if limit.levels else list(outer)
    chances = []
    for band in bands:
        hits, holders = int((mine <= band).sum()), int((others <= band).sum())
        inner = edge if limit.levels else band / 2
        towards = int((mine <= inner).sum()) * 2 >= hits
        total = len(best) + len(rest)
        likely = shared_by_chance(hits, len(best), hits + holders, total) if towards and hits else 1.0
        chances.append((min(1.0, len(bands) * likely), band, hits, (hits + holders) / total))
    chance, band, hits, share = min(chances)
    near = (gone <= band) & (gone >= -edge)
    infeasible = int(near.sum())
    there = int((mine <= band).sum() + (others <= band).sum()) + infeasible
    blocked = beyond > 0 or (infeasible >= FEWEST_BLOCKED and infeasible >= BLOCKED * there)
    huddle = float(np.quantile(mine, REACH))
    held = np.concatenate([best[mine <= band], rest[others <= band], [limit.at]])
    inner = float(held.max() if limit.side == "low" else held.min())
    counts = (hits, len(best), share, chance, huddle, infeasible, there, beyond, blocked, inner)
    return Near(parameter, axis, limit, *counts)


def _fires(near: Near, adaptive: str) -> bool:
    if adaptive:  # chance is not judged: the search looked more where it had found good ones
        clear = near.corrected <= LOOK or not near.limit.levels
        return clear and near.best >= HUDDLE * near.k and near.best > near.share_all * near.k
    return near.best >= MANY * near.k and near.corrected <= LOOK


def _fact_of(near: Near, adaptive: str) -> LimitFact:
    limit = near.limit
    return LimitFact(
        parameter=near.parameter.name,
        side=limit.side,
        limit=limit.at,
        declared=limit.declared,
        best=near.best,
        k=near.k,
        share_all=near.share_all,
        p=None if adaptive else near.corrected,
        move_to=None if near.blocked else move_limit(near.parameter, limit, near.huddle),
        infeasible=near.infeasible,
        there=near.there,
        beyond=near.beyond,
        inner=near.inner,
    )


def _draw(study: Study, near: Near, k: int) -> Evidence:
    return draw_target(study, near.axis, k, say_title(near), (Mark("x", near.limit.at, say_mark(near)),))
