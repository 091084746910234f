"""What an answer is handed on as: a report in one file, or the page itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ..data.project import Project
from ..question import design
from ..question.selection import Selection, Target
from .asking import Asked, read_question, takes_question
from .progress import show_progress

if TYPE_CHECKING:
    from .showing import Page


@takes_question
def report(
    project: Project,
    target: str | Target = "",
    *,
    path: str | os.PathLike[str],
    method: str = "forest",
    **asked: Unpack[Asked],
) -> Path:
    """
    Write a report as one HTML file that opens without a network.

    Parameters
    ----------
    project, target, method
        As of `importance`.
    path
        The file.
    {asked}

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import panel as sl, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> sl.report(sl.load("sample"), "val_loss", path=f"{folder}/report.html").name
    'report.html'
    """
    from ..answers.report import check_writable, write_report
    from .keeping import keep

    check_writable(Path(path), "path")
    project, selection = _check_question(project, target, asked)
    selection, folder = keep(project, selection)
    with show_progress("writing the report") as progress:
        text = write_report(selection, method, folder, progress)
    Path(path).write_text(text, encoding="utf-8")
    return Path(path)


@takes_question
def show(
    project: Project,
    target: str | Target = "",
    *,
    method: str = "forest",
    height: int = 800,
    browser: bool | None = None,
    **asked: Unpack[Asked],
) -> Page:
    """
    Open the page: in the cell of a notebook, else in a browser's tab. It comes back at once.

    Parameters
    ----------
    project, target, method
        As of `importance`.
    height
        Of the cell, in pixels.
    browser
        Whether to open a browser's tab; by default only outside a notebook.
    {asked}

    Returns
    -------
    Page
        Its ``url``; ``stop()`` ends it, as does the end of this program.

    Examples
    --------
    >>> import panel as sl
    >>> page = sl.show(sl.load("sample"), "val_loss", browser=False)
    >>> page.url.startswith("http://127.0.0.1:")
    True
    >>> page.stop()
    """
    from .keeping import keep
    from .showing import open_page

    project, selection = _check_question(project, target, asked)
    selection, folder = keep(project, selection)
    return open_page(selection, method, folder, height, browser)


def _check_question(project: Project, target: str | Target, asked: Any) -> tuple[Project, Selection]:
    """Return the project and the question; a `QuestionError` if it cannot be asked of the project."""
    project, selection = read_question(project, target, asked)
    design.build(project, selection)
    return project, selection
