"""Tables whose rows name the row that they come from, as HiPlot's do: the rows of a chain are the steps of one run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ...data.messages import Count, say
from ...data.project import Column
from .folding import Folded, as_changing, as_step, could_count_steps, fold_rows, fold_steps

UID, PARENT = "uid", "from_uid"


def has_lineage(table: pd.DataFrame) -> bool:
    """Say whether rows of a table name the rows that they come from."""
    return UID in table and PARENT in table and bool(table[PARENT].notna().any())


def fold_lineage(table: pd.DataFrame, columns: list[Column]) -> Folded:
    """
    Fold the rows of a chain into one run with a history.

    A row continues the run of the row that it comes from if it has the same settings; of several such rows the first
    does. The others begin runs of their own, whose run field ``parent`` is the run that they come from: so it is in
    population based training, and in an evolution, where every row is a run.

    Parameters
    ----------
    table
        With the columns ``uid`` and ``from_uid``.
    columns
        Its columns in their places; a setting that changes at most links is a metric, unless the user says otherwise.

    Returns
    -------
    Folded
        The id of a run is the ``uid`` of its first row.
    """
    columns = [
        replace(c, place="ignored", sure="sure", reason=say("place.parent_row", "names the row that it comes from"))
        if c.name == PARENT
        else c
        for c in columns
    ]
    parent = _parents(_texts(table[UID]), _texts(table[PARENT]))
    depth = _depths(parent)
    links = np.flatnonzero(parent >= 0)
    if not len(links):
        return fold_steps(table, columns)
    settings, outcomes = _settings(table, columns, parent, links)
    continues = _continuing(table, settings, parent, links, bool(settings) or not outcomes)
    run = _runs(parent, depth, continues)
    order = np.lexsort((depth, run))
    changed = [as_changing(c, table[c.name]) if settings and c.name in outcomes else c for c in columns]
    step = _step(table, changed, parent, np.flatnonzero(continues))
    changed = [as_step(c) if c.name == step else c for c in changed]
    rows, group = table.iloc[order], run[order]
    steps = rows[step].fillna(pd.Series(depth[order], rows.index)).to_numpy() if step else depth[order]
    folded, history = fold_rows(rows, group, steps, changed, step)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    for name in settings:
        folded[name] = rows[name].groupby(group).first().to_numpy()
    ids = rows[UID].to_numpy()[first]
    folded[UID] = ids
    origin = parent[order][first]
    if (origin >= 0).any():
        folded[PARENT] = [ids[run[p]] if p >= 0 else None for p in origin]
        changed = [
            replace(c, place="run", label="parent", reason=say("place.parent", "the run that it comes from"))
            if c.name == PARENT
            else c
            for c in changed
        ]
    if not continues.any():
        alone = say("table.no_chains", "Rows come from rows with other settings, so every row is a run.")
        return Folded(folded, changed, None, [alone])
    note = (
        say(
            "table.chains_folded_by_step",
            "{rows} rows in chains were read as {runs} with a history over {step}.",
            rows=len(table),
            runs=Count(len(folded), "run"),
            step=repr(step),
        )
        if step
        else say(
            "table.chains_folded",
            "{rows} rows in chains were read as {runs} with a history.",
            rows=len(table),
            runs=Count(len(folded), "run"),
        )
    )
    return Folded(folded, changed, history, [note])


def _texts(column: pd.Series) -> list[str | None]:
    """Return ids as text; whole numbers that stand beside empty cells were read as fractions."""
    return [
        None if v is None or v != v else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v)
        for v in column.tolist()
    ]


def _parents(ids: list[str | None], origins: list[str | None]) -> np.ndarray:
    """Return the position of the row that each row comes from; -1 if it comes from none that is there."""
    places: dict[str | None, int] = {}
    for position, name in enumerate(ids):
        places.setdefault(name, position)
    return np.array([-1 if o is None else places.get(o, -1) for o in origins])


def _depths(parent: np.ndarray) -> np.ndarray:
    """Return how many rows precede each row in its chain; where a chain leads back to itself it is cut, in `parent`."""
    unknown, on_path = -1, -2
    depth = np.full(len(parent), unknown)
    for start in range(len(parent)):
        path, here = [], start
        while here >= 0 and depth[here] == unknown:
            depth[here] = on_path
            path.append(here)
            here = int(parent[here])
        if here >= 0 and depth[here] == on_path:
            parent[path[-1]] = here = -1
        above = int(depth[here]) if here >= 0 else -1
        for row in reversed(path):
            above += 1
            depth[row] = above
    return depth


def _changes(column: pd.Series, parent: np.ndarray, links: np.ndarray) -> np.ndarray:
    """Say at which links a column changes, as 1 and 0; NaN where it is empty at either end."""
    codes = pd.factorize(column)[0]
    below, above = codes[links], codes[parent[links]]
    return np.where((below < 0) | (above < 0), np.nan, below != above)


def _settings(
    table: pd.DataFrame, columns: list[Column], parent: np.ndarray, links: np.ndarray
) -> tuple[list[str], set[str]]:
    """Return the settings that mostly stay along a chain, and those that mostly change."""
    staying, changing = [], set()
    for column in columns:
        if column.place == "config":
            changes = _changes(table[column.name], parent, links)
            known = changes[~np.isnan(changes)]
            if column.sure == "given" or not len(known) or known.mean() <= 0.5:
                staying.append(column.name)
            else:
                changing.add(column.name)
    return staying, changing


def _continuing(
    table: pd.DataFrame, settings: list[str], parent: np.ndarray, links: np.ndarray, any_does: bool
) -> np.ndarray:
    """Say which rows continue the run of the row that they come from."""
    continues = np.zeros(len(parent), bool)
    if not any_does:
        return continues
    same = np.ones(len(links), bool)
    for name in settings:
        same &= _changes(table[name], parent, links) != 1
    kept = links[same]
    continues[kept[~pd.Series(parent[kept]).duplicated().to_numpy()]] = True
    return continues


def _runs(parent: np.ndarray, depth: np.ndarray, continues: np.ndarray) -> np.ndarray:
    """Return the number of the run of each row, in the order of the runs' first rows in the table."""
    root = np.arange(len(parent))
    for row in np.argsort(depth, kind="stable"):
        if continues[row]:
            root[row] = root[parent[row]]
    return np.unique(root, return_inverse=True)[1]


def _step(table: pd.DataFrame, columns: list[Column], parent: np.ndarray, links: np.ndarray) -> str:
    """Return the column that counts the steps: one that grows at every link within a run; empty if none does."""
    for column in columns:
        if column.place == "metric" and len(links) and could_count_steps(column.name, table[column.name]):
            values = table[column.name].to_numpy()
            if (values[links] > values[parent[links]]).all():
                return column.name
    return ""
