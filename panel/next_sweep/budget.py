"""How the next sweep searches: its method, its budget, and the share of runs outside the narrowed space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..checks import Finding, Study, enough
from ..data.messages import Form, Message, Names, Number, join, say
from ..data.project import Domain
from ..question.conditions import name_value
from .base import Line, Method
from .lines import is_question
from .region import Region

SETTLED = 0.5
"""The space is settled if the surrogate predicts at least so much of configs left out, and no limit moves."""

A_DIMENSION = 10
"""Runs for each parameter that is still searched, at least."""

LEAST, MOST = 10, 1_000

EXPLORE, EXPLORE_MORE = 0.1, 0.2
"""Share of the runs outside the narrowed space: once it is settled, and before."""

Known = Literal["told", "stored", "nothing"]


@dataclass(frozen=True)
class Plan:
    """Method, budget and share outside, with reasons; see `base.Proposal`."""

    method: Method
    why_method: Message
    budget: int
    why_budget: Message
    explore: float


def plan(
    study: Study, region: Region, lines: Sequence[Line], findings: Sequence[Finding], moved: bool, known: Known = "told"
) -> Plan:
    """
    Plan how the next sweep searches.

    Parameters
    ----------
    study
        The search so far.
    region
        Where the next one looks.
    lines
        What it does with each parameter.
    findings
        Those of `enough` are used.
    moved
        Whether a limit moves.
    known
        What a tool can be told of the runs so far: the configs are ``told``, Optuna finds them where they are
        ``stored``, or ``nothing``.
    """
    free = [line for line in lines if line.action not in ("fix", "omit")]
    narrowed = any(
        line.action == "narrow" or (line.action == "fix" and len(line.before.choices) != 1) for line in lines
    )
    settled = narrowed and not moved and region.r2 is not None and region.r2 >= SETTLED
    budget, why_budget = _choose_budget(region, len(free), findings, moved)
    combinations = count_combinations([line.domain for line in free])
    explore = (EXPLORE if settled else EXPLORE_MORE) if narrowed else 0.0
    if combinations is not None and combinations <= budget:
        why, runs, why_runs = _plan_grid(combinations, _count_tried(study, lines), budget)
        outside = max(1, round(runs * explore / (1 - explore))) if explore else 0
        if outside:
            why_runs = join([why_runs, say("next.grid_outside", "{n} more in the old space.", n=outside)])
        return Plan("grid", why, runs + outside, why_runs, explore)
    compared = [line.parameter for line in free if is_question(study.runs.parameters[line.parameter])]
    if compared:
        method, why = _search_evenly(free, compared)
    else:
        method, why = _go_on(region, known) if study.adaptive else _choose_method(region, free, settled, moved)
    return Plan(method, why, budget, why_budget, explore)


def _plan_grid(combinations: int, tried: int, budget: int) -> tuple[Message, int, Message]:
    """Return the plan of a grid: why, how many runs, and why so many."""
    if combinations == 1:
        why = say(
            "next.one_combination",
            "Only one combination is left, and the budget would be {budget}: try it.",
            budget=budget,
        )
    else:
        why = say(
            "next.few_combinations",
            "Only {combinations} combinations are left, and the budget would be {budget}: try each.",
            combinations=combinations,
            budget=budget,
        )
    return why, combinations, _say_one_for_each(combinations, tried)


def _say_one_for_each(combinations: int, tried: int) -> Message:
    if tried >= combinations == 1:
        return say(
            "next.run_already",
            "One for each, but it was run already: repeat it with other seeds, or search a wider space.",
        )
    if tried >= combinations:
        return say(
            "next.all_run_already",
            "One for each, but all of them were run already: repeat them with other seeds, or search a wider space.",
        )
    if not tried:
        return say("next.one_for_each", "One for each combination.")
    return say(
        "next.some_run_already",
        "One for each combination, {tried} of which {were} run already.",
        tried=tried,
        were=Form(tried, "was", "were"),
    )


def is_exhausted(study: Study, lines: Sequence[Line]) -> bool:
    """Say whether every config of the new space was run already."""
    combinations = count_combinations([line.domain for line in lines if line.action not in ("fix", "omit")])
    return combinations is not None and _count_tried(study, lines) >= combinations


def _count_tried(study: Study, lines: Sequence[Line]) -> int:
    """Return how many different combinations of the new space were run already."""
    runs = study.runs
    inside, columns = np.ones(len(runs), bool), []
    for line in lines:
        if line.action == "omit":
            continue
        column = runs.column(line.parameter)
        texts = column.map(name_value).to_numpy(object)
        if line.action == "fix":
            inside &= texts == name_value(line.value)
        elif line.domain.choices:
            inside &= np.isin(texts, [name_value(choice) for choice in line.domain.choices])
        else:
            inside &= column.between(line.domain.low, line.domain.high).to_numpy(bool)
        columns.append(texts)
    return len({tuple(texts[i] for texts in columns) for i in np.flatnonzero(inside)})


def _choose_budget(region: Region, free: int, findings: Sequence[Finding], moved: bool) -> tuple[int, Message]:
    configs = region.configs
    facts = next((f.facts for f in findings if isinstance(f.facts, enough.Facts)), None)
    usual = int(np.clip(max(configs, A_DIMENSION * free), LEAST, MOST))
    if facts is not None and facts.more >= 1:
        budget = int(np.clip(facts.more, LEAST, max(2 * usual, LEAST)))
        return budget, _say_more(facts, region)
    if facts is not None and facts.saturated and not moved:  # beyond a limit that moves is no more of the same
        return _choose_less(usual, configs, free)
    return usual, _say_usual(usual, configs, free)


def _choose_less(usual: int, configs: int, free: int) -> tuple[int, Message]:
    """Choose the budget where more of the same would hardly do better: half the usual, and no more than so far."""
    half, so_far = max(usual // 2, LEAST), max(configs, LEAST)
    if half > so_far:
        return so_far, say(
            "next.no_more_than_so_far",
            "No more than so far, though {free} parameters are still searched: more of the same would hardly do "
            "better.",
            free=free,
        )
    if half == usual:
        return usual, _say_usual(usual, configs, free)
    if half > usual // 2:
        return half, say(
            "next.least",
            "As few as make sense, {least}: more of the same would hardly do better.",
            least=LEAST,
        )
    return half, say("next.half", "Half as many as usual: more of the same would hardly do better.")


def _say_more(facts: enough.Facts, region: Region) -> Message:
    """Say why the check of enough configs wants more."""
    if facts.gain is None:
        return say("next.too_few_to_tell", "Of so few configs as yet, little can be told.")
    if not facts.much:
        return say(
            "next.may_gain", "If no doubling gains more than the one before, they gain at most about as much again."
        )
    if region.r2 is None or region.r2 <= 0:
        return say(
            "next.moving_by_chance",
            "The best was still moving, but the settings do not tell where it will be.",
        )
    return say(
        "next.more_worth_it",
        "The best was still moving: so many more are worth it, by the expected best of more configs.",
    )


def _say_usual(usual: int, configs: int, free: int) -> Message:
    """Say why the budget is the usual one."""
    if usual == configs and free == 1:
        return say(
            "next.as_many_for_one",
            "As many as the {configs} configs so far, for one parameter that is still searched.",
            configs=configs,
        )
    if usual == configs:
        return say(
            "next.as_many",
            "As many as the {configs} configs so far, for {free} parameters that are still searched.",
            configs=configs,
            free=free,
        )
    if usual == MOST:
        return say("next.most", "No more than {most} at a time.", most=MOST)
    if free == 1:
        return say(
            "next.per_one_parameter",
            "{each} for the one parameter still searched, {least} at least.",
            each=A_DIMENSION,
            least=LEAST,
        )
    return say(
        "next.per_parameter",
        "{each} for each of the {free} parameters still searched, {least} at least.",
        each=A_DIMENSION,
        free=free,
        least=LEAST,
    )


def count_combinations(domains: Sequence[Domain]) -> int | None:
    """Return how many combinations there are, conditions aside; ``None`` if a parameter is drawn from a range."""
    total = 1
    for domain in domains:
        if domain.choices:
            total *= len(domain.choices)
        elif domain.kind == "integer":
            total *= int(domain.high or 0) - int(domain.low or 0) + 1
        else:
            return None
    return total


def _search_evenly(free: Sequence[Line], compared: Sequence[str]) -> tuple[Method, Message]:
    """Return how to search where values are compared: a search that follows results would try the best of them more."""
    method: Method = "quasi-random" if any(not line.domain.choices for line in free) else "random"
    return method, say(
        "next.evenly",
        "The values of {names} are compared, so each is tried as often: no search that follows results.",
        names=Names(tuple(compared)),
    )


def _go_on(region: Region, known: Known) -> tuple[Method, Message]:
    if known == "stored":
        return "bayesian", say(
            "next.goes_on_stored",
            "The search was adaptive, and goes on in the whole space: Optuna is told of the runs so far with what they "
            "reported, another tool starts anew.",
        )
    if known == "nothing":
        return "bayesian", say(
            "next.goes_on_anew",
            "The search was adaptive, and goes on in the whole space; its values are no whole runs', so that it starts "
            "anew.",
        )
    return "bayesian", say(
        "next.resumed",
        "The search was adaptive, and is resumed: a tool that can be is told of the {configs} configs so far.",
        configs=region.configs,
    )


def _choose_method(region: Region, free: Sequence[Line], settled: bool, moved: bool) -> tuple[Method, Message]:
    share = Number(100 * max(region.r2 or 0.0, 0.0), 0, "fixed", "%")
    if settled:
        return "bayesian", say(
            "next.settled",
            "No limit moves any more, and a model predicts {share} of the order of configs that it has not seen: "
            "results tell where to look next.",
            share=share,
        )
    if moved:
        why = say("next.limits_move", "limits move")
    elif region.r2 is None and region.why is not None:  # what kept a prediction from being made
        why = region.why.clause
    else:
        why = say("next.predicts", "a model predicts {share} of the order of configs that it has not seen", share=share)
    if any(not line.domain.choices for line in free):
        return "quasi-random", say(
            "next.quasi_random",
            "Still exploring ({why}): quasi-random points cover the space evenly.",
            why=why,
        )
    return "random", say("next.random", "Still exploring ({why}), and every parameter has only some values.", why=why)
