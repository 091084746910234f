"""
One parameter alone: the best of all configs for each of its values, whatever the other parameters are.

A value that was tried more often has the better best run by luck alone. So values are compared by the expected best of
equally many configs (see `bestof`), and each with a baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import QuestionError
from . import bestof
from .base import Runs
from .buckets import MOST_BUCKETS, Bucket, buckets_of
from .configs import Configs, config_numbers, configs_of, is_log, scaled_loss, unscaled
from .isolation_words import lead, sentence

FEWEST = 6
"""A value with fewer configs is not compared: the best of less than two is no best."""

MOST = 50
"""Of more configs than this the best is not asked about unless one says so: hardly anybody runs them."""

SMALLEST = 0.1
"""A value with fewer configs than this share of the median is left out, lest all are compared by the best of two."""

BEYOND = 0.1
"""A difference is beyond chance if its corrected p-value is no larger, and its interval leaves out none."""

OFFERED = (2, 3, 5, 10, 20, 50, 100, 200)
POINTS = 1_000
"""Configs that are drawn, at most."""

BEST_DRAWN = 20
"""The best of each value that are drawn in any case."""

MOST_NAMED = 20_000
"""With more runs than this the record does not name those of each value."""


@dataclass(frozen=True)
class Group:
    """A bucket with its configs."""

    bucket: Bucket
    configs: Configs
    infeasible: int

    @property
    def n(self) -> int:
        """Number of configs that can be compared."""
        return 0 if self.bucket.mixed else len(self.configs)


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Compare the values of a parameter.

    Parameters
    ----------
    runs
        The runs.
    asked
        ``parameter``; ``baseline``, the label of a value; ``buckets``, how many for a number; ``m``, of how many
        configs the best is compared. All may be missing.

    Returns
    -------
    dict
        ``buckets``, one entry for each value in order, with its runs, configs, best run, expected best and difference
        to the baseline (a ratio where ``log``); ``points`` to draw; ``lead`` and ``sentences`` in words; ``notes``. Or
        ``empty``, which says why there is nothing.

    Raises
    ------
    QuestionError
        If a parameter is not known, or a number is none that can be asked for.
    """
    parameter = parameter_of(runs, asked.get("parameter"))
    if parameter is None:
        return {"empty": "No parameter has a value in these runs. Change the filter, or which columns are parameters."}
    if not runs.feasible.any():
        return {"empty": f"None of the {len(runs):,} runs has a finite {runs.label}. Loosen the filter, or choose "
                         "another metric."}  # fmt: skip
    axis = runs.axis(parameter)
    wanted = whole(asked.get("buckets"), "Buckets", 2, MOST_BUCKETS)
    number, loss = config_numbers(runs), scaled_loss(runs)
    groups = [group_of(runs, bucket, number, loss) for bucket in buckets_of(axis, wanted)]
    m, enough = equal_numbers(groups, whole(asked.get("m"), "Best of", 2, max(OFFERED)))
    baseline, missed = _baseline(groups, asked.get("baseline"), enough)
    entries = [entry_of(runs, group, m, enough) for group in groups]
    compare(runs, groups, entries, m, enough, baseline)
    named = len(runs) <= MOST_NAMED
    for entry, group in zip(entries, groups, strict=True):
        entry["ids"] = runs.ids[group.bucket.rows].tolist() if named else None
    found = {
        "parameter": parameter,
        "kind": axis.kind,
        "integer": runs.parameters[parameter].kind == "integer",
        "absent": axis.absent,
        "target": runs.label,
        "goal": runs.goal,
        "log": is_log(runs),
        "scale": runs.scale,
        "level": bestof.LEVEL,
        "adaptive": runs.adaptive,
        "runs": int(runs.feasible.sum()),
        "infeasible": int((~runs.feasible).sum()),
        "configs": sum(len(group.configs) for group in groups),
        "m": m,
        "enough": enough,
        "offered": _offered(groups),
        "baseline": None if baseline is None else entries[baseline]["label"],
        "buckets": entries,
        **points_of(runs, groups),
    }
    best_first = sorted((e for e in entries if e["expected"] is not None), key=lambda e: e["rank"])
    found["lead"] = lead(found)
    found["sentences"] = [sentence(found, entry) for entry in best_first]
    found["notes"] = _notes(found, missed)
    return found


def parameter_of(runs: Runs, wanted: Any) -> str | None:
    """Return the parameter that is asked about: the one named, or one whose effect is most likely the question."""
    if wanted:
        found = runs.known([str(wanted)])
        if not found:
            raise QuestionError(f"No run has a value of {wanted!r} here. Choose another parameter, or another filter.")
        return found[0]
    varying = [p for p in runs.parameters.values() if p.distinct > 1]
    modelled = [p for p in varying if p.modelled]
    order = [
        *(p for p in varying if p.role == "scientific"),
        *(p for p in modelled if p.kind in ("categorical", "boolean") and 2 <= p.distinct <= 8),
        *modelled,
        *varying,
        *runs.parameters.values(),
    ]
    return next((p.name for p in order if runs.known([p.name])), None)


def whole(value: Any, what: str, least: int, most: int) -> int | None:
    """Return a whole number that was asked for, ``None`` if none was; QuestionError if it is not from least to most."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
        raise QuestionError(f"{what} must be a whole number, not {value!r}.")
    if not least <= int(value) <= most:
        raise QuestionError(f"{what} must be {least} to {most}, not {value}.")
    return int(value)


def group_of(runs: Runs, bucket: Bucket, number: np.ndarray, loss: np.ndarray) -> Group:
    """Return a bucket with its configs; see `config_numbers` and `scaled_loss`."""
    infeasible = int((~runs.feasible[bucket.rows]).sum())
    return Group(bucket, configs_of(runs, bucket.rows, number, loss), infeasible)


def equal_numbers(groups: list[Group], wanted: int | None) -> tuple[int, int]:
    """Return of how many configs the best is compared, and how many a value needs for that; 0 and `FEWEST` if none."""
    if wanted is not None:
        return wanted, max(FEWEST, bestof.BLOCKS * wanted)
    sizes = [group.n for group in groups if group.n >= FEWEST]
    if not sizes:
        return 0, FEWEST
    smallest = min(n for n in sizes if n >= SMALLEST * np.median(sizes))
    m = min(MOST, smallest // bestof.BLOCKS)
    return m, bestof.BLOCKS * m


def _offered(groups: list[Group]) -> list[int]:
    """Return the numbers of configs by whose best at least two values can be compared."""
    second = sorted((group.n for group in groups), reverse=True)[1:2]
    return [m for m in OFFERED if second and second[0] >= max(FEWEST, bestof.BLOCKS * m)]


def _baseline(groups: list[Group], wanted: Any, enough: int) -> tuple[int | None, str]:
    """Return the number of the baseline: the value asked for, else the one with most configs; and what was missed."""
    labels = {group.bucket.label: i for i, group in enumerate(groups) if not group.bucket.mixed}
    if wanted and str(wanted) in labels:
        return labels[str(wanted)], ""
    sizes = [group.n for group in groups]
    best = int(np.argmax(sizes))
    missed = f"There is no value {str(wanted)[:60]!r} here to be the baseline." if wanted else ""
    if str(wanted) in [group.bucket.label for group in groups]:
        missed = f"The {wanted} have nothing in common, so they cannot be the baseline."
    return (best if sizes[best] >= enough else None), missed


def entry_of(runs: Runs, group: Group, m: int, enough: int) -> dict[str, Any]:
    """Return what is known of one value alone."""
    configs, bucket = group.configs, group.bucket
    rows = bucket.rows[runs.feasible[bucket.rows]]
    entry: dict[str, Any] = {
        "label": bucket.label,
        "words": bucket.words,
        "mixed": bucket.mixed,
        "runs": len(rows),
        "configs": len(configs),
        "infeasible": group.infeasible,
        "best": None,
        "why": "",
        **dict.fromkeys(("expected", "low", "high", "rank", "difference", "difference_low", "difference_high")),
        **dict.fromkeys(("p", "verdict")),
    }
    if len(rows):
        first = rows[np.lexsort((runs.order[rows], runs.loss[rows]))[0]]
        name = str(runs.names[first])
        entry["best"] = {"run": str(runs.ids[first]), "name": name, "target": float(runs.target[first])}
    if bucket.mixed:
        entry["why"] = "many values"
    elif not m or len(configs) < enough:
        entry["why"] = "too few configs"
    else:
        estimate = bestof.expected_best(configs.loss, m)
        half = bestof.half_width([(bestof.variance(configs.loss, m), len(configs))], m)
        ends = sorted(unscaled(runs, estimate + way * half) for way in (-1, 1))
        entry |= {"expected": unscaled(runs, estimate), "low": ends[0], "high": ends[1], "rank": estimate}
        entry |= {key: finite_or_none(entry[key]) for key in ("low", "high")}
    return entry


def compare(
    runs: Runs, groups: list[Group], entries: list[dict[str, Any]], m: int, enough: int, baseline: int | None
) -> None:
    """Add to every value its difference to the baseline, and whether it is beyond chance."""
    if baseline is None or entries[baseline]["expected"] is None:
        return
    base = groups[baseline].configs.loss
    parts = (bestof.variance(base, m), len(base))
    others = [i for i, entry in enumerate(entries) if i != baseline and entry["expected"] is not None]
    for i in others:
        loss = groups[i].configs.loss
        difference = entries[i]["rank"] - entries[baseline]["rank"]
        half = bestof.half_width([(bestof.variance(loss, m), len(loss)), parts], m)
        ends = sorted(unscaled(runs, difference + way * half) for way in (-1, 1))
        entries[i] |= {"difference": finite_or_none(unscaled(runs, difference)), "rank_difference": difference}
        entries[i] |= {"difference_low": finite_or_none(ends[0]), "difference_high": finite_or_none(ends[1])}
        entries[i]["excludes"] = bool(abs(difference) > half)
    if runs.adaptive:
        return
    corrected = bestof.holm([bestof.chance(base, groups[i].configs.loss, m, i) for i in others])
    for i, p in zip(others, corrected, strict=True):
        beyond = p <= BEYOND and entries[i]["excludes"]
        better = "better" if entries[i]["rank_difference"] < 0 else "worse"
        entries[i] |= {"p": p, "verdict": better if beyond else "same"}


def finite_or_none(value: float) -> float | None:
    """Return a number as plain JSON knows it."""
    return float(value) if np.isfinite(value) else None


def points_of(runs: Runs, groups: list[Group]) -> dict[str, Any]:
    """Return the configs to draw: the best of each value, and an even choice of the others."""
    total = sum(len(group.configs) for group in groups)
    share = min(1.0, POINTS / max(1, total))
    points = []
    for i, group in enumerate(groups):
        n = len(group.configs)
        some = np.unique(np.linspace(0, n - 1, max(1, round(share * n))).astype(int)) if n else np.empty(0, int)
        for place in np.union1d(np.arange(min(n, BEST_DRAWN)), some).astype(int) if share < 1 else range(n):
            run, size = int(group.configs.best[place]), int(group.configs.size[place])
            target = unscaled(runs, float(group.configs.loss[place]))
            points.append([i, target, str(runs.ids[run]), str(runs.names[run]), size])
    losses = np.concatenate([group.configs.loss for group in groups])
    return {"points": points, "drawn": len(points), "middle": unscaled(runs, float(np.median(losses)))}


def _notes(found: dict[str, Any], missed: str) -> list[str]:
    notes = [missed] if missed else []
    base = next((entry["configs"] for entry in found["buckets"] if entry["label"] == found["baseline"]), 0)
    if any(entry["p"] is not None and entry["configs"] + base > bestof.SINGLY for entry in found["buckets"]):
        notes.append(
            f"Two values with more than {bestof.SINGLY:,} configs together: for the shuffling test those with nearly "
            f"the same {found['target']} count as equal."
        )
    notes.append(f"The axis of {found['target']} ends at the middle config, or as far as intervals reach.")
    if found["drawn"] < found["configs"]:
        notes.append(
            f"{found['drawn']:,} of {found['configs']:,} configs drawn: the best of each value, and an even choice of "
            "the others."
        )
    if found["configs"] < found["runs"]:
        notes.append(
            f"{found['runs']:,} runs are {found['configs']:,} configs: runs equal but for seeds count as one, with "
            "their mean; the best run is a single one."
        )
    if found["scale"] == "rank":
        notes.append(f"Compared in {found['target']} as logged, not in ranks.")
    if found["adaptive"]:
        notes.append(
            f"The search chose these runs ({found['adaptive']}). It looked more where it had found good ones, so the "
            "comparison leans towards those values, the intervals are too narrow, and chance is not judged."
        )
    return notes
