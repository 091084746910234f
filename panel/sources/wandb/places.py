"""Where W&B left its runs: the folders, files and logs of each, whether it ran once or was resumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..common.given import Given

FILES = ("config.yaml", "wandb-summary.json", "wandb-metadata.json")
FOLDER = re.compile(r"(?:offline-|dry)?run-(?:(\d{8}_\d{6})-)?(.+)")
LOG = re.compile(r"run-(.+)\.wandb")
SWEEP_CHOICE = re.compile(r"(?:.*/)?sweep-([^/]+)/config-([^/]+)\.yaml")

LATEST = "latest-run"
"""W&B's link to the newest folder; a copy may have made a folder of it."""


@dataclass
class Folder:
    """One folder of a run; a run that was resumed has several."""

    started: str = ""
    id: str = ""
    log: str = ""
    files: dict[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> list[str]:
        """The paths of all that is read of it."""
        return [*([self.log] if self.log else []), *self.files.values()]


@dataclass
class FoundRun:
    """A run: its id and key, the place of its folders, these in the order in which it wrote them, and its sweep."""

    id: str
    key: str
    place: Path
    folders: list[Folder]
    sweep: str


def find_runs(given: Given) -> list[FoundRun]:
    """Return all runs in the order in which they were started."""
    return given.once("wandb runs", lambda: _find_runs(given))


def _find_runs(given: Given) -> list[FoundRun]:
    folders = _folders(given)
    sweeps = {
        match[2]: match[1] for path in given.files_named("config-*.yaml") if (match := SWEEP_CHOICE.fullmatch(path))
    }
    found: dict[tuple[str, str], FoundRun] = {}
    places: dict[str, Path] = {}
    for path in sorted(folders, key=lambda path: (folders[path].started, path)):
        folder, parent = folders[path], path.rpartition("/")[0]
        logged = LOG.fullmatch(folder.log.rpartition("/")[2]) if folder.log else None
        id = logged[1] if logged else folder.id
        if (parent, id) not in found:
            above = parent if path else "."  # of the source itself
            if above not in places:
                places[above] = _place(given, path)
            found[parent, id] = FoundRun(id, path or id, places[above], [], sweeps.get(id, ""))
        found[parent, id].folders.append(folder)
    seen: set[str] = set()
    for (parent, id), run in found.items():
        run.id = f"{parent}/{id}" if id in seen else id
        seen.add(run.id)
    return list(found.values())


def _place(given: Given, path: str) -> Path:
    """Return the folder in which the folder of a run lies."""
    whole = (given.path or Path()).absolute()
    if path:
        return whole / path.rpartition("/")[0]
    return whole.parent.parent if given.is_file else whole.parent


def holds_runs(given: Given) -> bool:
    """Say whether there is any run, without looking for all of them."""
    return next(_files(given), None) is not None


def _folders(given: Given) -> dict[str, Folder]:
    """Return the folders of runs by their relative path; a log alone is one too."""
    folders: dict[str, Folder] = {}
    for path, started, id, name, file in _files(given):
        folder = folders.setdefault(path, Folder(started, id))
        if name in FILES:
            folder.files.setdefault(name, file)
        else:
            folder.log = file
    return folders


def _files(given: Given) -> Iterator[tuple[str, str, str, str, str]]:
    """Give what is to be read: its run's folder, when that was started and its id, and the file's name and path."""
    if given.path is None:
        return
    if given.is_file and LOG.fullmatch(given.path.name):
        yield "", "", "", given.path.name, given.path.as_posix()
    root = given.path.resolve().name
    for path in given.files_named("run-*.wandb", *FILES):
        folder, _, name = path.rpartition("/")
        above, _, last = folder.rpartition("/")
        folder = above if last == "files" else folder
        own = folder.rpartition("/")[2] or root
        named = FOLDER.fullmatch(own)
        started, id = (named[1] or "", named[2]) if named else ("", "")
        # other programs too write run-1/config.yaml
        if own != LATEST and (name not in FILES or started or (named and last == "files")):
            yield folder, started, id, name, given.place(path)
