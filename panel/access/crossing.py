"""Requests that a page elsewhere has the browser send."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

OWN = ("same-origin", "none")
"""What a browser calls a request of this page's own, and of nobody's: an address that was typed, or a bookmark."""

SAFE = ("GET", "HEAD", "OPTIONS")

SHOWN = ("document", "iframe", "frame")
"""What a navigation may fill; in which frames the page is shown, its policy says."""


def is_foreign(
    method: str, find: Callable[[str], str | None], host: str, allowed: frozenset[str], is_page: bool
) -> bool:
    """
    Say whether a request comes from a page elsewhere, and is more than a link to this one.

    Parameters
    ----------
    method
        Of the request.
    find
        Returns a header of the request by its name.
    host
        How the browser calls the server, with the port.
    allowed
        Names by which proxies call it, in small letters: such a proxy may hide how the browser does.
    is_page
        Whether what is asked for is a page, to which anybody may link.
    """
    site, origin = find("Sec-Fetch-Site"), find("Origin")
    if site in OWN:
        return False
    if site is not None:  # on the word of a browser, which no page can alter
        opens = find("Sec-Fetch-Mode") == "navigate" and find("Sec-Fetch-Dest") in SHOWN
        return not (method in SAFE and opens and is_page)
    return origin is not None and not _is_own(origin, host, allowed)


def _is_own(origin: str, host: str, allowed: frozenset[str]) -> bool:
    """Say whether an origin is this server's: a browser without HTTPS says no more than that."""
    try:
        found = urlsplit(origin)
        return found.netloc.lower() == host.lower() or (found.hostname or "") in allowed
    except ValueError:
        return False
