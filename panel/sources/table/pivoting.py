"""Tables with one setting a row: its name in one column, its value in another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from ...data.messages import Message, Names, say
from ...data.names import split_words
from ...data.plain import plain_column
from ...data.project import Column
from .folding import Folded

NAMES = frozenset(
    {
        *(
            "sweep",
            "param",
            "parameter",
            "hyperparameter",
            "hyperparam",
            "setting",
            "variable",
            "factor",
            "knob",
            "swept",
        ),
        *("param name", "parameter name", "hyperparameter name", "setting name", "varied", "ablation", "sweep param"),
    }
)
"""Names of columns that hold the name of the setting that a row is about."""

VALUES = frozenset({"value", "val", "setting", "level", "values", "param value", "parameter value", "setting value"})
"""Names of columns that hold its value."""

KEYS = frozenset({"name", "key", "variable", "param", "parameter", "metric", "field", "attribute", "item", "quantity"})
"""Names of columns that say what the value of a row is, where a run has a row for everything that is known of it."""

MOST_NAMES = 100
"""So many things may be known of a run."""

FEWEST_RUNS = 3
MOST_SHOWN = 5

FEWEST_ROWS = 2
"""Rows that every setting has."""


def widen_pairs(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """
    Bring a table in which a run has a row for everything that is known of it to one row a run.

    Parameters
    ----------
    table
        Columns that say which run a row is about, what it tells (see `KEYS`), and its value (see `VALUES`).

    Returns
    -------
    pd.DataFrame
        One column for each thing that is told; the table as it was if runs do not have the same things each once.
    list of Message
        What was done.
    """
    by_words = {" ".join(split_words(name)): name for name in table}
    key = next((name for words, name in by_words.items() if words in KEYS), None)
    value = next((name for words, name in by_words.items() if words in VALUES), None)
    about = [name for name in table if name not in (key, value)]
    if key is None or value is None or not about or table[key].dtype.kind in "ifb" or table[key].isna().any():
        return table, []
    names = list(dict.fromkeys(table[key]))
    groups = table.groupby(about, dropna=False, sort=False)
    runs = groups.ngroup()
    whole = (
        len(table) == len(names) * groups.ngroups and not pd.DataFrame({"r": runs, "k": table[key]}).duplicated().any()
    )
    if not whole or not 2 <= len(names) <= MOST_NAMES or groups.ngroups < FEWEST_RUNS:
        return table, []
    wide = groups.first().index.to_frame(index=False)
    for name in names:
        told = table[table[key] == name]
        cells = pd.Series(told[value].to_numpy(object), index=runs[told.index]).reindex(range(groups.ngroups))
        wide[str(name)] = plain_column((None if v != v else v for v in cells), wide.index, str(name))
    note = say(
        "table.widened",
        "Every run has a row for each of {names}: {rows} rows were read as {runs} runs.",
        names=Names(tuple(map(str, names)), MOST_SHOWN, "and"),
        rows=len(table),
        runs=len(wide),
    )
    return wide, [note]


def pivot_settings(table: pd.DataFrame, columns: list[Column], kept: Collection[str] = ()) -> Folded:
    """
    Give every setting of a table with one setting a row a column of its own.

    Parameters
    ----------
    table
        A row a run, which says in one column which setting was varied, and in another its value.
    columns
        Its columns in their places.
    kept
        Columns that the user placed: these stay as they are.

    Returns
    -------
    Folded
        In other rows than its own a setting was not recorded. The table as it was if it is no such one.
    """
    as_it_is = Folded(table, columns, None, [])
    by_words = {" ".join(split_words(c.name)): c for c in columns}
    namer = next((c for words, c in by_words.items() if words in NAMES and table[c.name].dtype.kind not in "ifb"), None)
    holder = next((c for words, c in by_words.items() if words in VALUES and c is not namer), None)
    if namer is None or holder is None or {namer.name, holder.name} & set(kept):
        return as_it_is
    settings = table[namer.name].value_counts()
    if len(settings) < 2 or settings.min() < FEWEST_ROWS or table[namer.name].isna().any():
        return as_it_is
    taken = set(table)
    wide, added = table.drop(columns=holder.name), []
    for setting in map(str, settings.sort_index().index):
        name = setting if setting not in taken else f"{setting} ({holder.name})"
        cells = table[holder.name].where(table[namer.name] == setting)
        wide[name] = plain_column((None if v != v else v for v in cells.tolist()), table.index, name)
        why = say("place.pivoted", "its name stands in {column}", column=namer.name)
        added.append(Column(name, "config", name, "likely", why))
    why = say("place.names_setting_of_row", "says which setting the row is about")
    moved = [replace(c, place="config", reason=why) if c is namer else c for c in columns if c is not holder]
    note = say(
        "table.pivoted",
        "Every row holds one setting: its name in {name}, its value in {value}. Each became a column: {settings}.",
        name=namer.name,
        value=holder.name,
        settings=Names(tuple(c.name for c in added)),
    )
    return Folded(wide, [*moved, *added], None, [note])
