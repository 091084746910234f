"""
The second number of a conditional parameter: its importance among the runs in which it is active.

Over all runs it can only matter as often as it is active (see `matrix` and `axes` on how its gaps are filled); where it
is active it may decide everything. So the same method is asked again about those runs alone, and its answer stands
beside the first, never normalised with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..data.messages import NOTHING, Count, Message, say
from ..data.progress import Progress
from ..question.design import Design
from ..question.emptiness import FEWEST_RUNS
from .record import Importance, ImportanceRow, WhereActive

Compute = Callable[[Design, Progress], Importance]


def add_where_active(design: Design, compute: Compute, progress: Progress) -> Importance:
    """
    Compute a method's importance, and that of every conditional parameter among the runs in which it is active.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    compute
        The method.
    progress
        Called with the share that is done; may raise to cancel.
    """
    parts = _find_parts(design)
    steps = 1 + len(parts)
    record = compute(design, lambda done: progress(done / steps))
    by_name: dict[str, WhereActive] = {}
    for step, (names, active) in enumerate(parts, 1):
        rows = np.flatnonzero(active)
        some = take_runs(design, rows)
        why = _find_why_not(some)
        if why:
            by_name |= {name: WhereActive(len(rows), why=why) for name in names}
            continue
        inside = compute(some, lambda done, step=step: progress((step + done) / steps))  # type: ignore[misc]
        of = {row.parameter: row for row in inside.rows}
        by_name |= {
            n: WhereActive(len(rows), of[n].importance, of[n].low, of[n].high, of[n].clear) for n in names if n in of
        }
    rows_with = tuple(_attach(row, by_name.get(row.parameter)) for row in record.rows)
    return replace(record, rows=rows_with)


def _attach(row: ImportanceRow, where: WhereActive | None) -> ImportanceRow:
    return row if where is None else replace(row, where_active=where)


def _find_parts(design: Design) -> list[tuple[list[str], np.ndarray]]:
    """Return the conditional parameters that are active in the same runs, with these runs."""
    parts: dict[bytes, tuple[list[str], np.ndarray]] = {}
    for f in design.features:
        if f.parameter.condition is not None and not f.active.all() and f.active.any():
            parts.setdefault(f.active.tobytes(), ([], f.active))[0].append(f.parameter.name)
    return list(parts.values())


def _find_why_not(some: Design) -> Message:
    if len(some.y) < FEWEST_RUNS:
        return say("active.too_few", "it is active in only {runs}", runs=Count(len(some.y), "run"))
    if np.ptp(some.y) == 0:
        return say("active.constant", "the target does not vary there")
    return NOTHING


def take_runs(design: Design, rows: np.ndarray) -> Design:
    """Return the same question about some of its runs."""
    return replace(
        design,
        features=tuple(f.take(rows) for f in design.features),
        y=design.y[rows],
        raw=design.raw[rows],
        config_id=np.unique(design.config_id[rows], return_inverse=True)[1],
        order=design.order[rows],
        rows=design.rows[rows],
        runs_used=len(rows),
    )
