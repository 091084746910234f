"""The link that leads in, once."""

from __future__ import annotations

import atexit
import os
import tempfile
from html import escape
from pathlib import Path
from urllib.parse import quote

from .form import TOKEN
from .sessions import PLACE


def add_token(url: str, token: str) -> str:
    """Return the address of the page with the token, if there is one."""
    return f"{url}?{TOKEN}={quote(token, safe='')}" if token else url


def hide_link(url: str, folder: Path) -> str:
    """
    Return the address of a file that leads to a link, until this program ends.

    Other users of a machine can read with what a browser was started, but not this file.
    """
    place = folder / PLACE
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(".html", "open-", place)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={escape(url)}"><title>SweepLens</title>')
    atexit.register(Path(name).unlink, missing_ok=True)
    return Path(name).as_uri()
