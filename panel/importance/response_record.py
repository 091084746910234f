"""What a forest predicts along one parameter or two, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..data.messages import NOTHING, Message
from ..data.records import MESSAGES, Record
from .record import LEVEL, Surrogate

Place = float | str | None
"""Where a point lies along a parameter: a number, or a label; ``None`` if it is infinite or not recorded."""


@dataclass(frozen=True)
class ResponseAxis(Record):
    """
    What the forest predicts along a parameter, and how many runs have which of its values.

    Attributes
    ----------
    parameter, kind, scale
        The parameter's name, what its values are, and the scale on which they are read.
    x
        The values asked; their places from 0 if they are no numbers.
    labels
        The texts of the values that are no numbers; ``None`` for numbers.
    mean, low, high
        The prediction at each, and its band.
    single
        Some curves of single configurations.
    counts
        How many runs have each label, or lie between two edges.
    edges
        The limits of the bars; ``None`` with labels.
    values
        How many different values there are.
    recorded, infinite, runs
        In how many runs it is recorded, in how many of these infinite, and how many runs there are.
    """

    parameter: str
    kind: str
    scale: str
    x: tuple[int | float, ...]
    labels: tuple[str, ...] | None
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    single: tuple[tuple[float, ...], ...]
    counts: tuple[int, ...]
    edges: tuple[float, ...] | None
    values: int
    recorded: int
    infinite: int
    runs: int


@dataclass(frozen=True)
class Surface(Record):
    """What the forest predicts for a pair: the values asked (places of labels), and `z` with one row for each `y`."""

    x: tuple[int | float, ...]
    y: tuple[int | float, ...]
    z: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Point(Record):
    """
    A run that the forest knows.

    Attributes
    ----------
    x, y
        Its values of the first parameter and of the second, if there is one.
    target
        Its target as logged.
    row
        Which row of the project it is.
    run
        Its id; empty as long as nobody has said it.
    """

    x: Place
    y: Place
    target: float
    row: int
    run: str = ""


@dataclass(frozen=True)
class Response(Record):
    """
    What a forest predicts along one parameter or two.

    Attributes
    ----------
    empty
        Why there is nothing; then nothing else is said.
    parameters
        Their names.
    axes
        One for each.
    surface
        The predictions for both; ``None`` for one parameter, or if no run records both.
    points
        Some runs.
    surrogate
        The forest.
    level
        Level of the band.
    metric, goal, scale
        How the target is called, whether small or large values are good, and the scale on which it is modelled.
        Predictions are in its own units; on a log scale they are geometric means, on ranks the value at that rank.
    notes
        What the user should know before believing it.
    """

    empty: Message = NOTHING
    parameters: tuple[str, ...] = ()
    axes: tuple[ResponseAxis, ...] = ()
    surface: Surface | None = None
    points: tuple[Point, ...] = ()
    surrogate: Surrogate | None = None
    level: float = LEVEL
    metric: str = ""
    goal: str | None = None
    scale: str = "raw"
    notes: tuple[Message, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values; of one that is empty only why."""
        data = super().to_json()
        return {key: data[key] for key in ("empty", MESSAGES)} if self.empty else data
