"""A tracker as small as one can be: one JSON file that holds all runs."""

from __future__ import annotations

from pathlib import Path

from ..data.project import Project
from .common.building import project_of
from .common.documents import as_list, as_object, read_object
from .common.given import Given, stamp_of
from .common.records import Reading, Run
from .common.source import no_history, no_page, no_parts

NAME = "toy"
WORDS = "Toy tracker"
OPENS = "a file `toy.json`"
EXTRA = ""
parts, read_history, page = no_parts, no_history, no_page


def recognises(given: Given) -> bool:
    """Say whether it is the file that the tracker writes."""
    return given.is_file and given.name == "toy.json"


def stamp(given: Given) -> str:
    """Return a text that changes whenever the file does."""
    return stamp_of(Path(given.path or ""))


def load(given: Given, reading: Reading) -> Project:
    """Read the file."""
    runs = [as_object(run) for run in as_list(read_object(Path(given.path or ""))["runs"])]
    reading.progress(1.0, "reading runs")
    found = [Run(str(run["id"]), config=run["config"], summary=run["summary"], state="finished") for run in runs]
    return project_of(found, given, reading, format=WORDS)
