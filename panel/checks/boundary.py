"""
Whether the best runs are at a boundary of the search space.

The best k configs, the best tenth, lie near a limit more often than all configs do: by the hypergeometric
distribution, so that a limit near which the search looked more often is no finding. Near is the outer tenth or fifth of
the range, or of a few values the edge value. It is no boundary if the best get fewer towards the limit.

What counts as near is relative to where *all* configs are, infeasible ones too; where the feasible ones end before
because all runs beyond are infeasible, that end is looked at instead, and it cannot simply be moved.

Facts
-----
limits
    Those that fired, from the clearest: ``parameter``; ``side``, ``low`` or ``high``; ``limit``; ``declared``;
    ``best``, how many of the best ``k`` with a value are near; ``share_all``, the share of all feasible configs that
    is; ``p`` after Holm's correction, ``None`` on an adaptive search; ``move_to``, ``None`` if infeasible runs lie
    beyond; ``infeasible``, how many of the configs ``there``, near the limit, are infeasible; ``beyond``, how many
    infeasible ones are beyond it.
tested
    How many limits were tested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.statistics import short
from ..question.parameters import Parameter
from ..runs.base import Axis
from ..runs.bestof import holm
from ..runs.chance import shared_by_chance
from .base import Evidence, Finding, Mark, Study, none_of, number_of
from .limits import Limit, limits, moved
from .scatter import target_against

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
class Near:
    """How many configs are near a limit."""

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


def check(study: Study) -> Finding:
    """Look whether the best configs lie at a limit that can move."""
    n = len(study.configs)
    if n < FEWEST:
        some = f"There {'is' if n == 1 else 'are'} {number_of(n, 'feasible config')}"
        return _cannot(f"{some}, and it takes {FEWEST} to tell: run {FEWEST - n} more.")
    k = best_number(study)
    if not k:
        return _cannot(
            f"{study.runs.label} is equal for too many of the {n:,} configs to say which are the best: choose a metric "
            "that tells them apart."
        )
    found = [near for p in study.tuned if p.kind in ("real", "integer") for near in _near(study, p, k)]
    if not found:
        return Finding(
            NAME,
            QUESTION,
            "fine",
            none_of(len(study.tuned), "parameter", "that vary has a", "that varies has no") + " limit that can move.",
        )
    corrected = holm([near.chance for near in found])
    order = sorted(range(len(found)), key=lambda i: (found[i].chance, found[i].parameter.name, found[i].limit.side))
    fired = [i for i in order if _fires(found[i], corrected[i], study.adaptive)]
    act = not study.adaptive and any(corrected[i] <= ACT and not found[i].blocked for i in fired)
    facts = [_fact(found[i], None if study.adaptive else corrected[i]) for i in fired]
    drawn = [found[i] for i in fired] or [found[order[0]]]
    return Finding(
        NAME,
        QUESTION,
        "act" if act else "look" if fired else "fine",
        _sentence(found[order[0]], len(fired), len(found), k),
        " ".join(_advice(found[i], fact) for i, fact in zip(fired, facts, strict=True)),
        _basis(study, k, len(found)),
        tuple(_evidence(study, near, k) for near in drawn[:DRAWN]),
        {"limits": facts, "tested": len(found)},
    )


def _cannot(sentence: str) -> Finding:
    return Finding(NAME, QUESTION, "can't tell", sentence, facts={"limits": [], "tested": 0})


def best_number(study: Study) -> int:
    """Return how many configs are the best, those equal to the last of them too; 0 if they are no small part of all."""
    loss = study.configs.loss
    k = min(MOST_BEST, max(LEAST_BEST, round(SHARE * len(loss))))
    if len(loss) <= k:
        return 0
    k = int(np.searchsorted(loss, loss[k - 1], "right"))
    return k if k <= len(loss) / 3 else 0


def _near(study: Study, parameter: Parameter, k: int) -> list[Near]:
    """Count the configs near each limit of a parameter that can move."""
    axis = study.runs.axis(parameter.name)
    if axis.kind != "number":
        return []
    domain = study.space.parameters.get(parameter.name) if study.space else None
    values = axis.values[study.configs.best]
    has = np.isfinite(values)
    if has[:k].sum() < FEWEST_WITH or has.sum() == has[:k].sum():
        return []
    lost = _infeasible(study, axis.values)
    every = np.concatenate([values[has], lost])
    best, rest = values[:k][has[:k]], values[k:][has[k:]]
    found = []
    for limit in limits(parameter, domain, every):
        limit, beyond = _feasible_end(limit, values[has], lost)
        near = _count(parameter, axis, limit, best, rest, lost, beyond, BANDS[:1] if study.adaptive else BANDS)
        found.append(near)
    return found


def _infeasible(study: Study, values: np.ndarray) -> np.ndarray:
    """Return the finite values of the configs that have no feasible run."""
    lost = np.flatnonzero(~np.isin(study.number, study.number[study.configs.best]))
    first = lost[np.unique(study.number[lost], return_index=True)[1]]
    return values[first][np.isfinite(values[first])]


def _feasible_end(limit: Limit, feasible: np.ndarray, lost: np.ndarray) -> tuple[Limit, int]:
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
    return Near(parameter, axis, limit, hits, len(best), share, chance, huddle, infeasible, there, beyond, blocked)


def _fires(near: Near, p: float, adaptive: str) -> bool:
    if adaptive:  # chance is not judged: the search looked more where it had found good ones
        few = bool(near.limit.levels)
        return near.best >= HUDDLE * near.k and near.best > near.share_all * near.k and (p <= LOOK or not few)
    return near.best >= MANY * near.k and p <= LOOK


def _fact(near: Near, p: float | None) -> dict[str, Any]:
    limit = near.limit
    return {
        "parameter": near.parameter.name,
        "side": limit.side,
        "limit": limit.at,
        "declared": limit.declared,
        "best": near.best,
        "k": near.k,
        "share_all": near.share_all,
        "p": p,
        "move_to": None if near.blocked else moved(near.parameter, limit, near.huddle),
        "infeasible": near.infeasible,
        "there": near.there,
        "beyond": near.beyond,
    }


def _words(limit: Limit, beyond: int) -> str:
    end = "end" if beyond else "limit"
    feasible = "of the feasible configs at " if beyond else ""
    return f"the {'lower' if limit.side == 'low' else 'upper'} {end} {feasible}{short(limit.at)}"


def _sentence(near: Near, fired: int, tested: int, k: int) -> str:
    limit, name = near.limit, near.parameter.name
    counted = (
        f"{near.best} of the {near.k} best configs lie at {_words(limit, near.beyond)} of {name}, where "
        f"{100 * near.share_all:.0f} % of all configs lie"
    )
    if fired > 1:
        return f"{counted}; so it is with {fired - 1} more of the {tested} limits that can move."
    if fired:
        return f"{counted}."
    return (
        f"The {k} best configs do not huddle at a limit that can move ({tested} tested); the nearest to it is "
        f"{_words(limit, near.beyond)} of {name}, with {near.best} of {near.k} ({100 * near.share_all:.0f} % of all)."
    )


def _advice(near: Near, fact: dict[str, Any]) -> str:
    name, limit = near.parameter.name, near.limit
    if near.blocked:
        where = f"{near.infeasible} of the {near.there} configs near {short(limit.at)} are infeasible"
        if near.beyond:
            where = f"all {near.beyond} configs beyond {short(limit.at)} are infeasible"
        return (
            f"The limit of {name} cannot simply be moved: {where}. Make training stable there first (gradient "
            "clipping, warmup)."
        )
    lost = f" ({near.infeasible} of the {near.there} configs near it are infeasible.)" if near.infeasible else ""
    way = "lower" if limit.side == "low" else "raise"
    which = "lower" if limit.side == "low" else "upper"
    return f"Next sweep: {way} the {which} limit of {name} from {short(limit.at)} to {short(fact['move_to'])}.{lost}"


def _basis(study: Study, k: int, tested: int) -> str:
    configs = f"{len(study.configs):,} configs, the best {k} against all"
    if study.adaptive:
        return (
            f"{configs}; at least {100 * HUDDLE:.0f} % of the best in the outer {100 * BANDS[0]:.0f} % of the range, "
            f"and more than of all. The search chose these runs ({study.adaptive}), so chance is not judged."
        )
    return (
        f"{configs}; hypergeometric test of the outer {100 * BANDS[0]:.0f} or {100 * BANDS[1]:.0f} % of the range, or "
        f"of the edge value, corrected for {tested} limits (Holm), from p = {LOOK}."
    )


def _evidence(study: Study, near: Near, k: int) -> Evidence:
    limit = near.limit
    marks = [Mark("x", limit.at, f"limit {short(limit.at)}{'' if limit.declared else ' (observed)'}")]
    if near.blocked:
        marks[0] = Mark("x", limit.at, f"{short(limit.at)}: infeasible {'beyond' if near.beyond else 'near'}")
    side = "lower" if limit.side == "low" else "upper"
    title = f"{near.best} of {near.k} best configs at the {side} limit"
    return target_against(study, near.axis, k, f"{near.parameter.name}: {title}", tuple(marks))
