"""Where several machines find what one cache folder cannot hold for them: results and loaded projects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """
    Where results and loaded projects are kept beside the cache folder.

    Attributes
    ----------
    results
        Address of a Redis; empty where results are in the cache folder alone.
    snapshots
        Address of a folder or an object store; empty where loaded projects are in the cache folder alone.
    """

    results: str = ""
    snapshots: str = ""


_PLACES: dict[Path, Places] = {}


def use_places(folder: Path, places: Places) -> None:
    """Have this process keep what belongs to a cache folder in these places, too."""
    _PLACES[folder] = places


def find_places(folder: Path) -> Places:
    """Return where this process keeps what belongs to a cache folder."""
    return _PLACES.get(folder, Places())
