"""MLflow: a tracking server, its database, or the folder ``mlruns``. Each experiment is a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from ...data.project import History, Project
from ...errors import SourceError, nearest
from ..common.building import project_of
from ..common.given import Given
from ..common.records import Reading
from . import database, files, server
from .nesting import give_settings_of_parents
from .runs import Experiment, Store, label_experiments

NAME = "mlflow"
WORDS = "MLflow"
OPENS = "`sweeplens mlflow.db`, `mlruns/`, the tracking server's `http://…`, or its database's address (the extra)"
EXTRA = "databases"

UNREAD = ("mssql", "oracle")
"""Databases that MLflow can keep its runs in besides, where only its server reads them."""

DATABASE, FOLDER = "mlflow.db", "mlruns"
"""Where MLflow writes in the folder it is started in, unless told otherwise."""


def recognises(given: Given) -> bool:
    """Say whether it is MLflow's server, its database, its folder, or a folder with one of these."""
    return _locate(given) is not None


def _locate(given: Given) -> tuple[Store, Any] | None:
    """Return the module that reads the source, and what it is to read; ``None`` if it is none of MLflow's."""
    if given.path is None:
        address = given.uri.rstrip("/")
        if server.recognises(address):
            return server, address
        return (database, given) if given.tables >= database.TABLES else None
    if given.is_file:
        return (database, given.path) if given.tables >= database.TABLES else None
    if database.recognises(given.path / DATABASE):
        return database, given.path / DATABASE
    for folder in (given.path, given.path / FOLDER):
        if files.recognises(folder):
            return files, folder
    return None


def _locate_or_refuse(given: Given) -> tuple[Store, Any]:
    """Return the same as `_locate`; `SourceError` if it is none of MLflow's, which says what could be given."""
    located = _locate(given)
    if located is not None:
        return located
    scheme, address, _ = given.uri.partition("://")
    if given.path is None and address and scheme.partition("+")[0] in UNREAD:
        raise SourceError(
            f"MLflow's runs in a {scheme} database are read through its tracking server: start `mlflow server "
            "--backend-store-uri` with this address, and give the address at which that answers, such as "
            "http://localhost:5000."
        )
    what = "address" if given.path is None else "path"
    raise SourceError(f"Neither a tracking server, nor a database or folder of {WORDS} is at this {what}: {given.uri}.")


def parts(given: Given) -> dict[str, int | None]:
    """Return the names of the experiments that have runs, that with most runs first; a server does not count all."""
    module, where = _locate_or_refuse(given)
    named = label_experiments(module.list_experiments(where))
    return {name: None if module is server else experiment.runs for name, experiment in named.items()}


def _choose_experiment(given: Given, module: Store, where: Any) -> Experiment:
    """Return the experiment that was asked for, or that with most runs."""
    by_name_alone = module is server and bool(given.part)
    named = label_experiments(
        server.list_experiments(where, counted=False) if by_name_alone else module.list_experiments(where)
    )
    if not named:
        raise SourceError(f"{given.uri} holds no runs of {WORDS}.")
    if given.part and given.part not in named:
        raise SourceError(f"{given.uri} has no experiment {given.part!r}. {nearest(given.part, list(named))}")
    return named[given.part] if given.part else next(iter(named.values()))


def load(given: Given, reading: Reading) -> Project:
    """
    Read the runs of an experiment.

    Raises
    ------
    SourceError
        If it cannot be read, or has no runs; the message says why.
    """
    module, where = _locate_or_refuse(given)
    experiment = _choose_experiment(given, module, where)
    frame = None  # of a database on a server the history is read at once: another process may not know the password
    if isinstance(where, Given):
        logged, frame = database.read_both(where, experiment, reading)
    else:
        logged = module.read_runs(where, experiment, reading)
    runs = give_settings_of_parents(logged, reading)
    project = project_of(
        runs,
        given,
        reading,
        format=WORDS,
        name=experiment.name if experiment.id != "0" else "",
        history=dict.fromkeys(name for run in runs for name in run.summary),
    )
    if frame is not None and project.history.metrics:
        project = replace(project, history=History(project.history.metrics, lambda: frame))
    reading.progress(1.0, f"reading {project.name}")
    return project


def stamp(given: Given) -> str:
    """Return a text that changes whenever the source does."""
    module, where = _locate_or_refuse(given)
    if module is server:
        return server.stamp(where, _choose_experiment(given, module, where) if given.part else None)
    return module.stamp(where)


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of an experiment's runs."""
    module, where = _locate_or_refuse(given)
    return module.read_history(where, _choose_experiment(given, module, where))


def page(uri: str, run: str, about: Mapping[str, str]) -> str:
    """Return the address of a run's page on the tracking server that it was read from."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https"):
        return ""
    where = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl().rstrip("/")
    return f"{where}/#/runs/{quote(run, safe='')}"
