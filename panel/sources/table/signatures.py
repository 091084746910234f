"""The columns by which the exports of other tools are known, and where each column of such an export belongs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ...data.plain import plain_column
from ...question.selection import Goal
from ..common.cells import parse_cell

Rule = Literal["run", "config", "metric", "ignored", "metric or run"]
"""Where a column belongs; ``metric or run`` is a metric if it holds numbers."""


@dataclass(frozen=True)
class Signature:
    r"""
    One kind of export.

    Attributes
    ----------
    words
        What it is called in a sentence.
    recognises
        Says whether these column names are its.
    rules
        Patterns of whole names with their place and label; ``\\1`` in a label is the pattern's group. The first that
        matches counts; columns that none matches are placed by names and values.
    targets
        Patterns of names of the metric that it was for, the likeliest first.
    goal
        That of its target, if it is always the same.
    wrapped
        A pattern of names of columns whose cells are lists of one value, or of none where a setting is not active.
    nested
        The name of a column whose cells are numbers or objects in JSON, as text.
    """

    words: str
    recognises: Callable[[frozenset[str]], bool]
    rules: tuple[tuple[str, Rule, str], ...]
    targets: tuple[str, ...] = ()
    goal: Goal | None = None
    wrapped: str = ""
    nested: str = ""


def _any(names: frozenset[str], pattern: str) -> bool:
    return any(re.fullmatch(pattern, name) for name in names)


def _is_optuna(names: frozenset[str]) -> bool:
    objective = "value" in names or _any(names, r"values_.+")
    return objective and "number" in names and (_any(names, r"params_.+") or "datetime_start" in names)


def _is_sklearn(names: frozenset[str]) -> bool:
    return _any(names, r"mean_test_.+") and _any(names, r"param_.+")


def _is_ray(names: frozenset[str]) -> bool:
    return _any(names, r"config/.+") and bool({"trial_id", "training_iteration", "time_total_s"} & names)


SIGNATURES = (
    Signature(
        "Optuna's trials_dataframe",
        _is_optuna,
        (
            (r"number", "run", "id"),
            (r"value|values_.+", "metric", ""),
            (r"params_(.+)", "config", r"\1"),
            (r"user_attrs_(.+)", "metric or run", r"\1"),
            (r"system_attrs_.+|intermediate_values.*", "ignored", ""),
            (r"datetime_start", "run", "created"),
            (r"datetime_complete", "run", "ended"),
            (r"duration", "run", "runtime"),
            (r"state", "run", "state"),
        ),
        (r"value", r"values_.+"),
    ),
    Signature(
        "scikit-learn's cv_results_",
        _is_sklearn,
        (
            (r"param_(.+)", "config", r"\1"),
            (r"params(?:\..+)?", "ignored", ""),
            (r"(?:split\d+|mean|std|rank)_.+", "metric", ""),
            (r"iter|n_resources", "metric", ""),
        ),
        (r"mean_test_score", r"mean_test_.+"),
        "maximize",
    ),
    Signature(
        "Ray Tune's get_dataframe",
        _is_ray,
        (
            (r"config/(.+)", "config", r"\1"),
            (r"trial_id", "run", "id"),
            (
                r"experiment_(?:id|tag)|date|timestamp|pid|hostname|node_ip|done|logdir|trial_name|should_checkpoint"
                r"|checkpoint_dir_name|warmup_time",
                "run",
                "",
            ),
            (r".+", "metric or run", ""),
        ),
    ),
    Signature(
        "MLflow's runs table",
        lambda names: {"Start Time", "Duration", "Run ID"} <= names or {"run_id", "artifact_uri"} <= names,
        (
            (r"(?i)run[ _]id", "run", "id"),
            (r"Start Time|start_time", "run", "created"),
            (r"end_time", "run", "ended"),
            (r"Duration", "run", "runtime"),
            (r"(?i)status", "run", "state"),
            (r"Name", "run", "name"),
            (r"User", "run", "user"),
            (r"Source Type|Source Name|Version|Models?|Dataset|Experiment|Created", "run", ""),
            (r"experiment_id|artifact_uri", "run", ""),
        ),
    ),
    Signature(
        "Ax's table of trials",
        lambda names: {"trial_index", "arm_name"} <= names,
        (
            (r"arm_name", "run", "name"),
            (r"trial_index", "run", "id"),
            (r"trial_status", "run", "state"),
            (r"generation_(?:method|node)|reason", "run", ""),
        ),
    ),
    Signature(
        "NNI's table of trials",
        lambda names: "trialJobId" in names and _any(names, r"reward|default|value(\..+)?|intermediateResult.*"),
        (
            (r"parameter\.(.+)", "config", r"\1"),
            (r"value\.(.+)", "metric", r"\1"),
            (r"value", "metric", "reward"),
            (r"trialJobId", "run", "id"),
            (r"parameter_?[iI]d|sequenceId|logPath|startTime|endTime", "run", ""),
            (r"status", "run", "state"),
            (r"intermediateResult.*|intermediate.*", "ignored", ""),
            (r"reward|default", "metric", ""),
        ),
        (r"reward|default",),
        nested=r"value",
    ),
    Signature(
        "hyperopt's trials",
        lambda names: {"tid", "result.loss"} <= names,
        (
            (r"tid", "run", "id"),
            (r"result\.status", "run", "state"),
            (r"book_time", "run", "created"),
            (r"refresh_time", "run", "ended"),
            (r"misc\.vals\.(.+)", "config", r"\1"),
            (r"state|exp_key|owner|version|spec|misc\..+", "ignored", ""),
            (r"result\.(.+)", "metric or run", r"\1"),
        ),
        (r"loss",),
        "minimize",
        wrapped=r"misc\.vals\..+",
    ),
    Signature(
        "hyperopt's table of trials",
        lambda names: {"tid", "loss"} <= names,
        (
            (r"tid", "run", "id"),
            (r"state|status", "run", "state"),
            (r"book_time|refresh_time|exp_key|owner|version|spec|cmd|misc\.(?:tid|cmd|workdir|idxs.*)", "run", ""),
            (r"(?:result\.)?loss", "metric", ""),
            (r"misc\.vals\.(.+)", "config", r"\1"),
        ),
        (r"(?:result\.)?loss",),
        "minimize",
    ),
    Signature(
        "SMAC's run history",
        lambda names: {"config_id", "cost"} <= names and bool({"starttime", "budget", "instance"} & names),
        (
            (r"config_id", "run", "id"),
            (r"cost", "metric", ""),
            (r"time|cpu_time|starttime|endtime|additional_info|origin", "run", ""),
            (r"status", "run", "state"),
        ),
        (r"cost",),
        "minimize",
    ),
)  # fmt: skip


def find_signature(names: Sequence[str]) -> Signature | None:
    """Return the kind of export that has these columns, or ``None``."""
    known = frozenset(names)
    return next((signature for signature in SIGNATURES if signature.recognises(known)), None)


def find_rule(signature: Signature, name: str) -> tuple[Rule, str] | None:
    """Return the place and the label that a kind of export gives to a column, or ``None``."""
    for pattern, place, label in signature.rules:
        match = re.fullmatch(pattern, name)
        if match:
            return place, match.expand(label) if label else name
    return None


_WRAPPED = re.compile(r"""\[\s*(?:np\.\w+\()?["']?([^"'\[\]()]*)["']?\)?\s*\]""")


def unwrap_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Read lists of one value as that value in the table of a known export: ``[0.1]``, ``[np.float64(0.1)]``."""
    signature = find_signature(list(map(str, table)))
    if signature is not None and signature.nested in table:
        return _read_nested(table, signature.nested)
    if signature is None or not signature.wrapped:
        return table
    names = [name for name in table if re.fullmatch(signature.wrapped, str(name))]
    return table.assign(**{str(name): _unwrap(table[name]) for name in names})


def _read_nested(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Read the objects or numbers that a column holds as text; an object becomes a column a key."""
    if table[name].dtype.kind in "ifb":
        return table
    try:
        cells = [json.loads(cell) if isinstance(cell, str) else cell for cell in table[name]]
    except (ValueError, RecursionError):
        return table
    if not all(isinstance(cell, dict) for cell in cells):
        return table.assign(**{name: plain_column(cells, table.index, name)})
    keys = dict.fromkeys(key for cell in cells for key in cell)
    read = {f"{name}.{k}": plain_column([c.get(k) for c in cells], table.index, f"{name}.{k}") for k in keys}
    return pd.concat([table.drop(columns=name), pd.DataFrame(read)], axis=1)


def _unwrap(column: pd.Series) -> pd.Series:
    found = [_WRAPPED.fullmatch(cell) if isinstance(cell, str) else None for cell in column]
    if not all(match or cell is None or cell != cell for match, cell in zip(found, column, strict=True)):
        return column
    cells = [None if match is None or not match[1].strip() else parse_cell(match[1].strip()) for match in found]
    return plain_column(cells, column.index, str(column.name))


def find_target(signature: Signature, metrics: Sequence[str]) -> str:
    """Return which of some metrics an export is for, or nothing."""
    return next((m for pattern in signature.targets for m in metrics if re.fullmatch(pattern, m)), "")
