"""The record that every method returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..data.statistics import t_quantile
from ..question.design import Design

LEVEL = 0.9
"""Level of every interval."""

TRUST = (
    ("good", 0.7, "Predicts well", "The ranking rests on a model that explains most of what happened."),
    ("fair", 0.4, "Predicts fairly", "The first parameters can be believed; much is left unexplained."),
    ("weak", 0.1, "Predicts weakly", "Only what is clear of its noise floor means anything; most is left unexplained."),
)
"""Levels of trust: name, least out-of-bag R², words, advice."""


@dataclass(frozen=True)
class WhereActive:
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
    why: str = ""


@dataclass(frozen=True)
class ImportanceRow:
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
        at all; ``None`` if the method cannot tell.
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
    raw: float | None = None
    unseen: float | None = None
    unseen_floor: float | None = None
    active: int = 0
    where_active: WhereActive | None = None


@dataclass(frozen=True)
class Importance:
    """
    What a method found, and what it rests on.

    Attributes
    ----------
    method
        Name of the method.
    rows
        One entry for every parameter that entered the model, the most important first.
    surrogate
        The model: ``oob_r2`` (share of the target's variance it predicts on runs it has not seen; negative if it
        predicts worse than the mean; ``None`` if not measured), the number of ``trees``, and in how many ``runs`` and
        ``configs`` it was grown.
    groups
        Parameters that are associated beyond .8 and so share their importance: their names, and their joint importance.
    seed
        Seed of every random draw.
    empty
        Why there are no rows, as a code and in words; ``None`` if there are.
    notes
        What the user should know before believing it.
    pairs
        Interactions, the largest first: two ``parameters``, and as ``raw`` the share of the variance that they explain
        together beyond what each does alone. Empty if the method measures none.
    parts
        Shares of the variance that main effects (``main``), interactions of two (``pairs``) and all else (``rest``)
        explain; empty if the method cannot tell.
    """

    method: str
    rows: tuple[ImportanceRow, ...]
    surrogate: dict[str, Any] = field(default_factory=dict)
    groups: tuple[dict[str, Any], ...] = ()
    seed: int = 0
    empty: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    pairs: tuple[dict[str, Any], ...] = ()
    parts: dict[str, float] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a frame with the fields of `ImportanceRow` as columns."""
        names = list(ImportanceRow.__dataclass_fields__)
        return pd.DataFrame([asdict(row) for row in self.rows], columns=names)

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        return {
            "method": self.method,
            "surrogate": self.surrogate,
            "importance": [asdict(row) for row in self.rows],
            "groups": list(self.groups),
            "seed": self.seed,
            "empty": None if self.empty is None else {"reason": self.empty[0], "words": self.empty[1]},
            "notes": list(self.notes),
            "pairs": list(self.pairs),
            "parts": self.parts,
        }


def nothing(design: Design, method: str) -> Importance:
    """Return the record that claims nothing, and says why."""
    return Importance(method, (), seed=design.seed, empty=design.empty)


def trust(record: Importance) -> dict[str, str]:
    """
    Say how far a ranking can be trusted, from the share of the variance predicted on runs the model has not seen.

    Returns
    -------
    dict
        ``level``: ``good`` (R² of at least .7), ``fair`` (.4), ``weak`` (above .1), ``none``, ``unknown`` (not
        measured) or ``empty``; ``words``: the same for people; ``advice``: what to make of it.
    """
    r2 = record.surrogate.get("oob_r2")
    if record.empty is not None:
        return {"level": "empty", "words": "Nothing to rank", "advice": record.empty[1]}
    if r2 is None:
        return {"level": "unknown", "words": "Not checked", "advice": "This method does not say how well it predicts."}
    for level, least, words, advice in TRUST:
        if r2 >= least:
            return {"level": level, "words": words, "advice": advice}
    return {
        "level": "none",
        "words": "Predicts nothing",
        "advice": "The settings do not explain this metric, so the order of the parameters means nothing.",
    }


def rows_of(
    design: Design,
    share: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    floor: np.ndarray,
    clear: np.ndarray,
    raw: np.ndarray,
    unseen: tuple[np.ndarray, np.ndarray] | None = None,
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
    """
    low, high, floor = (np.clip(part, 0.0, 1.0) for part in (*limits, floor))
    outside, its_floor = unseen or (np.full(len(share), np.nan),) * 2
    rows = [
        ImportanceRow(
            f.parameter.name,
            number(share[i]),
            number(low[i]),
            number(high[i]),
            number(floor[i]),
            bool(clear[i] and f.parameter.distinct > 1),
            number(raw[i]),
            number(outside[i]),
            number(its_floor[i]),
            int(f.active.sum()),
        )
        for i, f in enumerate(design.features)
    ]
    return ranked(rows)


def ranked(rows: list[ImportanceRow]) -> tuple[ImportanceRow, ...]:
    """Return the rows with the most important first, equal ones by name."""
    return tuple(sorted(rows, key=lambda row: (-(row.importance or 0.0), row.parameter)))


def half_width(variance: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Return half the width of an interval at `LEVEL` by Student's t."""
    return t_quantile(0.5 + LEVEL / 2, freedom) * np.sqrt(variance)


def number(value: float) -> float | None:
    """Return a finite number as a plain float, anything else as ``None``: JSON has no NaN."""
    return float(value) if np.isfinite(value) else None
