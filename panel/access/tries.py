"""Wrong tokens: how many an address may try before it has to wait, whichever process of the server it asks."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PLACE = "tries"
"""The folder of it in that of who may come in."""


class Tries:
    """
    Counts wrong tokens by address, in files that all processes see; nobody waits in here, so that no thread is held.

    Parameters
    ----------
    folder
        Where the files are; made when it is needed.
    most
        Wrong tokens of one address after which it has to wait.
    seconds
        For how long, after the last of them.
    kept
        Most addresses that are remembered; the oldest are forgotten.
    clock
        Returns seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        most: int = 10,
        seconds: float = 60,
        kept: int = 1000,
        clock: Callable[[], float] = time.time,
    ):
        self.folder, self.most, self.seconds, self.kept, self._clock = folder, most, seconds, kept, clock

    def must_wait(self, address: str) -> bool:
        """Say whether an address has tried too many."""
        return self._count(self._name_file(address)) >= self.most

    def count(self, address: str) -> None:
        """Count a wrong token of an address; a folder that cannot be written counts nothing."""
        file = self._name_file(address)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._count(file):
                file.unlink(missing_ok=True)
            with file.open("ab") as written:
                written.write(b".")
            os.utime(file, (self._clock(), self._clock()))
            self._forget_old()

    def _count(self, file: Path) -> int:
        """Return how many wrong tokens count: as many as there are letters, if the last one is not long ago."""
        try:
            about = file.stat()
        except OSError:
            return 0
        return about.st_size if self._clock() - about.st_mtime < self.seconds else 0

    def _forget_old(self) -> None:
        files = list(self.folder.iterdir())
        if len(files) > self.kept:
            for file in sorted(files, key=lambda file: file.stat().st_mtime)[: len(files) - self.kept]:
                file.unlink(missing_ok=True)

    def _name_file(self, address: str) -> Path:
        return self.folder / hashlib.sha256(_name_network(address).encode()).hexdigest()[:32]


def _name_network(address: str) -> str:
    """Return what is counted together: an address, and of version 6 the network of one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
