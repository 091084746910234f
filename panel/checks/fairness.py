"""
Were the scientific values compared fairly? Equally many configs each, spread over the same ranges of the rest.

``facts``: ``parameters``, one entry a scientific parameter: its name as ``parameter``; ``counts``, configs by value;
``smallest`` and ``largest``, the values with the fewest and the most; ``p`` of equal numbers, corrected (``None`` in
an adaptive search), and ``unequal``, whether they are materially unequal; ``uneven``, where the configs of a value
are spread otherwise than those of the other values: ``nuisance``, ``value``, ``p`` (corrected), ``low`` and ``high``
and those of the others, ``lacks`` (the range in which it has too few), ``have`` and ``more``; and ``overlap``, for
every nuisance parameter with numbers the smallest share of the others' range that a value covers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.names import tokens
from ..data.statistics import short
from ..question.parameters import Parameter
from ..runs.bestof import holm
from .base import Along, Evidence, Finding, Mark, Series, Study
from .spreads import Table, counted, spread, word

NAME = "fairness"

QUESTION = "Were the scientific values compared fairly?"

MOST_VALUES = 20
"""A parameter with more values is not compared value by value."""

ENOUGH = 5
"""With fewer configs a value, an unequal number cannot be told from chance."""

LEVEL = 0.003
"""Of both tests, each corrected for how often it is made; together they alarm in fewer than 1 % of fair comparisons."""

LESS = 0.5
"""Unequal: the smallest has less than this share of the largest."""

STARVED = 0.25
"""Below this share it is clear trouble."""

APART = 0.25
"""Two spreads whose Kuiper distance is smaller are near enough, however sure that they differ."""

DRAWN = 600

NUISANCE = frozenset(
    "lr rate momentum nesterov beta beta1 beta2 betas schedule scheduler warmup decay epsilon eps clip dropout batch"
    " l1 l2 size smoothing regularization reg penalty gamma tau patience".split()
)
"""Last words of parameters that have to be tuned, whatever the question is."""


def scientific(study: Study) -> tuple[Parameter, ...]:
    """Return the parameters whose values are compared; without a role, the categories that are no tuning."""
    few = [p for p in study.tuned if 2 <= p.distinct <= MOST_VALUES]
    return tuple(
        p
        for p in few
        if p.role == "scientific"
        or (p.role == "none" and p.kind in ("categorical", "boolean") and not set(tokens(p.name)[-1:]) & NUISANCE)
    )


def check(study: Study) -> Finding:
    """Compare how many configs each value of every scientific parameter got, and where they lie."""
    chosen = scientific(study)
    if not chosen:
        return Finding(
            NAME, QUESTION, "can't tell",
            f"No parameter with 2 to {MOST_VALUES} values is scientific, so there is nothing to compare.",
            "Give the role scientific to a parameter whose effect is the question.",
        )  # fmt: skip
    names = {p.name for p in chosen}
    others = [p for p in study.tuned if p.name not in names and p.role != "scientific" and p.condition is None]
    rows = np.unique(study.number, return_index=True)[1]
    table = Table(rows, {p.name: study.runs.axis(p.name) for p in (*chosen, *others)})
    found = [counted(table, p.name) for p in chosen]
    tests = [test for entry in found for test in spread(table, entry, [p.name for p in others])]
    if study.adaptive:
        for entry in found:
            entry["p"] = None
            few, many = entry["counts"][entry["smallest"]], entry["counts"][entry["largest"]]
            entry["unequal"] = few < LESS * many and many - few > 2 * np.sqrt(many + few)
    else:
        for entry, p in zip(found, holm([entry["p"] for entry in found]), strict=True):
            few, many = entry["counts"][entry["smallest"]], entry["counts"][entry["largest"]]
            entry |= {"p": p, "unequal": p <= LEVEL and few < LESS * many}
        for test, p in zip(tests, holm([test["p"] for test in tests]), strict=True):
            test["p"] = p
        for entry in found:
            uneven = [t for t in tests if t["of"] == entry["parameter"] and t["p"] <= LEVEL and t["distance"] >= APART]
            entry["uneven"] = sorted(uneven, key=_emptiest)
    return _finding(study, table, found, len(tests))


def _finding(study: Study, table: Table, found: list[dict[str, Any]], tests: int) -> Finding:
    n = len(table.rows)
    enough = any(n >= ENOUGH * len(entry["counts"]) for entry in found)
    unequal = sorted((e for e in found if e["unequal"]), key=_ratio)
    every = sorted((t for e in found for t in e["uneven"]), key=_emptiest)
    uneven = [t for i, t in enumerate(every) if _about(t) not in map(_about, every[:i])]
    clear = unequal and _ratio(unequal[0]) < STARVED and not study.adaptive
    fires = bool(unequal or uneven)
    basis = f"{n:,} configs, infeasible ones among them; " + (
        "no tests, because the search chose its runs by their results"
        if study.adaptive
        else f"χ² of equal numbers for {len(found)} and Kuiper's two-sample test for {tests} spreads, each corrected "
        f"by Holm, level {short(100 * LEVEL)} %"
    )
    facts = {"parameters": [{k: v for k, v in entry.items() if k != "places"} for entry in found]}
    if unequal:
        sentence, advice = _on_numbers(study, unequal[0])
        if uneven:
            advice += f" {_on_spread(table, uneven[0])[1]}"
    elif uneven:
        sentence, advice = _on_spread(table, uneven[0])
    elif not enough:
        most = max(found, key=lambda e: -len(e["counts"]))
        k = len(most["counts"])
        sentence = (
            f"{n} configs over the {k} values of {most['parameter']} are too few to tell unequal numbers from chance."
        )
        return Finding(
            NAME, QUESTION, "can't tell", sentence, f"Run at least {ENOUGH * k} configs, {ENOUGH} a value.", basis,
            facts=facts,
        )  # fmt: skip
    else:
        sentence, advice = _fair(study, found), ""
    verdict = "act" if clear else "look" if fires else "fine"
    evidence = _evidence(study, table, found, unequal, uneven)
    return Finding(NAME, QUESTION, verdict, sentence, advice, basis, evidence, facts)  # type: ignore[arg-type]


def _emptiest(test: dict[str, Any]) -> tuple[float, float]:
    """Order spreads: first a value with hardly a config where it lacks most; of two values, one lacks what one has."""
    return test["have"] / max(1, test["have"] + test["more"]), test["p"]


def _about(test: dict[str, Any]) -> tuple[str, str]:
    return test["of"], test["nuisance"]


def _ratio(entry: dict[str, Any]) -> float:
    return entry["counts"][entry["smallest"]] / max(1, entry["counts"][entry["largest"]])


def _on_numbers(study: Study, entry: dict[str, Any]) -> tuple[str, str]:
    small, large, counts = entry["smallest"], entry["largest"], entry["counts"]
    chose = "The search itself tried" if study.adaptive else "The search tried"
    sentence = (
        f"{chose} {entry['parameter']} = {small} with only {_configs(counts[small])}, but {large} with "
        f"{counts[large]:,}, so its best had fewer chances."
    )
    more = counts[large] - counts[small]
    where = "over the ranges of all nuisance parameters" + (", drawn at random" if study.adaptive else "")
    return sentence, f"Run {more:,} more with {entry['parameter']} = {small}, {where}."


def _configs(n: int) -> str:
    return f"{n:,} config{'' if n == 1 else 's'}"


def _on_spread(table: Table, test: dict[str, Any]) -> tuple[str, str]:
    axis = table.axes[test["nuisance"]]
    low, high = (word(axis, v, 3) for v in test["lacks"])
    if axis.kind == "category":
        where = (
            f"{test['nuisance']} = {low}" if low == high else f"{test['nuisance']} from {low} to {high} in its order"
        )
    else:
        where = f"{test['nuisance']} = {low}" if low == high else f"{test['nuisance']} from {low} to {high}"
    few = f"Only {test['have']:,}" if test["have"] else "None"
    have = "has" if test["have"] < 2 else "have"
    sentence = (
        f"{few} of the {test['n']:,} configs with {test['of']} = {test['value']} {have} {where}, "
        f"where {test['have'] + test['more']:,} would be its share as for the other values."
    )
    return sentence, (
        f"Run about {test['more']:,} more with {test['of']} = {test['value']} and {where}, unless {test['nuisance']} "
        f"means something else there."
    )


def _fair(study: Study, found: list[dict[str, Any]]) -> str:
    worst = min(found, key=_ratio)
    few, many = worst["counts"][worst["smallest"]], worst["counts"][worst["largest"]]
    number = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    if study.adaptive:
        return f"Each value of {worst['parameter']} was tried with {number} configs."
    spread = ", and no value lacks a part of the range of another parameter beyond chance" if worst["overlap"] else ""
    return f"Each value of {worst['parameter']} was tried with {number} configs{spread}."


def _evidence(
    study: Study,
    table: Table,
    found: list[dict[str, Any]],
    unequal: list[dict[str, Any]],
    uneven: list[dict[str, Any]],
) -> tuple[Evidence, ...]:
    """Return the numbers of configs of the most unequal parameter, and the spreads that differ most."""
    shown = unequal[:2] or ([] if uneven else [min(found, key=_ratio)])
    return (*(_bars(entry) for entry in shown), *(_points(study, table, test) for test in uneven[:2]))


def _bars(entry: dict[str, Any]) -> Evidence:
    counts = list(entry["counts"].values())
    return Evidence(
        f"Configs with each value of {entry['parameter']}",
        Along(entry["parameter"], labels=tuple(entry["counts"])),
        Along("configs"),
        (Series("configs", "bars", tuple(map(float, range(len(counts)))), tuple(map(float, counts)), tone="best"),),
        (Mark("y", sum(counts) / len(counts), "equally many"),),
    )


def _points(study: Study, table: Table, test: dict[str, Any]) -> Evidence:
    axis, by = table.axes[test["nuisance"]], table.axes[test["of"]]
    x, place = table.values(test["nuisance"]), table.values(test["of"])
    places = np.unique(place[~np.isnan(place)])
    labels = [word(by, p) for p in places]
    use = np.flatnonzero(~np.isnan(place) & np.isfinite(x))
    if len(use) > DRAWN:
        use = use[np.linspace(0, len(use) - 1, DRAWN).round().astype(int)]
    y = np.searchsorted(places, place[use])
    special_one = y == labels.index(test["value"])
    series = [
        Series(
            name,
            "points",
            tuple(x[use][mask].tolist()),
            tuple(y[mask].astype(float).tolist()),
            tone=tone,  # type: ignore[arg-type]
            runs=tuple(str(i) for i in study.runs.ids[table.rows[use][mask]]),
        )
        for name, tone, mask in ((test["value"], "best", special_one), ("other values", "rest", ~special_one))
    ]
    ends = [Mark("x", v, w) for v, w in zip(test["lacks"], ("few from here", "to here"), strict=True)]
    return Evidence(
        f"{test['nuisance']} with each value of {test['of']}",
        Along(test["nuisance"], axis.scale == "log", axis.labels),
        Along(test["of"], labels=tuple(labels)),
        tuple(series),
        tuple(ends) if axis.kind == "number" else (),
    )
