"""
One example a kind of source: what was really written by the tracker, and what must be found in it.

A tracker's example is a folder ``tests/fixtures/NAME`` with the script that wrote it, what it wrote, and
``expected.json``:

- ``given``: what to open, relative to the folder; the whole of it is copied for a test
- ``runs``, ``states``: how many runs, and how many in each state
- ``parameters``, ``metrics``: some that must be there
- ``history``: metrics with values per step; ``steps``: how many values a finished run has
- ``nan``: a metric in which NaN was logged
- ``space``: parameters of the declared search space
- ``also``: the other readers that recognise it
- ``parts``: names of the studies or experiments, that with most runs first
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from panel.sources import SOURCES, sample_path

FIXTURES = Path(__file__).parent.parent / "fixtures"


@dataclass(frozen=True)
class Example:
    """What was written, and what must be found in it."""

    origin: Path
    given: str
    runs: int
    states: dict[str, int]
    parameters: list[str]
    metrics: list[str]
    history: list[str] = field(default_factory=list)
    steps: int = 0
    nan: str = ""
    space: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def copy(self, to: Path) -> Path:
        """Copy what was written into the folder `to`; return what is to be opened."""
        whole = self.origin / self.given.split("/")[0]
        target = to / whole.name
        shutil.copytree(whole, target) if whole.is_dir() else shutil.copy(whole, target)
        return to / self.given


SAMPLE = {
    "runs": 800,
    "states": {"finished": 764, "failed": 36},
    "parameters": ["optimizer.lr"],
    "metrics": ["val_loss"],
    "nan": "val_loss",
}

OURS = {
    "native": Example(sample_path().parent, sample_path().name, history=["val_loss"], space=["optimizer.lr"], **SAMPLE),
    "table": Example(sample_path(), "runs.csv", **SAMPLE),
}


def example_of(name: str) -> Example | None:
    """Return the example of a kind of source; ``None`` if there is none, or it is an address."""
    file = FIXTURES / name / "expected.json"
    if name in OURS:
        return OURS[name]
    return Example(file.parent, **json.loads(file.read_text())) if file.exists() else None


EXAMPLES = {source.NAME: example for source in SOURCES if (example := example_of(source.NAME)) is not None}
"""Every kind of source that reads files, with its example."""

ADDRESSES = {"wandb"}
"""Kinds of source that have no files; their tests talk to a server."""
