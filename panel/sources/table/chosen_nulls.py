"""Nulls that scikit-learn's ``cv_results_`` loses on its way into a file: the column ``params`` still has them."""

from __future__ import annotations

import re

import pandas as pd

from ...data.plain import plain_column
from ..common.cells import NULL

PARAM = "param_"
PARAMS = "params"


def restore_chosen_nulls(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which an empty ``param_X`` is a null that was chosen, where ``params`` says so."""
    restored = {}
    for name in table:
        if name.startswith(PARAM) and table[name].isna().any():
            chosen = table[name].isna() & _find_nulls(table, name.removeprefix(PARAM))
            if chosen.any():
                cells = (NULL if null else _as_typed(cell) for null, cell in zip(chosen, table[name], strict=True))
                restored[name] = plain_column(cells, table.index, name)
    return table.assign(**restored) if restored else table


def _find_nulls(table: pd.DataFrame, setting: str) -> pd.Series:
    """Say in which rows the column ``params``, a dictionary as text or a column for each key, holds a null."""
    if f"{PARAMS}.{setting}" in table:
        return table[f"{PARAMS}.{setting}"].astype("str") == NULL
    if PARAMS in table:
        spelled = rf"['\"]{re.escape(setting)}['\"]: (?:None|null)\b"
        return table[PARAMS].astype("str").str.contains(spelled, regex=True)
    return pd.Series(False, table.index)


def _as_typed(cell: object) -> object:
    """Return a cell as it was before a gap in its column made fractions of whole numbers."""
    if isinstance(cell, float):
        return None if cell != cell else int(cell) if cell.is_integer() else cell
    return cell
