"""What MLflow's ``search_runs`` returns: a frame, or a list of runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..common.records import Run
from .runs import Logged, run_of

PARAMS, METRICS, TAGS = "params.", "metrics.", "tags."


def read_run(run: Any) -> Run:
    """Return an ``mlflow.entities.Run`` as a record."""
    info, data = run.info, run.data
    return run_of(
        Logged(
            id=info.run_id,
            name=getattr(info, "run_name", None) or "",
            status=info.status,
            start=info.start_time,
            end=info.end_time,
            params=dict(data.params),
            metrics=dict(data.metrics),
            tags=dict(data.tags),
        )
    )


def read_frame(frame: pd.DataFrame) -> list[Run]:
    """Return the rows of a frame as records; what a run did not log, which is ``None`` or NaN there, is not in them."""
    names = {kind: [c for c in map(str, frame.columns) if c.startswith(kind)] for kind in (PARAMS, METRICS, TAGS)}
    runs = []
    for row in frame.to_dict("records"):

        def take(kind: str, row: dict[str, Any] = row) -> dict[str, Any]:
            return {name.removeprefix(kind): row[name] for name in names[kind] if not pd.isna(row[name])}

        logged = Logged(
            id=str(row["run_id"]),
            status=str(row["status"]),
            start=_to_milliseconds(row.get("start_time")),
            end=_to_milliseconds(row.get("end_time")),
            params={name: str(value) for name, value in take(PARAMS).items()},
            metrics=take(METRICS),
            tags={name: str(value) for name, value in take(TAGS).items()},
        )
        runs.append(run_of(logged))
    return runs


def _to_milliseconds(time: Any) -> float | None:
    return None if time is None or pd.isna(time) else pd.Timestamp(time).timestamp() * 1000
