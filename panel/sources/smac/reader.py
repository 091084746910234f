"""What SMAC3 leaves behind: folders with ``runhistory.json``, of SMAC 2 and of SMAC 1."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from ...data.messages import Count, Number, say
from ...data.project import Goal, Project, Space
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.given import Given, digest, stamp_of
from ..common.records import Reading, Run
from ..common.source import no_history, no_page
from .space import JSON_NAME, PCS_NAME, read_domains
from .trials import Trial, trial_of

NAME = "smac"
WORDS = "SMAC3"
OPENS = "`sweeplens smac3_output/`"
EXTRA = ""
read_history, page = no_history, no_page

TRIALS = "runhistory.json"
FILES = (TRIALS, "scenario.json", "scenario.txt", "intensifier.json", JSON_NAME, PCS_NAME)

STATES = {
    "SUCCESS": "finished",
    "DONOTADVANCE": "finished",
    "RUNNING": "running",
    "CRASHED": "crashed",
    "MEMORYOUT": "crashed",
    "MEMOUT": "crashed",
    "ABORT": "failed",
    "TIMEOUT": "killed",
    "CAPPED": "killed",
    "STOP": "killed",
}
"""What SMAC calls the states of a trial."""

METHODS = {"RandomFacade": "random", "HyperbandFacade": "hyperband"}


@dataclass(frozen=True)
class Output:
    """
    The folder that one SMAC run wrote.

    Attributes
    ----------
    name
        Its path below what was given, with ``/``; empty if it is that itself.
    path
        The folder.
    """

    name: str
    path: Path

    @cached_property
    def scenario(self) -> Json:
        """What ``scenario.json`` or SMAC 1's ``scenario.txt`` says; empty if it says nothing that can be read."""
        try:
            return _read_scenario(self.path)
        except SourceError:
            return {}

    @property
    def seed(self) -> int | None:
        """The seed of the search itself."""
        if isinstance(self.scenario.get("seed"), int):
            return self.scenario["seed"]
        match = re.fullmatch(r"run_(?:\d+_)?(\d+)", self.path.name)
        return int(match[1]) if match and (self.path / "scenario.txt").is_file() else None

    @property
    def objectives(self) -> list[str]:
        """The names of the costs."""
        names = self.scenario.get("objectives", "cost")
        return [str(name) for name in names] if isinstance(names, list) else [str(names)]

    @cached_property
    def key(self) -> str:
        """A text that is equal for outputs of one scenario, whatever their seeds."""
        try:
            space = "".join(
                (self.path / n).read_text("utf-8") for n in (JSON_NAME, PCS_NAME) if (self.path / n).exists()
            )
        except (OSError, ValueError):
            space = self.name
        return digest([json.dumps(_without_seeds(self.scenario) or self.name, sort_keys=True, default=str), space])


def recognises(given: Given) -> bool:
    """Say whether it is a run history of SMAC or a folder that holds some."""
    if given.is_file and given.path is not None:
        return given.path.name == TRIALS
    return bool(given.files_named(TRIALS))


def find_outputs(given: Given) -> list[Output]:
    """Return the folders that SMAC wrote, by name."""
    if given.is_file and given.path is not None:
        return [Output("", given.path.parent)] if given.path.name == TRIALS else []
    return [Output(folder, given.at(folder)) for folder in given.folders_with(TRIALS)]


def parts(given: Given) -> dict[str, int | None]:
    """Return the scenarios by name, that with the longest run histories first."""
    return dict.fromkeys(group_scenarios(given))


def group_scenarios(given: Given) -> dict[str, list[Output]]:
    """
    Return the outputs of each scenario, by its name: outputs that differ by nothing but their seeds are of one.

    The scenarios with the longest run histories come first, those last whose files all end in the middle.
    """
    groups: dict[str, list[Output]] = {}
    for output in find_outputs(given):
        groups.setdefault(output.key, []).append(output)
    names = [_name_scenario(group, given) for group in groups.values()]
    found = {
        name if names.count(name) == 1 else group[0].name or name: group
        for name, group in zip(names, groups.values(), strict=True)
    }

    def rank(name: str) -> tuple[bool, int]:
        return not _holds_whole(found[name]), -_count_bytes(found[name])

    return {name: found[name] for name in sorted(found, key=rank)}


def stamp(given: Given) -> str:
    """Return a text that changes whenever one of the files does."""
    found = group_scenarios(given).get(given.part, []) if given.part else find_outputs(given)
    return stamp_of(*(output.path / name for output in found for name in FILES))


def load(given: Given, reading: Reading) -> Project:
    """
    Read all trials of a scenario: one run for every config, instance, seed and budget.

    A config's ``seed`` is the trial's; ``smac_seed``, ``instance`` and ``budget`` are run fields. The cost of a trial
    that did not succeed is a stand-in that the user of SMAC chose, so it is left out.

    Raises
    ------
    SourceError
        If no trial can be read.
    """
    outputs_of = group_scenarios(given)
    name = given.part or next(iter(outputs_of), "")
    chosen = outputs_of.get(name, [])
    _note_larger(name, outputs_of, reading)
    runs: list[Run] = []
    for position, output in enumerate(chosen):
        reading.progress(position / len(chosen), f"reading {output.name or given.name}")
        with reading.skip_faulty(f"{output.name}/{TRIALS}".lstrip("/")):
            runs += read_trials(output, reading, prefix=f"{output.name}/" if len(chosen) > 1 else "")
    space = _space(chosen, reading)
    budgets = sorted({run.fields["budget"] for run in runs if "budget" in run.fields})
    if len(budgets) > 1:
        reading.notes.append(
            say(
                "smac.several_budgets",
                "Trials ran with {budgets}, {lowest} to {highest}; costs compare at equal budgets alone: "
                "filter by run.budget.",
                budgets=Count(len(budgets), "budget"),
                lowest=Number(budgets[0], 6, "short"),
                highest=Number(budgets[-1], 6, "short"),
            )
        )
    reading.progress(1.0, f"reading {given.name}")
    return project_of(runs, given, reading, format=WORDS, name=name, space=space)


def _note_larger(chosen: str, outputs_of: Mapping[str, list[Output]], reading: Reading) -> None:
    """Say first of all which scenarios are larger than the one that is shown, but cannot be read."""
    size = _count_bytes(outputs_of.get(chosen, []))
    for name, outputs in outputs_of.items():
        if name != chosen and _count_bytes(outputs) > size and not _holds_whole(outputs):
            reading.notes.insert(
                0,
                say(
                    "smac.larger_torn",
                    "{larger} is larger than {chosen}, but its run history ends in the middle and cannot be read.",
                    larger=name,
                    chosen=chosen,
                ),
            )


def _holds_whole(outputs: Iterable[Output]) -> bool:
    return any(_is_whole(output.path / TRIALS) for output in outputs)


def _count_bytes(outputs: Iterable[Output]) -> int:
    return sum(_size(output.path / TRIALS) for output in outputs)


def read_trials(output: Output, reading: Reading, prefix: str = "") -> list[Run]:
    """
    Read the trials in one folder.

    Nothing is kept for the next reading: SMAC writes the whole file anew after every trial, and reading it takes no
    longer than reading what was kept.

    Raises
    ------
    SourceError
        If the run history cannot be read; the message names it.
    """
    file = output.path / TRIALS
    history = _read_json(file)
    data, configs, origins = (history.get(key) for key in ("data", "configs", "config_origins"))
    if not isinstance(data, list) or not isinstance(configs, dict):
        raise SourceError(f"{file} is no run history of SMAC: it lacks 'data' or 'configs'.")
    origins = origins if isinstance(origins, dict) else {}
    incumbents = _read_incumbents(output.path)
    runs = []
    for position, entry in enumerate(data, 1):
        try:
            trial = trial_of(entry)
            config, origin = configs[str(trial.config_id)], origins.get(str(trial.config_id))
            runs.append(_run(trial, config, output, prefix, origin, trial.config_id in incumbents))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            why = say(
                "smac.unreadable_trial",
                "{file}: trial {number} cannot be read: {error}.",
                file=str(file),
                number=str(position),
                error=repr(error),
            )
            reading.skip(f"{output.name}/{TRIALS}".lstrip("/"), why)
    return runs


def _run(trial: Trial, config: Mapping[str, Any], output: Output, prefix: str, origin: Any, incumbent: bool) -> Run:
    state = STATES.get(trial.status, "unknown")
    info = dict(trial.info) if isinstance(trial.info, Mapping) else {"info": trial.info} if trial.info else {}
    trace, error = info.pop("traceback", None), info.pop("error", None)
    costs = trial.cost if isinstance(trial.cost, list) else [trial.cost]
    outcomes = dict(zip(output.objectives, costs, strict=True)) if state == "finished" else {}
    clock = {"cpu_time": trial.cpu_time} if trial.cpu_time and state == "finished" else {}
    fields = {
        "config_id": trial.config_id,
        "instance": trial.instance,
        "budget": trial.budget,
        "smac_seed": output.seed,
        "origin": origin,
        "error": error or (str(trace).strip().splitlines()[-1] if str(trace or "").strip() else None),
    }
    seed = None if str(output.scenario.get("deterministic")) == "True" else trial.seed
    described = ((trial.instance, "instance {}"), (seed, "seed {}"), (trial.budget, "budget {:g}"))
    return Run(
        id=prefix + ", ".join([str(trial.config_id), *(words.format(v) for v, words in described if v is not None)]),
        state=state,
        created=trial.start or None,
        runtime=_runtime(trial) if state != "running" else None,
        tags=("incumbent",) if incumbent else (),
        config={**config, "trial_seed" if "seed" in config else "seed": trial.seed},
        summary={**{n: v for n, v in info.items() if n not in outcomes}, **clock, **outcomes},
        fields={name: value for name, value in fields.items() if value is not None},
    )


def _runtime(trial: Trial) -> float | None:
    """Return how long a trial took; SMAC writes 0 for one that crashed, but when it ended."""
    return trial.time or (trial.end - trial.start if trial.start and trial.end > trial.start else None)


def _space(chosen: Iterable[Output], reading: Reading) -> Space | None:
    """Return the search space of the first output that has one."""
    for output in chosen:
        name = "scenario.json"
        try:
            _read_scenario(output.path)
            name = JSON_NAME
            domains = read_domains(output.path)
        except SourceError as error:
            reading.skip(f"{output.name}/{name}".lstrip("/"), str(error))
            continue
        meta = output.scenario.get("_meta")
        facade = meta.get("facade") if isinstance(meta, dict) else None
        facade_name = str(facade.get("name")) if isinstance(facade, dict) else ""
        goals: dict[str, Goal] = dict.fromkeys(output.objectives, "minimize")  # SMAC has no other
        return Space(output.objectives[0], "minimize", METHODS.get(facade_name, "bayes"), domains, goals)
    return None


def _read_json(file: Path) -> Json:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} is no whole JSON ({error}); if SMAC is writing it, open it again.") from error
    if not isinstance(found, dict):
        raise SourceError(f"{file} holds no JSON object.")
    return found


def _read_scenario(folder: Path) -> Json:
    """Return what a folder's scenario says; `SourceError` if it cannot be read."""
    if (folder / "scenario.json").is_file():
        return _read_json(folder / "scenario.json")
    file = folder / "scenario.txt"
    if not file.is_file():
        return {}
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    entries = {key.strip(): value.strip() for key, mark, value in (line.partition("=") for line in lines) if mark}
    costs = entries.get("multi_objectives", "cost").strip("[]()")
    # The path of the search space holds the seed and the time.
    return {**entries, "objectives": [c.strip(" '\"") for c in costs.split(",")], "pcs_fn": "", "output_dir": ""}


def _without_seeds(scenario: Mapping[str, Any]) -> Json:
    """Return what tells one scenario from another; of all that SMAC notes of itself, the facade and the function."""
    meta = scenario.get("_meta")
    kept = {k: meta.get(k) for k in ("facade", "runner")} if isinstance(meta, Mapping) else {}
    left_out = {"seed", "output_directory", "_meta", "name"}
    entries = {k: v for k, v in scenario.items() if k not in left_out}
    return {**entries, "name": _own_name(scenario), **kept} if scenario else {}


def _name_scenario(group: list[Output], given: Given) -> str:
    """Return what a scenario is called: the folder that holds its seeds, else its own name."""
    common = PurePosixPath(os.path.commonpath([o.name for o in group]) if all(o.name for o in group) else "")
    if len(group) == 1 and common.name == str(group[0].seed):
        common = common.parent
    own = _own_name(group[0].scenario) or (given.name if given.is_folder else group[0].path.resolve().name)
    return common.as_posix() if common.name else own


def _own_name(scenario: Mapping[str, Any]) -> str:
    """Return the name that the user gave a scenario; empty if it has the one that SMAC makes up."""
    name = str(scenario.get("name") or "")
    return "" if re.fullmatch(r"[0-9a-f]{32}", name) else name


def _read_incumbents(folder: Path) -> frozenset[Any]:
    """Return the ids of the configs that SMAC deemed best in the end; a mere tag, so that none is no fault."""
    try:
        ids = _read_json(folder / "intensifier.json").get("incumbent_ids")
    except SourceError:
        return frozenset()
    return frozenset(i for i in ids if isinstance(i, int)) if isinstance(ids, list) else frozenset()


def _is_whole(file: Path) -> bool:
    """Say whether a JSON file ends where an object does, without reading it."""
    try:
        with file.open("rb") as raw:
            raw.seek(max(0, file.stat().st_size - 64))
            return raw.read().rstrip().endswith(b"}")
    except OSError:
        return False


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
