"""
Whether a parameter, an identifier or another metric gives the target away.

Four things. What `parameters` found to be an outcome is left out of every model already, and is said. A parameter that
still enters and follows the target, or another metric, nearly perfectly is known only after the run: no setting does
that when several vary. An identifier is left out too, but when its order predicts the target, something changed while
the search ran; on an adaptive search it does so by itself. A metric that orders the runs exactly as the target does is
no trouble, except that it is no second goal of a trade-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.messages import Message, as_message, say
from ..data.names import names_setting_surely, split_words
from ..data.records import Record
from ..data.statistics import p_value, pearson, ranks, spearman
from ..data.vocabulary import CLOCKS
from ..question.conditions import name_value
from ..runs.base import natural
from .base import Along, Evidence, Finding, Series, Study, Tone, Verdict
from .leaks_words import say_advice, say_answer, say_basis, say_missing
from .scatter import draw_target, thin

NAME = "leaks"
QUESTION = "Does anything give the target away?"

FEWEST = 20
"""With fewer configs no correlation is judged."""

NEARLY, EXACT = 0.98, 0.9999
"""Rank correlation of a parameter from which it follows a metric; of one whose name is that of a setting."""

MANY = 0.5
"""What follows a metric has at least this share of different values among the configs, as an outcome does."""

OTHERS = 2
"""So many other parameters vary, at least: if only one does, it may well determine the target."""

TELLING, LEVEL = 0.3, 0.001
"""Rank correlation from which an identifier's order predicts the target, and the corrected p-value it needs."""

ORDERLY, TELLING_ADAPTIVE = 0.3, 0.8
"""On an adaptive search: an identifier that follows the order of runs more than so is passed over; what others need."""

MADE_OF = 0.3
"""
An identifier is passed over if a setting explains this share of its order, and more than the target does.

It tells the setting then, as a name made of settings does, and a counter on a grid.
"""

SORTED = 0.95
"""Runs whose target has this rank correlation with their order were sorted by it: so is then what counts them."""

SAME, FEWEST_SAME = 1 - 1e-9, 10
"""Rank correlation of a metric that orders the runs as the target does; different values it has at least."""

MOST_METRICS = 100
"""So many metrics are looked at, those first that the source has first."""

COUNTED = CLOCKS | frozenset(
    "params parameters parameter flops gflops macs memory mem mb gb size bytes epochs iterations throughput seconds"
    " hours minutes lr speed samples tokens energy kwh count".split()
)
"""Words in the names of metrics that settings may well determine: how large a model is, how long it trains."""


@dataclass(frozen=True)
class Guarded:
    """An outcome that is left out: the parameter, and why in words."""

    parameter: str
    words: Message


@dataclass(frozen=True)
class Follower:
    """A parameter that enters and follows a metric: by which correlation of ranks, over how many configs."""

    parameter: str
    metric: str
    correlation: float
    n: int


@dataclass(frozen=True)
class Identifier:
    """
    An identifier or path whose order predicts the target.

    Attributes
    ----------
    parameter
        Its name.
    correlation, n
        Of ranks, and over how many configs.
    p
        After correction; ``None`` on an adaptive search.
    """

    parameter: str
    correlation: float
    n: int
    p: float | None


@dataclass(frozen=True)
class SameMetric:
    """A metric that orders the runs as the target does: its sign (1 or −1), and of how many runs."""

    metric: str
    sign: int
    n: int


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    guarded
        Outcomes that are left out.
    followers
        Parameters that enter and follow a metric.
    identifiers
        Identifiers and paths whose order predicts the target.
    same_metrics
        Metrics that order the runs as the target does.
    """

    guarded: tuple[Guarded, ...]
    followers: tuple[Follower, ...]
    identifiers: tuple[Identifier, ...]
    same_metrics: tuple[SameMetric, ...]


def check(study: Study) -> Finding:
    """Look for what gives the target away."""
    return tell(study, measure(study))


def tell(study: Study, facts: Facts) -> Finding:
    """Say what gives the target away."""
    varied = _can_tell(study)
    fires = bool(facts.guarded or facts.followers or facts.identifiers)
    act = bool(facts.followers) and not study.adaptive
    verdict: Verdict = "act" if act else "look" if fires else "fine" if varied else "can't tell"
    missing = None if varied else say_missing(study, FEWEST)
    identifier_from = TELLING_ADAPTIVE if study.adaptive else TELLING
    return Finding(
        NAME,
        QUESTION,
        verdict,
        say_answer(study, facts, missing),
        say_advice(facts),
        say_basis(study, NEARLY, identifier_from, LEVEL),
        _draw(study, facts),
        facts,
    )


def _can_tell(study: Study) -> bool:
    """Say whether there are enough configs whose targets differ."""
    return len(study.configs) >= FEWEST and bool(study.configs.loss[0] < study.configs.loss[-1])


def measure(study: Study) -> Facts:
    """Look at parameters, identifiers and metrics; at the first two only if the target varied enough."""
    varied = _can_tell(study)
    return Facts(
        tuple(Guarded(p.name, as_message(p.words)) for p in study.runs.parameters.values() if p.reason == "outcome"),
        tuple(_find_followers(study)) if varied else (),
        tuple(_find_identifiers(study)) if varied else (),
        tuple(_find_same(study)),
    )


def _other_metrics(study: Study) -> dict[str, np.ndarray]:
    """Return the other metrics of the runs, NaN where there is none; those that the target is made of are left out."""
    runs = study.runs
    names = [m for m in runs.project.metrics if m != runs.metric and f'"{m}"' not in runs.metric][:MOST_METRICS]
    return {name: runs.project.summary[name].iloc[runs.rows].to_numpy(float, na_value=np.nan) for name in names}


def _find_followers(study: Study) -> list[Follower]:
    """Return the parameters that follow the target or a metric as no setting does."""
    declared = set(study.space.parameters) if study.space else set()
    suspects = [
        p
        for p in study.tuned
        if p.kind in ("real", "integer")
        and p.name not in declared
        and p.reason != "user"
        and p.role in ("none", "fixed")
    ]
    if len(study.tuned) <= OTHERS or not suspects:
        return []
    rows = study.configs.best
    metrics = {study.runs.label: study.configs.loss * (1 if study.runs.goal == "minimize" else -1)}
    for name, values in _other_metrics(study).items():
        if not set(split_words(name)) & COUNTED:
            metrics.setdefault(name, values[rows])
    complete = {name: _standardise(values) for name, values in metrics.items() if np.isfinite(values).all()}
    found = []
    for parameter in suspects:
        axis = study.runs.axis(parameter.name)
        values = axis.values[rows]
        known = np.isfinite(values)
        if axis.kind != "number" or known.sum() < FEWEST or len(np.unique(values[known])) < MANY * known.sum():
            continue
        limit = EXACT if names_setting_surely(parameter.name) else NEARLY
        best = _find_followed(parameter.name, values, known, metrics, complete, limit)
        if best:
            found.append(best)
    return sorted(found, key=lambda f: (-abs(f.correlation), f.parameter))


def _standardise(values: np.ndarray) -> np.ndarray:
    """Return ranks with mean 0 and length 1; zeros if all are equal."""
    centred = ranks(values) - (len(values) + 1) / 2
    length = float(np.sqrt(centred @ centred))
    return centred / length if length else centred


def _find_followed(
    parameter: str,
    values: np.ndarray,
    known: np.ndarray,
    metrics: Mapping[str, np.ndarray],
    complete: Mapping[str, np.ndarray],
    limit: float,
) -> Follower | None:
    """Return the metric that a parameter follows most; ``None`` if it follows none."""
    own = _standardise(values) if known.all() else None
    best: Follower | None = None
    for name, other in metrics.items():
        n = len(values)
        if own is not None and name in complete:
            r = float(own @ complete[name])
        else:
            both = known & np.isfinite(other)
            n = int(both.sum())
            if n < FEWEST:
                continue
            r = spearman(values[both], other[both]) or 0.0
        if abs(r) >= limit and (best is None or abs(r) > abs(best.correlation)):
            best = Follower(parameter, name, min(1.0, max(-1.0, r)), n)
    return best


def _find_identifiers(study: Study) -> list[Identifier]:
    """Return the identifiers and paths whose order predicts the target."""
    runs, rows, loss = study.runs, study.configs.best, study.configs.loss
    signed = loss if runs.goal == "minimize" else -loss
    order = runs.order[rows]
    if abs(spearman(order, signed) or 0.0) > SORTED:
        return []
    tested = []
    for parameter in runs.parameters.values():
        if parameter.role != "ignored" or parameter.reason not in ("identifier", "path"):
            continue
        values = _places_in_order(runs.column(parameter.name).iloc[rows])
        known = ~np.isnan(values)
        n = int(known.sum())
        r = spearman(values[known], signed[known]) if n >= FEWEST else None
        if r is None or (study.adaptive and abs(spearman(values[known], order[known]) or 0.0) > ORDERLY):
            continue
        if abs(r) >= TELLING and any(
            _share_explained(study, p.name, values) >= max(MADE_OF, r * r) for p in study.tuned
        ):
            continue
        tested.append((parameter, r, n))
    found = []
    for parameter, r, n in tested:
        p = min(1.0, len(tested) * (p_value(r, n) or 0.0))
        if abs(r) >= (TELLING_ADAPTIVE if study.adaptive else TELLING) and p <= LEVEL:
            found.append(Identifier(parameter.name, r, n, None if study.adaptive else p))
    return sorted(found, key=lambda f: (-abs(f.correlation), f.parameter))


def _share_explained(study: Study, parameter: str, order: np.ndarray) -> float:
    """Return which share of the variance of some ranks of configs a parameter explains."""
    values = study.runs.axis(parameter).values[study.configs.best]
    known = np.isfinite(values) & np.isfinite(order)
    if known.sum() < FEWEST:
        return 0.0
    ranked, levels = ranks(order[known]), np.unique(values[known], return_inverse=True)[1]
    share = (spearman(values[known], order[known]) or 0.0) ** 2
    sizes = np.bincount(levels)
    if len(sizes) * 3 > known.sum() or not np.ptp(ranked):
        return share
    means = np.bincount(levels, weights=ranked) / sizes
    total = ((ranked - ranked.mean()) ** 2).sum()
    within = ((ranked - means[levels]) ** 2).sum() / (len(ranked) - len(sizes))
    return max(share, float(1 - within * (len(ranked) - 1) / total))  # adjusted: many levels explain some by chance


def _places_in_order(column: pd.Series) -> np.ndarray:
    """Return the place of each value in the order in which people read them: run-2 comes before run-10."""
    texts = [name_value(v) if v is not None else "" for v in column.tolist()]
    place = {text: float(i) for i, text in enumerate(sorted(set(texts) - {""}, key=natural))}
    return np.array([place.get(text, np.nan) for text in texts])


def _find_same(study: Study) -> list[SameMetric]:
    """Return the metrics that order the runs exactly as the target does, up or down."""
    runs = study.runs
    found = []
    for name, values in _other_metrics(study).items():
        both = runs.feasible & np.isfinite(values)
        first, second = runs.target[both], values[both]
        if both.sum() < FEWEST_SAME or min(len(np.unique(first)), len(np.unique(second))) < FEWEST_SAME:
            continue
        r = pearson(ranks(first), ranks(second)) or 0.0
        if abs(r) >= SAME:
            found.append(SameMetric(name, 1 if r > 0 else -1, int(both.sum())))
    return found


def _draw(study: Study, facts: Facts) -> tuple[Evidence, ...]:
    runs, rows = study.runs, study.configs.best
    figures = []
    for follower in facts.followers[:2]:
        name, axis = follower.parameter, runs.axis(follower.parameter)
        if follower.metric == runs.label:
            title = say("leaks.follows", "{parameter} follows {target}", parameter=name, target=runs.label)
            figures.append(draw_target(study, axis, 0, title))
        else:
            other = _other_metrics(study)[follower.metric]
            figures.append(_draw_points(study, name, axis.values, follower.metric, other, "bad"))
    for identifier in facts.identifiers[:1]:
        places = np.full(len(runs), np.nan)
        places[rows] = _places_in_order(runs.column(identifier.parameter).iloc[rows])
        label = say("leaks.order", "order of {parameter}", parameter=identifier.parameter)
        figures.append(_draw_points(study, label, places, runs.label, runs.target, "bad"))
    for guarded in facts.guarded[:1]:
        axis = runs.axis(guarded.parameter)
        if axis.kind == "number" and len(rows):
            figures.append(_draw_points(study, guarded.parameter, axis.values, runs.label, runs.target, "bad"))
    for same in facts.same_metrics[: 1 if not figures else 0]:
        other = _other_metrics(study)[same.metric]
        figures.append(_draw_points(study, same.metric, other, runs.label, runs.target, "rest"))
    return tuple(figures[:4])


def _draw_points(study: Study, x: str, across: np.ndarray, y: str, up: np.ndarray, tone: Tone) -> Evidence:
    rows = study.configs.best
    rows = rows[np.isfinite(across[rows]) & np.isfinite(up[rows])]
    rows = rows[thin(len(rows), 0)]
    ids = [str(i) for i in study.runs.ids[rows]]
    points = Series("configs", "points", across[rows].tolist(), up[rows].tolist(), tone=tone, runs=ids)
    return Evidence(say("leaks.title", "{x} and {y}", x=x, y=y), Along(str(x)), Along(y), (points,))
