"""How the next sweep searches: its method, budget, and which share of it looks outside the narrowed space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..checks import Finding, Study, enough
from ..data.project import Domain
from ..question.selection import value_text
from .base import Line, Method
from .region import Region

SETTLED = 0.5
"""The space is settled if the surrogate predicts at least so much of configs left out, and no limit moves."""

A_DIMENSION = 10
"""Runs for each parameter that is still searched, at least."""

LEAST, MOST = 10, 1_000

EXPLORE, EXPLORE_MORE = 0.1, 0.2
"""Share of the runs outside the narrowed space: once it is settled, and before."""


@dataclass(frozen=True)
class Plan:
    """Method, budget and share outside, with reasons; see `base.Proposal`."""

    method: Method
    why_method: str
    budget: int
    why_budget: str
    explore: float


def plan(study: Study, region: Region, lines: Sequence[Line], findings: Sequence[Finding], moved: bool) -> Plan:
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
    """
    free = [line for line in lines if line.action != "fix"]
    narrowed = any(
        line.action == "narrow" or (line.action == "fix" and len(line.before.choices) != 1) for line in lines
    )
    settled = narrowed and not moved and region.r2 is not None and region.r2 >= SETTLED
    budget, why_budget = _budget(region.configs, len(free), findings, moved)
    combinations = _combinations([line.domain for line in free])
    explore = (EXPLORE if settled else EXPLORE_MORE) if narrowed else 0.0
    if combinations is not None and combinations <= budget:
        why, runs, why_runs = _grid(combinations, _tried(study, lines), budget)
        outside = max(1, round(runs * explore / (1 - explore))) if explore else 0
        if outside:
            why_runs += f" {outside} more in the old space."
        return Plan("grid", why, runs + outside, why_runs, explore)
    method, why = _method(region, free, settled, moved)
    return Plan(method, why, budget, why_budget, explore)


def _grid(combinations: int, tried: int, budget: int) -> tuple[str, int, str]:
    """Return why each combination is tried, how many runs that takes, and why."""
    one = combinations == 1
    many = "one combination is" if one else f"{combinations:,} combinations are"
    words = f"Only {many} left, and the budget would be {budget:,}: try {'it' if one else 'each'}."
    if tried >= combinations:
        again = "it was run already: repeat it" if one else "all of them were run already: repeat them"
        return words, combinations, f"One for each, but {again} with other seeds, or search a wider space."
    done = f", {tried:,} of which {'was' if tried == 1 else 'were'} run already" if tried else ""
    return words, combinations, f"One for each combination{done}."


def exhausted(study: Study, lines: Sequence[Line]) -> bool:
    """Say whether every config of the new space was run already."""
    combinations = _combinations([line.domain for line in lines if line.action != "fix"])
    return combinations is not None and _tried(study, lines) >= combinations


def _tried(study: Study, lines: Sequence[Line]) -> int:
    """Return how many different combinations of the new space were run already."""
    runs = study.runs
    inside, columns = np.ones(len(runs), bool), []
    for line in lines:
        column = runs.column(line.parameter)
        texts = column.map(value_text).to_numpy(object)
        if line.action == "fix":
            inside &= texts == value_text(line.value)
        elif line.domain.choices:
            inside &= np.isin(texts, [value_text(choice) for choice in line.domain.choices])
        else:
            inside &= column.between(line.domain.low, line.domain.high).to_numpy(bool)
        columns.append(texts)
    return len({tuple(texts[i] for texts in columns) for i in np.flatnonzero(inside)})


def _budget(configs: int, free: int, findings: Sequence[Finding], moved: bool) -> tuple[int, str]:
    facts = next((f.facts for f in findings if isinstance(f.facts, enough.Facts)), None)
    usual = int(np.clip(max(configs, A_DIMENSION * free), LEAST, MOST))
    if facts is not None and facts.more >= 1:
        budget = int(np.clip(facts.more, LEAST, max(2 * usual, LEAST)))
        return budget, f"About {budget:,} more are worth it, by the expected best of more configs."
    if facts is not None and facts.saturated and not moved:  # beyond a limit that moves is no more of the same
        budget = int(np.clip(max(configs // 2, A_DIMENSION * free // 2), LEAST, MOST))
        return budget, f"Half as many as usual, {budget:,}: more of the same would hardly do better."
    if usual == configs:
        still = "one parameter that is" if free == 1 else f"{free} parameters that are"
        return usual, f"As many as the {configs:,} configs so far, for {still} still searched."
    if usual == MOST:
        return usual, f"No more than {MOST:,} at a time."
    each = "the one parameter" if free == 1 else f"each of the {free} parameters"
    return usual, f"{A_DIMENSION} for {each} still searched, {LEAST} at least."


def _combinations(domains: Sequence[Domain]) -> int | None:
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


def _method(region: Region, free: Sequence[Line], settled: bool, moved: bool) -> tuple[Method, str]:
    r2 = max(region.r2 or 0.0, 0.0)
    if settled:
        return "bayesian", (
            f"No limit moves any more, and a model predicts {100 * r2:.0f} % of what happens in configs left out: the "
            "space is settled."
        )
    because = f"a model predicts {100 * r2:.0f} % of what happens in configs left out"
    if moved or region.r2 is None:  # without a prediction `why` says what kept one from being made
        because = "limits move" if moved else f"{region.why[0].lower()}{region.why[1:].rstrip('.')}"
    if any(not line.domain.choices for line in free):
        return "quasi-random", f"Still exploring ({because}): quasi-random points cover the space evenly."
    return "random", f"Still exploring ({because}), and every parameter has only some values."
