"""
Adopt or not: two values of a parameter after tuning all others, or two configs by their repeats.

Two values are compared by the expected best of equally many configs each, as in `isolation`: how sure that is, is the
study's part (which configs happened to be tried). Two configs are compared by their repeats: how sure that is, is the
trial's part (run-to-run noise). The two are said separately.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.statistics import t_quantile
from ..errors import QuestionError, nearest
from . import bestof
from .adopt_words import complexity, conditional, configs_wanted, recommended, wanted_configs
from .base import Runs
from .buckets import MOST_BUCKETS, Bucket, buckets_of
from .configs import Configs, config_numbers, configs_of, improvement, is_log, scaled_loss, unscaled
from .isolation import (
    FEWEST,
    Group,
    compare,
    entry_of,
    equal_numbers,
    finite_or_none,
    group_of,
    parameter_of,
    points_of,
    whole,
)
from .replicates import Noise, trial_noise

REPEATS = (3, 20)
"""How often a config is to be repeated to tell two apart, at least and at most."""


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Compare two configs or two values of a parameter.

    Parameters
    ----------
    runs
        The runs.
    asked
        ``kind``, ``values`` or ``configs``. Of configs ``run_a`` and ``run_b``, ids of a run of each. Of values
        ``parameter``, and ``a`` and ``b``, labels of two of its values as `buckets_of` makes them, and ``buckets``, how
        many for a number. What is missing is chosen: the parameter that is most likely the question, its two best
        values; the best config. ``b`` is the baseline.

    Returns
    -------
    dict
        ``kind`` (``values`` or ``configs``); ``a``, ``b`` in words; ``groups``, one a side, with label, runs, configs
        and the estimate with its interval; ``difference`` in the target's units, positive where a is better, with
        ``low`` and ``high``; ``ratio``, the same as a factor where the target is compared by ratios; ``p``; ``trial``
        and ``study``, the standard deviation of run-to-run noise and of the difference by the choice of configs, in the
        target's units, ``None`` where not known, each with ``words``; ``complexity``, sentences; ``verdict`` and
        ``sentence``; ``wanted``, what to run to tell, else empty; ``points`` to draw: side, target, run, name, number
        of runs. Or ``empty``, which says why.

    Raises
    ------
    QuestionError
        If a run, a parameter or a value is not known, or the two are the same.
    """
    if asked.get("kind") == "configs" or asked.get("run_a") or asked.get("run_b"):
        return _configs(runs, asked)
    return _values(runs, asked)


def _values(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    parameter = parameter_of(runs, asked.get("parameter"))
    if parameter is None or not runs.feasible.any():
        return {"empty": _nothing(runs)}
    number, loss = config_numbers(runs), scaled_loss(runs)
    axis = runs.axis(parameter)
    wanted = whole(asked.get("buckets"), "Buckets", 2, MOST_BUCKETS)
    buckets = [b for b in buckets_of(axis, wanted) if not b.mixed]
    groups = [group_of(runs, bucket, number, loss) for bucket in buckets]
    missing = [bool(np.isnan(axis.values[bucket.rows]).any()) for bucket in buckets]
    chosen = _chosen(groups, missing, parameter, asked.get("a"), asked.get("b"))
    if chosen is None:
        return {"empty": f"All runs have the same {parameter}, {buckets[0].label}: there is nothing to compare."}
    sides = [groups[i] for i in chosen]
    m, enough = equal_numbers(sides, None) if min(side.n for side in sides) >= FEWEST else (0, FEWEST)
    enough = min(enough, min(side.n for side in sides)) if m else enough
    entries = [entry_of(runs, side, m, enough) for side in sides]
    compare(runs, sides, entries, m, enough, 1)
    found = _common(runs, number, loss, "values", *(side.bucket.words for side in sides))
    found |= {"parameter": parameter, "m": m, "groups": entries, "labels": [b.label for b in buckets]}
    found["p"] = entries[0]["p"]
    n = min(side.n for side in sides)
    found["wanted"] = f"each value needs {FEWEST} configs or more: run {max(1, FEWEST - n)} more with random settings"
    if entries[0]["difference"] is not None:
        variance = [bestof.variance(side.configs.loss, m) for side in sides]
        half = bestof.half_width([(v, side.n) for v, side in zip(variance, sides, strict=True)], m)
        better = -float(entries[0]["rank_difference"])
        _difference(runs, found, better, half, float(entries[1]["rank"]))
        sd = abs(improvement(runs, float(entries[1]["rank"]), float(np.sqrt(sum(variance)))))
        found["study"]["sd"] = finite_or_none(sd)
        found["beyond"] = None if runs.adaptive else entries[0]["verdict"] != "same"
        more = configs_wanted(half, better, n)
        found["wanted"] = wanted_configs(more, n)
    found["complexity"] = [
        *conditional(runs, parameter, (entries[0]["label"], entries[1]["label"])),
        *complexity(runs, (sides[0].bucket.rows, sides[1].bucket.rows), (found["a"], found["b"])),
    ]
    return _finished(runs, found, sides)


def _chosen(groups: list[Group], missing: list[bool], parameter: str, a: Any, b: Any) -> tuple[int, int] | None:
    """Return the places of the two values, of missing ones if they are asked for; ``None`` if there is only one."""
    labels = [group.bucket.label for group in groups]
    for wanted in (a, b):
        if wanted not in (None, "") and str(wanted) not in labels:
            raise QuestionError(f"{parameter} has no value {wanted!r} here. {nearest(str(wanted), labels)}")
    if len(groups) < 2:
        return None
    m, _ = equal_numbers(groups, None)

    def rank(i: int) -> tuple[bool, bool, float, int]:
        n = groups[i].n
        known = bool(m) and n >= max(FEWEST, m)
        best = groups[i].configs.loss[0] if n else np.inf
        return missing[i], not known, bestof.expected_best(groups[i].configs.loss, m) if known else float(best), i

    order = sorted(range(len(groups)), key=rank)
    first = labels.index(str(a)) if a not in (None, "") else None
    second = labels.index(str(b)) if b not in (None, "") else None
    if first is None:
        first = next(i for i in order if i != second)
    if second is None:
        second = next(i for i in order if i != first)
    if first == second:
        raise QuestionError(f"{labels[first]} cannot be compared with itself. Choose another value of {parameter}.")
    return first, second


def _configs(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    known = [str(i) for i in runs.ids]
    for key in ("run_a", "run_b"):
        if asked.get(key) and str(asked[key]) not in known:
            raise QuestionError(f"There is no run {asked[key]!r} here. {nearest(str(asked[key]), known)}")
    if not runs.feasible.any():
        return {"empty": _nothing(runs)}
    number, loss = config_numbers(runs), scaled_loss(runs)
    every = configs_of(runs, np.arange(len(runs)), number, loss)
    rows = [known.index(str(asked[key])) if asked.get(key) else None for key in ("run_a", "run_b")]
    for i in (0, 1):
        if rows[i] is None:
            other = rows[1 - i]
            left = [int(run) for run in every.best if other is None or number[run] != number[other]]
            if not left:
                return {"empty": f"There is only one config with a finite {runs.label}: nothing to compare it with."}
            rows[i] = left[0]
    pair = [int(row) for row in rows if row is not None]
    if number[pair[0]] == number[pair[1]]:
        raise QuestionError(f"{known[pair[0]]} and {known[pair[1]]} are the same config, equal but for seeds.")
    names = [str(runs.names[row]) for row in pair]
    sides = []
    for name, row in zip(names, pair, strict=True):
        mine = np.flatnonzero(number == number[row])
        bucket = Bucket(name, f"the config of {name}", mine)
        sides.append(Group(bucket, configs_of(runs, mine, number, loss), int((~runs.feasible[mine]).sum())))
    found = _common(runs, number, loss, "configs", *(side.bucket.words for side in sides))
    noise = trial_noise(loss, number, runs.feasible)
    found |= {"groups": [_config(runs, side, noise) for side in sides], "m": None, "p": None}
    found["study"]["words"] = (
        "Not known: the two configs are compared as they are, whatever others might have been tried."
    )
    _by_repeats(runs, found, sides, noise, every)
    found["complexity"] = complexity(runs, (sides[0].bucket.rows, sides[1].bucket.rows), (found["a"], found["b"]))
    return _finished(runs, found, [_single(side, runs, loss) for side in sides])


def _by_repeats(runs: Runs, found: dict[str, Any], sides: list[Group], noise: Noise | None, every: Configs) -> None:
    """Add the difference of two configs by their repeats."""
    sizes = [int(side.configs.size[0]) if side.n else 0 for side in sides]
    missing = [side.bucket.words for side, size in zip(sides, sizes, strict=True) if not size]
    if missing:
        found["wanted"] = f"{missing[0]} has no run with a finite {runs.label}: mend and repeat it"
        return
    means = [float(side.configs.loss[0]) for side in sides]
    better = means[1] - means[0]
    times = REPEATS[0]
    if noise is None or not noise.sd:
        _difference(runs, found, better, np.inf, means[1])
        found["wanted"] = f"run each of the two {times} more times with other seeds"
        return
    n = len(every)
    best_two = set(every.best[:2].tolist()) == {int(side.configs.best[0]) for side in sides}
    many = 1 if best_two else max(1, n - 1)  # the best against the second needs no correction, see `checks.noise`
    half = float(t_quantile(1 - (1 - bestof.LEVEL) / 2 / many, noise.freedom))
    half *= noise.sd * float(np.sqrt(sum(1 / size for size in sizes)))
    _difference(runs, found, better, half, means[1])
    found["beyond"] = None if runs.adaptive else bool(abs(better) > half)
    if better:
        times = int(np.clip(np.ceil(2 * (2.5 * noise.sd / better) ** 2), *REPEATS))
    found["wanted"] = f"run each of the two {max(REPEATS[0], times - min(sizes))} more times with other seeds"
    if many > 1:
        found["notes"].append(
            f"The interval is adjusted for {many} comparisons, as if the two were picked by their runs."
        )


def _config(runs: Runs, side: Group, noise: Noise | None) -> dict[str, Any]:
    """Return what is known of one config."""
    entry: dict[str, Any] = {"label": side.bucket.label, "words": side.bucket.words, "configs": side.n}
    entry |= {"runs": int(side.configs.size[0]) if side.n else 0, "infeasible": side.infeasible}
    entry |= dict.fromkeys(("expected", "low", "high"))
    if side.n:
        mean = float(side.configs.loss[0])
        entry["expected"] = unscaled(runs, mean)
        if noise and noise.sd:
            half = float(t_quantile((1 + bestof.LEVEL) / 2, noise.freedom)) * noise.sd / np.sqrt(side.configs.size[0])
            ends = sorted(unscaled(runs, mean + way * half) for way in (-1, 1))
            entry |= {"low": finite_or_none(ends[0]), "high": finite_or_none(ends[1])}
    return entry


def _single(side: Group, runs: Runs, loss: np.ndarray) -> Group:
    """Return a config with each of its runs as one point."""
    rows = side.bucket.rows[runs.feasible[side.bucket.rows]]
    rows = rows[np.argsort(loss[rows], kind="stable")]
    return Group(side.bucket, Configs(loss[rows], rows, np.ones(len(rows), int)), side.infeasible)


def _common(runs: Runs, number: np.ndarray, loss: np.ndarray, kind: str, a: str, b: str) -> dict[str, Any]:
    """Return what both kinds of comparison have."""
    noise = trial_noise(loss, number, runs.feasible)
    trial: dict[str, Any] = {"sd": None, "configs": 0, "words": "Not known: no config was run twice with another seed."}
    if noise and noise.sd:
        best = configs_of(runs, np.arange(len(runs)), number, loss).loss[0]  # as `checks.noise` says it
        sd = abs(improvement(runs, float(best), -noise.sd))
        words = f"One run around the mean of its config, from the repeats of {noise.configs} configs."
        trial = {"sd": finite_or_none(sd), "configs": noise.configs, "words": words}
    study = {"sd": None, "words": "The difference, by which configs of each side happened to be tried."}
    return {
        "kind": kind, "a": a, "b": b, "target": runs.label, "goal": runs.goal, "log": is_log(runs),
        "level": bestof.LEVEL, "adaptive": runs.adaptive, "difference": None, "low": None, "high": None, "ratio": None,
        "beyond": None, "trial": trial, "study": study, "wanted": "", "notes": [],
    }  # fmt: skip


def _difference(runs: Runs, found: dict[str, Any], better: float, half: float, base: float) -> None:
    """Add by how much a is better than b, whose loss is `base`; an infinite `half` leaves the interval out."""
    found["difference"] = finite_or_none(improvement(runs, base, better))
    if np.isfinite(half):
        found["low"], found["high"] = (finite_or_none(improvement(runs, base, better + w * half)) for w in (-1, 1))
    if is_log(runs):
        found["ratio"] = finite_or_none(float(np.exp(-better if runs.goal == "minimize" else better)))


def _finished(runs: Runs, found: dict[str, Any], sides: list[Group]) -> dict[str, Any]:
    """Add the recommendation, the points and the notes."""
    if runs.adaptive:
        found["notes"].append(
            f"The search chose these runs ({runs.adaptive}), so chance is not judged and the interval is too narrow."
        )
        if found["kind"] == "values" and found["difference"] is not None:
            found["wanted"] = "run equally many configs with each, all other parameters drawn at random"
    found["verdict"], found["sentence"] = recommended(found)
    found["wanted"] = found["wanted"] if found["verdict"] == "not enough to tell" else ""
    drawn = points_of(runs, sides) if any(side.n for side in sides) else {"points": [], "drawn": 0, "middle": None}
    return found | drawn


def _nothing(runs: Runs) -> str:
    if not runs.feasible.any():
        return f"None of the {len(runs):,} runs has a finite {runs.label}. Loosen the filter, or choose another metric."
    return "No parameter has a value in these runs. Change the filter, or which columns are parameters."
