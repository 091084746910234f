"""What a cluster's worker offers: work by a program, which is named with all that could change a number."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from .loading import hash_program

PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy")
"""Packages of which another release may give other numbers."""

OFFER = "SweepLens {lane}: {program}"
"""Name of the resource of which a worker has one for each lane: so it does one task of a lane at a time."""


@lru_cache(maxsize=1)
def describe_program() -> str:
    """Return the version of this program and of what could change its numbers, in words that commas separate."""
    try:
        release = version("sweeplens") + " "
    except PackageNotFoundError:  # a checkout
        release = ""
    python = ".".join(platform.python_version_tuple()[:2])
    packages = [f"{name} {version(name)}" for name in PACKAGES]
    return ", ".join([f"SweepLens {release}({hash_program().split()[1][:8]})", f"Python {python}", *packages])


def name_offer(lane: str, program: str) -> str:
    """Return the name of a worker's resource for work of a lane by a program."""
    return OFFER.format(lane=lane, program=program)


def tell_lack(workers: Mapping[str, Iterable[str]], lane: str, program: str) -> str:
    """
    Say why no worker can do work.

    Parameters
    ----------
    workers
        The names of every worker's resources, by its address.
    lane
        The lane of the work.
    program
        The program that it asks for.

    Returns
    -------
    str
        Each worker, what it has and what was asked for, where they differ; empty if one can.
    """
    if not workers:
        return "no worker is there"
    told = []
    for address, offers in sorted(workers.items()):
        has = [name.removeprefix(name_offer(lane, "")) for name in offers if name.startswith(name_offer(lane, ""))]
        if program in has:
            return ""
        told.append(f"the worker {address} {_tell_difference(has[0], program) if has else 'offers no SweepLens'}")
    return f"no worker can do this: {'; '.join(told)}"


def _tell_difference(has: str, asked: str) -> str:
    theirs, ours = has.split(", "), asked.split(", ")
    other, own = (", ".join(p for p in a if p not in b) for a, b in ((theirs, ours), (ours, theirs)))
    return f"has {other}, this server {own}"
