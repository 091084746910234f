"""
How the search went: the target of every run in the order of start, its best so far, when runs ran, and how they spread.

Not the histories of metrics: those are in `histories`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..data.messages import NOTHING, Message
from ..errors import QuestionError, nearest
from . import bestof
from .asked import asks_no_roles, read_text
from .base import Runs
from .configs import config_numbers, improvement, is_log, scaled_loss
from .empty import Empty, read_record, tell_no_target
from .history_axis import make_history_axis
from .history_lanes import make_timeline
from .history_measures import choose_even, choose_places, find_band, find_improvements, find_shares
from .history_parts import Division, divide, list_fields
from .history_record import Along, Band, HistoryRecord, Part, Points
from .history_started import ASIDE, INFEASIBLE, Started, has_times, list_started, sort_by_time
from .history_words import (
    say_aside,
    say_band,
    say_best,
    say_beyond,
    say_distribution,
    say_drawn,
    say_early,
    say_infeasible,
    say_no_times,
    say_order,
    say_part,
    say_untimed,
    say_within_noise,
)
from .replicates import trial_noise
from .target_axis import TargetAxis

NAME = "history"

MOST_DRAWN = 1_000
"""Runs that are drawn beside those that made the best better, at most."""

MOST_STEPS = 500
"""Steps of the best so far that a part has, at most."""

FEWEST = 20
"""With fewer feasible runs nothing is said of their order."""

SELDOM = 0.05
"""What comes about in no larger a share of random orders is worth saying."""


@dataclass(frozen=True)
class Asked:
    """
    What can be asked; all of it may be left open.

    Attributes
    ----------
    x
        Along what runs are drawn: the order in which they were started, or the time.
    by
        What divides them into parts: see `history_parts`.
    runs
        Ids of the selected runs.
    """

    x: Along = "order"
    by: str = ""
    runs: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked; `QuestionError` if runs cannot be drawn along this."""
        x = read_text(data.get("x")) or "order"
        if x not in ("order", "time"):
            raise QuestionError(f"Runs cannot be drawn along {x!r}. {nearest(x, ['order', 'time'])}")
        return cls(
            "time" if x == "time" else "order", read_text(data.get("by")), tuple(map(str, data.get("runs") or ()))
        )


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> HistoryRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(HistoryRecord, data)


def record(runs: Runs, asked: Asked) -> HistoryRecord | Empty:
    """Return how the search went."""
    if not runs.feasible.any():
        return tell_no_target(runs)
    every = list_started(runs)
    fields = list_fields(runs, every)
    timed = has_times(every) and bool(np.isfinite(every.created[every.feasible]).any())
    x: Along = "time" if asked.x == "time" and timed else "order"
    shown = sort_by_time(every) if x == "time" else every
    division = divide(runs, shown, asked.by, asked.runs, fields)
    place = _find_place(shown, division, x)
    axis = make_history_axis(runs, shown)
    improvements = [_find_steps(shown, division.of == i) for i in range(len(division.labels))]
    seen = (shown.kind != ASIDE) | np.isfinite(shown.target)
    chosen = np.flatnonzero(seen)[choose_even(int(seen.sum()), MOST_DRAWN)]
    drawn = np.unique(np.concatenate([chosen, *improvements]))
    points = _list_points(runs, shown, division, place, axis, drawn)
    parts = tuple(
        _make_part(runs, shown, label, division.of == i, place, steps)
        for i, (label, steps) in enumerate(zip(division.labels, improvements, strict=True))
    )
    placed = seen & (shown.kind != INFEASIBLE)
    above, below = (int((placed & beyond).sum()) for beyond in (shown.target > axis.high, shown.target < axis.low))
    notes = (
        NOTHING if division.by else say_band(),
        say_no_times() if asked.x != x else NOTHING,
        division.note,
        say_untimed(len(every) - len(shown), len(every)),
        _tell_aside(shown),
        say_infeasible(int((shown.kind == INFEASIBLE).sum())),
        say_beyond(above, axis.high, above=True),
        say_beyond(below, axis.low, above=False),
        say_drawn(len(drawn), int(seen.sum())),
    )
    lead, order = _tell_order(runs, every)
    return HistoryRecord(
        target=runs.label,
        goal=runs.goal,
        runs=len(every),
        feasible=int(runs.feasible.sum()),
        lead=lead,
        order=order,
        distribution=_tell_distribution(runs),
        notes=tuple(note for note in notes if note),
        x=x,
        along=("order", "time") if timed else ("order",),
        by=division.by,
        fields=fields,
        said=tuple(_tell_part(part, shown, division.of == i) for i, part in enumerate(parts)) if division.by else (),
        axis=axis,
        points=points,
        parts=parts,
        band=None if division.by else _make_band(runs, shown, place, axis),
        timeline=make_timeline(runs, every),
    )


def _find_place(shown: Started, division: Division, x: Along) -> np.ndarray:
    """Return where each run lies along x: in the order, each part from its own first run."""
    if x == "time":
        return shown.created
    return pd.Series(division.of).groupby(division.of).cumcount().to_numpy(float) + 1


def _find_steps(shown: Started, inside: np.ndarray) -> np.ndarray:
    """Return the numbers of the runs that made the best of a part better, the first and the last among them."""
    steps = np.flatnonzero(inside)[find_improvements(shown.loss[inside])]
    if len(steps) <= MOST_STEPS:
        return steps
    return steps[np.unique(np.rint(np.linspace(0, len(steps) - 1, MOST_STEPS)).astype(int))]


def _list_points(
    runs: Runs, shown: Started, division: Division, place: np.ndarray, axis: TargetAxis, drawn: np.ndarray
) -> Points:
    some, table = shown.take(drawn), runs.project.runs
    infeasible = some.kind == INFEASIBLE
    y = np.where(infeasible, axis.edge, np.clip(some.target, axis.low, axis.high))
    beyond = (some.target > axis.high).astype(int) - (some.target < axis.low)
    return Points(
        run=tuple(table.index.to_numpy(object)[some.rows].tolist()),
        name=tuple(table["name"].to_numpy(object)[some.rows].tolist()),
        x=tuple(place[drawn].tolist()),
        y=tuple(y.tolist()),
        target=tuple(v if np.isfinite(v) else None for v in some.target.tolist()),
        kind=tuple(some.kind.tolist()),
        why=tuple(some.why.tolist()),
        part=tuple(division.of[drawn].tolist()),
        beyond=tuple(np.where(infeasible, 0, beyond).tolist()),
    )


def _make_part(
    runs: Runs, shown: Started, label: Message, inside: np.ndarray, place: np.ndarray, steps: np.ndarray
) -> Part:
    targets = shown.target[inside & shown.feasible]
    values, shares = find_shares(targets)
    return Part(
        label=label,
        runs=int(inside.sum()),
        feasible=len(targets),
        x=tuple(place[steps].tolist()),
        best=tuple(shown.target[steps].tolist()),
        end=float(place[inside].max()),
        values=tuple(values.tolist()),
        shares=tuple(shares.tolist()),
    )


def _make_band(runs: Runs, shown: Started, place: np.ndarray, axis: TargetAxis) -> Band | None:
    rows = np.flatnonzero(shown.feasible)
    if len(rows) < 2:
        return None
    places = choose_places(len(rows))
    low, high = find_band(shown.loss[rows], places)
    sign = 1 if runs.goal == "minimize" else -1
    better, worse = (np.clip(sign * end, axis.low, axis.high) for end in (low, high))
    return Band(tuple(place[rows[places - 1]].tolist()), tuple(better.tolist()), tuple(worse.tolist()))


# ---- words


def _tell_order(runs: Runs, every: Started) -> tuple[Message, tuple[Message, ...]]:
    """Return when the best came, and whether the order of the runs made a difference."""
    total, best = len(every), int(np.argmin(every.loss))
    cut = total - total // 4
    before = float(every.loss[:cut].min())
    gain = before - float(every.loss[best]) if np.isfinite(before) else None
    lead = say_best(runs.label, float(every.target[best]), best + 1, total, gain)
    said = []
    if gain and total // 4 and _is_within_noise(runs, before, gain):
        said.append(say_within_noise(_find_noise(runs, before)))
    return lead, (*said, *_tell_when(runs, every))


def _find_noise(runs: Runs, loss: float) -> float:
    """Return the standard deviation between runs equal but for seeds, in units of the target near a loss; 0 if none."""
    noise = trial_noise(scaled_loss(runs), config_numbers(runs), runs.feasible)
    if noise is None:
        return 0.0
    signed = loss if runs.goal == "minimize" else -loss
    at = (1 if runs.goal == "minimize" else -1) * float(np.log(signed)) if is_log(runs) else loss
    return abs(improvement(runs, at, noise.sd))


def _is_within_noise(runs: Runs, before: float, gain: float) -> bool:
    return gain < _find_noise(runs, before)


def _tell_when(runs: Runs, every: Started) -> list[Message]:
    loss = every.loss[every.feasible]
    n = len(loss)
    if n < FEWEST or loss.min() == loss.max():
        return []
    half = n // 2
    at_half = float(loss[:half].min())
    _, high = find_band(loss, np.array([half]))
    sign = 1 if runs.goal == "minimize" else -1
    said = [say_order(sign * at_half, sign * float(high[0]), half, at_half > high[0])]
    first = int(np.argmin(loss)) + 1
    chance = 1 - float(bestof.survival(n, first)[int((loss == loss.min()).sum())])
    return [*said, say_early(first, n, chance)] if chance <= SELDOM else said


def _tell_distribution(runs: Runs) -> Message:
    loss = np.sort(runs.loss[runs.feasible])
    sign = 1 if runs.goal == "minimize" else -1
    middle, tenth = (float(sign * loss[int(np.ceil(share * len(loss))) - 1]) for share in (0.5, 0.1))
    return say_distribution(len(loss), middle, tenth)


def _tell_aside(shown: Started) -> Message:
    aside = shown.kind == ASIDE
    whys, counts = np.unique(shown.why[aside].astype(str), return_counts=True)
    listed = dict(sorted(zip(whys.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1]))
    return say_aside(listed, int((aside & ~np.isfinite(shown.target)).sum()))


def _tell_part(part: Part, shown: Started, inside: np.ndarray) -> Message:
    if not part.feasible:
        return say_part(part.label, part.runs, 0, None, 0)
    return say_part(part.label, part.runs, part.feasible, part.best[-1], int(np.argmin(shown.loss[inside])) + 1)
