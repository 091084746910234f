"""Where several machines find what one cache folder cannot hold for them: results and loaded projects."""

from __future__ import annotations

from dataclasses import dataclass, field
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

    results: str = field(default="", repr=False)
    snapshots: str = field(default="", repr=False)


_PLACES: dict[Path, Places] = {}


def use_places(folder: Path, places: Places) -> None:
    """Have this process keep what belongs to a cache folder in these places, too."""
    _PLACES[folder] = places


def find_places(folder: Path) -> Places:
    """Return where this process keeps what belongs to a cache folder."""
    return _PLACES.get(folder, Places())


def check_places(places: Places) -> None:
    """
    Check that places are named as they must be; whether they are there is another matter.

    Raises
    ------
    SettingsError
        If an address is none, or what reads it is not installed.
    """
    if places.results:
        from . import shared_results

        shared_results.check_address(places.results)
    if places.snapshots:
        from . import shared_snapshots

        shared_snapshots.check_address(places.snapshots)


def look_at_places(folder: Path, fully: bool = True) -> list[str]:
    """
    Return a line for each place of a cache folder that is away.

    Parameters
    ----------
    folder
        The cache folder.
    fully
        Whether to say where a place is, and why it cannot be used.
    """
    from . import shared_snapshots
    from .cache import open_results

    return [line for line in (open_results(folder).look(fully), shared_snapshots.look(folder, fully)) if line]
