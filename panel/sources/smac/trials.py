"""A trial in SMAC's run history, whichever release wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATUS_CODES = ("RUNNING", "SUCCESS", "CRASHED", "TIMEOUT", "MEMORYOUT")
"""SMAC 2 writes the place in this list; SMAC 1 writes the name."""

FLAT = "config_id instance seed budget cost time status starttime endtime additional_info".split()
"""What a trial's numbers mean where SMAC 2 wrote a list without names."""


@dataclass(frozen=True)
class Trial:
    """A trial as SMAC recorded it; ``budget`` is ``None`` for none, and `cost` a list for several objectives."""

    config_id: int
    cost: Any
    time: float
    status: str
    instance: str | None
    seed: int | None
    budget: float | None
    cpu_time: float | None
    start: float
    end: float
    info: Any


def trial_of(entry: Any) -> Trial:
    """
    Return a trial, whichever release wrote it.

    SMAC ≥ 2.3 writes names, SMAC 2.0 to 2.2 a list, SMAC 1 a pair of lists with the state's name, and 0 for no budget.
    """
    if isinstance(entry, dict):
        named = entry
    elif len(entry) == 2:
        key, value = entry
        names = ("cost", "time", "status", "starttime", "endtime", "additional_info")
        outcome = zip(names if len(value) == len(names) else (*names[:3], names[-1]), value, strict=True)
        named = {**dict(zip(FLAT, key, strict=False)), **dict(outcome)}
        named["budget"] = named.get("budget") or None
    else:
        named = dict(zip(FLAT, entry, strict=True))
    return Trial(
        config_id=named["config_id"],
        cost=named["cost"],
        time=named["time"],
        status=_status_of(named["status"]),
        instance=named.get("instance"),
        seed=named.get("seed"),
        budget=named.get("budget"),
        cpu_time=named.get("cpu_time"),
        start=named.get("starttime") or 0,
        end=named.get("endtime") or 0,
        info=named.get("additional_info"),
    )


def _status_of(written: Any) -> str:
    """Return the name of a state that is written as such, as an enum, or as its place in `STATUS_CODES`."""
    if isinstance(written, dict):
        return str(written["__enum__"]).rpartition(".")[2]
    if isinstance(written, int):
        return STATUS_CODES[written] if 0 <= written < len(STATUS_CODES) else str(written)
    return str(written)
