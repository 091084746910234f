"""Which folders are runs, told by the names of their files: settings in one, results in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ..common.given import Given, natural_key
from ..common.results import SETTINGS_WORDS, is_likely, is_named_as_results, names_settings_file, results_of
from ..common.spelled import read_name

SETTINGS_ENDINGS = (".json", ".yaml", ".yml", ".toml")

SACRED = ("config.json", "run.json", "info.json", "metrics.json")
"""What Sacred's FileStorageObserver writes for every run; the first two are always there."""

ULTRALYTICS = ("results.csv", frozenset({"args.yaml", "opt.yaml"}))
"""What Ultralytics (``args.yaml``) and YOLOv5 (``opt.yaml``, and ``hyp.yaml`` beside it) write for every run."""

MOST_ALIKE = 3
"""With more files that could be of settings a folder is none of one run."""


@dataclass(frozen=True)
class RunFolder:
    """
    One run, and where it lies; all paths are relative to what was given.

    Attributes
    ----------
    folder
        Its folder.
    settings
        Files of its settings; those of a folder above come first.
    results
        Files of its results.
    """

    folder: str
    settings: tuple[str, ...] = ()
    results: tuple[str, ...] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its files."""
        return frozenset(path.rpartition("/")[2] for path in (*self.settings, *self.results))

    @property
    def is_sacred(self) -> bool:
        """Whether Sacred wrote it."""
        return self.names.issuperset(SACRED[:2])

    @property
    def is_ultralytics(self) -> bool:
        """Whether Ultralytics or YOLOv5 wrote it."""
        table, settings = ULTRALYTICS
        return table in self.names and bool(settings & self.names)

    @property
    def files(self) -> tuple[str, ...]:
        """All files that it is read from."""
        return self.settings + self.results


def find_runs(given: Given) -> tuple[RunFolder, ...]:
    """
    Return the runs in a folder, at any depth, in the order of their numbers.

    A run's folder holds settings and results, or results below settings that several runs share, or it spells its
    settings in its name. One with settings alone is a run if it lies beside another that has results, and its settings
    have the same name: it stopped before it had any.
    """
    return _find_runs(given.files)


@lru_cache(maxsize=1)  # asked several times of one folder, and told by the names of its files alone
def _find_runs(files: tuple[str, ...]) -> tuple[RunFolder, ...]:
    settings = _settings_by_folder(files)
    named = {_named_part(folder) for folder in _folders_of(files) if "=" in folder} - {""}
    if not settings and not named:
        return ()
    results = results_of(files, {*settings, *named, *_folders_sharing(files, settings)})
    results |= _files_of_sacred(files, settings)
    sharing = {folder for folder in settings if not results[folder]}
    found: dict[str, RunFolder] = {}
    for folder in results:
        own, above = settings.get(folder, ()), _shared_above(folder, settings, sharing)
        if results[folder] and (own or above or folder in named):
            found[folder] = RunFolder(folder, (*above, *own), tuple(results[folder]))
    places = {(_parent(folder), _name(own)) for folder, run in found.items() for own in run.settings}
    for folder in sharing:
        own = settings[folder]
        if folder not in found and any((_parent(folder), _name(file)) in places for file in own):
            found[folder] = RunFolder(folder, own, ())
    return tuple(found[folder] for folder in sorted(found, key=natural_key))


def _files_of_sacred(files: Iterable[str], settings: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the files that Sacred wrote besides the settings, by the folders that it wrote its own record into."""
    found: dict[str, list[str]] = {}
    for file in files:
        folder, _, name = file.rpartition("/")
        if name in SACRED[1:] and f"{folder}/{SACRED[0]}".lstrip("/") in settings.get(folder, ()):
            found.setdefault(folder, []).append(file)
    return {folder: own for folder, own in found.items() if f"{folder}/{SACRED[1]}".lstrip("/") in own}


def _parent(path: str) -> str:
    return path.rpartition("/")[0] if path else "/"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _folders_of(files: Iterable[str]) -> set[str]:
    return {file.rpartition("/")[0] for file in files}


def _named_part(folder: str) -> str:
    """Return the part of a path down to the last name that spells a setting; empty if none does."""
    parts = folder.split("/")
    last = max((i for i, part in enumerate(parts) if "=" in part and read_name(part)), default=-1)
    return "/".join(parts[: last + 1])


def _settings_by_folder(files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the files of settings in every folder: those named just so, else up to three that are named alike."""
    exact: dict[str, list[str]] = {}
    alike: dict[str, dict[str, str]] = {}
    for file in files:
        if not file.endswith(SETTINGS_ENDINGS):
            continue
        folder, _, name = file.rpartition("/")
        stem = name.rpartition(".")[0]
        if stem.lower() in SETTINGS_WORDS:
            exact.setdefault(folder, []).append(file)
        elif not name.startswith(".") and names_settings_file(name):
            kind = re.sub(r"\d+", "", stem)
            of_folder = alike.setdefault(folder, {})
            of_folder[kind] = "" if kind in of_folder else file  # two of a kind belong to two runs
    few = {folder: tuple(found.values()) for folder, found in alike.items() if len(found) <= MOST_ALIKE}
    return {folder: found for folder, found in few.items() if all(found)} | {f: tuple(e) for f, e in exact.items()}


def _folders_sharing(files: Iterable[str], settings: Mapping[str, Any]) -> set[str]:
    """Return the folders that hold what is named as results are, at least two below one folder with settings."""
    of_home: dict[str, set[str]] = {}
    for folder in {file.rpartition("/")[0] for file in files if is_likely(_name(file))} - set(settings):
        home = _nearest(folder, settings)
        if home is not None and not is_named_as_results(folder.removeprefix(home)):
            of_home.setdefault(home, set()).add(folder)
    return {folder for folders in of_home.values() if len(folders) > 1 for folder in folders}


def _nearest(folder: str, among: Mapping[str, Any]) -> str | None:
    """Return the nearest folder above that is among those; ``None`` if none is."""
    while folder:
        folder = folder.rpartition("/")[0]
        if folder in among:
            return folder
    return None


def _shared_above(folder: str, settings: Mapping[str, tuple[str, ...]], sharing: set[str]) -> tuple[str, ...]:
    """Return the files of settings of the nearest folder above that has some and no results."""
    above = _nearest(folder, settings)
    return settings[above] if above is not None and above in sharing else ()
