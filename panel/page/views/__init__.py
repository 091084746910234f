"""The page: one module a part, each with ``layout()`` and ``register(app, context)``. Callbacks are thin."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash

from ...access.permits import read_selection
from ...data.records import Json
from ...errors import MissingProjectError, QuestionError, SweepLensError, describe_fault
from ...question.selection import Selection
from ...settings import Settings
from ...store.shared_jobs import AnyJobs

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Context:
    """
    What callbacks need: the cache folder, the jobs, and what the page opens with. It never changes.

    Attributes
    ----------
    folder
        The cache folder.
    jobs
        The server's jobs.
    question
        The question that the page opens with.
    method
        The method that the page opens with.
    settings
        What was set: which sources may be opened, among others.
    """

    folder: Path
    jobs: AnyJobs
    question: Selection
    method: str
    settings: Settings


def answer_with_question(question: Any, compute: Callable[[], Json]) -> Json:
    """
    Return the result of `compute` with its question, so that the page never shows it for another question.

    An error becomes its message under ``error``, in place of the answer.
    """
    try:
        return {"question": question, **compute()}
    except MissingProjectError as error:
        return {"question": question, "error": str(error), "missing": True}
    except SweepLensError as error:
        return {"question": question, "error": str(error)}
    except Exception as error:
        log.exception("a question could not be answered")
        return {"question": question, "error": describe_fault("This could not be answered", error)}


def register_in_browser(app: Dash, function: str, *dependencies: Any, initially: bool = False) -> None:
    """Register a callback of `assets/`; `initially` also runs it when the page opens."""
    app.clientside_callback(
        ClientsideFunction("sweeplens", function), *dependencies, prevent_initial_call=not initially
    )


def hyphenate(**attributes: str) -> Json:
    """Return HTML attributes whose names have a hyphen: ``aria_label`` becomes ``aria-label``."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}


def make_progress_bar(component: str) -> dmc.Progress:
    """Return a progress bar."""
    label = hyphenate(aria_label="How far it is")
    return dmc.Progress(id=component, value=0, size="sm", animated=True, className="grow", **label)


def make_side_card(component: str, children: list[Any]) -> dmc.Drawer:
    """Return a card at the right of the page; the rest of the page stays usable."""
    return dmc.Drawer(
        children,
        id=component,
        opened=False,
        position="right",
        size="min(720px, 100vw)",
        keepMounted=True,
        title="",
        withOverlay=False,
        lockScroll=False,
        trapFocus=False,
        closeOnClickOutside=False,
        shadow="xl",
        closeButtonProps={"aria-label": "Close"},
    )


def parse(question: Json) -> tuple[Selection, str]:
    """Return the selection and the method of a question that a browser sent; `QuestionError` if it cannot be read."""
    if not isinstance(question, dict):
        raise QuestionError("This request holds no question. Load the page again.")
    return read_selection(question.get("selection")), str(question.get("method", ""))
