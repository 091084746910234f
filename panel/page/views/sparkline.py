"""The target over time, small: dots and the best so far, as shares of the width and the height of a little drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...data.records import Json
from ...runs.history_record import HistoryRecord

DOTS = 200
"""So many runs are drawn at most."""


def draw_small(record: HistoryRecord) -> Json:
    """Return ``dots`` and ``steps`` as pairs from 0 to 1, from the top left, and the two ``ends`` in words."""
    part, axis, drawn = record.parts[0], record.axis, record.points
    last = max(part.end, *drawn.x)
    first = min(drawn.x)
    scaled = math.log10 if axis.scale == "log" else float
    wide, (low, high) = (last - first) or 1.0, map(scaled, axis.range)

    def place(x: float, y: float) -> tuple[float, float]:
        value = scaled(y)
        return round((x - first) / wide, 4), round(min(max((high - value) / ((high - low) or 1.0), 0.0), 1.0), 4)

    feasible = [i for i, kind in enumerate(drawn.kind) if kind == "feasible"]
    best = [*part.best, part.best[-1]]
    return {
        "dots": [place(drawn.x[i], drawn.y[i]) for i in _thin(feasible)],
        "steps": [place(x, y) for x, y in zip([*part.x, part.end], best, strict=True)],
        "ends": [f"run {int(first):,}", f"run {int(last):,}"],
    }


def _thin(places: Sequence[int]) -> Sequence[int]:
    """Return an even choice of places."""
    return places[:: max(1, math.ceil(len(places) / DOTS))]
