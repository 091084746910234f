"""Which sources may be opened by those who did not start the program: by a page, or by an assistant."""

from __future__ import annotations

from pathlib import Path

from ..errors import SourceError
from ..settings import Settings
from ..sources import SAMPLE, sample_path
from ..sources.common.given import hide_password, local_path, split_lines


def is_allowed(uri: str, settings: Settings, folder: Path) -> bool:
    """
    Say whether a source may be opened.

    Parameters
    ----------
    uri
        A path or an address, maybe with a part.
    settings
        ``root`` names the folders and the beginnings of addresses that may be opened; by default that is the folder
        that the program was started in. What was named on the command line may be opened too, with all its parts.
    folder
        The cache folder: what was uploaded lies there.
    """
    lines = split_lines(uri)
    if len(lines) > 1:
        return all(is_allowed(line, settings, folder) for line in lines)
    whole = uri.rpartition("#")[0] or uri
    if uri == SAMPLE or {uri, whole} & set(settings.sources):
        return True
    named = [str(sample_path()) if source == SAMPLE else source for source in settings.sources]
    roots = [str(folder / "uploads"), *named, *(settings.root or (str(Path.cwd()),))]
    if "://" in uri and not uri.startswith(("sqlite://", "file://")):
        return any("://" in root and f"{uri}/".startswith(f"{root.rstrip('/')}/") for root in roots)
    paths = [local_path(root).resolve() for root in roots if "://" not in root or root.startswith(("sqlite", "file"))]
    return any(local_path(name).resolve().is_relative_to(path) for path in paths for name in (uri, whole))


def check_allowed(uri: str, settings: Settings, folder: Path) -> None:
    """Raise a `SourceError` that says how to allow a source, unless it is allowed."""
    if not is_allowed(uri, settings, folder):
        shown = hide_password(uri)
        raise SourceError(
            f"{shown} lies outside what may be opened here. Open it from the command line, or start SweepLens with "
            f"--root {shown.rpartition('/')[0] or shown}."
        )
