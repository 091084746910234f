"""
Which runs were infeasible, and where they lie.

A config is infeasible if most of its runs are. The region in which they lie, of one condition or two, or of a product
or sum of two parameters beyond a limit, is found on half of the configs and checked on the other half by Fisher's exact
test; where it holds, what is left is searched for another one. If the best configs lie next to such a region, training
there is unstable rather than impossible, and the best settings may lie beyond; not so where a constraint was declared.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ..data.messages import Message, Number, join, say
from ..data.records import Record
from ..runs.base import CONSTRAINT, Axis
from ..runs.chance import shared_by_chance
from .base import Along, Evidence, Finding, Series, Study
from .boundary import count_best
from .infeasible_words import say_advice, say_answer, say_basis, say_failing, say_none_feasible
from .regions import Condition, find_combined, find_region, halve, holds, inside, sharpen
from .scatter import draw_target
from .trials import (
    Clause,
    Region,
    RegionFact,
    Trials,
    add_quantity,
    draw_plane,
    draw_rates,
    mark_condition,
    trials_of,
)

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


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    share
        Share of the runs that are infeasible.
    configs, infeasible
        Number of configs, and of those that are infeasible.
    why
        Number of infeasible runs by the reason.
    regions
        Those that hold, from the first found.
    next_to
        Whether the best configs lie next to one of the regions.
    """

    share: float
    configs: int = 0
    infeasible: int = 0
    why: dict[str, int] = field(default_factory=dict)
    regions: tuple[RegionFact, ...] = ()
    next_to: bool = False


def check(study: Study) -> Finding:
    """Look for the region that explains which configs were infeasible."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Count what was infeasible, and where."""
    runs = study.runs
    share = float((~runs.feasible).mean()) if len(runs) else 0.0
    if not len(runs) or not runs.feasible.any():
        return Facts(share)
    if study.design.target.value == "failing":
        return Facts(0.0)
    trials, regions = study.compute_once(_look_for_regions)
    return Facts(
        share=share,
        configs=len(trials.lost),
        infeasible=int(trials.lost.sum()),
        why=dict(Counter(str(w) for w in runs.why[~runs.feasible]).most_common()),
        regions=tuple(region.fact for region in regions),
        next_to=any(region.fact.next_to for region in regions),
    )


def name_deciding(facts: Facts) -> list[str]:
    """Return the parameters that decide which runs fail, by the regions found, each once."""
    found: dict[str, None] = {}
    for region in facts.regions:
        for name, *_ in region.conditions:
            found |= dict.fromkeys(region.quantities[name][::2] if name in region.quantities else (name,))
    return list(found)


def _look_for_regions(study: Study) -> tuple[Trials, list[Region]]:
    return find_regions(study, trials_of(study, FEWEST))


def tell(study: Study, facts: Facts) -> Finding:
    """Say which configs were infeasible, and which region explains it."""
    if not len(study.runs) or not study.runs.feasible.any():
        return Finding(NAME, QUESTION, "can't tell", say_none_feasible(study), facts=facts)
    if study.design.target.value == "failing":
        advice = say(
            "infeasible.advice_failing",
            "The ranking tells which parameters it depends on; for a region take another value of the metric.",
        )
        return Finding(NAME, QUESTION, "can't tell", say_failing(study), advice, facts=facts)
    trials, regions = study.compute_once(_look_for_regions)
    much = facts.share > MUCH
    fires = bool(regions) or much
    act = bool(regions) and (facts.next_to or much) and not study.adaptive
    return Finding(
        NAME,
        QUESTION,
        "act" if act else "look" if fires else "fine",
        say_answer(study, facts, regions, FEWEST),
        say_advice(facts, regions, MUCH),
        say_basis(study, facts, FEWEST, LEVEL),
        _draw(study, trials, regions, facts.why),
        facts,
    )


def find_regions(study: Study, trials: Trials) -> tuple[Trials, list[Region]]:
    """
    Return the regions that hold on the half of the configs that they were not found on.

    And the configs, with the products and sums of parameters by which regions are told.
    """
    lost, n = trials.lost, len(trials.lost)
    if lost.sum() < FEWEST or lost.all():
        return trials, []
    declared = study.runs.cause[trials.run] == CONSTRAINT
    first = halve(lost, study.design.seed, study.runs.order[trials.run])
    left = np.ones(n, bool)
    regions: list[Region] = []
    while len(regions) < WORST and lost[left & first].sum() >= FEWEST / 2:
        conditions = find_region(trials.columns, lost, left & first)
        combined = find_combined(trials.columns, lost, left & first, conditions)
        if combined is not None:
            trials, conditions = add_quantity(study, trials, combined[0]), combined[1:]
            if declared[lost & left].all():  # what was declared is exact: all configs tell where it ends
                conditions = (sharpen(combined[1], combined[0].values[left], lost[left]),)
        if not conditions:
            break
        where = inside(conditions, trials.columns, n)
        here, out = left & ~first & where, left & ~first & ~where
        table = (int(here.sum()), int(lost[here].sum()), int(out.sum()), int(lost[out].sum()))
        p = shared_by_chance(table[1], table[0], table[1] + table[3], table[0] + table[2]) if table[1] else 1.0
        if p > LEVEL or table[1] < MOSTLY * table[0]:
            break
        fact = RegionFact(
            tuple(_clause_of(study, trials, c) for c in conditions),
            *table,
            p=None if study.adaptive else p,
            all_inside=int(where.sum()),
            lost=int(lost[where].sum()),
            next_to=not declared[lost & where].all() and _is_beside(study, trials, conditions),
            quantities={c.parameter: parts for c in conditions if (parts := trials.columns[c.parameter].parts)},
        )
        regions.append(Region(conditions, _say_region(trials, conditions), fact))
        left &= ~where
    return trials, regions


def _clause_of(study: Study, trials: Trials, condition: Condition) -> Clause:
    """Return a condition with its value as in the source."""
    if condition.relation != "=":
        return condition.parameter, condition.relation, condition.value
    axis = trials.axes[condition.parameter]
    value = study.runs.column(condition.parameter).iloc[int(np.flatnonzero(axis.values == condition.value)[0])]
    return condition.parameter, "=", value.item() if isinstance(value, np.generic) else value


def _say_region(trials: Trials, conditions: tuple[Condition, ...]) -> Message:
    return join((_say_condition(trials.axes[c.parameter], c) for c in conditions), " and ")


def _say_condition(axis: Axis, condition: Condition) -> Message:
    return say(
        "infeasible.condition",
        "{parameter} {relation} {value}",
        parameter=condition.parameter,
        relation="≤" if condition.relation == "<=" else condition.relation,
        value=axis.labels[int(condition.value)] if condition.relation == "=" else Number(condition.value, 4, "short"),
    )


def _scaled(axis: Axis, values: np.ndarray) -> np.ndarray:
    finite = axis.values[np.isfinite(axis.values)]
    if axis.scale != "log" or not (finite > 0).all():
        return values
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(values)


def _is_beside(study: Study, trials: Trials, conditions: tuple[Condition, ...]) -> bool:
    """Say whether the best configs lie next to a region, or inside, more often than all feasible ones do."""
    k, rows = count_best(study), study.configs.best
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


def _draw(study: Study, trials: Trials, regions: list[Region], why: dict[str, int]) -> tuple[Evidence, ...]:
    """Draw where the first region lies, and the target beside it; without one the reasons."""
    if not regions:
        if not why:
            return ()
        x = Along("reason", labels=tuple(why))
        bars = Series("infeasible", "bars", list(range(len(why))), list(why.values()), tone="bad")
        return (Evidence(say("infeasible.reasons", "Why runs were infeasible"), x, Along("runs"), (bars,)),)
    figures: list[Evidence] = []
    for region in regions[:2]:
        two = len(region.conditions) == 2
        figures.append(draw_plane(study, trials, region) if two else draw_rates(trials, region))
        if region.fact.next_to:
            number = next(c for c in region.conditions if c.relation != "=")
            title = say("infeasible.best_beside", "The best configs and where {region}", region=region.words)
            axis = trials.axes[number.parameter]
            figures.append(draw_target(study, axis, count_best(study), title, (mark_condition("x", number),)))
    return tuple(figures[:4])
