"""The table of all runs, sorted and filtered. It is not cached on disk: the page asks for small blocks of it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..data.records import Json
from ..question.selection import Selection
from ..runs import listing, tradeoff
from ..store import picks
from .designs import get_design, get_runs
from .equality import drop_unseen_roles, select_all_runs
from .projects import get_project


@lru_cache(maxsize=1)
def _read_columns(
    project_id: str, places: tuple[Any, ...], merged: tuple[str, ...], folder: Path
) -> tuple[np.ndarray, dict[str, listing.Column]]:
    """Return run ids and columns of a project: the part of the table that is the same for all questions."""
    project = get_project(Selection(project_id, places=places, merged=merged), folder)
    return project.runs.index.to_numpy(object), listing.read_columns(project)


@lru_cache(maxsize=4)
def _judge(selection: Selection, folder: Path) -> listing.Judged:
    return listing.judge_runs(get_project(selection, folder), selection, get_design(selection, folder))


def _drop_unlisted_fields(selection: Selection, folder: Path) -> Selection:
    return drop_unseen_roles(select_all_runs(selection), folder)


def get_listing(selection: Selection, folder: Path) -> listing.Listing:
    """Return all runs of a project as a table; runs that the question leaves out are marked."""
    judged = _judge(_drop_unlisted_fields(selection, folder), folder)
    return listing.join_columns(*_read_columns(selection.project, selection.places, selection.merged, folder), judged)


@lru_cache(maxsize=4)
def _order(selection: Selection, sort: tuple[tuple[str, str], ...], filters: str, folder: Path) -> np.ndarray:
    table = get_listing(selection, folder)
    rows = listing.order_runs(table, sort)
    return rows[listing.match_filters(table, json.loads(filters))[rows]]


@lru_cache(maxsize=8)
def _mark(selection: Selection, chosen: tuple[str, ...] | str, folder: Path) -> np.ndarray:
    known = picks.read_runs(chosen, folder) if isinstance(chosen, str) else chosen
    return get_project(selection, folder).runs.index.isin(list(known))


def mark_selected(selection: Selection, chosen: tuple[str, ...] | str | None, folder: Path) -> np.ndarray:
    """Return which runs of the project are among the selected: ids, or the fingerprint of a set of them."""
    return _mark(_drop_unlisted_fields(selection, folder), chosen or (), folder)


def order_rows(
    selection: Selection,
    sort: tuple[tuple[str, str], ...],
    filters: Json,
    folder: Path,
    only: tuple[str, ...] | str | None = None,
) -> np.ndarray:
    """
    Return the numbers of the runs in a table, in their order.

    Parameters
    ----------
    selection
        The question.
    sort, filters
        As `listing.order_runs` and `listing.match_filters` take them.
    folder
        The cache folder.
    only
        Selected runs, if these alone are to be listed.
    """
    rows = _order(_drop_unlisted_fields(selection, folder), sort, json.dumps(filters, sort_keys=True), folder)
    return rows if only is None else rows[mark_selected(selection, only, folder)[rows]]


def find_outlined(selection: Selection, asked: Json, xs: list[float], ys: list[float], folder: Path) -> list[str]:
    """Return the ids of the runs that were outlined in a trade-off; see `tradeoff.find_within`."""
    return tradeoff.find_within(get_runs(selection, folder), tradeoff.Asked.from_json(asked), xs, ys)
