"""Hugging Face Trainer: output folders with ``trainer_state.json``, in the folder itself or in its checkpoints."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.messages import say
from ..data.plain import flatten
from ..data.project import Project
from ..data.records import Json
from ..errors import SourceError
from .common.building import project_of
from .common.cells import parse_cell
from .common.curves import as_number, curve_of, join_curves
from .common.documents import read_object
from .common.given import Given, digest, natural_key, stamps
from .common.records import Reading, Run
from .common.source import no_page, no_parts

NAME = "huggingface"
WORDS = "Hugging Face Trainer"
OPENS = "`sweeplens OUTPUT_DIR`"
EXTRA = ""
parts, page = no_parts, no_page

STATE, RESULTS, CARD = "trainer_state.json", "all_results.json", "README.md"

ARGUMENTS = ("args.json", "training_args.json")
"""Where people save the arguments themselves; ``training_args.bin`` is a pickle and never opened."""

SHAPES = {"config.json": "model", "adapter_config.json": "adapter"}
"""Settings of the model, and what they are called before their own names."""

SETTINGS = ("train_batch_size", "num_train_epochs", "max_steps", "logging_steps", "eval_steps", "save_steps")
"""Entries of the state that are settings."""

COUNTERS = frozenset({"step", "epoch"})
SCHEDULED = frozenset({"learning_rate"})
"""What is logged at every step but is no outcome: it has a curve alone."""

_CHECKPOINT = re.compile(r"(?:(.*)/)?checkpoint-(\d+)")
_CARD_SETTINGS = re.compile(r"^### Training hyperparameters$(.*?)^###", re.MULTILINE | re.DOTALL)


def runs_of(given: Given) -> dict[str, list[str]]:
    """Return the folders of the runs, and those below each that hold a state, the newest checkpoint last."""
    found: dict[str, list[tuple[int, str]]] = {}
    for folder in given.folders_with(STATE):
        checkpoint = _CHECKPOINT.fullmatch(folder)
        run, step = (checkpoint[1] or "", int(checkpoint[2])) if checkpoint else (folder, -1)
        found.setdefault(run, []).append((step, folder))
    return {run: [folder for _, folder in sorted(found[run])] for run in sorted(found, key=natural_key)}


def recognises(given: Given) -> bool:
    """Say whether it is a folder with the state of a trainer."""
    return given.is_folder and bool(given.files_named(STATE))


def stamp(given: Given) -> str:
    """Return a text that changes whenever a state, or a setting beside it, does."""
    return _mark(given, (f for run, folders in runs_of(given).items() for f in _files(run, folders)))


def _mark(given: Given, files: Iterable[str]) -> str:
    return digest(stamps(f"{given.path}/{file}" for file in files))


def _files(run: str, folders: list[str]) -> list[str]:
    """Return the files that a run is read from."""
    states = [_in(folder, STATE) for folder in folders if folder in (run, folders[-1])]
    beside = [_in(folder, name) for folder in dict.fromkeys((run, folders[-1])) for name in SHAPES]
    return states + beside + [_in(run, name) for name in (RESULTS, CARD, *ARGUMENTS)]


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def load(given: Given, reading: Reading) -> Project:
    """
    Read all runs in a folder.

    Raises
    ------
    SourceError
        If there is none that can be read.
    """
    folders_of_run = runs_of(given)
    there = set(given.files)
    runs: list[Run] = []
    for position, (folder, folders) in enumerate(folders_of_run.items()):
        files = [file for file in _files(folder, folders) if file in there]
        read = partial(_read_run, given, folder, folders, files, reading)
        run = reading.read_run(folder or given.name, _mark(given, files), read)
        runs += [] if run is None else [run]
        if position % 50 == 0:
            reading.progress(position / len(folders_of_run), "reading runs")
    reading.progress(1.0, "reading runs")
    hidden = sum(_is_nan(run.summary.get("loss")) and _is_nan(run.summary.get("grad_norm")) for run in runs)
    if hidden:
        reading.notes.append(
            say(
                "huggingface.hidden_nan",
                "In {hidden} of {runs} runs the last loss is NaN: the Trainer writes 0 for a loss that is not "
                "finite, which shows in the norm of its gradient.",
                hidden=hidden,
                runs=len(runs),
            )
        )
    return project_of(
        runs,
        given,
        reading,
        format=WORDS,
    )


def read_history(given: Given) -> pd.DataFrame:
    """Read what the trainers logged at every step."""
    curves = {}
    for folder, folders in runs_of(given).items():
        with Reading().skip_faulty(folder):  # it was skipped when the runs were read
            rows = _logged_rows(_read_newest(given, folder, folders))
            curves[folder or given.name] = curve_of((step, _outcomes(row)) for step, row in rows)
    return join_curves(curves)


def _read_newest(given: Given, run: str, folders: list[str]) -> Json:
    """Return the newest state: that of the folder itself, unless a checkpoint came later."""
    newest = folders[-1]
    if folders[0] == run and newest != run:
        state = read_object(given.at(_in(run, STATE)))
        if int(newest.rpartition("-")[2]) <= (as_number(state.get("global_step")) or 0):
            return state
    return read_object(given.at(_in(newest, STATE)))


def _logged_rows(state: Mapping[str, Any]) -> Iterator[tuple[float, Json]]:
    """Give what was logged, with the steps."""
    rows = state.get("log_history")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            yield as_number(row.get("step")) or 0.0, flatten(row)


def _outcomes(row: Mapping[str, Any]) -> Json:
    """Return the outcomes in what was logged. The Trainer writes 0 for a loss that is not finite: see its gradient."""
    found = {name: v for name, v in row.items() if name not in COUNTERS}
    if found.get("loss") == 0 and _is_nan(found.get("grad_norm")):
        found["loss"] = math.nan
    return found


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _read_run(given: Given, folder: str, folders: list[str], files: list[str], reading: Reading) -> Run:
    state = _read_newest(given, folder, folders)
    summary: Json = {}
    for _, row in _logged_rows(state):
        summary |= _outcomes(row)
    curves = tuple(name for name, v in summary.items() if as_number(v) is not None)
    if _in(folder, RESULTS) in files:
        summary = {**_outcomes(reading.read_beside(given.at(_in(folder, RESULTS)), read_object) or {}), **summary}
    if state.get("best_metric") is not None:
        summary["best_metric"] = state["best_metric"]
    steps, runtime = as_number(state.get("global_step")), as_number(summary.pop("train_runtime", None))
    return Run(
        folder or given.name,
        name=str(state.get("trial_name") or folder.rpartition("/")[2] or given.name),
        state="finished" if _is_finished(state, steps, runtime) else "unknown",
        runtime=runtime,
        steps=steps,
        config=_config(given, folder, state, files, reading),
        summary={k: v for k, v in summary.items() if as_number(v) is not None and k not in SCHEDULED},
        curves=curves,
    )


def _is_finished(state: Mapping[str, Any], steps: float | None, runtime: float | None) -> bool:
    """Say whether training came to its end, also to an early one that was asked for; a crash leaves no word."""
    control: Any = state
    for key in ("stateful_callbacks", "TrainerControl", "args"):
        control = control.get(key) if isinstance(control, dict) else None
    stopped = isinstance(control, dict) and control.get("should_training_stop") is True
    last = as_number(state.get("max_steps"))
    return stopped or runtime is not None or bool(steps and last and steps >= last)


def _config(given: Given, folder: str, state: Mapping[str, Any], files: list[str], reading: Reading) -> Json:
    """Return the settings: those of the search first, then what stands elsewhere and is not among them."""
    searched = state.get("trial_params")
    config = flatten(searched) if isinstance(searched, dict) else {}
    for name in ARGUMENTS:
        if _in(folder, name) in files:
            config = flatten(reading.read_beside(given.at(_in(folder, name)), read_object) or {}) | config
    if _in(folder, CARD) in files:
        config = (reading.read_beside(given.at(_in(folder, CARD)), _read_card) or {}) | config
    config = {name: state[name] for name in SETTINGS if state.get(name) is not None} | config
    for file in files:
        prefix = SHAPES.get(file.rpartition("/")[2])
        if prefix:
            shape = reading.read_beside(given.at(file), read_object) or {}
            plain = {
                k: v for k, v in shape.items() if isinstance(v, bool | int | float | str) or (v and isinstance(v, list))
            }
            config = config | {f"{prefix}.{k}": v for k, v in plain.items()}
    return config


def _read_card(file: Path) -> Json:
    """Return the hyperparameters that a model card lists, as the Trainer writes it."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    section = _CARD_SETTINGS.search(text)
    lines = re.findall(r"^- (\w+): (.+)$", section[1], re.MULTILINE) if section else []
    return {name: parse_cell(value) for name, value in lines}
