"""What to run next: findings and importance to a `Proposal`, and one writer a tool."""

from __future__ import annotations

from .base import Excluded, Line, Proposal

__all__ = ["Excluded", "Line", "Proposal"]
