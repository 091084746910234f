"""A real nginx with a file that the documentation shows, and a client that talks to it over HTTPS."""

from __future__ import annotations

import base64
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

from tests.app.serving import ROOT, Reply
from tests.services import HOST, find_free_port, find_nginx

NAME = "sweeps.example.org"
PREFIX = "/sweeps"

PASSWORDS = {"ada": "lovelace", "bob": "by:the-sea"}

MAIN = """
daemon off;
pid {folder}/nginx.pid;
{user}
error_log stderr;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sweeplens.conf;
}}
"""
"""What an installed nginx has around the file: places for an ordinary process."""


@dataclass
class Client:
    """
    Somebody who asks nginx, as a user whose password it knows.

    Attributes
    ----------
    port
        Of nginx.
    sent
        Headers that are sent with each request.
    """

    port: int
    sent: dict[str, str]

    def ask(self, path: str = "/", method: str = "GET", body: str | None = None, **headers: str) -> Reply:
        """Send one request for what is behind the prefix; ``X_Forwarded_User`` is who asks, by name and password."""
        user = headers.pop("X_Forwarded_User", "")
        named = {"Host": NAME, **self.sent, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if user:
            named["Authorization"] = write_basic(user, PASSWORDS[user])
        connection = HTTPSConnection(HOST, self.port, timeout=120, context=ssl._create_unverified_context())
        try:
            connection.request(method, f"{PREFIX}{path}", body, named)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read().decode(errors="replace"))
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """Send bytes, and return all that comes back."""
        with (
            socket.create_connection((HOST, self.port), timeout=60) as plain,
            ssl._create_unverified_context().wrap_socket(plain) as connection,
        ):
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def write_basic(user: str, password: str) -> str:
    """Return the header by which a browser sends a name and a password."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@contextmanager
def run_nginx(folder: Path, shown: str, **instead: str) -> Iterator[int]:
    """
    Run nginx with a file of ``docs/deploy`` until the end; give the port at which it listens.

    Parameters
    ----------
    folder
        Where all it reads and writes lies.
    shown
        The name of the file.
    **instead
        By the beginnings of what the file names, without their punctuation, what is there in the test; the port of the
        page is ``page``.
    """
    port = find_free_port()
    text = (ROOT / "docs/deploy" / shown).read_text()
    files = {
        "/etc/ssl/certs/sweeps.example.org.pem": f"{folder}/cert.pem",
        "/etc/ssl/private/sweeps.example.org.key": f"{folder}/key.pem",
        "/etc/nginx/sweeplens.users": f"{folder}/users",
        "listen 443": f"listen {HOST}:{port}",
        **{f"127.0.0.1:{was}": f"127.0.0.1:{now}" for was, now in instead.items()},
    }
    for was, now in files.items():
        assert was in text or "users" in was, was
        text = text.replace(was, now)
    (folder / "sweeplens.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    (folder / "users").write_text("".join(f"{user}:{write_hash(text)}\n" for user, text in PASSWORDS.items()))
    certify = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}"]
    made = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*certify, *made], check=True, capture_output=True)
    command = [find_nginx(), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    with (folder / "nginx.log").open("w") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        while not listens(port):
            assert process.poll() is None, (folder / "nginx.log").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def listens(port: int) -> bool:
    """Say whether something listens at a port."""
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True


def write_hash(password: str) -> str:
    """Return a password as a file of nginx's users has it, made as the documentation says."""
    command = re.search(r"\$\((openssl [^)]+)\)", (ROOT / "docs/site/deploy.md").read_text())[1]
    done = subprocess.run([*command.split(), "-stdin"], input=password, capture_output=True, text=True, check=True)
    return done.stdout.strip()
