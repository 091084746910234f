"""Columns that describe a run: who, when, which; and those that say nothing of it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ...data.messages import say
from ...data.names import names_setting, split_words
from ...data.project import Column
from ...data.vocabulary import BY, DONE, PERSONS, PERSONS_OR_TOOLS, RUN_NOUNS, RUN_NUMBERS

LABELS = {
    "id": "id",
    "number": "id",
    "run id": "id",
    "trial id": "id",
    "config id": "id",
    "uid": "id",
    "uuid": "id",
    "name": "name",
    "run name": "name",
    "trial name": "name",
    "experiment name": "name",
    "display name": "name",
    "state": "state",
    "status": "state",
    "notes": "notes",
    "user": "user",
    "tags": "tags",
    "created": "created",
    "created at": "created",
    "start time": "created",
    "started at": "created",
    "datetime start": "created",
    "timestamp": "created",
    "end time": "ended",
    "ended at": "ended",
    "finished at": "ended",
    "datetime complete": "ended",
    "runtime": "runtime",
    "duration": "runtime",
    "sweep": "sweep",
    "group": "group",
    "job type": "job_type",
    "host": "host",
    "hostname": "host",
    "git": "commit",
    "github": "commit",
    "commit": "commit",
    "description": "notes",
    "feasible": "feasible",
    "is feasible": "feasible",
    "valid config": "feasible",
    "infeasible": "infeasible",
    "is infeasible": "infeasible",
}
"""What columns that describe a run are called here, by the words of their names."""

OTHERS = frozenset(
    {
        *(
            "experiment",
            "experiment name",
            "note",
            "comment",
            "comments",
            "remark",
            "remarks",
            "memo",
            "todo",
            "index",
            "idx",
            "no",
            "nr",
            "row",
            "rank id",
        ),
        *("trial", "trial number", "trial no", "trial index", "trial num", "run", "run number", "run no", "run index"),
        *("run idx", "exp", "exp id", "exp no", "experiment id", "experiment no", "job", "job id", "task uuid", "pid"),
        *("config number", "config index", "config idx", "combination", "combo", "date", "datetime", "time stamp"),
        *("ts", "ts utc", "finished", "updated", "updated at", "last updated", "exit code", "return code", "log path"),
        *("log file", "log dir", "logdir", "checkpoint path", "ckpt path", "model path", "save path", "output path"),
        *("source", "source name", "source type", "git hash", "git commit", "commit hash", "sha", "hash", "git sha"),
        *("submission path", "artifact uri", "artifacts", "url", "link", "error message", "exception", "traceback"),
        *("wandb url", "wandb id", "run url", "machine", "node ip", "author email", "serial", "experiment number"),
    }
)
"""Other names of columns that describe a run."""

KEEP_IF_IT_VARIES = frozenset({"experiment", "sweep", "group", "trial", "run", "job", "source", "combination", "exp"})
"""Such a column of few different texts may be a setting of the user's: it is looked at with its values."""

_COUNTED = frozenset("epoch epochs step steps layers depth k n degree size iter x timestep".split())
"""Words of settings and of steps, which may well be 1, 2, 3 …"""

FEWEST_NUMBERED = 6
"""With fewer rows than this, 1, 2, 3 … may be the values of a setting."""

_DATE = re.compile(
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)|\d{4}[年년]\s?\d\d?[月월]\s?\d\d?[日일]"
    r"|\d\d? [A-Z][a-zé]{2,9}\.? \d{4}|[A-Z][a-zé]{2,9}\.? \d\d?,? \d{4})(?:,?[T _]\s?\d\d?:?\d\d.*)?"
)
"""A day, with or without the time of the day."""

_UNNAMED = re.compile(r"unnamed: ?\d+|column \d+|level_\d+|", re.IGNORECASE)


def find_run_column(name: str, column: pd.Series, ids: frozenset[str], first: bool = False) -> Column | None:
    """
    Return a column in its place if its name or its values say that it describes the run, or that it says nothing.

    Parameters
    ----------
    name
        Its name.
    column
        Its values.
    ids
        The ids of all rows, as text.
    first
        Whether it is the first column.

    Returns
    -------
    Column or None
        ``None`` if it may be a setting or an outcome.
    """
    known = column.dropna()
    words = " ".join(split_words(name))
    texts = column.dtype.kind not in "ifb"
    if _UNNAMED.fullmatch(name.strip()):
        return _place_unnamed(name, column, known)
    if words in ("wandb", "notes") and not len(known[[str(v).strip() not in ("", "-") for v in known]]):
        return Column(name, "ignored", name, "sure", say("place.empty", "is empty"))
    if words == "index" and _counts_rows(known, len(column)):
        return Column(name, "ignored", name, "sure", say("place.counts_rows", "counts the rows"))
    if words in ("std", "std order", "standard order", "run order") and _counts_rows(known, len(column)):
        return Column(name, "run", name, "sure", say("place.numbers_rows", "numbers the rows"))
    if words in ("rank", "ranking") and _counts_rows(known, len(column)):
        return Column(name, "ignored", name, "sure", say("place.ranks_rows", "ranks the rows"))
    counted = len(words) < 2 or bool(set(words.split()) & _COUNTED) or names_setting(name)
    if first and not counted and _numbers_rows(known, len(column)):
        return Column(name, "run", name, "likely", say("place.numbers_rows", "numbers the rows"))
    if words in KEEP_IF_IT_VARIES and _tells_groups(known):
        return None
    if words in ("label", "labels") and texts and 1 < len(known) == known.nunique():
        return Column(name, "run", "name", "likely", say("place.names_rows", "names the rows"))
    if words in LABELS or words in OTHERS:
        label = LABELS.get(words, name)
        return Column(name, "run", label, "sure", say("place.describes_run", "describes the run"))
    if texts and _names_person(words.split(), known):
        return Column(name, "run", name, "sure", say("place.person", "says who did it"))
    if _names_run(words.split()) and not _comes_again(known):
        return Column(name, "run", name, "likely", say("place.describes_run", "describes the run"))
    if texts and len(known) > 1 and ids and set(known) <= ids:
        return Column(name, "ignored", name, "sure", say("place.refers", "refers to the id of other rows"))
    if texts and _are_dates(known):
        return Column(name, "run", name, "likely", say("place.dates", "holds dates"))
    if texts and _are_remarks(known):
        return Column(name, "run", name, "likely", say("place.remarks", "holds remarks"))
    return None


def find_ids(table: pd.DataFrame) -> frozenset[str]:
    """Return the ids of all rows, as text; empty if no column holds them."""
    for name in table:
        if LABELS.get(" ".join(split_words(name))) == "id":
            return frozenset(map(str, table[name].dropna()))
    return frozenset()


def _place_unnamed(name: str, column: pd.Series, known: pd.Series) -> Column | None:
    if not len(known):
        return Column(name, "ignored", name, "sure", say("place.empty", "is empty"))
    if _are_whole(known):
        return Column(
            name, "ignored", name, "sure", say("place.row_numbers", "has no name and whole numbers, as an index has")
        )
    if column.dtype.kind not in "ifb" and known.nunique() > 0.9 * len(known):
        return Column(name, "run", "name", "likely", say("place.names_rows", "names the rows"))
    if len(known) < 0.5 * len(column):
        return Column(name, "ignored", name, "likely", say("place.unnamed", "has no name, and few values"))
    return None


def _counts_rows(known: pd.Series, rows: int) -> bool:
    """Say whether every row has a whole number of its own, as an index does that rows were sorted or chosen by."""
    return len(known) == rows == known.nunique() and _are_whole(known)


def _are_whole(known: pd.Series) -> bool:
    """Say whether these are whole numbers from 0 on."""
    if known.dtype.kind not in "if" or not len(known):
        return False
    values = known.to_numpy(float)
    return bool(np.isfinite(values).all() and (values == np.floor(values)).all() and values.min() >= 0)


def _numbers_rows(known: pd.Series, rows: int) -> bool:
    """Say whether the rows are numbered from 0 or 1 on, in their order."""
    if not _counts_rows(known, rows) or rows < FEWEST_NUMBERED:
        return False
    values = known.to_numpy(float)
    return values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _tells_groups(known: pd.Series) -> bool:
    """Say whether texts come again, as names of single rows do not."""
    return known.dtype.kind not in "ifb" and 1 < known.nunique() <= max(2, len(known) * 0.6)


def _names_person(words: list[str], known: pd.Series) -> bool:
    """Say whether a column of text is called as those are that say who did it."""
    if words[-1:] in (["name"], ["id"], ["initials"], ["email"]) and len(words) > 1:
        words = words[:-1]
    if len(words) == 2 and words[0] in DONE and words[1] in BY:
        return True
    if len(words) != 1 or not len(known):
        return False
    return words[0] in PERSONS or (words[0] in PERSONS_OR_TOOLS and not known.astype("str").str.contains(r"\d").any())


def _names_run(words: list[str]) -> bool:
    """Say whether a name consists of what a row may be called and of what tells one from the other."""
    found = set(words)
    return found <= RUN_NOUNS | RUN_NUMBERS and bool(found & RUN_NOUNS) and bool(found & RUN_NUMBERS)


def _comes_again(known: pd.Series) -> bool:
    """Say whether few different values stand in many rows, as those of a setting do."""
    return 1 < known.nunique() <= len(known) / 3


def _are_dates(known: pd.Series) -> bool:
    texts = known.astype("str")
    return len(texts) > 0 and bool(texts.str.fullmatch(_DATE).all())


def _are_remarks(known: pd.Series) -> bool:
    """Say whether the cells are sentences, another one in most rows."""
    texts = known.astype("str")
    if len(texts) < 3 or texts.nunique() < 0.5 * len(texts) or texts.str.startswith(("[", "{", "(", "<")).any():
        return False
    return bool((texts.str.count(" ") >= 3).mean() > 0.5)
