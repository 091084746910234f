"""Compare rankings that are in the cache: of several methods, targets or sets of runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..data.records import Json
from ..importance import Importance, list_installed
from ..importance.comparison import compare
from ..question.selection import Selection, Target
from .base import Request, get_cached
from .ranking import IMPORTANCE


def compare_methods(selection: Selection, folder: Path) -> Json:
    """
    Compare the methods whose importance is in the cache.

    Returns
    -------
    dict
        JSON as `comparison.Comparison.to_json` returns it, ``missing`` with the methods that were not computed yet,
        and ``empty`` with why a method has no rows, by its name.
    """
    return _compare({m.NAME: IMPORTANCE.make_request(selection, method=m.NAME) for m in list_installed()}, folder)


def compare_targets(selection: Selection, metrics: tuple[str, ...], method: str, folder: Path) -> Json:
    """
    Compare the importance for those of several targets that are in the cache.

    Parameters
    ----------
    selection
        The question; its own target is ignored.
    metrics
        The targets, each with its default goal, its last value, and the automatic scale.
    method
        Name of a method.
    folder
        The cache folder.

    Returns
    -------
    dict
        As `compare_methods`, with a metric in place of each method.
    """
    return _compare(
        {m: IMPORTANCE.make_request(change_target(selection, m), method=method) for m in metrics}, folder, "targets"
    )


def compare_parts(parts: dict[str, Selection], method: str, folder: Path) -> Json:
    """Compare the importance for several sets of runs, given by words for each, as far as it is in the cache."""
    requests = {words: IMPORTANCE.make_request(part, method=method) for words, part in parts.items()}
    return _compare(requests, folder, "sets of runs")


def change_target(selection: Selection, metric: str) -> Selection:
    """Return the same question about another metric."""
    return selection if selection.target.metric == metric else replace(selection, target=Target(metric))


def _compare(requests: dict[str, Request], folder: Path, what: str = "methods") -> Json:
    records = {name: get_cached(request, folder) for name, request in requests.items()}
    there = {name: record for name, record in records.items() if record is not None}
    return {
        **compare({name: Importance.from_json(record).rows for name, record in there.items()}, what).to_json(),
        "missing": [name for name, record in records.items() if record is None],
        "empty": {name: record["empty"]["words"] for name, record in there.items() if record["empty"]},
    }
