"""Searches of scikit-learn, such as ``GridSearchCV``, once they were fitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..data.project import Project, Space
from ..errors import SourceError
from .common.building import project_of
from .common.given import Given
from .common.records import Reading, Run

MEAN, RANK = "mean_test_", "rank_test_"

ABOUT = ("iter", "n_resources")
"""What a search by halving says of a candidate beside its settings."""

METHODS = {
    "GridSearchCV": "grid",
    "RandomizedSearchCV": "random",
    "HalvingGridSearchCV": "grid",
    "HalvingRandomSearchCV": "random",
}


def read_search(search: Any, reading: Reading) -> Project:
    """
    Read a search: a run a candidate, its mean scores as metrics, of which more is better.

    Parameters
    ----------
    search
        A fitted ``BaseSearchCV``. Settings that are no plain values, such as a step of a pipeline, are told by their
        text.
    reading
        Where what was skipped and noted stands.

    Raises
    ------
    SourceError
        If it was not fitted.
    """
    kind, results = type(search).__name__, getattr(search, "cv_results_", None)
    if results is None:
        raise SourceError(f"This {kind} has no cv_results_: call its fit first.")
    metrics = [name for name in results if name.startswith(MEAN)]
    target = f"{MEAN}{search.refit}" if isinstance(search.refit, str) else metrics[0]
    space = Space(target, "maximize", METHODS.get(kind, ""), goals=dict.fromkeys(metrics, "maximize"))
    runs = list(_list_runs(results, metrics, search.n_splits_))
    project = project_of(runs, Given(kind, None), reading, format="scikit-learn", name=kind, space=space)
    return replace(project, source="")


def _list_runs(results: Mapping[str, Any], metrics: list[str], splits: int) -> Iterator[Run]:
    spread = [name.replace("mean", "std", 1) for name in metrics]
    about = [name for name in ABOUT if name in results]
    for i, settings in enumerate(results["params"]):
        seconds = float(results["mean_fit_time"][i] + results["mean_score_time"][i]) * splits
        scores = {name: float(results[name][i]) for name in (*metrics, *spread) if name in results}
        failed = all(np.isnan(scores[name]) for name in metrics)
        yield Run(
            id=str(i),
            name=f"candidate {i}",
            state="failed" if failed else "finished",
            runtime=seconds,
            config=dict(settings),
            summary=scores,
            fields={name: int(results[name][i]) for name in about},
        )
