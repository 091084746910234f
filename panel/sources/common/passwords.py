"""Passwords in addresses: never shown, never on disk; known to the processes that need them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SECRETS = (
    "[a-z0-9_.%-]*(?:password|passwd|passphrase|pwd|token|secret|signature|credentials?|authorization"
    "|api(?:[_-]|%5f|%2d)?key|(?:[_-]|%5f|%2d)key)|key|pass|pw|sig|auth"
)
"""Names under which an address has what nobody else may know."""

_PASSWORD = re.compile(
    rf"(?<=://)([^/@:]*:).+(?=@)|(?<=https://)[^/@:]+(?=@)|(?<=http://)[^/@:]+(?=@)|^([^/@:\s]+:)[^/@\s]+(?=@)"
    rf"|([?&;](?:{_SECRETS})=)[^&#\n]+",
    re.I,
)
"""Behind a name, alone before the host of a page, before a host without a scheme, or among what is asked for."""

_LOGIN = re.compile(r"([^:/@]+://[^/@:]*):.+@([^/?#@]*)")
"""How an address with a password begins: who asks, the password, and the host."""

_KNOWN: dict[str, str] = {}
"""Addresses, and how they begin, with their passwords, by the same without; in this process alone."""


def hide_password(address: str) -> str:
    """
    Return an address as it may be shown.

    Examples
    --------
    >>> hide_password("postgresql://me:secret@host/db")
    'postgresql://me:***@host/db'
    >>> hide_password("https://host/runs.csv?api-key=secret&page=2")
    'https://host/runs.csv?api-key=***&page=2'
    """
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2] or found[3] or ''}***", address)


def strip_password(address: str) -> str:
    """
    Return what two addresses have in common that differ in their passwords, or in whether they have one.

    Examples
    --------
    >>> [strip_password(f"postgresql://me{password}@host/db") for password in ("", ":***", ":secret")]
    ['postgresql://me@host/db', 'postgresql://me@host/db', 'postgresql://me@host/db']
    """
    shown = hide_password(address)
    return _LOGIN.sub(r"\1@\2", shown, count=1) if "://" in shown else shown


def has_password(address: str) -> bool:
    """
    Say whether an address has a password in it; stars that stand for one are none.

    Examples
    --------
    >>> [has_password(f"mysql://me{password}@host/db") for password in ("", ":***", ":secret")]
    [False, False, True]
    """
    return hide_password(address) != address


def remember_password(address: str) -> None:
    """Have this process know the password of an address, which holds for all else that the host has for that user."""
    login = _LOGIN.match(address)
    if has_password(address):
        _KNOWN[hide_password(address)] = address
        if login:
            _KNOWN[f"{login[1]}@{login[2]}"] = login[0]


def remember_passwords(addresses: Iterable[str]) -> None:
    """Have this process know the passwords that were given at the start, as each that serves the page must."""
    for address in addresses:
        remember_password(address)


def reveal_password(address: str) -> str:
    """Return an address with its password, if this process knows it. Never to be shown."""
    if address in _KNOWN or has_password(address):
        return _KNOWN.get(address, address)
    plain = strip_password(address)
    begin = re.match(r"[^:/@]+://[^/?#]*", plain)
    known = _KNOWN.get(begin[0]) if begin else None
    return known + plain[len(begin[0]) :] if known and begin else address
