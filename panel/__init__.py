"""SweepLens: which hyperparameters matter in a project of training runs, and how sure one can be."""

# The functions `importance` and `correlation` are bound over the submodules of the same names, which the line below
# imports; so inside the package one imports from these modules (`from .importance import compute`), never the modules.
from .api import (
    Correlation,
    Finding,
    Importance,
    Project,
    Proposal,
    Target,
    correlation,
    findings,
    from_frames,
    importance,
    load,
    propose,
)
from .errors import SweepLensError

__all__ = [
    "Correlation",
    "Finding",
    "Importance",
    "Project",
    "Proposal",
    "SweepLensError",
    "Target",
    "correlation",
    "findings",
    "from_frames",
    "importance",
    "load",
    "propose",
]
