"""What to run next: findings and importance to a `Proposal`, and one writer a tool."""

from __future__ import annotations

from types import ModuleType

from . import json_text, optuna_code, ray_code, vizier_code, wandb_yaml
from .base import Excluded, Line, Proposal
from .propose import propose

WRITERS: tuple[ModuleType, ...] = (wandb_yaml, optuna_code, ray_code, vizier_code, json_text)
"""One module a tool: ``NAME``, ``LABEL`` for the page, ``FILE`` that is suggested, and ``write(proposal) -> str``."""

__all__ = ["WRITERS", "Excluded", "Line", "Proposal", "propose"]
