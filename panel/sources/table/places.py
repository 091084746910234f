"""
Which columns of a table are settings, which are outcomes, which describe the run.

Where a table says so itself (prefixes, or the order in which Weights & Biases writes its export) that is taken. Else
every column collects evidence from its name and its values; columns with little evidence of their own go with their
neighbours, because people write settings first and outcomes last. Every guess carries how sure it is, and can be
corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...data.messages import NOTHING, Count, Message, say
from ...data.names import (
    OUTCOME,
    OUTCOME_FIRST,
    SETTING,
    begins_as_setting,
    names_outcome,
    names_setting,
    split_leaf,
    split_words,
)
from ...data.project import Column, Sureness
from ...question.selection import Place
from ..common.cells import NAN

PREFIXES: dict[str, Place] = {
    "run.": "run",
    "config.": "config",
    "hp_config.": "config",
    "params.": "config",
    "param.": "config",
    "parameters.": "config",
    "hparams.": "config",
    "config/": "config",
    "hparam/": "config",
    "summary.": "metric",
    "metrics.": "metric",
    "metric.": "metric",
    "metric:": "metric",
    "tags.": "run",
}
"""Prefixes by which tables say themselves what a column is: ours, MLflow's, Ray's, TensorBoard's, DeepCAVE's."""

OPTUNA_PREFIXES: dict[str, Place] = {
    "params_": "config",
    "values_": "metric",
    "user_attrs_": "run",
    "system_attrs_": "ignored",
}
"""The same for Optuna's ``trials_dataframe``; elsewhere ``params_total`` may well be an outcome."""

RUN_COLUMNS = {
    "id": "id",
    "number": "id",
    "run id": "id",
    "run_id": "id",
    "trial_id": "id",
    "config_id": "id",
    "uid": "id",
    "name": "name",
    "run name": "name",
    "run_name": "name",
    "state": "state",
    "status": "state",
    "notes": "notes",
    "user": "user",
    "tags": "tags",
    "created": "created",
    "created_at": "created",
    "start_time": "created",
    "datetime_start": "created",
    "end_time": "ended",
    "datetime_complete": "ended",
    "runtime": "runtime",
    "sweep": "sweep",
    "group": "group",
    "job type": "job_type",
    "job_type": "job_type",
    "host": "host",
    "hostname": "host",
    "git": "commit",
    "github": "commit",
    "commit": "commit",
    "description": "notes",
    "feasible": "feasible",
    "is_feasible": "feasible",
    "valid_config": "feasible",
    "infeasible": "infeasible",
    "is_infeasible": "infeasible",
}
"""Columns that describe a run, by their name in lower case, and what they are called here."""

_SEED_COLUMN = re.compile(r"(?P<metric>.+?)[_.\- ]?seed[_]?(?P<seed>\d+)")


@dataclass(frozen=True)
class Evidence:
    """How strongly a column looks like an outcome (positive) or a setting (negative), and the strongest reason."""

    score: float
    reason: Message


def weigh_evidence(name: str, column: pd.Series) -> Evidence:
    """
    Weigh a column's name and values.

    Parameters
    ----------
    name
        The column's name.
    column
        Its values in plain form.

    Returns
    -------
    Evidence
        Beyond ±2.5 it is sure, beyond ±1 likely.
    """
    words = split_words(name)
    reasons: list[tuple[float, Message]] = []
    if begins_as_setting(name):
        reasons.append((-2.5, say("place.begins_as_setting", "'{word} …' names a setting", word=split_leaf(name)[0])))
    elif names_outcome(name):
        reasons.append((2.5, _say_outcome(words[-1])))
    elif names_setting(name):
        reasons.append((-2.5, _say_setting(words[-1])))
    elif set(words) & SETTING:
        reasons.append((-1.0, _say_setting(min(set(words) & SETTING))))
    elif set(words) & OUTCOME:
        reasons.append((1.0, _say_outcome(min(set(words) & OUTCOME))))
    if len(words) > 1 and words[0] in OUTCOME_FIRST:
        reasons.append((1.2, say("place.begins_as_outcome", "begins with '{word}'", word=words[0])))
    if "/" in name:
        reasons.append((1.5, say("place.slash", "has a slash, as logged metrics do")))
    elif "." in name:
        reasons.append((-1.0, say("place.nested", "is a nested key")))
    if " " in name.strip() and names_outcome(name):
        reasons.append((0.5, say("place.chart", "is written like a chart")))
    reasons += _value_evidence(column)
    score = sum(weight for weight, _ in reasons)
    strongest = max(
        reasons, key=lambda r: r[0] * np.sign(score), default=(0.0, say("place.no_evidence", "no evidence"))
    )
    return Evidence(float(score), strongest[1])


def _say_outcome(word: str) -> Message:
    return say("place.names_outcome", "'{word}' names an outcome", word=word)


def _say_setting(word: str) -> Message:
    return say("place.names_setting", "'{word}' names a setting", word=word)


def _value_evidence(column: pd.Series) -> list[tuple[float, Message]]:
    known = column.dropna()
    if column.dtype.kind not in "ifb":
        known = known[[v != NAN for v in known]]
    if not len(known):
        return []
    if column.dtype.kind == "b":
        return [(-2.0, say("place.true_false", "holds true and false"))]
    numeric = known.dtype.kind in "if" or known.map(lambda v: isinstance(v, int | float) and v is not True).mean() > 0.5
    if not numeric:
        lists = known.astype("str").str.startswith("[").mean() > 0.9
        return [] if lists else [(-4.0, say("place.holds_text", "holds text"))]
    numbers = known if known.dtype.kind in "if" else known[known.map(lambda v: isinstance(v, int | float))]
    values = numbers.to_numpy(float)
    distinct = len(np.unique(values))
    reasons: list[tuple[float, Message]] = []
    whole = bool(np.all(values == np.floor(values)))
    digits = _median_digits(values)
    if not whole and distinct >= 0.9 * len(values) and digits >= 7:
        reasons.append((1.0, say("place.measured", "its values look measured")))
    elif distinct <= max(2, min(12, len(values) // 3)):
        reasons.append((-1.5, say("place.few_values", "has only {values}", values=Count(distinct, "different value"))))
    elif whole:
        reasons.append((-0.5, say("place.whole", "holds whole numbers")))
    elif digits <= 3:
        reasons.append((-1.0, say("place.round", "holds round numbers")))
    return reasons


def _median_digits(values: np.ndarray, sample: int = 200) -> float:
    """Significant digits of a typical value: what was typed in has few, what was measured has many."""
    finite = values[np.isfinite(values)][:sample]
    if not len(finite):
        return 0.0
    counts = [len(repr(abs(v)).split("e")[0].replace(".", "").strip("0")) for v in np.asarray(finite, float).tolist()]
    return float(np.median(counts))


def infer_places(table: pd.DataFrame) -> tuple[list[Column], Message]:
    """
    Guess the place of every column.

    Parameters
    ----------
    table
        The table as read.

    Returns
    -------
    list of Column
        In the order of the table.
    Message
        How the places were found; nothing if the columns' names say themselves where they belong.
    """
    placed: dict[str, Column] = {}
    for name in table:
        column = _by_prefix(name, table) or _run_column(name, table)
        if column is not None:
            placed[name] = column
    for metric, by_seed in find_seed_columns([n for n in table if n not in placed]).items():
        why = say("place.seed_column", "one column a seed of {metric}", metric=repr(metric))
        placed |= {n: Column(n, "metric", n, "sure", why) for n in by_seed.values()}
    rest = [n for n in table if n not in placed]
    if not rest:
        return [placed[n] for n in table], NOTHING
    described = {c.label for c in placed.values() if c.place == "run"}
    boundary = _alphabet_boundary(rest) if "name" in described and len(described) > 1 else None
    if boundary is not None:
        as_setting = say("place.exported_setting", "stands where Weights & Biases exports settings, by the alphabet")
        as_metric = say("place.exported_metric", "stands where Weights & Biases exports metrics, by the alphabet")
        placed |= {n: Column(n, "config", n, "sure", as_setting) for n in rest[:boundary]}
        placed |= {n: Column(n, "metric", n, "sure", as_metric) for n in rest[boundary:]}
        return [placed[n] for n in table], say(
            "table.placed_by_order", "Columns were placed by the order of a Weights & Biases export."
        )
    weighed = {n: weigh_evidence(n, table[n]) for n in rest}
    _weigh_common_gaps(table, weighed)
    placed |= _place_with_neighbours(rest, weighed)
    return [placed[n] for n in table], say("table.placed_by_values", "Columns were placed by names and values.")


def find_seed_columns(names: list[str]) -> dict[str, dict[int, str]]:
    """
    Find replicates that stand in columns.

    Returns
    -------
    dict
        For every metric with at least two columns ``metric_seedK``: its columns by seed.
    """
    found: dict[str, dict[int, str]] = {}
    for name in names:
        match = _SEED_COLUMN.fullmatch(name)
        if match:
            found.setdefault(match["metric"], {})[int(match["seed"])] = name
    return {metric: columns for metric, columns in found.items() if len(columns) >= 2}


def _prefixes(table: pd.DataFrame) -> dict[str, Place]:
    optuna = "number" in table and any(n.startswith("params_") for n in table)
    return PREFIXES | OPTUNA_PREFIXES if optuna else PREFIXES


def _by_prefix(name: str, table: pd.DataFrame) -> Column | None:
    for prefix, place in _prefixes(table).items():
        if name.startswith(prefix) and len(name) > len(prefix):
            label = name.removeprefix(prefix)
            label = RUN_COLUMNS.get(label, label) if place == "run" else label
            why = say("place.prefix", "the name begins with '{prefix}'", prefix=prefix)
            return Column(name, place, label, "given", why)
    return None


def _sureness(score: float) -> Sureness:
    return "sure" if abs(score) >= 2.5 else "likely" if abs(score) >= 1 else "guess"


def _run_column(name: str, table: pd.DataFrame) -> Column | None:
    """Return the column if it describes the run, or nothing worth a place; else ``None``."""
    column, lower = table[name], name.strip().lower()
    known = column.dropna()
    if lower in ("_wandb", "notes") and not len(known[[str(v).strip() not in ("", "-") for v in known]]):
        return Column(name, "ignored", name, "sure", say("place.empty", "is empty"))
    if re.fullmatch(r"(unnamed: \d+|column 1|index)", lower) and np.array_equal(known, np.arange(len(column))):
        return Column(name, "ignored", name, "sure", say("place.counts_rows", "counts the rows"))
    if lower in RUN_COLUMNS:
        return Column(name, "run", RUN_COLUMNS[lower], "sure", say("place.describes_run", "describes the run"))
    ids = next((n for n in table if n.strip().lower() in RUN_COLUMNS and RUN_COLUMNS[n.strip().lower()] == "id"), None)
    if ids is not None and column.dtype.kind not in "ifb" and len(known) > 1 and set(known) <= set(table[ids]):
        return Column(
            name, "ignored", name, "sure", say("place.refers", "refers to {ids} of other rows", ids=repr(ids))
        )
    return None


def _alphabet_boundary(names: list[str]) -> int | None:
    """Return where an export of W&B goes from its sorted config columns to its sorted metric columns."""
    descents = [i for i in range(1, len(names)) if names[i] < names[i - 1]]
    return descents[0] if len(descents) == 1 and len(names) >= 5 else None


def _weigh_common_gaps(table: pd.DataFrame, found: dict[str, Evidence]) -> None:
    """Columns that are empty in exactly the rows where sure outcomes are empty are likely outcomes too."""
    gaps = {n: table[n].isna().to_numpy() for n in found if table[n].isna().any() and not table[n].isna().all()}
    sure = [gaps[n].tobytes() for n in gaps if found[n].score >= 2.5]
    for name, gap in gaps.items():
        if gap.tobytes() in sure and found[name].score < 2.5:
            found[name] = Evidence(
                found[name].score + 1.5, say("place.same_gaps", "is missing in the same rows as the metrics")
            )


def _place_with_neighbours(names: list[str], found: Mapping[str, Evidence]) -> dict[str, Column]:
    """Place columns by their evidence; weak ones go with their side of the boundary of settings and outcomes."""
    scores = np.array([np.clip(found[n].score, -4, 4) for n in names])
    cuts = [scores[k:].sum() - scores[:k].sum() for k in range(len(names) + 1)]
    boundary = int(np.argmax(cuts)) if len(names) else 0
    placed = {}
    for position, name in enumerate(names):
        score, reason = found[name].score, found[name].reason
        if abs(score) < 1:
            side = 1.0 if position >= boundary else -1.0
            if np.sign(score) != side:
                score, reason = side * 0.5, _say_neighbours(side)
        placed[name] = Column(name, "metric" if score > 0 else "config", name, _sureness(score), reason)
    return placed


def _say_neighbours(side: float) -> Message:
    if side > 0:
        return say("place.among_outcomes", "stands among the outcomes")
    return say("place.among_settings", "stands among the settings")
