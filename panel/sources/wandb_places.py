"""Where W&B left its runs: the folders, files and logs of each, whether it ran once or was resumed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from .given import Given

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
    log: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """All that is read of it."""
        return [*([self.log] if self.log else []), *self.files.values()]


@dataclass
class Found:
    """A run: its id, where it lies, the folders that it wrote in the order in which it did, and its sweep."""

    id: str
    key: str
    folders: list[Folder]
    sweep: str = ""


def found_in(given: Given) -> list[Found]:
    """Return all runs in the order in which they were started."""
    folders = _folders(given)
    sweeps = {match[2]: match[1] for path in given.named("config-*.yaml") if (match := SWEEP_CHOICE.fullmatch(path))}
    found: dict[tuple[str, str], Found] = {}
    for path in sorted(folders, key=lambda path: (folders[path].started, path)):
        folder, parent = folders[path], path.rpartition("/")[0]
        logged = LOG.fullmatch(folder.log.name) if folder.log else None
        id = logged[1] if logged else folder.id
        found.setdefault((parent, id), Found(id, path or id, [], sweeps.get(id, ""))).folders.append(folder)
    seen: set[str] = set()
    for (parent, id), run in found.items():
        run.id = f"{parent}/{id}" if id in seen else id
        seen.add(run.id)
    return list(found.values())


def _folders(given: Given) -> dict[str, Folder]:
    """Return the folders of runs by their relative path; a log alone is one too."""
    if given.path is not None and given.is_file:
        return {"": Folder(log=given.path)} if LOG.fullmatch(given.path.name) else {}
    root = given.path.resolve().name if given.path is not None else ""
    folders: dict[str, Folder] = {}
    for path in given.named("run-*.wandb", *FILES):
        folder, _, name = path.rpartition("/")
        above, _, last = folder.rpartition("/")
        folder = above if last == "files" else folder
        if folder.rpartition("/")[2] == LATEST:
            continue
        named = FOLDER.fullmatch(folder.rpartition("/")[2] or root)
        started, id = (named[1] or "", named[2]) if named else ("", "")
        if LOG.fullmatch(name):
            folders.setdefault(folder, Folder(started, id)).log = given.at(path)
        elif started or (named and last == "files"):  # other programs too write run-1/config.yaml
            folders.setdefault(folder, Folder(started, id)).files.setdefault(name, given.at(path))
    return folders
