"""Cached answers about the runs behind a question: records, the table of all runs, the card of one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import runs, sources
from ..question.selection import Selection
from ..runs import listing, tradeoff
from ..runs.card import tell_card
from ..store import picks
from .asking import design_of, kept, key_of, modelled, named, project_of, whichever_top


def of_all_runs(selection: Selection) -> Selection:
    """Return the question about every run that its filter leaves, each on its own."""
    return replace(whichever_top(selection), picked=None, group="")


@lru_cache(maxsize=4)
def _runs(selection: Selection, folder: Path) -> runs.Runs:
    return runs.collect(project_of(selection, folder), selection, design_of(selection, folder))


def runs_of(selection: Selection, folder: Path) -> runs.Runs:
    """Return the runs that a question is about; which of them were picked, and how they are grouped, is put aside."""
    return _runs(of_all_runs(selection), folder)


def record_key(name: str, selection: Selection, asked: dict[str, Any], folder: Path) -> str:
    """Return the key of what is told of the runs of a question; of roles only some records ask more than models do."""
    roles = json.dumps(selection.roles) if runs.asks_roles(name, asked) else ""
    return key_of(of_all_runs(selection), folder, "runs", name, json.dumps(asked, sort_keys=True), roles)


def record_of(
    name: str, selection: Selection, asked: dict[str, Any], folder: Path, job: bool = False
) -> dict[str, Any]:
    """
    Return what is told of the runs of a question, computed if it was not before.

    Parameters
    ----------
    name
        Name of one of `runs.RECORDS`.
    selection
        The question; see `runs_of`.
    asked
        What that record was asked, as plain JSON; of ``runs`` that are a fingerprint it gets the ids.
    folder
        The cache folder.
    job
        Whether a job computes it. Otherwise a large record that came quickly is not kept; see `asking.kept`.
    """
    key = record_key(name, selection, asked, folder)
    if isinstance(asked.get("runs"), str):
        asked = {**asked, "runs": picks.runs_of(asked["runs"], folder)}
    return kept(key, folder, lambda: runs.tell(name, runs_of(selection, folder), asked), always=job)


def card_of(selection: Selection, run: str, folder: Path) -> dict[str, Any]:
    """
    Return the card of a run (see `runs.card`).

    Raises
    ------
    QuestionError
        If there is no such run.
    """
    selection = whichever_top(selection)

    def compute() -> dict[str, Any]:
        asked = named(selection, folder)
        project = project_of(asked, folder)
        return replace(tell_card(runs_of(asked, folder), asked, run), page=sources.page_of(project, run)).to_json()

    return kept(key_of(selection, folder, "card", run), folder, compute)


@lru_cache(maxsize=1)
def _columns(project_id: str, places: tuple[Any, ...], folder: Path) -> tuple[np.ndarray, dict[str, listing.Column]]:
    """Return the ids of the runs and the columns of a project: most of a table, and the same for all questions."""
    project = project_of(Selection(project_id, places=places), folder)
    return project.runs.index.to_numpy(object), listing.columns_of(project)


@lru_cache(maxsize=4)
def _judged(selection: Selection, folder: Path) -> listing.Judged:
    return listing.judged(project_of(selection, folder), selection, design_of(selection, folder))


def listing_of(selection: Selection, folder: Path) -> listing.Listing:
    """Return all runs of a project as a table; what the question leaves out says so."""
    found = _judged(modelled(of_all_runs(selection), folder), folder)
    return listing.joined(*_columns(selection.project, selection.places, folder), found)


@lru_cache(maxsize=4)
def _listed(selection: Selection, sort: tuple[tuple[str, str], ...], filters: str, folder: Path) -> np.ndarray:
    found = listing_of(selection, folder)
    rows = listing.ordered(found, sort)
    return rows[listing.matching(found, json.loads(filters))[rows]]


@lru_cache(maxsize=8)
def _selected(selection: Selection, chosen: tuple[str, ...] | str, folder: Path) -> np.ndarray:
    known = picks.runs_of(chosen, folder) if isinstance(chosen, str) else chosen
    return project_of(selection, folder).runs.index.isin(list(known))


def selected(selection: Selection, chosen: tuple[str, ...] | str | None, folder: Path) -> np.ndarray:
    """Return which runs of the project are among the selected: ids, or the fingerprint of a set of them."""
    return _selected(modelled(of_all_runs(selection), folder), chosen or (), folder)


def listed(
    selection: Selection,
    sort: tuple[tuple[str, str], ...],
    filters: dict[str, Any],
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
        As `listing.ordered` and `listing.matching` take them.
    folder
        The cache folder.
    only
        Selected runs, if these alone are to be listed.
    """
    rows = _listed(modelled(of_all_runs(selection), folder), sort, json.dumps(filters, sort_keys=True), folder)
    return rows if only is None else rows[selected(selection, only, folder)[rows]]


def within(selection: Selection, asked: dict[str, Any], xs: list[float], ys: list[float], folder: Path) -> list[str]:
    """Return the ids of the runs that were outlined in a trade-off; see `tradeoff.find_within`."""
    return tradeoff.find_within(runs_of(selection, folder), tradeoff.Asked.from_json(asked), xs, ys)
