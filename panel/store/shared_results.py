"""Results in Redis, so that several servers and machines share them, beside those of the cache folder."""

from __future__ import annotations

import datetime as dt
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cachelib.redis import RedisCache

from ..errors import SettingsError
from .cache import JsonSerializer, Results
from .contact import Contact, hide_login

PREFIX = "sweeplens:"
"""What every key begins with: a Redis may be used by others, too."""

KEPT = 30 * 24 * 3600
"""Seconds after which Redis removes a result; how much of its memory they take is its own setting."""

CONNECTING, ANSWERING = 0.5, 2.0
"""Seconds for which a request waits for a connection to Redis, and for its answer."""

_DATABASE = re.compile(r"/?\d*")


class _RedisResults(RedisCache):
    """Results in Redis, in the form that files have: nothing is unpickled."""

    serializer = JsonSerializer()  # type: ignore[assignment]  # of which nothing but its four methods is used


class SharedResults(Results):
    """
    Results by key in Redis, and in the cache folder: what one of them loses the other one has.

    As long as Redis is away, those in the folder do; what was not in Redis when it is asked for is put there.

    Parameters
    ----------
    folder
        The cache folder.
    address
        Of the Redis.
    """

    def __init__(self, folder: Path, address: str):
        super().__init__(folder)
        self._redis = _RedisResults(_make_client(address), default_timeout=KEPT, key_prefix=PREFIX)
        self._contact = Contact(
            folder / "away-results.txt",
            "Redis",
            f" at {hide_login(address)}",
            "until it can, results are kept in the cache folder alone.",
        )

    def get(self, key: str) -> Any:
        """Return a result; ``None`` if it is in neither place, or damaged."""
        found = self._contact.attempt(lambda: self._redis.get(key))
        if found is None:
            found = super().get(key)
            if found is not None:
                self._contact.attempt(lambda: self._redis.set(key, found))
        return found

    def set(self, key: str, value: Any, timeout: int | dt.timedelta | None = None, mgmt_element: bool = False) -> bool:
        """Keep a result; return whether it is kept in at least one place."""
        kept = super().set(key, value, timeout, mgmt_element)
        return bool(self._contact.attempt(lambda: self._redis.set(key, value))) or kept

    def look(self, fully: bool = True) -> str:
        """Return a line that says that Redis is away now, as `Contact.tell` does."""
        self._contact.attempt(self._redis._read_client.ping)
        return self._contact.tell(fully)


def check_address(address: str) -> None:
    """
    Check that an address is one of a Redis, which need not be there.

    Raises
    ------
    SettingsError
        If it is not, or the extra is not installed; the message has no password.
    """
    if find_spec("redis") is None:
        raise SettingsError("SWEEPLENS_RESULTS needs the extra 'redis': pip install 'sweeplens[redis]'.")
    from redis import RedisError

    try:
        parts = urlsplit(address)
        if parts.scheme != "unix" and not _DATABASE.fullmatch(parts.path):
            raise ValueError("the database is no number")
        _make_client(address).connection_pool.make_connection()
    except (ValueError, TypeError, AttributeError, RedisError) as error:
        raise SettingsError(
            f"SWEEPLENS_RESULTS is {hide_login(address)!r}, which is no address of a Redis; use one such as "
            "redis://host:6379/0, rediss://user:password@host:6379/0 or unix:///run/redis.sock?db=0."
        ) from error


def _make_client(address: str) -> Any:
    """Return a client that gives up soon: what it cannot have is computed."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        address, socket_connect_timeout=CONNECTING, socket_timeout=ANSWERING, retry=Retry(NoBackoff(), 0)
    )
