"""Which sources may be opened by those who did not start the program: by a page, or by an assistant."""

from __future__ import annotations

from pathlib import Path

from ..errors import SourceError
from ..settings import Settings
from ..sources import SAMPLE, sample_path
from ..sources.common.given import hide_password, local_path, split_lines
from ..sources.common.passwords import has_password, split_part, strip_password
from ..sources.common.servers import is_server


def is_allowed(uri: str, settings: Settings, folder: Path) -> bool:
    """
    Say whether a source may be opened.

    Parameters
    ----------
    uri
        A path or an address, maybe with a part.
    settings
        ``root`` names the folders and the beginnings of addresses that may be opened; by default that is the folder
        that the program was started in. The sample may be opened too, and what was named on the command line, with all
        its parts.
    folder
        The folder of the user's own things, where what was uploaded lies: of one user alone the cache folder. Nothing
        else in the cache folder may be opened, nor, where there are several users, what holds it.
    """
    lines = split_lines(uri)
    if len(lines) > 1:
        return all(is_allowed(line, settings, folder) for line in lines)
    is_address = "://" in uri and not uri.startswith(("sqlite://", "file://"))
    whole = split_part(uri)[0] if is_address else uri.rpartition("#")[0] or uri
    if uri == SAMPLE or {strip_password(uri), strip_password(whole)} & set(map(strip_password, settings.sources)):
        return True
    named = [source for source in settings.sources if source != SAMPLE]
    roots = [str(sample_path()), str(folder / "uploads"), *named, *(settings.root or (str(Path.cwd()),))]
    if is_address:
        return any("://" in root and _lies_beneath(strip_password(uri), strip_password(root)) for root in roots)
    paths = [local_path(root).resolve() for root in roots if "://" not in root or root.startswith(("sqlite", "file"))]
    names = [local_path(name).resolve() for name in (uri, whole)]
    cache, own = settings.cache_dir.resolve(), (folder / "uploads").resolve()
    if any(name.is_relative_to(cache) and not name.is_relative_to(own) for name in names):
        return False
    if settings.trust_proxy and any(cache.is_relative_to(name) for name in names):
        return False
    return any(name.is_relative_to(path) for path in paths for name in names)


def _lies_beneath(uri: str, root: str) -> bool:
    """Say whether an address is beneath another one, both without passwords."""
    if is_server(uri):  # what follows a ? could name another host or a file of this machine
        (uri, _, asked), (root, _, given) = split_part(uri)[0].partition("?"), root.partition("?")
        if asked != given:
            return False
    return f"{uri}/".startswith(f"{root.removesuffix('/')}/")


def check_allowed(uri: str, settings: Settings, folder: Path) -> None:
    """Raise a `SourceError` that says how to allow a source, unless it is allowed; a password comes from the start."""
    if not is_allowed(uri, settings, folder):
        shown = hide_password(uri)
        raise SourceError(
            f"{shown} lies outside what may be opened here. Open it from the command line, or start SweepLens with "
            f"--root {shown.rpartition('/')[0] or shown}."
        )
    if "://" in uri and has_password(uri):
        raise SourceError(
            f"{hide_password(uri)} has a password in it, which only the one who starts SweepLens can give: in --root, "
            "or where the driver looks for it (as in ~/.pgpass). Give the address without it."
        )
