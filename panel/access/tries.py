"""Wrong tokens: how many an address may try before it has to wait."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class Tries:
    """
    Counts wrong tokens by address; nobody waits in here, so that no thread is held.

    Parameters
    ----------
    most
        Wrong tokens of one address after which it has to wait.
    seconds
        For how long.
    kept
        Most addresses that are remembered; the oldest are forgotten.
    clock
        Returns seconds.
    """

    def __init__(
        self, most: int = 10, seconds: float = 60, kept: int = 1000, clock: Callable[[], float] = time.monotonic
    ):
        self.most, self.seconds, self.kept, self._clock = most, seconds, kept, clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how many, and since when
        self._lock = threading.Lock()

    def must_wait(self, address: str) -> bool:
        """Say whether an address has tried too many."""
        with self._lock:
            count, since = self._wrong.get(_name_network(address), (0, 0.0))
            return count >= self.most and self._clock() - since < self.seconds

    def count(self, address: str) -> None:
        """Count a wrong token of an address."""
        key = _name_network(address)
        with self._lock:
            now = self._clock()
            count, since = self._wrong.pop(key, (0, now))
            self._wrong[key] = (count + 1, since) if now - since < self.seconds else (1, now)
            while len(self._wrong) > self.kept:
                self._wrong.popitem(last=False)


def _name_network(address: str) -> str:
    """Return what is counted together: an address, and of version 6 the network of one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
