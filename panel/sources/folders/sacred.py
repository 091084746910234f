"""What Sacred's FileStorageObserver writes for a run: ``run.json``, ``metrics.json`` and ``info.json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...data.plain import flatten
from ...data.records import Json
from ..common.curves import as_number
from ..common.documents import as_list, as_object
from ..common.results import Results

STATES = {
    "COMPLETED": "finished",
    "RUNNING": "running",
    "QUEUED": "running",
    "FAILED": "failed",
    "INTERRUPTED": "killed",
    "TIMEOUT": "killed",
}


def plain_settings(value: Any) -> Any:
    """Return settings without what jsonpickle adds: a tuple is a list, NumPy's number a number, an object its parts."""
    if isinstance(value, Mapping):
        if str(value.get("py/object", "")).startswith("numpy.") and "value" in value:
            return value["value"]
        for kind in ("py/tuple", "py/set"):
            if kind in value:
                return plain_settings(value[kind])
        return {str(k): plain_settings(v) for k, v in value.items() if not str(k).startswith("py/")}
    return [plain_settings(item) for item in value] if isinstance(value, list) else value


def read_metrics(metrics: Mapping[str, Any]) -> Results:
    """Return what ``metrics.json`` holds: of every metric the steps and the values."""
    rows: list[tuple[float, Json]] = []
    for name, logged in metrics.items():
        values = as_list(as_object(logged).get("values"))
        steps = as_list(as_object(logged).get("steps"))
        for position, value in enumerate(values):
            step = as_number(steps[position]) if position < len(steps) else None
            rows.append((float(position) if step is None else step, {str(name): plain_settings(value)}))
    return Results(rows=sorted(rows, key=lambda row: row[0]))


def read_result(record: Mapping[str, Any]) -> Results:
    """Return what the run's main function returned, as ``run.json`` has it: ``result``, or its parts."""
    result = plain_settings(record.get("result"))
    if isinstance(result, Mapping):
        return Results(final=flatten(result))
    return Results(final={"result": result} if as_number(result) is not None else {})


def describe(record: Mapping[str, Any]) -> Json:
    """Return what a run's record says of it: what `Run` has fields for, and ``fields`` for the rest."""
    started, stopped = record.get("start_time"), record.get("stop_time")
    trace = as_list(record.get("fail_trace"))
    fields = {
        "experiment": as_object(record.get("experiment")).get("name"),
        "host": as_object(record.get("host")).get("hostname"),
        "notes": as_object(record.get("meta")).get("comment"),
        "error": str(trace[-1]).strip()[:200] if trace else None,
    }
    return {
        "state": STATES.get(str(record.get("status")), "unknown"),
        "created": started if isinstance(started, str) else None,
        "runtime": _seconds_between(started, stopped),
        "fields": {name: value for name, value in fields.items() if isinstance(value, str) and value},
    }


def _seconds_between(started: Any, stopped: Any) -> float | None:
    try:
        return (datetime.fromisoformat(stopped) - datetime.fromisoformat(started)).total_seconds()
    except (TypeError, ValueError):
        return None
