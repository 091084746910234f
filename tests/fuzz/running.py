"""Run many examples: seeded, each with a limit of time, and one that fails can be repeated."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, given, reproduce_failure, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.fuzz.opening import ask_everything

SEED = int(os.environ.get("FUZZ_SEED", "0"))
TABLES = int(os.environ.get("FUZZ_TABLES", "2000"))
FOLDERS = int(os.environ.get("FUZZ_FOLDERS", "500"))

EXAMPLE = os.environ.get("FUZZ_EXAMPLE", "")
"""The text in ``@reproduce_failure`` that a failure prints, to repeat that example alone."""

Example = TypeVar("Example")


def run_examples(
    strategy: SearchStrategy[Example], write: Callable[[Example, Path], Path], examples: int
) -> Counter[str]:
    """
    Open examples and ask everything of them.

    Parameters
    ----------
    strategy
        Draws an example.
    write
        Writes it into a folder and returns what is to be opened.
    examples
        How many.

    Returns
    -------
    Counter
        How many were ``answered`` and how many ``refused``.

    Raises
    ------
    Exception
        What goes wrong inside at the smallest example that was found; its notes say what it is, and how to repeat it.
    """
    told: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        print_blob=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def ask(example: Example) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "source")
            folder.mkdir()
            refused = ask_everything(write(example, folder), Path(place, "cache"))
        told["refused" if refused else "answered"] += 1

    (reproduce_failure(hypothesis.__version__, EXAMPLE.encode())(ask) if EXAMPLE else ask)()
    return told
