"""
Values that stay in the next sweep, whatever the surrogate says of them.

A value of which there are many configs is left out only where the comparison of values (`runs.isolation`) finds it
worse than that of the best config. With few that comparison tells hardly anything; the surrogate, which takes the
other parameters into account, tells more: on nasbench201 a search in what it leaves won in 98 % of 60 seeds, in all
that cannot be told apart in 55 %. Then it is said that the two differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..checks import Finding, Study, fairness
from ..question.conditions import name_value
from ..runs import isolation
from ..runs.isolation import IsolationRecord
from .dimensions import Dimension

MOST_VALUES = 12
"""The values of a parameter with more of them are not compared one by one."""

MANY = 30
"""With so many configs each, values that cannot be told apart stay."""

Asked = Mapping[str, frozenset[str]]
"""Values that a check wants more runs of, as text, by parameter."""


@dataclass(frozen=True)
class Held:
    """
    The values of a parameter that are not worse than that of the best config beyond chance, as text.

    Attributes
    ----------
    stay
        Those that stay: they have many configs, or a check wants more.
    untold
        The others.
    """

    stay: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()


def list_held(study: Study, dimensions: Sequence[Dimension], best: Mapping[str, str], asked: Asked) -> dict[str, Held]:
    """
    Return the values of categories that stay, and others that cannot be told from the best, by parameter.

    Parameters
    ----------
    study
        The search. The values of an adaptive one are not compared: which configs they met was no chance.
    dimensions
        Its parameters.
    best
        The value of the best config, as text, by parameter.
    asked
        Values that a check wants more runs of.
    """
    return {d.name: _find_held(study, d, best.get(d.name), asked.get(d.name, frozenset())) for d in dimensions}


def _find_held(study: Study, d: Dimension, best: str | None, asked: frozenset[str]) -> Held:
    if best is None or d.ordered or len(d.levels) > MOST_VALUES or study.adaptive:
        return Held(asked)
    compared = isolation.record(study.runs, isolation.Asked(parameter=d.name, baseline=best))
    if not isinstance(compared, IsolationRecord):
        return Held(asked)
    configs = {standing.label: standing.configs for standing in compared.buckets if standing.verdict != "worse"}
    untold = {text for text in map(name_value, d.levels) if text in configs}
    many = {text for text in untold if min(configs[text], configs.get(best, 0)) >= MANY}
    return Held(asked | many, frozenset(untold - many - asked))


def list_asked(findings: Sequence[Finding]) -> dict[str, frozenset[str]]:
    """Return the values of which the check of fairness wants more runs."""
    asked: dict[str, frozenset[str]] = {}
    for finding in findings:
        if finding.fires and isinstance(finding.facts, fairness.Facts):
            for fact in finding.facts.parameters:
                values = {fact.smallest} if fact.unequal else {spread.value for spread in fact.uneven[:1]}
                asked[fact.parameter] = frozenset(values)
    return asked
