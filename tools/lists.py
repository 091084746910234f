"""
Write the lists in the documents that are made of the code: rooms, methods, checks, kinds of source, the reference.

So are files that a page shows.

A document holds a list between ``<!-- NAME: made by make lists -->`` and ``<!-- end -->``. Usage:
``python -m tools.lists``; a test holds the documents to what it would write.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from panel.cli import OTHERS

from . import reference
from .markdown import as_table

ROOT = Path(__file__).parent.parent


def read_purpose(folder: Path) -> str:
    """Return what a folder is for: the first line of its docstring, without the stop."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].rstrip(".")


def list_rooms() -> str:
    """Return a table of the folders of `panel/`, what each is for, and its modules."""
    panel = ROOT / "panel"
    rows = []
    for folder in sorted(file.parent for file in panel.rglob("__init__.py")):
        modules = ", ".join(f"`{file.stem}`" for file in sorted(folder.glob("*.py")) if file.stem != "__init__")
        rows.append((f"`{folder.relative_to(ROOT).as_posix()}/`", read_purpose(folder), modules))
    return as_table(("folder", "what is in it", "modules"), rows)


def list_methods() -> str:
    """Return a table of the methods of importance."""
    from panel.importance import METHODS

    return as_table(("`--method`", "is", "asks"), ((f"`{m.NAME}`", m.WORDS, m.QUESTION) for m in METHODS))


def list_sources() -> str:
    """Return a table of the kinds of source."""
    from panel.sources import SOURCES

    rows = ((s.WORDS, f"`{s.NAME}`", s.OPENS, f"`{s.EXTRA}`" if s.EXTRA else "") for s in SOURCES)
    return as_table(("source", "`--format`", "is opened by", "extra"), rows)


def list_checks() -> str:
    """Return a table of the checks."""
    from panel.checks import CHECKS

    return as_table(("check", "asks"), ((check.NAME, check.QUESTION) for check in CHECKS))


SHOWN = {
    "service": ("ini", "sweeplens.service"),
    "environment": ("sh", "sweeplens.env"),
    "container": ("dockerfile", "Containerfile"),
    "nginx": ("nginx", "nginx.conf"),
    "oauth2_proxy": ("nginx", "nginx-oauth2-proxy.conf"),
    "authelia": ("nginx", "nginx-authelia.conf"),
    "jupyter": ("python", "jupyter_server_config.py"),
}
"""Files of `docs/deploy` that the documentation shows: the language of each, and its name."""


def show_file(language: str, name: str) -> str:
    """Return a file of `docs/deploy` as a block of code, which is run by tests of its own."""
    text = (ROOT / "docs/deploy" / name).read_text(encoding="utf-8")
    return f"<!-- no-run: tests use the file docs/deploy/{name} itself -->\n```{language}\n{text}```"


LISTS: dict[str, Callable[[], str]] = {
    "rooms": list_rooms,
    "methods": list_methods,
    "sources": list_sources,
    "checks": list_checks,
    "options": reference.list_command_options,
    **{f"{name}_options": partial(reference.list_other_options, name) for name in OTHERS},
    "settings": reference.list_settings,
    "functions": reference.list_functions,
    "answer": reference.list_answer,
    **{name: partial(show_file, *shown) for name, shown in SHOWN.items()},
}

PAGES = "docs/site"

DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    *sorted(f.relative_to(ROOT).as_posix() for f in (ROOT / PAGES).rglob("*.md")),
)

PLACE = re.compile(r"(<!-- (\w+): made by make lists -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)


def renew(text: str) -> str:
    """Return a document with its lists as the code has them."""
    return PLACE.sub(lambda found: f"{found[1]}{LISTS[found[2]]()}{found[3]}", text)


def main() -> None:
    """Write the documents."""
    for name in DOCUMENTS:
        file = ROOT / name
        file.write_text(renew(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
