"""A labelled table: columns of drawn values, the acceptable places of each, acceptable targets, and the file's form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PLACES = {"c": "config", "m": "metric", "r": "run", "i": "ignored"}
GOALS = {"+": ("maximize",), "-": ("minimize",), "?": ("minimize", "maximize")}


@dataclass(frozen=True)
class Sheet:
    """
    A table as a stranger left it, and what a careful person says of it.

    Attributes
    ----------
    columns
        Name, acceptable places as letters (best first: config, metric, run, ignored) and values.
    targets
        Acceptable targets, each after its goal: ``+`` to maximise, ``-`` to minimise, ``?`` where nothing tells it.
    runs
        Acceptable numbers of runs; by default the rows.
    write
        Makes the file's text of the columns.
    suffix
        The file's ending.
    refusable
        Whether a clear refusal is as good as an answer.
    more
        Places of columns that come from no single column of the file.
    """

    columns: list[tuple[str, str, Iterable[Any]]]
    targets: str | list[str]
    runs: tuple[int, ...] = ()
    write: Callable[[pd.DataFrame], str] = lambda frame: frame.to_csv(index=False)
    suffix: str = ".csv"
    refusable: bool = False
    more: tuple[tuple[str, str], ...] = ()

    def make_frame(self) -> pd.DataFrame:
        """Return the table, its columns in their order; names may repeat."""
        frame = pd.concat([pd.Series(list(values), dtype=object) for _, _, values in self.columns], axis=1)
        frame.columns = pd.Index([name for name, _, _ in self.columns])
        return frame

    def list_places(self) -> list[tuple[str, list[str]]]:
        """Return the acceptable places of every column."""
        named = [(name, places) for name, places, _ in self.columns if places]
        return [(name, [PLACES[letter] for letter in places]) for name, places in [*named, *self.more]]

    def list_targets(self) -> list[tuple[str, str]]:
        """Return the acceptable targets with their goals."""
        listed = [self.targets] if isinstance(self.targets, str) else self.targets
        return [(target[1:], goal) for target in listed for goal in GOALS[target[0]]]


class Draw:
    """Seeded values of as many runs as are asked for."""

    def __init__(self, seed: int, n: int = 40) -> None:
        self.rng = np.random.default_rng(seed)
        self.n = n

    def log(self, low: float, high: float, figures: int = 4) -> np.ndarray:
        """Draw log-uniform numbers."""
        drawn = np.exp(self.rng.uniform(np.log(low), np.log(high), self.n))
        return np.array([float(f"{x:.{figures}g}") for x in drawn])

    def even(self, low: float, high: float, digits: int = 3) -> np.ndarray:
        """Draw uniform numbers."""
        return self.rng.uniform(low, high, self.n).round(digits)

    def whole(self, low: int, high: int) -> np.ndarray:
        """Draw whole numbers, both ends included."""
        return self.rng.integers(low, high + 1, self.n)

    def pick(self, *choices: Any) -> np.ndarray:
        """Draw of choices."""
        return np.array([choices[i] for i in self.rng.integers(0, len(choices), self.n)])

    def near(self, values: np.ndarray, deviation: float, digits: int = 4) -> np.ndarray:
        """Return values with normal noise, rounded."""
        return (values + deviation * self.rng.standard_normal(len(values))).round(digits)

    def near_factor(self, values: np.ndarray, deviation: float, figures: int = 4) -> np.ndarray:
        """Return values times lognormal noise, rounded to so many figures."""
        noisy = values * np.exp(deviation * self.rng.standard_normal(len(values)))
        return np.array([float(f"{x:.{figures}g}") for x in noisy])

    def ids(self, letters: int = 8) -> list[str]:
        """Draw identifiers as trackers make them."""
        signs = list("abcdefghijklmnopqrstuvwxyz0123456789")
        return ["".join(self.rng.choice(signs, letters)) for _ in range(self.n)]

    def times(self, minutes: float = 17) -> list[str]:
        """Return moments, one run after the other."""
        start = pd.Timestamp("2023-03-07 09:12:31")
        steps = np.cumsum(self.rng.uniform(0.5, 1.5, self.n) * minutes)
        return [str((start + pd.Timedelta(minutes=m)).floor("s")) for m in steps]


def peak(x: np.ndarray, best: float, width: float = 1.0) -> np.ndarray:
    """Return 1 where a positive setting is at its best, falling off over decades."""
    return np.exp(-((np.log10(np.asarray(x, float) / best) / width) ** 2))


def dip(x: np.ndarray, best: float, width: float) -> np.ndarray:
    """Return 0 where a setting is at its best, rising with the square of the distance."""
    return ((np.asarray(x, float) - best) / width) ** 2


def pay(x: np.ndarray, **gains: float) -> np.ndarray:
    """Return what each choice is worth."""
    return np.array([gains[str(value)] for value in x])


def write_semicolons(frame: pd.DataFrame) -> str:
    """Write with semicolons and decimal commas."""
    return frame.map(lambda v: str(v).replace(".", ",") if isinstance(v, float) else v).to_csv(index=False, sep=";")


def write_tabs(frame: pd.DataFrame) -> str:
    """Write with tabs."""
    return frame.to_csv(index=False, sep="\t")


def write_indexed(frame: pd.DataFrame) -> str:
    """Write as pandas does if nobody says that it should not: with an index without a name."""
    return frame.to_csv()


def write_objects(frame: pd.DataFrame) -> str:
    """Write a JSON list of objects."""
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]
    return json.dumps(rows, default=lambda value: value.item(), ensure_ascii=False)


def write_lines(frame: pd.DataFrame) -> str:
    """Write a JSON object a line."""
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]
    return "".join(json.dumps(row, default=lambda value: value.item(), ensure_ascii=False) + "\n" for row in rows)


def write_markdown(frame: pd.DataFrame) -> str:
    """Write a table in Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.itertuples(index=False)]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)
