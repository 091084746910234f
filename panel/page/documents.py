"""The documentation beside the page: as `make docs` built it, else each page made into HTML when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, send_from_directory
from werkzeug.security import safe_join

from ..access.policy import hash_scripts, write_policy
from ..settings import Settings

ADDRESS = "documentation/"
"""Where it is, from where the page is."""

FIRST = "reading"
"""The page that the help leads to: how to read the numbers."""


def find_folder(package: Path = Path(__file__).parent.parent) -> Path | None:
    """
    Return the folder of the documentation; ``None`` if there is none.

    Parameters
    ----------
    package
        The folder of this package. In a wheel the pages lie inside it; in a checkout beside it, built or as written.
    """
    places = (package / "docs", package.parent / "build" / "site", package.parent / "docs" / "site")
    return next((place for place in places if find_first(place)), None)


def find_first(folder: Path) -> str:
    """Return the name of the page that the help leads to; empty if a folder has none."""
    return next((name for name in (f"{FIRST}.html", f"{FIRST}.md") if (folder / name).is_file()), "")


def write_link() -> str:
    """Return the address of that page, from where the page is; empty if there is no documentation."""
    folder = find_folder()
    return f"{ADDRESS}{find_first(folder)}" if folder else ""


def register(server: Flask, settings: Settings) -> None:
    """Serve the documentation: files as they are, and as HTML what is written in Markdown."""

    @server.get(f"{settings.url_prefix}{ADDRESS}<path:name>")
    def send_document(name: str) -> Any:
        folder = find_folder()
        if folder is None:
            return "There is no documentation here.\n", 404, {"Content-Type": "text/plain; charset=utf-8"}
        written = Path(safe_join(str(folder), name) or folder)
        if written.suffix == ".md" and written.is_file():
            from .rendering import render_page  # which takes a while to import, and few read it

            return render_page(written.read_text(encoding="utf-8"), name)
        answer = send_from_directory(folder, name)
        if name.endswith(".html"):  # what built it left scripts in it
            page = (folder / name).read_text(encoding="utf-8")
            answer.headers["Content-Security-Policy"] = write_policy(hash_scripts(page), settings.frame_ancestor)
        return answer
