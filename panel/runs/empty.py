"""What is told where there is nothing to tell: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..data.messages import Count, Message, say
from ..data.records import Record
from ..question.selection import FAILED_STATES
from .base import Runs

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Empty(Record):
    """
    A record that tells nothing.

    Attributes
    ----------
    empty
        Why, and what to do.
    """

    empty: Message


def read_record(kind: type[R], data: Mapping[str, Any]) -> R | Empty:
    """Return a record of its JSON: of this kind, or one that tells nothing."""
    return Empty.from_json(data) if data.get("empty") else kind.from_json(data)


def tell_no_target(runs: Runs) -> Empty:
    """Tell that no run has a finite target, or that none is left that could have one."""
    if not len(runs):
        return Empty(say_none_left())
    if np.isin(runs.cause, FAILED_STATES).all():  # these are here whatever states count
        return Empty(
            say(
                "runs.only_failed",
                "No run that counts is left, only {failed}. Loosen the filter, or count other states.",
                failed=Count(len(runs), "failed run"),
            )
        )
    return Empty(
        say(
            "runs.no_target",
            "None of the {runs} runs has a finite {target}. Loosen the filter, or choose another metric.",
            runs=len(runs),
            target=runs.label,
        )
    )


def say_none_left() -> Message:
    """Say that there is no run."""
    return say("runs.none_left", "No run is left by the filter and the states that count. Change them above.")


def tell_no_parameter() -> Empty:
    """Tell that no parameter has a value."""
    return Empty(
        say(
            "runs.no_parameter",
            "No parameter has a value in these runs. Change the filter, or which columns are parameters.",
        )
    )
