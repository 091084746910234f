"""Keras Tuner: a project folder with the oracle's state and a file a trial; each execution of a trial is a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import fmean
from typing import Any, Literal

import pandas as pd

from ..data.project import Domain, Project, Space
from ..data.records import Json
from ..errors import SourceError
from .common.building import project_of
from .common.curves import Curve, as_number, curve_of, join_curves
from .common.documents import as_list, as_object, read_object
from .common.given import Given, choose_part, digest, part_names, stamps
from .common.records import Reading, Run
from .common.source import no_page

NAME = "keras-tuner"
WORDS = "Keras Tuner"
OPENS = "`sweeplens DIRECTORY/PROJECT`"
EXTRA = ""
page = no_page

ORACLE, TRIAL = "oracle.json", "trial.json"

STATES = {
    "COMPLETED": "finished",
    "FAILED": "failed",
    "INVALID": "failed",
    "STOPPED": "killed",
    "RUNNING": "running",
    "IDLE": "running",
}

BOOKKEEPING = {
    "tuner/trial_id": "parent",
    "tuner/bracket": "bracket",
    "tuner/round": "round",
    "tuner/initial_epoch": "initial_epoch",
}
"""What Hyperband puts among the settings, and what it is called as a field of the run."""

METHODS = {"hyperband_iterations": "hyperband", "num_initial_points": "bayes"}
"""What only one kind of oracle saves."""


def find_projects(given: Given) -> dict[str, list[str]]:
    """Return the projects in a folder, and the files of the trials of each, all relative."""
    found: dict[str, list[str]] = {name: [] for name in given.folders_with(ORACLE)}
    for file in given.files_named(TRIAL):
        project, _, folder = file.rpartition("/")[0].rpartition("/")
        if folder.startswith("trial_"):
            found.setdefault(project, []).append(file)
    return found


def recognises(given: Given) -> bool:
    """Say whether it is a folder with an oracle or with trials."""
    return given.is_folder and bool(find_projects(given))


def parts(given: Given) -> dict[str, int | None]:
    """Return the names of the projects, that with most trials first; ``.`` is the folder itself."""
    return part_names(find_projects(given))


def _choose_project(given: Given) -> tuple[str, list[str]]:
    """Return the folder of the project to be read, and the files of its trials."""
    return choose_part(given, find_projects(given), f"no trial of {WORDS}: no folder trial_… with {TRIAL}")


def stamp(given: Given) -> str:
    """Return a text that changes whenever a trial or an oracle does."""
    return digest(stamps(f"{given.path}/{file}" for file in given.files_named(ORACLE, TRIAL)))


def load(given: Given, reading: Reading) -> Project:
    """
    Read a project, its trials in the order in which they were started.

    Raises
    ------
    SourceError
        If it holds no trial that can be read.
    """
    project, files = _choose_project(given)
    oracle = _read_oracle(given, project, reading)
    order = {str(name): i for i, name in enumerate(as_list(oracle.get("start_order")))}
    files = sorted(files, key=lambda file: order.get(_id_of(file), len(order)))
    runs: list[Run] = []
    for position, file in enumerate(files):
        runs += _read_executions(given, file, reading)
        if position % 50 == 0:
            reading.progress(position / len(files), "reading trials")
    reading.progress(1.0, "reading trials")
    return project_of(
        runs,
        given,
        reading,
        format=WORDS,
        name=project.rpartition("/")[2] or given.name,
        space=_space(given, files, oracle),
    )


def read_history(given: Given) -> pd.DataFrame:
    """Read what the trials reported at every step."""
    _, files = _choose_project(given)
    curves: dict[str, Curve] = {}
    for file in files:
        with Reading().skip_faulty(file):
            for run, rows in _runs(read_object(given.at(file)), file):
                curves[run.id] = curve_of(rows)
    return join_curves(curves)


def _id_of(file: str) -> str:
    return file.rpartition("/")[0].rpartition("/")[2].removeprefix("trial_")


def _read_oracle(given: Given, project: str, reading: Reading) -> Json:
    """Read the oracle's state; trials load without it too."""
    file = f"{project}/{ORACLE}".lstrip("/")
    with reading.skip_faulty(file):
        return read_object(given.at(file)) if file in given.files_named(ORACLE) else {}
    return {}


def _read_executions(given: Given, file: str, reading: Reading) -> list[Run]:
    """Return the runs of a trial: known from before, or read now; a trial that cannot be read is skipped."""
    mark = digest(stamps([f"{given.path}/{file}"]))
    known: list[Run] = []
    while (run := reading.recall(f"{file}:{len(known)}", mark)) is not None:
        known.append(run)
    if known:
        return known
    runs: list[Run] = []
    with reading.skip_faulty(file):
        runs = [run for run, _ in _runs(read_object(given.at(file)), file)]
    return [reading.keep(f"{file}:{i}", mark, run) for i, run in enumerate(runs)]


def _runs(trial: Mapping[str, Any], file: str) -> Iterator[tuple[Run, list[tuple[float, dict[str, float]]]]]:
    """Give the executions of a trial, each with its values by step; one run where the values are one or their mean."""
    values = as_object(as_object(trial.get("hyperparameters")).get("values"))
    steps = _steps(trial)
    executions = max((len(v) for _, row in steps for v in row.values()), default=1)
    message = str(trial.get("message") or "").strip().rpartition("\n")[2]
    fields = {BOOKKEEPING[k]: v for k, v in values.items() if k in BOOKKEEPING} | (
        {"error": message} if message else {}
    )
    whole = Run(
        _id_of(file),
        name=f"trial {_id_of(file)}",
        state=STATES.get(str(trial.get("status")), "unknown"),
        steps=steps[-1][0] if steps else None,
        config={k: v for k, v in values.items() if k not in BOOKKEEPING},
        fields=fields,
    )
    for k in range(executions):
        rows = [(step, {name: v[k] for name, v in row.items() if k < len(v)}) for step, row in steps]
        summary = {name: v for _, row in rows for name, v in row.items()}
        run = replace(whole, summary=summary, curves=tuple(summary))
        if executions > 1:
            run = replace(run, id=f"{run.id}:{k}", name=f"{run.name}, execution {k}", fields={**fields, "execution": k})
        yield run, rows


def _steps(trial: Mapping[str, Any]) -> list[tuple[float, dict[str, list[float]]]]:
    """Return what a trial observed by step: of every metric a value an execution."""
    found: dict[float, dict[str, list[float]]] = {}
    for name, metric in as_object(as_object(trial.get("metrics")).get("metrics")).items():
        for observation in as_list(as_object(metric).get("observations")):
            values, step = as_object(observation).get("value"), as_number(as_object(observation).get("step"))
            numbers = [as_number(v) for v in (values if isinstance(values, list) else [values])]
            kept = [v for v in numbers if v is not None]
            if kept:
                found.setdefault(0.0 if step is None else step, {})[str(name)] = kept
    return sorted(found.items())


def _space(given: Given, files: list[str], oracle: Mapping[str, Any]) -> Space | None:
    """Return the declared space; the oracle does not name its objective, but trials are scored by it."""
    parameters: dict[str, Domain] = {}
    for entry in as_list(as_object(oracle.get("hyperparameters")).get("space")):
        config = as_object(as_object(entry).get("config"))
        name, domain = str(config.get("name")), _domain(str(as_object(entry).get("class_name")), config)
        if domain is not None:  # declared twice, under two parents: no condition holds for both
            parameters[name] = replace(parameters[name], condition=None) if name in parameters else domain
    metric, goal = _objective(given, files)
    method = next((words for key, words in METHODS.items() if key in oracle), "")
    return Space(metric, goal, method, parameters) if parameters or metric else None


def _domain(kind: str, config: Mapping[str, Any]) -> Domain | None:
    """Return what one hyperparameter declares; ``None`` for a kind that is not known."""
    parents = [as_object(as_object(c).get("config")) for c in as_list(config.get("conditions"))]
    condition = (str(parents[-1].get("name")), tuple(as_list(parents[-1].get("values")))) if parents else None
    if kind in ("Float", "Int"):
        scale: Literal["linear", "log"] | None = "log" if config.get("sampling") == "log" else "linear"
        low, high = as_number(config.get("min_value")), as_number(config.get("max_value"))
        return Domain("real" if kind == "Float" else "integer", low, high, (), scale, condition)
    choices = {"Choice": as_list(config.get("values")), "Boolean": [False, True], "Fixed": [config.get("value")]}
    return Domain("categorical", choices=tuple(choices[kind]), condition=condition) if kind in choices else None


def _objective(given: Given, files: list[str]) -> tuple[str, Literal["minimize", "maximize"] | None]:
    """Return the metric that the first scored trial was scored by, and its goal."""
    for file in files:
        try:
            trial = read_object(given.at(file))
        except SourceError:
            continue
        score, best = as_number(trial.get("score")), as_number(trial.get("best_step"))
        if score is None or score != score:
            continue
        for step, row in _steps(trial):
            for name, values in row.items():
                if step == best and abs(fmean(values) - score) <= 1e-9 * abs(score):
                    direction = as_object(as_object(as_object(trial["metrics"])["metrics"])[name]).get("direction")
                    return name, "maximize" if direction == "max" else "minimize"
        return "", None
    return "", None
