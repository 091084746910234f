"""How many may be connected, and for how long without asking: slow and half-open connections lock nobody out."""

from __future__ import annotations

import select
import sys
from typing import Any

MOST_CONNECTIONS = 2_000
"""Connections that are held at once, where the system lets a process hold so many."""

KEPT_FREE = 100
"""Files of a process that are no connections."""

PATIENCE = 30
"""Seconds after which a connection is closed on which nothing was sent and nothing is being answered."""


def make_limits(largest_request: int) -> dict[str, Any]:
    """
    Return what waitress is told about connections.

    Parameters
    ----------
    largest_request
        Bytes of the largest request; of a larger one not even the rest is read.
    """
    many = hasattr(select, "poll")  # which, unlike `select`, has no end at 1,024 files
    return {
        "connection_limit": _allow_files(MOST_CONNECTIONS + KEPT_FREE) - KEPT_FREE if many else 400,
        "asyncore_use_poll": many,
        "channel_timeout": PATIENCE,
        "cleanup_interval": 5,
        "max_request_body_size": largest_request,
        # Nothing here believes these headers; that they are there says that somebody else is asking.
        "clear_untrusted_proxy_headers": False,
    }


def _allow_files(wanted: int) -> int:
    """Let this process hold so many files if the system does; return how many it may hold, at most so many."""
    if sys.platform == "win32":
        return wanted
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= wanted:
        return wanted
    allowed = wanted if hard == unlimited else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    except (OSError, ValueError):
        return max(soft, 2 * KEPT_FREE)
    return allowed
