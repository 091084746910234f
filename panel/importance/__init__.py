"""
How useful each parameter was to a model that predicts the target: one module a method.

To add a method, write a module with ``NAME``, ``WORDS`` and ``compute(design, progress) -> Importance`` and name it in
`METHODS`.
"""

from __future__ import annotations

from importlib.util import find_spec
from types import ModuleType

from ..data.progress import Progress, no_progress
from ..errors import QuestionError, nearest
from ..question.design import Design
from . import article, fanova, forest, permutation, shapley, top
from .active import with_where_active
from .record import Importance, ImportanceRow, nothing

__all__ = ["METHODS", "Importance", "ImportanceRow", "compute", "find", "installed"]

METHODS = (forest, permutation, fanova, top, article, shapley)
"""All methods; the first is the default. One with a name in ``NEEDS`` wants that package."""


def installed() -> tuple[ModuleType, ...]:
    """Return the methods whose packages are there."""
    return tuple(m for m in METHODS if not hasattr(m, "NEEDS") or find_spec(m.NEEDS) is not None)


def find(name: str) -> ModuleType:
    """Return the method called `name`; `QuestionError` with the names that exist if there is none."""
    for method in METHODS:
        if name == method.NAME:
            return method
    raise QuestionError(f"There is no method {name!r}. {nearest(name, [m.NAME for m in METHODS])}")


def compute(design: Design, method: str = "forest", progress: Progress = no_progress) -> Importance:
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
    module = find(method)
    if design.empty is not None:
        return nothing(design, module.NAME)
    if module is article:  # it takes the frame as it is given
        return article.compute(design, progress)
    return with_where_active(design, module.compute, progress)
