"""The record that every method returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from ..data.messages import NOTHING, Message, Names, Number, say
from ..data.records import Record
from ..data.statistics import t_quantile
from ..question.design import Design
from ..question.emptiness import Empty

LEVEL = 0.9
"""Level of every interval."""

ModelKind = Literal["process"]

EXACT = "importance.factorial"
"""The code of the note that shares are exact."""
"""What kind a model is that is made of no trees."""

MOST_NAMED = 3
"""Of more parameters than this a note names the first ones."""


@dataclass(frozen=True)
class Surrogate(Record):
    """
    The model that a ranking rests on.

    Attributes
    ----------
    oob_r2
        Share of the target's variance that it predicts on runs it has not seen, every configuration counting alike;
        negative if it predicts worse than the mean; ``None`` if that was not measured.
    runs, configs
        In how many it was grown.
    trees, bags
        How many it has; ``None`` if it has none.
    best
        How many configurations counted as the best; ``None`` if the method does not ask.
    explained
        Share of the variance between runs that the settings explain: what differs between configurations beyond what
        differs between their repeats; ``None`` without repeats. It says nothing of configurations that were not run.
    model
        ``process`` for a Gaussian process, whose `oob_r2` is of configurations left out one by one; ``None`` for trees.
    """

    oob_r2: float | None
    runs: int
    configs: int
    trees: int | None = None
    bags: int | None = None
    best: int | None = None
    explained: float | None = None
    model: ModelKind | None = None

    def get(self, field: str, default: Any = None) -> Any:
        """Return a field by its name, as a dictionary would."""
        return getattr(self, field, default)

    def to_json(self) -> dict[str, Any]:
        """Return the model as plain JSON values, without what it has not."""
        return {key: value for key, value in super().to_json().items() if value is not None or key == "oob_r2"}


@dataclass(frozen=True)
class Group(Record):
    """
    Parameters that share their importance.

    They are associated beyond .8, or these runs cannot tell which of them carries the effect.

    Attributes
    ----------
    parameters
        Their names.
    association
        How strongly they go together, 0 to 1.
    joint
        Their joint importance.
    """

    parameters: tuple[str, ...]
    association: float | None
    joint: float | None


@dataclass(frozen=True)
class Pair(Record):
    """
    An interaction.

    Attributes
    ----------
    parameters
        The names of the two.
    raw
        The share of the variance that they explain together beyond what each does alone.
    """

    parameters: tuple[str, str]
    raw: float | None


@dataclass(frozen=True)
class Parts(Record):
    """Shares of the variance that main effects, interactions of two, and all else explain."""

    main: float
    pairs: float
    rest: float


@dataclass(frozen=True)
class WhereActive(Record):
    """
    A conditional parameter's importance among the runs that record it, by the same method.

    Attributes
    ----------
    runs
        How many runs these are.
    importance, low, high, clear
        As in `ImportanceRow`, but a share of what matters among these runs.
    why
        Why it could not be computed; empty if it could.
    """

    runs: int
    importance: float | None = None
    low: float | None = None
    high: float | None = None
    clear: bool | None = None
    why: Message = NOTHING


@dataclass(frozen=True)
class ImportanceRow(Record):
    """
    One parameter's importance.

    Attributes
    ----------
    parameter
        Its name.
    importance
        Its share, 0 to 1; the shares of all parameters add up to 1 unless all are 0. ``None`` if the method cannot
        tell.
    low, high
        Limits of the 90 % interval of `importance`; ``None`` if the method has none.
    floor
        The part of `importance` that does not hold on runs the model has not seen, and what a parameter of no effect
        with the same values reaches there by chance, as a share; ``None`` if the method has none.
    clear
        Whether it is above its floor (in an adaptive search: with its whole interval) and the model predicts anything
        at all, or its own effect is (see `own_effects`); ``None`` if the method cannot tell.
    why
        What makes it clear or not, in words; empty if the method cannot tell.
    raw
        What the method measured before it made shares of it, as a share of the target's variance.
    unseen
        The same measured on runs that the trees had not seen: near 0 for a parameter of no effect, possibly negative.
    unseen_floor
        What `unseen` must exceed for the parameter to be clear.
    active
        In how many of the runs used it is recorded.
    where_active
        Its importance among these alone, if it is a conditional parameter.
    """

    parameter: str
    importance: float | None
    low: float | None = None
    high: float | None = None
    floor: float | None = None
    clear: bool | None = None
    why: Message = NOTHING
    raw: float | None = None
    unseen: float | None = None
    unseen_floor: float | None = None
    active: int = 0
    where_active: WhereActive | None = None


@dataclass(frozen=True)
class Importance(Record):
    """
    What a method found, and what it rests on.

    Attributes
    ----------
    method
        Name of the method.
    rows
        One entry for every parameter that entered the model, the most important first.
    surrogate
        The model; ``None`` if there is none.
    groups
        Sets of parameters that share their importance.
    seed
        Seed of every random draw.
    empty
        Why there are no rows; ``None`` if there are.
    notes
        What the user should know before believing it.
    pairs
        Interactions, the largest first. Empty if the method measures none.
    parts
        How the variance divides; ``None`` if the method cannot tell.

    Examples
    --------
    >>> import panel as sl
    >>> ranking = sl.importance(sl.load([{"lr": i / 20, "loss": i % 5} for i in range(20)]))
    >>> isinstance(ranking, sl.Importance), ranking.rows[0].parameter, ranking.surrogate.runs
    (True, 'lr', 20)
    """

    method: str
    rows: tuple[ImportanceRow, ...]
    surrogate: Surrogate | None = None
    groups: tuple[Group, ...] = ()
    seed: int = 0
    empty: Empty | None = None
    notes: tuple[Message, ...] = ()
    pairs: tuple[Pair, ...] = ()
    parts: Parts | None = None

    @property
    def exact(self) -> bool:
        """Whether shares are exact, because every combination of the settings was run (see `factorial`)."""
        return any(note.code == EXACT for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a frame with the fields of `ImportanceRow` as columns."""
        names = list(ImportanceRow.__dataclass_fields__)
        return pd.DataFrame([asdict(row) for row in self.rows], columns=names)

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values, its rows under ``importance``."""
        data = super().to_json()
        rows = data.pop("rows")
        return {**data, "importance": rows, "surrogate": data["surrogate"] or {}, "parts": data["parts"] or {}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record that `to_json` made such plain values of."""
        there = {key: data[key] or None for key in ("surrogate", "parts")}
        return super().from_json({**data, **there, "rows": data["importance"]})


def name_model(model: ModelKind | None) -> Message:
    """Return how a sentence calls the model that a ranking rests on."""
    return say("model.process", "Gaussian process") if model == "process" else say("model.forest", "forest")


def claim_nothing(design: Design, method: str) -> Importance:
    """Return the record that claims nothing, and says why."""
    return Importance(method, (), seed=design.seed, empty=design.empty)


def name_first(names: Sequence[str]) -> Names:
    """Return names as a note has them: ``a, b, c and 2 more``."""
    return Names(tuple(names), MOST_NAMED, "and" if len(names) > MOST_NAMED else "")


def make_rows(
    design: Design,
    share: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    floor: np.ndarray,
    clear: np.ndarray,
    raw: np.ndarray,
    unseen: tuple[np.ndarray, np.ndarray] | None = None,
    own: np.ndarray | None = None,
) -> tuple[ImportanceRow, ...]:
    """
    Return one entry for every parameter of a design, the most important first.

    Parameters
    ----------
    design
        The question as numbers.
    share, limits, floor, clear, raw
        As in `ImportanceRow`, ``limits`` being its low and high, each of shape (n_parameters,). Limits and floor are
        cut to 0 and 1; a parameter that does not vary is not clear.
    unseen
        Its ``unseen`` and ``unseen_floor``; ``None`` if the method measures none.
    own
        Whether it has an effect of its own; ``None`` if that was not tested.
    """
    low, high, floor = (np.clip(part, 0.0, 1.0) for part in (*limits, floor))
    outside, its_floor = unseen or (np.full(len(share), np.nan),) * 2
    clear = clear & np.array([f.parameter.distinct > 1 for f in design.features], bool)
    rows = [
        ImportanceRow(
            f.parameter.name,
            keep_finite(share[i]),
            keep_finite(low[i]),
            keep_finite(high[i]),
            keep_finite(floor[i]),
            bool(clear[i]),
            _say_clear(bool(clear[i]), share[i], floor[i], None if own is None else bool(own[i])),
            keep_finite(raw[i]),
            keep_finite(outside[i]),
            keep_finite(its_floor[i]),
            int(f.active.sum()),
        )
        for i, f in enumerate(design.features)
    ]
    return rank_rows(rows)


def _say_clear(clear: bool, share: float, floor: float, own: bool | None) -> Message:
    """Say what makes a parameter clear, or that it is not."""
    if not np.isfinite(floor):
        return NOTHING
    limit = Number(float(floor), 3, "fixed")
    if clear and own:
        return say("clear.own", "clear by an effect of its own beside all others; noise floor {floor}", floor=limit)
    if clear:
        return say("clear.floor", "clear of its noise floor, {floor}", floor=limit)
    if own is False and share > floor:
        return say(
            "clear.not_own",
            "not clear: above its noise floor, {floor}, but without an effect of its own that can be told",
            floor=limit,
        )
    return say("clear.not_floor", "not clear of its noise floor, {floor}", floor=limit)


def rank_rows(rows: list[ImportanceRow]) -> tuple[ImportanceRow, ...]:
    """Return the rows with the most important first, equal ones by name."""
    return tuple(sorted(rows, key=lambda row: (-(row.importance or 0.0), row.parameter)))


def find_half_width(variance: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Return half the width of an interval at `LEVEL` by Student's t."""
    return t_quantile(0.5 + LEVEL / 2, freedom) * np.sqrt(variance)


def keep_finite(value: float) -> float | None:
    """Return a finite number as a plain float, anything else as ``None``: JSON has no NaN."""
    return float(value) if np.isfinite(value) else None
