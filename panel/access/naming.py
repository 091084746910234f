"""What files are called to those who do not sit at the server's machine: by their places in the roots."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response

from ..settings import Settings
from ..sources import SAMPLE, sample_path
from ..sources.common.given import local_path
from .visitor import find_visitor

TOLD = ("application/json", "text/html", "text/plain", "text/csv")
"""Kinds of answers that may name a file."""


STAY = (b"~", SAMPLE.encode())
"""What is shown of folders also before the rest of a path."""


SLASH = "\\u002f"


def register(server: Flask, settings: Settings) -> None:
    """Shorten the paths in all answers to those who are not local. To be called after what compresses answers."""

    @server.after_request
    def hide_paths(response: Response) -> Response:
        visitor = find_visitor(settings.cache_dir)
        if visitor.local or response.mimetype not in TOLD or response.direct_passthrough or response.is_streamed:
            return response
        told = response.get_data()
        shown = shorten_paths(told, settings, visitor.folder)
        if shown != told:
            response.set_data(shown)
        return response


def list_bases(settings: Settings, own: Path) -> list[Path]:
    """Return the folders to which names are relative: the roots, those of what was named, and the user's own one."""
    named = [local_path(source) for source in settings.sources if source != SAMPLE and "://" not in source]
    roots = [local_path(root) for root in settings.root if "://" not in root] or [Path.cwd()]
    found = [*(root.resolve() for root in roots), *(path.resolve().parent for path in named), own.resolve()]
    return [path for path in dict.fromkeys(found) if path != path.parent]  # of the whole disk nothing is shorter


def shorten_paths(text: bytes, settings: Settings, own: Path) -> bytes:
    """
    Return what is told with the paths of the server's files shortened.

    Parameters
    ----------
    text
        In UTF-8: as JSON, HTML or plain.
    settings
        The roots, what was named, and the cache folder.
    own
        The folder of the visitor's own things.

    Examples
    --------
    >>> shorten_paths(b"/data/sweeps/a.csv, /data/sweeps and /data/other", Settings(root=("/data/sweeps",)), Path("/x"))
    b'a.csv, sweeps and /data/other'
    """
    pattern, instead = _compile(settings, own)

    def show(found: re.Match[bytes]) -> bytes:
        if found[2] and instead[found[1]] not in STAY:
            return b""
        return instead[found[1]] + found[2]

    return pattern.sub(show, text)


@lru_cache(maxsize=100)
def _compile(settings: Settings, own: Path) -> tuple[re.Pattern[bytes], dict[bytes, bytes]]:
    """Return what matches folders as a whole, with the slash behind them if there is one, and what is shown of each."""
    bases = [*list_bases(settings, own), settings.cache_dir.resolve(), Path.cwd()]
    shown = {str(Path.home()): "~"} | {str(base): base.name for base in bases} | {str(sample_path()): SAMPLE}
    written = {
        way.encode(): name.encode() for path, name in shown.items() if path != "/" for way in _write_in_all_ways(path)
    }
    longest = sorted(written, key=len, reverse=True)
    begin = rb"(?:(?<![\w.\x80-\xff-])|(?<=\\n))"  # in JSON a path a line begins after the letter of a \n
    folder = rb"(%s)(/|\\u002f|(?![\w.\x80-\xff-]))" % b"|".join(map(re.escape, longest))
    return re.compile(begin + folder), written


def _write_in_all_ways(path: str) -> set[str]:
    """Return how a path is written: plainly, in HTML, and in JSON, in which Plotly writes slashes as numbers."""
    ways = {path, html.escape(path), *(json.dumps(path, ensure_ascii=ascii)[1:-1] for ascii in (True, False))}
    return ways | {way.replace("/", SLASH) for way in ways}


def find_place(uri: str, settings: Settings, own: Path) -> str:
    """
    Return the path that a name stands for which `shorten_paths` made; of several files a path a line.

    What is no such name, or is of nothing that is there, is returned as it is.
    """
    return "\n".join(_find_one(line, list_bases(settings, own)) for line in uri.split("\n"))


def _find_one(name: str, bases: list[Path]) -> str:
    if not name or name == SAMPLE or "://" in name or name.startswith(("/", "~")):
        return name
    for base in bases:
        for file in (name, name.partition("#")[0]):
            try:
                if (base / file).exists():
                    return str(base / name)
            except OSError:  # no file has such a name
                continue
    return name
