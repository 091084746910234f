"""What the page's dialogs offer: columns, their roles, and what runs can be filtered and grouped by."""

from __future__ import annotations

import pandas as pd

from ..data.messages import Count
from ..data.project import Project
from ..data.records import Json
from ..question.conditions import find_column, name_value
from .taken import list_all_columns

MOST_CHOICES = 12
"""A numeric column with more values than this is filtered by a range, others by their values."""

MOST_GROUPABLE = 200
"""Columns offered to group by."""


def list_columns(project: Project, parameters: list[Json]) -> tuple[list[Json], str]:
    """
    List every column of the source, those first whose place is a guess, and every parameter that was made from one.

    Parameters
    ----------
    project
        The project.
    parameters
        What is known of its parameters, as JSON.

    Returns
    -------
    list of dict
        ``id``, ``column``, ``place``, how ``sure`` that is, ``why``, ``role`` and a few ``values``;
        ``place_changes`` and ``role_changes`` say what can be changed.
    str
        What the user should know.
    """
    by_name = {p["parameter"]: p for p in parameters}
    rows, listed = [], set()
    for c in sorted(list_all_columns(project), key=lambda column: column.sure != "guess"):
        parameter = by_name.get(c.label) if c.place == "config" else None
        listed.add(c.label if parameter else "")
        rows.append(
            _make_column_row(
                c.name, c.place, c.sure, c.reason, ", ".join(c.examples) or _show_range(parameter), parameter, project
            )
        )
    for name, parameter in by_name.items():
        if name not in listed:
            rows.append(_make_column_row(name, "config", "given", "", parameter["value_range"], parameter, None))
    note = (
        "" if project.table is not None else "This source says itself what its columns are; only roles can be changed."
    )
    return rows, note


def _show_range(parameter: Json | None) -> str:
    return parameter["value_range"] if parameter else ""


def _make_column_row(
    name: str, place: str, sure: str, why: str, values: str, parameter: Json | None, project: Project | None
) -> Json:
    words = parameter["words"] if parameter else ""
    return {
        "id": f"{place}.{name}",
        "column": name,
        "parameter": parameter["parameter"] if parameter else "",
        "place": place,
        "sure": sure,
        "why": "; ".join(part for part in (why, words) if part),
        "role": parameter["role"] if parameter else "",
        "role_why": parameter["role_words"] if parameter else "",
        "values": values,
        "place_changes": project is not None and project.table is not None,
        "role_changes": parameter is not None,
    }


def list_groupable(project: Project) -> list[dict[str, str]]:
    """Return the columns in which several runs share a value, as choices to group by."""
    choices = []
    for full in project.filterable():
        prefix, _, name = full.partition(".")
        if prefix == "summary" or full in ("run.state", "run.created", "run.runtime", "run.steps"):
            continue
        column = project.column(full)
        if column.dtype.kind in "fM" or not 2 <= column.nunique() <= len(column) / 2:
            continue
        choices.append({"value": full, "label": name})
    return sorted(choices, key=lambda entry: not entry["value"].startswith("run."))[:MOST_GROUPABLE]


def list_filterable(project: Project) -> list[Json]:
    """Return the columns that runs can be filtered by, grouped as a select box wants them."""
    groups = {"run": "Run", "config": "Settings", "summary": "Metrics"}
    return [
        {
            "group": words,
            "items": [
                {"value": full, "label": full.partition(".")[2]}
                for full in project.filterable()
                if full.startswith(f"{prefix}.")
            ],
        }
        for prefix, words in groups.items()
    ]


DAYS = 7


def list_since(project: Project, times: pd.Series) -> list[dict[str, str]]:
    """
    Return times from which on runs are often looked at, as ``label`` and ``low``.

    A week before the newest run, and the start of the sweep that began last; those before which there is no run are
    left out.

    Parameters
    ----------
    project
        The project.
    times
        A time of every run, missing where it has none.
    """
    found = []
    if times.notna().any():
        found.append((f"{DAYS} days before the newest run", times.max() - pd.Timedelta(days=DAYS)))
    for field in ("sweep", "group"):
        if field in project.runs:
            begun = times.groupby(project.runs[field]).min().dropna()
            if len(begun) > 1:
                found.append((f"the start of the last {field}, {begun.idxmax()}", begun.max()))
    return [
        {"label": words, "low": f"{time:%Y-%m-%dT%H:%M:%SZ}"} for words, time in found if bool((times < time).any())
    ]


def describe_column(project: Project, column: str) -> Json:
    """
    Describe a column for the filter dialog.

    Returns
    -------
    dict
        ``column``, its ``kind`` (``range`` or ``values``), ``about`` in words, each value with its number of runs, and
        of times some to begin with (``since``), each with a label.
    """
    values = project.column(find_column(column, project.filterable(), "Filter"))
    missing = int(values.isna().sum())
    empty = f", missing in {Count(missing, 'run').to_words()}" if missing else ""
    if values.dtype.kind == "M":
        span = (
            f"{values.min():%Y-%m-%d %H:%M} to {values.max():%Y-%m-%d %H:%M} (UTC)"
            if values.notna().any()
            else "no times"
        )
        since = list_since(project, values)
        return {"column": column, "kind": "range", "about": span + empty, "values": [], "since": since}
    if values.dtype.kind in "if" and values.nunique() > MOST_CHOICES:
        return {
            "column": column,
            "kind": "range",
            "about": f"{values.min():.6g} to {values.max():.6g}{empty}",
            "values": [],
        }
    counts = values.map(name_value, na_action=None).value_counts()
    shown = counts.head(1000)
    about = f"{len(counts):,} values" + (", the most frequent 1,000 listed" if len(counts) > len(shown) else "")
    choices = [{"value": text, "label": f"{text or 'missing'}  ({n:,})"} for text, n in shown.items()]
    return {"column": column, "kind": "values", "about": about, "values": choices}
