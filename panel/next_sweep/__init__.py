"""What to run next: findings and importance to a `Proposal`, and one writer a tool."""

from __future__ import annotations

from ..errors import QuestionError, nearest
from . import json_text, optuna_code, ray_code, vizier_code, wandb_yaml
from .base import Excluded, Line, Proposal, Writer
from .propose import propose

WRITERS: tuple[Writer, ...] = (wandb_yaml, optuna_code, ray_code, vizier_code, json_text)
"""One module a tool."""

__all__ = ["WRITERS", "Excluded", "Line", "Proposal", "Writer", "find_writer", "propose"]


def find_writer(name: str) -> Writer:
    """Return the writer for the tool called `name`; `QuestionError` with the names that exist if there is none."""
    for writer in WRITERS:
        if name == writer.NAME:
            return writer
    raise QuestionError(f"No sweep can be written for {name!r}. {nearest(str(name), [w.NAME for w in WRITERS])}")
