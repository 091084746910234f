"""The parameters of a search as dimensions: their values, where the configs lie, and random draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..checks import Study
from ..data.levels import find_levels, is_number
from ..data.project import Domain
from ..question.conditions import name_value
from ..question.parameters import Parameter

FEW_LEVELS = 20
"""An undeclared number with at most so many different values is drawn from these values."""

REPEATED = 3
"""… if it has at least so many configs a value: of a handful of configs any number has few values."""


@dataclass(frozen=True)
class Dimension:
    """
    One parameter of the search.

    Attributes
    ----------
    parameter
        What is known of it.
    before
        Where the search looked: as declared, else as observed.
    declared
        Whether `before` was declared.
    levels
        The values that it can have, in order, numbers ascending; empty for a number that is drawn from a range.
    ordered
        Whether its values are numbers.
    place
        Where each config lies: between 0 and 1 along a range on its scale; else the number of its level. NaN where the
        parameter is inactive or not recorded. Shape (n_configs,).
    """

    parameter: Parameter
    before: Domain
    declared: bool
    levels: tuple[Any, ...]
    ordered: bool
    place: np.ndarray

    @property
    def name(self) -> str:
        """Name of the parameter."""
        return self.parameter.name

    @property
    def log(self) -> bool:
        """Whether a range is read on a log scale."""
        return self.before.scale == "log"

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of a range on its scale; half a step beyond its limits for whole numbers."""
        half = 0.5 if self.before.kind == "integer" else 0.0
        low, high = float(self.before.low or 0.0) - half, float(self.before.high or 0.0) + half
        return (float(np.log(low)), float(np.log(high))) if self.log else (low, high)

    def compute_numbers(self, place: np.ndarray) -> np.ndarray:
        """Return the numbers at places along a range, rounded if it is one of whole numbers."""
        low, high = self.ends
        scaled = low + (high - low) * place
        values = np.exp(scaled) if self.log else scaled
        values = np.round(values) if self.before.kind == "integer" else values
        return np.clip(values, self.before.low, self.before.high)

    def find_places(self, values: np.ndarray) -> np.ndarray:
        """Return the places of numbers along a range; NaN where the scale has none."""
        low, high = self.ends
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = np.log(values) if self.log else values
        place = (np.where(np.isfinite(scaled), scaled, np.nan) - low) / (high - low)
        return np.clip(place, 0.0, 1.0)

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """
        Draw places: uniformly if the space is declared or has few levels, else from those of the configs.

        Returns
        -------
        ndarray
            As `place`, without gaps; shape (n,).
        """
        if self.levels:
            return rng.integers(len(self.levels), size=n).astype(float)
        if self.declared:
            return self.find_places(self.compute_numbers(rng.random(n)))
        return rng.choice(np.sort(self.place[~np.isnan(self.place)]), n)


def list_dimensions(study: Study, rows: np.ndarray) -> list[Dimension]:
    """
    Return the parameters of a study that vary as dimensions, in the order of the source.

    Parameters
    ----------
    study
        The search.
    rows
        Number of the run that stands for each config.
    """
    declared = dict(study.space.parameters) if study.space else {}
    dimensions = [_make_dimension(study, p, declared.get(p.name), rows) for p in study.tuned]
    return [d for d in dimensions if d is not None]


def _make_dimension(study: Study, parameter: Parameter, domain: Domain | None, rows: np.ndarray) -> Dimension | None:
    column = study.runs.column(parameter.name)
    coded = find_levels(column)
    values = make_plain(coded.values)
    codes = coded.codes[rows]
    condition = _read_condition(study, parameter)
    as_number = np.array([float(v) if is_number(v) and math.isfinite(v) else math.nan for v in values])
    finite = [v for v, known in zip(values, (~np.isnan(as_number)).tolist(), strict=True) if known]
    many = len(values) > FEW_LEVELS and len(finite) > 1  # then an infinite one is no value to draw, else it is a choice
    numeric = (len(finite) == len(values) or all(map(is_number, values))) and (many or len(finite) == len(values))
    whole_numbers = numeric and parameter.kind == "integer"
    if domain is not None and domain.choices:
        choices = tuple(domain.choices)
        ordered = all(is_number(c) for c in choices)
        choices = tuple(sorted(choices)) if ordered else choices
        index = {name_value(c): float(i) for i, c in enumerate(choices)}
        table = np.array([*(index.get(name_value(v), np.nan) for v in values), np.nan])
        whole = replace(domain, choices=choices, condition=condition)
        return Dimension(parameter, whole, True, choices, ordered, table[codes])
    numbers = np.append(as_number, np.nan)[codes]
    if domain is not None and domain.low is not None and domain.high is not None and domain.low < domain.high:
        log = (domain.scale or parameter.scale) == "log" and domain.low > 0
        whole = replace(domain, scale="log" if log else "linear", condition=condition)
        return _make_range(parameter, whole, True, numbers)
    if len(values) < 2:
        return None
    if numeric:
        low, high = min(finite), max(finite)
        few = len(values) <= FEW_LEVELS and REPEATED * len(values) <= (codes >= 0).sum()
        if not few or (whole_numbers and high - low + 1 == len(values)):
            scale: Literal["linear", "log"] = "log" if parameter.scale == "log" and low > 0 else "linear"
            kind: Literal["integer", "real"] = "integer" if whole_numbers else "real"
            return _make_range(parameter, Domain(kind, low, high, (), scale, condition), False, numbers)
    places = np.append(np.arange(len(values), dtype=float), np.nan)[codes]
    whole = Domain("categorical", choices=tuple(values), condition=condition)
    return Dimension(parameter, whole, False, tuple(values), numeric, places)


def _make_range(parameter: Parameter, whole: Domain, declared: bool, numbers: np.ndarray) -> Dimension:
    empty = Dimension(parameter, whole, declared, (), True, numbers)
    return replace(empty, place=empty.find_places(numbers))


def make_plain(values: Sequence[Any] | np.ndarray) -> list[Any]:
    """Return values as plain Python ones. Whole numbers become integers: a column with gaps holds 3.0 for 3."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":  # at once, where there may be thousands
        whole = bool((np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 1e15)).all())
        return [int(v) for v in values.tolist()] if whole else values.tolist()
    plain = [v.item() if isinstance(v, np.generic) else v for v in values]
    if all(is_number(v) and float(v).is_integer() and abs(v) < 1e15 for v in plain):
        return [int(v) for v in plain]
    return plain


def _read_condition(study: Study, parameter: Parameter) -> tuple[str, tuple[Any, ...]] | None:
    """Return the condition with its values as in the source."""
    if parameter.condition is None:
        return None
    parent, texts = parameter.condition
    domain = study.space.parameters.get(parent) if study.space else None
    known = [*(domain.choices if domain else ()), *make_plain(find_levels(study.runs.column(parent)).values)]
    by_text = {name_value(v): v for v in reversed(known)}
    return parent, tuple(by_text.get(t, t) for t in texts)


def draw_configs(dimensions: Sequence[Dimension], n: int, rng: np.random.Generator) -> np.ndarray:
    """
    Draw configs from the space.

    Parameters
    ----------
    dimensions
        The space.
    n
        How many.
    rng
        Source of draws.

    Returns
    -------
    ndarray of shape (n, n_dimensions)
        Places; NaN where a parameter is inactive.
    """
    order = sorted(range(len(dimensions)), key=lambda k: dimensions[k].name)
    places = np.empty((n, len(dimensions)))
    for k in order:
        places[:, k] = dimensions[k].draw(n, rng)
    number = {d.name: k for k, d in enumerate(dimensions)}
    for _ in dimensions:  # a parent that is inactive makes its children so
        before = np.isnan(places).sum()
        for k, d in enumerate(dimensions):
            if d.before.condition is None or d.before.condition[0] not in number:
                continue
            parent, texts = d.before.condition[0], {name_value(v) for v in d.before.condition[1]}
            places[~_meets_condition(dimensions[number[parent]], places[:, number[parent]], texts), k] = np.nan
        if np.isnan(places).sum() == before:
            break
    return places


def _meets_condition(parent: Dimension, place: np.ndarray, texts: set[str]) -> np.ndarray:
    known = ~np.isnan(place)
    if parent.levels:
        among = np.array([name_value(v) in texts for v in parent.levels])
        known[known] = among[place[known].astype(int)]
        return known
    known[known] = [name_value(v) in texts for v in parent.compute_numbers(place[known]).tolist()]
    return known
