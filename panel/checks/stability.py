"""
Would another search have picked another winner? The settings that winners of smaller samples share, what they lose.

Which config wins is no measure: of a bootstrap the same one recurs in 63 % at most, of half-samples in half. So the
winners are compared by their loss and by their settings. How often each config is the best of a sample is known exactly
(`runs.bestof.weights`), so nothing is drawn but for the test of each parameter.

Facts: ``gap``, by how much the winner of half of the configs is expected to be worse than that of all, in the target's
units; ``gap_of_spread``, the same as a share of the spread of the best quarter; ``gap_of_noise``, as a multiple of the
run-to-run noise of the winner's mean, ``None`` where that is not known; ``settled``, the parameters in whose values the
winners agree, and ``open``, the others; ``spread``, by parameter: spread of the winners' values as a share of the
spread of all; ``p``, the smallest corrected p-value of a parameter.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.statistics import measured, ranks
from ..runs import bestof
from ..runs.base import Axis
from ..runs.configs import improvement, is_log, unscaled
from ..runs.replicates import trial_noise
from .base import Along, Evidence, Finding, Series, Study, number_of

NAME = "stability"
QUESTION = "Would another search have picked another winner?"

FEWEST = 10
"""With fewer configs the winners of smaller samples are nearly always the same few."""

PART = 4
"""Values are compared among the winners of samples of one in so many configs: they come from about seven configs."""

AGREE = 0.6
"""Winners agree in a parameter if their values are spread less than this share of the spread of all, beyond chance."""

LEVEL = 0.1
"""Beyond chance: shuffled values are spread as little with no larger probability, corrected by Holm's rule."""

SIGNAL = 0.4
"""If no parameter's corrected p-value is below this, the winners' settings look drawn at random."""

MUCH = 1 / 3
"""A gap of this share of the spread of the best quarter or more."""

SHUFFLES = 200
FEW_ENOUGH = 1_000
LEAST_WEIGHT = 0.005
"""Configs that win a sample more rarely are put aside."""

NAMED = 4
DRAWN = 300


def check(study: Study) -> Finding:
    """Say how far the winners of samples lie apart, in loss and in settings; see the module for its facts."""
    configs, label = study.configs, study.runs.label
    n = len(configs)
    facts: dict[str, Any] = {"gap": None, "gap_of_spread": None, "gap_of_noise": None, "settled": [], "open": []}
    facts |= {"spread": {}, "p": None}
    why = _untold(study)
    if why:
        return Finding(NAME, QUESTION, "can't tell", *why, f"{n} configs.", facts=facts)
    loss = configs.loss
    weight = winning(n, n // 2)
    gap = float(weight @ (loss - loss[0]))
    spread = float(loss[n // 4] - loss[0])
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    facts["gap"] = improvement(study.runs, float(loss[0]) + gap, gap)
    facts["gap_of_spread"] = gap / spread if spread > 0 else 0.0
    facts["gap_of_noise"] = gap / noise.of_mean(configs.size[0]) if noise and noise.sd else None
    axes = {p.name: study.runs.axis(p.name) for p in study.tuned}
    agreed = agreement(study, axes)
    facts["spread"] = {name: share for name, (share, _) in agreed.items()}
    corrected = dict(zip(agreed, bestof.holm([p for _, p in agreed.values()]), strict=True))
    facts["settled"] = [name for name, (share, _) in agreed.items() if share <= AGREE and corrected[name] <= LEVEL]
    facts["open"] = [name for name in agreed if name not in facts["settled"]]
    small = facts["gap_of_noise"] is not None and facts["gap_of_noise"] <= 1
    wide = facts["gap_of_spread"] >= MUCH and not small
    facts["p"] = min(corrected.values(), default=None)
    random = facts["p"] is not None and facts["p"] > SIGNAL
    return Finding(
        NAME,
        QUESTION,
        "look" if wide or random else "fine",
        _sentence(facts, label, random),
        _advice(study, facts, wide, random),
        f"{n} configs; winners of half of them for the loss, of a quarter for the values, each with the probability "
        f"to win; values shuffled {SHUFFLES} times, level {100 * LEVEL:.0f} % "
        f"corrected for {len(agreed)} parameters.",
        _evidence(study, axes, agreed),
        facts,
    )


def _untold(study: Study) -> tuple[str, str] | None:
    """Return why it cannot be told, and what to do; ``None`` if it can."""
    n, label = len(study.configs), study.runs.label
    if n < FEWEST:
        return (
            f"{n} config{'s have' if n != 1 else ' has'} a finite {label}: too few to be taken apart.",
            f"Run at least {FEWEST - n} more.",
        )
    if study.adaptive:
        return (
            f"The search chose its runs by what it had found ({study.adaptive}), so parts of its {n} configs are not "
            "smaller searches.",
            "Repeat the search with another seed, and compare the two winners.",
        )
    if not study.tuned:
        return f"No parameter varies among the {n} configs: there is no other winner to pick.", "Vary a parameter."
    if study.configs.loss[0] == study.configs.loss[-1]:
        return f"All {n} configs have the same {label}, so none of them is the winner.", "Choose another metric."
    return None


def winning(n: int, m: int) -> np.ndarray:
    """Return the probability of each of n configs, from the best, to be the best of m drawn; shape (n,)."""
    return bestof.weights(n, m)


def agreement(study: Study, axes: dict[str, Axis]) -> dict[str, tuple[float, float]]:
    """
    Return for each parameter the spread of the winners' values as a share of that of all, and how likely by chance.

    The spread is the expected distance of two different winners: of ranks for numbers, 0 or 1 for categories. A winner
    without a value (of an inactive parameter) is put aside, and a parameter left out if fewer than three winners or
    `FEWEST` configs have one.
    """
    best = study.configs.best
    weight = winning(len(best), max(1, len(best) // PART))
    drawn = np.random.default_rng(study.design.seed)
    found, draws = {}, dict[tuple[int, int], np.ndarray]()
    for name in sorted(axes):
        values = axes[name].values[best]
        has = ~np.isnan(values)
        w, values = weight[has], values[has]
        top = w >= LEAST_WEIGHT
        if len(values) < FEWEST or top.sum() < 3 or len(np.unique(values)) < 2:
            continue
        category = axes[name].kind == "category"
        values = values if category else ranks(values)
        every = _apart(values[None, :], np.ones(len(values)), category)[0]
        if (len(values), int(top.sum())) not in draws:
            draws[len(values), int(top.sum())] = _draws(drawn, len(values), int(top.sum()))
        chosen = values[draws[len(values), int(top.sum())]]
        shares = _apart(chosen, w[top], category) / every
        share = float(_apart(values[None, top], w[top], category)[0] / every)
        found[name] = (share, float((1 + (shares <= share + 1e-9).sum()) / (SHUFFLES + 1)))
    return {name: found[name] for name in axes if name in found}


def _draws(drawn: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Return k different numbers below n in each row; where n is large, two may be equal."""
    if n > FEW_ENOUGH:
        return drawn.integers(0, n, (SHUFFLES, k))
    return drawn.random((SHUFFLES, n)).argsort(axis=1)[:, :k]


def _apart(values: np.ndarray, weight: np.ndarray, category: bool) -> np.ndarray:
    """Return the mean distance of two different entries of each row, drawn by weight; shape (n_rows,)."""
    order = np.argsort(values, axis=1, kind="stable")
    sorted_, w = np.take_along_axis(values, order, 1), weight[order]
    different = weight.sum() ** 2 - (weight**2).sum()
    left = np.cumsum(w, axis=1)[:, :-1]
    steps = np.diff(sorted_, axis=1)
    if not category:  # every gap between neighbours is crossed by all pairs on its two sides
        return 2 * (steps * left * (weight.sum() - left)).sum(1) / different
    ends = np.concatenate([steps > 0, np.ones((len(values), 1), bool)], axis=1)
    total = np.where(ends, np.cumsum(w, axis=1), 0.0)
    before = np.maximum.accumulate(np.concatenate([np.zeros((len(values), 1)), total[:, :-1]], axis=1), axis=1)
    held = np.where(ends, total - before, 0.0)
    return (weight.sum() ** 2 - (held**2).sum(1)) / different


def _sentence(facts: dict[str, Any], label: str, random: bool) -> str:
    share = f"{100 * facts['gap_of_spread']:.0f} % of the spread of the best quarter"
    size = f"{measured(facts['gap'], 2)} worse in {label}, {share}"
    if facts["gap_of_noise"] is not None:
        size += f" and {measured(facts['gap_of_noise'], 2)} times the run-to-run noise of its mean"
    many = len(facts["settled"]) + len(facts["open"])
    if not many:
        which = "no parameter has values for enough configs to say in what the winners agree"
    elif random:
        which = f"the winners agree in none of {number_of(many, 'parameter')} more than configs drawn at random"
    elif facts["settled"]:
        of = f"{len(facts['settled'])} of {number_of(many, 'parameter')}"
        which = f"the winners agree in {_listed(facts['settled'])} ({of})"
    else:
        which = f"the winners clearly agree in none of {number_of(many, 'parameter')}"
    return f"The winner of half the configs is expected to be {size}; {which}."


def _listed(names: list[str]) -> str:
    shown = names[:NAMED] + ([f"{len(names) - NAMED} more"] if len(names) > NAMED else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _advice(study: Study, facts: dict[str, Any], wide: bool, random: bool) -> str:
    n, name = len(study.configs), str(study.runs.names[study.configs.best[0]])
    if wide:
        return (
            f"The winner stands apart from those next to it: repeat {name} with 3 other seeds to see that it was no "
            f"luck, then run about {n} more configs around it."
        )
    if random:
        return (
            f"Do not read the winner's settings as the best ones: run about {n} more configs, or repeat the best three "
            "with 3 other seeds each to see whether anything but luck sets them apart."
        )
    return ""


def _evidence(study: Study, axes: dict[str, Axis], agreed: dict[str, tuple[float, float]]) -> tuple[Evidence, ...]:
    """Draw the parameters in which winners agree most: all configs, and those that win samples."""
    chosen = sorted(agreed, key=lambda name: agreed[name])[:2]
    return tuple(_winners(study, axes[name]) for name in chosen)


def _winners(study: Study, axis: Axis) -> Evidence:
    runs, configs = study.runs, study.configs
    values = axis.values[configs.best]
    weight = winning(len(configs), max(1, len(configs) // PART))
    usable = np.isfinite(values)
    wins = np.flatnonzero(usable & (weight >= LEAST_WEIGHT))
    rest = np.setdiff1d(np.flatnonzero(usable), wins)
    rest = rest[np.unique(np.linspace(0, len(rest) - 1, min(len(rest), DRAWN)).astype(int))] if len(rest) else rest

    def points(name: str, which: np.ndarray, tone: Any) -> Series:
        losses = [unscaled(runs, x) for x in configs.loss[which]]
        ids = [str(i) for i in runs.ids[configs.best[which]]]
        return Series(name, "points", values[which].tolist(), losses, tone=tone, runs=ids)

    return Evidence(
        f"Winners of samples of a quarter of the configs along {axis.parameter}",
        Along(axis.parameter, axis.scale == "log", axis.labels),
        Along(runs.label, log=is_log(runs)),
        (points("other configs", rest, "rest"), points("win a sample", wins, "best")),
    )
