"""What a view shows, kept: it is drawn once for a question, and read when the same is asked again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import plotly
from plotly.io.json import to_json_plotly

from ...answers.base import LARGE
from ...data.records import Json
from ...question.selection import Selection
from ...store.cache import open_results
from ...store.loading import hash_program

DEAR = 0.02
"""What took fewer seconds is not kept: to read it again is no cheaper."""


def make_key(view: str, selection: Selection, *asked: str) -> str:
    """Return the key of what a view shows; it holds the programs that draw it, too."""
    return selection.key(hash_program(), plotly.__version__, "shown", view, *asked)


def show(folder: Path, key: str, compute: Callable[[], Json], anew: bool = False) -> Json:
    """
    Return what a view shows, as it was kept or as it is computed.

    Parameters
    ----------
    folder
        The cache folder.
    key
        Of the view and its question, by `make_key`.
    compute
        Computes it, with the ``state`` of its computation: only what is done, and of which nothing ``failed``, is kept.
    anew
        Compute it even if it is kept.
    """
    store = open_results(folder)
    known = None if anew else store.get(key)
    if known is not None:
        return known
    begun = time.perf_counter()
    shown = compute()
    if shown["state"] != "done" or shown.get("failed") or time.perf_counter() - begun < DEAR:
        return shown
    text = to_json_plotly(shown)
    if len(text.encode()) <= LARGE:
        store.set(key, json.loads(text))
    return shown
