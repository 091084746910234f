"""What was decided about who may come in, and the token that is made where nothing was."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import replace

from ..errors import SettingsError
from ..settings import Settings

CHOICES = "SWEEPLENS_TOKEN sets a token of your own, --trust-proxy takes a proxy's users, --no-auth lets everybody in."
"""What can be decided, in words."""


def is_loopback(address: str) -> bool:
    """
    Say whether an address or a name is this machine's own, which no other machine can reach.

    Examples
    --------
    >>> [is_loopback(address) for address in ("localhost", "127.0.0.2", "::1", "::ffff:127.0.0.1", "0.0.0.0", "")]
    [True, True, True, True, False, False]
    """
    if address.lower() == "localhost":
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def is_decided(settings: Settings) -> bool:
    """Say whether somebody has decided who may come in, or nobody need: only this machine is listened to."""
    if settings.token or settings.trust_proxy or settings.auth is False:
        return True
    return settings.auth is None and is_loopback(settings.host)


def decide(settings: Settings) -> tuple[Settings, str]:
    """
    Return the settings with a token if there must be one, and a line that says so.

    Returns
    -------
    Settings
        With a new token where nothing was decided and others can reach the page, or where one was asked for.
    str
        What the one who starts the server should know; empty if nothing.
    """
    if settings.auth is False and not is_loopback(settings.host):
        return settings, f"whoever reaches {settings.host} may come in, as --no-auth says."
    if is_decided(settings):
        return settings, ""
    made = replace(settings, token=secrets.token_urlsafe(24))
    if settings.auth:
        return made, ""
    return made, f"--host {settings.host} lets others reach the page, so they need a token. {CHOICES}"


def check_decided(settings: Settings) -> None:
    """
    Check that nothing is left to be made up by one process: a host of WSGI applications may run several.

    Raises
    ------
    SettingsError
        If a token would have to be made.
    """
    if not is_decided(settings):
        raise SettingsError(
            "Who may come in? Where a WSGI host serves the page, SWEEPLENS_TOKEN must hold the token, the same for "
            "all its processes; or SWEEPLENS_TRUST_PROXY the header of a proxy; or SWEEPLENS_AUTH=0 lets everybody in."
        )


def is_token(given: str, token: str) -> bool:
    """Say whether a text is the token, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), token.encode(errors="replace"))
