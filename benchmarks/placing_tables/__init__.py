"""Labelled tables as strangers leave them: one public function a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from benchmarks.placing_tables import (
    cells,
    exports,
    few_runs,
    fields,
    laboratory,
    languages,
    learning,
    logs,
    looking,
    machines,
    more_learning,
    more_machines,
    unseen_learning,
    unseen_machines,
)
from benchmarks.placing_tables.sheet import Draw, Sheet

READINGS = {
    "first": (looking, learning, fields, machines, exports, logs, cells, languages),
    "more": (more_machines, more_learning),
    "few": (laboratory, few_runs),
    "unseen": (unseen_machines, unseen_learning),
}
"""The modules by when they were written: the rules were mended with all but `unseen` in sight."""

SHEETS: dict[str, Callable[[Draw], Sheet]] = {
    name: make
    for modules in READINGS.values()
    for module in modules
    for name, make in vars(module).items()
    if inspect.isfunction(make) and make.__module__ == module.__name__ and not name.startswith("_")
}
"""Every table by its name, in the order of the modules."""

READING_OF = {
    name: reading
    for reading, modules in READINGS.items()
    for module in modules
    for name, make in SHEETS.items()
    if make.__module__ == module.__name__
}
"""To which reading a table belongs."""
