"""
The footprint of a search: a map of its configs, how well they cover the space, and where the best ones lie.

The map is classical multidimensional scaling (Torgerson 1952, "Multidimensional scaling: I. Theory and method") of the
distances of `space`; Sass, Bergman, Biedenkapp, Hutter and Lindauer (2022, "DeepCAVE: an interactive analysis tool for
automated machine learning") call it a footprint. A plane cannot keep all distances: the record says how much of them
it keeps, and what it says of coverage and of the best ones is measured in the whole space.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.messages import NOTHING, Message
from ..data.records import Record
from ..data.statistics import ranks
from ..question.selection import Goal
from .ablation_changes import list_used
from .asked import asks_no_roles, read_text
from .base import Runs
from .colouring import Colouring, colour_runs
from .configs import config_numbers, configs_of, scaled_loss
from .empty import Empty, read_record, tell_no_parameter, tell_no_target
from .footprint_words import say_axes, say_lead, say_notes, say_too_few
from .space import Dimension, draw_places, list_dimensions, measure_squares, place_runs

NAME = "footprint"

MOST, BEST_DRAWN = 400, 40
"""Configs on the map, at most, and the best of them that are there in any case."""

FEWEST = 8
"""Of fewer configs no map is drawn."""

TRIED, SEARCHES = 400, 8
"""Configs drawn from the space whose way to the nearest run is measured; random searches that are drawn to compare."""

MOST_COMPARED = 500
"""Of more configs than this so many are compared with as many drawn at random."""

BEST, SHARE_BEST, SHUFFLES = 10, 0.2, 999
"""The best configs that are looked at, at most and as a share; and how often as many are drawn to compare."""

TOLD = 0.3
"""A parameter is named with an axis of the map if it tells this share of the variance along it."""


@dataclass(frozen=True)
class Asked:
    """By which parameter configs are coloured; if it is empty, by the target."""

    parameter: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked."""
        return cls(read_text(data.get("parameter")))


@dataclass(frozen=True)
class Points:
    """
    The configs on the map, the best first, those that failed last.

    Attributes
    ----------
    run, name
        Id and name of the best run of each.
    target
        Target of that run; ``None`` if it failed.
    x, y
        Where it lies.
    """

    run: tuple[str, ...]
    name: tuple[str, ...]
    target: tuple[float | None, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class AlongAxis:
    """A parameter that goes along with an axis of the map, and the share of the variance there that it tells."""

    parameter: str
    share: float


@dataclass(frozen=True)
class FootprintRecord(Record):
    """
    The map of the configs.

    Attributes
    ----------
    target, goal, adaptive
        As of `Runs`.
    configs, failed, parameters
        Number of configs, of those of them that never finished, and of parameters in which they differ.
    points, colour
        The configs that are drawn, and their colours, by the target of their best run unless a parameter was asked for.
    kept
        Share of the squared distances that the plane keeps.
    across, up
        What goes along with the two axes, the first first.
    compared, random
        So many configs come as near to any config of the space as so many drawn at random would; the latter is at most
        twice the former.
    best
        How many of the best configs are looked at; 0 if there are too few.
    apart
        The mean distance between these, as a share of that of as many drawn at random.
    p
        How likely they are so near by chance; ``None`` if it is not judged.
    lead, axes, notes
        How the search covered the space and where the best lie; how to read the map; what is to be known about it.
    """

    target: str
    goal: Goal
    adaptive: Message
    configs: int
    failed: int
    parameters: int
    points: Points
    colour: Colouring
    kept: float
    across: tuple[AlongAxis, ...]
    up: tuple[AlongAxis, ...]
    compared: int
    random: int
    best: int
    apart: float
    p: float | None
    lead: Message = NOTHING
    axes: Message = NOTHING
    notes: tuple[Message, ...] = ()


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> FootprintRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(FootprintRecord, data)


def record(runs: Runs, asked: Asked) -> FootprintRecord | Empty:
    """
    Return the map of the configs.

    Raises
    ------
    QuestionError
        If there is no such parameter.
    """
    by = next(iter(runs.known([asked.parameter])), "target") if asked.parameter else "target"
    if not runs.feasible.any():
        return tell_no_target(runs)
    dimensions = list_dimensions(runs, list_used(runs))
    if not dimensions:
        return tell_no_parameter()
    number = config_numbers(runs)
    finished = configs_of(runs, np.arange(len(runs)), number, scaled_loss(runs)).best
    _, first = np.unique(number, return_index=True)
    failed = first[~np.isin(number[first], number[finished])]
    every = np.concatenate([finished, failed])
    if len(every) < FEWEST:
        return Empty(say_too_few(len(every), FEWEST))
    rng = np.random.default_rng(29)
    drawn = _choose_drawn(runs, finished, failed, rng)
    places = place_runs(dimensions, drawn)
    plane, kept = _scale(measure_squares(dimensions, places, places), -ranks(runs.loss[drawn]))
    compared, random = _compare_with_random(dimensions, place_runs(dimensions, every), rng)
    across, up = (_measure_along(dimensions, places, plane[:, k]) for k in range(2))
    best, apart, p = _measure_best(dimensions, place_runs(dimensions, finished), rng)
    told = FootprintRecord(
        target=runs.label,
        goal=runs.goal,
        adaptive=runs.adaptive,
        configs=len(every),
        failed=len(failed),
        parameters=len(dimensions),
        points=_list_points(runs, drawn, plane),
        colour=colour_runs(runs, drawn, by),
        kept=kept,
        across=_name_axis(across, up),
        up=_name_axis(up, across),
        compared=compared,
        random=random,
        best=best,
        apart=apart,
        p=None if runs.adaptive else p,
    )
    return replace(told, lead=say_lead(told), axes=say_axes(told), notes=say_notes(told))


def _choose_drawn(runs: Runs, finished: np.ndarray, failed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the runs of the configs that are drawn: the best, and others at random; the best first."""
    best, others = finished[:BEST_DRAWN], np.concatenate([finished[BEST_DRAWN:], failed])
    if len(best) + len(others) > MOST:
        others = others[np.argsort(runs.order[others], kind="stable")]
        others = rng.choice(others, MOST - len(best), replace=False)
    drawn = np.concatenate([best, others])
    return drawn[np.lexsort((runs.order[drawn], runs.loss[drawn]))]


def _scale(squares: np.ndarray, good: np.ndarray) -> tuple[np.ndarray, float]:
    """
    Return configs on a plane from their squared distances, and the share of these that it keeps.

    An axis could point either way: good configs are to lie on the right and above.
    """
    n = len(squares)
    centred = squares - squares.mean(axis=0)
    inner = -0.5 * (centred - centred.mean(axis=1)[:, None])
    values, vectors = np.linalg.eigh(inner)
    plane = np.zeros((n, 2))
    for k in range(min(2, n)):
        plane[:, k] = vectors[:, -1 - k] * np.sqrt(max(float(values[-1 - k]), 0.0))
        lean = float(plane[:, k] @ (good - good.mean())) or float(plane[np.argmax(np.abs(plane[:, k])), k])
        plane[:, k] *= 1 if lean >= 0 else -1
    whole = float(np.trace(inner))
    return plane, min(1.0, float((plane**2).sum()) / whole) if whole > 0 else 1.0


def _compare_with_random(
    dimensions: Sequence[Dimension], places: np.ndarray, rng: np.random.Generator
) -> tuple[int, int]:
    """Return how many configs were compared, and how many drawn at random come as near to any config of the space."""
    n = min(len(places), MOST_COMPARED)
    places = places[np.sort(rng.choice(len(places), n, replace=False))]
    wanted = draw_places(dimensions, TRIED, rng)
    near = np.sqrt(measure_squares(dimensions, wanted, places)).min(axis=1).mean()
    by_chance = np.zeros(2 * n)
    for _ in range(SEARCHES):
        drawn = np.sqrt(measure_squares(dimensions, wanted, draw_places(dimensions, 2 * n, rng)))
        by_chance += np.minimum.accumulate(drawn, axis=1).mean(axis=0) / SEARCHES
    return n, int(min((by_chance > near + 1e-12).sum() + 1, 2 * n))


def _measure_best(
    dimensions: Sequence[Dimension], places: np.ndarray, rng: np.random.Generator
) -> tuple[int, float, float | None]:
    """Return how many of the best are looked at, their mean distance as a share of the usual, and the p-value."""
    k = min(BEST, int(SHARE_BEST * len(places)))
    if k < 3:
        return 0, 1.0, None
    some = (
        places if len(places) <= MOST else places[np.r_[:k, k + np.sort(rng.permutation(len(places) - k)[: MOST - k])]]
    )
    apart = np.sqrt(measure_squares(dimensions, some, some))
    pairs = np.triu_indices(k, 1)

    def measure(chosen: np.ndarray) -> float:
        return float(apart[np.ix_(chosen, chosen)][pairs].mean())

    own = measure(np.arange(k))
    others = np.array([measure(rng.choice(len(some), k, replace=False)) for _ in range(SHUFFLES)])
    usual = float(others.mean())
    p = (1 + int((others <= own + 1e-12).sum())) / (1 + SHUFFLES)
    return k, own / usual if usual > 0 else 1.0, p


def _list_points(runs: Runs, drawn: np.ndarray, plane: np.ndarray) -> Points:
    finished = runs.feasible[drawn]
    return Points(
        run=tuple(map(str, runs.ids[drawn])),
        name=tuple(map(str, runs.names[drawn])),
        target=tuple(float(v) if ok else None for v, ok in zip(runs.target[drawn], finished, strict=True)),
        x=tuple(plane[:, 0].tolist()),
        y=tuple(plane[:, 1].tolist()),
    )


def _measure_along(dimensions: Sequence[Dimension], places: np.ndarray, along: np.ndarray) -> dict[str, float]:
    """Return by parameter the share of the variance along an axis of the map that it tells."""
    return {d.parameter: _tell_share(d, places[:, k], along) for k, d in enumerate(dimensions)}


def _name_axis(own: Mapping[str, float], other: Mapping[str, float]) -> tuple[AlongAxis, ...]:
    """Return the parameters that tell much of an axis, and more than of the other one; the first first."""
    named = [AlongAxis(name, share) for name, share in own.items() if share >= max(TOLD, other[name])]
    return tuple(sorted(named, key=lambda one: (-one.share, one.parameter)))


def _tell_share(dimension: Dimension, place: np.ndarray, along: np.ndarray) -> float:
    """Return the share of the variance along an axis that a parameter tells: r², or η² of a category."""
    known = ~np.isnan(place)
    place, along = place[known], along[known]
    if len(along) < FEWEST or not np.ptp(along) > 0 or not np.ptp(place) > 0:
        return 0.0
    if dimension.ordered:
        return float(np.corrcoef(place, along)[0, 1] ** 2)
    _, code, size = np.unique(place, return_inverse=True, return_counts=True)
    means = np.bincount(code, along) / size
    return float((size * (means - along.mean()) ** 2).sum() / ((along - along.mean()) ** 2).sum())
