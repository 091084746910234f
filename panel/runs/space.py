"""The space that configs lie in, as columns: where each lies, how far two are apart, and configs drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.project import Domain
from ..question.conditions import name_value
from .base import Runs

APART = 0.5
"""Squared distance of two different values of a category; a whole range of numbers is 1 long."""

FEW = 20
"""A number with at most so many different values is drawn from these."""


@dataclass(frozen=True)
class Dimension:
    """
    One parameter of the space.

    Attributes
    ----------
    parameter
        Its name.
    ordered
        Whether its values are numbers.
    place
        Where each run lies: of a number from 0 to 1 along its range, declared or observed, on its scale; of a category
        the number of its value. NaN where it has none. Shape (n_runs,).
    values
        The places that can be drawn; empty for a range.
    texts
        The values of `values` as text.
    condition
        The number of the parameter on which it depends, and for which of its values it exists; ``None`` if always.
    """

    parameter: str
    ordered: bool
    place: np.ndarray
    values: np.ndarray
    texts: tuple[str, ...]
    condition: tuple[str, frozenset[str]] | None

    def subtract(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return squared distances of places, NaN where one of both is missing; shape (len(a), len(b))."""
        if self.ordered:
            return (a[:, None] - b[None, :]) ** 2
        apart = np.where(a[:, None] == b[None, :], 0.0, APART)
        return np.where(np.isnan(a)[:, None] | np.isnan(b)[None, :], np.nan, apart)

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Draw places evenly over the range, or over the values."""
        return rng.choice(self.values, n) if len(self.values) else rng.random(n)


def list_dimensions(runs: Runs, names: Sequence[str]) -> list[Dimension]:
    """Return those of some parameters in which runs differ as dimensions, in this order."""
    declared = runs.project.space.parameters if runs.project.space else {}
    dimensions = [_make_dimension(runs, name, declared.get(name)) for name in names]
    return [d for d in dimensions if len(np.unique(d.place[~np.isnan(d.place)])) > 1]


def _make_dimension(runs: Runs, name: str, domain: Domain | None) -> Dimension:
    axis, condition = runs.axis(name), runs.parameters[name].condition
    depends = None if condition is None else (condition[0], frozenset(condition[1]))
    if axis.kind == "category":
        unseen = [name_value(choice) for choice in domain.choices] if domain else []
        texts = (*axis.labels, *(text for text in unseen if text not in axis.labels))
        return Dimension(name, False, axis.values, np.arange(len(texts), dtype=float), texts, depends)
    log = axis.scale == "log"
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.log(axis.values) if log else axis.values
    scaled = np.where(np.isfinite(scaled), scaled, np.nan)
    known = scaled[~np.isnan(scaled)]
    ends = [float(known.min()), float(known.max())] if len(known) else [0.0, 1.0]
    for k, limit in enumerate((domain.low, domain.high) if domain else ()):
        if limit is not None and (limit > 0 or not log):
            wider = float(np.log(limit) if log else limit)
            ends[k] = min(ends[k], wider) if k == 0 else max(ends[k], wider)
    place = (scaled - ends[0]) / ((ends[1] - ends[0]) or 1.0)
    values, first = np.unique(place[~np.isnan(place)], return_index=True)
    few = len(values) <= FEW and not (domain and domain.low is not None)
    texts = tuple(name_value(v) for v in axis.values[~np.isnan(place)][first].tolist()) if few else ()
    return Dimension(name, True, place, values if few else values[:0], texts, depends)


def place_runs(dimensions: Sequence[Dimension], rows: np.ndarray) -> np.ndarray:
    """Return where runs lie, shape (n_rows, n_dimensions)."""
    return np.column_stack([d.place[rows] for d in dimensions])


def measure_squares(dimensions: Sequence[Dimension], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """
    Return the squared distances of configs, shape (len(a), len(b)).

    The mean over the parameters that both have, as in Gower (1971), "A general coefficient of similarity and some of
    its properties"; 0 where they have none in common.
    """
    total, shared = np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    for k, dimension in enumerate(dimensions):
        squares = dimension.subtract(a[:, k], b[:, k])
        there = ~np.isnan(squares)
        total += np.where(there, squares, 0.0)
        shared += there
    return total / np.maximum(shared, 1)


def draw_places(dimensions: Sequence[Dimension], n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw configs at random from the space, each parameter by itself; NaN where it is turned off by another one."""
    places = np.column_stack([d.draw(n, rng) for d in dimensions])
    number = {d.parameter: k for k, d in enumerate(dimensions)}
    for _ in dimensions:  # a parameter that is turned off turns off those that hang on it
        before = np.isnan(places).sum()
        for k, d in enumerate(dimensions):
            if d.condition is not None and d.condition[0] in number:
                parent = dimensions[number[d.condition[0]]]
                on = [value for value, text in zip(parent.values, parent.texts, strict=False) if text in d.condition[1]]
                if parent.texts:
                    places[~np.isin(places[:, number[d.condition[0]]], on), k] = np.nan
        if np.isnan(places).sum() == before:
            break
    return places
