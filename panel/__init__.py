"""SweepLens: which hyperparameters matter in a project of training runs, and how sure one can be."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .errors import SweepLensError

if TYPE_CHECKING:
    from .api import (
        Correlation,
        Finding,
        Importance,
        Project,
        Proposal,
        Target,
        compare,
        correlation,
        findings,
        from_frames,
        importance,
        load,
        propose,
        report,
        show,
        watch,
    )

__all__ = [
    "Correlation",
    "Finding",
    "Importance",
    "Project",
    "Proposal",
    "SweepLensError",
    "Target",
    "compare",
    "correlation",
    "findings",
    "from_frames",
    "importance",
    "load",
    "propose",
    "report",
    "show",
    "watch",
]


def __getattr__(name: str) -> Any:
    """Return what `api` offers: it is imported when first asked for, which `sweeplens --help` need not wait for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    """List what a notebook completes."""
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package. Importing its room `importance` would bind that name to the room; here it stays the function."""

    @property
    def importance(self) -> Any:
        return __getattr__("importance")

    @importance.setter
    def importance(self, room: ModuleType) -> None:
        pass

    @importance.deleter
    def importance(self) -> None:
        pass


sys.modules[__name__].__class__ = _Package
