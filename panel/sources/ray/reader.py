"""Ray Tune: a folder of trials, each with its settings and its results; its pickles are never unpickled."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from ...data.messages import say
from ...data.plain import flatten
from ...data.project import Project, Space
from ...data.records import Json
from ..common.building import project_of
from ..common.curves import Curve, as_number, curve_of, join_curves
from ..common.documents import read_json_lines, read_object, read_rows
from ..common.given import Given, choose_part, digest, part_names, stamps
from ..common.pickles import read_pickle
from ..common.records import Reading, Run
from ..common.source import no_page
from .space import domains_of, goal_of

NAME = "ray-tune"
WORDS = "Ray Tune"
OPENS = "`sweeplens ~/ray_results/EXPERIMENT`"
EXTRA = ""
page = no_page

PARAMS, RESULTS, TABLE = "params.json", "result.json", "progress.csv"
ERRORS = ("error.txt", "error.pkl")
STATE = "experiment_state-*.json"
TUNER, VARIANTS = "tuner.pkl", "basic-variant-state-*.json"
"""Pickles, the second in spite of its name."""

T = TypeVar("T")

FILES = (PARAMS, RESULTS, TABLE, *ERRORS, STATE, TUNER, VARIANTS)

STATES = {
    "TERMINATED": "finished",
    "ERROR": "failed",
    "RUNNING": "running",
    "PENDING": "running",
    "PAUSED": "running",
    "RESTORING": "running",
}

BOOKKEEPING = frozenset(
    "timestamp date done pid hostname node_ip trial_id trial_name experiment_id experiment_tag training_iteration"
    " time_this_iter_s time_total_s time_since_restore iterations_since_restore timesteps_since_restore"
    " should_checkpoint checkpoint_dir_name warmup_time config hist_stats".split()
)
"""What Ray itself adds to every result."""

ENTRIES = ("status", "trial_id", "relative_logdir", "logdir", "custom_trial_name", "start_time")
"""What is used of a trial's state."""


@dataclass(frozen=True)
class State:
    """What the experiment's own file says: by trial folder its outermost entries; the metric that was searched for."""

    trials: Mapping[str, Mapping[str, Any]]
    metric: str = ""


def find_experiments(given: Given) -> dict[str, list[str]]:
    """Return the experiments in a folder, and the folders of the trials of each, all relative."""
    return given.once("ray experiments", lambda: _find_experiments(given))


def _find_experiments(given: Given) -> dict[str, list[str]]:
    stated = set(given.folders_with(STATE))
    logged = set(given.folders_with(RESULTS, TABLE, *ERRORS))
    found: dict[str, list[str]] = {name: [] for name in sorted(stated)}
    for folder in given.folders_with(PARAMS):
        if folder in logged:
            found.setdefault(_experiment_of(folder, stated), []).append(folder)
    return found


def _experiment_of(folder: str, stated: set[str]) -> str:
    """Return the nearest folder above that holds an experiment's state, else the one just above."""
    above = parent = folder.rpartition("/")[0]
    while True:
        if above in stated:
            return above
        if not above:
            return parent
        above = above.rpartition("/")[0]


def recognises(given: Given) -> bool:
    """Say whether it is a folder with trials or with the state of an experiment."""
    return given.is_folder and bool(find_experiments(given))


def parts(given: Given) -> dict[str, int | None]:
    """Return the names of the experiments, that with most trials first; ``.`` is the folder itself."""
    return part_names(find_experiments(given))


def _choose_experiment(given: Given) -> tuple[str, list[str]]:
    """Return the folder of the experiment to be read, and those of its trials."""
    return choose_part(given, find_experiments(given), f"no trial of {WORDS}: no folder with {PARAMS} and {RESULTS}")


def stamp(given: Given) -> str:
    """Return a text that changes whenever a trial or the state of the experiment does."""
    return digest(_stamps(given).values())


def _stamps(given: Given) -> dict[str, str]:
    """Return the stamp of every file by its relative path, as it was when it was first looked at."""

    def look() -> dict[str, str]:
        return {file: mark for file in given.files_named(*FILES) for mark in stamps((given.place(file),))}

    return given.once("ray stamps", look)


def load(given: Given, reading: Reading) -> Project:
    """
    Read an experiment.

    Raises
    ------
    SourceError
        If it holds no trial that can be read.
    """
    experiment, folders = _choose_experiment(given)
    state = read_state(given, experiment, reading)
    runs = [run for _, run in _read_trials(given, experiment, folders, state, reading)]
    runs.sort(key=lambda run: (run.created is None, run.created or 0))
    shorter = _count_shorter(runs)
    if shorter:
        reading.notes.append(
            say(
                "ray.ended_earlier",
                "{shorter} of {trials} trials ended earlier than the longest. Ray does not record whether a scheduler "
                "stopped them, so they count as finished.",
                shorter=shorter,
                trials=len(runs),
            )
        )
    method = _method(given, experiment)
    if method == "pbt":
        reading.notes.append(
            say(
                "ray.settings_changed",
                "Population based training changed settings during training; the last ones are shown.",
            )
        )
    reading.progress(1.0, "reading trials")
    return project_of(
        runs,
        given,
        reading,
        format=WORDS,
        name=experiment.rpartition("/")[2] or given.name,
        space=_space(given, experiment, state.metric, method, reading),
    )


def read_history(given: Given) -> pd.DataFrame:
    """Read what the trials reported at every step."""
    experiment, folders = _choose_experiment(given)
    state = read_state(given, experiment, Reading())
    curves: dict[str, Curve] = {}
    trials = _read_trials(given, experiment, folders, state, Reading(), curves)
    return join_curves({run.id: curves[folder] for folder, run in trials})


def _read_trials(
    given: Given,
    experiment: str,
    folders: list[str],
    state: State,
    reading: Reading,
    curves: dict[str, Curve] | None = None,
) -> list[tuple[str, Run]]:
    """Return the trials that can be read, each with its folder and an id of its own; their curves too, if asked for."""
    there = set(given.files_named(RESULTS, TABLE, *ERRORS))
    stamped = _stamps(given)
    found: list[tuple[str, Run]] = []
    seen: set[str] = set()
    for position, folder in enumerate(folders):
        listed = state.trials.get(folder.removeprefix(experiment).lstrip("/"), {})
        files = [f for f in (_in(folder, name) for name in (RESULTS, TABLE, *ERRORS)) if f in there]
        read = [f for f in files if not (f.endswith(TABLE) and _in(folder, RESULTS) in there)] or files
        marks = (stamped[file] for file in (_in(folder, PARAMS), *read) if file in stamped)
        mark = digest([json.dumps(listed), *marks])
        run = reading.read_run(folder or given.name, mark, partial(_read_trial, given, folder, files, listed, curves))
        if run is not None:
            own = run.id if run.id not in seen else f"{run.id} ({folder})"
            seen.add(own)
            found.append((folder, run if own == run.id else replace(run, id=own)))
        if position % 50 == 0:
            reading.progress(position / len(folders), "reading trials")
    return found


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _read_trial(
    given: Given, folder: str, files: list[str], listed: Mapping[str, Any], curves: dict[str, Curve] | None
) -> Run:
    config = read_object(given.at(_in(folder, PARAMS)))
    results = _read_results(given, folder, files)
    rows = [
        {k: _value(v) for k, v in flatten(_reported_values(row)).items() if not isinstance(v, list)} for row in results
    ]
    if curves is not None:
        steps = [_step(row, i) for i, row in enumerate(results, 1)]
        curves[folder] = curve_of(zip(steps, rows, strict=True))
    first, last = (results[0], results[-1]) if results else ({}, {})
    base = folder.rpartition("/")[2] or given.name
    trial_id = str(listed.get("trial_id") or last.get("trial_id") or base)
    before, found, _ = base.partition(trial_id)
    errors = [f for f in files if f.rpartition("/")[2] in ERRORS]
    host = str(last.get("hostname") or "").strip()
    return Run(
        trial_id,
        name=str(listed.get("custom_trial_name") or before + found or base),
        state=_state(listed, errors, last),
        created=_created(listed, first),
        runtime=as_number(last.get("time_total_s")),
        steps=_step(last, len(results)) if results else None,
        config=config,
        summary={k: v for row in rows for k, v in row.items() if v is not None},
        curves=tuple(dict.fromkeys(k for row in rows for k, v in row.items() if as_number(v) is not None)),
        fields={k: v for k, v in (("host", host), ("error", _read_message(given, errors))) if v},
    )


def _reported_values(row: Mapping[str, Any]) -> Json:
    """Return what the user reported."""
    return {k: v for k, v in row.items() if k not in BOOKKEEPING and not k.startswith("config.")}


def _step(row: Mapping[str, Any], position: int) -> float:
    """Return the iteration of a result; its position if Ray did not count."""
    step = as_number(row.get("training_iteration"))
    return float(position) if step is None else step


def _value(value: Any) -> Any:
    """Return a reported value; of a NaN that is no Python float Ray writes the text ``null``."""
    return float("nan") if value == "null" else value


def _read_results(given: Given, folder: str, files: list[str]) -> list[Json]:
    """Return the results of a trial: of both files the one that has any, with nested names joined by ``.``."""
    results = []
    if _in(folder, RESULTS) in files:
        results = read_json_lines(given.at(_in(folder, RESULTS)))
    if not results and _in(folder, TABLE) in files:
        rows = read_rows(given.at(_in(folder, TABLE)))
        results = [{name.replace("/", "."): v for name, v in row.items()} for row in rows]
    return results


def _state(listed: Mapping[str, Any], errors: list[str], last: Mapping[str, Any]) -> str:
    """Return what became of a trial; one that failed and was tried again has an error too."""
    if listed.get("status") in STATES:
        return STATES[listed["status"]]
    if errors:
        return "failed"
    return "finished" if last.get("done") is True else "unknown"


def _created(listed: Mapping[str, Any], first: Mapping[str, Any]) -> float | None:
    """Return when a trial started, in seconds since 1970."""
    started = as_number(listed.get("start_time"))
    if started is not None:
        return started
    at, took = as_number(first.get("timestamp")), as_number(first.get("time_total_s"))
    return None if at is None else at - (took or 0.0)


def _read_message(given: Given, errors: list[str]) -> str:
    """Return the last line of a trial's traceback."""
    texts = [given.at(f) for f in errors if f.endswith(".txt")]
    try:
        lines = texts[0].read_text(encoding="utf-8", errors="replace").split("\n") if texts else []
    except OSError:
        return ""
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


def _count_shorter(runs: list[Run]) -> int:
    """Return how many finished trials have fewer iterations than the longest."""
    steps = [run.steps or 0 for run in runs if run.state == "finished"]
    longest = max(steps, default=0)
    return sum(s < longest for s in steps)


def _method(given: Given, experiment: str) -> str:
    """Return how settings were drawn, as far as the names of files tell."""
    if experiment in given.folders_with("pbt_global.txt"):
        return "pbt"
    return "random or grid" if experiment in given.folders_with(VARIANTS) else ""


def _space(given: Given, experiment: str, metric: str, method: str, reading: Reading) -> Space | None:
    """Return the declared search, as far as it was kept: its goal and domains stand in pickles only."""
    goal = _read_declared(given, experiment, TUNER, goal_of, reading)
    domains = _read_declared(given, experiment, VARIANTS, domains_of, reading) or {}
    return Space(metric, goal, method, domains) if metric or goal or method else None


def _read_declared(given: Given, experiment: str, pattern: str, find: Callable[[Any], T], reading: Reading) -> T | None:
    """Return what is found in the latest of an experiment's pickles; one that cannot be read is said."""
    files = [file for file in given.files_named(pattern) if file.rpartition("/")[0] == experiment]
    for file in files[-1:]:
        with reading.skip_faulty(file):
            return find(read_pickle(given.at(file)))
    return None


def read_state(given: Given, experiment: str, reading: Reading) -> State:
    """Read the states that an experiment's driver saved; a later one counts more. One that is torn is skipped."""
    trials: dict[str, Mapping[str, Any]] = {}
    metric = ""
    for file in given.files_named(STATE):
        if file.rpartition("/")[0] != experiment:
            continue
        with reading.skip_faulty(file):
            data = read_object(given.at(file))
            entries = data.get("trial_data") or data.get("checkpoints") or []
            for entry in entries if isinstance(entries, list) else []:
                listed = _entries(entry)
                absolute, relative = (str(listed.pop(k, None) or "").rstrip("/") for k in ("logdir", "relative_logdir"))
                trials[relative or absolute.rpartition("/")[2]] = listed
            runner = data.get("runner_data")
            metric = str(runner.get("_metric") or metric) if isinstance(runner, dict) else metric
    return State(trials, metric)


def _entries(entry: Any) -> dict[str, str | int | float]:
    """Return the outermost entries of a trial's state: an object, JSON text of one, or several of these."""
    if isinstance(entry, list):
        return {k: v for item in entry for k, v in _entries(item).items()}
    found = entry if isinstance(entry, dict) else {}
    if isinstance(entry, str):
        found = {key: _entry(entry, key) for key in ENTRIES}
    return {k: found[k] for k in ENTRIES if isinstance(found.get(k), str | int | float)}


def _entry(text: str, key: str) -> Any:
    """Return one outermost entry of JSON text, which Ray indents by two; to parse all of it would be slow."""
    before = f'\n  "{key}": '
    start = text.find(before)
    if start < 0:
        return None
    end = text.find("\n", start + len(before))
    try:
        return json.loads(text[start + len(before) : end].rstrip(","))
    except ValueError:
        return None
