"""What W&B puts into summary and history, by whichever way they come."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...data.records import Json

CLOCKS = frozenset({"_runtime", "_step", "_timestamp", "_wandb"})
"""What W&B itself adds to summary and history."""

SPELLED = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""What is written as text, because JSON has no such numbers."""


def revive_numbers(value: Any) -> Any:
    """Return a value with the numbers that JSON has not as numbers; nothing else of it changes."""
    if isinstance(value, str):
        return SPELLED.get(value, value)
    if isinstance(value, Mapping):
        return {name: revive_numbers(inner) for name, inner in value.items()}
    return [revive_numbers(inner) for inner in value] if isinstance(value, list) else value


def keep_outcomes(logged: Mapping[str, Any]) -> Json:
    """Return outcomes without images, tables and the like."""
    return {
        name: keep_outcomes(value) if isinstance(value, Mapping) else revive_numbers(value)
        for name, value in logged.items()
        if value is not None and not (isinstance(value, Mapping) and "_type" in value)
    }
