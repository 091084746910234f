"""
The runs behind a question, as columns, and what is told of them: one module a view, runs to record.

Every record is plain JSON. Where it adds up or thins out, it says from how many runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import adopt, best, card, curves, isolation, parallel, slices, tradeoff
from .base import Axis, Runs, collect, pack, pack64

__all__ = ["ASK_ROLES", "RECORDS", "Axis", "Runs", "collect", "pack", "pack64"]

RECORDS: dict[str, Callable[[Runs, dict[str, Any]], dict[str, Any]]] = {
    "parallel": lambda runs, asked: parallel.record(runs, parallel.Asked.from_json(asked)).to_json(),
    "slices": lambda runs, asked: slices.record(runs, slices.Asked.from_json(asked)).to_json(),
    "isolation": isolation.record,
    "curves": lambda runs, asked: curves.record(runs, curves.Asked.from_json(asked)).to_json(),
    "run_curves": card.curves,
    "best": best.record,
    "tradeoff": tradeoff.record,
    "adopt": adopt.record,
}
"""What can be told of runs, by name: each takes the runs and what was asked, and returns a record."""

ASK_ROLES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "isolation": lambda asked: not asked.get("parameter"),
    "adopt": lambda asked: not asked.get("parameter"),
}
"""Which records depend on roles that no model sees (see `asking.modelled`), and whether what was asked leaves that."""
