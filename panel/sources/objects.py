"""
Runs that are at hand as objects: tables, a study, a search, what a tracker's client returned.

Each is known by its type's name and package, so that nothing is imported that is not there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..data.messages import Message, Names, say
from ..data.plain import plain_frame
from ..data.project import Project
from ..errors import SourceError
from .common.building import project_of
from .common.given import Given
from .common.records import Reading, Run
from .table.assemble import assemble
from .table.columns import frame_of_rows, make_names_unique, parse_columns
from .table.reading import parse_arrow

ACCEPTED = (
    "a path or an address, a table of pandas, polars or pyarrow, a list of dictionaries, an Optuna study, a search of "
    "scikit-learn, runs or a sweep of W&B, what MLflow's search_runs returns, or a result grid of Ray"
)
"""What can be read, in words."""


def is_a(value: object, package: str, *names: str) -> bool:
    """Say whether a value is of a class of a package, by name."""
    return any(c.__name__ in names and c.__module__.partition(".")[0] == package for c in type(value).__mro__)


def read_object(value: Any, reading: Reading) -> Project:
    """
    Read runs that are at hand as an object.

    Parameters
    ----------
    value
        See `ACCEPTED`; a path or an address is not for this function.
    reading
        Places that the user gave to columns, and where what was skipped and noted stands.

    Raises
    ------
    SourceError
        If it is nothing that can be read, or holds no runs; the message says what it is.
    """
    for recognises, read in KINDS:
        if recognises(value):
            return read(value, reading)
    if isinstance(value, list | tuple):
        wrong = next((i for i, one in enumerate(value) if not isinstance(one, Mapping)), 0)
        raise SourceError(f"Entry {wrong} of the list is of type {type(value[wrong]).__name__}; give {ACCEPTED}.")
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    raise SourceError(f"An object of type {kind} cannot be read; give {ACCEPTED}.")


def _read_pandas(frame: pd.DataFrame, reading: Reading) -> Project:
    named = frame.set_axis([_join(name) for name in frame.columns], axis=1)
    if not isinstance(frame.index, pd.RangeIndex):
        named = _keep_index(named)
    names, notes = make_names_unique(list(map(str, named.columns)))
    named = named.set_axis(names, axis=1)
    floats = [name for name in names if isinstance(named[name].dtype, np.dtype) and named[name].dtype.kind == "f"]
    nan = {name: named[name].isna().to_numpy() for name in floats}
    return _assemble(parse_columns(plain_frame(named).reset_index(drop=True), notes), reading, nan)


def _join(name: object) -> str:
    """Return the name of a column; of one with several levels all that are not empty, joined by dots."""
    return ".".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def _keep_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index as columns; different texts without a name are the ids of runs."""
    index = frame.index
    if index.nlevels == 1 and index.name is None and index.is_unique and index.inferred_type == "string":
        index = index.rename("run_id")
    if set(map(str, index.names)) & set(frame.columns):
        return frame.reset_index(drop=True)
    return frame.set_axis(index).reset_index()


def _read_polars(frame: Any, reading: Reading) -> Project:
    read = frame.collect() if is_a(frame, "polars", "LazyFrame") else frame
    try:
        table = read.to_arrow()
    except Exception:  # kinds that Arrow has not, such as whole numbers of 128 bits
        return _read_rows(read.to_dicts(), reading)
    return _read_arrow(table, reading)


def _read_arrow(table: pa.Table, reading: Reading) -> Project:
    floats = [name for name in table.column_names if pa.types.is_floating(table.schema.field(name).type)]
    nan = {name: pc.fill_null(pc.is_nan(table[name]), False).to_numpy() for name in floats}
    return _assemble(parse_arrow(table), reading, nan)


def _read_rows(rows: Iterable[Mapping[str, Any]], reading: Reading) -> Project:
    return _assemble(frame_of_rows([dict(row) for row in rows]), reading)


def _assemble(
    read: tuple[pd.DataFrame, list[Message]], reading: Reading, nan: Mapping[str, np.ndarray] | None = None
) -> Project:
    """Make the project of a table; `nan` says of its columns where NaN stands that may have been logged."""
    table, notes = read
    if not len(table):
        raise SourceError("The table has no rows; it needs one a run.")
    made = assemble(table, name="table", source="", format="table", corrections=reading.corrections, notes=notes)
    return _mark_nan(made, nan) if nan and len(made.runs) == len(table) else made


def _mark_nan(project: Project, nan: Mapping[str, np.ndarray]) -> Project:
    """Return a project in which NaN in a metric was logged, as by a run that diverged, and is no gap."""
    labels = {c.name: c.label for c in project.columns if c.place == "metric"}
    found = {labels[name]: where for name, where in nan.items() if name in labels and where.any()}
    if not found:
        return project
    note = say(
        "objects.nan_is_logged",
        "NaN in {metrics} counts as logged, by runs that diverged.",
        metrics=Names(tuple(found)),
    )
    logged = {name: column.to_numpy(bool) for name, column in project.logged_nan.items()} | found
    return replace(project, logged_nan=pd.DataFrame(logged, project.runs.index), notes=(*project.notes, note))


def _read_study(study: Any, reading: Reading) -> Project:
    from .optuna.reader import read_object

    return read_object(study, reading)


def _read_search(search: Any, reading: Reading) -> Project:
    from .sklearn import read_search

    return read_search(search, reading)


def _read_wandb_sweep(sweep: Any, reading: Reading) -> Project:
    from . import load  # by its address: the client asks for each run of a sweep by itself

    return load(f"wandb://{sweep.entity}/{sweep.project}/sweeps/{sweep.id}", reading)


def _read_wandb_runs(runs: Any, reading: Reading) -> Project:
    from .wandb.api import WORDS, run_of

    if is_a(runs, "wandb", "Runs") and hasattr(runs, "upgrade_to_full"):
        runs.upgrade_to_full()  # else the client asks for each by itself
    made = [run_of(run) for run in ([runs] if is_a(runs, "wandb", "Run") else runs)]
    project = getattr(runs, "project", None)
    return _make_project(made, WORDS, project if isinstance(project, str) else "W&B runs", reading)


def _read_mlflow_frame(frame: pd.DataFrame, reading: Reading) -> Project:
    from .mlflow.objects import read_frame

    return _make_project(read_frame(frame), "MLflow", "MLflow runs", reading)


def _read_mlflow_runs(runs: Any, reading: Reading) -> Project:
    from .mlflow.objects import read_run

    return _make_project([read_run(run) for run in runs], "MLflow", "MLflow runs", reading)


def _read_grid(grid: Any, reading: Reading) -> Project:
    from . import load  # what Ray wrote tells more than its objects

    return load(str(grid.experiment_path), reading)


def _make_project(runs: list[Run], words: str, name: str, reading: Reading) -> Project:
    ordered = sorted(runs, key=lambda run: (str(run.created or ""), run.id))
    return replace(project_of(ordered, Given(name, None), reading, format=words, name=name), source="")


def _is_mlflow_frame(value: object) -> bool:
    columns = list(map(str, value.columns)) if isinstance(value, pd.DataFrame) else []
    return {"run_id", "experiment_id", "status"} <= set(columns) and any(c.startswith("params.") for c in columns)


def _are_all(package: str, name: str) -> Callable[[object], bool]:
    """Return what says whether a value is a list of objects of a class."""

    def say(value: object) -> bool:
        return isinstance(value, list | tuple) and bool(value) and all(is_a(one, package, name) for one in value)

    return say


def _is(package: str, *names: str) -> Callable[[object], bool]:
    return lambda value: is_a(value, package, *names)


KINDS: tuple[tuple[Callable[[object], bool], Callable[[Any, Reading], Project]], ...] = (
    (_is_mlflow_frame, _read_mlflow_frame),
    (_is("pandas", "DataFrame"), _read_pandas),
    (_is("polars", "DataFrame", "LazyFrame"), _read_polars),
    (_is("pyarrow", "Table"), _read_arrow),
    (_is("optuna", "Study"), _read_study),
    (_is("sklearn", "BaseSearchCV"), _read_search),
    (_is("wandb", "Sweep"), _read_wandb_sweep),
    (_is("wandb", "Runs", "Run"), _read_wandb_runs),
    (_are_all("wandb", "Run"), _read_wandb_runs),
    (_are_all("mlflow", "Run"), _read_mlflow_runs),
    (_is("ray", "ResultGrid"), _read_grid),
    (lambda value: isinstance(value, list | tuple) and all(isinstance(v, Mapping) for v in value), _read_rows),
)
"""What is recognised, and how it is read; the first that fits."""
