"""Tables with several rows a run, and tables with several runs a row, brought to one row a run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...data.messages import Count, Message, say
from ...data.names import split_words
from ...data.plain import plain_column, plain_value
from ...data.project import Column
from ...question.selection import Place
from ..common.cells import as_metric, is_recorded, share_of_numbers
from .places import find_seed_columns

STEP_WORDS = (
    "global_step training_iteration step epoch iteration iter timestep timesteps num_steps budget round generation"
    " episode"
).split()
"""Names of columns that count the progress of a run, the finest first."""


REPEATED = 0.02
"""Steps of a log that may stand twice, as where a run was taken up again."""


@dataclass(frozen=True)
class Folded:
    """A table with one row a run, its columns, the history that was folded away, and notes for the user."""

    table: pd.DataFrame
    columns: list[Column]
    history: pd.DataFrame | None
    notes: list[Message]


def unfold_seeds(table: pd.DataFrame, columns: list[Column]) -> Folded:
    """
    Turn columns ``m_seed0``, ``m_seed1``, … into replicates: one run a row and seed, with the metric ``m``.

    Parameters
    ----------
    table
        One row a configuration.
    columns
        Its columns in their places.

    Returns
    -------
    Folded
        Every run has a config column ``seed``. Seeds for which nothing was logged make no run.
    """
    by_metric = find_seed_columns([c.name for c in columns if c.place == "metric"])
    if not by_metric:
        return Folded(table, columns, None, [])
    seeds = sorted({seed for by_seed in by_metric.values() for seed in by_seed})
    replicated = {name for by_seed in by_metric.values() for name in by_seed.values()}
    shared = [c for c in columns if c.name not in replicated]
    seed_name = "seed" if "seed" not in table else "seed (column)"
    parts = []
    for seed in seeds:
        part = table[[c.name for c in shared]].copy()
        part[seed_name] = seed
        for metric, by_seed in by_metric.items():
            part[metric] = table[by_seed[seed]] if seed in by_seed else np.nan
        parts.append(part[part[list(by_metric)].notna().any(axis=1)])
    long = pd.concat(parts).sort_index(kind="stable")
    places = [
        *shared,
        Column(
            seed_name, "config", seed_name, "sure", say("place.seed", "the seed in the names of the metrics' columns")
        ),
        *(
            Column(
                metric, "metric", metric, "sure", say("place.seeds", "one column a seed: {metric}_seed…", metric=metric)
            )
            for metric in by_metric
        ),
    ]
    note = say(
        "table.seeds_unfolded",
        "{rows} rows with a column a seed were read as {runs}.",
        rows=len(table),
        runs=Count(len(long), "run"),
    )
    return Folded(long.reset_index(drop=True), places, None, [note])


def fold_steps(table: pd.DataFrame, columns: list[Column]) -> Folded:
    """
    Fold rows that belong to one run and are ordered by a step into a history.

    Rows belong together if they share the run id and all settings, or all settings; a step is a column such as
    ``epoch``.

    Parameters
    ----------
    table
        One row a run, or one row a run and step.
    columns
        Its columns in their places.

    Returns
    -------
    Folded
        The last row of every run with the last known value of every metric, and the history of its metrics; the table
        as it was where rows are runs already.
    """
    by_place = {place: [c.name for c in columns if c.place == place] for place in ("run", "config", "metric")}
    labels = {c.name: c.label for c in columns}
    ids = [n for n in by_place["run"] if labels[n] in ("id", "name") and table[n].duplicated().any()]
    counts = [n for n in by_place["run"] if _counts_runs(n, table[n])]
    tables = [n for n in by_place["run"] if labels[n] == "source"]  # of several tables, none holds another's steps
    counters = {word: rank for rank, word in enumerate(STEP_WORDS)}
    candidates = sorted(
        (
            n
            for n in by_place["metric"] + [n for n in by_place["config"] if _is_plain_counter(n)]
            if could_count_steps(n, table[n]) and table[n].notna().all()
        ),
        key=lambda n: counters[_step_word(n)],
    )
    for step in candidates:
        settings = [n for n in by_place["config"] if n != step and not _tells_rows_apart(table[n])]
        for keys in ([*counts, *ids, *settings], [*ids, *settings], ids):
            if keys and _is_step_of(table, [*tables, *keys], step):
                return _fold(table, columns, keys, step, tables)
    return Folded(table, columns, None, [])


def _step_word(name: str) -> str:
    joined = "_".join(split_words(name))
    return next((word for word in STEP_WORDS if joined == word or joined.endswith(f"_{word}")), "")


def could_count_steps(name: str, column: pd.Series) -> bool:
    """Say whether a column could count the steps of a run."""
    return bool(_step_word(name)) and column.dtype.kind in "if"


def _is_plain_counter(name: str) -> bool:
    """Say whether a name is that of a counter alone: ``epoch``, but not ``phase_iter``, which is a setting."""
    return "_".join(split_words(name)) in STEP_WORDS


def _counts_runs(name: str, column: pd.Series) -> bool:
    """Say whether a column numbers the runs of a log of several, each in many rows."""
    numbers = {"run", "trial", "rep", "repeat", "job", "experiment", "exp", "no", "number"}
    return set(split_words(name)) <= numbers and column.notna().all() and column.duplicated().any()


def _tells_rows_apart(column: pd.Series) -> bool:
    """Say whether a text has another value in (almost) every row, so that it cannot say which rows belong together."""
    return column.dtype.kind not in "ifb" and column.nunique() > 0.9 * column.notna().sum() > 10


def _is_step_of(table: pd.DataFrame, keys: list[str], step: str) -> bool:
    """Say whether rows with equal keys are one run's steps: several to a run, and each step once."""
    groups = table.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    if np.median(np.bincount(groups)) < 2:
        return False
    pairs = pd.DataFrame({"g": groups, "s": table[step].to_numpy()})
    return bool(pairs.duplicated().mean() <= REPEATED)


def _fold(table: pd.DataFrame, columns: list[Column], keys: list[str], step: str, tables: list[str]) -> Folded:
    groups = table.groupby([*tables, *keys], dropna=False, sort=False).ngroup().to_numpy()
    order = np.lexsort((table[step].to_numpy(), groups))
    changed = [
        as_changing(c, table[c.name])
        if c.place == "config" and c.name not in keys and c.name != step
        else as_step(c)
        if c.name == step
        else c
        for c in columns
    ]
    rows = table.iloc[order]
    folded, history = fold_rows(rows, groups[order], rows[step].to_numpy(), changed, step)
    note = (
        say(
            "table.folded_by_id",
            "{rows} rows with the same run id were read as {runs} with a history over {step}.",
            rows=len(table),
            runs=Count(len(folded), "run"),
            step=repr(step),
        )
        if len(keys) == 1
        else say(
            "table.folded_by_settings",
            "{rows} rows with the same settings were read as {runs} with a history over {step}.",
            rows=len(table),
            runs=Count(len(folded), "run"),
            step=repr(step),
        )
    )
    return Folded(folded, changed, history, [note])


def as_changing(column: Column, values: pd.Series) -> Column:
    """Return a column whose value changes during a run, in its place: text that does describes a step."""
    place: Place = "metric" if share_of_numbers(values) > 0.5 else "run"
    return replace(column, place=place, sure="sure", reason=say("place.changes", "changes during a run"))


def as_step(column: Column) -> Column:
    """Return the column that counts the steps of a run, in its place."""
    return replace(column, place="metric", sure="sure", reason=say("place.step", "counts the steps of a run"))


def fold_rows(
    rows: pd.DataFrame, group: np.ndarray, steps: np.ndarray, columns: list[Column], step: str
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """
    Fold the rows of every run into one.

    Parameters
    ----------
    rows
        The rows of run 0 in their order, then those of run 1, ….
    group
        The run of every row.
    steps
        The step of every row.
    columns
        Their columns in their places.
    step
        Name of the column that counts the steps; it has no history itself.

    Returns
    -------
    pd.DataFrame
        The last row of every run, with the last value of every metric that was logged; a logged NaN is one.
    pd.DataFrame or None
        The history, with the number of the run as the category ``run_id``.
    """
    last = np.flatnonzero(np.diff(group, append=-1))
    folded = rows.iloc[last].reset_index(drop=True)
    run_ids = np.array([str(i) for i in range(len(last))], dtype=object)
    parts = []
    for column in columns:
        if column.place != "metric" or column.name == step:
            continue
        values, _ = as_metric(rows[column.name])
        if values.dtype.kind not in "if":
            continue
        known = is_recorded(rows[column.name])
        final = pd.Series(np.where(known, np.arange(len(rows)), -1)).groupby(group).max().to_numpy()
        cells = rows[column.name].iloc[final.clip(0)].tolist()
        ends = [None if position < 0 else plain_value(cell) for position, cell in zip(final, cells, strict=True)]
        folded[column.name] = plain_column(ends, folded.index, column.name)
        parts.append(
            pd.DataFrame(
                {
                    "run_id": pd.Categorical.from_codes(group[known], run_ids),
                    "step": steps[known],
                    "metric": pd.Categorical.from_codes(np.zeros(known.sum(), int), [column.label]),
                    "value": values.to_numpy(float)[known],
                }
            ).astype({"metric": "str"})
        )
    history = pd.concat(parts, ignore_index=True) if parts else None
    if history is not None:
        history["metric"] = history["metric"].astype("category")
    return folded, history
