"""What a module of this folder has to have to be a method."""

from __future__ import annotations

from typing import Protocol

from ..data.progress import Progress, no_progress
from ..question.design import Design
from .record import Importance


class Method(Protocol):
    """
    A method of importance; modules are checked against it where `METHODS` names them.

    Attributes
    ----------
    NAME
        How it is called in commands, addresses and records.
    WORDS
        How people call it.
    QUESTION
        What it asks of a parameter, as the help and the README say it.
    NEEDS
        The package that it needs beside those that are always there, which is also the name of the extra that installs
        it; empty if it needs none.
    ASKS
        Fields of a `Selection` that only this method reads: of all others the results hold whatever these are.
    AS_GIVEN
        Whether it takes the settings as the source has them (`Design.frame`). Then its answer depends on the order of
        runs and parameters and on their scales, it knows no groups, and it is not asked about some of the runs alone.
    PAIRS
        Whether it measures interactions, as `Importance.pairs` and `Importance.parts`.
    """

    NAME: str
    WORDS: str
    QUESTION: str
    NEEDS: str
    ASKS: frozenset[str]
    AS_GIVEN: bool
    PAIRS: bool

    def compute(self, design: Design, progress: Progress = no_progress) -> Importance:
        """Compute the importance of every parameter of a design that is not empty."""
