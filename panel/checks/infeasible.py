"""
Which runs were infeasible, and where they lie.

A config is infeasible if most of its runs are. The region in which they lie, of one condition or two, is found on half
of the configs and checked on the other half by Fisher's exact test; where it holds, what is left is searched for
another one. If the best configs lie next to such a region, training there is unstable rather than impossible, and the
best settings may lie beyond.

Facts
-----
share
    Share of the runs that are infeasible.
configs, infeasible
    Number of configs, and of those that are infeasible.
why
    Number of infeasible runs by the reason.
regions
    Those that hold, from the first found: ``conditions``, which hold together, each ``[parameter, "<=" | ">" | "=",
    value]``; ``inside``, ``infeasible_inside``, ``outside``, ``infeasible_outside``, numbers of the configs that the
    region was not found on, without those in an earlier region; ``p``, ``None`` on an adaptive search; ``lost``, how
    many of all configs are infeasible inside; ``next_to``, whether the best configs lie next to it.
next_to
    Whether the best configs lie next to one of the regions.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..data.statistics import short
from ..runs.base import Axis
from ..runs.chance import shared_by_chance
from .base import Along, Evidence, Finding, Series, Study, none_of, number_of
from .boundary import best_number
from .regions import Condition, find, halves, holds, inside
from .scatter import target_against
from .trials import Region, Trials, mark, plane, rates, trials_of

NAME = "infeasible"
QUESTION = "Which runs were infeasible, and where?"

FEWEST = 6
"""With fewer infeasible configs no region is looked for: a half holds too few to find one."""

LEVEL = 0.01
"""A region holds if its p-value on the configs that it was not found on is no larger."""

NEXT_LEVEL = 0.01
"""The best lie next to it if so many of them would with no larger probability by chance."""

MUCH = 0.25
"""Share of the runs whose loss is trouble."""

WORST = 3
"""So many regions at most."""

MARGIN = 0.15
"""Next to a region is within this share of the parameter's range from it."""

MOSTLY = 0.25
"""A region in which less than this share of the configs is infeasible is none to leave out."""


def check(study: Study) -> Finding:
    """Look for the region that explains which configs were infeasible."""
    runs = study.runs
    share = float((~runs.feasible).mean()) if len(runs) else 0.0
    if not len(runs) or not runs.feasible.any():
        words = none_of(len(runs), "run", f"has a finite {runs.label}", f"has no finite {runs.label}")
        words += ", so there is nothing to compare: "
        facts = {"share": share, "configs": 0, "infeasible": 0, "why": {}, "regions": [], "next_to": False}
        return Finding(
            NAME, QUESTION, "can't tell", words + "choose another metric, or loosen the filter.", facts=facts
        )
    if study.design.target.value == "failing":
        failed = int((runs.target > 0).sum())
        words = f"Whether a run failed is the target itself: {failed:,} of {number_of(len(runs), 'run')} did."
        facts = {"share": 0.0, "configs": 0, "infeasible": 0, "why": {}, "regions": [], "next_to": False}
        advice = "The ranking tells which parameters it depends on; for a region take another value of the metric."
        return Finding(NAME, QUESTION, "can't tell", words, advice, facts=facts)
    trials = trials_of(study, FEWEST)
    why = dict(Counter(str(w) for w in runs.why[~runs.feasible]).most_common())
    found = regions(study, trials)
    beside = any(region.fact["next_to"] for region in found)
    facts = {
        "share": share,
        "configs": len(trials.lost),
        "infeasible": int(trials.lost.sum()),
        "why": why,
        "regions": [region.fact for region in found],
        "next_to": beside,
    }
    fires = bool(found) or share > MUCH
    act = bool(found) and (beside or share > MUCH) and not study.adaptive
    return Finding(
        NAME,
        QUESTION,
        "act" if act else "look" if fires else "fine",
        _sentence(study, facts, found),
        _advice(study, facts, found),
        _basis(study, trials),
        _evidence(study, trials, found, why),
        facts,
    )


def regions(study: Study, trials: Trials) -> list[Region]:
    """Return the regions that hold on the half of the configs that they were not found on."""
    lost, n = trials.lost, len(trials.lost)
    if lost.sum() < FEWEST or lost.all():
        return []
    first = halves(lost, study.design.seed)
    left = np.ones(n, bool)
    found: list[Region] = []
    while len(found) < WORST and lost[left & first].sum() >= FEWEST / 2:
        conditions = find(trials.columns, lost, left & first)
        if not conditions:
            break
        where = inside(conditions, trials.columns, n)
        here, out = left & ~first & where, left & ~first & ~where
        table = (int(here.sum()), int(lost[here].sum()), int(out.sum()), int(lost[out].sum()))
        p = shared_by_chance(table[1], table[0], table[1] + table[3], table[0] + table[2]) if table[1] else 1.0
        if p > LEVEL or table[1] < MOSTLY * table[0]:
            break
        fact = {
            "conditions": [_plain(study, trials, c) for c in conditions],
            **dict(zip(("inside", "infeasible_inside", "outside", "infeasible_outside"), table, strict=True)),
            "p": None if study.adaptive else p,
            "lost": int(lost[where].sum()),
            "next_to": _beside(study, trials, conditions),
        }
        found.append(Region(conditions, _words(trials, conditions), fact))
        left &= ~where
    return found


def _plain(study: Study, trials: Trials, condition: Condition) -> list[Any]:
    """Return a condition with its value as in the source."""
    if condition.relation != "=":
        return [condition.parameter, condition.relation, condition.value]
    axis = trials.axes[condition.parameter]
    value = study.runs.column(condition.parameter).iloc[int(np.flatnonzero(axis.values == condition.value)[0])]
    return [condition.parameter, "=", value.item() if isinstance(value, np.generic) else value]


def _words(trials: Trials, conditions: tuple[Condition, ...]) -> str:
    said = []
    for c in conditions:
        axis = trials.axes[c.parameter]
        value = axis.labels[int(c.value)] if c.relation == "=" else short(c.value)
        said.append(f"{c.parameter} {'≤' if c.relation == '<=' else c.relation} {value}")
    return " and ".join(said)


def _scaled(axis: Axis, values: np.ndarray) -> np.ndarray:
    finite = axis.values[np.isfinite(axis.values)]
    if axis.scale != "log" or not (finite > 0).all():
        return values
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(values)


def _beside(study: Study, trials: Trials, conditions: tuple[Condition, ...]) -> bool:
    """Say whether the best configs lie next to a region, or inside, more often than all feasible ones do."""
    k, rows = best_number(study), study.configs.best
    if not k:
        return False
    near = np.zeros(len(rows), bool)
    for condition in conditions:
        axis = trials.axes[condition.parameter]
        if condition.relation == "=":
            continue
        values, at = _scaled(axis, axis.values), float(_scaled(axis, np.array([condition.value]))[0])
        finite = values[np.isfinite(values)]
        away = (at - values if condition.relation == ">" else values - at)[rows]
        here = away <= MARGIN * (finite.max() - finite.min())
        for other in conditions:
            if other is not condition:
                here &= holds(other, trials.axes[other.parameter].values[rows])
        near |= here
    hits = int(near[:k].sum())
    return hits >= k / 2 and shared_by_chance(hits, k, int(near.sum()), len(near)) <= NEXT_LEVEL


def _sentence(study: Study, facts: dict[str, Any], found: list[Region]) -> str:
    n, lost = len(study.runs), int((~study.runs.feasible).sum())
    if not lost:
        return none_of(n, "run", "was infeasible", "was feasible") + "."
    were = "was" if lost == 1 else "were"
    words = f"{lost:,} of {number_of(n, 'run')} ({short(100 * facts['share'], 2)} %) {were} infeasible"
    if not found:
        lone = facts["infeasible"] == 1
        few = f"{number_of(facts['infeasible'], 'config')} {'is' if lone else 'are'} too few to tell where"
        few = few if facts["infeasible"] < FEWEST else ""
        return f"{words}; {few or 'no region of the settings explains it'}."
    first = found[0].fact
    where = (
        f"where {found[0].words}: {first['infeasible_inside']} of {first['inside']} configs there, "
        f"{first['infeasible_outside']} of {first['outside']} elsewhere"
    )
    more = f"; {len(found) - 1} more region{'s' * (len(found) > 2)} held" if len(found) > 1 else ""
    beside = "; the best configs lie next to it" if first["next_to"] else ""
    if not first["next_to"] and facts["next_to"]:
        beside = "; the best configs lie next to " + next(r.words for r in found if r.fact["next_to"])
    return f"{words}, most of all {where}{more}{beside}."


def _advice(study: Study, facts: dict[str, Any], found: list[Region]) -> str:
    if not found:
        if facts["share"] <= MUCH:
            return ""
        why = ", ".join(f"{count} {reason}" for reason, count in facts["why"].items())
        return (
            f"No setting is known to explain it, so look at the logs of these runs for a fault of code or machine "
            f"({why})."
        )
    names = " or ".join(region.words for region in found)
    leave = f"Leave {names} out of the next sweep."
    if not facts["next_to"]:
        return leave
    return (
        "A stability problem: the best settings may lie where training is unstable. Try gradient clipping, warmup or a "
        f"smaller learning rate for {names}, and search there again; until then leave it out."
    )


def _basis(study: Study, trials: Trials) -> str:
    n, lost = len(trials.lost), int(trials.lost.sum())
    words = f"{n:,} configs, {lost:,} infeasible in most of their runs"
    if lost < FEWEST:
        return f"{words}; a region is looked for from {FEWEST} on."
    words += "; region found on half of the configs and counted on the other half"
    if study.adaptive:
        return f"{words}. The search chose these runs ({study.adaptive}), so chance is not judged."
    return f"{words}, Fisher's exact test there, p ≤ {LEVEL}."


def _evidence(study: Study, trials: Trials, found: list[Region], why: dict[str, int]) -> tuple[Evidence, ...]:
    """Draw where the first region lies, and the target beside it; without one the reasons."""
    if not found:
        if not why:
            return ()
        x = Along("reason", labels=tuple(why))
        bars = Series("infeasible", "bars", list(range(len(why))), list(why.values()), tone="bad")
        return (Evidence("Why runs were infeasible", x, Along("runs"), (bars,)),)
    drawn: list[Evidence] = []
    for region in found[:2]:
        drawn.append(plane(study, trials, region) if len(region.conditions) == 2 else rates(trials, region))
        if region.fact["next_to"]:
            number = next(c for c in region.conditions if c.relation != "=")
            title = f"The best configs and where {region.words}"
            axis = trials.axes[number.parameter]
            drawn.append(target_against(study, axis, best_number(study), title, (mark("x", number),)))
    return tuple(drawn[:4])
