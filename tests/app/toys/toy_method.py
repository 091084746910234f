"""A method of importance as small as one can be: permutation under another name."""

from __future__ import annotations

from dataclasses import replace

from ..data.progress import Progress, no_progress
from ..question.design import Design
from . import permutation
from .record import Importance

NAME = "toy"
WORDS = "toy method"
QUESTION = "What would permutation say under another name?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """Compute the importance by permutation."""
    return replace(permutation.compute(design, progress), method=NAME)
