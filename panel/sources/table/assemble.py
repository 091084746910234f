"""From a table and the places of its columns to a Project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from ...data.messages import Message, Names, as_message, say
from ...data.project import STATES, Column, History, Project, Space, tidy_runs
from ..common.cells import NULL, as_config, read_metric
from ..common.corrections import Corrections
from .folding import Folded, fold_steps, unfold_seeds
from .lineage import fold_lineage, has_lineage
from .logs import fold_log
from .pivoting import pivot_settings, widen_pairs
from .places import infer_places
from .signatures import find_signature, find_target, unwrap_cells

STATE_WORDS = {
    "success": "finished",
    "succeeded": "finished",
    "complete": "finished",
    "completed": "finished",
    "done": "finished",
    "ok": "finished",
    "terminated": "finished",
    "fail": "failed",
    "error": "failed",
    "crash": "crashed",
    "memoryout": "crashed",
    "timeout": "killed",
    "stopped": "killed",
    "canceled": "killed",
    "cancelled": "killed",
    "preempted": "killed",
    "prune": "pruned",
    "early_stopped": "pruned",
    "abandoned": "killed",
    "waiting": "running",
    "pending": "running",
    "scheduled": "running",
}
"""What other tools call the states of a run."""

OWN_NOTES = frozenset(
    "chains_folded chains_folded_by_step folded_by_id folded_by_settings no_chains numbers_with_commas one_log pivoted"
    " placed_by_order seeds_unfolded unknown_states".split()
)
"""Notes that come of the places of columns: those of an earlier placing no longer hold."""

EXAMPLES = 3


def example_values(column: pd.Series) -> tuple[str, ...]:
    """Return a few different values of a column as short text."""
    shown = [f"{v:.6g}" if isinstance(v, float) else str(v) for v in column.dropna().drop_duplicates().head(EXAMPLES)]
    return tuple(text if len(text) <= 40 else f"{text[:39]}…" for text in shown)


def assemble(
    table: pd.DataFrame,
    *,
    name: str,
    source: str,
    format: str,
    corrections: Corrections | None = None,
    notes: Iterable[Message] = (),
    space: Space | None = None,
    history: Callable[[pd.Index], History] | None = None,
) -> Project:
    """
    Put a table's columns in their places and bring it to one row a run.

    Parameters
    ----------
    table
        As `reading.read_table` returns it.
    name, source, format
        What the project is called, where it came from, and its kind.
    corrections
        Places that the user gave.
    notes
        Notes of the reader.
    space
        The declared search space.
    history
        Makes the history that lies beside the table, given the run ids; such a table is not folded.

    Returns
    -------
    Project
        With `table` kept, so that its columns can be placed again.

    Raises
    ------
    SourceError
        If a correction matches no column.
    """
    notes = [n for n in notes if as_message(n).code.removeprefix("table.") not in OWN_NOTES]
    table, widened = widen_pairs(table) if history is None else (table, [])
    table = unwrap_cells(table)
    inferred, how_placed = infer_places(table)
    corrections = corrections or Corrections()
    pivoted = pivot_settings(table, inferred, [name for name, _ in corrections.exact])
    columns = corrections.apply(pivoted.columns)
    columns = [replace(c, examples=example_values(pivoted.table[c.name])) for c in columns]
    unfolded = unfold_seeds(pivoted.table, columns)
    folded = _fold(unfolded) if history is None else unfolded
    index = _run_ids(folded.table, folded.columns)
    rows = folded.table.set_axis(index)
    frames: dict[str, dict[str, pd.Series]] = {"run": {}, "config": {}, "metric": {}}
    nan: dict[str, np.ndarray] = {}
    nan_settings: dict[str, np.ndarray] = {}
    words: dict[str, np.ndarray] = {}
    for column in folded.columns:
        if column.place == "ignored":
            continue
        label = column.label
        label = column.name if label in frames[column.place] else label
        if column.place == "metric":
            read = read_metric(rows[column.name])
            frames["metric"][label] = read.values
            if read.nan.any():
                nan[label] = read.nan
            if (read.words != "").any():
                words[label] = np.array([word or None for word in read.words], object)
        else:
            values, logged = as_config(rows[column.name])
            frames[column.place][label] = values if column.place == "config" else values.mask(values.eq(NULL))
            if column.place == "config" and logged.any():
                nan_settings[label] = logged
    runs, state_notes = _translate_states(_read_times(pd.DataFrame(frames["run"], index=index)))
    if history is not None:
        lines = history(index)
    elif folded.history is not None:
        steps = folded.history.assign(run_id=index.to_numpy()[folded.history["run_id"].cat.codes])
        lines = History(tuple(folded.history["metric"].cat.categories), lambda: steps.astype({"metric": "str"}))
    else:
        lines = History()
    summary = pd.DataFrame(frames["metric"], index=index)
    names = {c.name for c in columns}
    divided = [
        replace(c, place="config", reason=say("place.divided", "became columns of its own"))
        for c in inferred
        if c.name not in names
    ]
    declared = _declared_columns([*columns, *divided], folded.columns)
    about_columns = [*([how_placed] if how_placed else []), *note_commas(rows, folded.columns)]
    return Project(
        name=name,
        source=source,
        format=format,
        runs=tidy_runs(runs.drop(columns="id", errors="ignore"), index),
        config=pd.DataFrame(frames["config"], index=index),
        summary=summary,
        history=lines,
        space=space or _name_target(table, summary),
        columns=declared,
        table=lambda: table,
        logged_nan=pd.DataFrame(nan, index=index),
        nan_settings=pd.DataFrame(nan_settings, index=index),
        words=pd.DataFrame(words, index=index, dtype="str"),
        notes=tuple(
            dict.fromkeys(
                (*notes, *widened, *about_columns, *pivoted.notes, *unfolded.notes, *folded.notes, *state_notes)
            )
        ),
    )


def _fold(read: Folded) -> Folded:
    """Bring a table to one row a run."""
    if has_lineage(read.table):
        return fold_lineage(read.table, read.columns)
    return fold_log(read.table, read.columns) or fold_steps(read.table, read.columns)


def _name_target(table: pd.DataFrame, metrics: pd.DataFrame) -> Space | None:
    """Return what a known export was for, as a search that declares nothing else."""
    signature = find_signature(list(table))
    target = find_target(signature, list(map(str, metrics))) if signature else ""
    return Space(metric=target, goal=signature.goal) if signature and target else None


def _declared_columns(as_read: list[Column], as_folded: list[Column]) -> tuple[Column, ...]:
    """Return the source's own columns, with what folding found out about them."""
    found = {c.name: c for c in as_folded}
    return tuple(replace(found[c.name], examples=c.examples) if c.name in found else c for c in as_read)


def note_commas(rows: pd.DataFrame, columns: list[Column]) -> list[Message]:
    """Say which columns hold numbers that are text only because of their commas."""
    notes = []
    for column in columns:
        values = rows[column.name]
        if column.place in ("config", "metric") and values.dtype.kind not in "ifb" and values.notna().any():
            texts = values.dropna().astype("str")
            if texts.str.fullmatch(r"[-+]?\d+(,\d+)+(\.\d+)?").all():
                notes.append(
                    say(
                        "table.numbers_with_commas",
                        "{column} holds numbers with commas, such as {example}, which are read as text: "
                        "write them with a decimal point and no separators.",
                        column=column.name,
                        example=texts.iloc[0],
                    )
                )
    return notes


def _run_ids(table: pd.DataFrame, columns: list[Column]) -> pd.Index:
    """Return an id for every run: the source's own where it is unique, else the number of the row."""
    for column in columns:
        if column.place == "run" and column.label == "id":
            ids = table[column.name]
            if ids.notna().all() and not ids.duplicated().any():
                return pd.Index(ids.map(str).tolist(), dtype="object", name="run_id")
    return pd.Index([str(i + 1) for i in range(len(table))], dtype="object", name="run_id")


def _read_times(runs: pd.DataFrame) -> pd.DataFrame:
    """
    Read creation times that are numbers.

    They are seconds or milliseconds since 1970; smaller ones are seconds since the start. One beyond all dates is none.
    """
    if "created" not in runs or runs["created"].dtype.kind not in "if":
        return runs
    smallest = runs["created"].min()
    if smallest > 1e8:
        unit = "ms" if smallest > 1e11 else "s"
        return runs.assign(created=pd.to_datetime(runs["created"], unit=unit, utc=True, errors="coerce"))
    return runs.rename(columns={"created": "started"})


def _translate_states(runs: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """Translate other tools' words for the state of a run; words that nobody knows become ``unknown``, with a note."""
    if "state" not in runs:
        return runs, []
    raw = runs["state"].map(
        lambda v: str(v).strip().lower().rsplit(".", 1)[-1] if v == v and v is not None else "unknown"
    )
    known = raw.map(lambda word: STATE_WORDS.get(word, word))
    strange = sorted(set(known) - set(STATES))
    words = Names(tuple(map(repr, strange[:5])), last="")
    note = say("table.unknown_states", "States {words} are not known and count as 'unknown'.", words=words)
    return runs.assign(state=known.where(known.isin(STATES), "unknown")), [note] if strange else []
