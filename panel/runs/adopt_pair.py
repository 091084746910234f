"""Two sides of a comparison, and what is known of their difference before it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.messages import NOTHING, Message
from .base import Runs
from .configs import improvement, is_log
from .groups import Group, Standing, finite_or_none


@dataclass(frozen=True)
class Difference:
    """
    By how much a is better than b, in the target's units; ``None`` for what is not known.

    Attributes
    ----------
    size, low, high
        The difference with its interval, positive where a is better.
    ratio
        The same as a factor, where targets are compared by ratios.
    """

    size: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None


@dataclass(frozen=True)
class Study:
    """The standard deviation of the difference by the choice of configs, in the target's units, if it is known."""

    sd: float | None
    words: Message


@dataclass(frozen=True)
class Pair:
    """
    Two sides of a comparison.

    Attributes
    ----------
    kind
        What they are.
    sides
        Their groups: a, and b, the baseline.
    drawn
        The groups whose configs, or runs, are drawn.
    standings
        How each stands.
    study
        How sure the difference is by the choice of configs.
    wanted
        What to run to tell the two apart.
    difference
        By how much a is better.
    beyond
        Whether chance is ruled out; ``None`` if it cannot be judged.
    alike, hopeless
        Whether the two hardly differ, and whether a is at best better by what does not matter; see `groups.Standing`.
    p
        How likely as large a difference is by chance, if it was judged by shuffling.
    m
        Of how many configs the best is compared; ``None`` for configs.
    complexity, notes
        What else is to be known.
    parameter, labels
        Of values the parameter, and labels of all its values.
    """

    kind: Literal["values", "configs"]
    sides: tuple[Group, Group]
    drawn: tuple[Group, Group]
    standings: tuple[Standing, Standing]
    study: Study
    wanted: Message = NOTHING
    difference: Difference = Difference()
    beyond: bool | None = None
    alike: bool = False
    hopeless: bool = False
    p: float | None = None
    m: int | None = None
    complexity: Sequence[Message] = ()
    notes: Sequence[Message] = ()
    parameter: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the runs of each side."""
        return self.sides[0].bucket.rows, self.sides[1].bucket.rows

    @property
    def words(self) -> tuple[Message, Message]:
        """How the two sides are called."""
        return self.sides[0].bucket.words, self.sides[1].bucket.words


def tell_difference(runs: Runs, better: float, half: float, base: float) -> Difference:
    """
    Return by how much a is better than b.

    Parameters
    ----------
    runs
        The runs.
    better
        The difference of losses, positive where a is better.
    half
        Half the length of its interval; infinite if there is none.
    base
        The loss of b.
    """
    low, high = (
        (improvement(runs, base, better + way * half) for way in (-1, 1)) if np.isfinite(half) else (np.nan, np.nan)
    )
    ratio = float(np.exp(-better if runs.goal == "minimize" else better)) if is_log(runs) else np.nan
    return Difference(*map(finite_or_none, (improvement(runs, base, better), low, high, ratio)))
