"""What to run next: findings and importance to a `Proposal`, and one writer a tool."""

from __future__ import annotations

from . import json_text, optuna_code, ray_code, vizier_code, wandb_yaml
from .base import Excluded, Line, Proposal, Writer
from .propose import propose

WRITERS: tuple[Writer, ...] = (wandb_yaml, optuna_code, ray_code, vizier_code, json_text)
"""One module a tool."""

__all__ = ["WRITERS", "Excluded", "Line", "Proposal", "Writer", "propose"]
