"""
Whether a parameter, an identifier or another metric gives the target away.

Four things. What `parameters` found to be an outcome is left out of every model already, and is said. A parameter that
still enters and follows the target, or another metric, nearly perfectly is known only after the run: no setting does
that when several vary. An identifier is left out too, but when its order predicts the target, something changed while
the search ran; on an adaptive search it does so by itself. A metric that orders the runs exactly as the target does is
no trouble, except that it is no second goal of a trade-off.

Facts
-----
guarded
    Outcomes that are left out: ``parameter``, ``words``.
followers
    Parameters that enter and follow a metric: ``parameter``, ``metric``, ``correlation`` (of ranks), ``n`` configs.
identifiers
    Identifiers and paths whose order predicts the target: ``parameter``, ``correlation`` (of ranks), ``n``, ``p`` after
    correction, ``None`` on an adaptive search.
same_metrics
    Metrics that order the runs as the target does: ``metric``, ``sign`` (1 or −1), ``n`` runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..data.names import CLOCKS, names_setting, tokens
from ..data.statistics import p_value, pearson, ranks, spearman
from ..question.selection import value_text
from ..runs.base import natural
from .base import Along, Evidence, Finding, Series, Study, number_of
from .leaks_words import advice, sentence
from .scatter import target_against, thinned

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


def check(study: Study) -> Finding:
    """Look for what gives the target away."""
    every = study.runs.parameters.values()
    guarded = [{"parameter": p.name, "words": p.words} for p in every if p.reason == "outcome"]
    n = len(study.configs)
    varied = n >= FEWEST and study.configs.loss[0] < study.configs.loss[-1]
    followers = _followers(study) if varied else []
    identifiers = _identifiers(study) if varied else []
    same = _same(study)
    fires = bool(guarded or followers or identifiers)
    act = bool(followers) and not study.adaptive
    missing = "" if varied else _missing(study)
    verdict = "act" if act else "look" if fires else "can't tell" if missing else "fine"
    rests = (
        f"{n:,} configs; a parameter is suspect from a rank correlation of {NEARLY} with a metric, an identifier from "
    )
    if study.adaptive:
        rests += (
            f"{TELLING_ADAPTIVE}. The search chose these runs ({study.adaptive}): what counts them follows the "
            "target by itself."
        )
    else:
        rests += f"{TELLING} and p ≤ {LEVEL}, corrected for their number."
    return Finding(
        NAME,
        QUESTION,
        verdict,  # type: ignore[arg-type]
        sentence(study, guarded, followers, identifiers, same, missing),
        advice(guarded, followers, identifiers),
        rests,
        _evidence(study, guarded, followers, identifiers, same),
        {"guarded": guarded, "followers": followers, "identifiers": identifiers, "same_metrics": same},
    )


def _missing(study: Study) -> str:
    n = len(study.configs)
    if n < FEWEST:
        some = f"There {'is' if n == 1 else 'are'} {number_of(n, 'feasible config')}"
        return f"{some}, and it takes {FEWEST} to tell: run {FEWEST - n} more"
    return f"{study.runs.label} is the same in all {n:,} configs, so that nothing can predict it: choose another metric"


def _metrics(study: Study) -> dict[str, np.ndarray]:
    """Return the other metrics of the runs, NaN where there is none; those that the target is made of are left out."""
    runs = study.runs
    names = [m for m in runs.project.metrics if m != runs.metric and f'"{m}"' not in runs.metric][:MOST_METRICS]
    return {name: runs.project.summary[name].iloc[runs.rows].to_numpy(float, na_value=np.nan) for name in names}


def _followers(study: Study) -> list[dict[str, Any]]:
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
    for name, values in _metrics(study).items():
        if not set(tokens(name)) & COUNTED:
            metrics.setdefault(name, values[rows])
    whole = {name: _standard(values) for name, values in metrics.items() if np.isfinite(values).all()}
    found = []
    for parameter in suspects:
        axis = study.runs.axis(parameter.name)
        values = axis.values[rows]
        known = np.isfinite(values)
        if axis.kind != "number" or known.sum() < FEWEST or len(np.unique(values[known])) < MANY * known.sum():
            continue
        limit = EXACT if names_setting(parameter.name) else NEARLY
        best = _follows(values, known, metrics, whole, limit)
        if best:
            found.append({"parameter": parameter.name, **best})
    return sorted(found, key=lambda f: (-abs(f["correlation"]), f["parameter"]))


def _standard(values: np.ndarray) -> np.ndarray:
    """Return ranks with mean 0 and length 1; zeros if all are equal."""
    centred = ranks(values) - (len(values) + 1) / 2
    length = float(np.sqrt(centred @ centred))
    return centred / length if length else centred


def _follows(
    values: np.ndarray, known: np.ndarray, metrics: dict[str, np.ndarray], whole: dict[str, np.ndarray], limit: float
) -> dict[str, Any] | None:
    """Return the metric that a parameter follows most; ``None`` if it follows none."""
    own = _standard(values) if known.all() else None
    best: dict[str, Any] | None = None
    for name, other in metrics.items():
        n = len(values)
        if own is not None and name in whole:
            r = float(own @ whole[name])
        else:
            both = known & np.isfinite(other)
            n = int(both.sum())
            if n < FEWEST:
                continue
            r = spearman(values[both], other[both]) or 0.0
        if abs(r) >= limit and (best is None or abs(r) > abs(best["correlation"])):
            best = {"metric": name, "correlation": min(1.0, max(-1.0, r)), "n": n}
    return best


def _identifiers(study: Study) -> list[dict[str, Any]]:
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
        values = _ordered(runs.column(parameter.name).iloc[rows])
        known = ~np.isnan(values)
        n = int(known.sum())
        r = spearman(values[known], signed[known]) if n >= FEWEST else None
        if r is None or (study.adaptive and abs(spearman(values[known], order[known]) or 0.0) > ORDERLY):
            continue
        if abs(r) >= TELLING and any(_explained(study, p.name, values) >= max(MADE_OF, r * r) for p in study.tuned):
            continue
        tested.append((parameter, r, n))
    found = []
    for parameter, r, n in tested:
        p = min(1.0, len(tested) * (p_value(r, n) or 0.0))
        if abs(r) >= (TELLING_ADAPTIVE if study.adaptive else TELLING) and p <= LEVEL:
            fact = {"parameter": parameter.name, "correlation": r, "n": n, "p": None if study.adaptive else p}
            found.append(fact)
    return sorted(found, key=lambda f: (-abs(f["correlation"]), f["parameter"]))


def _explained(study: Study, parameter: str, order: np.ndarray) -> float:
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


def _ordered(column: pd.Series) -> np.ndarray:
    """Return the place of each value in the order in which people read them: run-2 comes before run-10."""
    texts = [value_text(v) if v is not None else "" for v in column.tolist()]
    place = {text: float(i) for i, text in enumerate(sorted(set(texts) - {""}, key=natural))}
    return np.array([place.get(text, np.nan) for text in texts])


def _same(study: Study) -> list[dict[str, Any]]:
    """Return the metrics that order the runs exactly as the target does, up or down."""
    runs = study.runs
    found = []
    for name, values in _metrics(study).items():
        both = runs.feasible & np.isfinite(values)
        first, second = runs.target[both], values[both]
        if both.sum() < FEWEST_SAME or min(len(np.unique(first)), len(np.unique(second))) < FEWEST_SAME:
            continue
        r = pearson(ranks(first), ranks(second)) or 0.0
        if abs(r) >= SAME:
            found.append({"metric": name, "sign": 1 if r > 0 else -1, "n": int(both.sum())})
    return found


def _evidence(
    study: Study,
    guarded: list[dict[str, Any]],
    followers: list[dict[str, Any]],
    identifiers: list[dict[str, Any]],
    same: list[dict[str, Any]],
) -> tuple[Evidence, ...]:
    runs, rows = study.runs, study.configs.best
    drawn = []
    for f in followers[:2]:
        axis = runs.axis(f["parameter"])
        if f["metric"] == runs.label:
            drawn.append(target_against(study, axis, 0, f"{f['parameter']} follows {runs.label}"))
        else:
            drawn.append(_points(study, f["parameter"], axis.values, f["metric"], _metrics(study)[f["metric"]], "bad"))
    for f in identifiers[:1]:
        places = np.full(len(runs), np.nan)
        places[rows] = _ordered(runs.column(f["parameter"]).iloc[rows])
        drawn.append(_points(study, f"order of {f['parameter']}", places, runs.label, runs.target, "bad"))
    for g in guarded[:1]:
        axis = runs.axis(g["parameter"])
        if axis.kind == "number" and len(rows):
            drawn.append(_points(study, g["parameter"], axis.values, runs.label, runs.target, "bad"))
    for s in same[: 1 if not drawn else 0]:
        drawn.append(_points(study, s["metric"], _metrics(study)[s["metric"]], runs.label, runs.target, "rest"))
    return tuple(drawn[:4])


def _points(study: Study, x: str, across: np.ndarray, y: str, up: np.ndarray, tone: Any) -> Evidence:
    rows = study.configs.best
    rows = rows[np.isfinite(across[rows]) & np.isfinite(up[rows])]
    rows = rows[thinned(len(rows), 0)]
    ids = [str(i) for i in study.runs.ids[rows]]
    points = Series("configs", "points", across[rows].tolist(), up[rows].tolist(), tone=tone, runs=ids)
    return Evidence(f"{x} and {y}", Along(x), Along(y), (points,))
