"""Passwords in addresses: never shown, never on disk; known to the processes that need them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SECRETS = (
    "[a-z0-9_.%-]*(?:password|passwd|passphrase|pwd|token|secret|signature|credentials?|authorization"
    "|api(?:[_-]|%5f|%2d)?key|(?:[_-]|%5f|%2d)key)|key|pass|pw|sig|auth"
)
"""Names under which an address has what nobody else may know."""

_ASKED = re.compile(rf"([?&;](?:{_SECRETS})=)[^&#\n]+", re.I)
"""A password among what is asked for."""

_DATABASE = "(?:postgres|mysql|mariadb|cockroachdb)"
"""How addresses begin in which a name alone before the host is a user's, and no password."""

_LOGINS = (
    re.compile(r"(?<=://)(/*[^/@:]*:).+(?=@)"),
    re.compile(rf"(?<![\w+.-])((?!{_DATABASE})[\w+.-]+://)[^/@:]+(?=@)", re.I),
    re.compile(r"^([\s'\"]*[\w+.-]{2,}:/(?!/)(?:[^/@:]*:)?).+(?=@)"),
    re.compile(r"^([\s'\"]*[\w+.-]{2,}//[^/@:]*:).+(?=@)"),
    re.compile(r"^([\s'\"]*(?:[\w+.-]{2,}:)?[^/@:\s]+:)[^/@\s]+(?=@)"),
)
"""A password behind a user's name, and alone before the host; behind a scheme that lacks a slash, a colon or both."""

_ONE_HOST = r"(?:\[[^]]*]|[^:/?,\[]+)(?::\d*)?"

_HOSTS = re.compile(rf"(?:{_ONE_HOST}(?:,{_ONE_HOST})*)?(?=[/?]|$)")
"""What stands before the path of an address in which no password is left."""

_LOGIN = re.compile(r"([^:/@]+://[^/@:]*):.+@([^/?#@]*)")
"""How an address with a password begins: who asks, the password, and the host."""

_KNOWN: dict[str, str] = {}
"""Addresses, and how they begin, with their passwords, by the same without; in this process alone."""


def split_part(address: str) -> tuple[str, str]:
    """
    Return an address, and what follows its ``#``; a ``#`` in a password, where it must not be, belongs to that.

    Examples
    --------
    >>> split_part("postgresql://host:5432/db#study@2")
    ('postgresql://host:5432/db', 'study@2')
    >>> split_part("postgresql://me:a#b@host/db")
    ('postgresql://me:a#b@host/db', '')
    """
    scheme, found, rest = address.partition("://")
    rest, _, part = rest.partition("#")
    host = rest.rpartition("@")[2]
    complete = _HOSTS.match(host) and ("/" in host or scheme.startswith("http"))
    return (f"{scheme}://{rest}", part) if found and ("@" not in part or complete) else (address, "")


def hide_password(address: str) -> str:
    """
    Return an address as it may be shown; or a text that has one in it, or an address that lacks a slash or a colon.

    Examples
    --------
    >>> hide_password("postgresql://me:secret@host/db")
    'postgresql://me:***@host/db'
    >>> hide_password("postgresql:/me:secret@host/db")
    'postgresql:/me:***@host/db'
    >>> hide_password("https://host/runs.csv?api-key=secret&page=2")
    'https://host/runs.csv?api-key=***&page=2'
    """
    return "\n".join(map(_hide_in_line, address.split("\n")))


def _hide_in_line(line: str) -> str:
    whole, part = split_part(line)
    behind = line[len(whole) :]
    for login in _LOGINS:
        whole = login.sub(r"\1***", whole)
    return _ASKED.sub(r"\1***", whole) + (f"#{_hide_in_line(part)}" if "://" in part else _ASKED.sub(r"\1***", behind))


def strip_password(address: str) -> str:
    """
    Return what two addresses have in common that differ in their passwords, or in whether they have one.

    Examples
    --------
    >>> [strip_password(f"postgresql://me{password}@host/db") for password in ("", ":***", ":secret")]
    ['postgresql://me@host/db', 'postgresql://me@host/db', 'postgresql://me@host/db']
    """
    whole, part = split_part(address)
    shown = hide_password(whole)
    return _add_part(_LOGIN.sub(r"\1@\2", shown, count=1) if "://" in shown else shown, part)


def _add_part(whole: str, part: str) -> str:
    return f"{whole}#{part}" if part else whole


def has_password(address: str) -> bool:
    """
    Say whether an address has a password in it; stars that stand for one are none.

    Examples
    --------
    >>> [has_password(f"mysql://me{password}@host/db") for password in ("", ":***", ":secret")]
    [False, False, True]
    """
    return any(hide_password(whole) != whole for whole, _ in map(split_part, address.split("\n")))


def remember_password(address: str) -> None:
    """Have this process know the password of an address, which holds for all else that the host has for that user."""
    whole, _ = split_part(address)
    login = _LOGIN.match(whole)
    if has_password(whole):
        _KNOWN[hide_password(whole)] = whole
        if login:
            _KNOWN[f"{login[1]}@{login[2]}"] = login[0]


def remember_passwords(addresses: Iterable[str]) -> None:
    """Have this process know the passwords that were given at the start, as each that serves the page must."""
    for address in addresses:
        remember_password(address)


def reveal_password(address: str) -> str:
    """Return an address with its password, if this process knows it. Never to be shown."""
    whole, part = split_part(address)
    if whole in _KNOWN or has_password(whole):
        return _add_part(_KNOWN.get(whole, whole), part)
    plain = strip_password(whole)
    begin = re.match(r"[^:/@]+://[^/?]*", plain)
    known = _KNOWN.get(begin[0]) if begin else None
    return _add_part(known + plain[len(begin[0]) :], part) if known and begin else address
