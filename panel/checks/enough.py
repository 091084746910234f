"""
Were enough points sampled? By what half as many configs would have missed.

Facts: ``configs``; ``gain``, by how much the second half of the configs is expected to have made the best better, in
the target's units, with ``gain_low`` and ``gain_high`` (90 %); ``of_spread``, that as a share of the spread of the best
quarter; ``of_noise``, as a multiple of the run-to-run noise of the best config's mean, ``None`` where that is not
known; ``good``, how many configs are within a tenth of the way from the best to the middle config; ``saturated``;
``more``, how many further configs are suggested.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.statistics import measured
from ..runs import bestof
from ..runs.base import Axis
from ..runs.configs import improvement, is_log, unscaled
from ..runs.replicates import trial_noise
from .base import Along, Evidence, Finding, Mark, Series, Study, none_of, number_of

NAME = "enough"
QUESTION = "Were enough points sampled?"

FEWEST = 10
"""Fewer configs are too few, whatever they gave."""

MUCH = 1 / 3
"""A gain of this share of the spread of the best quarter or more: the search was still finding better ones."""

LITTLE = 1 / 2
"""Saturated: the gain is not much, and with its interval below this share, or below the run-to-run noise."""

GOOD = 0.1
"""A config is good if its loss is within this share of the way from the best to the middle config."""

FEW_VALUES = 20
"""A grid has at most so many values of each parameter, and tried at least a quarter of their combinations."""

PLACES = 25
"""Numbers of configs at which the curve is drawn."""


def check(study: Study) -> Finding:
    """Say whether more configs would have gained much; see the module for its facts."""
    n = len(study.configs)
    facts: dict[str, Any] = {
        "configs": n,
        "gain": None,
        "gain_low": None,
        "gain_high": None,
        "of_spread": None,
        "of_noise": None,
    }
    facts |= {"good": None, "saturated": False, "more": 0}
    why = _untold(study)
    if why:
        return Finding(NAME, QUESTION, "can't tell", *why, facts=facts)
    loss = study.configs.loss
    if n > 1 and loss[0] == loss[-1]:
        words = f"All {n} configs have the same {study.runs.label}, so more of them cannot be seen to gain anything."
        return Finding(NAME, QUESTION, "can't tell", words, "Choose another metric.", facts=facts)
    if n < FEWEST:
        facts["more"] = 2 * FEWEST - n
        return Finding(
            NAME,
            QUESTION,
            "look",
            f"Only {n} config{'s have' if n > 1 else ' has'} a finite {study.runs.label}: too few to say what more "
            "would gain.",
            f"Run {facts['more']} more configs of the same search.",
            f"{n} configs; at least {FEWEST} are needed.",
            facts=facts,
        )
    m = n // 2
    spread = float(loss[n // 4] - loss[0])
    gain, half = bestof.gain(loss, m) if spread > 0 else (0.0, 0.0)
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    step = noise.of_mean(study.configs.size[0]) if noise else 0.0
    of_spread = gain / spread if spread > 0 else 0.0
    much = of_spread >= MUCH and gain > step
    saturated = not much and bool(gain + half <= max(LITTLE * spread, step))
    start = float(loss[0]) + gain
    gains = [improvement(study.runs, start, g) for g in (gain, max(0.0, gain - half), gain + half)]
    facts |= dict(zip(("gain", "gain_low", "gain_high"), gains, strict=True))
    facts |= {"of_spread": of_spread, "of_noise": gain / step if step else None, "saturated": saturated}
    facts |= {"good": int((loss <= loss[0] + GOOD * (loss[n // 2] - loss[0])).sum()), "more": 0 if saturated else n}
    return Finding(
        NAME,
        QUESTION,
        "look" if much else "fine",
        _sentence(study, facts),
        _advice(study, facts, much),
        f"{n} configs; expected best of m without replacement, exact up to {n}; interval of 90 % by the jackknife; "
        f"{'repeats of ' + str(noise.repeated) + ' configs for the noise; ' if noise else ''}beyond {n} nothing is "
        "claimed.",
        (_evidence(study),),
        facts,
    )


def _untold(study: Study) -> tuple[str, str] | None:
    """Return why it cannot be told, and what to do; ``None`` if it can."""
    n, label = len(study.configs), study.runs.label
    if not n:
        words = none_of(len(study.runs), "run", f"has a finite {label}.", f"has no finite {label}.")
        return words, "Loosen the filter, or mend the runs."
    if study.adaptive:
        return (
            f"The search chose its runs by what it had found ({study.adaptive}), so its {n} configs do not tell what "
            "more of them would gain.",
            f"Look at the best {label} by order of runs, or repeat the search with another seed and compare the best.",
        )
    method = study.space.method if study.space else ""
    if "grid" in method.lower() or is_grid(study):
        return (
            f"The {n} configs are a grid, or a large part of one, whose next points would not be like those tried, so "
            "what more would gain cannot be told.",
            "Search at random within the limits of the grid: then it can.",
        )
    if not study.tuned:
        return (
            f"No parameter varies among {number_of(len(study.runs), 'run')}: nothing was searched.",
            "Vary a parameter.",
        )
    return None


def is_grid(study: Study) -> bool:
    """
    Say whether at least a quarter of all combinations of a few values of each parameter were tried.

    A number that is drawn at random has a value of its own in nearly every config, so it makes no grid; if it is the
    only parameter, evenly spaced values do.
    """
    distinct = [p.distinct for p in study.tuned]
    tried = len(np.unique(study.number))
    if not distinct or max(distinct) > FEW_VALUES:
        return False
    if len(distinct) == 1:
        return _even(study.runs.axis(study.tuned[0].name))
    return 2 * max(distinct) <= tried and bool(4 * tried >= np.prod(np.array(distinct, float)))


def _even(axis: Axis) -> bool:
    """Say whether a parameter's values are equally far apart, or by the same factor; those of a category are."""
    values = np.unique(axis.values[np.isfinite(axis.values)])
    if axis.kind == "category" or len(values) < 3:
        return True
    steps = [np.diff(values), *([np.diff(np.log(values))] if values[0] > 0 else [])]
    return any(bool(np.ptp(step) <= 1e-3 * step.mean()) for step in steps)


def _sentence(study: Study, facts: dict[str, Any]) -> str:
    n = int(facts["configs"])
    if facts["of_spread"] == 0:
        return f"The best {study.runs.label} was reached more than once among {n} configs: half of them gave the same."
    gain, low, high = (measured(facts[key], 2) for key in ("gain", "gain_low", "gain_high"))
    noise = f" and {measured(facts['of_noise'], 2)} times the run-to-run noise of its mean" if facts["of_noise"] else ""
    return (
        f"To go from {n // 2} to {n} configs is expected to have made the best {study.runs.label} better by {gain} "
        f"({low} to {high}), {100 * facts['of_spread']:.0f} % of the spread of the best quarter{noise}; "
        f"{int(facts['good'])} config{'s are' if facts['good'] != 1 else ' is'} about as good as the best."
    )


def _advice(study: Study, facts: dict[str, Any], much: bool) -> str:
    n = int(facts["configs"])
    if much:
        return (
            f"The best was still moving: run about {n} more configs, around the best if the space is to be narrowed, "
            f"and repeat the best run {study.runs.names[study.configs.best[0]]} to see that it was no luck."
        )
    if facts["saturated"]:
        return ""
    return f"If no doubling gains more than the one before, {n} more configs gain at most about as much again."


def _evidence(study: Study) -> Evidence:
    """Draw the expected best against the number of configs, with a band where it holds."""
    runs, loss = study.runs, study.configs.loss
    n = len(loss)
    m = np.unique(np.geomspace(1, n, PLACES).round().astype(int))
    best = [bestof.expected_best(loss, int(k)) for k in m]
    sure = [i for i, k in enumerate(m) if bestof.BLOCKS * k <= n]
    half = [bestof.half_width([(bestof.variance(loss, int(m[i])), n)], int(m[i])) for i in sure]
    low, high = (
        [unscaled(runs, best[i] + way * h) for i, h in zip(sure, half, strict=True)]
        for way in ((-1, 1) if runs.goal == "minimize" else (1, -1))
    )
    return Evidence(
        f"Expected best of so many configs (interval up to {m[sure[-1]]}: beyond, too few independent bests)",
        Along("configs", log=True),
        Along(runs.label, log=is_log(runs)),
        (
            Series("90 % interval", "band", [float(m[i]) for i in sure], low=low, high=high),
            Series("expected best", "line", m.astype(float).tolist(), [unscaled(runs, b) for b in best], tone="best"),
        ),
        (Mark("x", float(n // 2), "half of the configs"),),
    )
