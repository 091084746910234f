"""The progress of what takes longer, as a bar by tqdm."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from ..data.progress import Progress

DELAY = 2.0
"""Seconds after which a bar is shown."""


@contextmanager
def show_progress(what: str) -> Iterator[Progress]:
    """Yield what is called with the share that is done; what takes longer than `DELAY` is shown as a bar."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there are no widgets: then the bar is text
        from tqdm.auto import tqdm

    with tqdm(
        total=100, desc=what, bar_format="{desc}: {percentage:3.0f} % |{bar}| {elapsed}", delay=DELAY, leave=False
    ) as bar:
        yield lambda done: bar.update(int(100 * done) - bar.n)
