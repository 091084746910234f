"""
How useful each parameter was to a model that predicts the target: one module a method.

To add a method, write a module that has what `Method` says and name it in `METHODS`.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from importlib.util import find_spec

from ..data.progress import Progress, no_progress
from ..errors import QuestionError, nearest
from ..question.design import Design
from ..question.selection import Selection
from . import article, fanova, forest, gaussian_process, permutation, shapley, top
from .active import add_where_active
from .method import Method
from .record import Importance, ImportanceRow, claim_nothing

__all__ = [
    "METHODS",
    "Importance",
    "ImportanceRow",
    "Method",
    "compute",
    "drop_unread_fields",
    "fields_asked",
    "find",
    "find_pairs_method",
    "list_installed",
]

METHODS: tuple[Method, ...] = (forest, permutation, fanova, gaussian_process, top, article, shapley)
"""All methods; the first is the default."""


def list_installed() -> tuple[Method, ...]:
    """Return the methods whose packages are there."""
    return tuple(m for m in METHODS if not m.NEEDS or find_spec(m.NEEDS) is not None)


def find(name: str) -> Method:
    """Return the method called `name`; `QuestionError` with the names that exist if there is none."""
    for method in METHODS:
        if name == method.NAME:
            return method
    raise QuestionError(f"There is no method {name!r}. {nearest(str(name), [m.NAME for m in METHODS])}")


def find_pairs_method() -> Method:
    """Return the method that measures interactions."""
    return next(method for method in METHODS if method.PAIRS)


def fields_asked(method: str) -> frozenset[str]:
    """Return the fields of a `Selection` that only this method reads; none if there is no method of this name."""
    return frozenset[str]().union(*(m.ASKS for m in METHODS if method == m.NAME))


def drop_unread_fields(selection: Selection, method: str = "") -> Selection:
    """
    Return a question without what only other methods read, so that nothing is computed twice.

    Parameters
    ----------
    selection
        The question.
    method
        Name of the method that is asked; empty if none is.
    """
    others = frozenset[str]().union(*(m.ASKS for m in METHODS)) - fields_asked(method)
    usual = {f.name: f.default for f in fields(Selection) if f.name in others and f.default is not MISSING}
    return replace(selection, **usual)


def compute(design: Design, method: str = METHODS[0].NAME, progress: Progress = no_progress) -> Importance:
    """
    Compute the importance of every parameter of a design.

    Parameters
    ----------
    design
        The question as numbers.
    method
        Name of one of `METHODS`.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    Importance
        Without rows where the design says that there is nothing to compute.

    Raises
    ------
    QuestionError
        If there is no such method.
    """
    asked = find(method)
    if design.empty is not None:
        return claim_nothing(design, asked.NAME)
    record = asked.compute(design, progress) if asked.AS_GIVEN else add_where_active(design, asked.compute, progress)
    return replace(record, notes=(*design.notes, *record.notes))
