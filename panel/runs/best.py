"""The best runs: in which settings they agree and differ from the rest, and their curves."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy import special

from ..data.statistics import short
from ..errors import QuestionError
from ..question.parameters import Parameter
from . import histories
from .base import Axis, Runs
from .bestof import holm
from .configs import config_numbers

K, LEAST, MOST = 10, 3, 50

FEW = 8
"""A number with so many different values, or fewer, is told by the values, as a category is."""

BEYOND = 0.1
"""The best differ from the rest beyond chance if the corrected p-value is no larger."""

MIDDLE = (0.05, 0.95)
"""The quantiles between which the middle 90 % of some numbers lie."""

MANY = 20
"""Of so many best runs or more the range is that of their middle 90 % too, as for the rest."""

AGREE = 0.8
"""The best agree in a value if at least this share of them has it."""

SENTENCES = 8


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Compare the best runs with the rest.

    Parameters
    ----------
    runs
        The runs.
    asked
        ``k``, how many runs are the best, 3 to 50; `K` if it is missing.

    Returns
    -------
    dict
        ``runs``, the best from the first, with the number of their ``config``; ``rows``, one a parameter, from the one
        in which best and rest differ most, with the exact value of each run as text; ``curves`` of the target's
        ``metric``, as `histories.packed` returns them; ``sentences`` and ``notes``. Or ``empty``, which says why there
        is nothing.

    Raises
    ------
    QuestionError
        If `k` cannot be asked for.
    """
    k = _count(asked.get("k"))
    found = runs.best_first
    if not len(found):
        return {"empty": f"None of the {len(runs):,} runs has a finite {runs.label}. Loosen the filter, or choose "
                         "another metric."}  # fmt: skip
    best = found[:k]
    number = config_numbers(runs)
    _, first = np.unique(number[found], return_index=True)
    configs = found[np.sort(first)]  # each config by its best run
    among = len(dict.fromkeys(number[best].tolist()))
    rest = len(configs) - among
    varying = [p for p in runs.parameters.values() if p.modelled and p.distinct > 1]
    rows = [_row(runs, p, best, configs, among) for p in varying]
    rows = [row for row in rows if row["varies"]]
    testable = [row for row in rows if row["p"] is not None]
    for row, p in zip(testable, holm([row["p"] for row in testable]), strict=True):
        row["corrected"] = None if runs.adaptive else p
        row["beyond"] = not runs.adaptive and p <= BEYOND
    rows.sort(key=lambda row: (1.0 if row["p"] is None else row["p"], -row["apart"]))
    if runs.adaptive:
        for row in rows:
            row["p"] = None
    steps = _curves(runs, best)
    record = {
        "k": len(best),
        "asked": k,
        "target": runs.label,
        "metric": runs.metric,
        "goal": runs.goal,
        "log": runs.scale == "log" and bool((runs.target[runs.feasible] > 0).all()),
        "adaptive": runs.adaptive,
        "feasible": len(found),
        "infeasible": len(runs) - len(found),
        "configs": len(configs),
        "best_configs": among,
        "rest": rest,
        "runs": [
            {
                "run": str(runs.ids[i]),
                "name": str(runs.names[i]),
                "target": float(runs.target[i]),
                "config": 1 + list(dict.fromkeys(number[best].tolist())).index(number[i]),
            }
            for i in best
        ],
        "rows": rows,
        "curves": steps,
    }
    record["sentences"] = [words for row in rows if (words := _sentence(row, len(best), rest))][:SENTENCES]
    record["notes"] = _notes(record)
    return record


def _count(value: Any) -> int:
    if value is None or value == "":
        return K
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
        raise QuestionError(f"The number of best runs must be a whole number, not {value!r}.")
    if not LEAST <= int(value) <= MOST:
        raise QuestionError(f"The number of best runs must be {LEAST} to {MOST}, not {value}.")
    return int(value)


def _row(runs: Runs, parameter: Parameter, best: np.ndarray, configs: np.ndarray, among: int) -> dict[str, Any]:
    """Compare the best with the rest in one parameter: what is shown is of runs, what is tested of configs."""
    axis = runs.axis(parameter.name)
    texts = [text or _nothing(axis, axis.values[i]) for text, i in zip(axis.texts(best), best, strict=True)]
    row: dict[str, Any] = {
        "parameter": parameter.name,
        "values": texts,
        "numeric": axis.kind == "number",
        "varies": len(np.unique(axis.values[configs])) > 1,
        "usual": None,
        "p": None,
        "corrected": None,
        "beyond": False,
        "apart": 0.0,
    }
    rest = runs.best_first[len(best) :]
    finite = axis.values[np.isfinite(axis.values)]
    if axis.kind == "category" or len(np.unique(finite)) <= FEW:
        row |= {"kind": "category", **_usual(axis, best, rest, configs, among)}
    else:
        row |= {"kind": "number", "scale": axis.scale, **_range(axis, best, rest, configs, among)}
    return row


def _nothing(axis: Axis, value: float) -> str:
    return axis.absent if value != value else "empty"


def _codes(values: np.ndarray) -> np.ndarray:
    """Return values with one number for all that are missing."""
    return np.where(np.isnan(values), -np.inf, values)


def _usual(axis: Axis, best: np.ndarray, rest: np.ndarray, configs: np.ndarray, among: int) -> dict[str, Any]:
    """Return the most frequent value of the best, the one they avoid most, and how likely that is by chance."""
    values = _codes(axis.values)
    counts = Counter(values[best].tolist())
    every = values[configs]
    drawn, total = among, len(every)
    held = Counter(every.tolist())
    hits = Counter(every[:among].tolist())
    few = {v: 1 - shared_by_chance(hits[v] + 1, drawn, n, total) for v, n in held.items()}
    many = {v: shared_by_chance(hits[v], drawn, held[v], total) for v in counts}
    usual = min(counts, key=lambda v: (-counts[v], many[v], v))
    avoided = min(held, key=lambda v: (few[v], v))
    share, others = counts[usual] / len(best), _share(values[rest], usual)
    return {
        "usual": _text(axis, configs, usual, values),
        "agree": (values[best] == usual).tolist(),
        "share": share,
        "others": others,
        "avoided": _text(axis, configs, avoided, values) if not counts[avoided] else None,
        "avoided_others": _share(values[rest], avoided),
        "p": min(1.0, 2 * len(held) * min(many[usual], few[avoided])) if drawn < total else None,
        "telling": "usual" if many[usual] <= few[avoided] else "avoided",
        "apart": share - (others or 0.0),
    }


def _share(values: np.ndarray, value: float) -> float | None:
    return float((values == value).mean()) if len(values) else None


def _text(axis: Axis, rows: np.ndarray, value: float, values: np.ndarray) -> str:
    """Return a value as words: a number rounded to six digits, as the page shows it."""
    first = rows[values[rows] == value][:1]
    if axis.kind == "number" and not np.isnan(axis.values[first[0]]):
        return short(axis.values[first[0]], 6)
    return axis.texts(first)[0] or _nothing(axis, axis.values[first[0]])


def _range(axis: Axis, best: np.ndarray, rest: np.ndarray, configs: np.ndarray, among: int) -> dict[str, Any]:
    """Return the range of a number among the best, the middle 90 % of the rest, and how likely that is by chance."""
    values = axis.values
    own, others = (values[rows][np.isfinite(values[rows])] for rows in (best, rest))
    ends = MIDDLE if len(best) >= MANY else (0.0, 1.0)
    low, high = np.quantile(own, ends, method="inverted_cdf") if len(own) else (np.nan, np.nan)
    found: dict[str, Any] = {
        "n": len(own),
        "low": float(low) if len(own) else None,
        "high": float(high) if len(own) else None,
        "rest_low": None,
        "rest_high": None,
    }
    if len(others):
        low, high = np.quantile(others, MIDDLE, method="inverted_cdf")
        found |= {"rest_low": float(low), "rest_high": float(high)}
    few, every = (values[rows][np.isfinite(values[rows])] for rows in (configs[:among], configs))
    if 2 <= len(few) < len(every):
        found["apart"], found["p"] = apart_by_chance(few, every)
    return found


def shared_by_chance(hits: int, drawn: int, holders: int, total: int) -> float:
    """
    Return the probability that so many or more of those drawn share a value: the hypergeometric upper tail.

    Parameters
    ----------
    hits
        How many of those drawn have it.
    drawn
        How many are drawn, without replacement.
    holders
        How many of all have it.
    total
        How many there are.
    """
    x = np.arange(hits, min(drawn, holders) + 1)
    x = x[drawn - x <= total - holders]
    likely = np.exp(_choose(holders, x) + _choose(total - holders, drawn - x) - _choose(total, drawn))
    return float(min(1.0, likely.sum()))


def _choose(n: int, k: Any) -> Any:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)


def apart_by_chance(few: np.ndarray, every: np.ndarray) -> tuple[float, float]:
    """
    Return how far a few values lie from all, and how likely they would lie as far by chance.

    By Kuiper's distance, the largest by which one distribution runs ahead of the other plus the largest by which it
    falls behind: it sees values that lie close together wherever they do, in the middle too.

    Parameters
    ----------
    few
        Some of the values.
    every
        All values, those few among them.

    Returns
    -------
    tuple
        The distance, 0 to 1; and how likely it is for values drawn at random, by Stephens' approximation. Ties, and
        drawing without replacement, make it less likely still.
    """
    at = np.unique(every)
    mine, all_of = (np.searchsorted(np.sort(values), at, "right") / len(values) for values in (few, every))
    distance = float(max(0.0, (mine - all_of).max()) + max(0.0, (all_of - mine).max()))
    return distance, kuiper_p(distance, len(few))


def kuiper_p(distance: float, n: float) -> float:
    """
    Return how likely a Kuiper distance is to be as large by chance, by Stephens' approximation (1970).

    Parameters
    ----------
    distance
        The distance, 0 to 1.
    n
        Number of values; of two samples n₁·n₂ / (n₁ + n₂).
    """
    root = np.sqrt(n)
    reach = (root + 0.155 + 0.24 / root) * distance
    if reach < 0.4:
        return 1.0
    squares = (np.arange(1, 20) * reach) ** 2
    return float(min(1.0, 2 * ((4 * squares - 1) * np.exp(-2 * squares)).sum()))


def _sentence(row: dict[str, Any], k: int, rest: int) -> str:
    """Say in what the best agree; empty if they do not, or no more than the rest."""
    name = row["parameter"]
    if not rest:
        return ""
    if row["kind"] == "category":
        count = round(row["share"] * k)
        if row["beyond"] and row["telling"] == "avoided" and row["avoided"] is not None:
            many = f"{100 * row['avoided_others']:.0f} % of the rest do"
            return f"None of the {k} best has {name} = {row['avoided']} ({many})."
        if row["share"] < AGREE or row["others"] is None or row["share"] <= row["others"]:
            return ""
        which = f"All {k}" if count == k else f"{count} of the {k}"
        text = f"{which} best have {name} = {row['usual']} ({100 * row['others']:.0f} % of the rest do)"
    elif row["beyond"] and row["n"] == k:
        which = f"The {k}" if k < MANY else f"Nine in ten of the {k}"
        text = (
            f"{which} best have {name} from {short(row['low'], 3)} to {short(row['high'], 3)} (the middle 90 % of "
            f"the rest from {short(row['rest_low'], 3)} to {short(row['rest_high'], 3)})"
        )
    else:
        return ""
    chance = row["corrected"] is not None and not row["beyond"]
    return f"{text}{', which may be chance' if chance else ''}."


def _notes(record: dict[str, Any]) -> list[str]:
    notes = []
    if record["best_configs"] < record["k"]:
        notes.append(
            f"The {record['k']} best runs are {record['best_configs']} configs: those with the same number below "
            "their rank are equal but for seeds. Tests count configs."
        )
    if record["k"] < record["asked"]:
        notes.append(f"There are only {record['k']} runs with a finite {record['target']}.")
    if record["rest"] <= 0:
        notes.append("No other configs are left to compare them with.")
    elif record["adaptive"]:
        notes.append(
            f"The search chose these runs ({record['adaptive']}). It looked more where it had found good ones, so good "
            "runs agree by its choice too, and chance is not judged."
        )
    thin = sum("mean_x" in curve for curve in record["curves"])
    if thin:
        notes.append(histories.fewer_points(thin))
    return notes


def _curves(runs: Runs, best: np.ndarray) -> list[dict[str, Any]]:
    """Return the target's metric per step for the best runs that have it, from the best."""
    if runs.metric not in runs.project.history.metrics:
        return []
    ids = [str(i) for i in runs.ids[best]]
    lines = histories.read(runs.project, ids, [runs.metric])
    found = []
    for place, run in enumerate(ids):
        line = lines.get((run, runs.metric))
        if line is not None and (np.abs(line[1]) < histories.LARGEST).any():
            name = str(runs.names[best[place]])
            found.append({"rank": place + 1, "run": run, "name": name, **histories.packed(line)})
    return found
