"""Sessions: what a browser keeps in a cookie after it has shown the token, signed, and good for some hours."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

PLACE = "access"
"""The folder of it in the cache folder, for the user alone."""

_ID = re.compile(r"[\w-]{22}")


class Sessions:
    """
    The sessions of one token. All processes that share the cache folder accept what one of them has begun.

    Parameters
    ----------
    folder
        The cache folder: the secret that signs is kept there, and which sessions were ended.
    token
        The token: with another one all sessions end.
    hours
        For how long a session is good.
    """

    def __init__(self, folder: Path, token: str, hours: float):
        self._ended = folder / PLACE / "ended"
        self.seconds = round(3600 * hours)
        about = hashlib.sha256(token.encode()).hexdigest()
        self._signer = URLSafeTimedSerializer(
            read_secret(folder),
            salt=f"sweeplens session {about}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def begin(self) -> str:
        """Return the cookie of a new session."""
        return str(self._signer.dumps(secrets.token_urlsafe(16)))

    def is_good(self, cookie: str) -> bool:
        """Say whether a cookie is of a session that neither time nor its user has ended."""
        name = self._read(cookie)
        return bool(name) and not (self._ended / name).exists()

    def end(self, cookie: str) -> None:
        """End a session: its cookie is good nowhere any more."""
        name = self._read(cookie)
        if name:
            self._ended.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._forget_old()
            (self._ended / name).touch(mode=0o600)

    def _read(self, cookie: str) -> str:
        """Return the name of a session; empty if this server did not write the cookie, or it is too old."""
        try:
            name = self._signer.loads(cookie, max_age=self.seconds)
        except BadData:
            return ""
        return name if isinstance(name, str) and _ID.fullmatch(name) else ""

    def _forget_old(self) -> None:
        """Forget what was ended so long ago that its cookie is too old by itself."""
        for file in self._ended.iterdir():
            with suppress(OSError):  # another process was faster
                if time.time() - file.stat().st_mtime > self.seconds:
                    file.unlink()


def read_secret(folder: Path) -> bytes:
    """Return the secret of a cache folder; it is made once, by whichever process is the first."""
    file = folder / PLACE / "secret"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        return file.read_bytes()
    handle, aside = tempfile.mkstemp(dir=file.parent)  # which nobody else may read
    with os.fdopen(handle, "wb") as written:
        written.write(secrets.token_bytes(32))
    with suppress(FileExistsError):
        os.link(aside, file)  # whole, and never over another one
    Path(aside).unlink()
    return file.read_bytes()
