"""Who sends a request, where that user's own things are, and whether the user sits at this machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import g, has_request_context, request

from ..settings import Settings
from .decision import is_loopback

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""Headers by which a proxy says that somebody else is asking."""


@dataclass(frozen=True)
class Visitor:
    """
    Who sends a request.

    Attributes
    ----------
    folder
        Where recent sources, uploads and picks are: of one of several users in a folder of that user's own, else the
        cache folder itself.
    name
        What the proxy calls the user; empty where there is but one.
    local
        Whether the request comes from this machine, whose files and folders are no secret there.
    """

    folder: Path
    name: str = ""
    local: bool = True


def find_own_folder(name: str, folder: Path) -> Path:
    """Return the folder of a user's own things in the cache folder, made if missing; of one user alone it is that."""
    if not name:
        return folder
    own = folder / "users" / hashlib.sha256(name.encode()).hexdigest()[:32]
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    return own


def is_local(settings: Settings, address: str, host: str, headers: set[str]) -> bool:
    """
    Say whether a request comes from this machine, as one through ``ssh -L`` does, too.

    Parameters
    ----------
    settings
        Behind a proxy that names the users nobody is local.
    address
        Where the connection comes from.
    host
        How the browser calls the server, without a port.
    headers
        The names of the request's headers, in small letters.
    """
    forwarded = any(name.lower() in headers for name in FORWARDED)
    return not settings.trust_proxy and is_loopback(address) and is_loopback(host) and not forwarded


def name_user() -> str | None:
    """Return by what the user who sends a request has turns, a name or an address; ``None`` outside of a request."""
    if not has_request_context():
        return None
    found = g.get("visitor")
    return (found.name if found else "") or request.remote_addr or ""


def find_visitor(folder: Path) -> Visitor:
    """Return who sends the present request; outside of one, the user of the cache folder."""
    found = g.get("visitor") if has_request_context() else None
    return found or Visitor(folder)
