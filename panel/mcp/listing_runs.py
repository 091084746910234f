"""The runs themselves: those that meet conditions, in an order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..answers.listing import get_listing, order_rows
from ..answers.printing import say_target
from ..answers.projects import get_project
from ..data.records import Json
from ..errors import QuestionError
from ..question.conditions import find_column
from ..question.selection import filter_runs
from ..runs.listing import LEFT_OUT, TARGET, Column, Listing, list_cells
from .desk import Question
from .links import write_address, write_link
from .told import Told
from .words import get_overview, list_names, say_project, write_cell

MOST_RUNS = 1_000
"""Runs that can be asked for at once."""

MOST_SETTINGS = 8
"""Settings that are told of a run unless columns are named."""


def find_runs(question: Question, sort: str, columns: tuple[str, ...], limit: int) -> Told:
    """
    Tell the runs that a question keeps by their states and its filters.

    Parameters
    ----------
    question
        The question.
    sort
        A column, ascending; after a ``-`` descending. Empty for the best first.
    columns
        What is told of each run beside its target; empty for the first settings that differ.
    limit
        How many runs are told at most.

    Raises
    ------
    QuestionError
        If there is no such column, or the limit cannot be used.
    """
    if not 1 <= limit <= MOST_RUNS:
        raise QuestionError(f"limit must be 1 to {MOST_RUNS:,}, not {limit}.")
    selection, folder = question.selection, question.folder
    project, overview = get_project(selection, folder), get_overview(question)
    table, names = get_listing(selection, folder), project.filterable()
    down = sort.startswith("-") and sort not in names
    wanted = _find(table, find_column(sort.removeprefix("-"), names, "sort")) if sort else None
    order = order_rows(selection, ((wanted.id, "desc" if down else "asc"),) if wanted else (), {}, folder)
    kept, _ = filter_runs(project, selection)
    found = order[kept[order]]
    shown = found[:limit]
    told = [_find(table, find_column(name, names, "columns")) for name in columns]
    told = told or _choose_settings(table, overview)
    target = [table.columns[TARGET]] if TARGET in table.columns else []
    told = [column for column in told if column.id != TARGET]
    left_out = int((table.columns[LEFT_OUT].values[found] != "").sum())
    out = f", {left_out:,} of them left out of all conclusions" if left_out else ""
    usual = "best first" if target else "in the order of the source"
    by = f"by {sort}" if sort else usual
    address = write_address(selection, overview["project"], tab="runs")
    return Told(
        head=(
            say_project(question, overview),
            f"Target: {say_target(overview['target'])}.",
            f"{len(found):,} of {len(project.runs):,} runs match{out}; {len(shown):,} of them {by}:",
        ),
        rows=[_say_run(i, table, row, [*target, *told]) for i, row in enumerate(shown, 1)],
        notes=(),
        end=(f"Runs in other states than {', '.join(selection.states)} are not among them: filter state=… for them.",),
        link=write_link(question, address),
        names=[*list_names(overview), *_list_texts(table, shown, told)],
        record={"matching": len(found), "left_out": left_out, "runs": _write_runs(table, shown)},
    )


def _find(table: Listing, name: str) -> Column:
    """Return a column; the metric under study stands in the table as the target."""
    return table.columns[name if name in table.columns else TARGET]


def _choose_settings(table: Listing, overview: Json) -> list[Column]:
    """Return the first settings that differ between runs and are no seeds."""
    names = [
        f"config.{p['parameter']}"
        for p in overview["parameters"]
        if p["distinct"] > 1 and p["role"] not in ("seed", "ignored")
    ]
    return [table.columns[name] for name in names if name in table.columns][:MOST_SETTINGS]


def _say_run(place: int, table: Listing, row: int, columns: list[Column]) -> str:
    name = table.columns["run.name"]
    run, called = str(table.ids[row]), write_cell(list_cells(name, np.array([row]))[0])
    cells = ", ".join(f"{c.label} {write_cell(list_cells(c, np.array([row]))[0])}" for c in columns)
    why, known = table.columns[LEFT_OUT].values[row], called if called == run else f"{called} (id {run})"
    return f"{place}. {known}: {cells}{f'; left out: {why}' if why else ''}"


def _list_texts(table: Listing, rows: np.ndarray, columns: list[Column]) -> list[str]:
    """Return what names runs, and their settings that are texts."""
    told = (table.columns["run.name"], *columns)
    cells = (write_cell(cell) for column in told for cell in list_cells(column, rows))
    return [*(str(run) for run in table.ids[rows]), *cells, *(column.label for column in columns)]


def _write_runs(table: Listing, rows: np.ndarray) -> list[dict[str, Any]]:
    """Return runs with all their columns, by the columns' ids."""
    cells = {name: list_cells(column, rows) for name, column in table.columns.items()}
    return [
        {"id": str(run), **{name: values[i] for name, values in cells.items()}} for i, run in enumerate(table.ids[rows])
    ]
