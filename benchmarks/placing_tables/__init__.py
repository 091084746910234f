"""Labelled tables as strangers leave them: one public function a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from benchmarks.placing_tables import cells, exports, fields, languages, learning, logs, looking, machines
from benchmarks.placing_tables.sheet import Draw, Sheet

SHEETS: dict[str, Callable[[Draw], Sheet]] = {
    name: make
    for module in (looking, learning, fields, machines, exports, logs, cells, languages)
    for name, make in vars(module).items()
    if inspect.isfunction(make) and make.__module__ == module.__name__ and not name.startswith("_")
}
"""Every table by its name, in the order of the modules."""
