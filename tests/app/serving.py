"""The command as a server, and a client that sends exactly what it is told to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[2]


@dataclass
class Reply:
    """An answer: nothing of it is followed, kept or decoded."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def cookie(self) -> str:
        """Name and value of the cookie that it sets."""
        return (self.headers["Set-Cookie"] or "").partition(";")[0]


@dataclass
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    link: str
    sender: str = "127.0.0.1"
    """Where requests come from, of the addresses that a machine has to itself."""
    said: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.link).query).get("token", [""])[0]

    @property
    def port(self) -> int:
        return urlsplit(self.link).port or 0

    def ask(
        self, path: str = "/", method: str = "GET", body: str | None = None, to: str = "127.0.0.1", **headers: str
    ) -> Reply:
        """Send one request; ``Sec_Fetch_Site`` is the header ``Sec-Fetch-Site``."""
        source = (self.sender, 0) if to == "127.0.0.1" and sys.platform == "linux" else None
        connection = HTTPConnection(to, self.port, timeout=60, source_address=source)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read().decode(errors="replace"))
        finally:
            connection.close()

    def stop(self) -> str:
        """Stop it; return what it said on standard error."""
        if self.process.poll() is None:
            self.process.terminate()
            self.said.append(self.process.communicate(timeout=30)[1])
        return "".join(self.said)


@contextmanager
def serve(cache: Path, *arguments: object, cwd: Path = ROOT, **variables: str) -> Iterator[Server]:
    """Start the command as a server, and stop it in the end; it must not have said a trace."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("SWEEPLENS_")}
    environment |= {"SWEEPLENS_CACHE_DIR": str(cache), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "panel", *map(str, arguments), "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=cwd
    )
    line = process.stdout.readline()
    assert "http" in line, process.stderr.read()
    server = Server(process, re.findall(r"http\S+", line)[0])
    try:
        yield server
    finally:
        said = server.stop()
        assert "Traceback" not in said, said
