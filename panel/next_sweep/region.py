"""
Where the next sweep should look: per parameter the smallest set of values with most of the predicted best.

A sweep is drawn from a product of sets, one a parameter, so the level set of the surrogate is told as such a product.
It holds the best config, and along a range the space up to the next configs on both sides of it, and values that stay
whatever is predicted (`held`). A parameter whose set is nearly all of it is kept whole, and so are all of them where
the surrogate predicts nothing. Configs that failed say nothing of how good others are: the surrogate is made without
them, and what is most likely to fail is no candidate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import Study
from ..data.messages import Message, Number, say
from ..question.conditions import name_value
from ..question.roles import DATA
from .dimensions import Dimension, draw_configs, list_dimensions
from .held import Asked, Held, list_held
from .smallest import find_shortest_interval, find_shortest_run, find_smallest_levels
from .surrogate import compute_normal_scores, find_feasible, predict

CANDIDATES = 8_192
BEST = 0.0025
"""The best candidates are this share of them, by each function that the configs allow (`surrogate`), over all such."""

DENSER = 1.2
"""
A parameter is narrowed only if its set holds so many times as large a share of the best as of all candidates: of a
parameter that says nothing too the smallest set leaves something out.
"""

LEAST_WIDTH = 0.15
"""A range is narrowed to no smaller a share of it."""

FEWEST = 20
"""With fewer configs than this nothing is narrowed."""

EVIDENCE = 0.5
"""A parameter is narrowed only if the logarithm of the configs' likelihood falls by this much when it is left out …"""

EVIDENCE_UNCLEAR = 1.0
"""
… and by this much where the ranking does not tell it from noise. That halves how many are narrowed that do nothing
(`benchmarks.unclear_narrowed`); asking for 1.5 loses what matters among the best alone, 2 of 40 second sweeps or more.
"""

LEAST_WIDTH = 0.15
"""A range is narrowed to no smaller a share of it."""

FEWEST = 20
"""With fewer configs than this nothing is narrowed."""

EVIDENCE = 0.5
"""A parameter is narrowed only if the logarithm of the configs' likelihood falls by this much when it is left out …"""

EVIDENCE_UNCLEAR = 1.5
"""
… and by this much where the ranking does not tell it from noise: of those that do nothing fewer than 2 % are narrowed
then, in place of 7 % (`benchmarks.unclear_narrowed`).
"""

LEAST_R2 = 0.15
"""If the surrogate predicts less of configs left out, nothing is narrowed."""

NOTHING_ASKED: Asked = {}

FEWEST_ACTIVE = 0.1
"""A conditional parameter that is active in a smaller share of the predicted best is kept whole."""


@dataclass(frozen=True)
class Part:
    """
    The values of one parameter in which to look.

    Attributes
    ----------
    dimension
        The parameter.
    levels
        Those of its levels, in their order; empty for a range.
    held
        Those among them that stay though few of the best have them: they cannot be told from the best config's value,
        or a check wants more runs of them.
    untold
        Those left out that, compared alone, cannot be told from the best config's either.
    low, high
        Limits of a range.
    covers
        Share of all candidates that lie inside: how much of the parameter's values is left.
    holds
        Share of the predicted best that lie inside.
    best
        The value around which the predicted best lie: of a range their median, of levels the most frequent.
    of_best
        The value of the best config that has one.
    evidence
        See `surrogate.Surrogate`; ``None`` if nothing was predicted.
    unclear
        Whether the ranking does not tell it from noise.
    narrowed
        Whether it leaves anything out; if not, the other fields tell what would have been left.
    """

    dimension: Dimension
    levels: tuple[Any, ...]
    held: tuple[Any, ...]
    untold: tuple[Any, ...]
    low: float
    high: float
    covers: float
    holds: float
    best: Any
    of_best: Any
    evidence: float | None
    unclear: bool
    narrowed: bool

    @property
    def name(self) -> str:
        """Name of the parameter."""
        return self.dimension.name

    @property
    def needed(self) -> float:
        """How much evidence it takes to narrow it."""
        return EVIDENCE_UNCLEAR if self.unclear else EVIDENCE


@dataclass(frozen=True)
class WhyNot:
    """Why nothing is narrowed: as a sentence, and as a part of one."""

    sentence: Message
    clause: Message


@dataclass(frozen=True)
class Region:
    """
    Where the next sweep should look.

    Attributes
    ----------
    parts
        One a parameter that varies, in the order of the source.
    configs
        From how many configs, infeasible ones aside.
    infeasible
        How many more were infeasible.
    r2
        See `surrogate.Surrogate`; ``None`` if nothing was predicted.
    why
        Why nothing is narrowed; ``None`` if something may be.
    """

    parts: tuple[Part, ...]
    configs: int
    infeasible: int
    r2: float | None
    why: WhyNot | None = None


def find_region(
    study: Study,
    asked: Asked = NOTHING_ASKED,
    distrusted: WhyNot | None = None,
    unclear: Collection[str] = (),
) -> Region:
    """
    Find where the next sweep should look.

    Parameters
    ----------
    study
        The search.
    asked
        Values that stay because a check wants more runs of them.
    distrusted
        Why nothing may be narrowed, if that is known before.
    unclear
        The parameters that the ranking does not tell from noise: they are narrowed on more evidence only.

    Returns
    -------
    Region
        Deterministic, and independent of the order of rows and columns.
    """
    rows, loss, feasible = read_config_losses(study)
    every = sorted(list_dimensions(study, rows), key=lambda d: d.name)
    dimensions = [replace(d, place=d.place[feasible]) for d in every]
    configs, infeasible, loss = int(feasible.sum()), int((~feasible).sum()), loss[feasible]
    why = _say_why_not(study, dimensions, loss) or distrusted
    if not dimensions:
        return Region((), configs, infeasible, None, why)
    rng = np.random.default_rng([study.design.seed, 6])
    candidates = draw_configs(every, CANDIDATES, rng)
    best, evidence, r2 = candidates, None, None
    if why is None:
        predicted = predict(dimensions, _compute_scores(dimensions, loss), candidates, rng)
        tells = ~_is_elsewhere(study)[rows]  # who failed at a value that no candidate has tells nothing of candidates
        there = [replace(d, place=d.place[tells]) for d in every]
        fine = find_feasible(there, feasible[tells], candidates, rng)
        few = round(BEST * CANDIDATES)
        tops = np.argpartition(np.where(fine[:, None], -predicted.scores, np.inf), few, axis=0)[:few]
        best, evidence, r2 = candidates[tops.ravel()], predicted.evidence, predicted.r2
        if not r2 > LEAST_R2:
            why, evidence = _say_unpredicted(configs, r2), None
    winners = np.lexsort((study.runs.order[rows[feasible]], -_compute_scores(dimensions, loss)))
    firsts = {d.name: d.place[winners][~np.isnan(d.place[winners])][:1] for d in dimensions}
    held = {} if why else list_held(study, dimensions, _name_firsts(dimensions, firsts), asked)
    parts = {
        d.name: _find_part(
            d,
            candidates[:, k],
            best[:, k],
            firsts[d.name],
            None if evidence is None else float(evidence[k]),
            held.get(d.name, Held()),
            d.name in unclear,
        )
        for k, d in enumerate(dimensions)
    }
    return Region(tuple(parts[p.name] for p in study.tuned if p.name in parts), configs, infeasible, r2, why)


def _is_elsewhere(study: Study) -> np.ndarray:
    """Return which runs have a value of some parameter that only failed runs have, as booleans."""
    return np.any([np.zeros(len(study.runs), bool), *(map(study.runs.is_elsewhere, study.runs.one_sided))], axis=0)


def _name_firsts(dimensions: Sequence[Dimension], firsts: dict[str, np.ndarray]) -> dict[str, str]:
    """Return the level of the best config as text, by parameter."""
    return {
        d.name: name_value(d.levels[int(firsts[d.name][0])]) for d in dimensions if d.levels and len(firsts[d.name])
    }


def _compute_scores(dimensions: Sequence[Dimension], loss: np.ndarray) -> np.ndarray:
    """Return the configs' normal scores within each dataset, so that an easy dataset does not decide what is good."""
    data = [np.nan_to_num(d.place, nan=-1.0) for d in dimensions if d.parameter.role_reason == DATA.reason]
    if not data:
        return compute_normal_scores(loss)
    _, of = np.unique(np.column_stack(data), axis=0, return_inverse=True)
    scores = np.empty(len(loss))
    for one in np.unique(of):
        scores[of == one] = compute_normal_scores(loss[of == one])
    return scores


def read_config_losses(study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Return the configs of a study, infeasible ones among them.

    Returns
    -------
    rows : ndarray of int
        Number of the first run of each config.
    loss : ndarray
        Mean of its feasible runs on the scale compared, small is good; infinite where it is `infeasible`.
    feasible : ndarray of bool
        Whether at least half of its runs are feasible.
    """
    number, fine = study.number, study.runs.feasible
    _, rows, number = np.unique(number, return_index=True, return_inverse=True)
    counts = np.bincount(number, minlength=len(rows))
    good = np.bincount(number[fine], minlength=len(rows))
    order = np.flatnonzero(fine)
    order = order[np.lexsort((study.loss[order], number[order]))]  # sums must not depend on the order of the runs
    total = np.bincount(number[order], study.loss[order], len(rows))
    feasible = (good > 0) & (2 * good >= counts)
    return rows, np.where(feasible, total / np.maximum(good, 1), np.inf), feasible


def _say_unpredicted(configs: int, r2: float) -> WhyNot:
    share, least = Number(max(100 * r2, 0.0), 0, "fixed", "%"), Number(100 * LEAST_R2, 0, "fixed", "%")
    return WhyNot(
        say(
            "next.unpredicted_sentence",
            "The settings of {configs} configs predict {share} of the order of those left out; narrowing needs "
            "more than {least}.",
            configs=configs,
            share=share,
            least=least,
        ),
        say(
            "next.unpredicted",
            "the settings of {configs} configs predict {share} of the order of those left out; narrowing needs "
            "more than {least}",
            configs=configs,
            share=share,
            least=least,
        ),
    )


def _say_why_not(study: Study, dimensions: Sequence[Dimension], loss: np.ndarray) -> WhyNot | None:
    label, n = study.runs.label, Number(len(loss), style="short")
    if not dimensions:
        return WhyNot(
            say("next.nothing_varies_sentence", "No parameter varies."),
            say("next.nothing_varies", "no parameter varies"),
        )
    if len(loss) < FEWEST:
        return WhyNot(
            say(
                "next.few_configs_sentence",
                "Only {n} configs have a finite {target}; narrowing needs at least {fewest}.",
                n=n,
                target=label,
                fewest=FEWEST,
            ),
            say(
                "next.few_configs",
                "only {n} configs have a finite {target}; narrowing needs at least {fewest}",
                n=n,
                target=label,
                fewest=FEWEST,
            ),
        )
    if len(np.unique(loss)) < 2:
        return WhyNot(
            say("next.equal_sentence", "All {n} configs have the same {target}.", n=n, target=label),
            say("next.equal", "all {n} configs have the same {target}", n=n, target=label),
        )
    return None


def _find_part(
    d: Dimension,
    places: np.ndarray,
    best: np.ndarray,
    first: np.ndarray,
    evidence: float | None,
    held: Held,
    unclear: bool,
) -> Part:
    """Return the smallest set of values of a parameter that holds `MASS` of the best, the best config's and others."""
    active, among = best[~np.isnan(best)], places[~np.isnan(places)]
    may = evidence is not None and evidence >= (EVIDENCE_UNCLEAR if unclear else EVIDENCE)
    of_best = (d.levels[int(first[0])] if d.levels else float(d.compute_numbers(first)[0])) if len(first) else None
    enough = len(active) >= FEWEST_ACTIVE * len(best)
    if not enough:
        active = among if len(among) else np.zeros(1)
    if d.levels:
        counts = np.bincount(active.astype(int), minlength=len(d.levels))
        inside = find_shortest_run(counts) if d.ordered else find_smallest_levels(counts)
        told = _add_level(inside, first.astype(int), d.ordered)
        inside = np.array([i for i in range(len(d.levels)) if i in told or name_value(d.levels[i]) in held.stay])
        covers = float(np.isin(among, inside).mean()) if len(among) else 1.0
        kept = tuple(d.levels[i] for i in inside)
        holds, value = counts[inside].sum() / counts.sum(), d.levels[int(np.argmax(counts))]
        narrowed = may and enough and len(kept) < len(d.levels) and holds >= DENSER * covers
        stay = tuple(d.levels[i] for i in inside if i not in told)
        untold = tuple(v for v in d.levels if v not in kept and name_value(v) in held.untold)
        return Part(
            d, kept, stay, untold, np.nan, np.nan, covers, float(holds), value, of_best, evidence, unclear, narrowed
        )
    low, high = find_shortest_interval(active)
    low, high = min(low, *first), max(high, *first)
    if d.before.kind == "real":
        low, high = _widen_to_least(*_widen_to_configs(d.place, low, high))
    covers = float(((among >= low) & (among <= high)).mean()) if len(among) else 1.0
    holds = float(((active >= low) & (active <= high)).mean())
    ends = d.compute_numbers(np.array([low, np.quantile(active, 0.5, method="inverted_cdf"), high]))
    narrowed = may and enough and holds >= DENSER * covers
    return Part(
        d,
        (),
        (),
        (),
        float(ends[0]),
        float(ends[2]),
        covers,
        holds,
        float(ends[1]),
        of_best,
        evidence,
        unclear,
        narrowed,
    )


def _add_level(inside: np.ndarray, level: np.ndarray, ordered: bool) -> np.ndarray:
    """Return levels with that of the best config, and those in between."""
    held = np.union1d(inside, level)
    return np.arange(held[0], held[-1] + 1) if ordered else held


def _widen_to_configs(places: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Return an interval widened to the next config at both ends: nothing is known between two configs."""
    return float(places[places < low].max(initial=0.0)), float(places[places > high].min(initial=1.0))


def _widen_to_least(low: float, high: float) -> tuple[float, float]:
    """Return an interval at least `LEAST_WIDTH` wide, within 0 and 1: a model is not surer of a place than that."""
    more = max(0.0, LEAST_WIDTH - (high - low)) / 2
    low = min(max(0.0, low - more), 1 - LEAST_WIDTH) if more else low
    return low, max(high, low + LEAST_WIDTH)
