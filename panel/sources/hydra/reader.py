"""
Hydra: the runs of a multirun, or single ones, with the metrics that their jobs left beside ``.hydra``.

Hydra itself records settings but no metrics, so a folder is read as Hydra's only where jobs wrote some into a file of
their own, or had Hydra log what they returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from ...data.messages import Names, say
from ...data.plain import flatten
from ...data.project import Project, Space
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.curves import join_curves
from ..common.given import Given, choose_part, digest, natural_key, part_names, stamps
from ..common.records import Reading, Run
from ..common.results import Results, is_likely, join_results, read_results, results_of
from ..common.safe_yaml import read_yaml
from ..common.source import no_page
from .space import space_of

NAME = "hydra"
WORDS = "Hydra multirun"
OPENS = "`sweeplens multirun/`"
EXTRA = ""
page = no_page

CONFIG, OVERRIDES, SWEEP, BEST = (
    ".hydra/config.yaml",
    ".hydra/overrides.yaml",
    "multirun.yaml",
    "optimization_results.yaml",
)

MOST_LOOKED_AT = 20
"""Logs, and files with an unusual name, that are looked into to tell whether jobs left results."""

TAIL = 65_536
"""How much of the end of a log is looked through for what the job returned."""

_RETURNED = re.compile(r"LogJobReturnCallback\]\[INFO\] - Succeeded with return value: (.*)")
_RAISED = re.compile(r"LogJobReturnCallback\]\[ERROR\] - .*", re.DOTALL)


def runs_of(given: Given) -> Mapping[str, Sequence[str]]:
    """Return the folders of all runs, and the files with metrics of each, all relative; the log files come last."""
    return _runs_of(given.files)


@lru_cache(maxsize=1)  # asked several times of one folder, and told by the names of its files alone
def _runs_of(files: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    folders = [file[: -len(CONFIG)].rstrip("/") for file in files if file == CONFIG or file.endswith(f"/{CONFIG}")]
    if not folders:
        return {}
    files_of_run = results_of(files, folders)
    for file in files:
        folder = file.rpartition("/")[0]
        if file.endswith(".log") and folder in files_of_run:
            files_of_run[folder].append(file)
    return files_of_run


def recognises(given: Given) -> bool:
    """Say whether it is a folder with runs of Hydra that left metrics."""
    if not given.is_folder:
        return False
    files = [file for files in runs_of(given).values() for file in files]
    logs = [file for file in files if file.endswith(".log")]
    results = [file for file in files if not file.endswith(".log")]
    if any(is_likely(file.rpartition("/")[2]) for file in results):
        return True
    if any(_read_returned(given.at(file)) is not None for file in logs[:MOST_LOOKED_AT]):
        return True
    others = results if not given.files_named("*tfevents*") else []
    return any(_holds_numbers(given.at(file)) for file in others[:MOST_LOOKED_AT])


def _holds_numbers(file: Path) -> bool:
    try:
        return read_results(file).has_numbers()
    except SourceError:
        return False


def find_sweeps(given: Given) -> dict[str, list[str]]:
    """
    Return the multiruns in a folder, and the folders of the runs of each.

    Single runs are together in the root, and so are multiruns that ran one job each, as where a cluster starts them.
    """
    roots = set(given.folders_with(SWEEP))
    found: dict[str, list[str]] = {}
    for folder in runs_of(given):
        above = folder
        while above and above not in roots:
            above = above.rpartition("/")[0]
        found.setdefault(above, []).append(folder)
    if len(found) > 1 and all(len(folders) == 1 for folders in found.values()):
        found = {"": [folder for folders in found.values() for folder in folders]}
    return {root: sorted(folders, key=natural_key) for root, folders in found.items()}


def parts(given: Given) -> dict[str, int | None]:
    """Return the names of the multiruns, that with most runs first; ``.`` is the folder itself."""
    return part_names(find_sweeps(given))


def _choose_sweep(given: Given) -> tuple[str, list[str]]:
    """Return the folder of the multirun to be read, and those of its runs."""
    return choose_part(given, find_sweeps(given), f"no run of Hydra: no folder with {CONFIG}")


def stamp(given: Given) -> str:
    """Return a text that changes whenever a run's settings or metrics do."""
    whole = [file for folder, files in runs_of(given).items() for file in (*_settings(folder), *files)]
    return _mark(given, [*given.files_named(SWEEP, BEST), *whole])


def _mark(given: Given, files: Iterable[str]) -> str:
    """Return a text that changes if one of the files does."""
    return digest(stamps(f"{given.path}/{file}" for file in files))


def _settings(folder: str) -> tuple[str, str]:
    return f"{folder}/{CONFIG}".lstrip("/"), f"{folder}/{OVERRIDES}".lstrip("/")


def load(given: Given, reading: Reading) -> Project:
    """
    Read a multirun, its runs in the order of their numbers.

    Raises
    ------
    SourceError
        If it holds no run that can be read.
    """
    sweep, folders = _choose_sweep(given)
    files = runs_of(given)
    runs: list[Run] = []
    for position, folder in enumerate(folders):
        read = partial(_read_run, given, sweep, folder, files[folder], reading)
        run = reading.read_run(folder or given.name, _mark(given, [*_settings(folder), *files[folder]]), read)
        runs += [] if run is None else [run]
        if position % 50 == 0:
            reading.progress(position / len(folders), "reading runs")
    _note_best(given, sweep, reading)
    reading.progress(1.0, "reading runs")
    return project_of(
        runs,
        given,
        reading,
        format=WORDS,
        name=sweep.rpartition("/")[2] or given.name,
        space=_space(given, sweep, reading),
    )


def read_history(given: Given) -> pd.DataFrame:
    """Read the tables that jobs wrote row by row."""
    sweep, folders = _choose_sweep(given)
    files = runs_of(given)
    curves = {}
    for folder in folders:
        with Reading().skip_faulty(folder):  # it was skipped when the runs were read
            _read_run(given, sweep, folder, files[folder], Reading())
            curves[_id_of(given, sweep, folder)] = _read_files(given, files[folder]).curve
    return join_curves(curves)


def _id_of(given: Given, sweep: str, folder: str) -> str:
    return folder.removeprefix(sweep).lstrip("/") or given.name


def _read_run(given: Given, sweep: str, folder: str, files: Sequence[str], reading: Reading) -> Run:
    settings, changes = (given.at(file) for file in _settings(folder))
    config = read_yaml(settings)
    if not isinstance(config, dict):
        raise SourceError(f"{settings} holds no settings.")
    overrides = (reading.read_beside(changes, _read_overrides) or []) if changes.is_file() else []
    results = _read_files(given, files)
    summary: Json = dict(results.summary)
    state, fields = "unknown", {}
    for file in files:
        result = _read_returned(given.at(file)) if file.endswith(".log") else None
        if result is not None:
            state, returned, message = result
            summary |= {} if returned is None else {"return_value": returned}
            fields = {"error": message} if message else {}
    return Run(
        _id_of(given, sweep, folder),
        name=",".join(map(str, overrides)),
        state=state,
        steps=results.last_step,
        config={
            **{k: v for k, v in flatten(config).items() if v != "???"},
            **_choices(config, overrides),
        },
        summary=summary,
        fields=fields,
        curves=results.curves,
    )


def _read_overrides(file: Path) -> list[Any]:
    """Return what a job was started with, in place of the settings' defaults."""
    overrides = read_yaml(file)
    if not isinstance(overrides, list | None):
        raise SourceError(f"{file} holds no list of overrides.")
    return overrides or []


def _choices(config: Mapping[str, Any], overrides: list[Any]) -> dict[str, str]:
    """Return which option of a config group was chosen, where the settings themselves do not say it."""
    flat = flatten(config)
    pairs = (str(override).lstrip("+").partition("=") for override in overrides)
    return {key: value for key, _, value in pairs if value and not key.startswith("~") and key not in flat}


def _read_files(given: Given, files: Sequence[str]) -> Results:
    """Return what a job left in files of its own, without its logs."""
    return join_results(read_results(given.at(file)) for file in files if not file.endswith(".log"))


def _read_returned(log: Path) -> tuple[str, float | None, str] | None:
    """Return a job's state, the number it returned and its error, where Hydra was told to log them."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return None
    if (raised := _RAISED.search(text)) is not None:
        return "failed", None, raised[0].strip().rpartition("\n")[2][:200]
    found = _RETURNED.findall(text)
    if not found:
        return None
    value = found[-1].strip()
    try:
        return "finished", float(value), ""
    except ValueError:
        return "finished", None, ""


def _read_yaml_at(given: Given, sweep: str, name: str, reading: Reading) -> Json:
    file = f"{sweep}/{name}".lstrip("/")
    try:
        content = read_yaml(given.at(file)) if file in given.files_named(name) else {}
    except SourceError as error:
        reading.skip(file, str(error))
        return {}
    return content if isinstance(content, dict) else {}


def _space(given: Given, sweep: str, reading: Reading) -> Space | None:
    return space_of(_read_yaml_at(given, sweep, SWEEP, reading))


def _note_best(given: Given, sweep: str, reading: Reading) -> None:
    """Note what an optimising sweeper found: it keeps the value of its best run alone."""
    best = _read_yaml_at(given, sweep, BEST, reading)
    if "best_value" in best:
        settings = Names(tuple(f"{k}={v}" for k, v in (best.get("best_params") or {}).items()), last="")
        reading.notes.append(
            say(
                "hydra.best_value",
                "The sweeper {sweeper} found its best value, {value}, at {settings}.",
                sweeper=str(best.get("name", "")),
                value=str(best["best_value"]),
                settings=settings,
            )
        )
